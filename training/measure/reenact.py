#!/usr/bin/env python3
"""Our face speaks what real people said, and is held against them: the second table of docs/measure.md.

    python reenact.py --data ../../../shared/data --program ../../build/release/bin/parlante --cache /tmp/reenact \\
        --photo ../../samples/portrait.png [-- --motion rules]

What follows -- goes to `parlante render`. Prints a line of a Markdown table for each set.
"""
import argparse
import pathlib
import subprocess

import numpy as np

from clips import RealClip, count, films, measured, value


def sets_of(clips: list[RealClip]) -> dict[str, list[RealClip]]:
    sets: dict[str, list[RealClip]] = {}
    for clip in clips:
        name = "GRID s1" if clip.person == "GRID s1" else "natural: Obama" if clip.natural else "laboratory: elo"
        sets.setdefault(name, []).append(clip)
    return sets


def line(name: str, reports: list[dict]) -> str:
    def middle(key: str, group: str = "against", which: str = "value") -> float:
        return float(np.nanmedian([value(r, group, key, which) for r in reports]))

    kept, wrong = (np.sum([count(r, "against", key) for r in reports], axis=0) for key in ("closures_kept", "closures_wrong"))
    cells = [name, len(reports), f"{middle('correlation'):.2f}", f"{middle('correlation_voiced'):.2f}",
             f"{middle('correlation_at_lag'):.2f}", f"{middle('amplitude'):.2f}", f"{middle('p95_ratio'):.2f}",
             f"{middle('lag'):+.0f}", f"{kept[0] / max(1, kept[1]):.2f} of {kept[1]}",
             f"{wrong[0] / max(1, wrong[1]):.2f} of {wrong[1]}",
             f"{middle('silence_std', 'lips'):.3f} / {middle('silence_std', 'lips', 'theirs'):.3f}"]
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=pathlib.Path, required=True, help="folder with natural/, validation/, grid_s1/")
    parser.add_argument("--program", type=pathlib.Path, required=True, help="the command parlante")
    parser.add_argument("--cache", type=pathlib.Path, required=True, help="where films and reports are kept")
    parser.add_argument("--photo", type=pathlib.Path, required=True, help="a photo or an avatar file")
    parser.add_argument("--every", type=int, default=96, help="take each n-th GRID clip (default: %(default)s)")
    parser.add_argument("render", nargs="*", help="options for parlante render, after --")
    args = parser.parse_args()
    args.cache.mkdir(parents=True, exist_ok=True)
    print("| set | clips | r | r, voiced | r at the best lag | amplitude | p95 | lag, ms | closures kept | "
          "closures wrong | std in silence, ours / real |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    for name, clips in sets_of(films(args.data, args.every)).items():
        reports = []
        for clip in clips:
            film = args.cache / f"{clip.name}.mp4"
            if not film.exists():
                subprocess.run([args.program, "render", args.photo, clip.film, "-o", film, "-q", *args.render], check=True)
            reports.append(measured(args.program, [str(film), "--against", str(clip.film), "--ahead",
                                                   str(clip.mouth_ahead_ms)], args.cache / f"{clip.name}.json.gz"))
        print(line(name, reports), flush=True)


if __name__ == "__main__":
    main()
