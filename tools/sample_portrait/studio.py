"""The room: soft lights, a blurred wall behind, the camera."""

import math

import bpy
import numpy as np
from mathutils import Vector
from scipy.ndimage import gaussian_filter

import person
import scene
from head import Head, Pose

DISTANCE, VIEW = 11.5, 3.35  # camera to aim point, and the picture's width there, dm
ROOM_SIZE = 512


class Studio:
    """Where the camera stands and aims, in our axes; needed before the eyes, which look into it."""

    def __init__(self, head: Head, pose: Pose):
        eyes = head.centre("helper-l-eye")
        middle = pose.apply(np.array([[0, eyes[1], 0.9]]))[0]
        c, s = math.cos(person.CAMERA_YAW), math.sin(person.CAMERA_YAW)
        self.axes = np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]])  # camera frame (x right, z towards it) to the room
        self.aim = middle * [1, 1, 0] + [0, -0.28, 0.6]
        self.camera = self.aim + self.axes @ np.array([0, -0.40, DISTANCE])

    def add_lights(self) -> None:
        self._softbox((7.6, 4.2, 7.6), 3.6, 5.0, 760, (1, 0.975, 0.94))  # key, from the picture's right
        self._softbox((-8.5, 1.0, 7), 7, 8, 100, (0.99, 0.99, 1))  # fill
        self._softbox((-6.5, 4, -6), 2.5, 5, 190, (1, 0.98, 0.95))  # rim
        self._softbox((0, -4.5, 7), 6, 3, 34, (1, 0.96, 0.92))  # from the desk

    def add_camera(self, scene_) -> None:
        camera = bpy.data.cameras.new("camera")
        thing = scene.link(bpy.data.objects.new("camera", camera))
        thing.location = _vector(self.camera)
        thing.rotation_euler = (_vector(self.aim) - thing.location).to_track_quat("-Z", "Y").to_euler()
        camera.lens = 36 * DISTANCE / VIEW
        camera.dof.use_dof, camera.dof.focus_distance, camera.dof.aperture_fstop = True, DISTANCE - 0.72, 0.75
        scene_.camera = thing

    def add_room(self, scene_) -> None:
        """A dim room for the light; only the camera sees the wall."""
        world = bpy.data.worlds.new("room")
        scene_.world = world
        world.use_nodes = True
        nodes, links = world.node_tree.nodes, world.node_tree.links
        ambient = nodes["Background"]
        ambient.inputs[0].default_value, ambient.inputs[1].default_value = (0.54, 0.535, 0.53, 1), 0.22
        wall, texture, window, path, blend = (nodes.new("ShaderNode" + kind) for kind in
                                              ("Background", "TexImage", "TexCoord", "LightPath", "MixShader"))
        texture.image, texture.extension = scene.float_image("wall", paint_wall(ROOM_SIZE)[::-1]), "EXTEND"
        links.new(window.outputs["Window"], texture.inputs[0])
        links.new(texture.outputs[0], wall.inputs[0])
        links.new(path.outputs["Is Camera Ray"], blend.inputs[0])
        links.new(ambient.outputs[0], blend.inputs[1])
        links.new(wall.outputs[0], blend.inputs[2])
        links.new(blend.outputs[0], nodes["World Output"].inputs[0])

    def _softbox(self, position, width, height, power, colour) -> None:
        light = bpy.data.lights.new("softbox", "AREA")
        light.shape, light.size, light.size_y, light.energy, light.color = "RECTANGLE", width, height, power, colour
        thing = scene.link(bpy.data.objects.new("softbox", light))
        thing.location = _vector(self.aim * [0, 1, 0] + self.axes @ np.array(position))
        towards = _vector(self.aim + [0, 0.2, 0]) - thing.location
        thing.rotation_euler = towards.to_track_quat("-Z", "Y").to_euler()


def paint_wall(size: int) -> np.ndarray:
    """A grey-green wall out of focus (size, size, 3), row 0 on top: a doorway on the left, daylight on the right."""
    y, x = np.mgrid[0:size, 0:size] / size
    wall = np.array([0.200, 0.215, 0.212]) * (0.62 + 0.60 * x - 0.14 * y)[..., None]
    things = (
        (0.93, -0.1, 1.2, 0.8, (0.42, 0.44, 0.46)),
        (-0.1, 0.06, 0.13, 1.1, (0.060, 0.058, 0.056)),
        (0.13, 0.03, 0.155, 1.1, (0.165, 0.16, 0.155)),
        (-0.1, 0.0, 0.155, 0.06, (0.165, 0.16, 0.155)),
        (0.02, 0.30, 0.09, 0.42, (0.115, 0.095, 0.075)),
        (0.72, 0.56, 0.90, 0.60, (0.13, 0.105, 0.08)),
        (0.74, 0.42, 0.77, 0.56, (0.16, 0.075, 0.06)),
        (0.775, 0.45, 0.80, 0.56, (0.06, 0.10, 0.12)),
        (0.81, 0.43, 0.85, 0.56, (0.15, 0.13, 0.10)),
    )
    for left, top, right, bottom, colour in things:
        mask = ((x > left) & (x < right) & (y > top) & (y < bottom)).astype(float)
        mask = gaussian_filter(mask, size * 0.016)[..., None]
        wall = wall * (1 - mask) + mask * np.array(colour)
    return gaussian_filter(wall, (size * 0.012, size * 0.012, 0))


def _vector(point) -> Vector:
    return Vector(scene.to_blender(np.asarray(point, float)[None])[0])
