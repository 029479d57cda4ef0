#include "avatar/lid_grain.hpp"

#include <opencv2/imgproc.hpp>

#include "avatar/pixels.hpp"

namespace parlante {
namespace {

constexpr float kCoarsest = .10f;  // cm, of the blur that detail is taken over
constexpr float kFirst = .42f;     // cm below the lower margin: nearer are lashes
constexpr float kLength = .9f;     // cm, of the skin that is taken
constexpr float kDeepest = .06f;   // more is no crease of a lid
constexpr float kAlong = .03f;     // cm, of a blur along the lid: creases stay, lower lashes go
constexpr float kFewer = .6f, kMore = 1.25f;

// Without moles, hairs and gleams.
cv::Mat tamed(const cv::Mat& detail, float common) {
  const float most = std::min(4.5f * common, kDeepest);
  return cv::min(cv::max(detail, -most), most);
}

}  // namespace

LidGrain::LidGrain(const LidLines& lines, const cv::Mat& photo, const cv::Mat& above) : lines_(lines) {
  const cv::Mat light = luma(photo);
  detail_ = light / cv::max(blurred(light, kCoarsest * lines.k), 1) - 1;
  cv::GaussianBlur(detail_, detail_, {0, 0}, std::max(kAlong * lines.k, .3f), .1);
  std::vector<float> upper, lower;
  for (int y = 0; y < photo.rows; ++y)
    for (int x = 0; x < photo.cols; ++x) {
      const float px = static_cast<float>(x) + .5f, py = static_cast<float>(y) + .5f;
      if (lines.inside(px) < 0) continue;
      const float below = (py - lines.lower(px)) / lines.k, size = std::abs(detail_.at<float>(y, x));
      if (below > kFirst && below < kFirst + kLength) lower.push_back(size);
      if (!above.at<std::uint8_t>(y, x) && py < lines.margin(px) - .1f * lines.k &&
          py > lines.margin(px) - 1.2f * lines.reach(px))
        upper.push_back(size);
    }
  const float has = median(std::move(lower), .01f), wanted = median(std::move(upper), has);
  detail_ = tamed(detail_, has) * std::clamp(wanted / std::max(has, 1e-4f), kFewer, kMore);
}

float LidGrain::operator()(float x, float down) const noexcept {
  return bilinear<float>(detail_, x, lines_.lower(x) + (kFirst + kLength * down) * lines_.k);
}

}  // namespace parlante
