"""Clips of speech with tracked lips: what is heard (our own front end's features) and how the lips stand."""
import csv
import dataclasses
import gzip
import json
import pathlib
import subprocess

import numpy as np

FEATURES = 144
FRAME_S = 0.02
VOICED = 0.3
# Landmarks of MediaPipe's face mesh.
INNER_UPPER, INNER_LOWER = (82, 13, 312), (87, 14, 317)
EYE_CORNERS, MOUTH_CORNERS = (33, 263), (61, 291)


@dataclasses.dataclass
class Clip:
    """One clip on the clock of the phonetic frames (50 Hz). Lips in units of the eyes' outer corners' distance."""

    person: str
    features: np.ndarray  # (frames, FEATURES)
    voiced: np.ndarray  # (frames,) bool
    gap: np.ndarray  # (frames,) inner-lip gap
    width: np.ndarray  # (frames,) distance of the mouth's corners


@dataclasses.dataclass
class Track:
    """Landmarks of a video, and the sound that belongs to it."""

    person: str
    sound: pathlib.Path
    seconds: np.ndarray  # (T,) of the sound that each picture shows
    points: dict[int, np.ndarray]  # landmark number -> (T, 3)


def _distance(track: Track, pair: tuple[int, int]) -> np.ndarray:
    return np.linalg.norm(track.points[pair[0]] - track.points[pair[1]], axis=1)


def lips(track: Track) -> tuple[np.ndarray, np.ndarray]:
    """Gap of the inner lips (mean of three pairs of points) and width of the mouth, a picture."""
    eyes = _distance(track, EYE_CORNERS)
    gap = np.mean([_distance(track, pair) for pair in zip(INNER_UPPER, INNER_LOWER)], axis=0)
    return gap / eyes, _distance(track, MOUTH_CORNERS) / eyes


def indexed_tracks(folder: pathlib.Path, sets: tuple[str, ...] = ()) -> list[Track]:
    """The tracked clips of a folder with an index.csv (all, or those of some sets), each moved by its measured
    offset. Rig-driven clips have no landmarks and are left out."""
    tracks = []
    for row in csv.DictReader((folder / "index.csv").open(encoding="utf-8")):
        file = folder / row["file"]
        if (sets and row["set"] not in sets) or not file.with_suffix(".flac").exists():
            continue
        clip = np.load(file)
        if "landmarks" not in clip:
            continue
        scale = float(clip["scale"]) if "scale" in clip else 1.0
        landmarks = clip["landmarks"].astype(np.float64) * scale
        numbers = clip["index"] if "index" in clip else np.arange(landmarks.shape[1])
        offset = float(row["mouth_ahead_ms_use"] or 0) / 1000
        seconds = (np.arange(len(landmarks)) + 0.5) / float(row["fps"]) + offset
        points = {int(number): landmarks[:, i] for i, number in enumerate(numbers)}
        person = row["person"].split()[-1]
        tracks.append(Track(person, file.with_suffix(".flac"), seconds, points))
    return tracks


def grid_tracks(folder: pathlib.Path, every: int, parlante: pathlib.Path, cache: pathlib.Path) -> list[Track]:
    """Every n-th clip of GRID's speaker s1, tracked by `parlante track` (kept in `cache`)."""
    wanted = sorted({number for group in (INNER_UPPER, INNER_LOWER, EYE_CORNERS, MOUTH_CORNERS) for number in group})
    tracks = []
    for video in sorted((folder / "clips").glob("*.mkv"))[::every]:
        stored = cache / f"{video.stem}.jsonl.gz"
        if not stored.exists():
            found = subprocess.run([parlante, "track", "--landmarks", "-q", video], capture_output=True, check=True)
            stored.write_bytes(gzip.compress(found.stdout, 1))
        frames = [json.loads(line) for line in gzip.decompress(stored.read_bytes()).splitlines()]
        frames = [frame for frame in frames if frame.get("landmarks")]
        seconds = np.array([frame["frame"] + 0.5 for frame in frames]) / 25
        landmarks = np.array([[frame["landmarks"][number] for number in wanted] for frame in frames])
        points = {number: landmarks[:, i] for i, number in enumerate(wanted)}
        tracks.append(Track("GRID s1", video, seconds, points))
    return tracks


def hear(tracks: list[Track], program: pathlib.Path, model: pathlib.Path, cache: pathlib.Path) -> list[Clip]:
    """What the front end hears of each track's sound (kept in `cache`), with the lips at the same moments."""
    missing = [t.sound for t in tracks if not (cache / f"{t.sound.stem}.features").exists()]
    if missing:
        subprocess.run([program, model, cache, *missing], check=True)
    clips = []
    for track in tracks:
        heard = np.fromfile(cache / f"{track.sound.stem}.features", np.float32).reshape(-1, FEATURES + 1)
        moments = (np.arange(len(heard)) + 0.5) * FRAME_S
        gap, width = (np.interp(moments, track.seconds, curve) for curve in lips(track))
        clips.append(Clip(track.person, heard[:, :FEATURES], heard[:, FEATURES] > VOICED, gap, width))
    return clips
