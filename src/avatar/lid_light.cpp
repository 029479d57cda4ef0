#include "avatar/lid_light.hpp"

#include <algorithm>
#include <cmath>

#include "avatar/harmonics.hpp"
#include "avatar/pixels.hpp"

namespace parlante {
namespace {

constexpr float kRidgeAt = .56f;  // where between the upper end and the margin the lid stands out most
constexpr float kBulge = .16f;    // its light, an octave of unevenness
// Channels of skin in the shade, as powers of the light: where folds take half of it (female/47, 34).
constexpr std::array<float, 3> kShade = {.65f, 1.05f, 1.3f};
constexpr float kColoured = .3f;  // red less blue over luma, from which skin is as coloured as any
constexpr float kShine = .3f;     // how much of what is lighter is white

}  // namespace

DomeLight::DomeLight(const PhotoGeometry& g, const EyeLayer& ball, const std::array<float, 9>& light,
                     const cv::Rect& part)
    : light_(light) {
  const Vec3f centre = g.rotation * ball.centre + g.translation;
  const auto focal = static_cast<float>(g.fit.camera.focal_px);
  x_ = static_cast<float>(g.fit.camera.cx) + focal * centre.x() / -centre.z() - static_cast<float>(part.x);
  y_ = static_cast<float>(g.fit.camera.cy) - focal * centre.y() / -centre.z() - static_cast<float>(part.y);
  radius_ = (ball.radius + .1f) * focal / -centre.z();
  middle_ = std::max(light_at(light_, normal(x_, y_ + .15f * radius_)), .2f);
}

float DomeLight::operator()(float x, float y) const {
  return std::pow(std::clamp(light_at(light_, normal(x, y)) / middle_, .75f, 1.15f), .8f);
}

// Flatter than the ball: the lid's skin and what lies under it.
Vec3f DomeLight::normal(float x, float y) const {
  const float u = .8f * (x - x_) / radius_, v = -.8f * (y - y_) / radius_;
  const float in = std::min(u * u + v * v, .8f);
  return Vec3f(u, v, std::sqrt(1 - in)).normalized();
}

float bulge_light(float down, float along, float uneven) noexcept {
  const float ridge = (down - kRidgeAt) / (down < kRidgeAt ? .2f : .25f), side = 2 * along - 1;
  const float across = std::sqrt(std::max(1 - side * side, 0.f));
  return kBulge * uneven * (1.2f * std::exp(-.5f * ridge * ridge) * across - .7f);
}

float colourfulness(const cv::Vec3f& rgb) noexcept {
  return std::clamp((rgb[0] - rgb[2]) / std::max(kColoured * luma(rgb), 1.f), 0.f, 1.f);
}

cv::Vec3f shaded(const cv::Vec3f& rgb, float light) noexcept {
  if (light > 1) {
    const float more = light - 1;
    return rgb * (1 + (1 - kShine) * more) + cv::Vec3f::all(kShine * more * luma(rgb));
  }
  const float coloured = colourfulness(rgb);
  cv::Vec3f out;
  for (int c = 0; c < 3; ++c)
    out[c] = rgb[c] * std::pow(light, 1 + coloured * (kShade[static_cast<std::size_t>(c)] - 1));
  return out;
}

}  // namespace parlante
