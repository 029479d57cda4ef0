#include "media/row_shrinker.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace parlante {

PictureSize fit_within(PictureSize size, int max_side) noexcept {
  const int longest = std::max(size.width, size.height);
  if (longest <= max_side) return size;
  const auto scaled = [&](int side) {
    return std::max(1, static_cast<int>(std::lround(static_cast<double>(side) * max_side / longest)));
  };
  return {scaled(size.width), scaled(size.height)};
}

RowShrinker::RowShrinker(PictureSize from, PictureSize to)
    : from_(from),
      to_(to),
      out_(to.width, to.height, 3),
      row_(static_cast<std::size_t>(to.width) * 3),
      sum_(row_.size()) {}

void RowShrinker::shrink_row(const std::uint8_t* rgb) noexcept {
  const double step = static_cast<double>(from_.width) / to_.width;
  const auto share = static_cast<float>(1 / step);
  for (int x = 0; x < to_.width; ++x) {
    const double begin = x * step, end = std::min<double>((x + 1) * step, from_.width);
    float red = 0, green = 0, blue = 0;
    for (int i = static_cast<int>(begin); i < end; ++i) {
      const auto weight = static_cast<float>(std::min<double>(end, i + 1) - std::max<double>(begin, i));
      const std::uint8_t* pixel = rgb + static_cast<std::ptrdiff_t>(i) * 3;
      red += weight * static_cast<float>(pixel[0]);
      green += weight * static_cast<float>(pixel[1]);
      blue += weight * static_cast<float>(pixel[2]);
    }
    float* out = row_.data() + static_cast<std::ptrdiff_t>(x) * 3;
    out[0] = red * share, out[1] = green * share, out[2] = blue * share;
  }
}

void RowShrinker::add_row(float weight) noexcept {
  for (std::size_t i = 0; i < sum_.size(); ++i) sum_[i] += weight * row_[i];
}

void RowShrinker::finish_row() noexcept {
  const float share = static_cast<float>(to_.height) / static_cast<float>(from_.height);
  std::uint8_t* out = out_.row(next_out_++);
  for (std::size_t i = 0; i < sum_.size(); ++i)
    out[i] = static_cast<std::uint8_t>(std::clamp(sum_[i] * share + .5f, 0.f, 255.f));
  std::fill(sum_.begin(), sum_.end(), 0.f);
}

void RowShrinker::add(const std::uint8_t* rgb) {
  if (next_in_ >= from_.height) return;
  if (from_.width == to_.width && from_.height == to_.height) {
    std::memcpy(out_.row(next_out_++), rgb, out_.stride());
    ++next_in_;
    return;
  }
  shrink_row(rgb);
  // In units of 1/to.height of an input row the borders of input and output rows are whole numbers.
  const std::int64_t top = std::int64_t{next_in_} * to_.height, bottom = top + to_.height;
  const std::int64_t border = std::int64_t{next_out_ + 1} * from_.height;
  const auto unit = 1.f / static_cast<float>(to_.height);
  if (bottom < border) {
    add_row(1.f);
  } else {
    add_row(static_cast<float>(border - top) * unit);
    finish_row();
    if (bottom > border) add_row(static_cast<float>(bottom - border) * unit);
  }
  ++next_in_;
}

ImageU8 RowShrinker::take() {
  out_.height = next_out_;
  out_.pixels.resize(out_.stride() * static_cast<std::size_t>(next_out_));
  return std::move(out_);
}

}  // namespace parlante
