"""Where the clips come from: GRID's speaker s1, the natural clips, and the people who are only measured on."""
import csv
import dataclasses
import hashlib
import pathlib

import numpy as np

GRID_LICENCE = ("CC BY 4.0: Cooke, Barker, Cunningham, Shao, An audio-visual corpus for speech perception and automatic "
                "speech recognition, JASA 120(5), 2006")
GRID_STOP = 24  # clips kept for early stopping
STOP_PERSON = "R. Reagan"
SAME_PERSON = {"B. Obama": "Barack Obama"}


@dataclasses.dataclass
class Landmarks:
    """As a tracker gave them. Frames without a face are not a number."""

    points: np.ndarray  # (T, n, 3) float32, px
    index: list[int] | None  # which of the 478; None: all
    scores: np.ndarray  # (T, 52) float32, Apple's order
    picture_size: float  # longer side, px


@dataclasses.dataclass
class Source:
    name: str
    set: str
    person: str
    face: str  # clips of one face are calibrated together: the same person, camera and tracker
    split: str  # train | stop | measure
    sound: pathlib.Path
    motion: pathlib.Path  # a video to be tracked, or an .npz with landmarks or a rig's weights
    fps: float
    mouth_ahead_s: float
    licence: str
    origin: str

    @property
    def start_s(self) -> float:
        """Time in the sound of the middle of frame 0."""
        return 0.5 / self.fps + self.mouth_ahead_s


def hashed(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()


def grid(folder: pathlib.Path) -> list[Source]:
    videos = sorted((folder / "clips").glob("*.mkv"))
    stop = sorted((v.stem for v in videos), key=hashed)[:GRID_STOP]
    return [Source(v.stem, "grid_s1", "GRID s1", "GRID s1", "stop" if v.stem in stop else "train", v, v, 25.0, 0.0,
                   GRID_LICENCE, "GRID corpus, speaker s1") for v in videos]


def indexed(folder: pathlib.Path, measure_only: bool) -> list[Source]:
    """The clips of a folder with an index.csv; those whose video is there are tracked anew."""
    sources = []
    for row in csv.DictReader((folder / "index.csv").read_text(encoding="utf-8").splitlines()):
        file = folder / row["file"]
        if not file.with_suffix(".flac").exists():
            continue
        kind = row["set"]
        person = SAME_PERSON.get(row["person"], row["person"])
        # Filmed on other days with other cameras, each clip is a face of its own; the talkers of `elo` sat for one
        # session, and the newsreaders' clips are too short to know a face from one.
        own_face = kind not in ("elo", "lrcar", "facegood")
        video = folder / "video" / f"{file.stem.removeprefix(kind + '_')}.mp4"
        if measure_only:
            group, split = f"validation_{kind}", "measure"
        else:
            group, split = "facegood" if kind == "facegood" else "natural", "stop" if person == STOP_PERSON else "train"
        sources.append(Source(file.stem, group, person, file.stem if own_face else f"{kind} {person}", split,
                              file.with_suffix(".flac"), video if video.exists() and not measure_only else file,
                              float(row["fps"]), float(row["mouth_ahead_ms_use"] or 0) / 1000, row["licence"],
                              row["source_repo"]))
    return sources


def stored_landmarks(file: pathlib.Path, blendshapes: list[str]) -> Landmarks:
    """Landmarks of an indexed .npz (pixels = landmarks · scale where a scale is given)."""
    with np.load(file) as stored:
        points = stored["landmarks"].astype(np.float32) * (stored["scale"] if "scale" in stored else np.float32(1))
        index = [int(number) for number in stored["index"]] if "index" in stored else None
        seen = stored["ok"] > 0 if "ok" in stored else stored["score"] > 0.3
        scores = np.zeros((len(points), len(blendshapes)), np.float32)
        given = stored["blendshapes"].astype(np.float32)
        # MediaPipe's order: first "_neutral", then by the alphabet; the tongue is not known.
        for column, name in enumerate(sorted(set(blendshapes) - {"tongueOut"}), start=1):
            scores[:, blendshapes.index(name)] = given[:, column]
        size = float(max(stored["size"])) if "size" in stored else 256.0
    points[~seen | ~np.abs(points).sum((1, 2)).astype(bool)] = np.nan
    return Landmarks(points, index, scores, size)
