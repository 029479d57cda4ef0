"""The skin as a fine point cloud, for everything that is placed or grown on it."""

import numpy as np
from mathutils import Vector
from mathutils.bvhtree import BVHTree
from scipy.spatial import cKDTree

import scene
from head import Head, unit

NECK_BOTTOM, SHOULDER = 4.2, 3.6  # the part of the body that the picture needs, dm


class Surface:
    """`points`, `normals` and `reference` are (n, 3): this person's skin, and the same skin on the reference head."""

    def __init__(self, head: Head):
        body = head.mesh.quads["body"]
        base = head.mesh.vertices
        seen = (base[body, 1] > NECK_BOTTOM).all(1) & (np.abs(base[body, 0]) < SHOULDER).all(1)
        self.vertices, index = np.unique(body[seen], return_inverse=True)
        self.coarse_quads = index.reshape(-1, 4)
        self.points, self.normals, self.quads = self._fine(head.shape)
        self.reference = self._fine(head.reference)[0]
        masks = np.stack([head.lips, head.ears, head.mouth_inside], 1)
        self.lips, self.ears, self.mouth_inside = self._fine(masks)[0].T
        self.triangles = np.concatenate([self.quads[:, [0, 1, 2]], self.quads[:, [0, 2, 3]]])
        self._tree = cKDTree(self.points)
        self._reference_tree = cKDTree(self.reference)
        self._reference_faces = BVHTree.FromPolygons(self.reference.tolist(), self.quads.tolist())

    def _fine(self, values: np.ndarray):
        return scene.smooth_surface(values[self.vertices], self.coarse_quads)

    def at_reference(self, values: np.ndarray, reference_points: np.ndarray) -> np.ndarray:
        """Per-point values at the fine points nearest to the given reference positions."""
        return values[self._reference_tree.query(reference_points)[1]]

    def scatter(self, rng: np.random.Generator, count: int, weight: np.ndarray):
        """Random points on the skin with density `weight` (n,): positions, normals, reference positions."""
        corners = self.points[self.triangles]
        area = np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1)
        chance = area * weight[self.triangles].mean(1)
        chosen = self.triangles[rng.choice(len(self.triangles), count, p=chance / chance.sum())]
        a, b = np.sqrt(rng.random((count, 1))), rng.random((count, 1))
        share = np.stack([1 - a, a * (1 - b), a * b], 1)
        blend = lambda values: (values[chosen] * share).sum(1)
        return blend(self.points), unit(blend(self.normals)), blend(self.reference)

    def near(self, points: np.ndarray):
        """The skin's tangent plane below each point: foot points and normals."""
        index = self._tree.query(points, k=3)[1]
        normals, centres = unit(self.normals[index].mean(1)), self.points[index].mean(1)
        return points - ((points - centres) * normals).sum(1, keepdims=True) * normals, normals

    def push_out(self, points: np.ndarray, height) -> np.ndarray:
        """Lift points that are less than `height` above the skin to that height."""
        feet, normals = self.near(points)
        above = ((points - feet) * normals).sum(1)
        missing = np.maximum(np.broadcast_to(height, above.shape) - above, 0)
        return points + normals * missing[:, None]

    def on_face(self, x: np.ndarray, y: np.ndarray):
        """Frontal positions of the reference head -> positions and normals on this head."""
        hits = []
        for a, b in zip(x, y):
            hit = self._reference_faces.ray_cast(Vector((a, b, 4)), Vector((0, 0, -1)))[0]
            hits.append(hit if hit is not None else (a, b, 1.3))
        distance, index = self._reference_tree.query(np.array(hits), k=4)
        share = 1 / (distance + 1e-4)
        share = (share / share.sum(1, keepdims=True))[..., None]
        return (self.points[index] * share).sum(1), unit((self.normals[index] * share).sum(1))


def along(normals: np.ndarray, directions: np.ndarray) -> np.ndarray:
    """Directions laid into the tangent plane."""
    return unit(directions - (directions * normals).sum(1, keepdims=True) * normals)
