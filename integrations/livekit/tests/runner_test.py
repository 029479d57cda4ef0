"""The generator in a real AvatarRunner, in a room without a server: `runner_test.py BUILD SOURCE`. Needs livekit-agents."""
import array
import asyncio
import pathlib
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(sys.argv[2], "tests", "python").resolve()))
from support import TOKEN, AsyncTest, live_avatar, live_model, needs, run, served, speech, without_silence
from support import parlante as face

with needs("livekit-agents"):
    from livekit import rtc
    from livekit.agents import AgentSession
    from livekit.agents.voice.avatar import AudioSegmentEnd, AvatarRunner, QueueAudioOutput
from livekit.plugins import parlante
from livekit.plugins.parlante.waiting import MOST_PICTURES, Waiting

RATE = 24000


class Publication:
    def __init__(self, track):
        self.track, self.sid, self.kind = track, track.name, track.kind

    async def wait_for_subscription(self):
        pass


class Participant:
    identity = "agent"

    def __init__(self, room):
        self.room = room
        self.tracks = {}
        self.track_publications = {}
        self.kind = rtc.ParticipantKind.PARTICIPANT_KIND_AGENT

    async def publish_track(self, track, options):
        self.tracks[track.name] = track
        publication = self.track_publications[track.name] = Publication(track)
        self.room.emit("local_track_published", publication, track)
        return publication


class Room(rtc.EventEmitter):
    """What an AvatarRunner and an AvatarSession need of a room that is connected."""

    name = "in this process"

    def __init__(self):
        super().__init__()
        self.local_participant = Participant(self)
        self.remote_participants = {}

    def isconnected(self):
        return True


def cut(samples, rate=RATE):
    """As a text-to-speech would give it: in pieces, faster than real time."""
    for at in range(0, len(samples), 2400):
        piece = samples[at : at + 2400]
        yield rtc.AudioFrame(piece.tobytes(), rate, 1, len(piece))


class Watched(parlante.ParlanteVideoGenerator):
    """Notes what it gives the runner, and how late: of pictures, s since they were drawn; of sound, s by which it comes
    behind the sound of its picture."""

    def __init__(self, stream):
        super().__init__(stream, self._see)
        self.given, self.pictures_late, self.out_of_step = [], [], []
        self._drawn, self._sound_from, self._speech = {}, 0, None

    def _see(self, frame):
        self._drawn[hash(bytes(frame.picture))] = time.monotonic(), frame
        if frame.speak_started:
            self._speech = frame.sound_from  # of the next one that is given out

    async def _frames(self):
        async for one in super()._frames():
            self.given.append(one)
            self._note(one)
            yield one

    def _note(self, one):
        if isinstance(one, rtc.VideoFrame):
            drawn, frame = self._drawn[hash(bytes(one.data))]
            self.pictures_late.append(time.monotonic() - drawn)
            self._sound_from = frame.sound_from
        elif isinstance(one, rtc.AudioFrame):
            self.out_of_step.append((self._speech - self._sound_from) / RATE)
            self._speech += one.samples_per_channel

    def sound(self, start=0):
        """Samples given from the item `start` on."""
        return array.array("h", b"".join(bytes(one.data) for one in self.given[start:] if isinstance(one, rtc.AudioFrame)))


class Runners(AsyncTest):
    async def asyncSetUp(self):
        self.room = Room()
        self.stream = await asyncio.to_thread(self.opened)
        self.generator = Watched(self.stream)
        self.out = QueueAudioOutput(sample_rate=RATE, wait_playback_start=True)
        self.started, self.finished = [], []
        self.out.on("playback_started", lambda event: self.started.append(len(self.generator.given)))
        self.out.on("playback_finished", self.finished.append)
        self.runner = AvatarRunner(self.room, audio_recv=self.out, video_gen=self.generator,
                                   options=self.generator.options)
        await self.runner.start()
        await self.until(lambda: "avatar_video" in self.room.local_participant.tracks)

    def opened(self):
        return parlante.ParlanteVideoGenerator.open_stream(live_model(), live_avatar(), size=256, fps=25)

    async def asyncTearDown(self):
        await self.runner.aclose()
        await self.generator.aclose()

    async def say(self, samples, rate=RATE):
        for frame in cut(samples, rate):
            await self.out.capture_frame(frame)
        self.out.flush()

    async def played(self):
        return await asyncio.wait_for(self.out.wait_for_playout(), 60)

    def watch(self, pictures, sounds):
        """Takes what the room's tracks give, as a participant would, until it is stopped."""
        tracks = self.room.local_participant.tracks
        video = rtc.VideoStream(tracks["avatar_video"], format=rtc.VideoBufferType.RGB24)
        audio = rtc.AudioStream(tracks["avatar_audio"], sample_rate=RATE, num_channels=1)

        async def see():
            async for event in video:
                pictures.append(bytes(event.frame.data))

        async def hear():
            async for event in audio:
                sounds.append(max(map(abs, array.array("h", bytes(event.frame.data))), default=0))

        watching = [asyncio.create_task(see()), asyncio.create_task(hear())]

        async def stop():
            for task in watching:
                task.cancel()
            await asyncio.gather(*watching, return_exceptions=True)
            await video.aclose()
            await audio.aclose()

        return stop

    async def test_a_segment_is_played_with_the_face_that_speaks_it(self):
        pictures, sounds, said = [], [], speech(1.5, RATE)
        stop = self.watch(pictures, sounds)
        await self.say(said)
        event = await self.played()
        self.assertFalse(event.interrupted)
        given = self.generator.given
        # all of it and nothing else but silence, which its position counts too
        self.assertEqual(without_silence(self.generator.sound()), said)
        self.assertAlmostEqual(event.playback_position, len(self.generator.sound()) / RATE, places=6)
        self.assertEqual((len(self.started), len(self.finished)), (1, 1))
        # sound follows its picture, the end follows the last of it; playback begins with the first
        kinds = [type(one) for one in given]
        sounding = [i for i, kind in enumerate(kinds) if kind is rtc.AudioFrame]
        self.assertIs(kinds[sounding[0] - 1], rtc.VideoFrame)
        if not self.stream.late:
            self.assertTrue(all(kinds[i - 1] is rtc.VideoFrame for i in sounding))
        self.assertGreater(kinds.index(AudioSegmentEnd), sounding[-1])
        self.assertEqual(self.started[0], sounding[0] + 1)
        self.assertLessEqual(max(one.samples_per_channel for one in given if isinstance(one, rtc.AudioFrame)), RATE // 25)
        # what a participant sees and hears
        await self.until(lambda: len(set(pictures)) > 3 and max(sounds, default=0) > 500)
        await stop()
        self.assertEqual(len(pictures[0]), 256 * 256 * 3)

    async def test_an_interruption_says_how_far_it_was_and_the_next_segment_is_whole(self):
        said = speech(1.5, RATE) * 4
        await self.say(said)
        await self.until(lambda: len(self.generator.sound()) > RATE // 2)
        self.out.clear_buffer()
        event = await self.played()
        self.assertTrue(event.interrupted)
        heard = without_silence(self.generator.sound())
        self.assertEqual(heard, said[: len(heard)])
        self.assertAlmostEqual(event.playback_position, len(self.generator.sound()) / RATE, places=6)
        before = len(self.generator.given)
        new = speech(0.7, RATE, start=1)
        await self.say(new)  # at once: nothing of it is lost
        event = await self.played()
        self.assertFalse(event.interrupted)
        self.assertEqual(without_silence(self.generator.sound(before)), new)
        self.assertAlmostEqual(event.playback_position, len(self.generator.sound(before)) / RATE, places=6)
        self.assertEqual((len(self.started), len(self.finished)), (2, 2))
        kinds = [type(one) for one in self.generator.given]
        self.assertEqual(kinds.count(AudioSegmentEnd), 1)

    async def test_a_room_that_stood_still_gets_sound_and_pictures_in_step_and_is_on_time_in_the_next_pause(self):
        said = speech(1.5, RATE) * 3
        await self.say(said)
        await self.until(lambda: len(self.generator.sound()) > RATE // 2)
        sync = self.runner.av_sync
        push, before = sync.push, len(self.generator.out_of_step)

        async def push_late(one):
            sync.push = push
            await asyncio.sleep(2)
            await push(one)

        sync.push = push_late
        await self.played()
        self.assertEqual(without_silence(self.generator.sound()), said, "nothing is lost")
        # pictures may be missing where too many waited, and where the machine was busy
        late = self.generator.out_of_step[before:]
        self.assertLess(sorted(late)[len(late) * 9 // 10], 0.2)
        self.assertLess(max(late), 1)
        self.assertGreaterEqual(min(late), 0)
        shown = len(self.generator.pictures_late)
        await self.until(lambda: len(self.generator.pictures_late) > shown + 25)
        self.assertLess(sorted(self.generator.pictures_late[shown:])[12], 0.3, "on time again")

    async def test_sound_of_another_rate_is_brought_to_the_faces(self):
        await self.say(speech(1, 16000), rate=16000)
        await self.played()
        self.assertAlmostEqual(len(without_silence(self.generator.sound())), RATE, delta=RATE // 50)

    async def test_one_segment_after_the_other_is_told_of(self):
        for count in (1, 2, 3):
            before = len(self.generator.given)
            said = speech(0.3, RATE, start=count)
            await self.say(said)
            await self.played()
            self.assertEqual((len(self.started), len(self.finished)), (count, count))
            self.assertEqual(without_silence(self.generator.sound(before)), said)


class WaitingForARoom(unittest.TestCase):
    @staticmethod
    def filled(count, speaking):
        waiting = Waiting()
        for number in range(count):
            waiting.add(rtc.VideoFrame(2, 2, rtc.VideoBufferType.RGB24, bytes([number % 256]) * 12))
            if speaking:
                waiting.add(rtc.AudioFrame(bytes(2), RATE, 1, 1))
        return waiting

    def test_who_stands_still_for_long_misses_pictures_evenly_and_no_sound(self):
        waiting, sounds, row = self.filled(4 * MOST_PICTURES, speaking=True), 0, []
        while waiting:
            one = waiting.take()
            if isinstance(one, rtc.AudioFrame):
                sounds += 1
            else:
                row.append(one.data[0])
                self.assertEqual(one.data[0], sounds, "each before its own sound")
        self.assertEqual((sounds, len(row)), (4 * MOST_PICTURES, MOST_PICTURES))
        self.assertLessEqual(max(b - a for a, b in zip(row, row[1:])), 8)

    def test_where_nothing_is_said_only_the_newest_pictures_are_taken(self):
        waiting = self.filled(40, speaking=False)
        self.assertEqual([waiting.take().data[0] for _ in range(2)], [38, 39])
        self.assertFalse(waiting)


class ServedRunners(Runners):
    """The same, drawn by a server."""

    def opened(self):
        from parlante.remote import RemoteStream

        return RemoteStream(served(), token=TOKEN, size=256, **parlante.ParlanteVideoGenerator.USUAL)

    async def asyncTearDown(self):
        await super().asyncTearDown()
        self.stream.close()

    async def test_a_face_that_is_gone_lets_nobody_wait(self):
        await self.say(speech(1.5, RATE) * 4)
        await self.until(lambda: self.started)
        with self.assertLogs("livekit.plugins.parlante", "ERROR"):
            self.stream.close()
            await self.played()
        await self.say(speech(0.3, RATE))
        await self.played()
        self.out.clear_buffer()


class Sessions(AsyncTest):
    def options(self):
        return {"avatar": live_avatar(), "model": live_model()}

    async def test_a_session_speaks_through_the_face_and_lets_go_of_it(self):
        room, session = Room(), AgentSession()
        metrics, shown, started = [], [], []
        plugin = parlante.AvatarSession(size=256, on_frame=shown.append, **self.options())
        plugin.on("metrics_collected", metrics.append)
        await plugin.start(session, room)
        self.assertEqual((plugin.avatar_identity, plugin.provider), ("agent", "parlante"))
        session.output.audio.on("playback_started", started.append)
        said = speech(1, RATE)
        for frame in cut(said):
            await session.output.audio.capture_frame(frame)
        session.output.audio.flush()
        event = await asyncio.wait_for(session.output.audio.wait_for_playout(), 60)
        self.assertEqual(without_silence(b"".join(frame.pcm16() for frame in shown)), said)
        self.assertGreaterEqual(event.playback_position, 1)
        self.assertEqual(len(started), 1)
        await plugin.wait_for_join(timeout=60)
        await self.until(lambda: metrics)
        self.assertEqual(metrics[0].metadata.model_provider, "parlante")
        plugin.control(emotion={"happiness": 0.5})
        await plugin.aclose()
        self.assertIsNone(plugin.stream)
        plugin.control(gaze=None)
        await session.aclose()


class ServedSessions(Sessions):
    def options(self):
        return {"avatar": "sample", "url": served(), "token": TOKEN}

    async def test_a_refusal_says_why(self):
        plugin = parlante.AvatarSession(avatar="sample", url=served(), token="another")
        with self.assertRaisesRegex(face.Error, "token"):
            await plugin.start(AgentSession(), Room())
        with self.assertRaises(ValueError):
            parlante.AvatarSession(avatar=live_avatar(), url=served())


if __name__ == "__main__":
    run()
