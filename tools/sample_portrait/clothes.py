"""A T-shirt: a loose shell over the body and a ribbed collar that lies on the skin."""

import math

import numpy as np
from scipy.ndimage import gaussian_filter
from scipy.spatial import cKDTree

import person
import scene
from head import Head, Pose, smoothstep, unit
from scene import Material
from surface import NECK_BOTTOM, SHOULDER

COLLAR_STEPS = 220


def neckline(points: np.ndarray) -> np.ndarray:
    """Height above the shirt's edge on the reference body, dm; the edge sinks towards the front."""
    return points[:, 1] - (6.05 - 0.30 * np.clip((points[:, 2] - 0.1) / 0.65, -1.2, 1.3))


def add_shirt(head: Head, pose: Pose) -> None:
    body, base = head.mesh.quads["body"], head.mesh.vertices
    height, side = base[body, 1], np.abs(base[body, 0])
    chest = (height > NECK_BOTTOM).all(1) & (height < 6.7).all(1) & (side < SHOULDER).all(1)
    vertices, index = np.unique(body[chest], return_inverse=True)
    coarse = index.reshape(-1, 4)
    points, normals, quads = scene.smooth_surface(head.shape[vertices], coarse)
    reference = scene.smooth_surface(head.reference[vertices], coarse)[0]
    above = neckline(reference)

    x, y = reference[:, 0], reference[:, 1]
    folds = 0.010 * np.sin(x * 5 + y * 7 + 2 * np.sin(y * 3)) + 0.012 * np.sin(x * 3.1 - y * 9)
    loose = 0.030 + 0.080 * smoothstep(-above, 0.02, 0.55) + 2.2 * folds * smoothstep(-above, 0.1, 0.5)
    tree, flat = cKDTree(points), points
    for neighbours in (14, 10, 10, 10):
        flat = flat[tree.query(points, k=neighbours)[1]].mean(1)
    shell = points + (flat - points) * smoothstep(-above, 0.05, 0.4)[:, None] + normals * loose[:, None]
    shirt = scene.add_mesh("shirt", pose.apply(shell), quads[(above[quads] < 0.03).all(1)], cloth("cloth", False))
    scene.set_numbers(shirt, "rest", reference)
    _add_collar(points, normals, reference, above, pose)


def _add_collar(points, normals, reference, above, pose) -> None:
    """A band swept around the neck: for each direction, the skin where the neckline runs."""
    around = np.arctan2(reference[:, 0], reference[:, 2] - 0.05)
    near_edge = (np.abs(above) < 0.12) & (np.hypot(reference[:, 0], reference[:, 2] - 0.05) < 1.5)
    ring = []
    for angle in np.linspace(-math.pi, math.pi, COLLAR_STEPS, endpoint=False):
        away = np.abs((around - angle + math.pi) % (2 * math.pi) - math.pi)
        here = np.flatnonzero((away < 0.12) & near_edge)
        weight = np.exp(-((away[here] / 0.05) ** 2) - (above[here] / 0.03) ** 2) + 1e-9
        ring.append(np.average(np.concatenate([points[here], normals[here]], 1), axis=0, weights=weight))
    ring = gaussian_filter(np.array(ring), (4, 0), mode="wrap")
    centre, outward = ring[:, :3], unit(ring[:, 3:])
    upward = unit(np.cross(outward, unit(np.roll(centre, -1, 0) - np.roll(centre, 1, 0))))
    upward *= np.sign(upward[:, 1:2] + 1e-6)

    half = 0.085  # the band's profile: (up, out) from the skin, dm
    profile = np.array([(-half, 0.030), (-half, 0.060), (-0.85 * half, 0.070), (-0.3 * half, 0.066),
                        (0.5 * half, 0.056), (0.88 * half, 0.050), (half, 0.036), (0.97 * half, 0.018),
                        (0.8 * half, 0.006), (0, 0.004)])
    band = centre[:, None] + upward[:, None] * profile[None, :, :1] + outward[:, None] * profile[None, :, 1:]
    band, rows = band.reshape(-1, 3), len(profile)
    i, j = np.arange(COLLAR_STEPS)[:, None] * rows, np.arange(rows - 1)[None]
    k = (i + rows) % (COLLAR_STEPS * rows)
    quads = np.stack([i + j, k + j, k + j + 1, i + j + 1], -1).reshape(-1, 4)
    collar = scene.add_mesh("collar", pose.apply(band), quads, cloth("rib", True))
    turn = np.repeat(np.minimum(np.arange(COLLAR_STEPS), COLLAR_STEPS - np.arange(COLLAR_STEPS)) * 0.055, rows)
    scene.set_numbers(collar, "rest", band)
    scene.set_numbers(collar, "around", np.stack([turn, 0 * turn, band[:, 0]], 1))
    scene.subdivide(collar, 1, 2)


def cloth(name: str, ribbed: bool):
    """Cotton jersey; the collar is ribbed around the neck."""
    m = Material(name)
    rest, colour = m.attribute("rest", "Vector"), np.array(person.CLOTH)
    m.set(Roughness=0.92, Specular_IOR_Level=0.12, Sheen_Weight=0.25, Sheen_Roughness=0.5)
    knit = m.new("TexWave", wave_type="BANDS", bands_direction="X")
    for socket, value in (("Vector", m.attribute("around", "Vector") if ribbed else rest), ("Detail", 2.0),
                          ("Scale", 14.0 if ribbed else 26.0), ("Distortion", 0.0 if ribbed else 1.2)):
        m.put(knit.inputs[socket], value)
    m.set(Base_Color=m.mix(m.remap(m.noise(rest, 55, 3, 0.7), 0.35, 0.65), colour * 0.80, colour * 1.25))
    relief = m.add(m.multiply(knit.outputs["Fac"], 0.9 if ribbed else 0.35), m.multiply(m.noise(rest, 120, 2), 0.6))
    creases = m.multiply(m.noise(rest, 2.4, 2), 0.0 if ribbed else 14.0)
    m.set(Normal=m.bump(m.add(relief, creases), 0.009, 0.9))
    return m.material
