"""A face under a clock, as Python programs use it: `live_test.py BUILD SOURCE`. Needs nothing but Python."""
import array
import asyncio
import contextlib
import threading
import time
import unittest

from support import clip, live_avatar, live_model, parlante, run, speech, without_silence

RATE = parlante.SAMPLE_RATE


def setUpModule():
    global second
    second = clip(1)


def opened(**options):
    return parlante.LiveStream(live_model(), live_avatar(), **{"sound_rate": RATE, "size": 256, **options})


class Live(unittest.TestCase):
    def test_what_is_pushed_is_played_whole_with_its_frames(self):
        stream = opened()
        idle = [stream.next() for _ in range(5)]
        self.assertFalse(any(frame.speak_started or any(frame.sound) for frame in idle))
        self.assertTrue(stream.push(second))
        stream.speak_end()
        frames = []
        while not frames or not frames[-1].speak_ended:
            frames.append(stream.next())
            self.assertLess(len(frames), 50)
        started = next(i for i, frame in enumerate(frames) if frame.speak_started)
        self.assertLessEqual(started * 40, stream.latency_ms + 40)
        self.assertAlmostEqual(frames[-1].played_ms, 1000, delta=1)
        self.assertFalse(frames[-1].interrupted)
        heard = array.array("f", b"".join(frame.sound.tobytes() for frame in frames))
        offset = next(i for i in range(len(heard)) if heard[i : i + 400] == second[:400])
        self.assertEqual(heard[offset : offset + len(second)], second)
        self.assertEqual(sum(frame.spoken for frame in frames), len(second))
        self.assertEqual(len(frames[0].pcm16()), 2 * len(frames[0].sound))
        self.assertEqual(frames[1].sound_from - frames[0].sound_from, 640)

    def test_an_interruption_silences_the_next_frame_and_says_what_was_played(self):
        stream = opened()
        stream.push(second)
        frames = [stream.next() for _ in range(15)]
        self.assertEqual({frame.cuts for frame in frames}, {0})
        self.assertEqual(stream.interrupt(), 1)
        last = stream.next()
        self.assertTrue(last.speak_ended and last.interrupted)
        self.assertEqual(last.cuts, 1)
        self.assertAlmostEqual(last.played_ms, sum(frame.spoken for frame in frames) / 16, places=3)
        self.assertFalse(any(any(stream.next().sound) for _ in range(30)))
        self.assertEqual(stream.clear(), 2)

    def test_more_than_the_queue_takes_is_refused(self):
        stream = opened(most_queued=1.5)
        self.assertTrue(stream.push(second))
        self.assertFalse(stream.push(second))
        self.assertAlmostEqual(stream.queued, 1, delta=0.01)
        stream.clear()
        stream.next()
        self.assertTrue(stream.push(second))

    def test_frames_come_when_they_are_due(self):
        stream = opened(fps=20)
        first, start = stream.wait().index, time.perf_counter()
        for _ in range(20):
            last = stream.wait().index
        # never early; the first one may be late where the machine is busy, all of them at once would take no time
        self.assertGreater(time.perf_counter() - start, (last - first) / 20 / 2)
        self.assertEqual(last - first - 20, stream.late)

    def test_one_thread_speaks_while_another_shows(self):
        stream = opened()
        ended = []

        def show():
            while len(ended) < 4:
                frame = stream.wait()
                if frame.speak_ended:
                    ended.append(frame.played_ms)

        showing = threading.Thread(target=show)
        showing.start()
        for _ in range(4):
            stream.push(second[: RATE // 4])
            stream.speak_end()
            stream.control(gaze=(5, 0))
            time.sleep(0.05)
        showing.join(60)
        self.assertEqual([round(played) for played in ended], [250] * 4)

    def test_a_model_for_files_is_refused(self):
        with self.assertRaises(parlante.Error):
            parlante.LiveStream(parlante.Model(photos=False), live_avatar(), fps=7)


class Passing(unittest.TestCase):
    """What of the sound is passed on, frame by frame, without a clock."""

    def setUp(self):
        self.stream = opened(fps=10)  # frames that are longer than a beginning waits
        self.heard = parlante.aio.Utterances(self.stream)
        self.passed, self.ended = b"", 0

    def take(self, frames, skipped=0):
        for _ in range(frames):
            for _ in range(skipped):
                self.assertTrue(self.stream.skip())
            sound, ended = self.heard.take(self.stream.next())
            self.passed += sound
            self.ended += ended

    def say(self, samples):
        self.stream.push(samples)
        self.stream.speak_end()

    def test_all_of_an_utterance_and_nothing_after_it(self):
        said = speech(0.73, RATE)
        self.take(3)
        self.say(said)
        self.take(20)
        self.assertEqual(without_silence(self.passed), said)
        self.assertLess(len(self.passed) // 2, len(said) + 2 * RATE // 10)  # silence at both ends, within a frame
        self.assertEqual(self.ended, 1)

    def test_utterances_that_meet_in_a_frame(self):
        said = [speech(0.33, RATE), speech(0.27, RATE, start=1), speech(0.02, RATE), speech(0.4, RATE)]
        for one in said:
            self.say(one)
        self.take(25)
        self.assertEqual(without_silence(self.passed), sum(said[1:], said[0]))
        self.assertEqual(self.ended, 4)

    def test_what_is_said_after_an_interruption_is_whole_however_late_frames_are(self):
        old, new = speech(3, RATE), speech(0.5, RATE, start=1)
        for skipped_before, skipped in ((0, 0), (0, 3), (2, 5), (4, 20)):
            with self.subTest(skipped=(skipped_before, skipped)):
                self.setUp()
                self.say(old)
                self.take(4)
                before = without_silence(self.passed)
                self.assertEqual(before, old[: len(before)])
                for _ in range(skipped_before):
                    self.stream.skip()
                self.heard.interrupt()
                self.say(new)
                self.passed = b""
                self.take(1, skipped)
                self.take(20)
                self.assertEqual(without_silence(self.passed), new)
                self.assertEqual(self.ended, 1)

    def test_an_interruption_while_nobody_speaks_costs_nothing(self):
        said = speech(0.3, RATE)
        self.take(2)
        self.heard.interrupt()
        self.say(said)
        self.take(10)
        self.assertEqual((without_silence(self.passed), self.ended), (said, 1))

    def test_a_frame_from_before_is_not_passed_on(self):
        self.say(speech(1, RATE))
        self.take(4)
        before = len(self.passed)
        drawn = self.stream.next()
        self.heard.interrupt()
        self.assertEqual(self.heard.take(drawn), (b"", False))
        self.take(5)
        self.assertEqual((len(self.passed), self.ended), (before, 0))


class Loops(unittest.IsolatedAsyncioTestCase):
    async def test_the_loop_runs_on_while_frames_are_drawn(self):
        stream, turns, shown = opened(), 0, []
        heard = parlante.aio.Utterances(stream, shown.append)

        async def count():
            nonlocal turns
            while True:
                await asyncio.sleep(0.005)
                turns += 1

        counting = asyncio.create_task(count())
        said = speech(3, RATE)
        stream.push(said)
        passed, asked = b"", False
        async with contextlib.aclosing(heard.frames()) as frames:
            async for frame, sound, ended in frames:
                passed += sound
                self.assertFalse(ended)
                if len(passed) > RATE and not asked:
                    asked = True
                    heard.interrupt()
                if frame.speak_ended:
                    break
        counting.cancel()
        self.assertTrue(shown[-1].interrupted)
        spoken = without_silence(passed)
        self.assertEqual(spoken, said[: len(spoken)])
        self.assertGreater(turns, 20)


if __name__ == "__main__":
    run()
