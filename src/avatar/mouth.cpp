#include "avatar/mouth.hpp"

#include <opencv2/imgproc.hpp>

#include "avatar/membrane.hpp"
#include "avatar/numeric.hpp"
#include "avatar/pixels.hpp"

namespace parlante {
namespace {

// The median of a small field in the middle of the lower lip.
cv::Vec3f lip_colour(const PhotoGeometry& g, const cv::Mat& closed) {
  const auto outer = g.loop(HeadLoop::lip_lower_outer), inner = g.loop(HeadLoop::lip_lower_inner);
  const Vec2f middle = (outer[outer.size() / 2] + inner[inner.size() / 2]) / 2;
  const int k = std::max(1, static_cast<int>(.25f * g.px_per_cm));
  const cv::Rect field =
      cv::Rect(static_cast<int>(middle.x()) - 2 * k, static_cast<int>(middle.y()) - k / 2, 4 * k, k + 1) &
      cv::Rect(0, 0, g.size, g.size);
  return field.empty() ? cv::Vec3f{180, 120, 115} : percentile(closed(field), {}, .5, {});
}

constexpr float kLeastCovered = .8f, kLeastHeight = .42f;  // of the front row and cm, for a photo's own teeth
constexpr float kFrontRow = 1.5f;                          // cm from the middle: to the canines

struct RowSeen {
  float covered = 0;    ///< share of the front row's columns that show tooth
  float height_cm = 0;  ///< median over those
};

RowSeen row_seen(const PhotoGeometry& g, const cv::Mat& tooth, const cv::Rect& part) {
  float left = 1e9f, right = -1e9f;
  for (const std::int32_t v : g.head.loop(HeadLoop::lip_upper_inner)) {
    if (std::abs(g.head.neutral[static_cast<std::size_t>(v)].x()) > kFrontRow) continue;
    left = std::min(left, g.at(v).x()), right = std::max(right, g.at(v).x());
  }
  RowSeen seen;
  std::vector<float> heights;
  int columns = 0;
  for (int x = std::max(0, static_cast<int>(left) - part.x);
       x < std::min(part.width, static_cast<int>(right) - part.x); ++x, ++columns) {
    const float height = static_cast<float>(cv::countNonZero(tooth.col(x))) / g.px_per_cm;
    if (height > .15f) heights.push_back(height);
  }
  if (columns == 0) return seen;
  seen.covered = static_cast<float>(heights.size()) / static_cast<float>(columns);
  seen.height_cm = median(std::move(heights));
  return seen;
}

// A colour of teeth near `seen`: enamel in yellow light still is not orange, nor darker than skin.
cv::Vec3f believable(const cv::Vec3f& seen, float skin_luma) {
  cv::Vec3f colour = seen;
  colour[1] = std::clamp(colour[1], .88f * colour[0], 1.0f * colour[0]);
  colour[2] = std::clamp(colour[2], .80f * colour[0], .98f * colour[0]);
  const float least = std::clamp(1.05f * skin_luma, 120.0f, 200.0f);
  return colour * (std::clamp(luma(colour), least, std::max(least, std::min(1.25f * skin_luma, 210.0f))) /
                   std::max(luma(colour), 1.0f));
}

// The teeth seen between the lips, continued up, down and sideways to where lips hide them.
void take_teeth(const PhotoGeometry& g, const cv::Mat& photo, float skin_luma, MouthColours& out) {
  const auto opening = g.ring(HeadLoop::lip_upper_inner, HeadLoop::lip_lower_inner);
  cv::Mat mask = cv::Mat::zeros(photo.size(), CV_8U);
  fill_polygon(mask, opening);
  cv::erode(mask, mask, square(std::max(2, static_cast<int>(.06f * g.px_per_cm))));
  const cv::Rect part = box_around(opening, 1.5f * g.px_per_cm, g.size);
  const cv::Mat core = mask(part), colours = photo(part), light = luma(colours);
  std::vector<float> values;
  for (int y = 0; y < part.height; ++y)
    for (int x = 0; x < part.width; ++x)
      if (core.at<std::uint8_t>(y, x)) values.push_back(light.at<float>(y, x));
  if (values.size() < 20) return;
  const cv::Mat tooth = core & (light > .72 * percentile(std::move(values), .60));
  const cv::Vec3f colour = percentile(colours, tooth, .55, out.tooth);
  // tongue, or lips that hardly part: redder and darker than any tooth
  if (luma(colour) < .7f * skin_luma || colour[2] < .45f * colour[0]) return;
  const RowSeen seen_row = row_seen(g, tooth, part);
  const bool tooth_coloured =
      colour[2] > .72f * colour[0] && colour[1] > .80f * colour[0] && luma(colour) > .85f * skin_luma;
  // Seen in part, in hard light or stained they cannot be continued: made ones of nearly that colour are
  // better.
  if (!tooth_coloured || seen_row.covered < kLeastCovered || seen_row.height_cm < kLeastHeight) {
    out.tooth = believable(colour, skin_luma);
    return;
  }
  out.tooth = colour;
  cv::Mat teeth = colours.clone(), seen, sure;
  cv::erode(tooth, sure, square(1));
  fill_membrane(teeth, sure == 0);
  // Gums and the lip's red stay out of the crowns: they move with another part.
  cv::Mat enamel = core.clone();
  for (int y = 0; y < part.height; ++y)
    for (int x = 0; x < part.width; ++x) {
      const cv::Vec3f& c = colours.at<cv::Vec3f>(y, x);
      if (c[2] * colour[0] < .88f * colour[2] * c[0] || luma(c) < .5f * luma(colour))
        enamel.at<std::uint8_t>(y, x) = 0;
    }
  enamel.convertTo(seen, CV_32F);
  seen = blurred(seen, 1.5);
  for (int y = 0; y < part.height; ++y)
    for (int x = 0; x < part.width; ++x) {
      const float k = std::clamp(2 * seen.at<float>(y, x) - 1, 0.0f, 1.0f);
      cv::Vec3f& t = teeth.at<cv::Vec3f>(y, x);
      t = colours.at<cv::Vec3f>(y, x) * k + t * (1 - k);
    }
  out.photo_teeth = {{part.x, part.y, part.width, part.height}, to_u8(teeth)};
}

}  // namespace

MouthColours mouth_colours(const PhotoGeometry& g, const cv::Mat& photo, const cv::Mat& closed,
                           const cv::Vec3f& sclera, float skin_luma) {
  MouthColours out;
  // What is darker than the darkest skin in good light is a dark photo: teeth do not glow in it.
  const float lit = std::clamp(skin_luma / 64, .1f, 1.0f);
  const float white = std::clamp(std::max(1.15f * luma(sclera), 1.12f * skin_luma), 0.0f, 1.8f * skin_luma);
  out.tooth = cv::Vec3f(1.06f, .97f, .855f) * std::clamp(white, 140.0f * lit, 220.0f);
  out.tongue = cv::Vec3f(1.0f, .60f, .565f) * std::clamp(1.2f * skin_luma, 112.0f * lit, 205.0f);
  out.gum = cv::Vec3f(1.0f, .54f, .58f) * std::clamp(1.05f * skin_luma, 98.0f * lit, 180.0f);
  out.socket = cv::Vec3f(.84f, .37f, .345f) * std::clamp(.85f * skin_luma, 70.0f * lit, 150.0f);
  out.lip = lip_colour(g, closed);
  // The light of the photo tints the mouth as it does the lips; but neither lipstick nor grey lips are light.
  for (cv::Vec3f* flesh : {&out.tongue, &out.gum, &out.socket})
    for (const auto& [channel, usual] : {std::pair{1, .60f}, std::pair{2, .58f}}) {
      const float cast = out.lip[channel] / std::max(out.lip[0], 1.0f) / usual;
      (*flesh)[channel] *= std::clamp(std::sqrt(cast), .87f, 1.04f);
    }
  if (!g.fit.lips_closed) take_teeth(g, photo, skin_luma, out);
  return out;
}

}  // namespace parlante
