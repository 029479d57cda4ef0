"""The video generator: an AvatarRunner's way to a face."""
import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Callable

from livekit import rtc
from livekit.agents.voice.avatar import AudioSegmentEnd, AvatarOptions, VideoGenerator
from parlante import Avatar, Error, Frame, LiveStream, Model, aio
from parlante.face import first_channel
from parlante.remote import RemoteStream

from .waiting import One, Waiting

_log = logging.getLogger("livekit.plugins.parlante")


class ParlanteVideoGenerator(VideoGenerator):
    """Speech in; the face that speaks it out, picture by picture when each is due, with the sound that belongs to it.

    Sound is given out while there is speech in it and not else, since an AvatarRunner takes its length for the playback
    position. That is true to a frame's length: speech begins and ends within a frame, whose sound is handed over whole.
    """

    USUAL = {"sound_rate": 24000, "longest_gap": 60}  # utterances end where LiveKit's segments do

    def __init__(self, face: LiveStream | RemoteStream | aio.Utterances,
                 on_frame: Callable[[Frame], None] | None = None) -> None:
        """`face`: a stream; open it with longest_gap as long as the agent may pause inside a segment (open_stream()
        does), or its utterances. `on_frame`: hears of every frame before it is given out."""
        self._heard = face if isinstance(face, aio.Utterances) else aio.Utterances(face, on_frame)
        self._stream = self._heard.stream
        self._resampler: rtc.AudioResampler | None = None
        self._resampled_from = self._stream.sound_rate
        self._pushed = False  # sound of the segment that is coming
        self._interruptions = 0
        self._waiting = Waiting()
        self._arrived, self._idle = asyncio.Event(), asyncio.Event()  # something waits; nothing is on its way to the room
        self._idle.set()
        self._drawing: asyncio.Task | None = None
        self._gone = False  # no more frames come

    @classmethod
    def open_stream(cls, model: Model, avatar: Avatar, **options) -> LiveStream:
        """A LiveStream for a generator."""
        return LiveStream(model, avatar, **cls.USUAL | options)

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
        if self._gone:
            if isinstance(frame, AudioSegmentEnd):  # nobody shall wait for a segment that nobody speaks
                self._add(frame)
            return
        with contextlib.suppress(Error):  # said where its frames end
            if isinstance(frame, AudioSegmentEnd):
                await self._end_segment()
            else:
                await self._push(*self._at_our_rate(frame))

    async def _end_segment(self) -> None:
        await self._push(*map(_mono, self._resampler.flush() if self._resampler else []))
        if self._pushed:
            self._stream.speak_end()
        self._pushed = False

    async def _push(self, *pieces: memoryview) -> None:
        before = self._interruptions
        for piece in pieces:
            while len(piece) and not self._stream.push(piece):
                await asyncio.sleep(0.1)
                if self._interruptions != before:
                    return
            self._pushed = self._pushed or len(piece) > 0

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

    async def clear_buffer(self) -> None:
        """The user interrupts: no more sound from the next frame on, the mouth closes. Returns when what is on its way to
        the room is there, which counts in the playback position."""
        self._interruptions += 1
        self._resampler = None
        self._pushed = False
        self._waiting.clear()
        with contextlib.suppress(Error):
            self._heard.interrupt()
        await self._idle.wait()

    def __aiter__(self) -> AsyncIterator[One]:
        return self._frames()

    async def aclose(self) -> None:
        """Draws no more."""
        if self._drawing:
            drawing, self._drawing = self._drawing, None
            drawing.cancel()
            await asyncio.gather(drawing, return_exceptions=True)

    async def _frames(self) -> AsyncGenerator[One, None]:
        self._drawing = self._drawing or asyncio.create_task(self._draw())
        try:
            while True:
                self._idle.set()
                while not self._waiting:
                    self._arrived.clear()
                    await self._arrived.wait()
                self._idle.clear()
                yield self._waiting.take()
        finally:
            self._idle.set()

    async def _draw(self) -> None:
        """On its own, since who takes sound waits until there is room for it: frames would be late for that, come
        together, and bring more sound at once than there is room for."""
        piece = 2 * round(self._stream.sound_rate / self._stream.fps)
        try:
            async with contextlib.aclosing(self._heard.frames()) as frames:
                async for frame, sound, ended in frames:
                    self._add(rtc.VideoFrame(frame.width, frame.height, rtc.VideoBufferType.RGB24, frame.picture.tobytes()))
                    for at in range(0, len(sound) if frame.spoken else 0, piece):
                        part = sound[at : at + piece]
                        self._add(rtc.AudioFrame(part, self._stream.sound_rate, 1, len(part) // 2))
                    if ended:
                        self._add(AudioSegmentEnd())
        except Error as error:
            _log.error("The face is gone: %s", error)
            self._gone = True
            self._add(AudioSegmentEnd())

    def _add(self, one: One) -> None:
        self._waiting.add(one)
        self._arrived.set()


def _mono(frame: rtc.AudioFrame) -> memoryview:
    return first_channel(frame.data, frame.num_channels)
