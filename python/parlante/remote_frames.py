"""The server's messages of WS /v1/stream put together to frames: no socket, no thread (docs/server.md)."""
import array
import io
import struct
import sys
from collections import deque
from dataclasses import dataclass, field
from functools import cached_property

from ._native import SAMPLE_RATE

HEAD = struct.Struct("<IIqq")  # kind, spoken, frame, sample
PICTURE, SOUND = 1, 2


class Garbled(ValueError):
    """What came is no message of the protocol."""


@dataclass(frozen=True)
class RemoteFrame:
    """As parlante.Frame: marked, labelled and drawn by the server."""

    picture: memoryview  # uint8 (height, width, 3), RGB, read-only
    index: int  # from the session's start
    sample: int  # of the sound at 16 kHz that is heard when it is shown
    sound_from: int  # index of the first sample of its sound
    spoken: int  # how many of these were pushed; the others are silence
    speak_started: bool
    speak_ended: bool
    interrupted: bool
    played_ms: float
    next_from: int
    cuts: int
    _pcm: bytes

    @property
    def height(self) -> int:
        return self.picture.shape[0]

    @property
    def width(self) -> int:
        return self.picture.shape[1]

    def pcm16(self) -> bytes:
        """The sound, bytes of little-endian int16, mono."""
        return self._pcm

    @cached_property
    def sound(self) -> memoryview:
        """The same as float32 in [-1, 1]."""
        samples = array.array("h", self._pcm)
        if sys.byteorder == "big":
            samples.byteswap()
        return memoryview(array.array("f", (sample / 32768 for sample in samples))).toreadonly()


@dataclass
class Part:
    """What came of a frame, and of those before it whose pictures are left out."""

    index: int = 0
    picture: bytes = b""
    sound: bytearray = field(default_factory=bytearray)
    sound_from: int = -1
    spoken: int = 0
    cuts: int = 0
    events: list[dict] = field(default_factory=list)  # speak_started and speak_ended, in their order

    def join(self, later: "Part") -> None:
        """Its picture gives way to that of the next."""
        if self.sound_from < 0:
            self.sound_from = later.sound_from
        if later.cuts > self.cuts:  # this was said before an interruption
            self.sound, self.spoken = bytearray(len(self.sound)), 0
        self.sound += later.sound
        self.spoken += later.spoken
        self.events += later.events
        self.index, self.picture, self.cuts = later.index, later.picture, later.cuts


class Parts:
    """Messages in; parts of frames out, each as soon as its picture came."""

    def __init__(self) -> None:
        self._coming = Part()
        self._cuts = 0

    def told(self, event: dict) -> None:
        """speak_started, speak_ended or cut. Raises Garbled."""
        try:
            if event["event"] == "cut":
                self._cuts = int(event["count"])
            elif event["event"] == "speak_ended":
                self._coming.events.append({"ended": True, "played_ms": float(event["played_ms"]),
                                            "interrupted": bool(event["interrupted"])})
            else:
                self._coming.events.append({"ended": False, "sample": int(event["sample"])})
        except (KeyError, TypeError, ValueError) as error:
            raise Garbled(f"an event that lacks something: {event}") from error

    def packet(self, message: bytes) -> Part | None:
        """A binary message. Raises Garbled."""
        if len(message) < HEAD.size:
            raise Garbled("a packet without its head")
        kind, spoken, index, sample = HEAD.unpack_from(message)
        coming = self._coming
        if kind == SOUND:
            if len(message) % 2 or coming.sound_from >= 0 and sample != coming.sound_from + len(coming.sound) // 2:
                raise Garbled("sound that does not follow what came before")
            if coming.sound_from < 0:
                coming.sound_from = sample
            coming.sound += message[HEAD.size :]
            coming.spoken += spoken
            return None
        if kind != PICTURE:
            raise Garbled(f"a packet of kind {kind}")
        coming.index, coming.picture, coming.cuts = index, message, self._cuts
        if coming.sound_from < 0:
            coming.sound_from = sample
        self._coming = Part()
        return coming


class Frames:
    """Parts to frames, as LiveStream tells of utterances: at most one ends in a frame, and what was said before an
    interruption is silent from the moment on in which that was asked for."""

    def __init__(self, width: int, height: int, fps: float, sound_rate: int, jpeg: bool) -> None:
        self._shape, self._fps, self._rate, self._jpeg = (height, width, 3), fps, sound_rate, jpeg
        self._events: deque[dict] = deque()  # not told yet
        self._told_from = False  # the first of them is a beginning that the last frame's next_from told of
        self._given = 0  # samples that were spoken, of the utterance that is heard

    def frame(self, part: Part, cuts: int) -> RemoteFrame:
        """`cuts`: interruptions asked for by now. Raises Garbled."""
        stale = part.cuts < cuts
        sound, spoken = (bytes(len(part.sound)), 0) if stale else (bytes(part.sound), part.spoken)
        started, end = self._tell(part.events)
        if started and not self._told_from:
            self._given = 0
        self._given += spoken
        next_from, played_ms, interrupted = -1, 0.0, False
        if end:
            played_ms, interrupted, of_next = end["played_ms"], end["interrupted"] or stale, 0
            if self._events and not self._events[0]["ended"] and not stale:
                next_from = self._events[0]["sample"]
                of_next = max(0, part.sound_from + len(sound) // 2 - next_from)
            if interrupted:  # not what was on its way
                played_ms = min(played_ms, 1000 * (self._given - of_next) / self._rate)
            self._given = of_next
        self._told_from = next_from >= 0
        return RemoteFrame(
            picture=self._picture(part.picture), index=part.index, sample=int(part.index * SAMPLE_RATE / self._fps),
            sound_from=part.sound_from, spoken=spoken, speak_started=started and not stale,
            speak_ended=end is not None, interrupted=interrupted, played_ms=played_ms, next_from=next_from,
            cuts=part.cuts, _pcm=sound)

    def _tell(self, events: list[dict]) -> tuple[bool, dict | None]:
        """Whether an utterance began, and the end of one; what comes after that waits for the next frame."""
        self._events += events
        started = False
        while self._events:
            if self._events[0]["ended"]:
                return started, self._events.popleft()
            if started:
                break
            started = bool(self._events.popleft())
        return started, None

    def _picture(self, message: bytes) -> memoryview:
        content = memoryview(message)[HEAD.size :]
        if self._jpeg:
            from PIL import Image  # of parlante[remote]

            try:
                decoded = Image.open(io.BytesIO(content), formats=["JPEG"]).convert("RGB")
            except OSError as error:
                raise Garbled("a picture that cannot be read") from error
            if decoded.size != (self._shape[1], self._shape[0]):
                raise Garbled("a picture of another size")
            content = memoryview(decoded.tobytes())
        if content.nbytes != self._shape[0] * self._shape[1] * 3:
            raise Garbled("a picture of another size")
        return content.cast("B", self._shape)
