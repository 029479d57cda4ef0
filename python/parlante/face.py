"""The face of a voice agent, as integrations of agent frameworks need it (pipecat_parlante, livekit.plugins.parlante)."""
from __future__ import annotations

from collections.abc import Callable
from os import PathLike
from typing import TYPE_CHECKING, Any

from . import aio
from ._native import Avatar, Film, Frame, LiveStream, Model

if TYPE_CHECKING:
    from .remote import RemoteStream


class Face:
    """What an integration is told of its face, and its stream once that is open: drawn in this process, or by a
    server (`url`)."""

    def __init__(
        self,
        *,
        avatar: Any,
        consent: str | None = None,
        model: Model | None = None,
        url: str | None = None,
        token: str | None = None,
        fps: float = 25,
        size: int | tuple[int, int] = 512,
        controls: dict[str, Any] | None = None,
        stream_options: dict[str, Any] | None = None,
        on_frame: Callable[[Frame], None] | None = None,
        film: str | PathLike[str] | None = None,
    ) -> None:
        """Nothing is loaded and nobody called before open().

        Args:
            avatar: A parlante.Avatar, or what makes one: a photo or an avatar file, as a path, bytes or an array.
                With `url`: a photo to be uploaded, the id of an avatar there, or "sample".
            consent: Whose face it is: self, permitted, synthetic or historic (see parlante.Avatar).
            model: A parlante.Model(live=True) to share between faces; none: one of its own.
            url: Of a server (`parlante serve`) that draws the face, such as ws://localhost:8080; none: this process.
            token: The server's.
            fps: Pictures a second, 10 to 60; of a server 25, 30, 40, 50 or 60.
            size: px: a side, or (width, height); of a server square.
            controls: Gaze, emotion, head pose… from the start (docs/controls.md).
            stream_options: Further options of parlante.LiveStream, or of parlante.remote.RemoteStream.
            on_frame: Hears of every frame before it is given out.
            film: A file that all that is shown is kept in: signed where it is drawn here.
        """
        if url is not None and (model is not None or isinstance(avatar, Avatar)):
            raise ValueError("a server has models and makes avatars of its own: give url, or model and parlante.Avatar")
        if url is None and token is not None:
            raise ValueError("token is a server's: give its url")
        self._source, self._consent, self._model, self._url, self._token = avatar, consent, model, url, token
        self._options = {"fps": fps, "size": size, "controls": controls or {}, **(stream_options or {})}
        self._on_frame, self._film_name = on_frame, film
        self._film: Any = None
        self.stream: LiveStream | RemoteStream | None = None
        self.utterances: aio.Utterances | None = None

    def open(self, **usual: Any) -> LiveStream | RemoteStream:
        """Prepares the face, which takes seconds: call it from a thread. `usual`: options where none were given."""
        options = usual | self._options
        if self._url is None:
            self.stream = LiveStream(*self._model_and_avatar(), **options)
        else:
            from .remote import RemoteStream

            self.stream = RemoteStream(self._url, avatar=self._source, consent=self._consent, token=self._token, **options)
        self.utterances = aio.Utterances(self.stream, self._shown)
        return self.stream

    def _model_and_avatar(self) -> tuple[Model, Avatar]:
        model = self._model or Model(live=True)
        if isinstance(self._source, Avatar):
            return model, self._source
        return model, Avatar(model, self._source, consent=self._consent)

    def _shown(self, frame: Frame) -> None:
        if self._film_name is not None:
            if self._film is None:
                self._film = self._new_film()
            self._film.write(frame)
        if self._on_frame:
            self._on_frame(frame)

    def _new_film(self) -> Any:
        if self._url is None:
            return Film(self._film_name, self.stream)
        from .remote_film import RemoteFilm

        return RemoteFilm(self._film_name, self.stream)

    def close(self) -> None:
        """Ends the stream and completes the film. A frame that is being drawn may still come."""
        stream, self.stream = self.stream, None
        if stream is not None and not isinstance(stream, LiveStream):
            stream.close()
        film, self._film, self._film_name = self._film, None, None
        if film is not None:
            film.finish()


class HasFace:
    """For classes that have a `_face`."""

    _face: Face

    @property
    def stream(self) -> LiveStream | RemoteStream | None:
        """The face's stream, once it is open."""
        return self._face.stream

    def control(self, **asked: Any) -> None:
        """Asks the face to look, hold its head, feel or idle otherwise from the next frame on (docs/controls.md)."""
        if self.stream:
            self.stream.control(**asked)


def first_channel(sound: Any, channels: int) -> memoryview:
    """Of sound in int16 (any buffer of it), whose channels lie side by side."""
    samples = memoryview(sound).cast("B").cast("h")
    return samples if channels == 1 else memoryview(samples[::channels].tobytes()).cast("h")
