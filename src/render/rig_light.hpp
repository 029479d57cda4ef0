// Normals of posed vertices and the light that falls on them, relative to the photo (design 5.9).
#pragma once

#include <array>
#include <span>
#include <vector>

#include "render/rig_weights.hpp"

namespace parlante {

using Vec4f = Eigen::Vector4f;

/// Unit normals of [begin, end) from the triangles that touch them; area-weighted. `normals` are indexed from
/// 0 as vertices are; fourth component 0.
void vertex_normals(std::span<const Triangle> triangles, std::span<const Vec3f> vertices, std::int32_t begin,
                    std::int32_t end, std::span<Vec3f> normals) noexcept;

/// Light on each face vertex: of its normal, averaged three times over its neighbours (the fit's normals are
/// noisy). `normals`: camera frame. `smooth_a`, `smooth_b`: scratch, a face vertex each; the result is
/// `light_on`.
void light_on_face(const Neighbours& neighbours, const std::array<float, 9>& light,
                   std::span<const Vec3f> normals, std::span<Vec4f> smooth_a, std::span<Vec4f> smooth_b,
                   std::span<float> light_on) noexcept;

/// Mean over the neighbours, twice.
void smooth_twice(const Neighbours& neighbours, std::span<Vec4f> scratch, std::span<float> values) noexcept;

}  // namespace parlante
