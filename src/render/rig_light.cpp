#include "render/rig_light.hpp"

#include <Eigen/Geometry>
#include <algorithm>

#include "avatar/harmonics.hpp"

namespace parlante {

void vertex_normals(std::span<const Triangle> triangles, std::span<const Vec3f> vertices, std::int32_t begin,
                    std::int32_t end, std::span<Vec3f> normals) noexcept {
  const auto first = static_cast<std::size_t>(begin), last = static_cast<std::size_t>(end);
  std::fill(normals.begin() + begin, normals.begin() + end, Vec3f::Zero());
  for (const Triangle& t : triangles) {
    const auto a = static_cast<std::size_t>(t[0]), b = static_cast<std::size_t>(t[1]),
               c = static_cast<std::size_t>(t[2]);
    const Vec3f n = (vertices[b] - vertices[a]).cross(vertices[c] - vertices[a]);
    for (std::size_t v : {a, b, c})
      if (v >= first && v < last) normals[v] += n;
  }
  for (std::size_t v = first; v < last; ++v) normals[v] /= std::max(normals[v].norm(), 1e-9f);
}

namespace {

void smooth_once(const Neighbours& neighbours, std::span<const Vec4f> in, std::span<Vec4f> out) noexcept {
  for (std::size_t v = 0; v < out.size(); ++v) {
    const auto begin = static_cast<std::size_t>(neighbours.first[v]),
               end = static_cast<std::size_t>(neighbours.first[v + 1]);
    Vec4f sum = Vec4f::Zero();
    for (std::size_t i = begin; i < end; ++i) sum += in[static_cast<std::size_t>(neighbours.of[i])];
    out[v] = sum / static_cast<float>(std::max<std::size_t>(end - begin, 1));
  }
}

}  // namespace

void light_on_face(const Neighbours& neighbours, const std::array<float, 9>& light,
                   std::span<const Vec3f> normals, std::span<Vec4f> smooth_a, std::span<Vec4f> smooth_b,
                   std::span<float> light_on) noexcept {
  for (std::size_t v = 0; v < smooth_a.size(); ++v) smooth_a[v] << normals[v], 0.f;
  smooth_once(neighbours, smooth_a, smooth_b);
  smooth_once(neighbours, smooth_b, smooth_a);
  smooth_once(neighbours, smooth_a, smooth_b);
  for (std::size_t v = 0; v < smooth_b.size(); ++v) light_on[v] = light_at(light, smooth_b[v].head<3>());
}

void smooth_twice(const Neighbours& neighbours, std::span<Vec4f> scratch, std::span<float> values) noexcept {
  for (std::size_t v = 0; v < scratch.size(); ++v) scratch[v].x() = values[v];
  const auto mean = [&](std::size_t v, auto value) {
    const auto begin = static_cast<std::size_t>(neighbours.first[v]),
               end = static_cast<std::size_t>(neighbours.first[v + 1]);
    float sum = 0;
    for (std::size_t i = begin; i < end; ++i) sum += value(static_cast<std::size_t>(neighbours.of[i]));
    return sum / static_cast<float>(std::max<std::size_t>(end - begin, 1));
  };
  for (std::size_t v = 0; v < scratch.size(); ++v)
    scratch[v].y() = mean(v, [&](std::size_t n) { return scratch[n].x(); });
  for (std::size_t v = 0; v < scratch.size(); ++v)
    values[v] = mean(v, [&](std::size_t n) { return scratch[n].y(); });
}

}  // namespace parlante
