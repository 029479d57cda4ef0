"""Head poses as docs/formats.md gives them: a rotation vector (pitch, yaw, roll) and a shift, in the head's frame."""
import dataclasses

import cv2
import numpy as np


@dataclasses.dataclass
class Pose:
    rotation: np.ndarray  # 3x3
    shift: np.ndarray  # cm

    @staticmethod
    def of(code: dict) -> "Pose":
        vector = np.radians([code[key] for key in ("pitch_deg", "yaw_deg", "roll_deg")])
        return Pose(cv2.Rodrigues(vector)[0], np.array(code["translation_cm"], float))

    def seen_from(self, source: "Pose") -> "Pose":
        """This pose for a head that stands in `source` when it rests."""
        return Pose(source.rotation.T @ self.rotation, source.rotation.T @ (self.shift - source.shift))

    def angles_deg(self) -> np.ndarray:
        """Pitch, yaw, roll."""
        return np.degrees(cv2.Rodrigues(self.rotation)[0].ravel())
