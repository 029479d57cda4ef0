#include "face/crop.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace parlante {
namespace {

using Rgb = std::array<float, 3>;

/// One of the four pixels of a sample near or beyond the rim.
template <Beyond beyond>
const std::uint8_t* pixel_beyond(const ImageU8& picture, int x, int y) noexcept {
  static constexpr std::uint8_t black[4] = {0, 0, 0, 0};
  if constexpr (beyond == Beyond::black)
    if (x < 0 || y < 0 || x >= picture.width || y >= picture.height) return black;
  return picture.at(std::clamp(x, 0, picture.width - 1), std::clamp(y, 0, picture.height - 1));
}

/// Adds the bilinear value at (x, y) to `sum`; pixel centres at whole numbers, x and y above -3.
template <int channels, Beyond beyond>
void add_sample(const ImageU8& picture, float x, float y, Rgb& sum) noexcept {
  // Rounding down without a call of floor().
  const int ix = static_cast<int>(x + 4) - 4, iy = static_cast<int>(y + 4) - 4;
  const float fx = x - static_cast<float>(ix), fy = y - static_cast<float>(iy);
  const std::uint8_t *a, *b, *c, *d;
  if (ix >= 0 && iy >= 0 && ix + 1 < picture.width && iy + 1 < picture.height) {
    a = picture.pixels.data() + static_cast<std::size_t>(iy) * picture.stride() +
        static_cast<std::size_t>(ix) * channels;
    b = a + channels;
    c = a + picture.stride();
    d = c + channels;
  } else {
    a = pixel_beyond<beyond>(picture, ix, iy);
    b = pixel_beyond<beyond>(picture, ix + 1, iy);
    c = pixel_beyond<beyond>(picture, ix, iy + 1);
    d = pixel_beyond<beyond>(picture, ix + 1, iy + 1);
  }
  const float wd = fx * fy, wb = fx - wd, wc = fy - wd, wa = 1 - fx - wc;
  for (std::size_t k = 0; k < 3; ++k)
    sum[k] += wa * static_cast<float>(a[k]) + wb * static_cast<float>(b[k]) + wc * static_cast<float>(c[k]) +
              wd * static_cast<float>(d[k]);
}

template <int channels, Beyond beyond>
void crop_rows(const ImageU8& picture, const Region& region, int columns, int rows, float low, float high,
               float* out) noexcept {
  const double cosine = std::cos(region.angle), sine = std::sin(region.angle);
  const double step_u = region.width / columns, step_v = region.height / rows;
  const int repeats = std::clamp(static_cast<int>(std::lround(std::max(step_u, step_v) / 8)), 1, 64);
  const float scale = (high - low) / (255.F * static_cast<float>(repeats * repeats));
  // Samples far outside are all alike; the limits keep the conversion to int defined for any region. In this
  // order of arguments they also catch NaN.
  const float right_limit = static_cast<float>(picture.width) + 1;
  const float bottom_limit = static_cast<float>(picture.height) + 1;
  const float dx = static_cast<float>(cosine * step_u / repeats),
              dy = static_cast<float>(sine * step_u / repeats);
  // Sub-samples lie around the one that a single sample would take.
  const double first_u = (.5 / repeats - .5) * step_u - region.width / 2;
  for (int row = 0; row < rows; ++row) {
    float* line = out + static_cast<std::ptrdiff_t>(row) * columns * 3;
    std::fill_n(line, columns * 3, low);
    for (int j = 0; j < repeats; ++j) {
      const double v = (row + (j + .5) / repeats - .5) * step_v - region.height / 2;
      const float x0 = static_cast<float>(region.x + cosine * first_u - sine * v);
      const float y0 = static_cast<float>(region.y + sine * first_u + cosine * v);
      for (int column = 0; column < columns; ++column) {
        Rgb sum{};
        for (int i = column * repeats; i < (column + 1) * repeats; ++i) {
          const float x = x0 + static_cast<float>(i) * dx, y = y0 + static_cast<float>(i) * dy;
          add_sample<channels, beyond>(picture, std::min(right_limit, std::max(-2.F, x)),
                                       std::min(bottom_limit, std::max(-2.F, y)), sum);
        }
        for (int k = 0; k < 3; ++k) line[3 * column + k] += scale * sum[static_cast<std::size_t>(k)];
      }
    }
  }
}

}  // namespace

void Region::to_picture(double u, double v, double& px, double& py) const noexcept {
  const double cosine = std::cos(angle), sine = std::sin(angle);
  const double right = (u - .5) * width, down = (v - .5) * height;
  px = x + cosine * right - sine * down;
  py = y + sine * right + cosine * down;
}

void crop(const ImageU8& picture, const Region& region, int columns, int rows, float low, float high,
          Beyond beyond, std::span<float> out) noexcept {
  const bool black = beyond == Beyond::black;
  const auto crop_into = picture.channels == 4
                             ? (black ? crop_rows<4, Beyond::black> : crop_rows<4, Beyond::nearest_pixel>)
                             : (black ? crop_rows<3, Beyond::black> : crop_rows<3, Beyond::nearest_pixel>);
  crop_into(picture, region, columns, rows, low, high, out.data());
}

}  // namespace parlante
