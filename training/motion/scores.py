"""Our lip opening held against the real one, at 25 frames a second; training/lip_readout counts closures by it too."""
import dataclasses

import numpy as np

FPS = 25
CLOSED, OPEN, LONGEST_CLOSURE, NEAR = 0.012, 0.03, 10, 2  # the last two in frames


def closures(gap: np.ndarray) -> list[tuple[int, int]]:
    """Spells in which the lips shut between two openings, at most .4 s long: what p, b and m do."""
    edges = np.diff(np.concatenate([[0], (gap < CLOSED).astype(int), [0]]))
    spells = zip(np.flatnonzero(edges == 1), np.flatnonzero(edges == -1))
    return [(a, b) for a, b in spells if b - a <= LONGEST_CLOSURE
            and gap[max(0, a - 4):a].max(initial=0) > OPEN and gap[b:b + 4].max(initial=0) > OPEN]


def lag_ms(ours: np.ndarray, real: np.ndarray) -> float:
    """The shift that correlates best, to a fraction of a frame (parabola); > 0: ours comes later."""
    lags, inner = np.arange(-6, 7), slice(8, -8)
    scores = np.array([np.corrcoef(ours[inner], np.roll(real, lag)[inner])[0, 1] for lag in lags])
    i = int(np.clip(np.nanargmax(scores), 1, len(lags) - 2))
    a, b, c = scores[i - 1:i + 2]
    bend = a - 2 * b + c
    return float(lags[i] + (0.5 * (a - c) / bend if bend < -1e-4 else 0)) * 1000 / FPS


@dataclasses.dataclass
class ClosureCount:
    real: int = 0
    kept: int = 0  # of the real ones, those that ours made within 80 ms
    ours: int = 0
    wrong: int = 0  # of ours, those where the real lips stay apart

    def add(self, ours: np.ndarray, real: np.ndarray) -> None:
        for a, b in closures(real):
            self.real += 1
            self.kept += ours[max(0, a - NEAR):b + NEAR].min() < CLOSED
        for a, b in closures(ours):
            self.ours += 1
            self.wrong += real[max(0, a - NEAR):b + NEAR].min() > OPEN


@dataclasses.dataclass
class Score:
    correlation: float
    voiced: float  # correlation over frames with a voice
    amplitude: float  # spread over the real one, all clips together
    kept: float  # of the real closures, those that ours made within 80 ms
    wrong: float  # of our closures, those where the real lips stay apart
    lag: float  # ms
    closures: int
    ours: int

    def __str__(self) -> str:
        return (f"r {self.correlation:.3f} voiced {self.voiced:.3f} amp {self.amplitude:.2f} kept {self.kept:.2f} of "
                f"{self.closures} wrong {self.wrong:.2f} of {self.ours} lag {self.lag:+.0f}")


def score(pairs: list[tuple[np.ndarray, np.ndarray, np.ndarray]]) -> Score:
    """Of (ours, real, voice) a clip; real is NaN where the face was not seen. Weighed by length."""
    rows, ours_all, real_all = [], [], []
    count = ClosureCount()
    for ours, real, voice in pairs:
        known = np.isfinite(real)
        ours, real, voice = ours[known], real[known], voice[known] > 0.5
        if voice.sum() < 20:
            continue
        rows.append((np.corrcoef(ours, real)[0, 1], np.corrcoef(ours[voice], real[voice])[0, 1], lag_ms(ours, real), len(ours)))
        ours_all.append(ours)
        real_all.append(real)
        count.add(ours, real)
    table = np.array(rows)
    r, r_voiced, lag = np.average(table[:, :3], axis=0, weights=table[:, 3])
    amplitude = np.concatenate(ours_all).std() / np.concatenate(real_all).std()
    return Score(float(r), float(r_voiced), float(amplitude), count.kept / max(1, count.real),
                 count.wrong / max(1, count.ours), float(lag), count.real, count.ours)
