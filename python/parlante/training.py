"""What training needs of parlante: front end, tracker, solver of face codes."""
from ._native import (BLENDSHAPES, HOP, SAMPLE_RATE, Calibration, FaceCodeSolver, TrackedClip, hear, phone_classes,
                      phones, read_lips, read_sound, track_video)

__all__ = ["BLENDSHAPES", "HOP", "SAMPLE_RATE", "Calibration", "FaceCodeSolver", "TrackedClip", "hear", "phone_classes",
           "phones", "read_lips", "read_sound", "track_video"]
