"""Lips that must have met: trackers see a short contact of blurred lips as a narrow gap."""
import numpy as np

from hearing import BILABIAL, FRAME_S

PEAK = 0.35  # of the posterior of b, p and m: heard at all
CERTAIN = 0.8  # heard beyond doubt
TRAILS_S, NEAR_S = 0.04, 0.09  # such a peak comes after the middle of the contact
NARROW, SHARE = 0.045, 0.4  # the gap at the dip, over the eye distance and over the openings on both sides
SIDES_S, REACH_S = 0.2, 0.08


def peaks(heard: dict[str, np.ndarray], least: float = PEAK) -> np.ndarray:
    """Times (s) at which b, p or m is heard."""
    posterior = heard["classes"][:, BILABIAL]
    middle = posterior[1:-1]
    return (np.flatnonzero((middle > least) & (middle >= posterior[:-2]) & (middle > posterior[2:])) + 1) * FRAME_S


def close(aperture: np.ndarray, start_s: float, fps: float, heard: dict[str, np.ndarray]) -> np.ndarray:
    """The opening with narrow dips made contacts where b, p or m is heard for certain."""
    shown = start_s + np.arange(len(aperture)) / fps
    closed = aperture.copy()
    for time in peaks(heard, CERTAIN):
        near = np.flatnonzero(np.abs(shown - time + TRAILS_S) < NEAR_S)
        if len(near) < 3 or not np.isfinite(aperture[near]).all():
            continue
        dip = near[np.argmin(aperture[near])]
        distance = shown - shown[dip]
        sides = [aperture[(sign * distance > 0) & (sign * distance < SIDES_S)] for sign in (-1, 1)]
        opening = min(np.nanmax(side, initial=0) for side in sides)
        if aperture[dip] < min(NARROW, SHARE * opening):
            reach = np.clip(np.abs(distance) / REACH_S, 0, 1)
            closed = np.minimum(closed, np.maximum(aperture - aperture[dip] * np.cos(reach * np.pi / 2) ** 2, 0))
    return closed
