#include "avatar/lid_lines.hpp"

#include "core/curves.hpp"

namespace parlante {
namespace {

constexpr std::array<std::array<std::size_t, 5>, 2> kBrowBelow = {
    {{46, 53, 52, 65, 55}, {276, 283, 282, 295, 285}}};
constexpr float kLowerRises = .4f;                  // as in render/rig_lids: the line where lids meet
constexpr float kInnerEnd = .15f, kOuterEnd = .7f;  // cm beyond the corners: to there a lid lies on the ball

std::vector<Vec2f> moved(std::vector<Vec2f> points, const cv::Rect& part) {
  for (Vec2f& p : points) p -= Vec2f(static_cast<float>(part.x), static_cast<float>(part.y));
  return points;
}

}  // namespace

float LidLines::on_ball(float x) const noexcept {
  return smoothstep(-kInnerEnd, .8f, from_inner(x)) * smoothstep(-kOuterEnd, .4f, from_outer(x));
}

float LidLines::edge(float x) const noexcept {
  return .03f + .25f * smoothstep(.2f, -.3f, from_outer(x));
}

LidLines lid_lines(const PhotoGeometry& g, int eye, const cv::Rect& part) {
  const auto upper = moved(g.loop(upper_lid(eye)), part), lower = moved(g.loop(lower_lid(eye)), part);
  const Curve low(lower);
  const float left = low.left(), right = low.right(),
              rise = (low(right) - low(left)) / std::max(right - left, 1.f);
  std::vector<Vec2f> shut;
  for (const Vec2f& p : lower)
    shut.emplace_back(p.x(), p.y() - kLowerRises * std::max(p.y() - low(left) - rise * (p.x() - left), 0.f));
  std::vector<Vec2f> brow;
  for (std::size_t i : kBrowBelow[static_cast<std::size_t>(eye)]) brow.push_back(g.landmarks[i].head<2>());
  return {Curve(upper), Curve(shut), low,         Curve(moved(std::move(brow), part)),
          left,         right,       g.px_per_cm, eye == 0};
}

}  // namespace parlante
