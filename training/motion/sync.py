"""Whether the lips of a clip keep time with its sound, as the linear readout of the lips says."""
import numpy as np

from hearing import FRAME_S, VOICED

STEP_S, FARTHEST_S = 0.01, 0.15
LEAST_GAIN = 0.03  # of the correlation, else a clip stays as it was
EDGE_S = 0.2  # at both ends, not looked at
SMOOTHING = np.exp(-0.5 * np.arange(-6, 7) ** 2)
SMOOTHING /= SMOOTHING.sum()


def correlations(gap: np.ndarray, start_s: float, fps: float, heard: dict[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Shifts (s, of the pictures to later sound) and the correlation of gap and readout in voice at each."""
    import parlante
    reading = np.asarray(parlante.read_lips(np.ascontiguousarray(heard["layer2"], np.float32))[0])
    reading = np.convolve(np.pad(reading, 6, mode="edge"), SMOOTHING, "valid")
    shown = start_s + np.arange(len(gap)) / fps
    known = np.isfinite(gap)
    moments = (np.arange(len(reading)) + 0.5) * FRAME_S
    use = (heard["voice"] > VOICED) & (moments > shown[0] + EDGE_S) & (moments < shown[-1] - EDGE_S)
    steps = round(FARTHEST_S / STEP_S)
    shifts = np.arange(-steps, steps + 1) * STEP_S
    if use.sum() < 20 or known.sum() < 20:
        return shifts, np.zeros(len(shifts))
    seen = [np.interp(moments[use], shown[known] + shift, gap[known]) for shift in shifts]
    return shifts, np.array([np.corrcoef(curve, reading[use])[0, 1] for curve in seen])


def shift_s(gap: np.ndarray, start_s: float, fps: float, heard: dict[str, np.ndarray]) -> float:
    """By how much the pictures belong to later sound than `start_s` says; 0 unless that fits clearly better."""
    shifts, scores = correlations(gap, start_s, fps, heard)
    best = int(np.argmax(scores))
    return float(shifts[best]) if scores[best] - scores[len(scores) // 2] >= LEAST_GAIN else 0.0
