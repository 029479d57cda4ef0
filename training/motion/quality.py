"""Which clips are not fit to learn from."""
import numpy as np

LEAST_KNOWN = 0.9  # of the frames
JUMP = 0.12  # change of the head's size from one frame to the next, relative: a cut


def fault(clip) -> str | None:
    """Why a stored clip must be left out; nothing when it is sound."""
    known = np.isfinite(clip["gap"])
    if known.mean() < LEAST_KNOWN:
        return f"the face is known in {known.mean():.0%} of the frames only"
    size = clip["eye_distance_px"][np.isfinite(clip["eye_distance_px"])]
    if len(size) > 1 and np.abs(np.diff(np.log(size))).max() > JUMP:
        return "the picture jumps: a cut, or the tracker lost the face"
    if not np.abs(clip["audio"]).any():
        return "no sound"
    return None
