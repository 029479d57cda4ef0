"""The video generator: an AvatarRunner's way to a face."""
import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Callable

import parlante
from livekit import rtc
from livekit.agents.voice.avatar import AudioSegmentEnd, AvatarOptions, VideoGenerator
from parlante import aio


class ParlanteVideoGenerator(VideoGenerator):
    """Speech in; the face that speaks it out, picture by picture when each is due, with the sound that belongs to it.

    Sound is given out while there is speech in it and not else, since an AvatarRunner takes its length for the playback
    position. That is true to a frame's length: speech begins and ends within a frame, whose sound is handed over whole.
    """

    def __init__(self, stream: parlante.LiveStream, on_frame: Callable[[parlante.Frame], None] | None = None) -> None:
        """`stream`: open it with longest_gap as long as the agent may pause inside a segment (see open_stream()).
        `on_frame`: hears of every frame before it is given out, such as to keep it in a film."""
        self._stream, self._on_frame = stream, on_frame
        self._heard = aio.Utterances()
        self._resampler: rtc.AudioResampler | None = None
        self._resampled_from = stream.sound_rate
        self._pushed = False  # sound of the segment that is coming

    @staticmethod
    def open_stream(model: parlante.Model, avatar: parlante.Avatar, **options) -> parlante.LiveStream:
        """A LiveStream whose utterances end where LiveKit's segments do."""
        return parlante.LiveStream(model, avatar, **{"sound_rate": 24000, "longest_gap": 60, **options})

    @property
    def options(self) -> AvatarOptions:
        """What an AvatarRunner must know of the stream."""
        return AvatarOptions(
            video_width=self._stream.width,
            video_height=self._stream.height,
            video_fps=self._stream.fps,
            audio_sample_rate=self._stream.sound_rate,
            audio_channels=1,
        )

    async def push_audio(self, frame: rtc.AudioFrame | AudioSegmentEnd) -> None:
        """More of the segment, or its end. Waits while more is queued than the stream takes."""
        if isinstance(frame, AudioSegmentEnd):
            for rest in self._resampler.flush() if self._resampler else []:
                await self._push(_mono(rest))
            if self._pushed:
                self._stream.speak_end()
            self._pushed = False
            return
        for piece in self._at_our_rate(frame):
            await self._push(piece)

    async def _push(self, sound: memoryview) -> None:
        if len(sound) == 0:
            return
        self._pushed = True
        while not self._stream.push(sound):
            await asyncio.sleep(0.1)

    def _at_our_rate(self, frame: rtc.AudioFrame) -> list[memoryview]:
        if frame.sample_rate == self._stream.sound_rate:
            return [_mono(frame)]
        if self._resampler is None or self._resampled_from != frame.sample_rate:
            self._resampled_from = frame.sample_rate
            self._resampler = rtc.AudioResampler(frame.sample_rate, self._stream.sound_rate, num_channels=1)
        mono = _mono(frame)
        return [
            _mono(piece)
            for piece in self._resampler.push(rtc.AudioFrame(mono.tobytes(), frame.sample_rate, 1, len(mono)))
        ]

    def clear_buffer(self) -> None:
        """The user interrupts: no more sound from the next frame on, the mouth closes."""
        self._stream.interrupt()
        self._heard.interrupt()
        self._resampler = None
        self._pushed = False

    def __aiter__(self) -> AsyncIterator[rtc.VideoFrame | rtc.AudioFrame | AudioSegmentEnd]:
        return self._frames()

    async def _frames(self) -> AsyncGenerator[rtc.VideoFrame | rtc.AudioFrame | AudioSegmentEnd, None]:
        async with contextlib.aclosing(aio.frames(self._stream)) as frames:
            async for frame in frames:
                heard, ended = self._heard.take(frame)
                if self._on_frame:
                    self._on_frame(frame)
                yield rtc.VideoFrame(frame.width, frame.height, rtc.VideoBufferType.RGB24, frame.picture.tobytes())
                if heard and frame.spoken:
                    yield rtc.AudioFrame(frame.pcm16(), self._stream.sound_rate, 1, len(frame.sound))
                if ended:
                    yield AudioSegmentEnd()


def _mono(frame: rtc.AudioFrame) -> memoryview:
    """The first channel, int16."""
    return frame.data if frame.num_channels == 1 else memoryview(frame.data[:: frame.num_channels].tobytes()).cast("h")
