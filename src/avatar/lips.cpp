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
constexpr float kGrey = .18f;  // paler than both lips by so much (of green over red): no lip, even in shadow
constexpr float kSlit = .34f;  // of the brighter lip's light: darker is the gap between the lips
constexpr float kSeamReach = .26f;  // cm from the contact lines within which teeth may peep out

// The colour of a lip beside the seam, where there is least gloss, over the middle half of its length.
cv::Vec3f lip_tone(const cv::Mat& photo, const Curve& inner, const Curve& outer) {
  cv::Mat field = cv::Mat::zeros(photo.size(), CV_8U);
  const float width = inner.right() - inner.left();
  for (float x = inner.left() + .25f * width; x < inner.right() - .25f * width; x += 1) {
    const float from = inner(x), to = outer(x);
    for (float share = .15f; share < .42f; share += .05f) {
      const cv::Point p(static_cast<int>(x), static_cast<int>(from + share * (to - from)));
      if (cv::Rect({0, 0}, photo.size()).contains(p)) field.at<std::uint8_t>(p) = 255;
    }
  }
  return percentile(photo, field, .5, {180, 120, 115});
}

// Pixels along the seam that are brighter and less red than both lips: teeth that the landmarks leave outside
// the opening, or that show although the lips count as closed.
cv::Mat peeping_teeth(const PhotoGeometry& g, const cv::Mat& photo) {
  const Curve upper(g.loop(HeadLoop::lip_upper_inner)), lower(g.loop(HeadLoop::lip_lower_inner));
  const Curve above(g.loop(HeadLoop::lip_upper_outer)), below(g.loop(HeadLoop::lip_lower_outer));
  float brightest = 1, palest = 0;
  for (const cv::Vec3f& lip : {lip_tone(photo, upper, above), lip_tone(photo, lower, below)}) {
    brightest = std::max(brightest, luma(lip));
    palest = std::max(palest, lip[1] / std::max(lip[0], 1.0f));
  }
  cv::Mat teeth = cv::Mat::zeros(photo.size(), CV_8U), perhaps = teeth.clone(), slit = teeth.clone();
  const float margin = .12f * (upper.right() - upper.left());
  for (int x = std::max(0, static_cast<int>(upper.left() + margin));
       x < std::min(photo.cols, static_cast<int>(upper.right() - margin)); ++x) {
    const float at = static_cast<float>(x) + .5f, reach = kSeamReach * g.px_per_cm;
    // Never beyond the middle of a lip: gloss lies there.
    const float top = std::max(upper(at) - reach, .45f * above(at) + .55f * upper(at));
    const float bottom = std::min(lower(at) + reach, .7f * lower(at) + .3f * below(at));
    for (int y = std::max(0, static_cast<int>(top)); y < std::min(photo.rows, static_cast<int>(bottom) + 1);
         ++y) {
      const cv::Vec3f& c = photo.at<cv::Vec3f>(y, x);
      const float light = luma(c) / brightest, paleness = c[1] / std::max(c[0], 1.0f) - palest;
      // In the lips' shadow teeth are dim, but nothing on a lip is as grey.
      if ((light > .75f && paleness > .07f) || (light > .40f && paleness > kGrey))
        teeth.at<std::uint8_t>(y, x) = 255;
      if (light > .45f && paleness > -.03f) perhaps.at<std::uint8_t>(y, x) = 255;
      if (light < kSlit) slit.at<std::uint8_t>(y, x) = 255;
    }
  }
  // The rims of teeth are mixed with lip.
  for (int step = 0; step < static_cast<int>(.14f * g.px_per_cm) + 1; ++step) {
    cv::Mat grown;
    cv::dilate(teeth, grown, square(1));
    teeth |= grown & perhaps;
  }
  // What is dark beside teeth is the gap they are seen through: a seam is drawn in its place.
  const int aside = static_cast<int>(.35f * g.px_per_cm) | 1;
  cv::Mat columns, near;
  cv::reduce(teeth, columns, 0, cv::REDUCE_MAX);
  cv::dilate(columns, columns, cv::Mat::ones(1, 2 * aside + 1, CV_8U));
  cv::repeat(columns, photo.rows, 1, near);
  return teeth | (slit & near);
}

// The dark line between the lips, where teeth were taken from it.
void draw_seam(const PhotoGeometry& g, const cv::Mat& removed, cv::Mat& picture) {
  const Curve upper(g.loop(HeadLoop::lip_upper_inner)), lower(g.loop(HeadLoop::lip_lower_inner));
  cv::Mat columns;
  cv::reduce(removed, columns, 0, cv::REDUCE_MAX, CV_8U);
  columns.convertTo(columns, CV_32F);
  cv::GaussianBlur(columns, columns, {0, 0}, .12 * static_cast<double>(g.px_per_cm));
  const float half_width = .04f * g.px_per_cm;
  for (int x = 0; x < picture.cols; ++x) {
    const float amount = .55f * columns.at<float>(0, x) / 255;
    if (amount < .01f) continue;
    const float at = static_cast<float>(x) + .5f, seam = .5f * (upper(at) + lower(at));
    for (int y = std::max(0, static_cast<int>(seam - 3 * half_width));
         y < std::min(picture.rows, static_cast<int>(seam + 3 * half_width) + 1); ++y) {
      const float away = (static_cast<float>(y) + .5f - seam) / half_width;
      picture.at<cv::Vec3f>(y, x) *= 1 - amount * std::exp(-away * away);
    }
  }
}

}  // namespace

cv::Mat close_mouth(const PhotoGeometry& g, const cv::Mat& photo) {
  cv::Mat mask = peeping_teeth(g, photo);
  const double least = .004 * static_cast<double>(g.px_per_cm * g.px_per_cm);
  const bool peeping = static_cast<double>(cv::countNonZero(mask)) > least;
  if (g.fit.lips_closed && !peeping) return photo;
  if (!peeping) mask.setTo(0);
  cv::dilate(mask, mask, disc(std::max(2, static_cast<int>(.10f * g.px_per_cm))));
  const auto opening = g.ring(HeadLoop::lip_upper_inner, HeadLoop::lip_lower_inner);
  cv::Mat closed = photo.clone();
  if (!g.fit.lips_closed) {
    cv::Mat open = cv::Mat::zeros(photo.size(), CV_8U);
    fill_polygon(open, opening);
    cv::dilate(open, open, square(std::max(3, static_cast<int>(.11f * g.px_per_cm))));
    mask |= open;
  }
  const cv::Rect around = box_around(opening, 60, g.size);
  cv::Mat part = closed(around);
  fill_membrane(part, mask(around));
  // An open mouth's line is drawn with each frame, because there it moves.
  if (g.fit.lips_closed) draw_seam(g, mask, closed);
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
