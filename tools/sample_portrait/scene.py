"""Small helpers over Blender: meshes, hair curves, shader nodes. Blender's axes are x, -z, y of ours."""

import bpy
import numpy as np


def to_blender(points: np.ndarray) -> np.ndarray:
    return np.stack([points[:, 0], -points[:, 2], points[:, 1]], 1)


def from_blender(points: np.ndarray) -> np.ndarray:
    return np.stack([points[:, 0], points[:, 2], -points[:, 1]], 1)


def empty_scene() -> bpy.types.Scene:
    bpy.ops.wm.read_factory_settings(use_empty=True)
    bpy.context.scene.render.engine = "CYCLES"
    return bpy.context.scene


def link(thing) -> bpy.types.Object:
    bpy.context.collection.objects.link(thing)
    return thing


def add_mesh(name: str, points: np.ndarray, quads: np.ndarray, material=None) -> bpy.types.Object:
    """A smooth mesh from (n, 3) points in our axes; quads may repeat a corner to be triangles."""
    mesh = bpy.data.meshes.new(name)
    mesh.from_pydata(to_blender(points).tolist(), [], [[*dict.fromkeys(quad)] for quad in quads.tolist()])
    mesh.update()
    mesh.polygons.foreach_set("use_smooth", np.ones(len(mesh.polygons), bool))
    if material is not None:
        mesh.materials.append(material)
    return link(bpy.data.objects.new(name, mesh))


def subdivide(thing, viewport_levels: int, render_levels: int) -> None:
    modifier = thing.modifiers.new("subdivision", "SUBSURF")
    modifier.levels, modifier.render_levels = viewport_levels, render_levels


def set_numbers(thing, name: str, values: np.ndarray) -> None:
    values = np.asarray(values, np.float32)
    kind, field = ("FLOAT", "value") if values.ndim == 1 else ("FLOAT_VECTOR", "vector")
    thing.data.attributes.new(name, kind, "POINT").data.foreach_set(field, values.ravel())


def set_colours(thing, name: str, colours: np.ndarray) -> None:
    rgba = np.concatenate([colours, np.ones((len(colours), 1))], 1).astype(np.float32)
    thing.data.attributes.new(name, "FLOAT_COLOR", "POINT").data.foreach_set("color", rgba.ravel())


def smooth_surface(points: np.ndarray, quads: np.ndarray, levels: int = 2):
    """Points, normals and quads of the subdivided mesh: the surface that is rendered, as a point cloud."""
    thing = add_mesh("temporary", points, quads)
    subdivide(thing, levels, levels)
    mesh = thing.evaluated_get(bpy.context.evaluated_depsgraph_get()).to_mesh()
    positions = np.empty(len(mesh.vertices) * 3, np.float32)
    normals = np.empty_like(positions)
    mesh.vertices.foreach_get("co", positions)
    mesh.vertex_normals.foreach_get("vector", normals)
    fine_quads = np.array([list(polygon.vertices) for polygon in mesh.polygons])
    bpy.data.objects.remove(thing)
    return tuple(from_blender(a.reshape(-1, 3)).astype(float) for a in (positions, normals)) + (fine_quads,)


def add_hairs(name: str, strands: np.ndarray, radius, material, tip: float = 0.35) -> None:
    """Hair curves from (hairs, points, 3) strands; `radius` at the root in decimetres, `tip` is the share left."""
    count, length, _ = strands.shape
    curves = bpy.data.hair_curves.new(name)
    curves.add_curves([length] * count)
    curves.position_data.foreach_set("vector", to_blender(strands.reshape(-1, 3)).astype(np.float32).ravel())
    root = np.broadcast_to(np.asarray(radius, float).reshape(-1, 1), (count, 1))
    radii = curves.attributes.get("radius") or curves.attributes.new("radius", "FLOAT", "POINT")
    radii.data.foreach_set("value", (root * np.linspace(1, tip, length)).astype(np.float32).ravel())
    curves.materials.append(material)
    link(bpy.data.objects.new(name, curves))


def float_image(name: str, rgb: np.ndarray) -> bpy.types.Image:
    """A linear float image from (height, width, 3); row 0 is the bottom one."""
    height, width, _ = rgb.shape
    rgba = np.ones((height, width, 4), np.float32)
    rgba[..., :3] = rgb
    image = bpy.data.images.new(name, width, height, float_buffer=True, alpha=False)
    image.colorspace_settings.name = "Non-Color"
    image.pixels.foreach_set(rgba.ravel())
    image.pack()
    return image


class Material:
    """A material whose node graph is written as nested calls; each call returns an output socket."""

    def __init__(self, name: str):
        self.material = bpy.data.materials.new(name)
        self.material.use_nodes = True
        self.nodes, self.links = self.material.node_tree.nodes, self.material.node_tree.links
        self.surface = self.nodes["Principled BSDF"].inputs
        self.output = self.nodes["Material Output"].inputs[0]

    def new(self, kind: str, **properties):
        node = self.nodes.new("ShaderNode" + kind)
        for name, value in properties.items():
            setattr(node, name, value)
        return node

    def put(self, socket, value) -> None:
        """Connect another node's output or set a number or colour."""
        if isinstance(value, bpy.types.NodeSocket):
            self.links.new(value, socket)
        elif isinstance(value, (int, float)):
            socket.default_value = value
        else:
            alpha = (1.0,) if len(socket.default_value) == 4 and len(value) == 3 else ()
            socket.default_value = tuple(map(float, value)) + alpha

    def set(self, **inputs) -> None:
        """Inputs of the principled surface by name, spaces written as underscores."""
        for name, value in inputs.items():
            self.put(self.surface[name.replace("_", " ")], value)

    def attribute(self, name: str, output: str = "Fac"):
        return self.new("Attribute", attribute_name=name).outputs[output]

    def mix(self, factor, a, b, mode: str = "MIX"):
        node = self.new("Mix", data_type="RGBA", blend_type=mode, clamp_factor=False)
        for index, value in ((0, factor), (6, a), (7, b)):
            self.put(node.inputs[index], value)
        return node.outputs[2]

    def _math(self, operation: str, a, b):
        node = self.new("Math", operation=operation)
        self.put(node.inputs[0], a)
        self.put(node.inputs[1], b)
        return node.outputs[0]

    def add(self, a, b):
        return self._math("ADD", a, b)

    def subtract(self, a, b):
        return self._math("SUBTRACT", a, b)

    def multiply(self, a, b):
        return self._math("MULTIPLY", a, b)

    def noise(self, position, scale: float, detail: float = 3, roughness: float = 0.6):
        node = self.new("TexNoise")
        for name, value in (("Scale", scale), ("Detail", detail), ("Roughness", roughness), ("Vector", position)):
            self.put(node.inputs[name], value)
        return node.outputs["Fac"]

    def remap(self, value, low: float, high: float, to_low: float = 0, to_high: float = 1):
        node = self.new("MapRange")
        for index, number in enumerate((value, low, high, to_low, to_high)):
            self.put(node.inputs[index], number)
        return node.outputs[0]

    def bump(self, height, distance: float, strength: float = 1):
        node = self.new("Bump")
        for name, value in (("Strength", strength), ("Distance", distance), ("Height", height)):
            self.put(node.inputs[name], value)
        return node.outputs[0]
