"""Ridge regression of a lip measure on the front end's features, about each speaker's own mean."""
import dataclasses

import numpy as np

from clips import Clip

LAGS = (-3, 0, 3)  # frames: 60 ms later, now, 60 ms earlier, as read_lips() takes them
GRID_FOLDS = 4
SMOOTHING = np.exp(-0.5 * np.arange(-6, 7) ** 2)
SMOOTHING /= SMOOTHING.sum()


@dataclasses.dataclass
class Readout:
    weights: np.ndarray  # (LAGS · FEATURES,)
    bias: float

    def read(self, clip: Clip) -> np.ndarray:
        return design(clip.features) @ self.weights + self.bias


@dataclasses.dataclass
class Score:
    """Over speakers, or parts of a speaker, that the fit did not see; weighed by length."""

    correlation: float
    spread: float  # standard deviation of the reading over the real one


def design(features: np.ndarray) -> np.ndarray:
    """(frames, LAGS · FEATURES); beyond the ends the first and last frame stand."""
    rows = np.arange(len(features))
    return np.concatenate([features[np.clip(rows - lag, 0, len(features) - 1)] for lag in LAGS], axis=1)


class Problem:
    """Normal equations of one measure ("gap" or "width"), one block a clip, so that clips can be left out."""

    def __init__(self, clips: list[Clip], measure: str, ridge: float):
        self.clips, self.measure, self.ridge = clips, measure, ridge
        rows = [design(clip.features)[clip.voiced].astype(np.float64) for clip in clips]
        lips = [getattr(clip, measure)[clip.voiced] for clip in clips]
        self.mean = np.concatenate(rows).mean(0)
        self.deviation = np.concatenate(rows).std(0) + 1e-6
        persons = {clip.person for clip in clips}
        of = {p: [i for i, clip in enumerate(clips) if clip.person == p] for p in persons}
        row_mean = {p: np.concatenate([rows[i] for i in of[p]]).mean(0) for p in persons}
        lip_mean = {p: np.concatenate([lips[i] for i in of[p]]).mean() for p in persons}
        self.gram, self.moment = [], []
        for clip, x, y in zip(clips, rows, lips):
            x = (x - row_mean[clip.person]) / self.deviation
            self.gram.append(x.T @ x)
            self.moment.append(x.T @ (y - lip_mean[clip.person]))
        self.gram_sum, self.moment_sum = sum(self.gram), sum(self.moment)

    def fit(self, without: tuple[int, ...] = ()) -> Readout:
        """All clips but those numbers."""
        gram = self.gram_sum - sum(self.gram[i] for i in without) + self.ridge * np.eye(len(self.mean))
        moment = self.moment_sum - sum(self.moment[i] for i in without)
        weights = np.linalg.solve(gram, moment) / self.deviation
        return Readout(weights, -float(weights @ self.mean))

    def cross_validate(self) -> dict[str, Score]:
        """Natural speech: each speaker read by the fit on the others. GRID: one speaker, so four parts of it."""
        folds: dict[str, list[int]] = {}
        for i, clip in enumerate(self.clips):
            part = f" {i % GRID_FOLDS}" if clip.person.startswith("GRID") else ""
            folds.setdefault(clip.person + part, []).append(i)
        found: dict[str, list[tuple[float, float, int]]] = {"natural": [], "GRID": []}
        for name, members in folds.items():
            readout = self.fit(tuple(members))
            for i in members:
                clip = self.clips[i]
                reading = np.convolve(np.pad(readout.read(clip), 6, mode="edge"), SMOOTHING, "valid")[clip.voiced]
                real = getattr(clip, self.measure)[clip.voiced]
                score = (np.corrcoef(reading, real)[0, 1], reading.std() / real.std(), len(clip.gap))
                found["GRID" if name.startswith("GRID") else "natural"].append(score)
        return {kind: _weighed(scores) for kind, scores in found.items() if scores}


def _weighed(scores: list[tuple[float, float, int]]) -> Score:
    table = np.array(scores)
    correlation, spread = np.average(table[:, :2], axis=0, weights=table[:, 2])
    return Score(float(correlation), float(spread))
