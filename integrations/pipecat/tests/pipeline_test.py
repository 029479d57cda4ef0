"""The service in a real Pipecat pipeline: `pipeline_test.py BUILD SOURCE`. Needs pipecat-ai."""
import asyncio
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(sys.argv[2], "tests", "python").resolve()))
from support import TOKEN, AsyncTest, live_avatar, live_model, needs, run, served, speech, without_silence

with needs("pipecat-ai"):
    from loguru import logger
    from pipecat.frames.frames import (BotStartedSpeakingFrame, BotStoppedSpeakingFrame, EndFrame, ErrorFrame,
                                       InterruptionFrame, MetricsFrame, OutputAudioRawFrame, OutputImageRawFrame,
                                       TTSAudioRawFrame, TTSStartedFrame, TTSStoppedFrame)
    from pipecat.metrics.metrics import TTFBMetricsData
    from pipecat.pipeline.pipeline import Pipeline
    from pipecat.pipeline.worker import PipelineParams, PipelineWorker
    from pipecat.processors.frame_processor import FrameDirection, FrameProcessor
    from pipecat.transports.base_output import BaseOutputTransport
    from pipecat.transports.base_transport import TransportParams
    from pipecat.workers.runner import WorkerRunner
from pipecat_parlante import ParlanteVideoService

RATE = 24000
logger.remove()


class Screen(BaseOutputTransport):
    """A transport that notes what is written to it; it plays sound in real time, as devices do."""

    def __init__(self):
        super().__init__(TransportParams(audio_out_enabled=True, video_out_enabled=True, video_out_is_live=True,
                                         video_out_width=256, video_out_height=256, video_out_framerate=25))
        self.pictures, self.sound, self.next_sound = [], b"", 0.0

    async def start(self, frame):
        await super().start(frame)
        await self.set_transport_ready(frame)

    async def write_video_frame(self, frame):
        self.pictures.append(frame.image)
        return True

    async def write_audio_frame(self, frame: OutputAudioRawFrame):
        now = time.perf_counter()
        self.next_sound = max(self.next_sound, now) + len(frame.audio) / 2 / frame.sample_rate
        self.sound += frame.audio
        await asyncio.sleep(self.next_sound - now - 0.02)
        return True


class Notes(FrameProcessor):
    """What comes by, in its order."""

    def __init__(self):
        super().__init__()
        self.seen = []

    async def process_frame(self, frame, direction):
        await super().process_frame(frame, direction)
        self.seen.append((frame, direction))
        await self.push_frame(frame, direction)

    def places(self, kind, direction=FrameDirection.DOWNSTREAM):
        return [place for place, (frame, way) in enumerate(self.seen) if isinstance(frame, kind) and way == direction]

    def sound(self, start=0):
        return b"".join(frame.audio for frame, _ in self.seen[start:] if isinstance(frame, TTSAudioRawFrame))


class Pipelines(AsyncTest):
    def options(self):
        return {"avatar": live_avatar(), "model": live_model()}

    async def asyncSetUp(self):
        self.face = ParlanteVideoService(size=256, **self.options())
        self.before, self.after, self.screen = Notes(), Notes(), Screen()
        self.started, self.spoken = 0, []

        @self.face.event_handler("on_speech_started")
        async def on_speech_started(service):
            self.started += 1

        @self.face.event_handler("on_speech_ended")
        async def on_speech_ended(service, played_ms, interrupted):
            self.spoken.append((round(played_ms, 2), interrupted))

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
        await asyncio.wait_for(self.running, 60)

    async def say(self, samples, stop=True):
        sound = samples.tobytes()
        frames = [TTSStartedFrame()]
        frames += [TTSAudioRawFrame(audio=sound[at : at + 4800], sample_rate=RATE, num_channels=1)
                   for at in range(0, len(sound), 4800)]  # much faster than real time, as they do
        await self.task.queue_frames(frames + [TTSStoppedFrame()] * stop)

    async def test_speech_leaves_in_step_with_the_face_that_speaks_it(self):
        said = speech(1.5, RATE)
        await self.say(said)
        await self.until(lambda: self.after.places(TTSStoppedFrame))
        self.assertEqual(without_silence(self.after.sound()), said)
        self.assertEqual((self.started, self.spoken), (1, [(1500.0, False)]))
        # a picture with each frame of sound, and the stop behind the last
        media = self.after.places(OutputAudioRawFrame | OutputImageRawFrame)
        kinds = [type(self.after.seen[place][0]) for place in media]
        sounding = [i for i, kind in enumerate(kinds) if kind is TTSAudioRawFrame]
        self.assertTrue(all(kinds[i + 1] is OutputImageRawFrame for i in sounding))
        self.assertEqual(sounding, list(range(sounding[0], sounding[-1] + 1, 2)))
        self.assertGreater(self.after.places(TTSStoppedFrame)[0], media[sounding[-1] + 1])
        self.assertEqual(len(self.screen.pictures[0]), 256 * 256 * 3)
        # said to have started and stopped, once, when all of it had been played
        await self.until(lambda: self.before.places(BotStoppedSpeakingFrame, FrameDirection.UPSTREAM))
        self.assertEqual(without_silence(self.screen.sound), said)
        for kind in (BotStartedSpeakingFrame, BotStoppedSpeakingFrame):
            self.assertEqual(len(self.before.places(kind, FrameDirection.UPSTREAM)), 1)
        # first frame
        values = [data.value for frame, _ in self.after.seen if isinstance(frame, MetricsFrame) for data in frame.data
                  if isinstance(data, TTFBMetricsData) and data.value > 0]
        self.assertEqual(len(values), 1)

    async def test_an_interruption_silences_the_face_and_the_next_speech_is_whole(self):
        said = speech(1.5, RATE) * 4
        await self.say(said)
        await self.until(lambda: len(self.after.sound()) > RATE)
        await self.task.queue_frame(InterruptionFrame())
        await self.until(lambda: self.spoken)
        heard = without_silence(self.after.sound())
        self.assertEqual(heard, said[: len(heard)])
        (played, interrupted), = self.spoken
        self.assertTrue(interrupted)
        # what was drawn when the interruption came is not passed on: at most one frame
        self.assertGreaterEqual(played, round(1000 * len(heard) / RATE, 2))
        self.assertLessEqual(played, 1000 * len(heard) / RATE + 41 * (1 + self.face.stream.late))
        cut, = self.after.places(InterruptionFrame)
        self.assertEqual(self.after.sound(cut), b"")
        new = speech(0.7, RATE, start=1)
        await self.say(new)
        await self.until(lambda: self.after.places(TTSStoppedFrame))
        self.assertEqual(len(self.after.places(TTSStoppedFrame)), 1)  # what was cut does not stop what follows
        self.assertEqual(without_silence(self.after.sound(cut)), new)
        self.assertEqual(self.spoken[1:], [(700.0, False)])

    async def test_the_end_waits_until_all_is_said(self):
        await self.say(speech(1, RATE))
        await self.say(speech(0.5, RATE), stop=False)
        await self.task.queue_frame(EndFrame())
        await asyncio.wait_for(self.running, 60)
        self.assertEqual([played for played, _ in self.spoken], [1000.0, 500.0])

    async def test_silence_stays_silent_but_not_still(self):
        await self.task.queue_frames([TTSStartedFrame(), TTSStoppedFrame()])
        await self.until(lambda: self.after.places(TTSStoppedFrame) and len(set(self.screen.pictures)) > 10)
        self.assertFalse(self.after.sound())


class ServedPipelines(Pipelines):
    """The same, drawn by a server."""

    def options(self):
        return {"avatar": "sample", "url": served(), "token": TOKEN}

    async def test_without_its_face_the_agent_speaks_on(self):
        await self.say(speech(1.5, RATE) * 4)
        await self.until(lambda: self.after.sound())
        self.face.stream.close()
        await self.until(lambda: self.before.places(ErrorFrame, FrameDirection.UPSTREAM))
        await self.until(lambda: self.after.places(TTSStoppedFrame))
        before = len(self.after.seen)
        said = speech(0.3, RATE)
        await self.say(said)
        await self.until(lambda: len(self.after.places(TTSStoppedFrame)) == 2)
        self.assertEqual(self.after.sound(before), said.tobytes())


if __name__ == "__main__":
    run()
