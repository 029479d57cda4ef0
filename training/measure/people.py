#!/usr/bin/env python3
"""What real people do, by `parlante measure`: the table of docs/measure.md.

    python people.py --data ../../../shared/data --program ../../build/release/bin/parlante --cache /tmp/people

Prints a row a measure: the median over the people (a person's own figure is the median of the clips), with the
10th and 90th percentile, for natural speech and for sentences read in a laboratory; then how well the lag of the
lips behind the sound agrees with the offsets that the sets' indexes give.
"""
import argparse
import pathlib

import numpy as np

from clips import count, films, measured, tracks, value

GROUPS = ("lips", "head", "eyes", "picture")


def spread(people: dict[str, list[dict]], group: str, key: str) -> str:
    figures = []
    for reports in people.values():
        known = [v for v in (value(r, group, key) for r in reports) if np.isfinite(v)]
        if known:
            figures.append(np.median(known))
    if not figures:
        return "–"
    middle, low, high = np.median(figures), *np.percentile(figures, [10, 90])
    return f"{middle:.3g} ({low:.3g} to {high:.3g}), {len(figures)}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=pathlib.Path, required=True, help="folder with natural/, validation/, grid_s1/")
    parser.add_argument("--program", type=pathlib.Path, required=True, help="the command parlante")
    parser.add_argument("--cache", type=pathlib.Path, required=True, help="where reports are kept")
    parser.add_argument("--every", type=int, default=24, help="take each n-th GRID clip (default: %(default)s)")
    args = parser.parse_args()
    args.cache.mkdir(parents=True, exist_ok=True)

    people: dict[bool, dict[str, list[dict]]] = {True: {}, False: {}}
    offsets = []
    for clip in films(args.data, args.every) + tracks(args.data, args.cache):
        report = measured(args.program, clip.arguments(), args.cache / f"{clip.name}.json.gz")
        people[clip.natural].setdefault(clip.person, []).append(report)
        lag = value(report, "lips", "reading_lag")
        if clip.person != "GRID s1" and np.isfinite(lag):
            offsets.append((-clip.mouth_ahead_ms, lag))

    print(f"| measure | natural speech, {len(people[True])} people | laboratory, {len(people[False])} people |")
    print("| --- | --- | --- |")
    some = next(iter(people[True].values()))[0]
    for group in GROUPS:
        for key in some[group]:
            print(f"| {group}: {key} | {spread(people[True], group, key)} | {spread(people[False], group, key)} |")
    for natural, name in ((True, "natural"), (False, "laboratory")):
        met, of = np.sum([count(r, "lips", "closures_heard") for rs in people[natural].values() for r in rs], axis=0)
        print(f"\nclosures at the b, p, m heard, {name}: {met} of {of} = {met / of:.2f}")
    given, found = np.array(offsets).T
    print(f"\nlag of the lips, found against given, {len(given)} clips: r {np.corrcoef(given, found)[0, 1]:.2f}, mean "
          f"difference {np.mean(found - given):+.0f} ms, median of its size {np.median(np.abs(found - given)):.0f} ms")


if __name__ == "__main__":
    main()
