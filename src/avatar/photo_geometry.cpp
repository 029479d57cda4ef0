#include "avatar/photo_geometry.hpp"

#include <Eigen/Geometry>

namespace parlante {
namespace {

std::vector<Vec3f> skin_normals(const HeadModel& head, const std::vector<Vec3f>& positions) {
  std::vector<Vec3f> normals(positions.size(), Vec3f::Zero());
  for (HeadPart part : {HeadPart::face, HeadPart::head})
    for (const Triangle& t : head.faces(part)) {
      const auto a = static_cast<std::size_t>(t[0]), b = static_cast<std::size_t>(t[1]),
                 c = static_cast<std::size_t>(t[2]);
      const Vec3f n = (positions[b] - positions[a]).cross(positions[c] - positions[a]);
      for (std::size_t v : {a, b, c}) normals[v] += n;
    }
  for (Vec3f& n : normals) n /= std::max(n.norm(), 1e-9f);
  return normals;
}

}  // namespace

PhotoGeometry::PhotoGeometry(const HeadModel& head_model, const HeadFit& head_fit, const Landmarks& points,
                             int picture_size)
    : head(head_model),
      fit(head_fit),
      landmarks(points),
      size(picture_size),
      px_per_cm(static_cast<float>(fit.camera.focal_px / -fit.translation.z())),
      rotation(fit.rotation.cast<float>()),
      translation(fit.translation.cast<float>()),
      rest(posed_vertices(fit, head, fit.expression)),
      normals(skin_normals(head, rest)),
      skin(picture_size, picture_size) {
  for (Vec3f& n : normals) n = rotation * n;
  screen.reserve(rest.size());
  for (const Vec3f& p : rest) {
    const Vec3f y = rotation * p + translation;
    const Vec2d uv = fit.camera.project(y.cast<double>());
    screen.emplace_back(static_cast<float>(uv.x()), static_cast<float>(uv.y()), y.z());
  }
  skin.draw(screen, head.faces(HeadPart::face));
  skin.draw(screen, head.faces(HeadPart::head));
}

Vec2f PhotoGeometry::landmark(std::size_t index) const noexcept {
  const SurfacePoint& p = head.landmarks[index];
  Vec2f out = Vec2f::Zero();
  for (std::size_t k = 0; k < 3; ++k) out += p.weights[k] * at(p.vertices[k]);
  return out;
}

std::vector<Vec2f> PhotoGeometry::loop(HeadLoop which) const {
  std::vector<Vec2f> out;
  for (std::int32_t v : head.loop(which)) out.push_back(at(v));
  return out;
}

std::vector<Vec2f> PhotoGeometry::ring(HeadLoop upper, HeadLoop lower) const {
  std::vector<Vec2f> out = loop(upper), back = loop(lower);
  out.insert(out.end(), back.rbegin(), back.rend());
  return out;
}

}  // namespace parlante
