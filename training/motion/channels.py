"""What the learned model makes of speech: the names and the order of its channels."""
import numpy as np

SHUT = 0.3  # of a blink: the iris cannot be seen any more
LIDS_MOVE = 2  # frames before and after that in which the iris is seen to follow the lid
POSE_BLUR_S = 0.033  # standard deviation of a Gaussian: 4 Hz pass, faster is the tracker's tremor in speech

MOUTH = ["jawForward", "jawLeft", "jawRight", "jawOpen", "mouthClose", "mouthFunnel", "mouthPucker", "mouthLeft", "mouthRight",
         "mouthSmileLeft", "mouthSmileRight", "mouthFrownLeft", "mouthFrownRight", "mouthDimpleLeft", "mouthDimpleRight",
         "mouthStretchLeft", "mouthStretchRight", "mouthRollLower", "mouthRollUpper", "mouthShrugLower", "mouthShrugUpper",
         "mouthPressLeft", "mouthPressRight", "mouthLowerDownLeft", "mouthLowerDownRight", "mouthUpperUpLeft",
         "mouthUpperUpRight"]
UPPER_FACE = ["eyeBlinkLeft", "eyeBlinkRight", "eyeSquintLeft", "eyeSquintRight", "eyeWideLeft", "eyeWideRight", "browDownLeft",
              "browDownRight", "browInnerUp", "browOuterUpLeft", "browOuterUpRight", "cheekSquintLeft", "cheekSquintRight",
              "noseSneerLeft", "noseSneerRight"]
POSE = ["yaw", "pitch", "roll"]  # rad
GAZE = ["gazeYaw", "gazePitch"]  # rad
CHANNELS = ["aperture", *MOUTH, *UPPER_FACE, *POSE, *GAZE]


def gaze_through_blinks(gaze: np.ndarray, blink: np.ndarray) -> np.ndarray:
    """(T, 2): where a lid hides the iris, the tracker's iris goes with the lid; the gaze is led straight across."""
    hidden = np.convolve(blink > SHUT, np.ones(2 * LIDS_MOVE + 1), "same") > 0
    seen = np.flatnonzero(~hidden & np.isfinite(gaze).all(axis=1))
    if len(seen) == 0:
        return gaze
    led = gaze.copy()
    for axis in range(gaze.shape[1]):
        led[hidden, axis] = np.interp(np.flatnonzero(hidden), seen, gaze[seen, axis])
    return led


def steadied(pose: np.ndarray, fps: float) -> np.ndarray:
    """(T, 3) without the tracker's tremor; unknown frames stay unknown and count for nothing."""
    reach = int(np.ceil(3 * POSE_BLUR_S * fps))
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / (POSE_BLUR_S * fps)) ** 2)
    known = np.isfinite(pose).all(axis=1)
    weight = np.convolve(known.astype(float), kernel, "same")[:len(pose)]
    blurred = np.stack([np.convolve(np.where(known, angle, 0), kernel, "same")[:len(pose)] for angle in pose.T], axis=1)
    return np.where(known[:, None], blurred / np.maximum(weight, 1e-9)[:, None], np.nan)


def codes(solved: dict[str, np.ndarray], blendshapes: list[str], fps: float) -> np.ndarray:
    """(T, channels) from what FaceCodeSolver.solve() says of a clip."""
    weights = solved["weights"][:, [blendshapes.index(name) for name in MOUTH + UPPER_FACE]]
    blink = np.maximum(*(solved["weights"][:, blendshapes.index(name)] for name in UPPER_FACE[:2]))
    gaze = gaze_through_blinks(solved["gaze"], blink)
    return np.concatenate([solved["aperture"][:, None], weights, steadied(solved["pose"], fps), gaze],
                          axis=1).astype(np.float32)


def few_codes(curves: dict[str, np.ndarray]) -> np.ndarray:
    """(T, channels) where only these channels are known; the others are not a number."""
    made = np.full((len(next(iter(curves.values()))), len(CHANNELS)), np.nan, np.float32)
    for name, curve in curves.items():
        made[:, CHANNELS.index(name)] = curve
    return made
