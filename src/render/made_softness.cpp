#include "render/made_softness.hpp"

#include <algorithm>
#include <cmath>

namespace parlante {
namespace {

constexpr float kDrawn = .9f;   // canvas px: blur that drawing itself has, with what the canvas' halving adds
constexpr float kLeast = .35f;  // canvas px: less is not seen

}  // namespace

MadeSoftness::MadeSoftness(float blur_px, std::size_t capacity)
    : blur_px_(std::isfinite(blur_px) ? std::clamp(blur_px, 0.f, 4.f) : 0.f), before_(3 * capacity) {}

float MadeSoftness::deviation(const DetailCanvas& canvas) const noexcept {
  const float wanted = blur_px_ * canvas.scale();
  const float more = std::sqrt(std::max(wanted * wanted - kDrawn * kDrawn, 0.f));
  return more < kLeast || 3 * canvas.index(0, canvas.height()) > before_.size() ? 0.f : more;
}

void MadeSoftness::begin(DetailCanvas& canvas) noexcept {
  if (deviation(canvas) <= 0) return;
  const std::size_t pixels = canvas.index(0, canvas.height());
  const float* colour = canvas.colour();
  for (std::size_t i = 0; i < pixels; ++i, colour += 4)
    for (std::size_t c = 0; c < 3; ++c) before_[c * pixels + i] = colour[c];
}

void MadeSoftness::end(const Kernels& kernels, DetailCanvas& canvas) noexcept {
  const float blur = deviation(canvas);
  if (blur <= 0) return;
  const std::size_t pixels = canvas.index(0, canvas.height());
  for (std::size_t c = 0; c < 3; ++c) {
    float* before = before_.data() + c * pixels;
    float* colour = canvas.colour() + c;
    float* change = canvas.mask();
    for (std::size_t i = 0; i < pixels; ++i) change[i] = colour[4 * i] - before[i];
    kernels.blur(change, canvas.width(), canvas.width(), canvas.height(), blur, canvas.blur_scratch());
    for (std::size_t i = 0; i < pixels; ++i) colour[4 * i] = before[i] + change[i];
  }
}

}  // namespace parlante
