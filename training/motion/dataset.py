#!/usr/bin/env python3
"""Make the data set that the motion model learns from; docs/dataset.md says what it is made from.

    python dataset.py --data ../../../shared/data --build ../../build/release --cache CACHE

Tracks GRID's videos (a quarter of an hour on two cores, once), solves face codes on the rig that renders and writes
CACHE/<set>/<clip>.npz, CACHE/channels.json and CACHE/index.json. What is there and newer than module and scripts is kept.
"""
import argparse
import collections
import concurrent.futures
import json
import pathlib
import sys

import numpy as np

import contact
import facegood
import quality
import sync
from channels import CHANNELS, codes, few_codes
from hearing import Hearing, voice_at
from sources import Landmarks, Source, grid, indexed, stored_landmarks

CALIBRATION_FRAMES = 12000  # of one face are enough to know it
# Their offsets were estimated; GRID's sound and pictures were recorded together.
RESYNCED = ("natural", "validation_eval", "validation_elo", "validation_congress")
MAKERS = ("channels", "contact", "dataset", "facegood", "hearing", "sources", "sync")  # a change of these makes clips anew
LONGEST_BRIDGE = 2  # frames without a face that are filled from their neighbours


def track(video: pathlib.Path, stored: pathlib.Path, models: str) -> None:
    import parlante
    found = {name: np.asarray(value) for name, value in parlante.track_video(str(video), models).items()}
    stored.parent.mkdir(parents=True, exist_ok=True)
    unfinished = stored.with_suffix(".unfinished.npz")
    np.savez(unfinished, **found)
    unfinished.rename(stored)


def load(source: Source, tracks: pathlib.Path, blendshapes: list[str]) -> Landmarks:
    if source.motion.suffix == ".npz":
        return stored_landmarks(source.motion, blendshapes)
    with np.load(tracks / source.set / f"{source.name}.npz") as found:
        return Landmarks(found["landmarks"], None, found["scores"], float(max(found["size"])))


def bridge(table: np.ndarray) -> np.ndarray:
    """Short gaps in time (axis 0) filled linearly; longer ones, and those at the ends, stay unknown."""
    known = np.isfinite(table).all(axis=1)
    if known.all() or not known.any():
        return table
    at = np.flatnonzero(known)
    filled = table.copy()
    for before, after in zip(at[:-1], at[1:]):
        if 1 < after - before <= LONGEST_BRIDGE + 1:
            share = (np.arange(before + 1, after) - before)[:, None] / (after - before)
            filled[before + 1:after] = table[before] * (1 - share) + table[after] * share
    return filled


class Maker:
    """Makes the clips of one face after another."""

    def __init__(self, cache: pathlib.Path, build: pathlib.Path):
        import parlante
        self.parlante = parlante
        self.cache = cache
        self.models = str(build / "models")
        self.solver = parlante.FaceCodeSolver(self.models)
        self.blendshapes = list(parlante.BLENDSHAPES)
        self.hearing = Hearing(cache / "heard", self.models)
        makers = [pathlib.Path(parlante._native.__file__), *(pathlib.Path(__file__).parent / f"{name}.py" for name in MAKERS)]
        self.made_by = max(file.stat().st_mtime for file in makers)

    def file(self, source: Source) -> pathlib.Path:
        return self.cache / source.set / f"{source.name}.npz"

    def is_fresh(self, source: Source) -> bool:
        return self.file(source).exists() and self.file(source).stat().st_mtime > self.made_by

    def make(self, face: list[Source]) -> None:
        """Solves all clips of one face, or maps them from a rig, and stores them."""
        made = self._mapped(face) if face[0].set == "facegood" else self._solved(face)
        for source, clip in zip(face, made):
            self._store(source, clip)

    def spread(self, source: Source, clip) -> tuple[float, int]:
        """Variance of the gap in voice, and over how many frames."""
        gap = clip["gap"]
        voiced = gap[voice_at(self.hearing.of(source), float(clip["start_s"]), source.fps, len(gap)) & np.isfinite(gap)]
        return (float(np.var(voiced)), len(voiced)) if len(voiced) else (0.0, 0)

    def _solved(self, face: list[Source]) -> list[dict]:
        landmarks = [load(source, self.cache / "tracks", self.blendshapes) for source in face]
        every = max(1, round(sum(len(found.points) for found in landmarks) / CALIBRATION_FRAMES))
        clips = [self._clip(found) for found in landmarks]
        person = self.solver.calibrate(clips[::every])
        made = []
        for source, clip in zip(face, clips):
            here = self.solver.recentre(person, clip)
            solved = {name: np.asarray(value) for name, value in self.solver.solve(clip, here).items()}
            distance_cm = 1.6 * max(found.picture_size for found in landmarks) / here.scale
            start_s, code = self._start_s(source, solved["gap"]), bridge(codes(solved, self.blendshapes, source.fps))
            if source.set == "natural":
                code[:, 0] = contact.close(code[:, 0], start_s, source.fps, self.hearing.of(source))
            made.append({"codes": code, "gap": solved["gap"], "width": solved["width"],
                         "log_distance": solved["log_distance"], "distance_cm": np.float32(distance_cm),
                         "mean_gaze": np.array([here.gaze_yaw, here.gaze_pitch], np.float32),
                         "gap_floor": np.float32(here.gap_floor), "eye_distance_px": solved["eye_distance_px"],
                         "pose_residual": solved["pose_residual"], "mouth_residual": solved["mouth_residual"],
                         "start_s": start_s})
        return made

    def _start_s(self, source: Source, gap: np.ndarray) -> float:
        if source.set not in RESYNCED:
            return source.start_s
        return source.start_s + sync.shift_s(gap, source.start_s, source.fps, self.hearing.of(source))

    def _clip(self, found: Landmarks):
        return self.parlante.TrackedClip(np.ascontiguousarray(found.points), index=found.index,
                                         scores=np.ascontiguousarray(found.scores), picture_size=found.picture_size)

    def _mapped(self, face: list[Source]) -> list[dict]:
        made = []
        for source in face:
            aperture, shapes = facegood.mouth(source.motion)
            unknown = np.full(len(aperture), np.nan, np.float32)
            made.append({"codes": few_codes({"aperture": aperture, **shapes}), "gap": aperture, "width": unknown,
                         "log_distance": unknown, "distance_cm": np.float32(np.nan), "mean_gaze": np.full(2, np.nan, np.float32),
                         "gap_floor": np.float32(0), "eye_distance_px": unknown, "pose_residual": unknown,
                         "mouth_residual": unknown, "start_s": source.start_s})
        return made

    def _store(self, source: Source, clip: dict) -> None:
        sound = self.hearing.sound(source)
        file = self.file(source)
        file.parent.mkdir(parents=True, exist_ok=True)
        unfinished = file.with_suffix(".unfinished.npz")
        samples = np.round(np.clip(sound, -1, 1) * 32767).astype(np.int16)
        np.savez(unfinished, audio=samples, fps=source.fps, person=source.person, set=source.set, split=source.split,
                 licence=source.licence, source=source.origin, **clip)
        unfinished.rename(file)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=pathlib.Path, required=True,
                        help="folder that holds grid_s1/, natural/ and, if present, validation/")
    parser.add_argument("--build", type=pathlib.Path, required=True, help="build folder with python/ and models/")
    parser.add_argument("--cache", type=pathlib.Path, required=True, help="where tracks and clips are kept")
    parser.add_argument("--jobs", type=int, default=2, help="videos tracked at a time (default: %(default)s)")
    parser.add_argument("--sets", nargs="*", help="only these sets (default: all)")
    args = parser.parse_args()
    sys.path.insert(0, str((args.build / "python").resolve()))

    sources = grid(args.data / "grid_s1") + indexed(args.data / "natural", measure_only=False)
    if (args.data / "validation" / "index.csv").exists():
        sources += indexed(args.data / "validation", measure_only=True)
    tracks = args.cache / "tracks"
    with concurrent.futures.ProcessPoolExecutor(args.jobs) as pool:
        jobs = [pool.submit(track, s.motion, tracks / s.set / f"{s.name}.npz", str(args.build / "models")) for s in sources
                if s.motion.suffix != ".npz" and not (tracks / s.set / f"{s.name}.npz").exists()]
        for done, job in enumerate(concurrent.futures.as_completed(jobs), start=1):
            job.result()
            print(f"\rtracked {done} of {len(jobs)} videos", end="\n" if done == len(jobs) else "", flush=True)

    maker = Maker(args.cache, args.build)
    faces = collections.defaultdict(list)
    for source in sources:
        if not args.sets or source.set in args.sets:
            faces[source.face].append(source)
    for face in faces.values():
        if not all(maker.is_fresh(source) for source in face):
            maker.make(face)
    write_index(args.cache, maker, sources)


def write_index(cache: pathlib.Path, maker: Maker, sources: list[Source]) -> None:
    """Lists the clips that are fit to be used, and says which are not."""
    clips, variances = [], collections.defaultdict(list)
    for source in sources:
        if not maker.file(source).exists():
            continue
        with np.load(maker.file(source)) as clip:
            if fault := quality.fault(clip):
                print(f"left out: {source.set}/{source.name}: {fault}")
                continue
            variances[source.set, source.person].append(maker.spread(source, clip))
            clips.append({"file": f"{source.set}/{source.name}.npz", "name": source.name, "set": source.set,
                          "person": source.person, "split": source.split, "fps": source.fps, "start_s": float(clip["start_s"]),
                          "resynced_ms": round(1000 * (float(clip["start_s"]) - source.start_s)),
                          "seconds": len(clip["gap"]) / source.fps,
                          "licence": source.licence, "source": source.origin})
    for entry in clips:
        of_person = np.array(variances[entry["set"], entry["person"]])
        entry["spread"] = float(np.sqrt(np.average(of_person[:, 0], weights=of_person[:, 1] + 1e-9)))
    for name, listing in (("channels", {"channels": CHANNELS, "phone_classes": maker.parlante.phone_classes()}),
                          ("index", {"clips": clips})):
        unfinished = cache / f"{name}.unfinished.json"
        unfinished.write_text(json.dumps(listing, indent=1))
        unfinished.rename(cache / f"{name}.json")
    for key in sorted({(clip["set"], clip["split"]) for clip in clips}):
        of_key = [clip for clip in clips if (clip["set"], clip["split"]) == key]
        persons = len({clip["person"] for clip in of_key})
        print(f"{key[0]}, {key[1]}: {len(of_key)} clips, {persons} person(s), {sum(c['seconds'] for c in of_key):.0f} s")


if __name__ == "__main__":
    main()
