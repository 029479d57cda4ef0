"""Eyes: a ball with a painted iris, a clear cornea before it, flesh behind the corners; and what fills the mouth."""

import math

import numpy as np
from scipy.ndimage import gaussian_filter

import person
import scene
from head import Head, Pose, smoothstep, unit
from scene import Material

IRIS_RADIUS = 0.060  # dm
CORNEA_RADIUS = 0.081
AROUND = 256
LATITUDES = np.concatenate([np.linspace(0, 0.55, 110), np.linspace(0.56, math.pi * 0.62, 60)])
TH, PH = np.meshgrid(LATITUDES, np.linspace(0, 2 * math.pi, AROUND, endpoint=False), indexing="ij")


def add_eye(head: Head, pose: Pose, side: str, look_at: np.ndarray, rng: np.random.Generator):
    """Add one eye ("l" or "r") that looks at a point; returns its centre and radius."""
    points = head.shape[head.mesh.group(f"helper-{side}-eye")]
    centre = points.mean(0)
    radius = np.linalg.norm(points - centre, axis=1).max()
    z = unit(look_at - centre)
    x = unit(np.cross([0, 1, 0], z))
    turn = np.stack([x, np.cross(z, x), z], 1)
    place = lambda across, ahead: pose.apply(
        centre + np.stack([across * np.cos(PH), across * np.sin(PH), ahead], -1).reshape(-1, 3) @ turn.T)

    ball = scene.add_mesh("eye", place(*_ball(radius)), _quads(), _ball_material())
    scene.set_colours(ball, "paint", _paint(math.asin(IRIS_RADIUS / radius), radius, rng))
    scene.add_mesh("cornea", place(*_cornea(radius)), _quads(), cornea_material())

    flesh = Material("canthus")
    flesh.set(Base_Color=(0.36, 0.20, 0.165), Roughness=0.3)
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * [0.225, 0.085]
    plate = centre + np.concatenate([corners, np.full((4, 1), -0.085)], 1)
    scene.add_mesh("canthus", pose.apply(plate), np.array([[0, 1, 2, 3]]), flesh.material)
    return centre, radius


def _quads() -> np.ndarray:
    """Rings of quads that look outwards: a cornea seen inside out would reflect wrongly."""
    i, j = np.arange(len(LATITUDES) - 1)[:, None] * AROUND, np.arange(AROUND)[None]
    k = (j + 1) % AROUND
    return np.stack([i + j, i + AROUND + j, i + AROUND + k, i + k], -1).reshape(-1, 4)


def _ball(radius):
    """Distances across and ahead: the white of the eye, with the iris as a flat dish in front."""
    inner = radius * 0.985
    iris_angle = math.asin(IRIS_RADIUS / radius)
    dish = inner * math.cos(iris_angle) - 0.012 * (1 - (np.sin(TH) * radius / IRIS_RADIUS) ** 2) - 0.003
    return inner * np.sin(TH), np.where(TH < iris_angle, dish, inner * np.cos(TH))


def _cornea(radius):
    """The ball's outer skin with the cornea's bulge, blended by a smooth maximum."""
    outer = radius + 0.0004
    across, ahead = outer * np.sin(TH), outer * np.cos(TH)
    iris_angle = math.asin(IRIS_RADIUS / radius)
    rim = outer * math.cos(iris_angle) - math.sqrt(CORNEA_RADIUS**2 - IRIS_RADIUS**2)
    cap = rim + np.sqrt(np.maximum(CORNEA_RADIUS**2 - across**2, 0))
    bulge = 0.5 * (ahead + cap + np.sqrt((ahead - cap) ** 2 + 1.6e-5)) - 0.001
    return across, np.where(across < 0.08, bulge, ahead)


def _paint(iris_angle, radius, rng):
    """Colours (n, 3): pupil, iris fibres, limbus, sclera with veins."""
    k = np.sin(TH) * radius / IRIS_RADIUS  # 1 at the rim of the iris

    def spokes(count):
        values = rng.random(count)
        return np.interp(PH, np.linspace(0, 2 * math.pi, count + 1), np.append(values, values[0]))

    fine, middle, coarse = spokes(190), spokes(60), spokes(18)
    fibre = np.clip((0.80 - k) / 0.40 + 0.9 * (fine - 0.5) + 0.5 * (middle - 0.5) + 0.5 * (coarse - 0.5), 0, 1)
    fibre = fibre[..., None]
    iris = np.array(person.IRIS_RIM) * (1 - fibre) + np.array(person.IRIS_CENTRE) * fibre
    collarette = 1 + 0.35 * np.exp(-(((k - 0.52) / 0.06) ** 2))
    iris = iris * ((0.65 + 0.7 * fine) * collarette * np.clip((1.03 - k) / 0.20, 0.10, 1))[..., None]
    outside_pupil = np.clip((k - 0.41) / 0.04, 0, 1)[..., None]
    iris = iris * outside_pupil + 0.002 * (1 - outside_pupil)

    veins = np.zeros(TH.shape)
    for _ in range(34):
        start, begin = rng.uniform(0, 2 * math.pi), rng.uniform(0.55, 0.95)
        path = start + np.cumsum(gaussian_filter(rng.normal(size=len(LATITUDES)), 3)) * 0.035
        away = (PH - path[:, None] + math.pi) % (2 * math.pi) - math.pi
        vein = np.exp(-((away * np.sin(TH) / 0.012) ** 2)) * smoothstep(TH, begin, begin + 0.4)
        veins = np.maximum(veins, vein * rng.uniform(0.3, 1))
    back = np.clip((TH - iris_angle) / 0.9, 0, 1)[..., None] ** 1.3
    white = np.array([0.45, 0.385, 0.340]) * (1 - back * np.array([0.22, 0.52, 0.60]))
    white = white * (1 - veins[..., None] * np.array([0.10, 0.40, 0.42]))
    limbus = smoothstep(k, 0.97, 1.11)[..., None]
    white = white * limbus + np.array([0.075, 0.06, 0.052]) * (1 - limbus)
    return np.where((TH < iris_angle)[..., None], iris, white).reshape(-1, 3)


def _ball_material():
    m = Material("eye")
    m.set(Base_Color=m.attribute("paint", "Color"), Roughness=0.5, Specular_IOR_Level=0.1)
    m.set(Subsurface_Weight=0.3, Subsurface_Radius=(1, 0.5, 0.35), Subsurface_Scale=0.015)
    return m.material


def cornea_material():
    """Reflects like water from outside; light leaves the eye freely."""
    m = Material("cornea")
    clear, mirror, fresnel = m.new("BsdfTransparent"), m.new("BsdfGlossy"), m.new("Fresnel")
    blend, geometry = m.new("MixShader"), m.new("NewGeometry")
    m.put(fresnel.inputs[0], 1.45)
    m.put(mirror.inputs["Roughness"], 0.03)
    ripple = m.noise(m.new("TexCoord").outputs["Object"], 16, 2)
    m.put(mirror.inputs["Normal"], m.bump(ripple, 0.006, 0.12))
    m.put(blend.inputs[0], m.multiply(fresnel.outputs[0], m.subtract(1.0, geometry.outputs["Backfacing"])))
    m.put(blend.inputs[1], clear.outputs[0])
    m.put(blend.inputs[2], mirror.outputs[0])
    m.put(m.output, blend.outputs[0])
    return m.material


def add_mouth_inside(head: Head, pose: Pose) -> None:
    """Teeth and tongue, so that no light shines through the closed lips."""
    for group, colour in (("upper-teeth", (0.7, 0.62, 0.5)), ("lower-teeth", (0.7, 0.62, 0.5)),
                          ("tongue", (0.35, 0.1, 0.09))):
        vertices, index = np.unique(head.mesh.quads["helper-" + group], return_inverse=True)
        m = Material(group)
        m.set(Base_Color=colour)
        scene.add_mesh(group, pose.apply(head.shape[vertices]), index.reshape(-1, 4), m.material)
