"""The rig of FACEGOOD's set, mapped to ours: lip opening, jaw, rounding, upper lip; the other shapes stay unknown.

The mixes are those (of the signs that the shapes' names call for) that best follow what our front end makes one expect from
the sound, by a ridge fitted to GRID and the natural clips (fit_facegood.py). That expectation is flattened by its own noise, so
the scales are set by what was tracked: spread and quantiles of the speech of real people. The lips of this rig stand open
less often than people's; the power makes up for it.
"""
import pathlib

import numpy as np

# Left and right are alike in this set.
LIPS = {"mouth_stretch_c": 0.161, "mouth_funnel_dl": 0.032, "mouth_lowerLipDepress_l": 0.112, "mouth_upperLipRaise_l": 0.021,
        "mouth_oh_c": -0.033, "mouth_oo_c": -0.037, "mouth_suck_dl": -0.092, "mouth_press_l": -0.029}
JAW = {"mouth_stretch_c": 0.309, "mouth_oh_c": 0.012, "mouth_lowerLipDepress_l": 0.161, "mouth_funnel_dl": 0.024}
ROUNDING = {"mouth_oh_c": 0.366, "mouth_oo_c": 0.435, "mouth_pucker_l": 0.368, "mouth_funnel_dl": 0.072,
            "mouth_lipCornerPull_l": -0.172}
UPPER_LIP = {"mouth_upperLipRaise_l": 0.128, "mouth_funnel_dl": 0.135, "mouth_lowerLipDepress_l": 0.242,
             "mouth_stretch_c": 0.101}
POWER = 0.7
LIPS_SCALE, JAW_SCALE, ROUNDING_SCALE, UPPER_LIP_SCALE = 0.92, 1.05, 1.5, 2.2


def mouth(file: pathlib.Path) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Lip opening over the distance of the outer eye corners (T,), and the shapes that can be told (T,) each."""
    with np.load(file) as stored:
        rig = dict(zip(stored["rig_names"].tolist(), stored["rig_values"].astype(np.float32).T))

    def mixed(mix: dict[str, float]) -> np.ndarray:
        return np.maximum(sum(share * rig[name] for name, share in mix.items()), 0)

    upper_lip = np.clip(UPPER_LIP_SCALE * mixed(UPPER_LIP), 0, 1)
    shapes = {"jawOpen": np.clip(JAW_SCALE * mixed(JAW) ** POWER, 0, 1),
              "mouthPucker": np.clip(ROUNDING_SCALE * mixed(ROUNDING), 0, 1),
              "mouthUpperUpLeft": upper_lip, "mouthUpperUpRight": upper_lip}
    return LIPS_SCALE * mixed(LIPS) ** POWER, shapes
