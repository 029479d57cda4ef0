"""The phonetic front end in PyTorch, so that the trainer can hear altered sound: the same conformer, from the same weight
pack, as src/speech (tests/python holds both against each other through the module)."""
import pathlib
import struct

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

HOP = 320  # samples a frame
WIDTH, HEADS, BLOCKS, PHONES = 144, 4, 4, 191
BLOCK_PREFIX = "acoustic_model.model.blocks."


def read_pack(file: pathlib.Path) -> dict[str, torch.Tensor]:
    """The arrays of a weight pack; src/speech/weight_pack.hpp describes the layout."""
    raw = file.read_bytes()
    if raw[:8] != b"HAMAPK\x01\x02":
        raise ValueError(f"{file} is not a phonetic weight pack")
    (count,), at, entries = struct.unpack_from("<I", raw, 8), 12, []
    for _ in range(count):
        (length,) = struct.unpack_from("<H", raw, at)
        name = raw[at + 2:at + 2 + length].decode()
        at += 2 + length
        kind, rank = raw[at], raw[at + 1]
        shape = struct.unpack_from(f"<{rank}I", raw, at + 2)
        offset, _ = struct.unpack_from("<QQ", raw, at + 2 + 4 * rank)
        at += 18 + 4 * rank
        entries.append((name, kind, shape, offset))
    start = (at + 15) // 16 * 16
    arrays = {}
    for name, kind, shape, offset in entries:
        values = np.frombuffer(raw, np.float16 if kind else np.float32, int(np.prod(shape)), start + offset)
        arrays[name] = torch.tensor(values.reshape(shape).astype(np.float32))
    return arrays


class FrontEnd(nn.Module):
    """(batch, samples) at 16 kHz -> (batch, frames, 2·WIDTH + PHONES): second layer, fourth layer, posterior.
    Frame k is centred on sample k·HOP. Frozen."""

    def __init__(self, file: pathlib.Path):
        super().__init__()
        for number, (name, array) in enumerate(read_pack(file).items()):
            self.register_buffer(f"a{number}", array, persistent=False)
            self._names = {**getattr(self, "_names", {}), name: f"a{number}"}
        self.requires_grad_(False)

    def w(self, name: str) -> torch.Tensor:
        return getattr(self, self._names[name])

    def _norm(self, h: torch.Tensor, name: str) -> torch.Tensor:
        return F.layer_norm(h, (WIDTH,), self.w(f"{name}.weight"), self.w(f"{name}.bias"))

    def _half_feed_forward(self, h: torch.Tensor, name: str, product: int) -> torch.Tensor:
        wide = F.silu(self._norm(h, f"{name}.norm") @ self.w(f"onnx::MatMul_{product}") + self.w(f"{name}.fc1.bias"))
        return h + 0.5 * (wide @ self.w(f"onnx::MatMul_{product + 1}") + self.w(f"{name}.fc2.bias"))

    def _attention(self, h: torch.Tensor, prefix: str, product: int) -> torch.Tensor:
        batch, frames, _ = h.shape
        joint = self._norm(h, prefix + "attn_norm") @ self.w(f"onnx::MatMul_{product}") + self.w(prefix + "attn.in_proj_bias")
        q, k, v = (part.view(batch, frames, HEADS, -1).transpose(1, 2) for part in joint.split(WIDTH, -1))
        heads = F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(batch, frames, WIDTH)
        return h + heads @ self.w(f"onnx::MatMul_{product + 4}") + self.w(prefix + "attn.out_proj.bias")

    def _convolution(self, h: torch.Tensor, prefix: str, first: int) -> torch.Tensor:
        wide = self._norm(h, prefix + "conv.norm") @ self.w(prefix + "conv.pointwise1.weight")[:, :, 0].T
        gated = F.glu(wide + self.w(prefix + "conv.pointwise1.bias"), -1).transpose(1, 2)
        across = F.conv1d(gated, self.w(f"onnx::Conv_{first}"), self.w(f"onnx::Conv_{first + 1}"), padding=15, groups=WIDTH)
        narrow = F.silu(across).transpose(1, 2) @ self.w(prefix + "conv.pointwise2.weight")[:, :, 0].T
        return h + narrow + self.w(prefix + "conv.pointwise2.bias")

    @torch.no_grad()
    def forward(self, samples: torch.Tensor) -> torch.Tensor:
        padded = F.pad(samples[:, None], (200, 200), mode="reflect")
        power = (F.conv1d(padded, self.w("stft_real_kernel"), stride=160) ** 2
                 + F.conv1d(padded, self.w("stft_imag_kernel"), stride=160) ** 2)
        mel = (power.transpose(1, 2) @ self.w("mel_fb")).clamp(min=1e-10).log().transpose(1, 2)
        h = F.conv1d(mel, self.w("onnx::Conv_801"), self.w("onnx::Conv_802"), stride=2, padding=1)
        h = F.gelu(h).transpose(1, 2)
        layers = []
        for block in range(BLOCKS):
            prefix, product = f"{BLOCK_PREFIX}{block}.", 829 + 9 * block
            h = self._half_feed_forward(h, prefix + "ffn1", product)
            h = self._attention(h, prefix, product + 2)
            h = self._convolution(h, prefix, 804 + 3 * block)
            h = self._half_feed_forward(h, prefix + "ffn2", product + 7)
            h = self._norm(h, prefix + "norm")
            layers.append(h)
        logits = h @ self.w("acoustic_model.model.proj.weight")[:, :, 0].T + self.w("acoustic_model.model.proj.bias")
        return torch.cat([layers[1], layers[3], logits.softmax(-1)], -1)[:, : samples.shape[1] // HOP]


class Ear(nn.Module):
    """What the denoiser hears: (batch, samples) -> (batch, samples // 640, 2·HALF), not normalised. For each frame of
    25 a second its two phonetic frames one after the other, each [second layer, fourth layer, phone-class masses, energy]."""

    HALF = 2 * WIDTH + 17 + 1

    def __init__(self, pack: pathlib.Path, phone_classes: list[int]):
        super().__init__()
        self.front_end = FrontEnd(pack)
        self.register_buffer("classes", F.one_hot(torch.tensor(phone_classes), 17).float(), persistent=False)

    @torch.no_grad()
    def forward(self, samples: torch.Tensor) -> torch.Tensor:
        heard = self.front_end(samples)
        frames = heard.shape[1] // 2 * 2
        blocks = samples[:, : frames * HOP].reshape(len(samples), frames, HOP)
        energy_db = 10 * torch.log10(blocks.square().mean(-1, keepdim=True) + 1e-10)
        energy = (energy_db.clamp(-80, 0) + 40) / 20
        half = torch.cat([heard[:, :frames, : 2 * WIDTH], heard[:, :frames, 2 * WIDTH:] @ self.classes, energy], -1)
        return half.reshape(len(samples), frames // 2, 2 * self.HALF)
