"""parlante plugin for LiveKit Agents: a talking face drawn in the agent's own process from one photo."""
import logging

from livekit.agents import Plugin

from .avatar import AvatarSession
from .video import ParlanteVideoGenerator
from .version import __version__

__all__ = ["AvatarSession", "ParlanteVideoGenerator", "__version__"]


class ParlantePlugin(Plugin):
    def __init__(self) -> None:
        super().__init__(__name__, __version__, __package__ or __name__, logging.getLogger("livekit.plugins.parlante"))


Plugin.register_plugin(ParlantePlugin())
