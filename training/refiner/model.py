"""The refiner: a small U-net that looks at a drawn mouth and says, at half its size, how a real one is lit.

Colours are in units of the face's own skin (`skin_of`), so that tone and exposure do not matter. What it adds is a smooth change of
light times a mask: the picture's fine detail stays that of the renderer."""
import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

CHANNELS = 3 + 3 + 2 + 2  # drawn, rest, labels of both
MOST = 0.6  # of the skin's light that may be added or taken


def skin_of(rest: np.ndarray) -> np.ndarray:
    """Median colour (3,) of the crop's cheeks and chin, of 255; linear scales of it make faces comparable."""
    height, width = rest.shape[:2]
    sides = np.concatenate([rest[height // 3 : height * 3 // 4, width // 6 : width // 4].reshape(-1, 3),
                            rest[height // 3 : height * 3 // 4, width * 3 // 4 : width * 5 // 6].reshape(-1, 3)])
    return np.maximum(np.median(sides, axis=0), 24).astype(np.float32)


def block(into: int, out: int, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(into, out, 3, stride, 1), nn.GroupNorm(4, out), nn.SiLU())


class Refiner(nn.Module):
    """(N, CHANNELS, 96, 128) -> the change (N, 3, 48, 64) in units of the skin, masked."""

    def __init__(self, width: int = 24):
        super().__init__()
        self.enter = nn.Sequential(nn.PixelUnshuffle(2), block(4 * CHANNELS, width))  # 48 x 64
        self.down = nn.ModuleList([block(width, 2 * width, 2), block(2 * width, 3 * width, 2), block(3 * width, 4 * width, 2)])
        self.deep = nn.Sequential(block(4 * width, 4 * width), block(4 * width, 4 * width))  # 6 x 8
        self.up = nn.ModuleList([block(7 * width, 3 * width), block(5 * width, 2 * width), block(3 * width, width)])
        self.leave = nn.Conv2d(width, 4, 3, 1, 1)  # 48 x 64
        nn.init.zeros_(self.leave.weight)
        nn.init.zeros_(self.leave.bias)

    def forward(self, seen: Tensor) -> Tensor:
        levels = [self.enter(seen)]
        for layer in self.down[:2]:
            levels.append(layer(levels[-1]))
        found = self.deep(self.down[2](levels[-1]))
        for layer, level in zip(self.up, reversed(levels)):
            larger = functional.interpolate(found, scale_factor=2, mode="bilinear", align_corners=False)
            found = layer(torch.cat([larger, level], 1))
        change, mask = self.leave(found).split([3, 1], 1)
        return torch.tanh(change) * MOST * torch.sigmoid(mask)


def inputs(ours: Tensor, rest: Tensor, labels: Tensor, rest_labels: Tensor) -> Tensor:
    """Pictures in units of the skin, labels 0 to 1, all (N, C, 96, 128)."""
    return torch.cat([ours - rest, rest - 0.8, labels - 0.25, rest_labels - 0.25], 1)


def half(picture: Tensor) -> Tensor:
    return functional.avg_pool2d(picture, 2)


def refined(net: Refiner, ours: Tensor, rest: Tensor, labels: Tensor, rest_labels: Tensor) -> Tensor:
    """The change (N, 3, 48, 64); none at the crop's rim and none inside the mouth."""
    return net(inputs(ours, rest, labels, rest_labels)) * half(faded()) * (1 - half(labels[:, 1:]))


def at_full_size(change: Tensor) -> Tensor:
    return functional.interpolate(change, scale_factor=2, mode="bicubic", align_corners=False)


def faded() -> Tensor:
    """1 inside, 0 at the crop's rim, (1, 1, 96, 128)."""
    x, y = ((torch.minimum(torch.arange(n), torch.arange(n).flip(0)) / 12.0).clamp(0, 1) for n in (128, 96))
    ease = lambda t: t * t * (3 - 2 * t)
    return (ease(y)[:, None] * ease(x)[None])[None, None]


def macs(net: nn.Module) -> float:
    """Millions of multiply-adds a picture."""
    total = 0

    def count(layer, _, out):
        nonlocal total
        total += layer.weight.numel() * out.shape[-1] * out.shape[-2]

    hooks = [m.register_forward_hook(count) for m in net.modules() if isinstance(m, nn.Conv2d)]
    net(torch.zeros(1, CHANNELS, 96, 128))
    for hook in hooks:
        hook.remove()
    return total / 1e6
