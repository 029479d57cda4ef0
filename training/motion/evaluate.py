#!/usr/bin/env python3
"""How a trained checkpoint opens the lips, against real ones: steps, guidance, live windows.

    python evaluate.py --checkpoint motion.pt --cache CACHE --pack ../../build/release/models/phonetic.hama [--live]
"""
import argparse
import pathlib

import torch

from clips import RATE, Clips
from front_end import Ear
from model import Denoiser, Shape
from run import Settings, against_real, heard, live, offline
from scores import score


def load(file: pathlib.Path, device: str) -> tuple[Denoiser, bool]:
    stored = torch.load(file, map_location=device, weights_only=False)
    net = Denoiser(Shape(**stored["shape"])).to(device)
    net.load_state_dict(stored["ema"])
    return net.eval(), stored["args"]["kind"] == "regressor"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--checkpoint", type=pathlib.Path, required=True, nargs="+")
    parser.add_argument("--cache", type=pathlib.Path, required=True)
    parser.add_argument("--pack", type=pathlib.Path, required=True)
    parser.add_argument("--live", action="store_true", help="sliding windows with 120 ms of future as well")
    parser.add_argument("--sweep", action="store_true", help="steps and guidance")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    args = parser.parse_args()
    held = Clips(args.cache, {"stop", "measure"}, None, args.device)
    ear = Ear(args.pack, held.phone_classes).to(args.device)
    numbers = [i for i, c in enumerate(held.clips) if c.samples > 1.5 * RATE]
    audio = {i: heard(held, ear, i) for i in numbers}
    sets = sorted({held.clips[i].set for i in numbers})

    def report(title: str, made: dict[int, torch.Tensor]) -> None:
        for name in sets:
            pairs = [against_real(held, i, audio[i], made[i])[1] for i in numbers if held.clips[i].set == name]
            print(f"| {title} | {name} | {score(pairs)} |", flush=True)

    for file in args.checkpoint:
        net, regressor = load(file, args.device)
        tried = [Settings(regressor=regressor)]
        if args.sweep and not regressor:
            tried += [Settings(guidance=g) for g in (1.0, 1.25, 2.0, 2.5)] + [Settings(steps=n) for n in (1, 4, 8)]
            tried += [Settings(samples=4), Settings(seed=2)]
        for s in tried:
            title = f"{file.stem} steps {s.steps} guidance {s.guidance}" + (f" mean of {s.samples}" if s.samples > 1 else "")
            report(title, dict(zip(numbers, offline(net, [audio[i] for i in numbers], s))))
        if args.live:
            s = Settings(regressor=regressor)
            report(f"{file.stem} live, 120 ms of future", {i: live(net, held, ear, i, s) for i in numbers})


if __name__ == "__main__":
    main()
