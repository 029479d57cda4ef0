#!/usr/bin/env python3
"""Beyond the opening: how the other channels of the product's codes go with the real ones, and what windows' seams do.

    python shapes.py --cache CACHE --codes CODES [--ways rules offline]

CODES is what hold_against.py left (speech_codes takes brows, lids, head and gaze from the network where it can).
"""
import argparse
import json
import pathlib

import numpy as np

from hold_against import SETS, real_opening, voice
from scores import FPS

GROUPS = {"jaw": ["jawOpen"], "pucker": ["mouthPucker"], "smile": ["mouthSmileLeft", "mouthSmileRight"],
          "stretch": ["mouthStretchLeft", "mouthStretchRight"], "upper lip": ["mouthUpperUpLeft", "mouthUpperUpRight"],
          "inner brow": ["browInnerUp"], "blink": ["eyeBlinkLeft", "eyeBlinkRight"], "yaw": ["yaw"], "pitch": ["pitch"], "roll": ["roll"]}
KEPT = 38  # frames of a window that count (src/motion/learned_face.hpp)


def made(file: pathlib.Path) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Mean of each group, and the opening, a frame. Angles in rad."""
    frames = [json.loads(text) for text in file.read_text().splitlines()]

    def value(frame: dict, name: str) -> float:
        return np.radians(frame.get(f"{name}_deg", 0)) if name in ("yaw", "pitch", "roll") else frame.get("weights", {}).get(name, 0)

    groups = {g: np.array([np.mean([value(f, n) for n in names]) for f in frames]) for g, names in GROUPS.items()}
    return groups, np.array([f.get("aperture", 0) for f in frames])


def correlation(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.corrcoef(a, b)[0, 1]) if min(a.std(), b.std()) > 1e-6 else 0.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cache", type=pathlib.Path, required=True)
    parser.add_argument("--codes", type=pathlib.Path, required=True)
    parser.add_argument("--ways", nargs="+", default=["rules", "offline"])
    args = parser.parse_args()
    channels = json.loads((args.cache / "channels.json").read_text())["channels"]
    entries = [e for e in json.loads((args.cache / "index.json").read_text())["clips"]
               if e["set"] in SETS and e["split"] in ("stop", "measure") and e["seconds"] > 1.5]
    print("| motion, set | " + " | ".join(GROUPS) + " |\n| --- |" + " --- |" * len(GROUPS))
    for way in args.ways:
        steps = {"seam": [], "inside": [], "real": []}
        for name, title in SETS.items():
            rows, lengths, spread = [], [], {g: ([], []) for g in GROUPS}
            for entry in (e for e in entries if e["set"] == name):
                ours, opening = made(args.codes / way / f"{entry['name']}.jsonl")
                with np.load(args.cache / entry["file"]) as clip:
                    codes = np.nan_to_num(clip["codes"].astype(float))
                at = ((np.arange(len(opening)) + 0.5) / FPS - entry["start_s"]) * entry["fps"]
                real = {g: np.mean([np.interp(at, np.arange(len(codes)), codes[:, channels.index(n)]) for n in names], 0)
                        for g, names in GROUPS.items()}
                rows.append([correlation(ours[g], real[g]) for g in GROUPS])
                lengths.append(len(opening))
                for g in GROUPS:
                    spread[g][0].append(ours[g])
                    spread[g][1].append(real[g])
                if entry["seconds"] > 6:
                    talking = voice(args.cache, entry, len(opening))
                    talking = talking[1:] & talking[:-1]
                    jump, seam = np.abs(np.diff(opening)), np.arange(len(opening) - 1) % KEPT == KEPT - 1
                    theirs = np.abs(np.diff(real_opening(args.cache, entry, len(opening))))
                    steps["seam"] += list(jump[seam & talking])
                    steps["inside"] += list(jump[~seam & talking])
                    steps["real"] += list(theirs[np.isfinite(theirs) & talking])
            mean = np.average(rows, axis=0, weights=lengths)
            stds = {g: [np.concatenate(s).std() for s in spread[g]] for g in GROUPS}
            cells = (f"{r:.2f} ({stds[g][0]:.3f}, {stds[g][1]:.3f})" for g, r in zip(GROUPS, mean))
            print(f"| {way}, {title} | " + " | ".join(cells) + " |")
        print(f"\n{way}: change of the opening a frame, voiced: at seams {np.mean(steps['seam']):.4f}, inside "
              f"{np.mean(steps['inside']):.4f}, real {np.mean(steps['real']):.4f}\n")


if __name__ == "__main__":
    main()
