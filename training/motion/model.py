"""The denoiser: speech, earlier motion and wishes to the face's channels, 25 frames a second. src/motion builds the same
graph from the exported weights; docs/motion.md describes it."""
import dataclasses
import math

import torch
import torch.nn.functional as F
from torch import nn

CONDITIONS = 16  # gaze yaw, pitch, known; log distance, known; 8 emotions, known; spread, known


@dataclasses.dataclass
class Shape:
    channels: int
    audio: int
    d: int = 192
    blocks: int = 4
    heads: int = 4
    reach: int = 40  # frames of the learned relative bias


class Block(nn.Module):
    def __init__(self, shape: Shape, dropout: float):
        super().__init__()
        d, self.heads, self.reach = shape.d, shape.heads, shape.reach
        self.ada = nn.Linear(d, 6 * d)
        nn.init.zeros_(self.ada.weight)
        nn.init.zeros_(self.ada.bias)
        self.qkv, self.out = nn.Linear(d, 3 * d), nn.Linear(d, d)
        self.bias = nn.Parameter(torch.zeros(shape.heads, 2 * shape.reach + 1))
        self.fc1, self.fc2 = nn.Linear(d, 3 * d), nn.Linear(3 * d, d)
        self.dropout = nn.Dropout(dropout)

    def forward(self, h: torch.Tensor, c: torch.Tensor) -> torch.Tensor:
        batch, frames, d = h.shape
        s1, b1, g1, s2, b2, g2 = self.ada(F.silu(c))[:, None].chunk(6, -1)
        u = F.layer_norm(h, (d,)) * (1 + s1) + b1
        q, k, v = (part.reshape(batch, frames, self.heads, -1).transpose(1, 2) for part in self.qkv(u).chunk(3, -1))
        at = torch.arange(frames, device=h.device)
        steps = (at[None] - at[:, None]).clamp(-self.reach, self.reach) + self.reach
        mixed = F.scaled_dot_product_attention(q, k, v, attn_mask=self.bias[:, steps][None].to(q.dtype))
        h = h + self.dropout(self.out(mixed.transpose(1, 2).reshape(batch, frames, d))) * (1 + g1)
        u = F.layer_norm(h, (d,)) * (1 + s2) + b2
        return h + self.dropout(self.fc2(F.gelu(self.fc1(u)))) * (1 + g2)


def time_embedding(t: torch.Tensor, d: int) -> torch.Tensor:
    f = torch.exp(torch.arange(d // 2, device=t.device) * (-math.log(1e4) / (d // 2)))
    angle = 1000 * t[:, None] * f
    return torch.cat([angle.sin(), angle.cos()], 1)


class Denoiser(nn.Module):
    """x, prev (batch, T, channels), mask (batch, T, 1), audio (batch, T, 2·half) as the Ear gives it, cond (batch,
    CONDITIONS), t (batch) in [0, 1] -> the clean channels; all channels normalised. `deaf` (batch) bool: the sound is
    dropped, for guidance."""

    def __init__(self, shape: Shape, dropout: float = 0.1):
        super().__init__()
        d, self.shape = shape.d, shape
        self.audio, self.conv, self.null = nn.Linear(shape.audio, d), nn.Conv1d(d, d, 5, padding=2), nn.Parameter(torch.zeros(d))
        self.motion = nn.Linear(2 * shape.channels + 1, d)
        self.time1, self.time2, self.cond = nn.Linear(d, d), nn.Linear(d, d), nn.Linear(CONDITIONS, d)
        self.block = nn.ModuleList(Block(shape, dropout) for _ in range(shape.blocks))
        self.norm, self.head = nn.LayerNorm(d), nn.Linear(d, shape.channels)
        for name, size in (("audio", shape.audio // 2), ("channel", shape.channels)):
            self.register_buffer(f"{name}_mean", torch.zeros(size))
            self.register_buffer(f"{name}_std", torch.ones(size))

    def normal_audio(self, audio: torch.Tensor) -> torch.Tensor:
        return (audio - self.audio_mean.repeat(2)) / self.audio_std.repeat(2)

    def normal(self, channels: torch.Tensor) -> torch.Tensor:
        return (channels - self.channel_mean) / self.channel_std

    def physical(self, channels: torch.Tensor) -> torch.Tensor:
        return channels * self.channel_std + self.channel_mean

    def forward(self, x, prev, mask, audio, cond, t, deaf=None):
        a = self.audio(self.normal_audio(audio))
        a = a + F.gelu(self.conv(a.transpose(1, 2)).transpose(1, 2))
        if deaf is not None:
            a = torch.where(deaf[:, None, None], self.null, a)
        h = a + self.motion(torch.cat([x, prev, mask], -1))
        c = self.time2(F.silu(self.time1(time_embedding(t, self.shape.d)))) + self.cond(cond)
        for block in self.block:
            h = block(h, c)
        return self.head(self.norm(h))


def schedule(t: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Cosine schedule: shares of signal and noise."""
    return torch.cos(t * math.pi / 2), torch.sin(t * math.pi / 2)


@torch.no_grad()
def sample(net: Denoiser, audio, prev, mask, cond, steps: int, guidance: float, noise: torch.Tensor) -> torch.Tensor:
    """DDIM from `noise` (batch, T, channels); normalised channels."""
    x, times = noise, torch.linspace(0.999, 0, steps + 1, device=noise.device)
    batch = len(noise)
    for now, after in zip(times[:-1], times[1:]):
        t = now.expand(batch)
        x0 = net(x, prev, mask, audio, cond, t)
        if guidance != 1:
            deaf = torch.ones(batch, dtype=torch.bool, device=noise.device)
            x0 = guidance * x0 + (1 - guidance) * net(x, prev, mask, audio, cond, t, deaf)
        signal, spread = schedule(now)
        signal_after, spread_after = schedule(after)
        x = signal_after * x0 + spread_after * (x - signal * x0) / spread
    return x


@torch.no_grad()
def regress(net: Denoiser, audio, cond) -> torch.Tensor:
    """The regressor's single evaluation: no noise, no earlier motion."""
    nothing = audio.new_zeros(*audio.shape[:2], net.shape.channels)
    return net(nothing, nothing, nothing[..., :1], audio, cond, audio.new_zeros(len(audio)))
