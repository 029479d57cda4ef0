#!/usr/bin/env python3
"""Fit the mixes of facegood.py: what FACEGOOD's rig must weigh so that its lips do what the sound makes one expect.

    python fit_facegood.py --data ../../../shared/data --cache CACHE

A ridge from the phonetic network's second layer to our channels is fitted to GRID and the natural clips of the cache
(dataset.py), and read on FACEGOOD's sound; each mix is the non-negative least-squares fit, of the signs that the shapes'
names call for, of the rig's weights to that reading. Prints the mixes, their correlation with the reading, and quantiles.
"""
import argparse
import json
import pathlib

import numpy as np
from scipy.optimize import nnls

import facegood
from channels import CHANNELS
from hearing import FRAME_S, VOICED
from sync import SMOOTHING

LAGS = (-3, 0, 3)  # frames of 20 ms
RIDGE = 3000
GRID_EVERY, NATURAL_WEIGHT = 8, 4.0
QUANTILES = (0.1, 0.3, 0.5, 0.7, 0.9, 0.95)
MIXES = {"aperture": facegood.LIPS, "jawOpen": facegood.JAW, "mouthPucker": facegood.ROUNDING,
         "mouthUpperUpLeft": facegood.UPPER_LIP}


class Heard:
    """A clip in voice, at the phonetic frames."""

    def __init__(self, cache: pathlib.Path, entry: dict):
        with np.load(cache / "heard" / entry["file"]) as heard:
            layer, voiced = heard["layer2"].astype(np.float32), heard["voice"] > VOICED
        rows = np.arange(len(layer))
        design = [layer[np.clip(rows - lag, 0, len(rows) - 1)] for lag in LAGS]
        self.voiced, self.moments = voiced, (rows + 0.5) * FRAME_S
        self.design = np.concatenate(design, axis=1)
        self.entry = entry

    def at_frames(self, curves: np.ndarray) -> np.ndarray:
        """(T, n) at the pictures -> (voiced frames, n)."""
        shown = self.entry["start_s"] + np.arange(len(curves)) / self.entry["fps"]
        known = np.isfinite(curves).all(axis=1)
        return np.stack([np.interp(self.moments, shown[known], curve[known]) for curve in curves.T], axis=1)[self.voiced]


def ridge(clips: list[Heard], cache: pathlib.Path, columns: list[int]) -> tuple[np.ndarray, np.ndarray]:
    """Weights (of features about the speaker's mean) and the features' deviation."""
    persons = {}
    for clip in clips:
        with np.load(cache / clip.entry["file"]) as stored:
            persons.setdefault(clip.entry["person"], []).append((clip, clip.at_frames(stored["codes"][:, columns])))
    gram, moment, deviations = 0, 0, []
    centred = []
    for of_person in persons.values():
        x = np.concatenate([clip.design[clip.voiced] for clip, _ in of_person]).astype(np.float64)
        y = np.concatenate([curves for _, curves in of_person])
        weight = NATURAL_WEIGHT if of_person[0][0].entry["set"] == "natural" else 1.0
        centred.append((x - x.mean(0), y - y.mean(0), weight))
        deviations.append(x - x.mean(0))
    deviation = np.concatenate(deviations).std(0) + 1e-6
    for x, y, weight in centred:
        gram = gram + weight * (x / deviation).T @ (x / deviation)
        moment = moment + weight * (x / deviation).T @ y
    return np.linalg.solve(gram + RIDGE * np.eye(len(gram)), moment), deviation


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=pathlib.Path, required=True, help="folder that holds natural/")
    parser.add_argument("--cache", type=pathlib.Path, required=True, help="what dataset.py made")
    args = parser.parse_args()
    entries = json.loads((args.cache / "index.json").read_text())["clips"]
    grid = [e for e in entries if e["set"] == "grid_s1" and e["split"] == "train"][::GRID_EVERY]
    natural = [e for e in entries if e["set"] == "natural" and e["split"] == "train"]
    columns = [CHANNELS.index(name) for name in MIXES]
    weights, deviation = ridge([Heard(args.cache, e) for e in grid + natural], args.cache, columns)

    readings, rigs = [], []
    for clip in (Heard(args.cache, e) for e in entries if e["set"] == "facegood"):
        reading = (clip.design - clip.design[clip.voiced].mean(0)) / deviation @ weights
        readings.append(np.stack([np.convolve(np.pad(curve, 6, mode="edge"), SMOOTHING, "valid") for curve in reading.T],
                                 axis=1)[clip.voiced])
        with np.load(args.data / "natural" / f"{clip.entry['name']}.npz") as stored:
            names, values = stored["rig_names"].tolist(), stored["rig_values"].astype(np.float64)
        rigs.append(clip.at_frames(values))
    reading, rig = np.concatenate(readings), np.concatenate(rigs)
    for column, (channel, mix) in enumerate(MIXES.items()):
        signed = np.stack([rig[:, names.index(name)] * np.sign(share) for name, share in mix.items()], axis=1)
        shares, _ = nnls(signed - signed.mean(0), reading[:, column] - reading[:, column].mean())
        mixed = signed @ shares
        found = {name: round(float(share * np.sign(given)), 3) for (name, given), share in zip(mix.items(), shares)}
        print(f"{channel}: {found}, correlation {np.corrcoef(mixed, reading[:, column])[0, 1]:.2f}, "
              f"spread {mixed.std():.4f}, quantiles {np.quantile(np.maximum(mixed, 0), QUANTILES).round(3).tolist()}")


if __name__ == "__main__":
    main()
