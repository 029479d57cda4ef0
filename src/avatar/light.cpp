#include "avatar/light.hpp"

#include <Eigen/Cholesky>

#include "avatar/numeric.hpp"
#include "avatar/pixels.hpp"

namespace parlante {
namespace {

using Harmonics = Eigen::Matrix<float, 9, 1>;

Harmonics harmonics(const Vec3f& n) noexcept {
  Harmonics h;
  h << 1, n.x(), n.y(), n.z(), n.x() * n.y(), n.y() * n.z(), n.x() * n.z(), n.x() * n.x() - n.y() * n.y(),
      3 * n.z() * n.z() - 1;
  return h;
}

float bilinear(const cv::Mat& picture, float x, float y) noexcept {
  x = std::clamp(x - .5f, 0.0f, static_cast<float>(picture.cols - 1));
  y = std::clamp(y - .5f, 0.0f, static_cast<float>(picture.rows - 1));
  const int x0 = static_cast<int>(x), y0 = static_cast<int>(y), x1 = std::min(x0 + 1, picture.cols - 1),
            y1 = std::min(y0 + 1, picture.rows - 1);
  const float fx = x - static_cast<float>(x0), fy = y - static_cast<float>(y0);
  return (picture.at<float>(y0, x0) * (1 - fx) + picture.at<float>(y0, x1) * fx) * (1 - fy) +
         (picture.at<float>(y1, x0) * (1 - fx) + picture.at<float>(y1, x1) * fx) * fy;
}

}  // namespace

FaceLight face_light(const PhotoGeometry& g, const cv::Mat& photo, std::span<const float> weights) {
  const cv::Mat calm = blurred(luma(photo), 3);
  std::vector<Harmonics> rows;
  std::vector<float> values;
  for (std::size_t v = 0; v < static_cast<std::size_t>(g.head.face_end()); ++v) {
    if (g.normals[v].z() <= .25f || weights[v] <= .6f) continue;
    const Vec3f& p = g.screen[v];
    if (!(p.x() >= 0 && p.y() >= 0 && p.x() < static_cast<float>(g.size) &&
          p.y() < static_cast<float>(g.size)))
      continue;
    if (g.skin.depth(static_cast<int>(p.x()), static_cast<int>(p.y())) > p.z() + .1f) continue;  // hidden
    rows.push_back(harmonics(g.normals[v]));
    values.push_back(bilinear(calm, p.x(), p.y()));
  }
  FaceLight light;
  light.harmonics[0] = 1;
  light.skin_luma = std::max(median(values, 128), 1.0f);
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

std::array<float, 8> noise_by_luma(const cv::Mat& photo) {
  constexpr double kSigma = 1.5;   // of the high-pass
  constexpr float kKept = .9455f;  // of white noise's deviation after it: sqrt(1 - 2 g(0) + sum g²)
  constexpr int kBlock = 8;
  constexpr double kCalmest = .10;        // blocks without structure: the fraction with the least deviation
  constexpr float kCalmestOfPure = .90f;  // the same percentile for pure noise (measured), over its deviation
  constexpr std::size_t kEnough = 60;
  const cv::Mat light = luma(photo), high = light - blurred(light, kSigma);
  std::array<std::vector<float>, 8> deviations;
  for (int y = 0; y + kBlock <= light.rows; y += kBlock)
    for (int x = 0; x + kBlock <= light.cols; x += kBlock) {
      const cv::Rect block(x, y, kBlock, kBlock);
      cv::Scalar level, ignored, deviation;
      cv::meanStdDev(light(block), level, ignored);
      if (level[0] < 3 || level[0] > 252) continue;  // clipped: no noise is left to see
      cv::meanStdDev(high(block), ignored, deviation);
      deviations[static_cast<std::size_t>(level[0] / 32)].push_back(static_cast<float>(deviation[0]));
    }
  std::array<float, 8> noise{}, trust{};
  for (std::size_t bin = 0; bin < 8; ++bin) {
    if (deviations[bin].size() < kEnough) continue;
    trust[bin] = static_cast<float>(deviations[bin].size());
    noise[bin] = std::min(percentile(std::move(deviations[bin]), kCalmest) / kKept / kCalmestOfPure, 8.0f);
  }
  // Neighbours speak for bins that saw too little.
  std::array<float, 8> out{};
  for (int bin = 0; bin < 8; ++bin) {
    float sum = 0, weight = 0;
    for (int other = 0; other < 8; ++other) {
      const float w = trust[static_cast<std::size_t>(other)] *
                      std::exp(-3.0f * static_cast<float>((bin - other) * (bin - other)));
      sum += w * noise[static_cast<std::size_t>(other)];
      weight += w;
    }
    out[static_cast<std::size_t>(bin)] = weight > 0 ? sum / weight : 1.0f;
  }
  return out;
}

}  // namespace parlante
