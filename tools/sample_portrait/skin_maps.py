"""Paints the skin: relief (mm), colour and gloss, seen from the front on the reference head.

The canvas is SPAN x SPAN decimetres wide from y = BOTTOM up, its centre is the middle of the face.
"""

import dataclasses
import math

import numpy as np
from scipy.ndimage import gaussian_filter, zoom

import person
from head import smoothstep

SIZE = 2048
SPAN, BOTTOM = 3.0, 5.6
PER_DM = SIZE / SPAN
PER_MM = PER_DM / 100
X, Y = np.meshgrid((np.arange(SIZE) + 0.5) / PER_DM - SPAN / 2, (np.arange(SIZE) + 0.5) / PER_DM + BOTTOM)


@dataclasses.dataclass
class SkinMaps:
    """(SIZE, SIZE) maps, row 0 lowest. Relief in mm; colour (.., 3) multiplies the skin colour; beard is density."""

    relief: np.ndarray
    colour: np.ndarray
    roughness: np.ndarray
    oil: np.ndarray
    beard: np.ndarray


def pixel(points: np.ndarray) -> np.ndarray:
    return np.clip(((points[:, :2] - [-SPAN / 2, BOTTOM]) * PER_DM).astype(int), 0, SIZE - 1)


def sample(values: np.ndarray, points: np.ndarray) -> np.ndarray:
    """A map's values at reference positions."""
    column, row = pixel(points).T
    return values[row, column]


def spot(x, y, width, height):
    """A soft spot, and its mirror image when it is off the middle."""
    one = lambda side: np.exp(-(((X - side * x) / width) ** 2 + ((Y - y) / height) ** 2) / 2)
    return np.maximum(one(1), one(-1)) if x else one(1)


def soft_noise(feature_mm, seed):
    """Smooth random field of unit variance."""
    step = max(1, int(feature_mm * PER_MM / 4))
    coarse = np.random.default_rng(seed).normal(size=(SIZE // step + 3,) * 2)
    coarse = gaussian_filter(coarse, feature_mm * PER_MM / step * 0.45)
    field = zoom(coarse, step, order=1)[:SIZE, :SIZE]
    return field / field.std()


def splat(points, amounts, width_mm):
    """Gaussian dots: each point's amount is spread over a dot of the given standard deviation."""
    canvas = np.zeros((SIZE, SIZE))
    places = np.round((points - [-SPAN / 2, BOTTOM]) * PER_DM - 0.5).astype(int)
    inside = ((places >= 0) & (places < SIZE)).all(1)
    np.add.at(canvas, (places[inside, 1], places[inside, 0]), np.asarray(amounts)[inside])
    return gaussian_filter(canvas, width_mm * PER_MM)


class Painter:
    """Holds the maps while they are painted."""

    def __init__(self, rng: np.random.Generator):
        self.rng = rng
        self.relief = np.zeros((SIZE, SIZE))
        self.colour = np.ones((SIZE, SIZE, 3))

    def both(self, points, jitter=0.006):
        """The line on both sides of the face, a little different on each."""
        points = np.asarray(points, float)
        return [points * side + self.rng.normal(size=2) * jitter for side in ((1, 1), (-1, 1))]

    def strokes(self, lines, width_mm):
        """Smooth tapered strokes of the given (points, depth) lines."""
        places, amounts = [], []
        for points, depth in lines:
            points = np.asarray(points, float)
            at = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))])
            count = max(8, int(at[-1] * PER_DM * 1.5))
            t, order = np.linspace(0, 1, count), min(len(points), 4)
            curve = np.vander(t, order) @ np.linalg.lstsq(np.vander(at / at[-1], order), points, rcond=None)[0]
            curve += gaussian_filter(self.rng.normal(size=(count, 2)), (18, 0)) * 0.012
            taper = np.sin(np.pi * np.clip(t, 0.02, 0.98)) ** 0.7
            taper *= 1 + 2.5 * gaussian_filter(self.rng.normal(size=count), 14)
            places.append(curve)
            amounts.append(depth * taper * at[-1] / count * PER_DM * math.sqrt(2 * math.pi) * width_mm * PER_MM)
        return splat(np.concatenate(places), np.concatenate(amounts), width_mm)

    def groove(self, lines, width_mm, rim=0.45):
        """Cut strokes into the relief; the skin beside a groove stands up by `rim` of its depth."""
        cut = self.strokes(lines, width_mm)
        self.relief += rim * gaussian_filter(cut, 2.2 * width_mm * PER_MM) - cut

    def pores(self, spacing_mm, width_mm, depth, density, x_range=(-1, 1), y_range=(5.7, 8.3)):
        axes = (np.arange(*range_, spacing_mm / 100) for range_ in (x_range, y_range))
        grid = np.stack(np.meshgrid(*axes), -1).reshape(-1, 2)
        grid += self.rng.uniform(-0.5, 0.5, grid.shape) * spacing_mm / 100
        amounts = sample(density, grid) * self.rng.gamma(2.2, 0.45, len(grid))
        return splat(grid, amounts * depth * 2 * math.pi * (width_mm * PER_MM) ** 2, width_mm)

    def tint(self, mask, colour):
        self.colour *= 1 + np.clip(mask, -1, 1.3)[..., None] * (np.array(colour) - 1)

    def freckles(self, count, box, widths_mm, strength, colour):
        left, right, low, high = box
        points = np.stack([self.rng.uniform(left, right, count), self.rng.uniform(low, high, count)], 1)
        for part, width in enumerate(widths_mm):
            mine = points[part :: len(widths_mm)]
            amounts = self.rng.gamma(2, 0.5, len(mine)) * strength * 2 * math.pi * (width * PER_MM) ** 2
            self.tint(splat(mine, amounts, width), colour)


def paint_wrinkles(p: Painter) -> None:
    deep = person.WRINKLES
    crow_feet = [
        [(0.46, 7.515), (0.50, 7.535), (0.56, 7.56)],
        [(0.455, 7.49), (0.52, 7.492), (0.58, 7.50)],
        [(0.45, 7.465), (0.50, 7.44), (0.555, 7.425)],
    ]
    under_eye = [
        [(0.17, 7.425), (0.24, 7.395), (0.33, 7.39), (0.42, 7.42)],
        [(0.20, 7.40), (0.28, 7.365), (0.38, 7.38)],
    ]
    lines = [(side, 0.16 * deep) for line in crow_feet for side in p.both(line)]
    lines += [(side, 0.10 * deep) for line in under_eye for side in p.both(line)]
    for y in (7.80, 7.865, 7.93):
        for left, right in ((-0.42, -0.05), (-0.12, 0.25), (0.08, 0.45)):
            heights = y + p.rng.normal(size=3) * 0.008 + [0, 0.018, 0]
            lines.append((list(zip((left, (left + right) / 2, right), heights)), 0.10 * deep))
    lines += [(side, 0.16 * deep) for side in p.both([(0.055, 7.66), (0.06, 7.71), (0.05, 7.76)])]
    p.groove(lines, 0.38)

    beside_mouth = [(0.20, 7.13), (0.255, 7.05), (0.30, 6.95), (0.325, 6.87)]
    below_mouth = [(0.275, 6.83), (0.29, 6.77), (0.28, 6.72)]
    tear_trough = [(0.16, 7.44), (0.21, 7.36), (0.29, 7.31), (0.37, 7.33)]
    lines = [(side, 0.42 * deep) for side in p.both(beside_mouth, 0.008)]
    lines += [(side, 0.25 * deep) for side in p.both(below_mouth)]
    lines += [(side, 0.16 * deep) for side in p.both(tear_trough)]
    p.groove(lines, 1.3, 0.3)

    lid = [(0.165, 7.515), (0.22, 7.565), (0.30, 7.580), (0.38, 7.562), (0.435, 7.515)]
    p.groove([(side, 0.22) for side in p.both(lid, 0.003)], 0.55, 0.3)

    rings = ((-0.40, 6.24), (-0.12, 6.20), (-0.35, 6.10), (-0.15, 6.02), (-0.3, 5.92))
    lines = [([(x, y), (x + 0.27, y - 0.035), (x + 0.55, y + 0.01)], 0.20 * deep) for x, y in rings]
    p.groove(lines, 1.6, 0.3)


def paint_lip_creases(p: Painter) -> None:
    lines = []
    for x in np.arange(-0.235, 0.236, 0.0095):
        x += p.rng.normal() * 0.003
        height = 0.075 * math.sqrt(max(0, 1 - (x / 0.25) ** 2))
        upper, lower = p.rng.uniform(0.7, 1), p.rng.uniform(0.6, 1)
        lines.append(([(x, 6.848), (x * 1.05, 6.848 + height * 0.5), (x * 1.1, 6.848 + height * upper)],
                      p.rng.uniform(0.03, 0.12)))
        lines.append(([(x, 6.842), (x * 1.03, 6.842 - height * 0.6), (x * 1.06, 6.842 - 1.2 * height * lower)],
                      p.rng.uniform(0.05, 0.17)))
    p.groove(lines, 0.22, 0.3)


def paint_beard_density() -> np.ndarray:
    jaw = spot(0, 6.50, 0.42, 0.20) + 0.9 * spot(0.42, 6.70, 0.16, 0.20) + 0.9 * spot(0.16, 6.96, 0.10, 0.045)
    jaw = np.clip(jaw + 0.55 * spot(0, 6.33, 0.35, 0.12), 0, 1)
    lips, cheek = np.clip(1.4 * spot(0, 6.845, 0.20, 0.045), 0, 1), np.clip(spot(0.36, 7.0, 0.12, 0.10), 0, 1)
    return jaw * (1 - smoothstep(Y, 7.0, 7.06)) * (1 - lips) * (1 - 0.9 * cheek)


def paint(rng: np.random.Generator) -> SkinMaps:
    """All maps of this person's skin."""
    p = Painter(rng)
    nose, tip = spot(0, 7.22, 0.10, 0.16), spot(0, 7.14, 0.15, 0.07)
    cheek, forehead, chin = spot(0.33, 7.18, 0.16, 0.15), spot(0, 7.88, 0.40, 0.13), spot(0, 6.58, 0.16, 0.10)
    lips, neck = spot(0, 6.845, 0.20, 0.06), 1 - smoothstep(Y, 6.35, 6.55)
    oil = nose + tip + 0.8 * spot(0, 7.85, 0.22, 0.14) + 0.5 * chin + 0.5 * spot(0.25, 7.35, 0.08, 0.05)
    oil = np.clip(oil, 0, 1)

    paint_wrinkles(p)
    paint_lip_creases(p)
    coarse = nose + 1.1 * tip + 0.85 * cheek + 0.5 * forehead + 0.5 * chin + 0.4 * spot(0, 6.98, 0.2, 0.06)
    coarse = np.clip(coarse + 0.4 * neck, 0, 1.1) * (1 - lips)
    large = coarse * (0.3 + 0.7 * np.clip(nose + tip + cheek, 0, 1))
    pores = p.pores(0.95, 0.19, 0.15, coarse) + p.pores(1.7, 0.28, 0.14, large)
    everywhere = np.clip(spot(0, 7.3, 0.55, 0.75) * 1.5 + 0.8 * neck, 0, 1)
    p.relief -= pores + p.pores(0.62, 0.15, 0.065, everywhere)
    for amount, feature_mm, seed in ((0.032, 0.55, 1), (0.030, 1.1, 2), (0.03, 2.6, 3), (0.08, 7, 4)):
        p.relief += amount * soft_noise(feature_mm, seed)

    fine, spots, patches, areas, grain = (soft_noise(mm, seed) for mm, seed in
                                          ((1.0, 5), (2.8, 6), (7.0, 7), (18.0, 8), (0.6, 9)))
    p.colour *= (1 + 0.026 * fine + 0.024 * grain + 0.028 * spots)[..., None]
    p.tint(np.clip(0.18 * spots + 0.18 * patches + 0.20 * areas, -0.6, 1), (0.93, 0.82, 0.80))
    flush = 0.55 * cheek + 0.60 * tip + 0.35 * nose + 0.30 * chin + 0.55 * spot(0.17, 7.09, 0.05, 0.05)
    flush += 0.15 * spot(0, 7.75, 0.1, 0.1) + 0.35 * neck * spot(0, 6.05, 0.5, 0.25)
    p.tint(flush * (1 + 0.12 * spots + 0.15 * patches), (0.93, 0.72, 0.70))
    p.tint(0.45 * spot(0, 7.95, 0.5, 0.16) + 0.35 * spot(0.3, 7.60, 0.12, 0.05), (0.97, 0.97, 0.90))
    p.tint(0.55 * spot(0.27, 7.37, 0.11, 0.035) + 0.75 * spot(0.165, 7.45, 0.035, 0.045), (0.80, 0.70, 0.74))
    p.tint(0.55 * spot(0.29, 7.56, 0.14, 0.028), (0.85, 0.72, 0.70))
    p.tint(0.8 * spot(0.43, 7.485, 0.02, 0.02), (0.85, 0.68, 0.66))
    p.tint(pores / 0.13 * 0.30, (0.80, 0.70, 0.68))
    hollow = gaussian_filter(p.relief, 2 * PER_MM) - gaussian_filter(p.relief, 0.5 * PER_MM)
    p.tint(np.clip(hollow, 0, 1) * 1.2, (0.80, 0.68, 0.66))
    p.freckles(160, (-0.55, 0.55, 6.9, 7.7), (0.35, 0.7), 0.22, (0.72, 0.60, 0.50))
    p.freckles(90, (-0.65, 0.65, 5.8, 8.1), (0.6, 1.2), 0.22, (0.78, 0.66, 0.60))
    p.freckles(6, (-0.5, 0.5, 5.9, 7.9), (0.50, 0.65), 0.5, (0.42, 0.33, 0.30))
    p.freckles(7, (-0.5, 0.5, 6.0, 7.9), (0.9, 1.5), 0.18, (0.92, 0.66, 0.64))
    veins = np.exp(-np.abs(soft_noise(2.2, 15)) * 14)
    p.tint(0.30 * veins * np.clip(spot(0.17, 7.11, 0.05, 0.05) + 0.5 * spot(0.34, 7.2, 0.12, 0.1), 0, 1),
           (0.92, 0.62, 0.60))

    beard = paint_beard_density()
    p.tint(beard * 0.50, (0.76, 0.78, 0.82))
    p.tint(np.clip(p.pores(0.55, 0.12, 1.0, beard * 0.8), 0, 0.9) * 0.45, (0.45, 0.42, 0.42))
    lashes = [(0.165, 7.505), (0.21, 7.53), (0.26, 7.547), (0.31, 7.55), (0.36, 7.545), (0.40, 7.525), (0.43, 7.50)]
    p.tint(np.clip(p.strokes([(side, 0.60) for side in p.both(lashes, 0)], 0.7), 0, 1), (0.42, 0.34, 0.32))
    roughness = -0.10 * oil + 0.035 * spots + 0.03 * fine + 0.04 * patches - 0.10 * lips
    return SkinMaps(p.relief, p.colour, roughness, oil, beard)
