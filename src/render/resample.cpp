#include "render/resample.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace parlante {
namespace {

constexpr float kLeastAlpha = .02f;  // of 255: colour under alpha 0 is kept where there is nothing else

/// Weights of the source samples of one target sample.
struct Taps {
  int first = 0;
  std::vector<float> weights;
};

std::vector<Taps> axis_taps(int from, int to) {
  std::vector<Taps> taps(static_cast<std::size_t>(to));
  const double step = static_cast<double>(from) / to;
  for (int i = 0; i < to; ++i) {
    Taps& t = taps[static_cast<std::size_t>(i)];
    if (to >= from) {
      const double place = std::clamp((i + .5) * step - .5, 0.0, static_cast<double>(from - 1));
      t.first = std::min(static_cast<int>(place), std::max(from - 2, 0));
      const auto f = static_cast<float>(place - t.first);
      t.weights = from > 1 ? std::vector<float>{1 - f, f} : std::vector<float>{1.f};
      continue;
    }
    const double begin = i * step, end = std::min((i + 1) * step, static_cast<double>(from));
    t.first = static_cast<int>(begin);
    for (int k = t.first; k < from && k < end; ++k)
      t.weights.push_back(static_cast<float>(
          (std::min(end, k + 1.0) - std::max(begin, static_cast<double>(k))) / (end - begin)));
  }
  return taps;
}

}  // namespace

ImageU8 resize_picture(const ImageU8& picture, int width, int height) {
  if (picture.empty() || width < 1 || height < 1) return {};
  const int channels = picture.channels;
  const bool weighed = channels == 4;
  const std::vector<Taps> across = axis_taps(picture.width, width), down = axis_taps(picture.height, height);
  ImageF narrow(width, picture.height, channels);
  for (int y = 0; y < picture.height; ++y)
    for (int x = 0; x < width; ++x) {
      const Taps& t = across[static_cast<std::size_t>(x)];
      for (std::size_t i = 0; i < t.weights.size(); ++i) {
        const std::uint8_t* p = picture.at(t.first + static_cast<int>(i), y);
        for (int k = 0; k < channels; ++k)
          narrow.at(x, y)[k] += t.weights[i] * static_cast<float>(p[k]) *
                                (weighed && k < 3 ? static_cast<float>(p[3]) + kLeastAlpha : 1.f);
      }
    }
  ImageU8 out(width, height, channels);
  std::vector<float> sum(static_cast<std::size_t>(channels));
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      const Taps& t = down[static_cast<std::size_t>(y)];
      std::fill(sum.begin(), sum.end(), 0.f);
      for (std::size_t i = 0; i < t.weights.size(); ++i)
        for (int k = 0; k < channels; ++k)
          sum[static_cast<std::size_t>(k)] += t.weights[i] * narrow.at(x, t.first + static_cast<int>(i))[k];
      if (weighed)
        for (std::size_t k = 0; k < 3; ++k) sum[k] /= sum[3] + kLeastAlpha;
      for (int k = 0; k < channels; ++k)
        out.at(x, y)[k] =
            static_cast<std::uint8_t>(std::clamp(sum[static_cast<std::size_t>(k)], 0.f, 255.f) + .5f);
    }
  return out;
}

ImageU8 to_rgba(const ImageU8& picture) {
  if (picture.channels == 4) return picture;
  ImageU8 out(picture.width, picture.height, 4, 255);
  for (std::size_t i = 0; i < out.pixels.size() / 4; ++i)
    for (std::size_t k = 0; k < 3; ++k) out.pixels[4 * i + k] = picture.pixels[3 * i + k];
  return out;
}

}  // namespace parlante
