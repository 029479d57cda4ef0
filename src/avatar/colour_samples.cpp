#include "avatar/colour_samples.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace parlante {
namespace {

constexpr int kRays = 12;
constexpr float kGolden = .618034f;       // turns the rays from pixel to pixel
constexpr float kNoise = 8 / 255.f;       // of a colour
constexpr float kTellable = 45 / 255.f;   // difference of the pair at which confidence is a half
constexpr float kFarther = .15f / 255.f;  // a px of distance counts as that much of colour
constexpr int kBeyond = 2;                // px past the first known one: the rim itself is mixed

struct Sample {
  cv::Vec3f colour;
  float distance = 0;
};

}  // namespace

ColourGuess guess_from_colours(const cv::Mat& picture, const cv::Mat& alpha, const cv::Mat& unknown,
                               int reach_px) {
  ColourGuess out{alpha.clone(), cv::Mat(alpha.size(), CV_32F, cv::Scalar(0))};
  const cv::Rect frame(0, 0, picture.cols, picture.rows);
  std::array<Sample, kRays> front, back;
  int number = 0;
  for (int y = 0; y < picture.rows; ++y)
    for (int x = 0; x < picture.cols; ++x) {
      if (!unknown.at<std::uint8_t>(y, x)) continue;
      std::size_t fronts = 0, backs = 0;
      const float turn = kGolden * static_cast<float>(number++);
      for (int r = 0; r < kRays; ++r) {
        const float angle = 6.2831853f * (static_cast<float>(r) + turn - std::floor(turn)) / kRays;
        const float dx = std::cos(angle), dy = std::sin(angle);
        bool front_seen = false, back_seen = false;
        for (int step = 1; step <= reach_px && !(front_seen && back_seen); ++step) {
          const auto at = [&](int far) {
            return cv::Point(x + static_cast<int>(std::lround(dx * static_cast<float>(far))),
                             y + static_cast<int>(std::lround(dy * static_cast<float>(far))));
          };
          const cv::Point p = at(step);
          if (!p.inside(frame)) break;
          if (unknown.at<std::uint8_t>(p)) continue;
          const bool is_front = alpha.at<float>(p) > .5f;
          if (is_front ? front_seen : back_seen) continue;
          const cv::Point deeper = at(step + kBeyond);
          const bool same = deeper.inside(frame) && !unknown.at<std::uint8_t>(deeper) &&
                            (alpha.at<float>(deeper) > .5f) == is_front;
          const Sample sample{picture.at<cv::Vec3f>(same ? deeper : p), static_cast<float>(step)};
          (is_front ? front[fronts++] : back[backs++]) = sample;
          (is_front ? front_seen : back_seen) = true;
        }
      }
      if (fronts == 0 || backs == 0) continue;
      const cv::Vec3f& here = picture.at<cv::Vec3f>(y, x);
      float best = 1e9f, best_alpha = 0, confidence = 0;
      for (std::size_t f = 0; f < fronts; ++f)
        for (std::size_t b = 0; b < backs; ++b) {
          const cv::Vec3f contrast = front[f].colour - back[b].colour, own = here - back[b].colour;
          const float energy = contrast.dot(contrast);
          const float a = std::clamp(own.dot(contrast) / std::max(energy, 1e-6f), 0.f, 1.f);
          const cv::Vec3f left = own - contrast * a;
          const float error = left.dot(left), away = kFarther * (front[f].distance + back[b].distance);
          const float cost = error + away * away;
          if (cost >= best) continue;
          best = cost, best_alpha = a;
          confidence = std::exp(-error / (2 * kNoise * kNoise)) * energy / (energy + kTellable * kTellable);
        }
      out.alpha.at<float>(y, x) = best_alpha;
      out.confidence.at<float>(y, x) = confidence;
    }
  return out;
}

}  // namespace parlante
