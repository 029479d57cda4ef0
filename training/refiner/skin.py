"""Made skin for training: creases and dimples beside the mouth, which go when it narrows, and beards, which stay.

The two speakers have smooth cheeks and no beard, portraits have both. All maps are factors on light, (HEIGHT, WIDTH) float32."""
import cv2
import numpy as np

from crops import HEIGHT, WIDTH

GONE = (0.06, 0.22)  # of the mouth's width at rest: narrowed by this creases begin to go, and are gone


def ease(t: float) -> float:
    t = min(max(t, 0.0), 1.0)
    return t * t * (3 - 2 * t)


def corners(labels: np.ndarray) -> np.ndarray:
    """The mouth's ends (2, 2), x and y, right of the face first, from the labels of lips and inside, 0 to 1."""
    rows, columns = np.nonzero(labels.max(-1) > 0.5)
    if len(columns) == 0:
        return np.array([[WIDTH * 0.3, HEIGHT / 2], [WIDTH * 0.7, HEIGHT / 2]])
    ends = columns.min(), columns.max()
    return np.array([[end, rows[np.abs(columns - end) < 3].mean()] for end in ends])


def narrowed(rest: np.ndarray, ours: np.ndarray) -> float:
    """How far creases are gone, 0 to 1, when the mouth's ends go from `rest` to `ours`."""
    width = np.ptp(rest[:, 0]) + 1e-3
    return ease(((width - np.ptp(ours[:, 0])) / width - GONE[0]) / (GONE[1] - GONE[0]))


def carried(factor: np.ndarray, rest: np.ndarray, ours: np.ndarray) -> np.ndarray:
    """The map as the renderer's mesh takes it along with the mouth's ends."""
    x, y = np.meshgrid(np.arange(WIDTH, dtype=np.float32), np.arange(HEIGHT, dtype=np.float32))
    reach = 0.45 * np.ptp(rest[:, 0]) + 1
    move = np.zeros((2, HEIGHT, WIDTH), np.float32)
    for end, shift in zip(ours, ours - rest):
        felt = np.exp(-((x - end[0]) ** 2 + (y - end[1]) ** 2) / (2 * (0.6 * reach) ** 2))
        move += felt * shift.astype(np.float32)[:, None, None]
    return cv2.remap(factor, x - move[0], y - move[1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def creases(ends: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """One to four lines beside each end, as smiles leave them; each a dark line with raised skin at its outer side."""
    drawn = np.zeros((HEIGHT, WIDTH), np.float32)
    width, both = np.ptp(ends[:, 0]), random.integers(1, 5)
    shape = random.normal(0, 1, (both, 6))
    for side, end in zip((-1, 1), ends):
        for number, own in enumerate(shape):
            own = own + random.normal(0, 0.3, 6)
            away = width * (0.02 + 0.11 * number + 0.05 * abs(own[0]))
            height = width * (0.16 + 0.12 * abs(own[1])) * (1.6 if number == 0 else 0.8)
            t = np.linspace(-1, 1, 12)
            line = np.stack([end[0] + side * (away + width * (0.07 + 0.04 * own[2]) * (0.35 * t - 0.5 * t * t)),
                             end[1] + width * 0.06 * own[3] + height * (0.6 * t - 0.25)], -1)
            depth, broad = 0.1 + 0.3 * random.random(), 0.7 + 1.4 * random.random()
            one = np.zeros_like(drawn)
            for a, b, middle in zip(line[:-1], line[1:], (t[:-1] + t[1:]) / 2):
                cv2.line(one, tuple((a * 16).astype(int).tolist()), tuple((b * 16).astype(int).tolist()), float(1 - middle**2), 1,
                         cv2.LINE_8, 4)
            dark = cv2.GaussianBlur(one, (0, 0), broad)
            raised = np.roll(cv2.GaussianBlur(one, (0, 0), 1.6 * broad), round(side * 2 * broad), 1)
            drawn += depth * (0.35 * raised - dark) / max(float(dark.max()), 1e-3)
    return np.exp(drawn.clip(-0.7, 0.25))


def beard(random: np.random.Generator) -> np.ndarray:
    """Hair-like texture in a soft patch of the crop."""
    grain = random.normal(0, 1, (HEIGHT, WIDTH)).astype(np.float32)
    grain = cv2.GaussianBlur(grain, (0, 0), 0.4 + random.random(), sigmaY=0.4 + 2 * random.random())
    where = cv2.GaussianBlur(random.normal(0, 1, (HEIGHT, WIDTH)).astype(np.float32), (0, 0), 9)
    where = (0.5 + where / (where.std() + 1e-6)).clip(0, 1)
    return np.exp(where * (0.16 * random.random() * grain / grain.std() - 0.5 * random.random()).clip(-1, 0.25))
