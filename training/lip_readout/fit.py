#!/usr/bin/env python3
"""Fit the readout of the lips from the phonetic network's second layer; README.md says on what and how well.

    python fit.py --data ../../../shared/data --build ../../build/release --cache /tmp/lip_readout
"""
import argparse
import pathlib

import numpy as np

import constants
from clips import Clip, grid_tracks, hear, indexed_tracks
from ridge import Problem, Readout

COMMITTED = pathlib.Path(__file__).resolve().parents[2] / "src/motion/lip_readout_weights.inc"


def compare(clips: list[Clip], ours: dict[str, Readout], other: dict[str, Readout]) -> None:
    for measure, readout in ours.items():
        a = np.concatenate([readout.read(clip)[clip.voiced] for clip in clips])
        b = np.concatenate([other[measure].read(clip)[clip.voiced] for clip in clips])
        print(f"{measure}: against the given constants: readings correlate {np.corrcoef(a, b)[0, 1]:.4f}, "
              f"mean difference {np.abs(a - b).mean():.5f}, of a spread of {b.std():.5f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=pathlib.Path, required=True, help="folder that holds natural/ and grid_s1/")
    parser.add_argument("--build", type=pathlib.Path, required=True, help="build folder with bin/ and models/")
    parser.add_argument("--cache", type=pathlib.Path, required=True, help="where tracks and features are kept")
    parser.add_argument("--every", type=int, default=12, help="take each n-th GRID clip (default: %(default)s)")
    parser.add_argument("--ridge", type=float, default=3000, help="lambda on standardised channels (default: %(default)s)")
    parser.add_argument("--out", type=pathlib.Path, help="write the constants to this file")
    parser.add_argument("--against", type=pathlib.Path, default=COMMITTED,
                        help="constants to compare with (default: the committed ones)")
    args = parser.parse_args()

    args.cache.mkdir(parents=True, exist_ok=True)
    programs = args.build / "bin"
    tracks = indexed_tracks(args.data / "natural")
    tracks += grid_tracks(args.data / "grid_s1", args.every, programs / "parlante", args.cache)
    clips = hear(tracks, programs / "speech_features", args.build / "models" / "phonetic.hama", args.cache)
    seconds = {kind: sum(len(c.gap) for c in clips if c.person.startswith("GRID") == grid) * 0.02
               for kind, grid in (("natural", False), ("GRID", True))}
    print(f"{len(clips)} clips: natural {seconds['natural']:.0f} s, GRID {seconds['GRID']:.0f} s")

    readouts = {}
    for measure in ("gap", "width"):
        problem = Problem(clips, measure, args.ridge)
        for kind, score in problem.cross_validate().items():
            print(f"{measure}, {kind}: correlation {score.correlation:.3f}, spread {score.spread:.2f} of the real one")
        readouts[measure] = problem.fit()
    if args.against.exists():
        compare(clips, readouts, constants.read(args.against))
    if args.out:
        constants.write(readouts, args.out)


if __name__ == "__main__":
    main()
