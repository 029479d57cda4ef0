"""Films of real people, and the tracks of those whose films are not at hand, as `parlante measure` takes them."""
import csv
import dataclasses
import gzip
import json
import pathlib
import subprocess

import numpy as np

LANDMARKS = 478


@dataclasses.dataclass
class RealClip:
    """`film` is a video, or a track with its sound in `sound`."""

    name: str
    person: str
    natural: bool  # natural speech, in contrast to sentences read in a laboratory
    film: pathlib.Path
    sound: pathlib.Path | None
    mouth_ahead_ms: float  # as the set's index gives it

    def arguments(self) -> list[str]:
        return [str(self.film)] + (["--sound", str(self.sound)] if self.sound else [])


def _index(folder: pathlib.Path) -> list[dict[str, str]]:
    return list(csv.DictReader((folder / "index.csv").open(encoding="utf-8")))


def films(data: pathlib.Path, every_grid: int) -> list[RealClip]:
    """The sets whose videos are at hand."""
    clips = []
    for folder, prefix, natural in ((data / "natural", "obama", True), (data / "validation", "elo", False)):
        for row in _index(folder):
            if row["set"] != prefix:
                continue
            stem = pathlib.Path(row["file"]).stem.removeprefix(prefix + "_")
            found = sorted((folder / "video").glob(stem + ".*"))
            if found:
                clips.append(RealClip(stem, row["person"], natural, found[0], None, float(row["mouth_ahead_ms_use"] or 0)))
    for video in sorted((data / "grid_s1" / "clips").glob("*.mkv"))[::every_grid]:
        clips.append(RealClip(video.stem, "GRID s1", False, video, None, 0.0))
    return clips


def tracks(data: pathlib.Path, cache: pathlib.Path) -> list[RealClip]:
    """The people of the validation set who are there as landmarks only, written as lines of `parlante track`
    (points that the set does not hold are 0: none of the measures reads them)."""
    clips = []
    folder = data / "validation"
    for row in _index(folder):
        if row["set"] not in ("eval", "congress"):
            continue
        file = folder / row["file"]
        lines = cache / (file.stem + ".jsonl")
        if not lines.exists():
            clip = np.load(file)
            points = np.zeros((len(clip["landmarks"]), LANDMARKS, 3))
            points[:, clip["index"]] = clip["landmarks"].astype(np.float64) * float(clip["scale"])
            with lines.open("w", encoding="utf-8") as out:
                for number, (frame, seen) in enumerate(zip(points.round(3).tolist(), clip["ok"])):
                    line = {"frame": number, "seconds": round(number / float(clip["fps"]), 6), "face": 1 if seen else None}
                    if seen:
                        line["landmarks"] = frame
                    out.write(json.dumps(line) + "\n")
        clips.append(RealClip(file.stem, row["person"], True, lines, file.with_suffix(".flac"),
                              float(row["mouth_ahead_ms_use"] or 0)))
    return clips


def measured(program: pathlib.Path, arguments: list[str], stored: pathlib.Path) -> dict:
    """The report of `parlante measure`, kept in `stored`."""
    if not stored.exists():
        found = subprocess.run([program, "measure", "--json", "-q", *arguments], capture_output=True, check=True)
        stored.write_bytes(gzip.compress(found.stdout))
    return json.loads(gzip.decompress(stored.read_bytes()))


def value(report: dict, group: str, key: str, which: str = "value") -> float:
    found = report[group][key].get(which)
    return np.nan if found is None else float(found)


def count(report: dict, group: str, key: str) -> tuple[int, int]:
    """(met, of) of a row whose note is "12 of 14"."""
    met, _, of = report[group][key].get("note", "").partition(" of ")
    return (int(met), int(of)) if of else (0, 0)
