#include "avatar/lips.hpp"

#include <opencv2/imgproc.hpp>

#include "avatar/membrane.hpp"
#include "avatar/numeric.hpp"
#include "avatar/pixels.hpp"

namespace parlante {
namespace {

struct Lip {
  HeadLoop inner, outer;
  bool upper;
};
constexpr std::array<Lip, 2> kLips = {Lip{HeadLoop::lip_upper_inner, HeadLoop::lip_upper_outer, true},
                                      Lip{HeadLoop::lip_lower_inner, HeadLoop::lip_lower_outer, false}};
constexpr float kSlideCm = .15f;  // how far the rim's texture slides outward at full opening

}  // namespace

cv::Mat close_mouth(const PhotoGeometry& g, const cv::Mat& photo) {
  if (g.fit.lips_closed) return photo;
  const auto opening = g.ring(HeadLoop::lip_upper_inner, HeadLoop::lip_lower_inner);
  cv::Mat mask = cv::Mat::zeros(photo.size(), CV_8U), closed = photo.clone();
  fill_polygon(mask, opening);
  cv::dilate(mask, mask, square(std::max(3, static_cast<int>(.11f * g.px_per_cm))));
  const cv::Rect around = box_around(opening, 60, g.size);
  cv::Mat part = closed(around);
  fill_membrane(part, mask(around));
  return closed;
}

LipTexture lip_texture(const PhotoGeometry& g) {
  const std::size_t n = g.rest.size(), face = static_cast<std::size_t>(g.head.face_end()),
                    skin = static_cast<std::size_t>(g.head.skin_end());
  LipTexture out{{}, std::vector<float>(n, 0.0f), std::vector<float>(n, 0.0f)};
  for (const Vec3f& p : g.screen) out.texture.push_back(p.head<2>());
  for (const Lip& lip : kLips) {
    const Curve inner(g.loop(lip.inner)), outer(g.loop(lip.outer));
    for (std::size_t v = 0; v < face; ++v) {
      if (g.upper_side(v) != lip.upper) continue;
      const auto [rim, distance] = nearest_vertex(g.head.neutral, g.head.loop(lip.inner), g.head.neutral[v]);
      if (g.inside_lips(v)) {
        // .2 cm of the vermilion's height outward, further for what lies deeper
        const float x =
            std::clamp(g.at(rim).x(), inner.left() + 2, std::max(inner.right() - 2, inner.left() + 2));
        const float height = outer(x) - inner(x), height_cm = std::max(std::abs(height) / g.px_per_cm, .15f);
        const float fraction = std::clamp((.20f + .5f * std::min(distance, 1.0f)) / height_cm, .1f, .9f);
        out.texture[v] = {x, inner(x) + height * fraction};
      } else {
        const float x = std::clamp(g.screen[v].x(), inner.left(), inner.right()),
                    height = outer(x) - inner(x);
        const float near = distance / .22f;
        const float weight =
            std::exp(-near * near) * std::clamp(std::abs(height) / g.px_per_cm / .3f, 0.0f, 1.0f);
        out.slide[v] = std::copysign(weight * kSlideCm * g.px_per_cm, height);
      }
    }
  }
  for (std::size_t v = 0; v < skin; ++v)
    if (g.inside_lips(v))
      out.inner_lip[v] = std::clamp((g.head.lip_depth[v] - (g.upper_side(v) ? 0.0f : 1.0f)) / 3, 0.0f, 1.0f);
  return out;
}

}  // namespace parlante
