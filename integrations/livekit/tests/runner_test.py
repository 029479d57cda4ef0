"""The generator in a real AvatarRunner, in a room without a server: `runner_test.py BUILD SOURCE`. Needs livekit-agents."""
import array
import asyncio
import os
import pathlib
import sys
import tempfile
import time
import unittest

build, source = (pathlib.Path(argument).resolve() for argument in sys.argv[1:3])
sys.path[:0] = [str(build / "python"), str(source / "integrations" / "livekit")]
try:
    import parlante as face
    from livekit import rtc
    from livekit.agents import AgentSession
    from livekit.agents.voice.avatar import AvatarRunner, QueueAudioOutput
except ImportError as error:
    print(f"Needs livekit-agents and the Python module: {error}")
    sys.exit(77)
from livekit.plugins import parlante

RATE = 24000
EITHER_SIDE = 0.5  # s: a frame that was on its way, and what was skipped


def setUpModule():
    global folder, model, avatar, speech
    folder = tempfile.TemporaryDirectory()
    os.environ["XDG_DATA_HOME"] = folder.name
    model = face.Model(live=True)
    avatar = face.Avatar(model, source / "samples" / "portrait.png", consent="synthetic")
    sound = array.array("f", face.read_sound(str(source / "samples" / "speech.flac")))[8000:]
    speech = array.array("h", (round(32767 * sound[i * 2 // 3]) for i in range(3 * RATE // 2)))


def tearDownModule():
    folder.cleanup()


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


class Runners(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self):
        self.room = Room()
        self.stream = parlante.ParlanteVideoGenerator.open_stream(model, avatar, size=256, fps=10, sound_rate=RATE)
        self.frames = []
        self.generator = parlante.ParlanteVideoGenerator(self.stream, self.frames.append)
        self.out = QueueAudioOutput(sample_rate=RATE, wait_playback_start=True)
        self.started, self.finished = [], []
        self.out.on("playback_started", lambda event: self.started.append(time.perf_counter()))
        self.out.on("playback_finished", self.finished.append)
        self.runner = AvatarRunner(self.room, audio_recv=self.out, video_gen=self.generator,
                                   options=self.generator.options)
        await self.runner.start()
        await self.until(lambda: "avatar_video" in self.room.local_participant.tracks)

    async def asyncTearDown(self):
        await self.runner.aclose()

    async def until(self, condition, seconds=30):
        end = time.perf_counter() + seconds
        while not condition():
            self.assertLess(time.perf_counter(), end, "waited too long")
            await asyncio.sleep(0.01)

    def given(self):
        """Seconds of sound handed over, and of speech in it; both of the last utterance."""
        start = max(i for i, frame in enumerate(self.frames) if frame.speak_started)
        spoken = [frame for frame in self.frames[start:] if frame.spoken]
        return sum(len(frame.sound) for frame in spoken) / RATE, sum(frame.spoken for frame in spoken) / RATE

    async def say(self, samples, rate=RATE):
        for frame in cut(samples, rate):
            await self.out.capture_frame(frame)
        self.out.flush()

    async def watch(self, seconds, pictures, sounds):
        """Takes what the room's tracks give, as a participant would."""
        tracks = self.room.local_participant.tracks
        video = rtc.VideoStream(tracks["avatar_video"], format=rtc.VideoBufferType.RGB24)
        audio = rtc.AudioStream(tracks["avatar_audio"], sample_rate=RATE, num_channels=1)

        async def see():
            async for event in video:
                pictures.append((time.perf_counter(), bytes(event.frame.data)))

        async def hear():
            async for event in audio:
                sounds.append((time.perf_counter(), array.array("h", bytes(event.frame.data))))

        watching = [asyncio.create_task(see()), asyncio.create_task(hear())]
        await asyncio.sleep(seconds)
        for task in watching:
            task.cancel()
        await asyncio.gather(*watching, return_exceptions=True)
        await video.aclose()
        await audio.aclose()

    async def test_a_segment_is_played_with_the_face_that_speaks_it(self):
        pictures, sounds = [], []
        watching = asyncio.create_task(self.watch(3.5, pictures, sounds))
        await asyncio.sleep(0.5)
        asked = time.perf_counter()
        await self.say(speech)
        event = await asyncio.wait_for(self.out.wait_for_playout(), 20)
        await watching
        self.assertFalse(event.interrupted)
        sound, spoken = self.given()
        self.assertAlmostEqual(spoken, 1.5, places=3)
        self.assertAlmostEqual(event.playback_position, sound, places=3)
        self.assertEqual((len(self.started), len(self.finished)), (1, 1))
        self.assertLess(self.started[0] - asked, 3)
        # what a participant saw and heard
        self.assertGreater(len(pictures), 2)  # fewer than were drawn, where the machine is busy
        self.assertEqual(len(pictures[0][1]), 256 * 256 * 3)
        self.assertGreater(len({picture for _, picture in pictures}), 2)
        loud = [at for at, sound in sounds if max(map(abs, sound), default=0) > 500]
        self.assertGreater(len(loud), 20)
        self.assertAlmostEqual(loud[-1] - loud[0], sound, delta=1)
        self.assertLess(abs(loud[0] - self.started[0]), 1)

    async def test_an_interruption_says_how_far_it_was_and_the_next_segment_is_whole(self):
        await self.say(speech * 4)
        await self.until(lambda: self.started)
        await asyncio.sleep(0.8)
        asked = time.perf_counter()
        self.out.clear_buffer()
        event = await asyncio.wait_for(self.out.wait_for_playout(), 5)
        self.assertLess(time.perf_counter() - asked, 1.5)
        self.assertTrue(event.interrupted)
        self.assertAlmostEqual(event.playback_position, self.given()[0], delta=EITHER_SIDE)
        self.assertLess(event.playback_position, 3)
        await asyncio.sleep(0.3)
        self.assertEqual(len(self.finished), 1)
        await self.say(speech[:RATE])
        event = await asyncio.wait_for(self.out.wait_for_playout(), 20)
        self.assertFalse(event.interrupted)
        sound, spoken = self.given()
        self.assertAlmostEqual(spoken, 1, delta=0.1)
        self.assertAlmostEqual(event.playback_position, sound, places=3)
        self.assertEqual((len(self.started), len(self.finished)), (2, 2))

    async def test_sound_of_another_rate_is_brought_to_the_faces(self):
        await self.say(speech[:RATE], rate=16000)  # 1.5 s of it
        await asyncio.wait_for(self.out.wait_for_playout(), 20)
        self.assertAlmostEqual(self.given()[1], 1.5, delta=0.02)

    async def test_one_segment_after_the_other_is_told_of(self):
        for count in (1, 2):
            await self.say(speech[: RATE // 2])
            await asyncio.wait_for(self.out.wait_for_playout(), 20)
            self.assertEqual((len(self.started), len(self.finished)), (count, count))
            self.assertAlmostEqual(self.given()[1], 0.5, places=3)


class Sessions(unittest.IsolatedAsyncioTestCase):
    async def test_a_session_speaks_through_the_face_and_lets_go_of_it(self):
        room, session = Room(), AgentSession()
        metrics = []
        plugin = parlante.AvatarSession(avatar=avatar, model=model, size=256, fps=10)
        plugin.on("metrics_collected", metrics.append)
        await plugin.start(session, room)
        self.assertEqual((plugin.avatar_identity, plugin.provider), ("agent", "parlante"))
        started = []
        session.output.audio.on("playback_started", started.append)
        for frame in cut(speech[:RATE]):
            await session.output.audio.capture_frame(frame)
        session.output.audio.flush()
        event = await asyncio.wait_for(session.output.audio.wait_for_playout(), 20)
        self.assertGreater(event.playback_position, 0.99)
        self.assertEqual(len(started), 1)
        await plugin.wait_for_join(timeout=5)
        self.assertEqual(metrics[0].metadata.model_provider, "parlante")
        plugin.control(emotion={"happiness": 0.5})
        await plugin.aclose()
        self.assertIsNone(plugin.stream)
        await session.aclose()


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
