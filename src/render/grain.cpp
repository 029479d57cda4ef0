#include "render/grain.hpp"

#include <algorithm>
#include <cmath>

#include "core/random.hpp"

namespace parlante {
GrainForm grain_form(float sigma_px, float scale) noexcept {
  const float sigma = std::isfinite(sigma_px) ? std::clamp(sigma_px, 0.f, 4.f) : .6f;
  if (!(scale > 0)) return {0, .6f};
  if (scale >= 1) return {1, std::clamp(sigma * scale, .3f, 3.f)};
  // A mean over 1/scale² px of which `alike` are alike (area under a bell's autocorrelation; simulated for
  // halves: within 5 %).
  const float alike = std::max(4 * 3.14159265f * sigma * sigma - .8f, 1.f);
  return {1 / std::sqrt(1 + (1 / (scale * scale) - 1) / alike), std::clamp(sigma * scale, .3f, 3.f)};
}

Grain make_grain(std::uint64_t seed, const std::array<float, 8>& deviation, float amount, float sigma) {
  constexpr int n = kGrainTile;
  std::vector<float> noise(static_cast<std::size_t>(n) * n), blurred(noise.size());
  Random random(seed);
  for (float& value : noise) value = static_cast<float>(random.normal());

  const int reach = std::max(2, static_cast<int>(std::ceil(2.5f * sigma)));
  std::vector<float> taps(static_cast<std::size_t>(reach) + 1);
  float total = 0;
  for (int k = 0; k <= reach; ++k) {
    taps[static_cast<std::size_t>(k)] = std::exp(-.5f * static_cast<float>(k * k) / (sigma * sigma));
    total += (k == 0 ? 1.f : 2.f) * taps[static_cast<std::size_t>(k)];
  }
  const auto index = [](int y, int x) { return static_cast<std::size_t>((y & (n - 1)) * n + (x & (n - 1))); };
  const auto pass = [&](const std::vector<float>& in, std::vector<float>& out, int dy, int dx) {
    for (int y = 0; y < n; ++y)
      for (int x = 0; x < n; ++x) {
        float sum = 0;
        for (int k = -reach; k <= reach; ++k)
          sum += taps[static_cast<std::size_t>(std::abs(k))] / total * in[index(y + k * dy, x + k * dx)];
        out[index(y, x)] = sum;
      }
  };
  pass(noise, blurred, 0, 1);
  pass(blurred, noise, 1, 0);
  double squares = 0;
  for (float value : noise) squares += static_cast<double>(value) * static_cast<double>(value);
  const float scale = 32.f / static_cast<float>(std::sqrt(squares / static_cast<double>(noise.size())));

  Grain grain;
  grain.tile.resize(static_cast<std::size_t>(n) * kGrainStride);
  for (int y = 0; y < n; ++y)
    for (int x = 0; x < kGrainStride; ++x)
      grain.tile[static_cast<std::size_t>(y * kGrainStride + x)] =
          static_cast<std::int8_t>(std::lround(std::clamp(noise[index(y, x)] * scale, -127.f, 127.f)));
  for (int luma = 0; luma < 256; ++luma) {
    const float t = std::clamp((static_cast<float>(luma) - 16) / 32, 0.f, 7.f);
    const auto i = std::min(static_cast<std::size_t>(t), std::size_t{6});
    const float value = deviation[i] + (deviation[i + 1] - deviation[i]) * (t - static_cast<float>(i));
    const float bounded = std::isfinite(value * amount) ? std::clamp(value * amount, 0.f, 64.f) : 0.f;
    grain.gain[static_cast<std::size_t>(luma)] = static_cast<std::int32_t>(std::lround(bounded * 128));
  }
  return grain;
}

GrainOffset grain_offset(std::uint64_t seed, std::int64_t index) noexcept {
  Random random(seed ^ (static_cast<std::uint64_t>(index) * 0xd1342543de82ef95ULL));
  const std::uint64_t bits = random.bits();
  return {static_cast<int>(bits % kGrainTile), static_cast<int>((bits >> 32) % kGrainTile)};
}

void grain_ref(const Grain& grain, GrainOffset offset, std::uint8_t* rgb, int stride, int width,
               int height) noexcept {
  for (int y = 0; y < height; ++y) {
    const std::int8_t* noise =
        grain.tile.data() + static_cast<std::ptrdiff_t>((y + offset.y) & (kGrainTile - 1)) * kGrainStride;
    std::uint8_t* p = rgb + static_cast<std::ptrdiff_t>(y) * stride;
    for (int x = 0; x < width; ++x, p += 3) {
      const int luma = (54 * p[0] + 183 * p[1] + 19 * p[2] + 128) >> 8;
      const int delta =
          (8 * noise[(x + offset.x) & (kGrainTile - 1)] * grain.gain[static_cast<std::size_t>(luma)] +
           (1 << 14)) >>
          15;
      for (int k = 0; k < 3; ++k) p[k] = static_cast<std::uint8_t>(std::clamp(p[k] + delta, 0, 255));
    }
  }
}

}  // namespace parlante
