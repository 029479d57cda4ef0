"""parlante: one photo of a face and speech become a video of that face speaking.

    import parlante

    model = parlante.Model()
    avatar = parlante.Avatar(model, "portrait.png", consent="synthetic")
    stream = parlante.Stream(model, avatar)
    stream.push(samples)                        # mono, 16 kHz
    stream.end()
    with parlante.Film("out.mp4", stream) as film:
        film.write_sound(samples)
        for frame in stream:
            film.write(frame)

`LiveStream` is the same face under a clock, for talking with somebody; `parlante.aio` gives its frames to asyncio,
`parlante.remote` has a server draw them, and integrations of agent frameworks stand on `parlante.face`. Every picture is
marked as made by AI, visibly and invisibly. What training needs of the product is in `parlante.training`.
"""
import importlib
from typing import Any

from . import training
from ._native import Avatar, Error, Film, Frame, LiveStream, Model, Stream, __version__
from .training import *  # noqa: F403  (as it was before there was a package)

__all__ = ["Avatar", "Error", "Film", "Frame", "LiveStream", "Model", "Stream", "__version__", *training.__all__]


def __getattr__(name: str) -> Any:
    if name in ("aio", "face", "remote"):  # loaded when they are asked for
        return importlib.import_module(f".{name}", __name__)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
