#!/usr/bin/env python3
"""Hold what can be seen in rendered videos against what the motion asked for, by tracking them again.

    python retrack.py --build ../../build/release --cache /tmp/lip_readout VIDEO SPEECH [VIDEO SPEECH ...]

Each VIDEO was rendered from SPEECH with default options. Prints a line of a Markdown table for each.
"""
import argparse
import json
import pathlib
import subprocess

import numpy as np

from clips import FEATURES, VOICED
from evaluate import CLOSED, FPS, NEAR, closures


def row(video: pathlib.Path, speech: pathlib.Path, build: pathlib.Path, cache: pathlib.Path) -> str:
    model = build / "models" / "phonetic.hama"
    for program in ("speech_features", "speech_opening"):
        subprocess.run([build / "bin" / program, model, cache, speech], check=True)
    asked = np.fromfile(cache / f"{speech.stem}.opening", np.float32)
    heard = np.fromfile(cache / f"{speech.stem}.features", np.float32).reshape(-1, FEATURES + 1)
    found = subprocess.run([build / "bin" / "parlante", "track", "-q", video], capture_output=True, check=True)
    frames = [json.loads(line) for line in found.stdout.splitlines()]
    seen = np.array([frame["aperture"] if frame["face"] else np.nan for frame in frames])
    frames_in_both = min(len(asked), len(seen))
    asked, seen = asked[:frames_in_both], seen[:frames_in_both]
    asked, seen = asked[np.isfinite(seen)], seen[np.isfinite(seen)]
    shut = closures(asked)
    made = sum(seen[max(0, a - NEAR):b + NEAR].min() < CLOSED for a, b in shut)
    at = (np.arange(len(seen)) + 0.5) / FPS / 0.02 - 0.5
    silent = np.interp(at, np.arange(len(heard)), heard[:, FEATURES]) < VOICED
    slope = np.polyfit(asked, seen, 1)[0]
    return (f"| {video.stem} | {np.corrcoef(asked, seen)[0, 1]:.3f} | {slope:.2f} | {made} of {len(shut)} | "
            f"{seen[silent].std():.3f} | {np.percentile(np.abs(np.diff(seen)), 99):.3f} | {seen[0]:.3f}, {seen[-1]:.3f} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=pathlib.Path, required=True, help="build folder with bin/ and models/")
    parser.add_argument("--cache", type=pathlib.Path, required=True, help="where what is heard is kept")
    parser.add_argument("files", type=pathlib.Path, nargs="+", metavar="VIDEO SPEECH", help="pairs of files")
    args = parser.parse_args()
    if len(args.files) % 2:
        parser.error("each video needs its speech")
    args.cache.mkdir(parents=True, exist_ok=True)
    print("| video | r, asked and seen opening | slope | closures seen | std in silence | fastest 1 % a frame | first, last |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for video, speech in zip(args.files[::2], args.files[1::2]):
        print(row(video, speech, args.build, args.cache), flush=True)


if __name__ == "__main__":
    main()
