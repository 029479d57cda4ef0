#!/usr/bin/env python3
"""Held-out clips, re-enacted and refined, against their real frames: lines of the table of docs/render.md.

    python evaluate.py --program ../../build/release/bin/parlante --work WORK --net refiner.pt film.mp4 more.mkv
"""
import argparse
import collections
import pathlib

import cv2
import numpy as np
import torch

import apply  # finds training/reenactment
import faces
import reenact


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("films", type=pathlib.Path, nargs="+")
    parser.add_argument("--program", type=pathlib.Path, required=True, help="the command parlante")
    parser.add_argument("--work", type=pathlib.Path, required=True, help="where cut clips, codes and films are kept")
    parser.add_argument("--net", type=pathlib.Path, required=True)
    parser.add_argument("--pictures", type=pathlib.Path, help="keep mouths of frames here, for blind.py")
    args = parser.parse_args()
    torch.set_num_threads(1)
    net = apply.load(args.net)
    for film in args.films:
        clip = reenact.Clip(film, args.program, args.work)
        height, width = clip.real.shape[1:3]
        fitted = lambda p: cv2.resize(p, (width, height), interpolation=cv2.INTER_AREA if width < reenact.SIZE else cv2.INTER_CUBIC)
        drawn = args.work / film.stem / "ours.mp4"
        if not drawn.exists():
            clip.drawn(args.program, "ours", [])
        tracked = faces.track(args.program, drawn, drawn.with_suffix(".jsonl"))
        ours = faces.pictures(drawn)
        at_rest = tracked[clip.source]
        refiner = apply.Refined(net, ours[clip.source], at_rest.landmarks)
        better = [picture if seen is None else refiner.frame(picture, seen) for picture, seen in zip(ours, tracked)]
        landmarks = [t and t.landmarks * (width / reenact.SIZE) for t in tracked]
        rows: dict = {}
        for who, pictures in (("ours", ours), ("refined", better)):
            rows[who] = collections.defaultdict(list, reenact.compare(clip, [fitted(p) for p in pictures], landmarks))
        reenact.table(film.stem, rows)
        if args.pictures:
            keep(args.pictures, film.stem, ours, better, tracked)


def keep(folder: pathlib.Path, name: str, ours, better, tracked) -> None:
    """Mouths of the most open frame of each quarter of the clip."""
    folder.mkdir(parents=True, exist_ok=True)
    open_by = np.array([-1 if t is None else t.code["aperture"] for t in tracked])
    for part in np.array_split(np.arange(len(ours)), 4):
        k = int(part[np.argmax(open_by[part])])
        if tracked[k] is None:
            continue
        for who, pictures in (("without", ours), ("with", better)):
            cv2.imwrite(str(folder / f"{name}_{k}.{who}.png"), cut_out(pictures[k], tracked[k].landmarks)[..., ::-1])


def cut_out(picture: np.ndarray, landmarks: np.ndarray, reach: float = 0.95) -> np.ndarray:
    """Mouth, chin and cheeks of a frame."""
    right, left = landmarks[list(faces.IRISES)]
    half = reach * np.linalg.norm(left - right)
    x, y = landmarks[faces.LIPS].mean(0)
    return picture[max(0, round(y - 0.85 * half)) : round(y + 0.85 * half), max(0, round(x - half)) : round(x + half)]


if __name__ == "__main__":
    main()
