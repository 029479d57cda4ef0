#include "measure/picture_seen.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace parlante {
namespace {

constexpr std::array<std::size_t, 20> kOuterLips{61,  146, 91, 181, 84, 17, 314, 405, 321, 375,
                                                 291, 185, 40, 39,  37, 0,  267, 269, 270, 409};
constexpr std::array<std::size_t, 2> kCheeks{205, 425};
constexpr double kCheekRadius = .16;
constexpr int kStep = 4;
constexpr double kHairMargin = .6, kLeastShare = .02;
constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

float luma(const std::uint8_t* pixel) {
  return .299F * static_cast<float>(pixel[0]) + .587F * static_cast<float>(pixel[1]) +
         .114F * static_cast<float>(pixel[2]);
}

PixelRect box(double x0, double y0, double x1, double y1) {
  const auto whole = [](double v) { return static_cast<int>(std::clamp(v, -1e6, 1e6)); };
  return {whole(x0), whole(y0), whole(x1) - whole(x0), whole(y1) - whole(y0)};
}

}  // namespace

Sharpness sharpness(const ImageU8& picture, PixelRect part) noexcept {
  const int x0 = std::max(1, part.x + 1), x1 = std::min(picture.width - 1, part.x + part.width - 1);
  const int y0 = std::max(1, part.y + 1), y1 = std::min(picture.height - 1, part.y + part.height - 1);
  if (picture.channels < 3 || x1 - x0 < 3 || y1 - y0 < 3) return {kUnknown, kUnknown};
  double gradient = 0, fine = 0;
  for (int y = y0; y < y1; ++y) {
    // three columns of three rows wander along
    float column[3][3];
    const auto load = [&](int x, float* values) {
      for (int dy = -1; dy <= 1; ++dy) values[dy + 1] = luma(picture.at(x, y + dy));
    };
    load(x0 - 1, column[0]);
    load(x0, column[1]);
    for (int x = x0; x < x1; ++x) {
      load(x + 1, column[2]);
      const float dx = .5F * (column[2][1] - column[0][1]), dy = .5F * (column[1][2] - column[1][0]);
      gradient += static_cast<double>(dx * dx + dy * dy);
      const auto vertical = [](const float* c) { return .25F * c[0] + .5F * c[1] + .25F * c[2]; };
      const float lost = column[1][1] - (.25F * vertical(column[0]) + .5F * vertical(column[1]) +
                                         .25F * vertical(column[2]));
      fine += static_cast<double>(lost * lost);
      std::copy_n(column[1], 3, column[0]);
      std::copy_n(column[2], 3, column[1]);
    }
  }
  const double pixels = static_cast<double>(x1 - x0) * (y1 - y0);
  return {std::sqrt(gradient / pixels), gradient > 0 ? fine / gradient : kUnknown};
}

SharpnessSeen sharpness_seen(const ImageU8& picture, const Landmarks& landmarks) noexcept {
  Eigen::Array2f low = landmarks[kOuterLips[0]].head<2>().array(), high = low;
  for (const std::size_t i : kOuterLips) {
    low = low.min(landmarks[i].head<2>().array());
    high = high.max(landmarks[i].head<2>().array());
  }
  const double radius = kCheekRadius * (landmarks[33] - landmarks[263]).cast<double>().norm();
  SharpnessSeen seen;
  seen.mouth = sharpness(picture, box(low.x(), low.y(), high.x(), high.y()));
  double squares = 0;
  for (const std::size_t i : kCheeks) {
    const Eigen::Vector2d middle = landmarks[i].head<2>().cast<double>();
    const Sharpness cheek = sharpness(
        picture, box(middle.x() - radius, middle.y() - radius, middle.x() + radius, middle.y() + radius));
    squares += .5 * cheek.gradient * cheek.gradient;
    seen.cheeks.fineness += .5 * cheek.fineness;
  }
  seen.cheeks.gradient = std::sqrt(squares);
  return seen;
}

void Background::add(const ImageU8& picture, const Face* face) {
  if (picture.empty() || picture.channels < 3) return;
  if (frames_ == 0) {
    width_ = picture.width, height_ = picture.height;
    const auto sampled = static_cast<std::size_t>((width_ + kStep - 1) / kStep) *
                         static_cast<std::size_t>((height_ + kStep - 1) / kStep);
    mean_.assign(sampled, 0);
    squares_.assign(sampled, 0);
  }
  if (picture.width != width_ || picture.height != height_) return;
  if (face != nullptr) {
    const double margin = kHairMargin * (face->x1 - face->x0);
    const double left = face->x0 - margin, top = face->y0 - margin, right = face->x1 + margin,
                 chin = face->y1;
    left_ = face_seen_ ? std::min(left_, left) : left;
    top_ = face_seen_ ? std::min(top_, top) : top;
    right_ = face_seen_ ? std::max(right_, right) : right;
    chin_ = face_seen_ ? std::min(chin_, chin) : chin;
    face_seen_ = true;
  }
  ++frames_;
  const float share = 1 / static_cast<float>(frames_);
  std::size_t i = 0;
  for (int y = 0; y < height_; y += kStep)
    for (int x = 0; x < width_; x += kStep, ++i) {
      const float value = luma(picture.at(x, y)), change = value - mean_[i];
      mean_[i] += change * share;
      squares_[i] += change * (value - mean_[i]);
    }
}

double Background::temporal_std() const {
  if (frames_ < 2 || !face_seen_) return kUnknown;
  double sum = 0;
  std::size_t i = 0, count = 0;
  for (int y = 0; y < height_; y += kStep)
    for (int x = 0; x < width_; x += kStep, ++i) {
      const bool near = y >= chin_ || (x >= left_ && x <= right_ && y >= top_);
      if (near) continue;
      sum += std::sqrt(static_cast<double>(std::max(0.F, squares_[i])) / frames_);
      ++count;
    }
  if (static_cast<double>(count) < kLeastShare * static_cast<double>(mean_.size())) return kUnknown;
  return sum / static_cast<double>(count);
}

}  // namespace parlante
