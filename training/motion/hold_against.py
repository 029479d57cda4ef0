#!/usr/bin/env python3
"""What the product makes of sound alone, held against real faces: the table of docs/motion.md.

    python hold_against.py --cache CACHE --data ../../../shared/data --build ../../build/release --out FOLDER [--ways rules offline live]

The real lips are those of the cache that dataset.py made; `stop` clips of GRID and natural, and all `measure` sets.
"""
import argparse
import json
import pathlib
import subprocess

import numpy as np

from scores import FPS, Score, score

SETS = {"grid_s1": "GRID s1, held back", "natural": "natural, held back (Reagan)", "validation_eval": "validation: eval",
        "validation_elo": "validation: elo", "validation_congress": "validation: congress"}
VOICED = 0.3


def sound_of(entry: dict, data: pathlib.Path) -> pathlib.Path:
    if entry["set"] == "grid_s1":
        return data / "grid_s1" / "clips" / f"{entry['name']}.mkv"
    return data / entry["set"].split("_")[0] / f"{entry['name']}.flac"


def real_opening(cache: pathlib.Path, entry: dict, frames: int) -> np.ndarray:
    with np.load(cache / entry["file"]) as clip:
        aperture = clip["codes"][:, 0].astype(float)
    at = ((np.arange(frames) + 0.5) / FPS - entry["start_s"]) * entry["fps"]
    opening = np.interp(at, np.arange(len(aperture)), aperture)
    return np.where((at >= -0.5) & (at <= len(aperture) - 0.5), opening, np.nan)


def voice(cache: pathlib.Path, entry: dict, frames: int) -> np.ndarray:
    """The product's voice activity, as dataset.py kept it."""
    with np.load(cache / "heard" / entry["set"] / f"{entry['name']}.npz") as heard:
        return np.interp((np.arange(frames) + 0.5) / FPS / 0.02 - 0.5, np.arange(len(heard["voice"])), heard["voice"]) > VOICED


def line(title: str, found: Score, silence: float, fast: tuple[float, float]) -> str:
    return (f"| {title} | {found.correlation:.3f} | {found.voiced:.3f} | {found.amplitude:.2f} | {found.kept:.2f} of {found.closures} | "
            f"{found.wrong:.2f} of {found.ours} | {found.lag:+.0f} | {silence:.3f} | {fast[0]:.3f} / {fast[1]:.3f} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cache", type=pathlib.Path, required=True)
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True, help="where the codes are kept")
    parser.add_argument("--ways", nargs="+", default=["rules", "offline", "live"])
    args = parser.parse_args()
    entries = [e for e in json.loads((args.cache / "index.json").read_text())["clips"]
               if e["set"] in SETS and e["split"] in ("stop", "measure") and e["seconds"] > 1.5]
    print("| motion, set | r | r, voiced | amplitude | closures kept | wrong | lag, ms | std in silence | fastest 1 % a frame, ours / real |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    for way in args.ways:
        folder = args.out / way
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run([args.build / "bin" / "speech_codes", args.build / "models", way, folder,
                        *(sound_of(e, args.data) for e in entries)], check=True)
        for name, title in SETS.items():
            pairs, silent, steps = [], [], {"ours": [], "real": []}
            for entry in (e for e in entries if e["set"] == name):
                lines = (folder / f"{entry['name']}.jsonl").read_text().splitlines()
                ours = np.array([json.loads(text).get("aperture", 0) for text in lines])
                real, talking = real_opening(args.cache, entry, len(ours)), voice(args.cache, entry, len(ours))
                pairs.append((ours, real, talking.astype(float)))
                if (~talking).sum() > 5:
                    silent.append(ours[~talking].std())
                steps["ours"].append(np.abs(np.diff(ours)))
                steps["real"].append(np.abs(np.diff(real[np.isfinite(real)])))
            fast = tuple(np.percentile(np.concatenate(steps[who]), 99) for who in ("ours", "real"))
            print(line(f"{way}, {title}", score(pairs), float(np.mean(silent)) if silent else float("nan"), fast), flush=True)


if __name__ == "__main__":
    main()
