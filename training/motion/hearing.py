"""What the product's front end hears of each clip, kept in a folder."""
import pathlib

import numpy as np

from sources import Source

FRAME_S = 0.02
VOICED = 0.3
BILABIAL = 1  # PhoneClass
KEPT = ("layer2", "classes", "energy_db", "pitch_hz", "voice")


class Hearing:
    def __init__(self, folder: pathlib.Path, models: str):
        self.folder, self.models = folder, models

    def sound(self, source: Source) -> np.ndarray:
        """float32 (samples,), mono, 16 kHz."""
        import parlante
        return np.asarray(parlante.read_sound(str(source.sound)))

    def of(self, source: Source) -> dict[str, np.ndarray]:
        """Rows of 20 ms: layer2, classes, energy_db, pitch_hz, voice."""
        file = self.folder / source.set / f"{source.name}.npz"
        if not file.exists():
            import parlante
            heard = parlante.hear(self.sound(source), self.models)
            file.parent.mkdir(parents=True, exist_ok=True)
            np.savez(file, **{name: np.asarray(heard[name]).astype(np.float16 if name == "layer2" else np.float32)
                              for name in KEPT})
        with np.load(file) as stored:
            return {name: stored[name] for name in KEPT}


def frames_at(heard: dict[str, np.ndarray], start_s: float, fps: float, frames: int) -> np.ndarray:
    """The row that is heard at the middle of each picture; (frames,), may lie outside."""
    return np.floor((start_s + np.arange(frames) / fps) / FRAME_S).astype(int)


def voice_at(heard: dict[str, np.ndarray], start_s: float, fps: float, frames: int) -> np.ndarray:
    """(frames,) bool: somebody speaks during the picture."""
    rows = frames_at(heard, start_s, fps, frames)
    inside = (rows >= 0) & (rows < len(heard["voice"]))
    return inside & (heard["voice"][np.clip(rows, 0, len(heard["voice"]) - 1)] > VOICED)
