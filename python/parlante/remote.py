"""A LiveStream that a server draws (`parlante serve`), by WebSocket: `pip install 'parlante[remote]'`.

    with parlante.remote.RemoteStream("ws://localhost:8080", avatar="portrait.png", consent="synthetic") as stream:
        stream.push(piece)
        stream.speak_end()
        frame = stream.wait()
"""
import array
import json
import logging
import sys
import threading
import time
from collections import deque
from typing import Any, Literal

from .remote_frames import Frames, Garbled, Part, Parts, RemoteFrame
from .remote_server import RemoteError, RemoteServer

__all__ = ["RemoteError", "RemoteFrame", "RemoteStream"]

_log = logging.getLogger(__name__)

MOST_WAITING = 3  # frames that were not taken, before pictures are left out
MOST_SOUND_WAITING = 60  # s, before nobody is thought to take them
KEEP_ALIVE = 60  # s without a word of ours
PIECE = 1 << 18  # bytes of sound in a message; the server takes a megabyte


class RemoteStream:
    """The verbs and frames of parlante.LiveStream; the clock is the server's, so there is wait() and no next().

    Several threads may use it. Where the connection ends, every call raises the RemoteError that says why, wait()
    after the frames that came before it; nothing connects again by itself.
    """

    def __init__(self, url: str, *, avatar: Any = "sample", consent: str | None = None, token: str | None = None,
                 fps: int = 25, size: int | tuple[int, int] = 512, sound_rate: int = 48000,
                 controls: dict[str, Any] | None = None, longest_gap: float = 2,
                 pictures: Literal["raw", "jpeg"] | None = None, timeout: float = 20) -> None:
        """Connects. What a call may ask for is the server's to say (docs/server.md).

        Args:
            url: ws://host:port or wss://…, or http(s).
            avatar: "sample", the id of an avatar that the server has, or a photo: the path of a file, bytes, or a
                picture as an array (uint8, height, width, RGB). A photo is uploaded, and forgotten on close().
            consent: Whose face a photo shows (see parlante.Avatar); or PARLANTE_CONSENT.
            token: The server's.
            fps, size, sound_rate, controls, longest_gap: As of LiveStream; size is square.
            pictures: How they travel. None: raw within this machine, else jpeg.
            timeout: s, of each step of opening but the making of an avatar.
        """
        self._server = RemoteServer(url, token, timeout)
        width, height = size if isinstance(size, tuple) else (size, size)
        if width != height:
            raise RemoteError("A server's pictures are square.", kind="usage")
        output = pictures or ("raw" if self._server.is_near else "jpeg")
        if output == "jpeg":
            _need_pillow()
        self._lock = threading.Condition()
        self._waiting: deque[Part] = deque()
        self._ended: RemoteError | None = None
        self._closing = False
        self._cuts = 0  # interruptions asked for
        self._unheard = 0  # samples pushed and not given out
        self._late = 0
        self._spoke_at = time.monotonic()
        self._uploaded: str | None = None
        try:
            if not self._server.knows(avatar):
                avatar = self._uploaded = self._server.upload(avatar, consent)
            self._socket, ready = self._server.open_stream({
                "avatar": avatar, "fps": fps, "size": width, "sample_rate": sound_rate, "output": output,
                "controls": controls or {}, "longest_gap": longest_gap, "keep_size": True, "token": token})
        except BaseException:
            self._forget()
            raise
        try:
            self._width, self._height = int(ready["width"]), int(ready["height"])
            self._fps, self._rate = float(ready["fps"]), int(ready["sound_rate"])
            self._latency_ms, self._most_queued = float(ready["latency_ms"]), float(ready["max_speech_s"])
        except (KeyError, TypeError, ValueError) as error:
            self._server.close(self._socket)
            self._forget()
            raise self._server.stranger() from error
        self._frames = Frames(self._width, self._height, self._fps, self._rate, output == "jpeg")
        self._reader = threading.Thread(target=self._read, name="parlante remote", daemon=True)
        self._reader.start()

    @property
    def width(self) -> int:
        return self._width

    @property
    def height(self) -> int:
        return self._height

    @property
    def fps(self) -> float:
        return self._fps

    @property
    def sound_rate(self) -> int:
        return self._rate

    @property
    def latency_ms(self) -> float:
        """Between a sound that reached the server and the same sound with its frame; the network comes to that."""
        return self._latency_ms

    @property
    def late(self) -> int:
        """Pictures left out, by the server because it was busy or here because they were not taken."""
        return self._late

    @property
    def queued(self) -> float:
        """Sound pushed and not yet given out, s."""
        return self._unheard / self._rate

    def push(self, sound: Any) -> bool:
        """As LiveStream.push()."""
        pcm = pcm16_of(sound)
        with self._lock:
            if self._unheard + len(pcm) // 2 > self._most_queued * self._rate:
                return False
            self._unheard += len(pcm) // 2
            for at in range(0, len(pcm), PIECE):
                self._send(pcm[at : at + PIECE])
        return True

    def speak_end(self) -> None:
        """The utterance is complete."""
        self._command("speak_end")

    def interrupt(self) -> int:
        """As LiveStream.interrupt(): the next frame given out is silent; that with speak_ended comes when the server has
        obeyed, with `played_ms` of what was given out here."""
        return self._cut("interrupt")

    def clear(self) -> int:
        """The same without `interrupted`."""
        return self._cut("clear")

    def control(self, **asked: Any) -> None:
        """Changes what is named (docs/controls.md). What the server cannot understand it says in the log."""
        self._command("controls", controls=asked)

    def wait(self) -> RemoteFrame:
        """Waits for the next frame and gives it. Whoever does not take them misses pictures, never sound."""
        with self._lock:
            while not self._waiting:
                if self._ended:
                    raise self._ended
                self._lock.wait()
            part, cuts = self._waiting.popleft(), self._cuts
            if part.cuts >= cuts:
                self._unheard = max(0, self._unheard - part.spoken)
            if time.monotonic() - self._spoke_at > KEEP_ALIVE and not self._ended:
                self._command("keep_alive")
        try:
            return self._frames.frame(part, cuts)
        except Garbled as error:
            why = _garbled(error)
            self._end(why)
            raise why from error

    def close(self) -> None:
        """Ends the session, and has the server forget a photo that was uploaded for it."""
        with self._lock:
            if self._closing:
                return
            self._closing = True
        self._end(RemoteError("The stream is closed.", "closed", kind="cancelled"))
        self._server.close(self._socket)
        if threading.current_thread() is not self._reader:
            self._reader.join()
        self._forget()

    def __enter__(self) -> "RemoteStream":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _cut(self, how: str) -> int:
        with self._lock:
            self._cuts += 1
            self._unheard = 0
            self._command(how)
            return self._cuts

    def _command(self, kind: str, **more: Any) -> None:
        with self._lock:
            self._send(json.dumps({"type": kind, **more}))

    def _send(self, message: str | bytes) -> None:
        if self._ended:
            raise self._ended
        self._spoke_at = time.monotonic()
        try:
            self._socket.send(message)
        except Exception as error:  # closed, or broken: the reader learns of it too
            raise self._end(self._server.ending(self._socket)) from error

    def _end(self, why: RemoteError) -> RemoteError:
        """The first reason counts."""
        with self._lock:
            self._ended = self._ended or why
            self._lock.notify_all()
            return self._ended

    def _forget(self) -> None:
        if self._uploaded:
            self._server.forget(self._uploaded)
            self._uploaded = None

    def _read(self) -> None:
        parts = Parts()
        try:
            for message in self._socket:
                if isinstance(message, str):
                    self._told(parts, message)
                elif part := parts.packet(message):
                    self._keep(part)
        except Garbled as error:
            self._end(_garbled(error))
            self._server.close(self._socket, 1002)
        except Exception:  # the connection is broken
            _log.debug("the connection ended", exc_info=True)
        self._end(self._server.ending(self._socket))

    def _told(self, parts: Parts, message: str) -> None:
        try:
            event = json.loads(message)
            what = event["event"]
        except (ValueError, KeyError, TypeError) as error:
            raise Garbled("a text that is no event") from error
        if what in ("speak_started", "speak_ended", "cut"):
            parts.told(event)
        elif what == "error":
            _log.warning("%s: %s", self._server.url, event.get("message"))
        elif what == "draining":
            _log.warning("%s is about to end", self._server.url)
            self._server.draining = True
        elif what == "stats":
            self._late += int(event.get("late", 0))

    def _keep(self, part: Part) -> None:
        with self._lock:
            if len(self._waiting) == MOST_WAITING:
                first = self._waiting.popleft()
                first.join(self._waiting[0])
                self._waiting[0] = first
                self._late += 1
                if len(first.sound) > 2 * self._rate * MOST_SOUND_WAITING:
                    raise Garbled("more frames than anybody takes")
            self._waiting.append(part)
            self._lock.notify()


def pcm16_of(sound: Any) -> bytes:
    """Sound as streams take it, to bytes of little-endian int16: mono as float32 or float64 in [-1, 1], int16, or such
    bytes."""
    view = memoryview(sound)
    if view.ndim != 1 or view.format not in ("B", "b", "c", "h", "f", "d") or view.nbytes % 2:
        raise TypeError("sound is one row of mono samples: float32 in [-1, 1], int16, or bytes of little-endian int16")
    if view.format in ("f", "d"):
        samples = array.array("h", (max(-32768, min(32767, round(32768 * s))) if s == s else 0 for s in view))
    elif view.format == "h":
        samples = array.array("h", view.tobytes())
    else:
        return view.tobytes()
    if sys.byteorder == "big":
        samples.byteswap()
    return samples.tobytes()


def _garbled(error: Garbled) -> RemoteError:
    return RemoteError(f"What the server sends cannot be understood: {error}.", "protocol")


def _need_pillow() -> None:
    try:
        import PIL.Image  # noqa: F401
    except ImportError as error:
        raise RemoteError("JPEG pictures need Pillow: pip install 'parlante[remote]'.", kind="usage") from error
