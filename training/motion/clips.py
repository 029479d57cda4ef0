"""The cached clips (dataset.py) on one device: windows of sound and channels at any time and speed."""
import dataclasses
import json
import pathlib

import numpy as np
import torch

RATE, FPS = 16000, 25
SAMPLES = RATE // FPS  # a frame
CONTEXT = RATE  # samples of sound before a window


@dataclasses.dataclass
class Clip:
    name: str
    person: str
    set: str
    split: str
    fps: float
    start_s: float  # in the sound, of the middle of frame 0
    frames: int
    first_frame: int  # in Clips.codes
    samples: int
    first_sample: int  # in Clips.audio
    spread: float  # of the person's lip opening


def emotion_names() -> list[str]:
    return ["happiness", "sadness", "anger", "fear", "disgust", "surprise", "contempt", "calm"]


class Clips:
    """All clips of some splits and sets, concatenated."""

    def __init__(self, cache: pathlib.Path, splits: set[str], sets: set[str] | None, device: str):
        listing = json.loads((cache / "channels.json").read_text())
        self.channels: list[str] = listing["channels"]
        self.phone_classes: list[int] = listing["phone_classes"]
        self.clips: list[Clip] = []
        audio, codes, first_sample, first_frame = [], [], 0, 0
        for entry in json.loads((cache / "index.json").read_text())["clips"]:
            if entry["split"] not in splits or (sets and entry["set"] not in sets):
                continue
            with np.load(cache / entry["file"]) as stored:
                sound, code = stored["audio"], stored["codes"].astype(np.float32)
                distance = stored["log_distance"].astype(np.float32)
            spread = float(entry.get("spread") or 0.054)
            self.clips.append(Clip(entry["name"], entry["person"], entry["set"], entry["split"], float(entry["fps"]),
                                   float(entry["start_s"]), len(code), first_frame, len(sound), first_sample, spread))
            audio.append(torch.from_numpy(sound.astype(np.int16)))
            codes.append(torch.from_numpy(np.concatenate([code, distance[:, None]], 1)))
            first_sample += len(sound)
            first_frame += len(code)
        self.audio = torch.cat(audio).to(device)
        self.codes = torch.cat(codes).to(device)
        self.device = device

        def column(field: str, kind) -> torch.Tensor:
            return torch.tensor([getattr(c, field) for c in self.clips], dtype=kind, device=device)

        self.fps, self.start_s, self.spread = (column(f, torch.float64) for f in ("fps", "start_s", "spread"))
        self.frames, self.first_frame = column("frames", torch.long), column("first_frame", torch.long)
        self.samples, self.first_sample = column("samples", torch.long), column("first_sample", torch.long)

    def seconds(self, i: int) -> float:
        return self.clips[i].samples / RATE

    def sound(self, clip: torch.Tensor, start_s: torch.Tensor, speed: torch.Tensor, samples: int) -> torch.Tensor:
        """(batch, samples) from `start_s` (batch) on, played `speed` times as fast (Catmull-Rom); silence beyond the clip."""
        steps = torch.arange(samples, device=self.device, dtype=torch.float64)
        at = start_s[:, None] * RATE + steps * speed[:, None]
        low = at.floor()
        f = (at - low).float()

        def tap(offset: int) -> torch.Tensor:
            n = low.long() + offset
            inside = (n >= 0) & (n < self.samples[clip][:, None])
            n = n.clamp(min=0).minimum(self.samples[clip][:, None] - 1) + self.first_sample[clip][:, None]
            return self.audio[n].float() / 32768 * inside

        p0, p1, p2, p3 = tap(-1), tap(0), tap(1), tap(2)
        return p1 + 0.5 * f * (p2 - p0 + f * (2 * p0 - 5 * p1 + 4 * p2 - p3 + f * (3 * (p1 - p2) + p3 - p0)))

    def motion(self, clip: torch.Tensor, start_s: torch.Tensor, speed: torch.Tensor, frames: int) -> torch.Tensor:
        """(batch, frames, channels + 1: log distance) at the middles of frames of 1/FPS from `start_s` on; NaN where nothing is known."""
        middles = (torch.arange(frames, device=self.device, dtype=torch.float64) + 0.5) / FPS
        at = (start_s[:, None] + middles * speed[:, None] - self.start_s[clip][:, None]) * self.fps[clip][:, None]
        low = at.floor()
        f = (at - low).float()[..., None]
        last = self.frames[clip][:, None] - 1
        inside = (at >= -0.5) & (at <= last + 0.5)
        n = low.long()
        a = self.codes[n.clamp(min=0).minimum(last) + self.first_frame[clip][:, None]]
        b = self.codes[(n + 1).clamp(min=0).minimum(last) + self.first_frame[clip][:, None]]
        return torch.where(inside[..., None], a + f * (b - a), torch.nan)
