#!/usr/bin/env python3
"""Sheets of pairs, with and without, in an order nobody sees; then what was chosen, counted.

    python blind.py sheets PICTURES SHEETS --seed 3      # PICTURES holds NAME.with.png and NAME.without.png
    python blind.py count SHEETS "1a 2b 3= …"            # a: left is better, b: right, =: no difference
"""
import argparse
import collections
import json
import math
import pathlib

import cv2
import numpy as np

WIDTH = 420  # of a picture on the sheet, px


def sheets(pictures: pathlib.Path, out: pathlib.Path, seed: int, rows: int) -> None:
    out.mkdir(parents=True, exist_ok=True)
    names = sorted(f.name.removesuffix(".with.png") for f in pictures.glob("*.with.png"))
    random = np.random.default_rng(seed)
    random.shuffle(names)
    key, tiles = {}, []
    for number, name in enumerate(names, 1):
        left = "with" if random.random() < 0.5 else "without"
        shown = [cv2.imread(str(pictures / f"{name}.{who}.png")) for who in (left, "without" if left == "with" else "with")]
        shown = [cv2.resize(p, (WIDTH, round(WIDTH * p.shape[0] / p.shape[1])), interpolation=cv2.INTER_CUBIC) for p in shown]
        tile = np.full((round(WIDTH * 0.87) + 24, 2 * WIDTH + 24, 3), 255, np.uint8)
        for k, picture in enumerate(shown):
            cut = picture[: tile.shape[0] - 24]
            tile[24 : 24 + len(cut), k * (WIDTH + 4) : k * (WIDTH + 4) + WIDTH] = cut
        cv2.putText(tile, f"{number} a | b", (6, 18), cv2.FONT_HERSHEY_SIMPLEX, 0.6, (0, 0, 0), 1, cv2.LINE_AA)
        key[number] = {"name": name, "left": left}
        tiles.append(tile)
    for sheet in range(math.ceil(len(tiles) / (2 * rows))):
        part = tiles[sheet * 2 * rows : (sheet + 1) * 2 * rows]
        part += [np.full_like(part[0], 255)] * (-len(part) % 2)
        cv2.imwrite(str(out / f"{sheet + 1}.png"), np.vstack([np.hstack(part[k : k + 2]) for k in range(0, len(part), 2)]))
    (out / "key.json").write_text(json.dumps(key, indent=1), encoding="utf-8")


def count(out: pathlib.Path, chosen: str) -> None:
    key = json.loads((out / "key.json").read_text(encoding="utf-8"))
    found: dict = collections.defaultdict(collections.Counter)
    for word in chosen.split():
        pair, said = key[word[:-1]], word[-1]
        other = "without" if pair["left"] == "with" else "with"
        verdict = {"a": pair["left"], "b": other, "=": "no difference"}[said]
        found["all"][verdict] += 1
        found[pair["name"].split("_")[-1] if not pair["name"].split("_")[-1].isdigit() else "clips"][verdict] += 1
        print(word, pair["name"], verdict)
    for group, verdicts in found.items():
        print(group, dict(verdicts))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=("sheets", "count"))
    parser.add_argument("first", type=pathlib.Path)
    parser.add_argument("second")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rows", type=int, default=3)
    args = parser.parse_args()
    if args.what == "sheets":
        sheets(args.first, pathlib.Path(args.second), args.seed, args.rows)
    else:
        count(args.first, args.second)


if __name__ == "__main__":
    main()
