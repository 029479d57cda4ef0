"""The video service: speech in, the face that speaks it and the same speech out, in step."""
import asyncio
import contextlib
import inspect
from collections import deque
from dataclasses import dataclass
from typing import Any

import parlante
from parlante import aio
from parlante.face import Face, HasFace, first_channel
from pipecat.audio.utils import create_stream_resampler
from pipecat.frames.frames import (
    CancelFrame,
    EndFrame,
    Frame,
    InterruptionFrame,
    OutputImageRawFrame,
    OutputTransportReadyFrame,
    TTSAudioRawFrame,
    TTSStoppedFrame,
)
from pipecat.processors.frame_processor import FrameDirection, FrameProcessorSetup
from pipecat.services.ai_service import AIService
from pipecat.services.settings import ServiceSettings


@dataclass
class ParlanteVideoSettings(ServiceSettings):
    """Nothing that changes while it runs goes through settings: see ParlanteVideoService.control()."""


@dataclass
class _Utterance:
    """Speech that is not played to its end."""

    stopped: TTSStoppedFrame | None = None  # held back until it is
    direction: FrameDirection = FrameDirection.DOWNSTREAM


class ParlanteVideoService(HasFace, AIService):
    """A face that speaks what the pipeline's text-to-speech says.

    Place it after the text-to-speech and before the transport's output, whose `video_out_width`, `video_out_height` and
    `video_out_framerate` are those of the face, with `video_out_is_live`. It takes TTSAudioRawFrames and gives them back
    with OutputImageRawFrames, each when it is due: a frame of sound with the picture that belongs to it. While nobody
    speaks the face lives on. TTSStoppedFrames wait until what they stop was played, so that the transport's
    BotStartedSpeakingFrame and BotStoppedSpeakingFrame are true; an InterruptionFrame silences face and sound with the
    next frame. With metrics enabled, the time to first byte goes from an utterance's first sound to its first frame.

    Every picture is marked as made by AI, visibly (`label`) and invisibly.

    Event handlers:

    - on_speech_started(service): the first frame of an utterance was given out.
    - on_speech_ended(service, played_ms, interrupted): so much of an utterance's sound was given out.
    """

    Settings = ParlanteVideoSettings
    _settings: ParlanteVideoSettings

    def __init__(
        self,
        *,
        sync_with_audio: bool = False,
        settings: ParlanteVideoSettings | None = None,
        **face: Any,
    ) -> None:
        """Nothing is loaded before the pipeline is set up.

        Args:
            sync_with_audio: Marks pictures so, for transports whose video is not live.
            settings: None are needed.
            **face: `avatar` and what else parlante.face.Face takes: consent, model, or url and token of a server that
                draws the face, fps, size, controls, film… What it does not know is for AIService.
        """
        known = inspect.signature(Face).parameters
        super().__init__(settings=settings or ParlanteVideoSettings(model="parlante"),
                         **{name: value for name, value in face.items() if name not in known})
        self._face = Face(**{name: value for name, value in face.items() if name in known})
        self._sync_with_audio = sync_with_audio
        self._gone = False
        self._resampler = create_stream_resampler()
        self._utterances: deque[_Utterance] = deque()  # the last one may still be coming
        self._coming: _Utterance | None = None
        self._all_played = asyncio.Event()
        self._all_played.set()
        self._frame_task: asyncio.Task | None = None
        self._register_event_handler("on_speech_started")
        self._register_event_handler("on_speech_ended")

    def can_generate_metrics(self) -> bool:
        """Time to first byte, an utterance each."""
        return True

    async def setup(self, setup: FrameProcessorSetup) -> None:
        """Prepares the face, at the pipeline's output rate."""
        await super().setup(setup)
        await asyncio.to_thread(self._face.open, sound_rate=setup.audio_out_sample_rate)

    async def stop(self, frame: EndFrame) -> None:
        """Waits until what was said is played."""
        await super().stop(frame)
        if self.stream and self._frame_task:
            with contextlib.suppress(TimeoutError, parlante.Error):
                self._speak_end()
                await asyncio.wait_for(self._all_played.wait(), self.stream.queued + 5)
        await self._stop_frames()

    async def cancel(self, frame: CancelFrame) -> None:
        """Stops at once."""
        await super().cancel(frame)
        await self._stop_frames()

    async def cleanup(self) -> None:
        """Lets go of the face."""
        await super().cleanup()
        await self._stop_frames()
        await asyncio.to_thread(self._face.close)

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        """Takes speech; passes everything else on."""
        await super().process_frame(frame, direction)
        if self._gone:  # the agent speaks on without it
            return await self.push_frame(frame, direction)
        try:
            if isinstance(frame, TTSAudioRawFrame):
                return await self._hear(frame)
            if isinstance(frame, TTSStoppedFrame):
                return await self._end_utterance(frame, direction)
            if isinstance(frame, InterruptionFrame):
                await self._interrupt()
            elif isinstance(frame, OutputTransportReadyFrame):
                self._start_frames()
        except parlante.Error:
            pass  # said where its frames end
        await self.push_frame(frame, direction)

    async def _hear(self, frame: TTSAudioRawFrame) -> None:
        if not self.stream:
            return
        self._start_frames()  # for transports that do not say that they are ready
        if self._coming is None:
            self._coming = _Utterance()
            self._utterances.append(self._coming)
            self._all_played.clear()
            if len(self._utterances) == 1:  # others wait their turn, which is not our time
                await self.start_ttfb_metrics()
        sound = first_channel(frame.audio, frame.num_channels)
        if frame.sample_rate != self.stream.sound_rate:
            sound = await self._resampler.resample(sound.tobytes(), frame.sample_rate, self.stream.sound_rate)
        if len(sound) and not self.stream.push(sound):
            await self.push_error(error_msg="The face has too much to say: speech was left out.")

    async def _end_utterance(self, frame: TTSStoppedFrame, direction: FrameDirection) -> None:
        coming = self._coming
        if coming is None:  # nothing of it was heard, or it is played already
            await self.push_frame(frame, direction)
            return
        coming.stopped, coming.direction = frame, direction
        self._speak_end()

    def _speak_end(self) -> None:
        if self._coming is not None and self.stream:
            self._coming = None
            self.stream.speak_end()

    async def _interrupt(self) -> None:
        if not self._face.utterances:
            return
        self._utterances.clear()
        self._coming = None
        self._all_played.set()
        await self._resampler.reset()
        await self.cancel_ttfb_metrics()
        self._face.utterances.interrupt()

    def _start_frames(self) -> None:
        if self._face.utterances and not self._frame_task:
            self._frame_task = self.create_task(self._give_frames(self._face.utterances))

    async def _stop_frames(self) -> None:
        if self._frame_task:
            task, self._frame_task = self._frame_task, None
            await self.cancel_task(task)

    async def _give_frames(self, utterances: aio.Utterances) -> None:
        try:
            async with contextlib.aclosing(utterances.frames()) as frames:
                async for frame, sound, ended in frames:
                    await self._give(frame, sound, ended)
        except parlante.Error as error:
            self._gone = True
            while self._utterances:
                await self._pass_end()
            await self.push_error(error_msg=f"The face is gone: {error}")

    async def _give(self, frame: parlante.Frame, sound: bytes, ended: bool) -> None:
        if sound:
            await self.push_frame(
                TTSAudioRawFrame(audio=sound, sample_rate=self._face.stream.sound_rate, num_channels=1)
            )
        picture = OutputImageRawFrame(
            image=frame.picture.tobytes(), size=(frame.width, frame.height), format="RGB"
        )
        picture.sync_with_audio = self._sync_with_audio
        await self.push_frame(picture)
        if sound and frame.speak_started:
            await self.stop_ttfb_metrics()
            await self._call_event_handler("on_speech_started")
        if frame.speak_ended:
            await self._call_event_handler("on_speech_ended", frame.played_ms, frame.interrupted)
        if ended:
            await self._pass_end()

    async def _pass_end(self) -> None:
        if not self._utterances:
            return
        utterance = self._utterances.popleft()
        if utterance is self._coming:  # it paused for long: what follows is another one
            self._coming = None
        if not self._utterances:
            self._all_played.set()
        if utterance.stopped:
            await self.push_frame(utterance.stopped, utterance.direction)
