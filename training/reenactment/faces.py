"""Clips, their square crops, tracks, and where a face and its mouth lie in a picture."""
import csv
import dataclasses
import json
import pathlib
import subprocess

import cv2
import numpy as np

from pose import Pose

IRISES = (468, 473)
STIFF = [33, 133, 362, 263, 168, 6, 197, 195, 5, 4, 9, 8, 151, 10, 127, 356]  # hardly moved by expression
OVAL = [10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152, 148, 176, 149, 150,
        136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109]
LIPS = [61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 409, 270, 269, 267, 0, 37, 39, 40, 185]
FRAME_WIDTH, FRAME_DROP = 6.3, 0.75  # of the picture, in distances of the irises: as the program frames faces


@dataclasses.dataclass
class Seen:
    """A frame's track: landmarks (478, 2) in px, pose against the clip's mean, and the rest of the code."""

    landmarks: np.ndarray
    pose: Pose
    code: dict


def clips(data: pathlib.Path, each: int) -> dict[str, list[pathlib.Path]]:
    """Sets of films, about `each` of every one, spread over it."""
    def some(paths) -> list[pathlib.Path]:
        paths = sorted(paths)
        return paths[:: max(1, len(paths) // each)][:each]

    # natural: broadcast film, 1280x720; GRID and the laboratory's sentences: small, frontal
    folders = {"natural": data / "natural/video", "GRID s1": data / "grid_s1/clips", "validation": data / "validation/video"}
    return {name: some(p for p in folder.glob("*.*") if p.suffix in (".mp4", ".mkv"))
            for name, folder in folders.items() if folder.is_dir()}


def track(program: pathlib.Path, film: pathlib.Path, lines: pathlib.Path) -> list[Seen | None]:
    if not lines.exists():
        subprocess.run([program, "track", "--landmarks", film, "-o", lines, "-q"], check=True)
    frames: list[Seen | None] = []
    for line in lines.read_text(encoding="utf-8").splitlines():
        code = json.loads(line)
        points = code.pop("landmarks", None)
        frames.append(None if points is None else Seen(np.array(points)[:, :2], Pose.of(code), code))
    return frames


def square(frames: list[Seen | None], width: int, height: int) -> tuple[int, int, int]:
    """x, y, side of the square that frames the face through the whole clip."""
    eyes = np.array([f.landmarks[list(IRISES)] for f in frames if f])
    distance = float(np.median(np.linalg.norm(eyes[:, 0] - eyes[:, 1], axis=1)))
    side = min(width, height, round(FRAME_WIDTH * distance)) // 2 * 2
    centre = np.median(eyes.mean(1), axis=0) + [0, FRAME_DROP * distance]
    x, y = (int(np.clip(round(c - side / 2), 0, limit - side)) for c, limit in zip(centre, (width, height)))
    return x, y, side


def cut(film: pathlib.Path, box: tuple[int, int, int], out: pathlib.Path) -> None:
    """The square of a film, without loss or sound."""
    x, y, side = box
    subprocess.run(["ffmpeg", "-v", "error", "-y", "-i", film, "-vf", f"crop={side}:{side}:{x}:{y}:exact=1,format=gbrp",
                    "-an", "-c:v", "ffv1", out], check=True)


def pictures(film: pathlib.Path) -> np.ndarray:
    """All frames, RGB8."""
    video, frames = cv2.VideoCapture(str(film)), []
    while (got := video.read())[0]:
        frames.append(got[1][..., ::-1])
    return np.array(frames)


def rate(film: pathlib.Path) -> str:
    found = subprocess.run(["ffprobe", "-v", "error", "-select_streams", "v:0", "-show_entries", "stream=avg_frame_rate",
                            "-of", "csv=p=0", film], capture_output=True, check=True, text=True)
    return found.stdout.strip().rstrip(",")


def regions(landmarks: np.ndarray, height: int, width: int) -> dict[str, np.ndarray]:
    """The face inside its oval, and the lips with the skin around them that they move."""
    face, mouth = np.zeros((2, height, width), np.uint8)
    cv2.fillConvexPoly(face, cv2.convexHull(landmarks[OVAL].round().astype(np.int32)), 1)
    lips = landmarks[LIPS]
    middle = lips.mean(0)
    cv2.fillConvexPoly(mouth, cv2.convexHull((middle + (lips - middle) * [1.25, 1.6]).round().astype(np.int32)), 1)
    return {"face": face > 0, "mouth": mouth > 0}


def onto(picture: np.ndarray, own: np.ndarray, theirs: np.ndarray) -> np.ndarray:
    """The picture moved, turned and scaled so that its stiff landmarks lie on theirs."""
    move, _ = cv2.estimateAffinePartial2D(own[STIFF], theirs[STIFF], method=cv2.LMEDS)
    return cv2.warpAffine(picture, move, picture.shape[1::-1], flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
