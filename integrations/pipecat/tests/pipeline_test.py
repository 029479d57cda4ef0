"""The service in a real Pipecat pipeline: `pipeline_test.py BUILD SOURCE`. Needs pipecat-ai."""
import array
import asyncio
import os
import pathlib
import sys
import tempfile
import time
import unittest

build, source = (pathlib.Path(argument).resolve() for argument in sys.argv[1:3])
sys.path[:0] = [str(build / "python"), str(source / "integrations" / "pipecat" / "src")]
try:
    import parlante
    from loguru import logger
    from pipecat.frames.frames import (BotStartedSpeakingFrame, BotStoppedSpeakingFrame, EndFrame, InterruptionFrame,
                                       MetricsFrame, OutputAudioRawFrame, OutputImageRawFrame, TTSAudioRawFrame,
                                       TTSStartedFrame, TTSStoppedFrame)
    from pipecat.metrics.metrics import TTFBMetricsData
    from pipecat.pipeline.pipeline import Pipeline
    from pipecat.pipeline.worker import PipelineParams, PipelineWorker
    from pipecat.processors.frame_processor import FrameDirection, FrameProcessor
    from pipecat.transports.base_output import BaseOutputTransport
    from pipecat.transports.base_transport import TransportParams
    from pipecat.workers.runner import WorkerRunner
except ImportError as error:
    print(f"Needs pipecat-ai and the Python module: {error}")
    sys.exit(77)
from pipecat_parlante import ParlanteVideoService

RATE = 24000
logger.remove()


def setUpModule():
    global folder, model, avatar, speech
    folder = tempfile.TemporaryDirectory()
    os.environ["XDG_DATA_HOME"] = folder.name
    model = parlante.Model(live=True)
    avatar = parlante.Avatar(model, source / "samples" / "portrait.png", consent="synthetic")
    sound = array.array("f", parlante.read_sound(str(source / "samples" / "speech.flac")))[8000:]
    # 24 kHz as a text-to-speech would give it: two of three samples apart are enough for a test
    speech = array.array("h", (round(32767 * sound[i * 2 // 3]) for i in range(3 * RATE // 2))).tobytes()


def tearDownModule():
    folder.cleanup()


class Screen(BaseOutputTransport):
    """A transport that notes what is written to it, and when; it plays sound in real time, as devices do."""

    def __init__(self):
        super().__init__(TransportParams(audio_out_enabled=True, video_out_enabled=True, video_out_is_live=True,
                                         video_out_width=256, video_out_height=256, video_out_framerate=10))
        self.pictures, self.sounds, self.next_sound = [], [], 0.0

    async def start(self, frame):
        await super().start(frame)
        await self.set_transport_ready(frame)

    async def write_video_frame(self, frame):
        self.pictures.append((time.perf_counter(), frame.image))
        return True

    async def write_audio_frame(self, frame: OutputAudioRawFrame):
        now = time.perf_counter()
        self.next_sound = max(self.next_sound, now) + len(frame.audio) / 2 / frame.sample_rate
        self.sounds.append((now, frame.audio))
        await asyncio.sleep(self.next_sound - now - 0.02)
        return True


class Notes(FrameProcessor):
    def __init__(self):
        super().__init__()
        self.seen = []

    async def process_frame(self, frame, direction):
        await super().process_frame(frame, direction)
        self.seen.append((time.perf_counter(), frame, direction))
        await self.push_frame(frame, direction)

    def heard(self):
        """Seconds of speech that came by."""
        return sum(len(frame.audio) for _, frame, _ in self.seen if isinstance(frame, TTSAudioRawFrame)) / 2 / RATE

    def times(self, kind, direction=FrameDirection.DOWNSTREAM):
        return [at for at, frame, way in self.seen if isinstance(frame, kind) and way == direction]


class Pipelines(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self):
        self.frames = []
        self.face = ParlanteVideoService(avatar=avatar, model=model, size=256, fps=10, on_frame=self.frames.append)
        self.before, self.after, self.screen = Notes(), Notes(), Screen()
        self.spoken = []

        @self.face.event_handler("on_speech_ended")
        async def on_speech_ended(service, played_ms, interrupted):
            self.spoken.append((played_ms, interrupted))

        pipeline = Pipeline([self.before, self.face, self.after, self.screen])
        self.task = PipelineWorker(pipeline, params=PipelineParams(enable_metrics=True, audio_out_sample_rate=RATE),
                                   idle_timeout_secs=None)
        runner = WorkerRunner(handle_sigint=False)
        await runner.add_workers(self.task)
        self.running = asyncio.create_task(runner.run())
        await self.until(lambda: self.screen.pictures)

    async def asyncTearDown(self):
        if not self.running.done():
            await self.task.cancel()
        await asyncio.wait_for(self.running, 20)

    async def until(self, condition, seconds=30):
        end = time.perf_counter() + seconds
        while not condition():
            self.assertLess(time.perf_counter(), end, "waited too long")
            await asyncio.sleep(0.01)

    async def say(self, sound, stop=True):
        frames = [TTSStartedFrame()]
        frames += [TTSAudioRawFrame(audio=sound[at : at + 4800], sample_rate=RATE, num_channels=1)
                   for at in range(0, len(sound), 4800)]  # much faster than real time, as they do
        await self.task.queue_frames(frames + [TTSStoppedFrame()] * stop)

    async def test_speech_leaves_in_step_with_the_face_that_speaks_it(self):
        await self.say(speech)
        await self.until(lambda: self.after.times(TTSStoppedFrame))
        sounds = b"".join(frame.audio for _, frame, _ in self.after.seen if isinstance(frame, TTSAudioRawFrame))
        # what was said, all of it (where the machine was too busy to hear in time there is silence within)
        samples, given = array.array("h", sounds), array.array("h", speech)
        self.assertLessEqual(abs(sum(map(abs, samples)) - sum(map(abs, given))), len(given))
        self.assertEqual(self.spoken, [(1500.0, False)])
        # one picture with each frame of sound, and that in real time
        kinds = [type(frame) for _, frame, _ in self.after.seen if isinstance(frame, OutputAudioRawFrame | OutputImageRawFrame)]
        first = kinds.index(TTSAudioRawFrame)
        self.assertTrue(all(a != b for a, b in zip(kinds[first : first + 20], kinds[first + 1 : first + 21])))
        heard = self.after.times(TTSAudioRawFrame)
        self.assertAlmostEqual(heard[-1] - heard[0], self.after.heard(), delta=1.5)
        self.assertEqual(len(self.screen.pictures[0][1]), 256 * 256 * 3)
        # said to have started and stopped when it did
        await self.until(lambda: self.before.times(BotStoppedSpeakingFrame, FrameDirection.UPSTREAM))
        started = self.before.times(BotStartedSpeakingFrame, FrameDirection.UPSTREAM)
        stopped = self.before.times(BotStoppedSpeakingFrame, FrameDirection.UPSTREAM)
        self.assertEqual((len(started), len(stopped)), (1, 1))
        self.assertAlmostEqual(stopped[0] - started[0], self.after.heard(), delta=1.5)
        # first frame
        values = [data.value for _, frame, _ in self.after.seen if isinstance(frame, MetricsFrame) for data in frame.data
                  if isinstance(data, TTFBMetricsData) and data.value > 0]
        self.assertEqual(len(values), 1)
        self.assertLess(values[0], 3)

    async def test_an_interruption_silences_the_face_and_the_next_speech_is_whole(self):
        await self.say(speech * 4)
        await self.until(lambda: self.after.heard() > 0.5)
        asked = time.perf_counter()
        await self.task.queue_frame(InterruptionFrame())
        await self.until(lambda: self.spoken)
        self.assertLess(time.perf_counter() - asked, 1.5)
        self.assertTrue(self.spoken[0][1], self.spoken)
        self.assertAlmostEqual(self.spoken[0][0], 1000 * self.after.heard(), delta=500)
        cut = self.after.times(InterruptionFrame)[0]
        await asyncio.sleep(0.5)
        self.assertFalse([at for at in self.after.times(TTSAudioRawFrame) if at > cut])
        self.assertFalse(self.after.times(TTSStoppedFrame))  # what was cut does not stop what follows
        await self.until(lambda: len([at for at in self.after.times(OutputImageRawFrame) if at > cut]) > 3)  # it lives on
        await self.say(speech[: RATE])
        await self.until(lambda: self.after.times(TTSStoppedFrame))
        self.assertAlmostEqual(self.spoken[1][0], 500, delta=1)

    async def test_the_end_waits_until_all_is_said(self):
        await self.say(speech)
        await self.say(speech[: RATE], stop=False)
        await self.task.queue_frame(EndFrame())
        await asyncio.wait_for(self.running, 30)
        self.assertEqual([played for played, _ in self.spoken], [1500.0, 500.0])

    async def test_silence_stays_silent_but_not_still(self):
        await self.task.queue_frames([TTSStartedFrame(), TTSStoppedFrame()])
        await self.until(lambda: self.after.times(TTSStoppedFrame) and len(self.screen.pictures) > 20)
        self.assertFalse(self.after.times(TTSAudioRawFrame))
        self.assertGreater(len({picture for _, picture in self.screen.pictures}), 10)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
