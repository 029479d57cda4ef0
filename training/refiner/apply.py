"""The refiner on whole frames of ours: what it adds is laid back into the frame where the head carries the crop."""
import pathlib

import cv2
import numpy as np
import torch

import crops
import model
from faces import Seen


def load(file: pathlib.Path) -> model.Refiner:
    kept = torch.load(file, map_location="cpu")
    net = model.Refiner(kept["width"])
    net.load_state_dict(kept["weights"])
    return net.eval()


def picture(array: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(np.ascontiguousarray(array, np.float32)).permute(2, 0, 1)[None]


class Refined:
    """Refines frames of one face; `rest` is its picture at rest, RGB8, with its landmarks in px."""

    def __init__(self, net: model.Refiner, rest: np.ndarray, landmarks: np.ndarray):
        self.net, self.landmarks = net, landmarks
        self.crop = crops.place(landmarks)
        cut = crops.shrunk(rest, self.crop)
        self.skin = model.skin_of(cut)
        self.rest = picture(cut / self.skin)
        self.rest_labels = picture(crops.labels(crops.mapped(landmarks, self.crop)) / 255)

    def frame(self, ours: np.ndarray, seen: Seen, mix: float = 1.0) -> np.ndarray:
        """RGB8 of the same size, with `mix` of the change."""
        to_crop = crops.carried(self.crop, self.landmarks, seen.landmarks)
        labels = picture(crops.labels(crops.mapped(seen.landmarks, to_crop)) / 255)
        with torch.no_grad():
            change = model.refined(self.net, picture(crops.shrunk(ours, to_crop) / self.skin), self.rest, labels, self.rest_labels)
            change = model.at_full_size(change)[0].permute(1, 2, 0).numpy() * self.skin
        height, width = ours.shape[:2]
        added = cv2.warpAffine(change, to_crop, (width, height), flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP)
        inside = np.zeros((height, width), np.uint8)  # teeth and tongue stay the renderer's
        cv2.fillPoly(inside, [(seen.landmarks[crops.INNER_LIPS] * 16).round().astype(np.int32)], 255, cv2.LINE_AA, 4)
        kept = 1 - cv2.GaussianBlur(inside, (0, 0), 1.0)[..., None] / 255
        return np.clip(ours + mix * added * kept, 0, 255).round().astype(np.uint8)
