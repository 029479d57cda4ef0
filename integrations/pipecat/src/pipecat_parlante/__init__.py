"""A talking face for Pipecat pipelines, drawn on your own CPU from one photo."""
from .video import ParlanteVideoService, ParlanteVideoSettings

__all__ = ["ParlanteVideoService", "ParlanteVideoSettings"]
