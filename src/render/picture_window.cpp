#include "render/picture_window.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace parlante {
namespace {

/// Weights of one target pixel's source pixels along one axis.
struct Taps {
  std::vector<int> places;
  std::vector<float> weights;
};

std::vector<Taps> taps(double begin, double length, int source, int target) {
  std::vector<Taps> result(static_cast<std::size_t>(target));
  const double step = length / target, radius = std::max(step, 1.0);
  for (int i = 0; i < target; ++i) {
    const double centre = begin + (i + .5) * step - .5;
    Taps& t = result[static_cast<std::size_t>(i)];
    float sum = 0;
    for (int k = static_cast<int>(std::ceil(centre - radius));
         k <= static_cast<int>(std::floor(centre + radius)); ++k) {
      const auto weight = static_cast<float>(1 - std::abs(k - centre) / radius);
      if (weight <= 0) continue;
      t.places.push_back(std::clamp(k, 0, source - 1));
      t.weights.push_back(weight);
      sum += weight;
    }
    for (float& w : t.weights) w /= sum;
  }
  return result;
}

}  // namespace

ImageU8 resample_window(const ImageU8& picture, const PictureWindow& window, int width, int height) {
  const int channels = picture.channels;
  const auto across = taps(window.x, window.width, picture.width, width),
             down = taps(window.y, window.height, picture.height, height);
  ImageU8 out(width, height, channels);
  std::vector<float> row(picture.stride());
  for (int y = 0; y < height; ++y) {
    const Taps& t = down[static_cast<std::size_t>(y)];
    std::fill(row.begin(), row.end(), 0.f);
    for (std::size_t j = 0; j < t.weights.size(); ++j) {
      const std::uint8_t* in = picture.row(t.places[j]);
      for (std::size_t i = 0; i < row.size(); ++i) row[i] += t.weights[j] * static_cast<float>(in[i]);
    }
    std::uint8_t* to = out.row(y);
    for (int x = 0; x < width; ++x, to += channels) {
      const Taps& s = across[static_cast<std::size_t>(x)];
      for (int c = 0; c < channels; ++c) {
        float sum = 0;
        for (std::size_t i = 0; i < s.weights.size(); ++i)
          sum += s.weights[i] * row[static_cast<std::size_t>(s.places[i] * channels + c)];
        to[c] = static_cast<std::uint8_t>(std::clamp(sum + .5f, 0.f, 255.f));
      }
    }
  }
  return out;
}

PictureWindow covering_window(const ImageU8& picture, int width, int height) noexcept {
  const double scale =
      std::min(static_cast<double>(picture.width) / width, static_cast<double>(picture.height) / height);
  const double w = width * scale, h = height * scale;
  return {(picture.width - w) / 2, (picture.height - h) / 2, w, h};
}

}  // namespace parlante
