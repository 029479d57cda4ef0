#include "avatar/lid_light.hpp"

#include <algorithm>
#include <cmath>

#include "avatar/harmonics.hpp"
#include "avatar/pixels.hpp"
#include "core/curves.hpp"

namespace parlante {
namespace {

// Of 27 blinks of five people (docs/render.md), at equal steps from the upper end to the margin, without the
// lashes themselves; and from the inner corner, of whose shade the photo already has half, to the outer one.
constexpr std::array<float, 11> kDownTheLid = {1, 1, 1.01f, 1, .985f, .945f, .90f, .90f, .87f, .81f, .74f};
constexpr std::array<float, 9> kAlongTheLid = {.87f, .90f, .92f, .95f, 1, 1, .98f, .94f, .87f};
constexpr float kCreaseAt = .58f, kCrease = .035f, kCreaseDepth = .05f;
// Of those people the lightest skin between brow and lid was 1.13 times as light, shut over open
// (median; 1.01 to 1.43), .5 of the way to the cheek's light and more.
constexpr float kUnfolds = .35f, kLightest = 1.13f;
// Channels of skin in the shade, as powers of the light: where folds take half of it (female/47, 34).
constexpr std::array<float, 3> kShade = {.65f, 1.05f, 1.3f};
constexpr float kColoured = .3f;  // red less blue over luma, from which skin is as coloured as any
constexpr float kShine = .3f;     // how much of what is lighter is white

template <std::size_t N>
float at_knot(const std::array<float, N>& knots, float place) noexcept {
  const float t = std::clamp(place, 0.f, 1.f) * static_cast<float>(N - 1);
  const auto i = std::min(static_cast<std::size_t>(t), N - 2);
  const float u = t - static_cast<float>(i);
  return knots[i] + (3 - 2 * u) * u * u * (knots[i + 1] - knots[i]);
}

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

float lid_light(float down, float outer, float uneven) noexcept {
  const float crease = (down - kCreaseAt) / kCrease;
  const float arch = smoothstep(0.f, .3f, outer) * smoothstep(1.f, .75f, outer);
  const float dark = 1 - at_knot(kDownTheLid, down) * at_knot(kAlongTheLid, outer);
  return 1 - uneven * (dark + kCreaseDepth * arch * std::exp(-.5f * crease * crease));
}

float unfolded_light(float above, float cheek) noexcept {
  return std::clamp(1 + kUnfolds * (cheek - above) / std::max(above, 1.f), 1.f, kLightest);
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
