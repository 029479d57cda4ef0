#!/usr/bin/env python3
"""Hold the motion's lip opening, made from the sound alone, against tracked lips of real speakers.

    python evaluate.py --data ../../../shared/data --build ../../build/release --cache /tmp/lip_readout

Prints a line of a Markdown table for each set. Lips count as shut below CLOSED of the distance of the eyes' outer
corners, above the clip's 3rd percentile (a tracker sees no zero).
"""
import argparse
import pathlib
import subprocess
import sys

import numpy as np

from clips import Clip, Track, grid_tracks, hear, indexed_tracks

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "motion"))
from scores import CLOSED, FPS, NEAR, ClosureCount, closures  # noqa: E402,F401 (retrack.py takes them from here)

def best_lag_ms(ours: np.ndarray, real: np.ndarray) -> float:
    lags = range(-6, 7)
    inner = slice(8, -8)
    scores = [np.corrcoef(ours[inner], np.roll(real, -lag)[inner])[0, 1] for lag in lags]
    return lags[int(np.argmax(scores))] * 1000 / FPS


def evaluate(name: str, tracks: list[Track], clips: list[Clip], cache: pathlib.Path) -> str:
    rows, ours_all, real_all, speeds = [], [], [], {"ours": [], "real": []}
    count = ClosureCount()
    for track, clip in zip(tracks, clips):
        ours = np.fromfile(cache / f"{track.sound.stem}.opening", np.float32)
        ours = ours[: int(track.seconds[-1] * FPS)]
        at = ((np.arange(len(ours)) + 0.5) / FPS - 0.01) / 0.02  # in the clip's frames of 20 ms
        real = np.interp(at, np.arange(len(clip.gap)), clip.gap)
        voiced = np.interp(at, np.arange(len(clip.gap)), clip.voiced) > 0.5
        if voiced.sum() < 20:
            continue
        above = np.maximum(real - np.percentile(real, 3), 0)
        rows.append((np.corrcoef(ours, real)[0, 1], np.corrcoef(ours[voiced], real[voiced])[0, 1],
                     best_lag_ms(ours, real), ours[~voiced].std() if (~voiced).sum() > 5 else np.nan, len(ours)))
        ours_all.append(ours)
        real_all.append(above)
        speeds["ours"].append(np.abs(np.diff(ours)))
        speeds["real"].append(np.abs(np.diff(real)))
        count.add(ours, above)
    table, ours, real = np.array(rows), np.concatenate(ours_all), np.concatenate(real_all)
    r, r_voiced = np.average(table[:, :2], axis=0, weights=table[:, 4])
    fast = {who: np.percentile(np.concatenate(steps), 99) for who, steps in speeds.items()}
    return (f"| {name} | {len(rows)} | {r:.2f} | {r_voiced:.2f} | {ours.std() / real.std():.2f} | "
            f"{np.percentile(ours, 95):.3f} / {np.percentile(real, 95):.3f} | {count.kept / max(1, count.real):.2f} of "
            f"{count.real} | {count.wrong / max(1, count.ours):.2f} of {count.ours} | {np.mean(table[:, 2]):+.0f} | "
            f"{fast['ours']:.3f} / {fast['real']:.3f} | {np.nanmean(table[:, 3]):.3f} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=pathlib.Path, required=True,
                        help="folder that holds natural/, grid_s1/ and, if present, validation/")
    parser.add_argument("--build", type=pathlib.Path, required=True, help="build folder with bin/ and models/")
    parser.add_argument("--cache", type=pathlib.Path, required=True, help="where tracks and features are kept")
    parser.add_argument("--every", type=int, default=12, help="take each n-th GRID clip (default: %(default)s)")
    args = parser.parse_args()

    args.cache.mkdir(parents=True, exist_ok=True)
    programs, model = args.build / "bin", args.build / "models" / "phonetic.hama"
    sets = {"natural": indexed_tracks(args.data / "natural"),
            "GRID s1": grid_tracks(args.data / "grid_s1", args.every, programs / "parlante", args.cache)}
    if (args.data / "validation" / "index.csv").exists():
        for name in ("eval", "elo", "congress"):
            sets[f"validation: {name}"] = indexed_tracks(args.data / "validation", (name,))
    print("| set | clips | r | r, voiced | std, ours / real | p95, ours / real | closures kept | closures wrong | "
          "lag, ms | fastest 1 % a frame, ours / real | std in silence |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    for name, tracks in sets.items():
        clips = hear(tracks, programs / "speech_features", model, args.cache)
        subprocess.run([programs / "speech_opening", model, args.cache, *(t.sound for t in tracks)], check=True)
        print(evaluate(name, tracks, clips, args.cache), flush=True)


if __name__ == "__main__":
    main()
