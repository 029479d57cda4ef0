#!/usr/bin/env python3
"""Trains the refiner on pairs of mouths; one CPU core is enough.

    python train.py --pairs PAIRS --out refiner.pt --hold bad-situation --hold continues --minutes 20

Prints the misfit of held-out pairs, with and without the net, at a quarter of the crop's size. --without natural|grid trains on one of
the two people, to see what the net makes of a face it never saw.
"""
import argparse
import pathlib
import time

import cv2
import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

import model
import skin
from model import half

SHIFTS = [(0, 0), (2, 0), (-2, 0), (0, 2), (0, -2)]  # px by which the real crop may lie beside ours
ASTRAY = 0.35  # of the skin's light: more at a quarter of the size is another thing (collar, wall, a hand), not another light


class Pairs:
    """All pairs of some files in memory, as bytes."""

    def __init__(self, files: list[pathlib.Path]):
        found = [np.load(file) for file in files]
        kept = [dict(f) for f in found if len(f["ours"])]
        self.ours, self.real, self.labels = (np.concatenate([f[key] for f in kept]) for key in ("ours", "real", "labels"))
        self.clip = np.concatenate([np.full(len(f["ours"]), k) for k, f in enumerate(kept)])
        self.rest, self.rest_labels = (np.stack([f[key] for f in kept]) for key in ("rest", "rest_labels"))
        person = np.array([file.stem.split("-")[0] for file, f in zip(files, found) if len(f["ours"])])[self.clip]
        chance = 0.15 + np.minimum(self.labels[..., 1].mean((1, 2)) / 255 / 0.04, 1)  # open mouths more often
        for name in set(person):  # people alike
            chance[person == name] /= chance[person == name].sum()
        self.chance = chance / chance.sum()

    def __len__(self) -> int:
        return len(self.ours)

    def one(self, k: int, random: np.random.Generator | None) -> np.ndarray:
        """Drawn, rest, real, labels, labels at rest, creases to remove: (96, 128, 14) float32, pictures in units of the skin."""
        clip = self.clip[k]
        rest = self.rest[clip]
        pictures = np.concatenate([self.ours[k], rest, self.real[k]], -1).astype(np.float32) / 255
        drawn = np.concatenate([self.labels[k], self.rest_labels[clip]], -1).astype(np.float32) / 255
        if random is None:
            return np.concatenate([pictures / (np.tile(model.skin_of(rest), 3) / 255), drawn, np.zeros_like(drawn[..., :1])], -1)
        both = np.concatenate([pictures, drawn], -1)
        height, width = both.shape[:2]
        if random.random() < 0.5:
            both = both[:, ::-1]
        turn = cv2.getRotationMatrix2D((width / 2, height / 2), random.normal(0, 4), np.exp(random.normal(0, 0.12)))
        turn[:, 2] += random.normal(0, 4, 2)
        turn[0, :2] *= np.exp(random.normal(0, 0.06))
        both = np.concatenate([cv2.warpAffine(np.ascontiguousarray(part), turn, (width, height), borderMode=cv2.BORDER_REPLICATE)
                               .reshape(height, width, -1) for part in np.split(both, [4, 8, 12], -1)], -1)
        gamma, gain = np.exp(random.normal(0, 0.22)), np.exp(random.normal(0, 0.1, 3)).astype(np.float32)
        pictures, drawn = both[..., :9].clip(0, 1) ** gamma * np.tile(gain, 3), both[..., 9:]
        removed = self.made_skin(pictures, drawn, random)
        pictures[..., :6] += random.normal(0, random.random() * 0.015, (height, width, 6))
        tone = np.maximum(model.skin_of(np.uint8(255 * pictures[..., 3:6].clip(0, 1))) / 255, 0.1)
        return np.concatenate([pictures / np.tile(tone, 3), drawn, removed], -1)

    @staticmethod
    def made_skin(pictures: np.ndarray, drawn: np.ndarray, random: np.random.Generator) -> np.ndarray:
        """Puts beards and creases on the pictures (in place); what of the creases is ours and not the real one's, as a part
        of ours, (96, 128, 1)."""
        at_rest, ours = skin.corners(drawn[..., 2:]), skin.corners(drawn[..., :2])
        removed = np.zeros((*pictures.shape[:2], 1), np.float32)
        if random.random() < 0.35:
            hair = skin.beard(random)
            moved = skin.carried(hair, at_rest, ours)
            bare, bare_at_rest = drawn[..., :2].max(-1), drawn[..., 2:].max(-1)  # lips and mouth
            moved, hair = moved ** (1 - bare), hair ** (1 - bare_at_rest)
            pictures *= np.repeat(np.stack([moved, hair, moved], -1), 3, -1)
        if random.random() < 0.5:
            folds = skin.creases(at_rest, random)
            moved, gone = skin.carried(folds, at_rest, ours), skin.narrowed(at_rest, ours)
            pictures[..., :3] *= moved[..., None]
            pictures[..., 3:6] *= folds[..., None]
            pictures[..., 6:] *= (moved ** (1 - gone))[..., None]
            removed[..., 0] = moved ** -gone - 1
        return removed

    def batch(self, chosen, random: np.random.Generator | None) -> Tensor:
        return torch.from_numpy(np.stack([self.one(k, random) for k in chosen]).astype(np.float32)).permute(0, 3, 1, 2)


def low(picture: Tensor) -> Tensor:
    return functional.avg_pool2d(picture, 4)


def shifted(picture: Tensor, x: int, y: int) -> Tensor:
    return torch.roll(picture, (y, x), (2, 3))


def misfit(batch: Tensor, change: Tensor) -> Tensor:
    """Absolute difference and that of the gradients at a quarter of the size, at the shift that fits best, on skin and lips."""
    ours, real, inside = batch[:, :3], batch[:, 6:9], low(batch[:, 10:11])
    lips = low(batch[:, 9:10])
    have, want = low(ours) + half(change), torch.stack([low(shifted(real, x, y)) for x, y in SHIFTS])
    apart = (want - have).abs()
    slope = ((want.diff(dim=-1) - have.diff(dim=-1)).abs().mean(2)[..., :-1, :] + (want.diff(dim=-2) - have.diff(dim=-2)).abs().mean(2)[..., :-1])
    local = functional.avg_pool2d(apart.mean(2).flatten(0, 1)[:, None], 3, 1, 1)[:, 0].unflatten(0, apart.shape[:2])
    nearest = local.argmin(0, keepdim=True)
    error = apart.mean(2).gather(0, nearest)[0]
    sloped = functional.pad(slope, (0, 1, 0, 1)).gather(0, nearest)[0]
    apart_before = (low(real) - low(ours)).abs().amax(1)
    believed = (apart_before < ASTRAY).float() * (1 - inside[:, 0]).clamp(0) ** 2 * low(model.faded())[0]
    weight = believed * (0.5 + 1.5 * lips[:, 0])
    return ((error + 0.5 * sloped) * weight).sum((1, 2)) / (weight.sum((1, 2)) + 1)


def refined(net: model.Refiner, batch: Tensor) -> Tensor:
    return model.refined(net, batch[:, :3], batch[:, 3:6], batch[:, 9:11], batch[:, 11:13])


def detail(picture: Tensor) -> Tensor:
    """What the mean over 4 x 4 px of the crop does not hold; (N, C, 48, 64)."""
    return picture - functional.interpolate(half(picture), scale_factor=2, mode="bilinear", align_corners=False)


def crease_misfit(batch: Tensor, change: Tensor) -> Tensor:
    """The change's detail is that of the creases that have gone, and nothing else."""
    wanted = detail(half(batch[:, :3] * batch[:, 13:])) * half(model.faded()) * (1 - half(batch[:, 10:11]))
    return (detail(change) - wanted).abs().mean((1, 2, 3))


def held_out(net: model.Refiner, pairs: Pairs, count: int = 256) -> tuple[float, float]:
    """Misfit with the net and without, on frames with open mouths as often as in training."""
    chosen = np.random.default_rng(5).choice(len(pairs), min(count, len(pairs)), replace=False, p=pairs.chance)
    net.eval()
    with torch.no_grad():
        found = []
        for part in np.array_split(chosen, max(1, len(chosen) // 32)):
            batch = pairs.batch(part, None)
            found.append((misfit(batch, refined(net, batch)).mean().item(), misfit(batch, torch.zeros(1, 3, 48, 64)).mean().item()))
    net.train()
    return tuple(np.mean(found, axis=0))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pairs", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--hold", action="append", default=[], help="part of a clip's name that is held out (repeat)")
    parser.add_argument("--without", choices=("natural", "grid"), help="train on the other set only, hold all of this out")
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--width", type=int, default=24, help="channels at full width (default: %(default)s)")
    parser.add_argument("--quiet", type=float, default=0.15, help="weight of the change's own size (default: %(default)s)")
    parser.add_argument("--fine", type=float, default=4, help="weight of the change's detail (default: %(default)s)")
    args = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(1)
    random = np.random.default_rng(1)
    away = lambda f: f.stem.startswith(args.without) if args.without else any(part in f.stem for part in args.hold)
    files = sorted(args.pairs.glob("*.npz"))
    train, held = Pairs([f for f in files if not away(f)]), Pairs([f for f in files if away(f)])
    net = model.Refiner(args.width)
    optimiser = torch.optim.AdamW(net.parameters(), 2e-3, weight_decay=0.02)
    print(f"{len(train)} pairs, {len(held)} held out, {model.macs(net):.0f} MMAC", flush=True)
    began, step, running = time.monotonic(), 0, []
    while (spent := (time.monotonic() - began) / 60) < args.minutes:
        for group in optimiser.param_groups:
            group["lr"] = 2e-3 * min(1, (step + 1) / 50) * (0.5 + 0.5 * np.cos(np.pi * min(1, spent / args.minutes))) + 1e-5
        batch = train.batch(random.choice(len(train), 16, p=train.chance), random)
        change = refined(net, batch)
        loss = misfit(batch, change).mean()
        optimiser.zero_grad()
        (loss + args.fine * crease_misfit(batch, change).mean() + args.quiet * change.abs().mean()).backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimiser.step()
        running.append(loss.item())
        step += 1
        if step % 100 == 0:
            ours, none = held_out(net, held)
            print(f"{spent:.1f} min, step {step}: training {np.mean(running[-100:]):.4f}; held out {ours:.4f}, without the net {none:.4f}",
                  flush=True)
            torch.save({"width": args.width, "weights": net.state_dict()}, args.out)
    torch.save({"width": args.width, "weights": net.state_dict()}, args.out)


if __name__ == "__main__":
    main()
