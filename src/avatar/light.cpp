#include "avatar/light.hpp"

#include <Eigen/Cholesky>

#include "avatar/harmonics.hpp"
#include "avatar/numeric.hpp"
#include "avatar/pixels.hpp"

namespace parlante {
namespace {

using Harmonics = Eigen::Matrix<float, 9, 1>;

Harmonics harmonics(const Vec3f& n) noexcept {
  return Eigen::Map<const Harmonics>(light_basis(n).data());
}

}  // namespace

FaceLight face_light(const PhotoGeometry& g, const cv::Mat& photo, std::span<const float> weights) {
  const cv::Mat calm = blurred(luma(photo), 3);
  std::vector<Harmonics> rows;
  std::vector<float> values;
  std::array<std::vector<float>, 3> colours;
  for (std::size_t v = 0; v < static_cast<std::size_t>(g.head.face_end()); ++v) {
    if (g.normals[v].z() <= .25f || weights[v] <= .6f) continue;
    const Vec3f& p = g.screen[v];
    if (!(p.x() >= 0 && p.y() >= 0 && p.x() < static_cast<float>(g.size) &&
          p.y() < static_cast<float>(g.size)))
      continue;
    if (g.skin.depth(static_cast<int>(p.x()), static_cast<int>(p.y())) > p.z() + .1f) continue;  // hidden
    rows.push_back(harmonics(g.normals[v]));
    values.push_back(bilinear<float>(calm, p.x(), p.y()));
    const auto seen = bilinear<cv::Vec3f>(photo, p.x(), p.y());
    for (int c = 0; c < 3; ++c) colours[static_cast<std::size_t>(c)].push_back(seen[c]);
  }
  FaceLight light;
  light.harmonics[0] = 1;
  light.skin_luma = std::max(median(values, 128), 1.0f);
  for (int c = 0; c < 3; ++c)
    light.skin[c] = median(std::move(colours[static_cast<std::size_t>(c)]), light.skin[c]);
  Harmonics ridge;
  ridge << 1e-3f, 8, 8, 8, 20, 20, 20, 20, 20;
  Harmonics solution = Harmonics::Zero();
  solution[0] = 1;
  for (int round = 0; round < 8; ++round) {
    Eigen::Matrix<float, 9, 9> a = ridge.asDiagonal();
    Harmonics b = Harmonics::Zero();
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const float value = values[i] / light.skin_luma;
      if (value < .45f || value > 1.7f) continue;
      const float w = round == 0 ? 1 : 1 / std::max(std::abs(rows[i].dot(solution) - value), .05f);
      a += w * rows[i] * rows[i].transpose();
      b += w * value * rows[i];
    }
    if (b[0] == 0) break;  // nothing of the face is seen
    solution = a.ldlt().solve(b);
  }
  Eigen::Map<Harmonics>(light.harmonics.data()) = solution;
  return light;
}

}  // namespace parlante
