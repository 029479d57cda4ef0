"""A LiveStream's frames for asyncio, each when it is due.

    async for frame in parlante.aio.frames(stream):
        await send(frame.picture, frame.pcm16())

The producer's verbs (push, speak_end, interrupt, clear, control) take no time to speak of and are called from the loop.
"""
import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor

from ._native import Frame, LiveStream


async def frames(stream: LiveStream) -> AsyncIterator[Frame]:
    """Endless; a frame is drawn on a thread of its own while the loop runs on. Who takes frames too slowly misses
    pictures, never sound. To be closed, or left by cancelling the task that runs it."""
    loop = asyncio.get_running_loop()
    drawing = ThreadPoolExecutor(1, "parlante")
    try:
        while True:
            yield await loop.run_in_executor(drawing, stream.wait)
    finally:
        drawing.shutdown(wait=False)


class Utterances:
    """Which frames' sound is speech to be passed on, and which of them end an utterance.

    An interruption takes effect with the next frame, while one may be on its way that was drawn before it: what that
    one says belongs to what was interrupted, and is not passed on.
    """

    def __init__(self) -> None:
        self.speaking = False
        self._stale = 0  # frames that may be of before the interruption

    def interrupt(self) -> None:
        """To be told when the stream is interrupted or cleared."""
        self.speaking = False
        self._stale = 2

    def take(self, frame: Frame) -> tuple[bool, bool]:
        """Of the next frame: is its sound to be passed on, and was an utterance played to its end in it?"""
        if self._stale:
            self._stale = 0 if frame.speak_ended and frame.interrupted else self._stale - 1
            return False, False
        heard = self.speaking or frame.speak_started
        self.speaking = heard and not frame.speak_ended
        return heard, frame.speak_ended
