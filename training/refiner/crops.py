"""The mouth's crop: where it lies in a frame, what is drawn into it, and a real crop laid onto ours."""
import pathlib
import sys

import cv2
import numpy as np

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "reenactment"))
from faces import IRISES, LIPS, STIFF  # noqa: E402

WIDTH, HEIGHT = 128, 96
SPAN = 1.9  # of the crop's width, in distances of the irises
DROP = 0.06  # of its middle below the mouth's, in the same
INNER_LIPS = [78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308, 415, 310, 311, 312, 13, 82, 81, 80, 191]
AROUND = 3.5  # px of the crop: how far a landmark's shift is felt
GRID = 4  # px between the points at which shifts are computed


def place(landmarks: np.ndarray) -> np.ndarray:
    """The map (2, 3) from a face at rest to its crop, upright with the eyes; `landmarks` (478, 2) in px."""
    right, left = landmarks[list(IRISES)]
    across = left - right
    scale = WIDTH / (SPAN * np.linalg.norm(across))
    along = across / np.linalg.norm(across) * scale
    turn = np.array([[along[0], along[1]], [-along[1], along[0]]])
    middle = turn @ landmarks[LIPS].mean(0) + [0, DROP * WIDTH / SPAN]
    return np.hstack([turn, (np.array([WIDTH, HEIGHT]) / 2 - middle)[:, None]])


def carried(rest: np.ndarray, at_rest: np.ndarray, landmarks: np.ndarray) -> np.ndarray:
    """The same crop in another frame of the face, carried along by what no expression moves."""
    back, _ = cv2.estimateAffinePartial2D(landmarks[STIFF], at_rest[STIFF], method=cv2.LMEDS)
    return rest @ np.vstack([back, [0, 0, 1]])


def mapped(points: np.ndarray, to_crop: np.ndarray) -> np.ndarray:
    return points @ to_crop[:, :2].T + to_crop[:, 2]


def shrunk(picture: np.ndarray, to_crop: np.ndarray) -> np.ndarray:
    """The crop (HEIGHT, WIDTH, 3) of a picture, blurred first where it is finer than the crop."""
    finer = 1 / np.linalg.norm(to_crop[0, :2])
    if finer > 1.2:
        picture = cv2.GaussianBlur(picture, (0, 0), 0.45 * np.sqrt(finer**2 - 1))
    return cv2.warpAffine(picture, to_crop, (WIDTH, HEIGHT), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def labels(landmarks: np.ndarray) -> np.ndarray:
    """Lips and what is between them, (HEIGHT, WIDTH, 2) of 0 to 255, from landmarks in px of the crop."""
    drawn = np.zeros((2, HEIGHT, WIDTH), np.uint8)
    for layer, contour in zip(drawn, (LIPS, INNER_LIPS)):
        cv2.fillPoly(layer, [(landmarks[contour] * 16).round().astype(np.int32)], 255, cv2.LINE_AA, 4)
    drawn[0] = np.minimum(drawn[0], 255 - drawn[1])
    return drawn.transpose(1, 2, 0)


def laid_on(real: np.ndarray, theirs: np.ndarray, ours: np.ndarray) -> np.ndarray:
    """The real crop with its features where ours are; landmarks in px of the crop. A shift at a point is the mean of the
    shifts of the landmarks near it, none far from all."""
    near = (np.abs(ours - [WIDTH / 2, HEIGHT / 2]) < [WIDTH * 0.7, HEIGHT * 0.7]).all(1)
    at, shift = ours[near], (theirs - ours)[near]
    x, y = np.meshgrid(np.arange(0, WIDTH + GRID, GRID), np.arange(0, HEIGHT + GRID, GRID))
    points = np.stack([x, y], -1).reshape(-1, 1, 2)
    weight = np.exp(-((points - at) ** 2).sum(-1) / (2 * AROUND**2))
    weight /= weight.sum(1, keepdims=True) + 0.05
    moved = (weight @ shift).reshape(*x.shape, 2).astype(np.float32)
    x, y = np.meshgrid(np.arange(WIDTH, dtype=np.float32), np.arange(HEIGHT, dtype=np.float32))
    field = cv2.remap(moved, x / GRID, y / GRID, cv2.INTER_LINEAR)
    return cv2.remap(real, x + field[..., 0], y + field[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
