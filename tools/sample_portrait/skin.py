"""The skin: the body's mesh with the painted maps, fine noise where the maps do not reach, and light inside it."""

import numpy as np

import person
import scene
import skin_maps
from head import Head, Pose, nose_wings, nostrils, smoothstep
from scene import Material
from skin_maps import SkinMaps
from surface import Surface


def frontal(surface: Surface) -> np.ndarray:
    """Where maps painted from the front may be used (0..1): not where the skin turns away from the viewer."""
    facing = scene.smooth_surface(surface.reference, surface.quads, 0)[1][:, 2]
    return smoothstep(facing, 0.10, 0.45) * (surface.ears < 0.3)


def add_skin(head: Head, surface: Surface, pose: Pose, maps: SkinMaps, scalp: np.ndarray) -> None:
    reference = head.reference[surface.vertices]
    skin = scene.add_mesh("skin", pose.apply(head.shape[surface.vertices]), surface.coarse_quads, _material(maps))
    for name, mask in (("lips", head.lips), ("ears", head.ears), ("mouth_inside", head.mouth_inside)):
        scene.set_numbers(skin, name, mask[surface.vertices])
    scene.set_numbers(skin, "nostrils", nostrils(reference))
    scene.set_numbers(skin, "nose_wings", nose_wings(reference))
    scene.set_numbers(skin, "rest", reference)
    scene.set_numbers(skin, "scalp", surface.at_reference(scalp, reference))
    scene.set_numbers(skin, "front", surface.at_reference(frontal(surface), reference))
    scene.subdivide(skin, 2, 3)


def _material(maps: SkinMaps):
    m = Material("skin")
    base, lip = np.array(person.SKIN), np.array(person.LIPS)
    rest, front = m.attribute("rest", "Vector"), m.attribute("front")
    lips, scalp = m.attribute("lips"), m.attribute("scalp")
    surface_map = _map(m, rest, "relief", np.stack([maps.relief * 0.5 + 0.5, maps.roughness + 0.5, maps.oil], -1))
    split = m.new("SeparateColor")
    m.put(split.inputs[0], surface_map)
    relief, roughness, oil = split.outputs

    colour = m.mix(1.0, base, m.mix(front, (1, 1, 1), _map(m, rest, "colour", maps.colour)), "MULTIPLY")
    blotches = m.remap(m.noise(rest, 12, 5, 0.7), 0.35, 0.7, 0, 0.35)
    colour = m.mix(blotches, colour, m.mix(1.0, colour, (0.92, 0.80, 0.78), "MULTIPLY"))
    colour = m.mix(m.multiply(m.attribute("ears"), 0.55), colour, base * [0.95, 0.66, 0.62])
    colour = m.mix(m.multiply(scalp, 0.62), colour, base * [0.34, 0.31, 0.31])
    colour = m.mix(m.multiply(m.attribute("nose_wings"), 0.55), colour, base * [0.62, 0.40, 0.36])
    colour = m.mix(m.remap(m.attribute("nostrils"), 0.30, 0.85), colour, (0.030, 0.010, 0.008))
    tone = m.remap(m.noise(rest, 45, 4, 0.7), 0.3, 0.7)
    colour = m.mix(m.multiply(m.remap(lips, 0.12, 0.9), 0.62), colour, m.mix(tone, lip * 0.84, lip * 1.15))
    m.set(Base_Color=m.mix(m.attribute("mouth_inside"), colour, (0.22, 0.045, 0.045)))

    rough = m.add(m.subtract(roughness, 0.5), m.remap(m.noise(rest, 60, 3), 0.3, 0.7, 0.47, 0.55))
    rough = m.add(m.subtract(rough, m.multiply(lips, 0.10)), m.multiply(scalp, 0.25))
    m.set(Roughness=m.add(rough, m.remap(front, 0, 1, 0.10, 0)), Specular_IOR_Level=0.5)
    m.set(Coat_Weight=m.add(m.multiply(oil, 0.12), 0.01), Coat_Roughness=0.30)

    # The mean free path of red light in skin is about 1.7 mm, of green and blue light a half and a fifth of that.
    m.nodes["Principled BSDF"].subsurface_method = "RANDOM_WALK_SKIN"
    m.set(Subsurface_Weight=1.0, Subsurface_Radius=(1, 0.38, 0.20), Subsurface_Scale=0.016)

    grain = m.add(m.multiply(m.noise(rest, 150, 3, 0.7), 0.08), m.multiply(m.noise(rest, 45, 4, 0.65), 0.07))
    painted = m.multiply(m.subtract(relief, 0.5), m.multiply(front, 2.0))
    m.set(Normal=m.bump(m.add(painted, grain), 0.01))  # heights are in mm, 0.01 dm each
    return m.material


def _map(m: Material, rest, name: str, pixels: np.ndarray):
    """The colour of a frontal map at a reference position."""
    xyz, uv = m.new("SeparateXYZ"), m.new("CombineXYZ")
    m.put(xyz.inputs[0], rest)
    m.put(uv.inputs[0], m.remap(xyz.outputs[0], -skin_maps.SPAN / 2, skin_maps.SPAN / 2))
    m.put(uv.inputs[1], m.remap(xyz.outputs[1], skin_maps.BOTTOM, skin_maps.BOTTOM + skin_maps.SPAN))
    image = scene.float_image(name, pixels)
    texture = m.new("TexImage", image=image, interpolation="Cubic", extension="EXTEND")
    m.put(texture.inputs[0], uv.outputs[0])
    return texture.outputs[0]
