"""Whole clips through the denoiser: offline in blocks with continuation, and live in a sliding window."""
import dataclasses

import numpy as np
import torch

from clips import FPS, RATE, SAMPLES, Clips
from front_end import HOP, WIDTH, Ear
from model import Denoiser, regress, sample

BILABIAL, LABIODENTAL = 1, 2  # numbers of phone classes
PEAK, LAG, BITE = 0.35, 0.06, 0.008


@dataclasses.dataclass
class Settings:
    steps: int = 2
    guidance: float = 1.5
    previous: int = 10  # frames of its own past
    keep: int = 38  # frames of a window that count; the rest is look-ahead
    window: int = 60
    regressor: bool = False
    seed: int = 1
    samples: int = 1  # averaged


def _denoise(net: Denoiser, audio, prev, mask, cond, s: Settings, noise) -> torch.Tensor:
    if s.regressor:
        return regress(net, audio, cond)
    return torch.stack([sample(net, audio, prev, mask, cond, s.steps, s.guidance, n) for n in noise]).mean(0)


@torch.no_grad()
def heard(clips: Clips, ear: Ear, i: int) -> torch.Tensor:
    """(frames, audio) of one whole clip."""
    clip = torch.tensor([i], device=clips.device)
    zero = torch.zeros(1, device=clips.device, dtype=torch.float64)
    samples = clips.clips[i].samples // SAMPLES * SAMPLES
    return ear(clips.sound(clip, zero, zero + 1, samples))[0]


@torch.no_grad()
def offline(net: Denoiser, audio: list[torch.Tensor], s: Settings) -> list[torch.Tensor]:
    """Physical channels of clips, in blocks; all clips at once, the short ones padded with silence's features."""
    device, channels = audio[0].device, net.shape.channels
    frames = [len(a) for a in audio]
    ahead = s.window - s.previous - s.keep
    longest = -(-max(frames) // s.keep) * s.keep
    padded = torch.stack([torch.cat([a[:1].expand(s.previous, -1), a, a[-1:].expand(longest - len(a) + ahead, -1)]) for a in audio])
    made = torch.zeros(len(audio), s.previous + longest, channels, device=device)
    cond = _neutral(len(audio), device)
    generator = torch.Generator(device).manual_seed(s.seed)
    for at in range(0, longest, s.keep):
        mask = torch.zeros(len(audio), s.window, 1, device=device)
        prev = torch.zeros(len(audio), s.window, channels, device=device)
        if at > 0:
            mask[:, :s.previous] = 1
            prev[:, :s.previous] = made[:, at:at + s.previous]
        noise = torch.randn(s.samples, len(audio), s.window, channels, device=device, generator=generator)
        out = _denoise(net, padded[:, at:at + s.window], prev, mask, cond, s, noise)
        made[:, at + s.previous:at + s.previous + s.keep] = out[:, s.previous:s.previous + s.keep]
    return [net.physical(made[k, s.previous:s.previous + n]) for k, n in enumerate(frames)]


@torch.no_grad()
def live(net: Denoiser, clips: Clips, ear: Ear, i: int, s: Settings, future_s: float = 0.12, hop: int = 2, window: int = 45,
         span: int = 50) -> torch.Tensor:
    """As a stream hears it: every `hop` frames the last `span` frames of sound, which end `future_s` (whole frames) after the
    frames given out, are heard and the last `window` frames drawn anew, always from the same noise, so that one drawing agrees
    with the next."""
    device, channels = clips.device, net.shape.channels
    frames, ahead = clips.clips[i].samples // SAMPLES, round(future_s * FPS)
    hops = -(-frames // hop)
    count = (span + ahead) * SAMPLES
    starts = (torch.arange(1, hops + 1, device=device) * hop).double() / FPS + future_s - count / RATE
    noise = torch.randn(hops * hop + window, channels, device=device, generator=torch.Generator(device).manual_seed(s.seed))
    made = []
    for at in range(0, hops, 64):
        some = starts[at:at + 64]
        sound = clips.sound(torch.full((len(some),), i, device=device), some, torch.ones_like(some), count)
        audio = ear(sound)[:, -window:]
        steps = torch.arange(at, at + len(some), device=device)[:, None] * hop + torch.arange(window, device=device)
        nothing = torch.zeros(len(some), window, channels, device=device)
        out = _denoise(net, audio, nothing, nothing[..., :1], _neutral(len(some), device), s, noise[steps][None])
        made.append(out[:, window - ahead - hop:window - ahead].reshape(-1, channels))
    return net.physical(torch.cat(made)[:frames])


def _neutral(batch: int, device) -> torch.Tensor:
    """Conditions at run time: looking at the viewer, lips as wide as people's on average."""
    cond = torch.zeros(batch, 16, device=device)
    cond[:, [2, 4, 15]] = 1
    return cond


def with_closures(aperture: np.ndarray, audio: np.ndarray) -> np.ndarray:
    """The laws of contact as src/motion/closures.cpp has them, roughly: a peak of b/p/m or f/v shuts the lips 60 ms before it."""
    halves = audio.reshape(-1, audio.shape[1] // 2)
    moments = (np.arange(len(aperture)) + 0.5) / FPS
    for phone, least, hold in ((LABIODENTAL, BITE, 0.015), (BILABIAL, 0.0, 0.02)):
        mass, shut = halves[:, 2 * WIDTH + phone], np.zeros(len(aperture))
        for k in range(1, len(mass) - 1):
            if mass[k] > PEAK and mass[k] >= mass[k - 1] and mass[k] > mass[k + 1]:
                distance = np.abs(moments - (k * HOP / RATE - LAG))
                shut = np.maximum(shut, np.clip(1 - (distance - hold) / 0.06, 0, 1))
        aperture = aperture + shut * shut * (3 - 2 * shut) * (np.minimum(aperture, least) - aperture)
    return aperture


def against_real(clips: Clips, i: int, audio: torch.Tensor, made: torch.Tensor):
    """What scores.score() takes, of clip i: our opening (raw, and under the laws), the real one, the voice by loudness."""
    clip, zero = torch.tensor([i], device=clips.device), torch.zeros(1, device=clips.device, dtype=torch.float64)
    real = clips.motion(clip, zero, zero + 1, len(made))[0, :, 0].cpu().numpy()
    audio = audio[:len(made)]
    energy = audio.reshape(len(made), 2, -1)[:, :, -1].mean(1).cpu().numpy() * 20 - 40
    voice = (energy > energy.max() - 30).astype(float)
    raw = made[:, 0].clamp(min=0).cpu().numpy()
    return (raw, real, voice), (with_closures(raw, audio.cpu().numpy()), real, voice)
