"""The video service: speech in, the face that speaks it and the same speech out, in step."""
import asyncio
import contextlib
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import parlante
from parlante import aio
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


class ParlanteVideoService(AIService):
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
        avatar: Any,
        consent: str | None = None,
        model: parlante.Model | None = None,
        fps: float = 25,
        size: int | tuple[int, int] = 512,
        controls: dict[str, Any] | None = None,
        sync_with_audio: bool = False,
        settings: ParlanteVideoSettings | None = None,
        stream_options: dict[str, Any] | None = None,
        on_frame: Callable[[parlante.Frame], None] | None = None,
        **kwargs: Any,
    ) -> None:
        """Nothing is loaded before the pipeline is set up.

        Args:
            avatar: A parlante.Avatar, or what makes one: a photo or an avatar file, as a path, bytes or an array.
            consent: Whose face it is: self, permitted, synthetic or historic (see parlante.Avatar).
            model: A parlante.Model(live=True) to share between services; none: one of its own.
            fps: Pictures a second, 10 to 60.
            size: px: a side, or (width, height).
            controls: Gaze, emotion, head pose… from the start (docs/controls.md).
            sync_with_audio: Marks pictures so, for transports whose video is not live.
            settings: None are needed.
            stream_options: Further options of parlante.LiveStream.
            on_frame: Hears of every frame before it is given out, such as to keep it in a parlante.Film.
            **kwargs: For AIService.
        """
        super().__init__(settings=settings or ParlanteVideoSettings(model="parlante"), **kwargs)
        self._source, self._consent, self._model = avatar, consent, model
        self._options = {"fps": fps, "size": size, "controls": controls or {}, **(stream_options or {})}
        self._sync_with_audio, self._on_frame = sync_with_audio, on_frame
        self._stream: parlante.LiveStream | None = None
        self._resampler = create_stream_resampler()
        self._utterances: deque[_Utterance] = deque()  # the last one may still be coming
        self._coming: _Utterance | None = None
        self._heard = aio.Utterances()
        self._all_played = asyncio.Event()
        self._all_played.set()
        self._frame_task: asyncio.Task | None = None
        self._register_event_handler("on_speech_started")
        self._register_event_handler("on_speech_ended")

    def can_generate_metrics(self) -> bool:
        """Time to first byte, an utterance each."""
        return True

    @property
    def stream(self) -> parlante.LiveStream | None:
        """The face's stream, once the pipeline is set up."""
        return self._stream

    def control(self, **asked: Any) -> None:
        """Asks the face to look, hold its head, feel or idle otherwise from the next frame on (docs/controls.md)."""
        if self._stream:
            self._stream.control(**asked)

    async def setup(self, setup: FrameProcessorSetup) -> None:
        """Loads the model, prepares the face and opens its stream, at the pipeline's output rate."""
        await super().setup(setup)
        rate = setup.audio_out_sample_rate
        self._stream = await asyncio.to_thread(self._open, rate)

    def _open(self, rate: int) -> parlante.LiveStream:
        model = self._model or parlante.Model(live=True)
        avatar = self._source
        if not isinstance(avatar, parlante.Avatar):
            avatar = parlante.Avatar(model, avatar, consent=self._consent)
        return parlante.LiveStream(model, avatar, sound_rate=rate, **self._options)

    async def stop(self, frame: EndFrame) -> None:
        """Waits until what was said is played."""
        await super().stop(frame)
        if self._stream and self._frame_task:
            self._speak_end()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._all_played.wait(), self._stream.queued + 5)
        await self._stop_frames()

    async def cancel(self, frame: CancelFrame) -> None:
        """Stops at once."""
        await super().cancel(frame)
        await self._stop_frames()

    async def cleanup(self) -> None:
        """Lets go of the stream."""
        await super().cleanup()
        await self._stop_frames()
        self._stream = None

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        """Takes speech; passes everything else on."""
        await super().process_frame(frame, direction)
        if isinstance(frame, TTSAudioRawFrame):
            await self._hear(frame)
        elif isinstance(frame, TTSStoppedFrame):
            await self._end_utterance(frame, direction)
        elif isinstance(frame, InterruptionFrame):
            await self._interrupt()
            await self.push_frame(frame, direction)
        else:
            if isinstance(frame, OutputTransportReadyFrame):
                self._start_frames()
            await self.push_frame(frame, direction)

    async def _hear(self, frame: TTSAudioRawFrame) -> None:
        if not self._stream:
            return
        self._start_frames()  # for transports that do not say that they are ready
        if self._coming is None:
            self._coming = _Utterance()
            self._utterances.append(self._coming)
            self._all_played.clear()
            if len(self._utterances) == 1:  # others wait their turn, which is not our time
                await self.start_ttfb_metrics()
        sound = _mono(frame)
        if frame.sample_rate != self._stream.sound_rate:
            sound = await self._resampler.resample(sound, frame.sample_rate, self._stream.sound_rate)
        if sound and not self._stream.push(sound):
            await self.push_error(error_msg="The face has too much to say: speech was left out.")

    async def _end_utterance(self, frame: TTSStoppedFrame, direction: FrameDirection) -> None:
        coming = self._coming
        if coming is None:  # nothing of it was heard, or it is played already
            await self.push_frame(frame, direction)
            return
        coming.stopped, coming.direction = frame, direction
        self._speak_end()

    def _speak_end(self) -> None:
        if self._coming is not None and self._stream:
            self._coming = None
            self._stream.speak_end()

    async def _interrupt(self) -> None:
        if not self._stream:
            return
        self._stream.interrupt()
        self._heard.interrupt()
        self._utterances.clear()
        self._coming = None
        self._all_played.set()
        await self._resampler.reset()
        await self.cancel_ttfb_metrics()

    def _start_frames(self) -> None:
        if self._stream and not self._frame_task:
            self._frame_task = self.create_task(self._give_frames(self._stream))

    async def _stop_frames(self) -> None:
        if self._frame_task:
            task, self._frame_task = self._frame_task, None
            await self.cancel_task(task)

    async def _give_frames(self, stream: parlante.LiveStream) -> None:
        async with contextlib.aclosing(aio.frames(stream)) as frames:
            async for frame in frames:
                await self._give(frame, stream)

    async def _give(self, frame: parlante.Frame, stream: parlante.LiveStream) -> None:
        heard, ended = self._heard.take(frame)
        if self._on_frame:
            self._on_frame(frame)
        if heard:
            await self.push_frame(
                TTSAudioRawFrame(audio=frame.pcm16(), sample_rate=stream.sound_rate, num_channels=1)
            )
        picture = OutputImageRawFrame(
            image=frame.picture.tobytes(), size=(frame.width, frame.height), format="RGB"
        )
        picture.sync_with_audio = self._sync_with_audio
        await self.push_frame(picture)
        if heard and frame.speak_started:
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


def _mono(frame: TTSAudioRawFrame) -> bytes:
    """The first channel."""
    if frame.num_channels == 1:
        return frame.audio
    return memoryview(frame.audio).cast("h")[:: frame.num_channels].tobytes()
