"""A film of what a server draws. It is not signed, as parlante.Film's are, who knows what it films: the server's own
films (POST /v1/jobs) are. The mark in its pictures says the same (`parlante verify`)."""
import os
import pathlib
from fractions import Fraction
from os import PathLike

from .remote import RemoteStream
from .remote_frames import RemoteFrame
from .remote_server import RemoteError

CRF = "18"


class RemoteFilm:
    """As parlante.Film, MP4 with H.264 and AAC, by PyAV (`pip install av`). It appears under its name when it is
    complete."""

    def __init__(self, file: str | PathLike[str], stream: RemoteStream) -> None:
        try:
            import av
        except ImportError as error:
            raise RemoteError("A film of a server's face needs PyAV: pip install av.", kind="usage") from error
        self._av, self._file, self._part = av, os.fspath(file), f"{os.fspath(file)}.part"
        self._film = av.open(self._part, "w", format="mp4", options={"movflags": "faststart"})
        self._film.metadata["comment"] = "A face that was animated by artificial intelligence. Made with parlante."
        rate = Fraction(stream.fps).limit_denominator(1001)
        self._video = self._film.add_stream("h264", rate, options={"crf": CRF})
        self._video.width, self._video.height, self._video.pix_fmt = stream.width, stream.height, "yuv420p"
        self._audio = self._film.add_stream("aac", stream.sound_rate, layout="mono")
        self._frame_time, self._sample_time = 1 / rate, Fraction(1, stream.sound_rate)
        self._first = self._first_sample = None

    def write(self, frame: RemoteFrame) -> None:
        """The next frame with its sound. Where pictures were left out the one before stands longer."""
        if self._first is None:
            self._first, self._first_sample = frame.index, frame.sound_from
        picture = self._av.VideoFrame(frame.width, frame.height, "rgb24")
        _fill(picture.planes[0], frame.picture.tobytes(), 3 * frame.width)
        picture.pts, picture.time_base = frame.index - self._first, self._frame_time
        self._film.mux(self._video.encode(picture))
        pcm = frame.pcm16()
        if not pcm:
            return
        sound = self._av.AudioFrame("s16", "mono", len(pcm) // 2)
        sound.planes[0].update(pcm)
        sound.sample_rate = self._sample_time.denominator
        sound.pts, sound.time_base = frame.sound_from - self._first_sample, self._sample_time
        self._film.mux(self._audio.encode(sound))

    def finish(self) -> None:
        """Completes the file and gives it its name."""
        for stream in (self._video, self._audio):
            self._film.mux(stream.encode(None))
        self._film.close()
        os.replace(self._part, self._file)

    def __enter__(self) -> "RemoteFilm":
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self.finish()
        else:
            self._film.close()
            pathlib.Path(self._part).unlink(missing_ok=True)


def _fill(plane, pixels: bytes, width: int) -> None:
    """Rows of a plane may be longer than those of the picture."""
    if plane.line_size != width:
        gap = bytes(plane.line_size - width)
        pixels = b"".join(pixels[at : at + width] + gap for at in range(0, len(pixels), width))
    plane.update(pixels)
