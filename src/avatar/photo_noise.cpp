#include "avatar/photo_noise.hpp"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "avatar/numeric.hpp"
#include "avatar/pixels.hpp"
#include "core/curves.hpp"

namespace parlante {
namespace {

constexpr int kBlock = 8;         // px
constexpr double kBlur = 1.5;     // px; noise is what this takes away
constexpr double kCalmest = .05;  // of a level's blocks are taken for flat
constexpr std::size_t kEnough = 60;
constexpr float kStep = 1.4f;  // from one level to the next noise grows by no more, and by this:
constexpr float kOffset = .1f;
constexpr float kMost = 8.f;
constexpr float kUnsure = .25f;  // what is taken for noise where all is texture

struct Levels {
  std::array<float, 8> calm{}, blocks{};
  std::array<float, 8> flat{};  ///< 0 to 1: how surely the calmest blocks show noise and no texture
};

/// The calmest blocks' deviation about their blur, by level.
Levels calmest(const cv::Mat& light) {
  const cv::Mat high = light - blurred(light, kBlur);
  std::array<std::vector<float>, 8> deviations;
  for (int y = 0; y + kBlock <= light.rows; y += kBlock)
    for (int x = 0; x + kBlock <= light.cols; x += kBlock) {
      float level = 0, sum = 0, squares = 0;
      for (int v = y; v < y + kBlock; ++v) {
        const float* l = light.ptr<float>(v) + x;
        const float* h = high.ptr<float>(v) + x;
        for (int u = 0; u < kBlock; ++u) level += l[u], sum += h[u], squares += h[u] * h[u];
      }
      constexpr float kPixels = kBlock * kBlock;
      level /= kPixels, sum /= kPixels;
      if (level < 3 || level > 252) continue;  // clipped: no noise is left to see
      deviations[static_cast<std::size_t>(level / 32)].push_back(
          std::sqrt(std::max(squares / kPixels - sum * sum, 0.f)));
    }
  Levels levels;
  for (std::size_t bin = 0; bin < 8; ++bin) {
    if (deviations[bin].size() < kEnough) continue;
    levels.blocks[bin] = static_cast<float>(deviations[bin].size());
    levels.calm[bin] = percentile(deviations[bin], kCalmest);
    // Blocks of noise alone are alike; those of texture go on getting calmer (limits: simulated noise of all
    // coarseness lies above, hedges, cloth and painted skin below).
    const float calm = std::max(levels.calm[bin], 1e-3f);
    levels.flat[bin] =
        std::max(smoothstep(.70f, .82f, calm / std::max(percentile(deviations[bin], .3), 1e-3f)),
                 smoothstep(.84f, .92f, percentile(deviations[bin], .01) / calm));
  }
  return levels;
}

}  // namespace

PhotoNoise photo_noise(const cv::Mat& photo) {
  // Of noise of deviation 1, white but for a blur by `sigma` (simulated): what is seen of it in the calmest
  // blocks, and in those of the halved picture over that.
  static const Curve sigma_of_ratio(
      {{.5f, 0}, {.60f, .45f}, {.81f, .6f}, {1.10f, .8f}, {1.35f, 1}, {1.72f, 1.3f}, {2.19f, 1.7f}});
  static const Curve seen_of_sigma(
      {{0, .80f}, {.45f, .77f}, {.6f, .68f}, {.8f, .55f}, {1, .447f}, {1.3f, .327f}, {1.7f, .219f}});
  const cv::Mat light = luma(photo);
  cv::Mat half;
  cv::resize(light, half, {light.cols / 2, light.rows / 2}, 0, 0, cv::INTER_AREA);
  const Levels whole = calmest(light), halved = calmest(half);

  std::vector<float> ratios;
  for (std::size_t bin = 0; bin < 8; ++bin)
    if (whole.blocks[bin] > 0 && halved.blocks[bin] > 0 && whole.calm[bin] > .15f && whole.flat[bin] > .5f)
      ratios.push_back(halved.calm[bin] / whole.calm[bin]);
  PhotoNoise noise;
  noise.sigma_px = sigma_of_ratio(percentile(std::move(ratios), .3, .81f));
  const float seen = seen_of_sigma(noise.sigma_px);

  for (int bin = 0; bin < 8; ++bin) {
    float least = kMost, sum = 0, weight = 0;
    for (int other = 0; other < 8; ++other) {
      const auto k = static_cast<std::size_t>(other);
      if (whole.blocks[k] == 0) continue;
      const float there = whole.calm[k] / seen * (kUnsure + (1 - kUnsure) * whole.flat[k]),
                  steps = static_cast<float>(std::abs(bin - other));
      least = std::min(least, there * std::pow(kStep, steps) + kOffset * steps);
      const float w = whole.blocks[k] * std::exp(-3 * steps * steps);  // neighbours speak for empty levels
      sum += w * there, weight += w;
    }
    noise.deviation[static_cast<std::size_t>(bin)] = weight > 0 ? std::min(sum / weight, least) : 1.f;
  }
  return noise;
}

void take_noise_away(ImageU8& picture, const PhotoNoise& noise) {
  constexpr float kCertain = 1.3f;  // a local variance wavers by so much
  const int channels = picture.channels;
  cv::Mat light(picture.height, picture.width, CV_32F);
  for (int y = 0; y < picture.height; ++y) {
    const std::uint8_t* p = picture.row(y);
    float* l = light.ptr<float>(y);
    for (int x = 0; x < picture.width; ++x, p += channels) l[x] = .299f * p[0] + .587f * p[1] + .114f * p[2];
  }
  const cv::Mat calm = blurred(light, 1.2 + .8 * static_cast<double>(noise.sigma_px));
  const cv::Mat detail = light - calm;
  const cv::Mat variance = blurred(detail.mul(detail), 2);
  std::array<float, 256> floor{};
  for (std::size_t level = 0; level < 256; ++level) {
    const float t = std::clamp((static_cast<float>(level) - 16) / 32, 0.f, 7.f);
    const auto i = std::min(static_cast<std::size_t>(t), std::size_t{6});
    const float deviation =
        noise.deviation[i] + (noise.deviation[i + 1] - noise.deviation[i]) * (t - static_cast<float>(i));
    floor[level] = kCertain * deviation * deviation;
  }
  for (int y = 0; y < picture.height; ++y) {
    std::uint8_t* p = picture.row(y);
    for (int x = 0; x < picture.width; ++x, p += channels) {
      const float v = variance.at<float>(y, x), level = std::clamp(calm.at<float>(y, x), 0.f, 255.f);
      const float less = std::min(floor[static_cast<std::size_t>(level)] / std::max(v, 1e-4f), 1.f);
      const float change = -less * detail.at<float>(y, x);
      for (int c = 0; c < 3; ++c)
        p[c] =
            static_cast<std::uint8_t>(std::clamp(std::lround(static_cast<float>(p[c]) + change), 0L, 255L));
    }
  }
}

}  // namespace parlante
