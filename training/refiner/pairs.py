#!/usr/bin/env python3
"""Pairs of mouths: our re-enacted frame and the real one, the real laid onto ours, in crops that the head carries along.

    python pairs.py --data ../../../shared/data --program ../../build/release/bin/parlante --work WORK --out PAIRS

Each clip is driven from several of its own frames: the calmest, one with the lips apart, one that smiles. A file a source.
"""
import argparse
import json
import pathlib
import subprocess

import cv2
import numpy as np

import crops  # finds training/reenactment
import faces
import reenact

FARTHEST = 5.0  # px of the crop that lips may lie apart before the shift (root mean square)
EVERY = 2  # frames


def sources(clip: reenact.Clip, count: int) -> list[int]:
    """The calmest frame, then those whose head stands the same but whose mouth does not."""
    first = clip.seen[clip.source]
    frames = [k for k, seen in enumerate(clip.seen) if seen is not None
              and np.abs(seen.pose.seen_from(first.pose).angles_deg()).max() < 6
              and max(seen.code["weights"].get("eyeBlinkLeft", 0), seen.code["weights"].get("eyeBlinkRight", 0)) < 0.4]
    found = [clip.source]
    smile = lambda k: sum(clip.seen[k].code["weights"].get(f"mouthSmile{side}", 0) for side in ("Left", "Right"))
    apart = lambda k: min(clip.seen[k].code["aperture"], 0.12)
    for liking in (apart, smile)[: count - 1]:
        if frames and (best := max(frames, key=liking)) not in found:
            found.append(best)
    return found


def films(data: pathlib.Path, every_grid: int) -> dict[str, list[pathlib.Path]]:
    return {"natural": sorted((data / "natural/video").glob("*.mp4")),
            "grid": sorted((data / "grid_s1/clips").glob("*.mkv"))[::every_grid]}


def pairs(clip: reenact.Clip, source: int, program: pathlib.Path) -> dict[str, np.ndarray]:
    name = f"from{source}"
    photo, codes = clip.folder / f"{name}.png", clip.folder / f"{name}.codes"
    cv2.imwrite(str(photo), clip.real[source][..., ::-1])
    rest, last = clip.seen[source], clip.seen[source]
    with codes.open("w", encoding="utf-8") as lines:
        for seen in clip.seen:
            last = seen or last
            lines.write(json.dumps(reenact.relative(last, rest)) + "\n")
    clip.photo, clip.codes = photo, codes
    film = clip.folder / f"{name}.mp4"
    if not film.exists():
        clip.drawn(program, name, [])
    tracked = faces.track(program, film, film.with_suffix(".jsonl"))
    ours, side = faces.pictures(film), reenact.SIZE / clip.real.shape[1]
    film.unlink()
    crop = crops.place(rest.landmarks)
    ours_crop = np.hstack([crop[:, :2] / side, crop[:, 2:]])
    out: dict[str, list] = {"ours": [], "real": [], "labels": [], "frame": [], "apart": []}
    for k in range(0, len(clip.real), EVERY):
        seen, own = clip.seen[k], tracked[k]
        if seen is None or own is None:
            continue
        to_real = crops.carried(crop, rest.landmarks, seen.landmarks)
        to_ours = crops.carried(ours_crop, rest.landmarks * side, own.landmarks)
        theirs, our = crops.mapped(seen.landmarks, to_real), crops.mapped(own.landmarks, to_ours)
        apart = np.sqrt(((theirs - our)[crops.LIPS] ** 2).sum(1).mean())
        if apart > FARTHEST:
            continue
        out["ours"].append(crops.shrunk(ours[k], to_ours))
        out["real"].append(crops.laid_on(crops.shrunk(clip.real[k], to_real), theirs, our))
        out["labels"].append(crops.labels(our))
        out["frame"].append(k)
        out["apart"].append(apart)
    found = {key: np.array(values) for key, values in out.items()}
    found["rest"] = crops.shrunk(clip.real[source], crop)
    found["rest_labels"] = crops.labels(crops.mapped(rest.landmarks, crop))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=pathlib.Path, required=True, help="folder with natural/, grid_s1/")
    parser.add_argument("--program", type=pathlib.Path, required=True, help="the command parlante")
    parser.add_argument("--work", type=pathlib.Path, required=True, help="where cut clips and codes are kept")
    parser.add_argument("--out", type=pathlib.Path, required=True, help="where the pairs go, a file for each clip and source")
    parser.add_argument("--every", type=int, default=12, help="take each n-th GRID clip (default: %(default)s)")
    parser.add_argument("--set", choices=("natural", "grid"), help="only this set")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    for name, clips in films(args.data, args.every).items():
        if args.set not in (None, name):
            continue
        for film in clips:
            try:
                clip = reenact.Clip(film, args.program, args.work)
                chosen = sources(clip, 3 if name == "natural" else 2)
                for source in chosen:
                    out = args.out / f"{name}-{film.stem}-{source}.npz"
                    if not out.exists():
                        np.savez(out, **pairs(clip, source, args.program))
                        print(out.name, flush=True)
            except subprocess.CalledProcessError as error:
                print(f"{film.stem}: left out ({error})", flush=True)
            clip.square.unlink(missing_ok=True)  # large; cut again when needed


if __name__ == "__main__":
    main()
