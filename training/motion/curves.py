#!/usr/bin/env python3
"""Draw our lip opening over the real one, with the words where they are known: docs/motion.png.

    python curves.py --cache CACHE --data DATA --codes FOLDER --out ../../docs/motion.png

FOLDER is what hold_against.py left. GRID's times of words are in 1/25000 s.
"""
import argparse
import json
import pathlib

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np

from hold_against import real_opening
from scores import FPS

LONGEST_S = 12
WAYS = {"rules": ("#c8b27a", "rules"), "live": ("#5aa17f", "learned, live"), "offline": ("#c0392b", "learned")}


def words(data: pathlib.Path, name: str) -> list[tuple[float, float, str]]:
    file = data / "grid_s1" / "align" / f"{name}.align"
    if not file.exists():
        return []
    rows = [text.split() for text in file.read_text().splitlines()]
    return [(int(a) / 25000, int(b) / 25000, word) for a, b, word in rows if word not in ("sil", "sp")]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("--cache", "--data", "--codes", "--out"):
        parser.add_argument(name, type=pathlib.Path, required=True)
    parser.add_argument("--clips", nargs="+", default=[], help="names (default: one of each held-back set)")
    args = parser.parse_args()
    entries = [e for e in json.loads((args.cache / "index.json").read_text())["clips"] if (args.codes / "offline" / f"{e['name']}.jsonl").exists()]
    chosen = [e for e in entries if e["name"] in args.clips] if args.clips else \
        list({e["set"]: e for e in reversed(entries)}.values())
    figure, rows = plt.subplots(len(chosen), 1, figsize=(14, 2.3 * len(chosen)), constrained_layout=True)
    for row, entry in zip(np.atleast_1d(rows), chosen):
        for number, (way, (colour, label)) in enumerate(WAYS.items()):
            lines = (args.codes / way / f"{entry['name']}.jsonl").read_text().splitlines()[: LONGEST_S * FPS]
            ours = [json.loads(text).get("aperture", 0) for text in lines]
            seconds = (np.arange(len(ours)) + 0.5) / FPS
            if number == 0:
                row.fill_between(seconds, real_opening(args.cache, entry, len(ours)), color="#d8dee6", label="real")
            row.plot(seconds, ours, color=colour, linewidth=1.6 if way == "offline" else 0.9, label=label)
        for begin, end, word in words(args.data, entry["name"]):
            row.text((begin + end) / 2, -0.035, word, ha="center", fontsize=8)
        row.set_title(f"{entry['set']}: {entry['name']}", fontsize=9, loc="left")
        row.set_ylim(-0.05, 0.28)
        row.set_xlim(0, seconds[-1])
        row.tick_params(labelsize=7)
    np.atleast_1d(rows)[0].legend(ncol=4, fontsize=8, loc="upper right")
    figure.savefig(args.out, dpi=70)


if __name__ == "__main__":
    main()
