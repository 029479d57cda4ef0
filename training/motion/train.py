#!/usr/bin/env python3
"""Train the denoiser (or the regressor) on the cached clips; docs/motion.md says how and how well.

    python train.py --cache CACHE --pack ../../build/release/models/phonetic.hama --out motion.pt
"""
import argparse
import json
import pathlib
import time

import torch

from augment import alter
from clips import CONTEXT, RATE, SAMPLES, Clips
from front_end import Ear
from model import Denoiser, Shape, schedule
from run import Settings, against_real, heard, offline
from scores import CLOSED, score
from targets import APERTURE, channel_weights, conditions, mirror, normalisation

SHARES = {"natural": 0.25, "facegood": 0.2, "grid_s1": 0.35}
PREVIOUS = 10


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cache", type=pathlib.Path, required=True, help="folder made by dataset.py")
    parser.add_argument("--pack", type=pathlib.Path, required=True, help="weight pack of the phonetic network")
    parser.add_argument("--out", type=pathlib.Path, required=True, help="checkpoint to write; --resume goes on from it")
    parser.add_argument("--resume", action="store_true")
    parser.add_argument("--kind", choices=("diffusion", "regressor"), default="diffusion")
    parser.add_argument("--sets", nargs="+", default=list(SHARES), help="training sets (default: all)")
    parser.add_argument("--features", choices=("all", "layers", "layer2", "layer4", "classes"), default="all",
                        help="what is heard, for ablations")
    parser.add_argument("--no-truncation", action="store_true", help="never end the sound at the window's end")
    parser.add_argument("--no-alteration", action="store_true", help="sound as recorded, at its own speed")
    parser.add_argument("--speed", type=float, default=0.18, help="sound and lips up to e^this faster or slower")
    parser.add_argument("--blind", type=float, default=0.5, help="share of windows that start from noise alone")
    parser.add_argument("--alone", type=float, default=0.5, help="share of windows without earlier motion")
    parser.add_argument("--aperture", type=float, default=APERTURE, help="weight of the lips' opening in the loss")
    parser.add_argument("--noise", type=float, default=0.1, help="on features, of their spread")
    parser.add_argument("--voice-noise", type=float, default=0.5, help="on features, the same for a whole window")
    parser.add_argument("--natural", type=float, default=SHARES["natural"], help="share of natural speech in a batch")
    parser.add_argument("--d", type=int, default=192)
    parser.add_argument("--blocks", type=int, default=4)
    parser.add_argument("--dropout", type=float, default=0.4)
    parser.add_argument("--batch", type=int, default=48)
    parser.add_argument("--steps", type=int, default=900)
    parser.add_argument("--minutes", type=float, default=1e9, help="stop (and anneal) by then")
    parser.add_argument("--rate", type=float, default=8e-4)
    parser.add_argument("--weight-decay", type=float, default=0.02)
    parser.add_argument("--ema", type=float, default=0.99)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--every", type=int, default=300, help="steps between two measurements")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    return parser.parse_args()


class Batches:
    def __init__(self, clips: Clips, ear: Ear, args: argparse.Namespace, generator: torch.Generator):
        self.clips, self.ear, self.args, self.generator = clips, ear, args, generator
        per_set = {name: sum(c.samples for c in clips.clips if c.set == name) for name in SHARES}
        self.mirrored, signs = mirror(clips.channels)
        self.signs = signs.to(clips.device)
        shares = {**SHARES, "natural": args.natural}
        self.chances = torch.tensor([shares[c.set] * c.samples / per_set[c.set] for c in clips.clips], device=clips.device)

    def uniform(self, low: float, high: float, count: int | None = None) -> torch.Tensor:
        n = self.args.batch if count is None else count
        return low + (high - low) * torch.rand(n, generator=self.generator, device=self.clips.device)

    def next(self):
        clips, args = self.clips, self.args
        clip = torch.multinomial(self.chances, args.batch, True, generator=self.generator)
        whole, truncated = float(self.uniform(0, 1, 1)), float(self.uniform(0, 1, 1))
        frames = 60 if whole < 0.6 else int(self.uniform(16, 60, 1))
        future = RATE
        if not args.no_truncation and truncated < 0.5:
            future = 0 if truncated < 0.3 else int(self.uniform(0, 0.2, 1) * RATE)
        speed = torch.ones(args.batch, device=clips.device)
        if not args.no_alteration:
            speed = self.uniform(-args.speed, args.speed).exp()
        speed = speed.double()
        latest = clips.samples[clip].double() / RATE - frames / 25 * speed + 0.2
        start = -0.4 + self.uniform(0, 1).double() * (latest + 0.4).clamp(min=0.2)
        sound = clips.sound(clip, start - CONTEXT / RATE * speed, speed, CONTEXT + frames * SAMPLES + future)
        if not args.no_alteration:
            sound = alter(sound, self.generator)
        first = CONTEXT // SAMPLES
        audio = self.ear(sound)[:, first:first + frames]
        motion, distance = clips.motion(clip, start, speed, frames).split([len(clips.channels), 1], -1)
        flipped = self.uniform(0, 1)[:, None, None] < 0.5
        motion = torch.where(flipped, motion[..., self.mirrored] * self.signs, motion)
        return audio, motion, conditions(motion, distance[..., 0], clips.spread[clip], clips.channels, 0.1, self.generator)


def kept_features(kind: str, half: int) -> torch.Tensor:
    keep = torch.zeros(half)
    ranges = {"all": [(0, half)], "layers": [(0, 288)], "layer2": [(0, 144)], "layer4": [(144, 288)], "classes": [(288, half)]}
    for a, b in ranges[kind]:
        keep[a:b] = 1
    return keep.repeat(2)


def loss(net: Denoiser, audio, motion, cond, weights, args, generator) -> torch.Tensor:
    batch, frames, channels = motion.shape
    device = motion.device

    def rand(*size):
        return torch.rand(*size, generator=generator, device=device)

    def randn(like):
        return torch.randn(like.shape, generator=generator, device=device)

    known = ~motion.isnan()
    clean = torch.where(known, net.normal(motion.nan_to_num()), 0)
    t, mask = torch.zeros(batch, device=device), torch.zeros(batch, frames, 1, device=device)
    if args.kind == "regressor":
        x, prev, deaf = torch.zeros_like(clean), torch.zeros_like(clean), None
    else:
        t = torch.where(rand(batch) < args.blind, 0.999, rand(batch))
        signal, spread = (s[:, None, None] for s in schedule(t))
        x = signal * clean + spread * randn(clean)
        lengths = torch.where(rand(batch) < args.alone, 0, torch.where(rand(batch) < 0.7, PREVIOUS, (rand(batch) * PREVIOUS).long() + 1))
        mask = (torch.arange(frames, device=device)[None] < lengths[:, None]).float()[..., None]
        prev = (clean + 0.1 * randn(clean)) * mask
        deaf = rand(batch) < 0.1
    # A voice of its own: an offset that stays for the whole window, the same in both halves.
    voice = torch.randn(batch, 1, audio.shape[2] // 2, generator=generator, device=device).repeat(1, 1, 2)
    noisy = audio + (args.noise * randn(audio) + args.voice_noise * voice) * net.audio_std.repeat(2)
    muted = rand(batch, 1, audio.shape[2]) < 0.05
    gap_start, gap = (rand(batch, 1) * frames), rand(batch, 1) * 3
    at = torch.arange(frames, device=device)[None]
    muted = muted | ((at >= gap_start) & (at < gap_start + gap) & (rand(batch, 1) < 0.3))[..., None]
    noisy = torch.where(muted, net.audio_mean.repeat(2), noisy)
    out = net(x, prev, mask, noisy, cond, t, deaf)
    weight = weights * known * (1 - 0.9 * mask)
    total = weight.sum().clamp(min=1)
    error = (weight * (out - clean) ** 2).sum() / total
    both = weight[:, 1:] * known[:, :-1]
    velocity = (both * ((out[:, 1:] - out[:, :-1]) - (clean[:, 1:] - clean[:, :-1])) ** 2).sum() / both.sum().clamp(min=1)
    # Shut lips are shut: what is open there counts in units of a tenth of the usual spread.
    aperture, scale = out[..., 0] * net.channel_std[0] + net.channel_mean[0], net.channel_std[0]
    shut = known[..., 0] & (motion[..., 0] < CLOSED)
    closed = (shut * (aperture.abs() / scale)).sum() / shut.sum().clamp(min=1) * shut.float().mean()
    return error + velocity + 0.5 * closed


@torch.no_grad()
def measure(net: Denoiser, ear: Ear, held: Clips, settings: Settings) -> dict[str, str]:
    net.eval()
    found = {}
    long_enough = [i for i, c in enumerate(held.clips) if c.samples > RATE * 1.5]
    for name in sorted({held.clips[i].set for i in long_enough}):
        numbers = [i for i in long_enough if held.clips[i].set == name]
        audio = [heard(held, ear, i) for i in numbers]
        raw, law = [], []
        for i, a, made in zip(numbers, audio, offline(net, audio, settings)):
            of_raw, of_law = against_real(held, i, a, made)
            raw.append(of_raw)
            law.append(of_law)
        found[name] = f"{score(raw)} | law: {score(law)}"
    net.train()
    return found


def main() -> None:
    args = arguments()
    torch.manual_seed(args.seed)
    torch.set_float32_matmul_precision("high")
    generator = torch.Generator(args.device).manual_seed(args.seed)
    clips = Clips(args.cache, {"train"}, set(args.sets), args.device)
    held = Clips(args.cache, {"stop", "measure"}, None, args.device)
    ear = Ear(args.pack, clips.phone_classes).to(args.device)
    shape = Shape(channels=len(clips.channels), audio=2 * ear.HALF, d=args.d, blocks=args.blocks)
    net = Denoiser(shape, args.dropout).to(args.device)
    batches = Batches(clips, ear, args, generator)
    mean, std = normalisation(clips)
    net.channel_mean.copy_(mean)
    net.channel_std.copy_(std)
    halves = torch.cat([batches.next()[0].reshape(-1, ear.HALF) for _ in range(8)])
    net.audio_mean.copy_(halves.mean(0))
    net.audio_std.copy_(halves.std(0).clamp(min=1e-3))
    keep = kept_features(args.features, ear.HALF).to(args.device)
    weights = channel_weights(clips.channels, args.aperture).to(args.device)
    weights = weights / weights.mean()
    optimiser = torch.optim.AdamW(net.parameters(), args.rate, weight_decay=args.weight_decay,
                                  fused=args.device.startswith("cuda"))
    ema = {name: value.clone() for name, value in net.state_dict().items()}
    done = 0
    if args.resume and args.out.exists():
        stored = torch.load(args.out, map_location=args.device, weights_only=False)
        net.load_state_dict(stored["net"])
        optimiser.load_state_dict(stored["optimiser"])
        ema, done = stored["ema"], stored["step"]
        generator.manual_seed(args.seed + done)
    settings = Settings(regressor=args.kind == "regressor")
    started, logged = time.time(), []

    def say(step: int, value: float) -> None:
        live_weights = {name: v.clone() for name, v in net.state_dict().items()}

        def save() -> None:
            torch.save({"net": live_weights, "ema": ema, "optimiser": optimiser.state_dict(), "step": step, "shape": vars(shape),
                        "channels": clips.channels, "args": {k: str(v) for k, v in vars(args).items()}, "log": logged}, args.out)

        save()  # before measuring, which takes a minute on a CPU
        print(f"{args.out.stem} {step} loss {value:.4f}, {(step - done) / (time.time() - started):.1f} steps/s", flush=True)
        net.load_state_dict(ema)
        for name, line in measure(net, ear, held, settings).items():
            print(f"{args.out.stem} {step} {name}: {line}", flush=True)
            logged.append((step, name, line))
        net.load_state_dict(live_weights)
        save()

    step = done
    autocast = torch.autocast("cuda" if args.device.startswith("cuda") else "cpu", torch.bfloat16)
    while step < args.steps:
        elapsed = (time.time() - started) / 60
        progress = min(1.0, max(step / args.steps, elapsed / args.minutes))
        if progress >= 1:
            break
        warm = min(1.0, (step + 1) / 300)
        for group in optimiser.param_groups:
            group["lr"] = args.rate * warm * (0.02 + 0.98 * 0.5 * (1 + torch.cos(torch.tensor(progress * 3.14159)).item()))
        audio, motion, cond = batches.next()
        audio = torch.where(keep > 0, audio, net.audio_mean.repeat(2))
        with autocast:
            value = loss(net, audio, motion, cond, weights, args, generator)
        optimiser.zero_grad(set_to_none=True)
        value.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimiser.step()
        step += 1
        keep_share = min(args.ema, step / (step + 10))
        torch._foreach_lerp_(list(ema.values()), [v.detach() for v in net.state_dict().values()], 1 - keep_share)
        if step % args.every == 0:
            say(step, value.item())
    say(step, value.item())
    args.out.with_suffix(".json").write_text(json.dumps(logged, indent=1))


if __name__ == "__main__":
    main()
