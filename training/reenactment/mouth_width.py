#!/usr/bin/env python3
"""How wide open mouths are seen: real clips and our copies of them, each against its own frame at rest.

    python mouth_width.py --data ../../../shared/data --program ../../build/release/bin/parlante --work /tmp/width

Prints medians of width over the rest's and of the gap between the lips (in distances of the irises), binned by the real
gap; `--before` adds the same with another build. Clips, codes and films stay in --work.
"""
import argparse
import collections
import pathlib

import numpy as np

import faces
import reenact

CORNERS, INNER_LIPS = (61, 291), (13, 14)  # landmarks
BINS = ((0.0, 0.03), (0.05, 0.1), (0.1, 0.15), (0.15, 0.25))  # of the real gap
REAL = "real"


def mouth(landmarks: np.ndarray) -> np.ndarray:
    """Gap and width, over the distance of the irises."""
    length = lambda pair: np.linalg.norm(landmarks[pair[0]] - landmarks[pair[1]])
    return np.array([length(INNER_LIPS), length(CORNERS)]) / length(faces.IRISES)


def against_rest(seen: list, source: int) -> dict[int, np.ndarray]:
    """Gap and width over the rest's of each frame in which a face was seen; empty without a face at rest."""
    if seen[source] is None:
        return {}
    rest = mouth(seen[source].landmarks)[1]
    return {k: mouth(frame.landmarks) / [1, rest] for k, frame in enumerate(seen) if frame}


def measured(film: pathlib.Path, programs: dict[str, pathlib.Path], args: argparse.Namespace) -> dict[str, np.ndarray]:
    """Rows (real gap, gap, width) of each maker's frames."""
    clip = reenact.Clip(film, args.program, args.work)
    mouths = {REAL: against_rest(clip.seen, clip.source)}
    for name, program in programs.items():
        drawn = clip.drawn(program, f"width-{name}", args.render)
        tracked = faces.track(args.program, drawn, drawn.with_suffix(".jsonl"))
        mouths[name] = against_rest(tracked, clip.source)
    real = mouths[REAL]
    return {name: np.array([(real[k][0], *values) for k, values in frames.items() if k in real]).reshape(-1, 3)
            for name, frames in mouths.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=pathlib.Path, required=True, help="folder with natural/, grid_s1/, validation/")
    parser.add_argument("--program", type=pathlib.Path, required=True, help="the command parlante, which also tracks")
    parser.add_argument("--before", type=pathlib.Path, help="another build of it")
    parser.add_argument("--work", type=pathlib.Path, required=True, help="where clips, codes and films are kept")
    parser.add_argument("--each", type=int, default=6, help="clips of each set (default: %(default)s)")
    parser.add_argument("render", nargs="*", help="options for parlante render, after --")
    args = parser.parse_args()
    programs = {"before": args.before, "ours": args.program} if args.before else {"ours": args.program}
    print("| set | picture | " + " | ".join(f"real gap {low:g} to {high:g}: frames, gap, width" for low, high in BINS) + " |")
    print("| --- " * (len(BINS) + 2) + "|")
    for name, films in faces.clips(args.data, args.each).items():
        rows = collections.defaultdict(list)
        for film in films:
            for who, values in measured(film, programs, args).items():
                rows[who].append(values)
        for who, parts in rows.items():
            all_rows, cells = np.concatenate(parts), []
            for low, high in BINS:
                inside = all_rows[(all_rows[:, 0] >= low) & (all_rows[:, 0] < high)]
                cells.append("{}, {:.3f}, {:.2f}".format(len(inside), *np.median(inside[:, 1:], axis=0)) if len(inside) else "0")
            print(f"| {name} | {who} | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
