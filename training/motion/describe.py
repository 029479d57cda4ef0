#!/usr/bin/env python3
"""What the data set holds, person by person, as a Markdown table.

    python describe.py --build ../../build/release --cache CACHE
"""
import argparse
import collections
import json
import pathlib
import sys

import numpy as np

from channels import CHANNELS
from contact import NEAR_S, TRAILS_S, peaks
from hearing import voice_at

SHUT = 0.012
BLINK, BLINK_OVER = 0.5, 0.25


def blinks(closed: np.ndarray) -> int:
    count, shut = 0, False
    for value in closed:
        if not shut and value > BLINK:
            count, shut = count + 1, True
        elif shut and value < BLINK_OVER:
            shut = False
    return count


class Person:
    def __init__(self) -> None:
        self.seconds = self.clips = self.blinks = self.shut = self.heard = 0
        self.aperture, self.silent, self.pose, self.brows, self.fits, self.jitter = [], [], [], [], [], []

    def add(self, entry: dict, clip, heard: dict[str, np.ndarray], sync) -> None:
        codes, fps, start = clip["codes"], entry["fps"], entry["start_s"]
        voiced = voice_at(heard, start, fps, len(codes))
        aperture = codes[:, 0]
        self.clips += 1
        self.seconds += entry["seconds"]
        self.aperture.append(aperture[voiced])
        self.silent.append(aperture[~voiced])
        self.jitter.append(np.abs(np.diff(aperture, 2)))
        columns = [CHANNELS.index(name) for name in ("yaw", "pitch", "roll")]
        self.pose.append(np.degrees(codes[:, columns]))
        self.brows.append(codes[:, CHANNELS.index("browInnerUp")])
        self.blinks += blinks(codes[:, CHANNELS.index("eyeBlinkLeft")])
        shown = start + np.arange(len(codes)) / fps
        for time in peaks(heard):
            near = aperture[np.abs(shown - time + TRAILS_S) < NEAR_S]
            if len(near) and np.isfinite(near).all():
                self.heard += 1
                self.shut += near.min() < SHUT
        _, scores = sync.correlations(clip["gap"], start, fps, heard)
        self.fits.append((scores[len(scores) // 2], entry["seconds"]))

    def row(self, name: str) -> str:
        aperture, silent = np.concatenate(self.aperture), np.concatenate(self.silent)
        pose = np.nanstd(np.concatenate(self.pose), axis=0) if np.isfinite(self.pose[0]).any() else None
        fit, weight = np.array(self.fits).T
        cells = [name, str(self.clips), f"{self.seconds:.0f}", f"{np.nanmean(aperture):.3f}", f"{np.nanstd(aperture):.3f}",
                 f"{np.nanquantile(aperture, .95):.3f}", f"{np.nanstd(silent):.3f}" if len(silent) else "–",
                 f"{self.shut / max(1, self.heard):.2f} of {self.heard}", f"{np.average(fit, weights=weight):.2f}",
                 f"{np.nanmedian(np.concatenate(self.jitter)):.4f}"]
        if pose is None:
            cells += ["–", "–", "–"]
        else:
            cells += [f"{60 * self.blinks / self.seconds:.0f}", "/".join(f"{angle:.1f}" for angle in pose),
                      f"{np.nanstd(np.concatenate(self.brows)):.2f}"]
        return "| " + " | ".join(cells) + " |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=pathlib.Path, required=True, help="build folder with python/")
    parser.add_argument("--cache", type=pathlib.Path, required=True, help="what dataset.py made")
    args = parser.parse_args()
    sys.path.insert(0, str((args.build / "python").resolve()))
    import sync
    persons = collections.defaultdict(Person)
    for entry in json.loads((args.cache / "index.json").read_text())["clips"]:
        who = "all newsreaders" if entry["set"] == "validation_lrcar" else entry["person"]
        with np.load(args.cache / entry["file"]) as clip, np.load(args.cache / "heard" / entry["file"]) as heard:
            persons[f"{entry['set']}: {who}, {entry['split']}"].add(entry, clip, dict(heard), sync)
    print("| set: person, use | clips | s | opening in voice: mean | std | p95 | std in silence | shut at b, p, m | r with the "
          "readout | jitter | blinks/min | yaw/pitch/roll std, ° | brow std |")
    print("|" + " --- |" * 13)
    for name, person in persons.items():
        print(person.row(name))


if __name__ == "__main__":
    main()
