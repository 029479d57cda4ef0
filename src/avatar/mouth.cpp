#include "avatar/mouth.hpp"

#include <opencv2/imgproc.hpp>

#include "avatar/numeric.hpp"
#include "avatar/pixels.hpp"
#include "core/curves.hpp"

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

// A colour of teeth near `seen`: enamel in any light that keeps the green is a little yellow or red, never orange
// or green, and no darker than the skin. Bounds: teeth of 24 portraits that show theirs.
cv::Vec3f believable(const cv::Vec3f& seen, float skin_luma, float green_kept) {
  const float red = std::max(seen[0], 1.0f), blue = std::clamp(seen[2], .77f * red, .94f * red);
  const float green = std::clamp(seen[1] / green_kept, .84f * red, .5f * (red + blue) - .01f * red);
  const cv::Vec3f colour(red, green * green_kept, blue);
  const float least = std::clamp(1.1f * skin_luma, 120.0f, 205.0f);
  return colour * (std::clamp(luma(colour), least, std::max(least, std::min(1.35f * skin_luma, 218.0f))) /
                   luma(colour));
}

// The colour of teeth that show between the lips. Their crowns are made all the same: seen in part, they can
// be continued neither up nor down.
void take_teeth(const PhotoGeometry& g, const cv::Mat& photo, float skin_luma, float green_kept,
                MouthColours& out) {
  const auto opening = g.ring(HeadLoop::lip_upper_inner, HeadLoop::lip_lower_inner);
  cv::Mat mask = cv::Mat::zeros(photo.size(), CV_8U);
  fill_polygon(mask, opening);
  cv::erode(mask, mask, square(std::max(2, static_cast<int>(.06f * g.px_per_cm))));
  const cv::Rect part = box_around(opening, 0, g.size);
  const cv::Mat core = mask(part), colours = photo(part), light = luma(colours);
  std::vector<float> values;
  for (int y = 0; y < part.height; ++y)
    for (int x = 0; x < part.width; ++x)
      if (core.at<std::uint8_t>(y, x)) values.push_back(light.at<float>(y, x));
  if (values.size() < 20) return;
  const cv::Mat tooth = core & (light > .72 * percentile(std::move(values), .60));
  const cv::Vec3f colour = percentile(colours, tooth, .55, out.tooth);
  // Tongue, or lips that hardly part, are redder and darker than any tooth.
  if (luma(colour) < .7f * skin_luma || colour[2] < .45f * colour[0]) return;
  out.tooth = believable(colour, skin_luma, green_kept);
}

// Teeth that nobody has seen, in the light of the photo: they are as blue as the white of the eye says (the
// same 24 portraits: B/R .73 to .86, quartiles), within bounds, since that may be shaded or bloodshot, and as
// light as skin and that white together tell (fitted to their logarithms).
cv::Vec3f usual_enamel(const cv::Vec3f& sclera, float skin_luma, float green_kept) {
  const float seen = std::clamp(sclera[2] / std::max(sclera[0], 1.0f), .4f, 1.0f);
  const float blue = std::clamp(.908f * std::pow(seen, .46f), .80f, .87f);
  const cv::Vec3f hue(1, green_kept * (.5f * (1 + blue) - .015f), blue);
  // What is darker than the darkest skin in good light is a dark photo: teeth do not glow in it.
  const float lit = std::clamp(skin_luma / 64, .1f, 1.0f), white = luma(sclera);
  const float usual =
      3.97f * std::pow(std::max(skin_luma, 1.0f), .57f) * std::pow(std::max(white, 1.0f), .19f);
  return hue * (std::clamp(usual, 132.0f * lit, 210.0f) / luma(hue));
}

}  // namespace

float green_kept(const cv::Vec3f& skin, const cv::Vec3f& sclera) noexcept {
  const auto blue_over_green = [](const cv::Vec3f& c) { return c[2] / std::max(c[1], 1.0f); };
  // Neutral light leaves skin .34 to .97 as blue as green (120 portraits), purple light 1.0 to 1.1. A white that
  // is in the lids' shade, or that lids or lashes were taken for, is as warm as skin.
  const float purple =
      smoothstep(.91f, .99f, blue_over_green(skin)) * smoothstep(.96f, 1.02f, blue_over_green(sclera));
  const float seen = sclera[1] / std::max(.5f * (sclera[0] + sclera[2]), 1.0f);
  // The white's small vessels and the lids' light take green from it that teeth keep.
  return 1 - .8f * purple * (1 - std::clamp(seen, .76f, 1.0f));
}

MouthColours mouth_colours(const PhotoGeometry& g, const cv::Mat& photo, const cv::Mat& closed,
                           const cv::Vec3f& sclera, const FaceLight& light) {
  MouthColours out;
  const float skin_luma = light.skin_luma, green = green_kept(light.skin, sclera);
  const float lit = std::clamp(skin_luma / 64, .1f, 1.0f);  // of a dark photo little
  out.tooth = usual_enamel(sclera, skin_luma, green);
  out.tongue = cv::Vec3f(1.0f, .60f, .565f) * std::clamp(1.2f * skin_luma, 112.0f * lit, 205.0f);
  out.gum = cv::Vec3f(1.0f, .54f, .58f) * std::clamp(1.05f * skin_luma, 98.0f * lit, 180.0f);
  out.socket = cv::Vec3f(.84f, .37f, .345f) * std::clamp(.85f * skin_luma, 70.0f * lit, 150.0f);
  out.lip = lip_colour(g, closed);
  // The light of the photo tints the mouth as it does the lips; but neither lipstick nor grey lips are light.
  for (cv::Vec3f* flesh : {&out.tongue, &out.gum, &out.socket}) {
    (*flesh)[1] *= green;
    for (const auto& [channel, usual] : {std::pair{1, .60f * green}, std::pair{2, .58f}}) {
      const float cast = out.lip[channel] / std::max(out.lip[0], 1.0f) / usual;
      (*flesh)[channel] *= std::clamp(std::sqrt(cast), .87f, 1.04f);
    }
  }
  if (!g.fit.lips_closed) take_teeth(g, photo, skin_luma, green, out);
  return out;
}

}  // namespace parlante
