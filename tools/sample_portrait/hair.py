"""All hair: head, brows, lashes, stubble, down. Strands grow on the unposed skin and are posed when they are added."""

import math

import numpy as np
from scipy.spatial import cKDTree

import person
import scene
from eyes import cornea_material
from head import Head, Pose, smoothstep, unit
from scene import Material
from skin_maps import SkinMaps, sample
from surface import Surface, along

EYE_X, EYE_Y = 0.29, 7.509  # where the reference head has its eyes

# The hairline of the reference head: height over the angle from the middle of the face, in degrees.
HAIRLINE = (
    (0, 12, 24, 34, 44, 52, 57, 63, 70, 78, 88, 100, 115, 130, 180),
    (8.06, 8.07, 8.12, 8.10, 7.96, 7.80, 7.60, 7.34, 7.28, 7.36, 7.55, 7.55, 7.30, 6.95, 6.72),
)


def _hairline(points: np.ndarray) -> np.ndarray:
    return np.interp(np.degrees(np.arctan2(np.abs(points[:, 0]), points[:, 2] - 0.35)), *HAIRLINE)


def scalp_density(surface: Surface) -> np.ndarray:
    """How densely hair grows at each point of the surface, 0..1; it thins out over the last centimetre and a half."""
    x, y, z = surface.reference.T
    wave = 0.022 * np.sin(x * 31 + z * 27 + 1) * np.sin(y * 23)
    wave += 0.016 * np.sin(x * 71 + 2) + 0.012 * np.sin(x * 13 - 1)
    inside = np.clip((y - _hairline(surface.reference) + wave) / 0.17 + 0.35, 0, 1) ** 1.6
    return inside * (surface.ears <= 0.15) * (y > 6.5)


class Groomer:
    """What every kind of hair needs: the skin to grow on, chance, and how strands grow."""

    def __init__(self, head: Head, surface: Surface, pose: Pose, rng: np.random.Generator):
        self.head, self.surface, self.pose, self.rng = head, surface, pose, rng

    def grow(self, roots, directions, lengths, points: int, bend, floor) -> np.ndarray:
        """Strands (n, points, 3) from the roots; `bend(step, directions)` is added to the direction after a step and
        `floor` (dm, a number or a function of the step) keeps them above the skin."""
        strand, step = [roots], (lengths / (points - 1))[:, None]
        for i in range(1, points):
            directions = unit(directions)
            height = floor(i) if callable(floor) else floor
            strand.append(self.surface.push_out(strand[-1] + directions * step, height))
            directions = directions + bend(i, directions)
        return np.stack(strand, 1)

    def add(self, name, strands, radius, material, tip=0.35) -> None:
        posed = self.pose.apply(strands.reshape(-1, 3)).reshape(strands.shape)
        scene.add_hairs(name, posed, radius, material, tip)

    def normal(self, shape):
        return self.rng.normal(size=shape)


def hair_material(name: str, colour, roughness: float = 0.30, variety: float = 0.10):
    m = Material(name)
    shade = m.new("BsdfHairPrincipled", model="CHIANG", parametrization="COLOR")
    hue, info = m.new("HueSaturation"), m.new("HairInfo")
    m.put(hue.inputs["Color"], colour)
    m.put(hue.inputs["Value"], m.remap(info.outputs["Random"], 0, 1, 1 - 4 * variety, 1 + 6 * variety))
    for socket, value in (("Color", hue.outputs[0]), ("Random Roughness", 0.3), ("Roughness", roughness),
                          ("Radial Roughness", 0.55)):
        m.put(shade.inputs[socket], value)
    m.put(m.output, shade.outputs[0])
    return m.material


def vectors(x, y, z, count) -> np.ndarray:
    return np.stack([np.broadcast_to(np.asarray(a, float), (count,)) for a in (x, y, z)], 1)


def add_all(g: Groomer, maps: SkinMaps, eyeballs: dict) -> None:
    scalp = scalp_density(g.surface)
    add_head_hair(g, scalp)
    add_brows(g)
    add_lashes(g, eyeballs)
    add_down(g, scalp, eyeballs)
    add_stubble(g, maps)


def _comb(normals, reference):
    """Which way hair lies: up and to his right on top, down and back on the sides. Also the share of "top"."""
    x, y, z = reference.T
    count = len(reference)
    top = smoothstep(y - 0.25 * smoothstep(z, 0.9, 0.3), 7.72, 8.12)
    front = smoothstep(z, 0.45, 1.0)
    upper = vectors(-0.42, 0.10 + 0.25 * front, -0.55 + 0.25 * front, count)
    side = vectors(0, -0.85, -0.50, count)
    swirl = np.stack([np.sin(y * 17 + z * 21), np.sin(x * 19 + 1), np.sin(x * 23 - y * 13)], 1)
    flow = upper * top[:, None] + side * (1 - top[:, None]) + 0.20 * swirl
    return along(normals, flow), top, front


def add_head_hair(g: Groomer, scalp: np.ndarray) -> None:
    """Short back and sides, longer on top. Hair gathers in locks: every strand leans towards its lock's guide."""
    material = hair_material("hair", person.HAIR, 0.28, 0.09)
    points = 10

    def grow(count):
        roots, normals, reference = g.surface.scatter(g.rng, count, scalp**0.8)
        flow, top, front = _comb(normals, reference)
        inside = smoothstep(reference[:, 1] - _hairline(reference), -0.03, 0.30)
        length = (0.030 + 0.075 * inside * (1 - top) + (0.20 + 0.10 * front) * top * (0.35 + 0.65 * inside))
        length *= g.rng.uniform(0.75, 1.1, count)
        lift = (0.50 + 0.75 * front * top)[:, None]
        heading = lift * normals + 0.80 * flow + 0.16 * g.normal(roots.shape)
        volume = (0.004 + 0.085 * top * g.rng.uniform(0.1, 1, count))
        bend = lambda i, v: 0.20 * flow + vectors(0, -0.05, 0, count) * top[:, None] + 0.05 * g.normal(v.shape)
        strands = g.grow(roots - 0.003 * normals, heading, length, points, bend,
                         lambda i: volume * smoothstep(i, 0, 5))
        return strands, reference, top

    guides, guide_places, _ = grow(1500)
    strands, places, top = grow(80000)
    lock = cKDTree(guide_places).query(places + 0.012 * g.normal(places.shape))[1]
    t = np.linspace(0, 1, points)[None, :, None]
    towards = guides[lock] - strands
    gather = (0.25 + 0.45 * g.rng.random((len(strands), 1, 1))) * top[:, None, None] * t**1.4
    strands = strands + towards * gather
    g.add("hair", strands, 0.0006 + 0.0003 * g.rng.random(len(strands)), material, 0.45)

    edge = scalp * (1 - scalp) * 4 * (g.surface.reference[:, 2] > 0.3) * (g.surface.reference[:, 1] > 7.4)
    count = 1600
    roots, normals, reference = g.surface.scatter(g.rng, count, edge + 1e-9)
    flow = _comb(normals, reference)[0] + 0.35 * g.normal(roots.shape)
    strands = g.grow(roots, 0.35 * normals + 0.9 * flow, 0.03 + 0.09 * g.rng.random(count), 7,
                     lambda i, v: 0.15 * g.normal(v.shape) + 0.1 * flow, 0.003)
    g.add("hairline", strands, 0.00045, material, 0.3)


def add_brows(g: Groomer) -> None:
    """Straight brows of a man: hairs stand up at the inner end and lie outwards towards the tail."""
    material = hair_material("brow", np.array(person.HAIR) * [0.85, 0.9, 1.0], 0.4, 0.08)
    for side in (1, -1):
        count = 640
        t = g.rng.random(count) ** 0.95  # 0 at the inner end, 1 at the tail
        dx, dy, _ = g.normal(3) * [0.006, 0.006, 0]
        middle_x = np.interp(t, [0, 0.35, 0.65, 1], [-0.175, -0.045, 0.10, 0.245]) + dx
        middle_y = np.interp(t, [0, 0.15, 0.35, 0.68, 1], [0.132, 0.143, 0.152, 0.154, 0.112]) + dy
        half_width = np.interp(t, [0, 0.12, 0.3, 0.6, 1], [0.026, 0.038, 0.040, 0.034, 0.014]) * 1.2
        across = np.clip(g.normal(count) * 0.55, -1.25, 1.25)
        x = side * (EYE_X + middle_x + 0.012 * g.normal(count))
        roots, normals = g.surface.on_face(x, EYE_Y + middle_y + across * half_width)
        angle = np.interp(t, [0, 0.12, 0.3, 0.6, 1], [78, 58, 32, 8, -22]) + 12 * g.normal(count)
        angle = np.radians(angle - across * np.interp(t, [0, 0.3, 1], [6, 24, 14]))
        flow = along(normals, np.stack([side * np.cos(angle), np.sin(angle), 0 * angle], 1))
        length = np.interp(t, [0, 0.3, 0.8, 1], [0.055, 0.085, 0.075, 0.045]) * g.rng.uniform(0.5, 1.15, count)
        bend = lambda i, v: -0.14 * normals + 0.1 * flow + np.array([side * 0.05, -0.02, 0])
        strands = g.grow(roots - 0.002 * normals, 0.32 * normals + 0.9 * flow, length, 7, bend, 0.002)
        g.add("brow", strands, g.rng.uniform(0.0006, 0.0012, count), material, 0.2)

        count = 110
        x = side * (EYE_X + g.rng.uniform(-0.2, 0.27, count))
        roots, normals = g.surface.on_face(x, EYE_Y + 0.14 + g.normal(count) * 0.042)
        flow = along(normals, vectors(side * 0.8, 0.25, 0, count) + 0.4 * g.normal((count, 3)))
        strands = g.grow(roots, 0.3 * normals + 0.8 * flow, 0.025 + 0.02 * g.rng.random(count), 5,
                         lambda i, v: 0 * v, 0.002)
        g.add("brow_strays", strands, 0.0005, material, 0.2)


def add_lashes(g: Groomer, eyeballs: dict) -> None:
    material = hair_material("lash", (0.012, 0.009, 0.007), 0.3, 0.0)
    tear = cornea_material()
    for side, sign in (("l", 1), ("r", -1)):
        for part, upper in (("2", True), ("1", False)):
            inner, outer = _lash_rows(g.head, side, part, 13 if upper else 12)
            _add_lash_row(g, 0.35 * inner + 0.65 * outer, sign, upper, material)
            if not upper:
                _add_tear_film(g, inner, *eyeballs[side], tear)


def _lash_rows(head: Head, side: str, part: str, count: int):
    """The base mesh's lash strip as two rows of points along the lid: on the lid's edge, and in front of it."""
    index = head.mesh.group(f"helper-{side}-eyelashes-{part}")
    base = head.mesh.vertices[index]
    eye = head.mesh.vertices[head.mesh.group(f"helper-{side}-eye")].mean(0)
    order = np.argsort(np.linalg.norm(base - eye, axis=1))
    rows = order[:count], order[count : 2 * count]
    return tuple(head.shape[index][row[np.argsort(base[row, 0])]] for row in rows)


def _add_lash_row(g: Groomer, lid, sign, upper, material) -> None:
    count = 96 if upper else 50
    t = np.clip(0.03 + 0.94 * (np.arange(count) + g.rng.random(count)) / count, 0, 1)
    along_lid = np.linspace(0, 1, len(lid))
    roots = np.stack([np.interp(t, along_lid, lid[:, i]) for i in range(3)], 1) + 0.0025 * g.normal((count, 3))
    tuft = np.round(t * count / 3.2) / count * 3.2
    lean = (t - 0.5) * 1.1 + (tuft - t) * 5 + 0.10 * g.normal(count) + sign * 0.15
    outward = np.clip(t if sign > 0 else 1 - t, 0, 1) ** 0.7
    length = (0.052 if upper else 0.032) * (0.45 + 0.65 * np.sin(outward * math.pi * 0.85 + 0.2))
    length *= g.rng.uniform(0.4, 1.15, count)
    up, curl = (1, 0.20) if upper else (-1, 0.12)
    heading = np.stack([lean, up * (-0.14 + 0.14 * g.rng.random(count)), np.ones(count)], 1)
    strand = [roots]
    for _ in range(7):
        heading = unit(heading)
        strand.append(strand[-1] + heading * (length / 7)[:, None])
        heading = heading + np.array([0, up * curl, 0])
    g.add("lashes", np.stack(strand, 1), 0.0011 if upper else 0.0006, material, 0.25)


def _add_tear_film(g: Groomer, lid, centre, radius, material) -> None:
    """A thin wet tube where the lower lid meets the eye; it catches the light."""
    count, sides = 40, 8
    t = np.linspace(0.14, 0.86, count)
    path = np.stack([np.interp(t, np.linspace(0, 1, len(lid)), lid[:, i]) for i in range(3)], 1)
    path = centre + unit(path - centre) * (radius + 0.006) + [0, -0.001, 0]
    forward, out = unit(np.gradient(path, axis=0)), unit(path - centre)
    angle = np.linspace(0, 2 * math.pi, sides + 1)[:-1][None, :, None]
    tube = path[:, None] + 0.0042 * (np.cos(angle) * out[:, None] + np.sin(angle) * np.cross(forward, out)[:, None])
    i, j = np.arange(count - 1)[:, None] * sides, np.arange(sides)[None]
    k = (j + 1) % sides
    quads = np.stack([i + j, i + k, i + sides + k, i + sides + j], -1).reshape(-1, 4)
    scene.add_mesh("tear", g.pose.apply(tube.reshape(-1, 3)), quads, material)


def add_down(g: Groomer, scalp: np.ndarray, eyeballs: dict) -> None:
    """The fine fair hair of the whole face; it softens the outline."""
    s, count = g.surface, 7000
    from_eyes = np.min([np.linalg.norm(s.points - centre, axis=1) for centre, _ in eyeballs.values()], axis=0)
    weight = smoothstep(s.reference[:, 2], 0.2, 0.6) * (s.reference[:, 1] > 6.0) * (1 - scalp) * (s.ears <= 0.15)
    weight = weight * (s.lips < 0.2) * (s.mouth_inside < 0.2) * (from_eyes > 0.25)
    roots, normals, _ = s.scatter(g.rng, count, weight)
    flow = along(normals, vectors(roots[:, 0] * 0.8, -1, 0, count)) + 0.3 * g.normal(roots.shape)
    strands = g.grow(roots, 0.5 * normals + 0.7 * flow, g.rng.uniform(0.010, 0.028, count), 4,
                     lambda i, v: 0.2 * flow, 0.0)
    g.add("down", strands, 0.00022, hair_material("down", (0.5, 0.36, 0.25), 0.4, 0.02), 0.3)


def add_stubble(g: Groomer, maps: SkinMaps) -> None:
    s, count = g.surface, 22000
    weight = sample(maps.beard, s.reference) * (s.reference[:, 2] > 0.2) * (s.lips < 0.25)
    roots, normals, _ = s.scatter(g.rng, count, weight**1.6 + 1e-9)
    flow = along(normals, vectors(roots[:, 0] * 0.3, -1, 0, count)) + 0.35 * g.normal(roots.shape)
    strands = g.grow(roots - 0.001 * normals, 0.65 * normals + 0.6 * flow, g.rng.uniform(0.003, 0.009, count), 4,
                     lambda i, v: 0.15 * flow, 0.0)
    material = hair_material("stubble", np.array(person.HAIR) * 1.1, 0.4, 0.06)
    g.add("stubble", strands, g.rng.uniform(0.0003, 0.0006, count), material, 0.5)
