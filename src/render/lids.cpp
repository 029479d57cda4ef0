#include "render/lids.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include "avatar/numeric.hpp"
#include "core/random.hpp"
#include "render/source_map.hpp"
#include "render/stroke.hpp"

namespace parlante {
namespace {

constexpr int kLashes = 46;
constexpr int kCurvePoints = 40;

// A lid's margin as y(x), canvas px: a polynomial of degree 4, smooth where the lid's vertices bunch up.
struct MarginCurve {
  float first = 1e9f, last = -1e9f, mean = 0, cm;
  Eigen::Matrix<double, 5, 1> curve;

  MarginCurve(const std::vector<std::int32_t>& loop, const RigFrame& frame, const DetailCanvas& canvas,
              float cm_px) noexcept
      : cm(cm_px) {
    for (const std::int32_t v : loop) {
      const float x = canvas.to_x(frame.image[static_cast<std::size_t>(v)].x());
      first = std::min(first, x), last = std::max(last, x), mean += x / static_cast<float>(loop.size());
    }
    Eigen::Matrix<double, 5, 5> normal = Eigen::Matrix<double, 5, 5>::Zero();
    Eigen::Matrix<double, 5, 1> right = Eigen::Matrix<double, 5, 1>::Zero();
    for (const std::int32_t v : loop) {
      const Vec2f& p = frame.image[static_cast<std::size_t>(v)];
      const double x = (canvas.to_x(p.x()) - mean) / cm;
      Eigen::Matrix<double, 5, 1> row;
      row << 1, x, x * x, x * x * x, x * x * x * x;
      normal += row * row.transpose();
      right += row * static_cast<double>(canvas.to_y(p.y()));
    }
    normal.diagonal().array() += 1e-6;
    curve = normal.ldlt().solve(right);
  }
  float height_at(float x) const noexcept {
    const double t = (x - mean) / cm;
    return static_cast<float>(curve[0] + t * (curve[1] + t * (curve[2] + t * (curve[3] + t * curve[4]))));
  }
};

}  // namespace

ClosedLid::ClosedLid(const HeadModel& head, const Avatar& avatar, int side)
    : head_(head), avatar_(avatar), side_(side) {
  // Longer and flatter towards the outer corner.
  Random random(5);
  const float amount = avatar.eyes[static_cast<std::size_t>(side)].lash_amount;
  const float outwards = side == 0 ? -1.f : 1.f;
  for (int k = 0; k < kLashes; ++k) {
    const float along = static_cast<float>(side == 0 ? random.uniform(0, .94) : random.uniform(.06, 1));
    const float outer = side == 0 ? 1 - along : along;
    const float length =
        (.10f + .20f * outer) * (.8f + .6f * amount) * static_cast<float>(random.uniform(.7, 1.1));
    lashes_.push_back(
        {along, outwards * length * (.1f + .75f * outer * outer), length * (.95f - .45f * outer)});
  }
}

void ClosedLid::draw_skin(const RigFrame& frame, const float* open, DetailCanvas& canvas) const noexcept {
  const float shut = smoothstep(.15f, .6f, frame.blink[static_cast<std::size_t>(side_)]);
  const Patch& skin = avatar_.lid_skin[side_];
  if (shut <= 0 || skin.texels.empty()) return;
  const std::size_t pixels = canvas.index(0, canvas.height());
  for (std::size_t i = 0; i < pixels; ++i) {
    if (canvas.skin_depth()[i] <= kRasterFar) continue;
    const float* a = canvas.skin_attributes(i);
    const float weight = a[kLidWeight] * shut * (1 - open[i]);
    if (weight < .003f) continue;
    float rgb[3];
    sample_patch(skin, a[kLidU], a[kLidV], rgb);
    float* out = canvas.colour() + 4 * i;
    for (int c = 0; c < 3; ++c) out[c] += weight * (rgb[c] * a[kSkinShade] - out[c]);
  }
}

void ClosedLid::draw_lashes(const RigFrame& frame, DetailCanvas& canvas) const noexcept {
  const float blink = frame.blink[static_cast<std::size_t>(side_)];
  if (blink < .1f) return;
  const float cm = avatar_.px_per_cm() * canvas.scale();
  const MarginCurve upper(head_.loop(side_ == 0 ? HeadLoop::lid_right_upper : HeadLoop::lid_left_upper),
                          frame, canvas, cm);
  const float first = upper.first, last = upper.last;
  if (last - first < 2) return;
  float* plane = canvas.second_mask();
  const std::size_t pixels = canvas.index(0, canvas.height());
  std::fill(plane, plane + pixels, 0.f);
  const StrokePlane strokes{plane, canvas.width(), canvas.height()};
  const float amount = avatar_.eyes[static_cast<std::size_t>(side_)].lash_amount;
  const float soft = std::max(.8f, .022f * cm);
  for (int k = 0; k + 1 < kCurvePoints; ++k) {
    const float t0 = static_cast<float>(k) / (kCurvePoints - 1),
                t1 = static_cast<float>(k + 1) / (kCurvePoints - 1);
    const float middle = 2 * t0 - 1, width = cm * (.015f + .045f * (1 - middle * middle));
    const float x0 = first + t0 * (last - first), x1 = first + t1 * (last - first);
    draw_stroke(strokes, x0, upper.height_at(x0) + .02f * cm, x1, upper.height_at(x1) + .02f * cm,
                {.5f * width, soft, .75f * std::min(1.f, .3f + 3.f * (1 - std::abs(middle)))});
  }
  const StrokeStyle hair{std::max(.4f, .010f * cm), std::max(.7f, .014f * cm), .55f * amount};
  for (const Lash& lash : lashes_) {
    const float x = first + lash.along * (last - first), y = upper.height_at(x), dx = lash.dx_cm * cm,
                dy = lash.dy_cm * cm;
    draw_stroke(strokes, x, y, x + .35f * dx, y + .6f * dy, hair);
    draw_stroke(strokes, x + .35f * dx, y + .6f * dy, x + dx, y + .85f * dy, hair);
  }
  const float strength = smoothstep(.1f, .55f, blink) * (.45f + .55f * amount);
  const auto& colour = avatar_.eyes[static_cast<std::size_t>(side_)].lash_colour;
  for (std::size_t i = 0; i < pixels; ++i) {
    const float weight = plane[i] * strength;
    if (weight <= 0) continue;
    float* out = canvas.colour() + 4 * i;
    for (std::size_t c = 0; c < 3; ++c) out[c] += weight * (.8f * colour[c] - out[c]);
  }
}

}  // namespace parlante
