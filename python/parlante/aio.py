"""A stream's frames for asyncio, each when it is due, and what of their sound is speech to be passed on.

    async for frame in parlante.aio.frames(stream):
        await send(frame.picture, frame.pcm16())

The producer's verbs (push, speak_end, interrupt, clear, control) take no time to speak of and are called from the loop.
"""
import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from ._native import Frame, LiveStream

if TYPE_CHECKING:
    from .remote import RemoteStream


async def frames(stream: "LiveStream | RemoteStream") -> AsyncIterator[Frame]:
    """Endless; a frame is drawn, or waited for, on a thread of its own while the loop runs on. Who takes frames too
    slowly misses pictures, never sound. To be closed, or left by cancelling the task that runs it."""
    loop = asyncio.get_running_loop()
    drawing = ThreadPoolExecutor(1, "parlante")
    try:
        while True:
            yield await loop.run_in_executor(drawing, stream.wait)
    finally:
        drawing.shutdown(wait=False)


class Utterances:
    """Which frames' sound is speech to be passed on, and which of them end an utterance.

    A frame is passed on whole from an utterance's first to its last, silence before and after it as well, so that sound
    stays in step with the pictures. Of what was said before an interruption nothing is passed on any more, though
    frames may be on their way that were drawn before it; of what is said after it, nothing is lost, also where both lie
    in one frame.
    """

    def __init__(self, stream: "LiveStream | RemoteStream", on_frame: Callable[[Frame], None] | None = None) -> None:
        """`on_frame` hears of every frame before frames() gives it out."""
        self.stream, self._on_frame = stream, on_frame
        self._speaking = False
        self._cuts = self._seen = 0

    def interrupt(self) -> None:
        """Interrupts the stream."""
        self._speaking = False
        self._cuts = self.stream.interrupt()

    async def frames(self) -> AsyncIterator[tuple[Frame, bytes, bool]]:
        """As aio.frames(), with what take() says of them."""
        async with contextlib.aclosing(frames(self.stream)) as drawn:
            async for frame in drawn:
                if self._on_frame:
                    self._on_frame(frame)
                yield frame, *self.take(frame)

    def take(self, frame: Frame) -> tuple[bytes, bool]:
        """Of the next frame: the sound to be passed on (int16), and whether what was passed on of an utterance is over."""
        if frame.cuts < self._cuts:
            return b"", False  # drawn before the interruption
        cut, self._seen = frame.cuts > self._seen, frame.cuts
        # what both began and ended in the frame of an interruption lay before it
        heard = self._speaking or (frame.speak_started and not (cut and frame.speak_ended))
        self._speaking = (heard and not frame.speak_ended) or frame.next_from >= 0
        if heard:
            return frame.pcm16(), frame.speak_ended
        if frame.next_from < 0:
            return b"", False
        return frame.pcm16()[2 * max(0, frame.next_from - frame.sound_from) :], False
