"""A face under a clock, as Python programs use it: `live_test.py BUILD SOURCE`. Needs nothing but Python."""
import array
import asyncio
import contextlib
import os
import pathlib
import sys
import tempfile
import threading
import time
import unittest

build, source = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
sys.path.insert(0, str(build / "python"))
try:
    import parlante
    from parlante import aio
except ImportError as error:
    print(f"The Python module is not built, or for another Python: {error}")
    sys.exit(77)

RATE = parlante.SAMPLE_RATE


def setUpModule():
    global folder, model, avatar, speech
    folder = tempfile.TemporaryDirectory()
    os.environ["XDG_DATA_HOME"] = folder.name
    model = parlante.Model(live=True)
    avatar = parlante.Avatar(model, source / "samples" / "portrait.png", consent="synthetic")
    speech = array.array("f", parlante.read_sound(str(source / "samples" / "speech.flac")))[RATE // 2 : 3 * RATE // 2]


def tearDownModule():
    folder.cleanup()


def opened(**options):
    return parlante.LiveStream(model, avatar, **{"sound_rate": RATE, "size": 256, **options})


class Live(unittest.TestCase):
    def test_what_is_pushed_is_played_whole_with_its_frames(self):
        stream = opened()
        idle = [stream.next() for _ in range(5)]
        self.assertFalse(any(frame.speak_started or any(frame.sound) for frame in idle))
        self.assertTrue(stream.push(speech))
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
        offset = next(i for i in range(len(heard)) if heard[i : i + 400] == speech[:400])
        self.assertEqual(heard[offset : offset + len(speech)], speech)
        self.assertEqual(sum(frame.spoken for frame in frames), len(speech))
        self.assertEqual(len(frames[0].pcm16()), 2 * len(frames[0].sound))
        self.assertEqual(frames[1].sound_from - frames[0].sound_from, 640)

    def test_an_interruption_silences_the_next_frame_and_says_what_was_played(self):
        stream = opened()
        stream.push(speech)
        frames = [stream.next() for _ in range(15)]
        started = next(i for i, frame in enumerate(frames) if frame.speak_started)
        stream.interrupt()
        last = stream.next()
        self.assertTrue(last.speak_ended and last.interrupted)
        self.assertAlmostEqual(last.played_ms, (15 - started) * 40, delta=45)
        self.assertFalse(any(any(stream.next().sound) for _ in range(30)))

    def test_more_than_the_queue_takes_is_refused(self):
        stream = opened(most_queued=1.5)
        self.assertTrue(stream.push(speech))
        self.assertFalse(stream.push(speech))
        self.assertAlmostEqual(stream.queued, 1, delta=0.01)
        stream.clear()
        stream.next()
        self.assertTrue(stream.push(speech))

    def test_frames_come_when_they_are_due(self):
        stream = opened(fps=20)
        first, start = stream.wait().index, time.perf_counter()
        for _ in range(20):
            last = stream.wait().index
        # never early; late only where the machine is busy
        self.assertGreater(time.perf_counter() - start, (last - first) / 20 - 0.05)
        self.assertEqual(last - first - 20, stream.late)

    def test_one_thread_speaks_while_another_shows(self):
        stream = opened()
        ended = []
        show = threading.Thread(target=lambda: ended.extend(stream.wait().speak_ended for _ in range(60)))
        show.start()
        for _ in range(4):
            stream.push(speech[: RATE // 4])
            stream.speak_end()
            stream.control(gaze=(5, 0))
            time.sleep(0.2)
        show.join()
        self.assertGreaterEqual(sum(ended), 3)

    def test_a_model_for_files_is_refused(self):
        with self.assertRaises(parlante.Error):
            parlante.LiveStream(parlante.Model(photos=False), avatar, fps=7)


class Loops(unittest.IsolatedAsyncioTestCase):
    async def test_the_loop_runs_on_while_frames_are_drawn(self):
        stream, heard, turns = opened(), aio.Utterances(), 0

        async def count():
            nonlocal turns
            while True:
                await asyncio.sleep(0.005)
                turns += 1

        counting = asyncio.create_task(count())
        stream.push(speech * 2)
        passed_on, asked, ended = 0, False, False
        async with contextlib.aclosing(aio.frames(stream)) as frames:
            async for frame in frames:
                speaks, ends = heard.take(frame)
                passed_on += speaks
                if frame.index >= 12 and not asked:  # a machine that is busy leaves pictures out
                    asked = True
                    stream.interrupt()
                    heard.interrupt()
                ended = ended or frame.speak_ended
                self.assertFalse(ends)
                if asked and (frame.speak_ended or frame.index > 100):
                    break
        counting.cancel()
        self.assertTrue(ended)
        self.assertGreater(passed_on, 0)
        self.assertGreater(turns, 20)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
