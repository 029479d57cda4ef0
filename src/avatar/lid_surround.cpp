#include "avatar/lid_surround.hpp"

#include <opencv2/imgproc.hpp>

#include "avatar/membrane.hpp"
#include "avatar/pixels.hpp"
#include "core/curves.hpp"

namespace parlante {
namespace {

constexpr std::array<std::array<std::size_t, 10>, 2> kBrowOutline = {
    {{70, 63, 105, 66, 107, 46, 53, 52, 65, 55}, {336, 296, 334, 293, 300, 276, 283, 282, 295, 285}}};
constexpr float kLashZone = .10f;  // cm above the margin that lashes and liner cover
constexpr float kUnrolled = .85f;  // of the open lid's folds, that a shut one loses
constexpr float kHighest = .05f,
                kLowest = .4f;  // of the way to the margin: the skin that goes on over the lid
constexpr float kCheekFrom = .9f, kCheekTo = 1.4f;  // cm below the eye
constexpr float kHueBack = .6f;      // of the hue of the skin about the eye, where the skin above is greyer
constexpr float kHairRedness = .7f;  // of hair over skin, at most

// The photo where it is known, as a mean over about `sigma` px of what is known; then a membrane.
cv::Mat filled(const cv::Mat& photo, const cv::Mat& unknown, double sigma) {
  cv::Mat known, known3, weights;
  cv::Mat(unknown == 0).convertTo(known, CV_32F, 1 / 255.);
  cv::merge(std::array<cv::Mat, 3>{known, known, known}.data(), 3, known3);
  weights = blurred(known, sigma);
  cv::merge(std::array<cv::Mat, 3>{weights, weights, weights}.data(), 3, weights);
  cv::Mat out = blurred(photo.mul(known3), sigma) / cv::max(weights, 1e-3);
  fill_membrane(out, unknown, 60);
  return out;
}

// What is darker than the skin on both sides of it: lashes, liner, folds.
cv::Mat dark_lines(const cv::Mat& photo, float px_per_cm) {
  const cv::Mat light = blurred(luma(photo), 1);
  cv::Mat skin, dark;
  cv::morphologyEx(light, skin, cv::MORPH_CLOSE, disc(std::max(2, static_cast<int>(.3f * px_per_cm))));
  dark = (skin - light) > cv::max(.10 * skin, 5);
  cv::dilate(dark, dark, disc(std::max(1, static_cast<int>(.03f * px_per_cm))));
  return dark;
}

cv::Mat brow_mask(const PhotoGeometry& g, int eye, const cv::Rect& part) {
  std::vector<Vec2f> outline;
  for (std::size_t i : kBrowOutline[static_cast<std::size_t>(eye)])
    outline.push_back(g.landmarks[i].head<2>());
  cv::Mat whole = cv::Mat::zeros(g.size, g.size, CV_8U), out;
  fill_convex_hull(whole, outline);
  cv::dilate(whole(part), out, disc(std::max(1, static_cast<int>(.10f * g.px_per_cm))));
  return out != 0;
}

float redness(const cv::Vec3f& rgb) noexcept {
  return (rgb[0] - rgb[2]) / std::max(luma(rgb), 1.f);
}

// How far down the skin above the eye is lightest, as LidSurround says.
LidSurround::Row lightest_row(const LidLines& lines, const cv::Mat& calm) {
  LidSurround::Row best{kHighest, 0};
  for (float place = kHighest; place <= kLowest; place += .05f) {
    std::vector<float> row;
    for (float t = .25f; t <= .75f; t += .02f) {
      const float x = lines.left + t * (lines.right - lines.left);
      row.push_back(luma(bilinear<cv::Vec3f>(calm, x, lines.margin(x) - (1 - place) * lines.reach(x))));
    }
    if (const float light = median(std::move(row)); light > best.light) best = {place, light};
  }
  return best;
}

struct Masks {
  cv::Mat cleared;  // 0..1: the opening and the lashes about it, which a shut lid hides or carries away
  cv::Mat upper;    // what the upper lid's skin cannot be taken from
  cv::Mat lower;    // what the lower lid's cannot
  cv::Mat covered;  // the opening, the brow
  cv::Mat other;    // these and hair or deep shade
};

Masks masks_of(const PhotoGeometry& g, int eye, const cv::Rect& part, const LidLines& lines,
               const cv::Mat& skin, float usual_above) {
  const float k = lines.k;
  cv::Mat dark, eye_mask(skin.size(), CV_32F), opening_mask(skin.size(), CV_8U);
  dark_lines(skin, k).convertTo(dark, CV_32F, 1 / 255.);
  const cv::Mat brow = brow_mask(g, eye, part);
  const cv::Vec3f usual_skin = percentile(skin, brow == 0, .5, {});
  const float reddish = std::max(redness(usual_skin), .05f);
  const float outer = eye == 0 ? lines.left : lines.right, outwards = eye == 0 ? -1.f : 1.f;
  for (int y = 0; y < skin.rows; ++y)
    for (int x = 0; x < skin.cols; ++x) {
      const float px = static_cast<float>(x) + .5f, py = static_cast<float>(y) + .5f;
      const float above = (lines.margin(px) - py) / k, below = (py - lines.lower(px)) / k;
      const float inside = lines.inside(px), beyond = outwards * (px - outer) / k;
      const float between = smoothstep(-.12f, .0f, inside);
      const cv::Vec3f& here = skin.at<cv::Vec3f>(y, x);
      const float pale = smoothstep(.6f, .4f, redness(here) / reddish) * smoothstep(.30f, .22f, below) *
                         smoothstep(-.05f, .0f, below) * smoothstep(.7f, .8f, luma(here) / luma(usual_skin));
      const float opening = between * std::max(pale, smoothstep(kLashZone + .04f, kLashZone, above) *
                                                         smoothstep(.09f, .05f, below));
      // dark lines close to the margin and beyond the outer corner; further up they may be folds
      const float lash = std::max(between * smoothstep(.60f, .28f, above) * smoothstep(.05f, 0.f, below),
                                  smoothstep(-.15f, .0f, beyond) * smoothstep(1.f, .6f, beyond) *
                                      smoothstep(.8f, .45f, above) * smoothstep(-.2f, -.1f, above));
      const float unrolled = kUnrolled * smoothstep(1.1f, .8f, above) * smoothstep(-.05f, .05f, above) *
                             smoothstep(-.3f, .1f, inside);
      opening_mask.at<std::uint8_t>(y, x) = opening > .25f ? 255 : 0;
      eye_mask.at<float>(y, x) = std::max(opening, dark.at<float>(y, x) * std::max(lash, unrolled));
    }
  eye_mask.setTo(0, brow);
  cv::dilate(eye_mask, eye_mask, disc(std::max(1, static_cast<int>(.05f * k))));
  Masks m{blurred(eye_mask, .04 * k), {}, {}, {}, {}};
  const cv::Mat hole = (eye_mask > .25) & (brow == 0);
  // Hair, a scarf, black behind the face: by the skin next to the eye, which may lie in deep shade.
  const float usual = std::min(luma(percentile(skin, (hole | brow) == 0, .6, {0, 0, 0})), usual_above);
  const cv::Mat foreign = blurred(luma(skin), 1) < .45 * usual;
  m.lower = hole | brow | foreign;
  m.covered = opening_mask | brow;
  m.other = m.covered | foreign;
  m.upper = m.lower.clone();
  for (int y = 0; y < skin.rows; ++y)
    for (int x = 0; x < skin.cols; ++x)
      if (static_cast<float>(y) > lines.shut(static_cast<float>(x))) m.upper.at<std::uint8_t>(y, x) = 255;
  return m;
}

// How uneven the light is about the eye: octaves of luma between the darker and the lighter of its skin.
float unevenness(const LidLines& lines, const cv::Mat& calm, const Masks& masks) {
  std::vector<float> values;
  for (int y = 0; y < calm.rows; y += 2)
    for (int x = 0; x < calm.cols; x += 2) {
      const float px = static_cast<float>(x) + .5f, py = static_cast<float>(y) + .5f;
      if (masks.upper.at<std::uint8_t>(y, x) || lines.inside(px) < -.5f ||
          py < lines.margin(px) - 1.2f * lines.reach(px))
        continue;
      values.push_back(luma(calm.at<cv::Vec3f>(y, x)));
    }
  const float dark = percentile(values, .1, 1.f), bright = percentile(values, .9, 1.f);
  return std::clamp(std::log2(std::max(bright, 8.f) / std::max(dark, 4.f)), .5f, 1.2f);
}

float cheek_light(const LidLines& lines, const cv::Mat& calm, const Masks& masks, float otherwise) {
  std::vector<float> values;
  for (int y = 0; y < calm.rows; y += 2)
    for (int x = 0; x < calm.cols; x += 2) {
      const float px = static_cast<float>(x) + .5f,
                  below = (static_cast<float>(y) - lines.lower(px)) / lines.k;
      if (below < kCheekFrom || below > kCheekTo || masks.lower.at<std::uint8_t>(y, x)) continue;
      if (const float along = lines.along(px); along < .25f || along > .75f) continue;
      values.push_back(luma(calm.at<cv::Vec3f>(y, x)));
    }
  return median(std::move(values), otherwise);
}

// The skin above `place` gone on over the lid, as a membrane that nothing holds from below: what lies under
// the eye has bags and circles of its own. Hair of a low brow, darker and greyer than skin, has no say.
cv::Mat gone_on(const LidLines& lines, const cv::Mat& skin, const cv::Mat& calm, const Masks& masks,
                const LidSurround::Row& row) {
  cv::Mat unknown = masks.covered.clone();
  const cv::Vec3f usual = percentile(calm, masks.lower == 0, .5, {});
  for (int y = 0; y < skin.rows; ++y)
    for (int x = 0; x < skin.cols; ++x) {
      const float px = static_cast<float>(x) + .5f, py = static_cast<float>(y) + .5f;
      const cv::Vec3f& here = calm.at<cv::Vec3f>(y, x);
      const bool hair = luma(here) < luma(usual) && redness(here) < kHairRedness * redness(usual);
      const bool beside = redness(here) > kHairRedness * redness(usual) &&
                          std::min(lines.from_inner(px), lines.from_outer(px) + .25f) < -.15f &&
                          py < lines.shut(px) - .05f * lines.k &&
                          py > lines.margin(px) - .5f * lines.reach(px);
      const bool below = py > lines.margin(px) - (1 - row.place) * lines.reach(px);
      if (!beside && (hair || below || masks.other.at<std::uint8_t>(y, x) || luma(here) < .75f * row.light))
        unknown.at<std::uint8_t>(y, x) = 255;
    }
  cv::Mat out = filled(skin, unknown, .10 * lines.k);
  // Grey hair of a brow and shine take the hue away that skin has.
  const cv::Vec3f hue = usual * (1 / std::max(luma(usual), 1.f));
  const float red = redness(usual);
  for (int y = 0; y < out.rows; ++y)
    for (int x = 0; x < out.cols; ++x) {
      cv::Vec3f& lid = out.at<cv::Vec3f>(y, x);
      const float greyer = kHueBack * smoothstep(0.f, .2f, red - redness(lid));
      lid = lid * (1 - greyer) + hue * (greyer * luma(lid));
    }
  return out;
}

}  // namespace

LidSurround lid_surround(const PhotoGeometry& g, int eye, const cv::Rect& part, const LidLines& lines,
                         const cv::Mat& photo) {
  const float k = lines.k;
  const cv::Mat calm = blurred(photo, .05 * k);
  const LidSurround::Row row = lightest_row(lines, calm);
  const Masks masks = masks_of(g, eye, part, lines, photo, row.light);
  return {row,           unevenness(lines, calm, masks),         cheek_light(lines, calm, masks, row.light),
          masks.cleared, filled(photo, masks.upper, .05 * k),    filled(photo, masks.lower, .05 * k),
          masks.upper,   gone_on(lines, photo, calm, masks, row)};
}

}  // namespace parlante
