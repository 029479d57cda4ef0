#include "avatar/shut_lid.hpp"

#include <Eigen/Dense>
#include <opencv2/imgproc.hpp>

#include "avatar/lid_light.hpp"
#include "avatar/membrane.hpp"
#include "avatar/numeric.hpp"
#include "avatar/pixels.hpp"
#include "core/curves.hpp"

namespace parlante {
namespace {

constexpr std::array<std::array<std::size_t, 5>, 2> kBrowBelow = {
    {{46, 53, 52, 65, 55}, {276, 283, 282, 295, 285}}};
constexpr std::array<std::array<std::size_t, 10>, 2> kBrowOutline = {
    {{70, 63, 105, 66, 107, 46, 53, 52, 65, 55}, {336, 296, 334, 293, 300, 276, 283, 282, 295, 285}}};
constexpr float kLowerRises = .4f;  // as in render/rig_lids: the line where lids meet
constexpr float kLashZone = .10f;   // cm above the margin that lashes and liner cover
constexpr float kFold = .07f,
                kFoldAt = .3f;        // how dark the shut lid's fold, and where between reach and margin
constexpr float kUnderLashes = .10f;  // how dark towards the lashes
constexpr float kUnrolled = .85f;     // of the open lid's folds, that a shut one loses
constexpr float kDetail = .6f;        // of the donor's texture
constexpr float kWrinkles = 1.2f, kWrinkleLength = .2f, kWrinkleWidth = .6f;
constexpr float kHighest = .05f,
                kLowest = .4f;  // of the way to the margin: the skin that goes on over the lid
constexpr float kInnerEnd = .15f, kOuterEnd = .7f;  // cm beyond the corners: to there it goes on
// Of real shut lids (five people's blinks) over the skin under the brow, half-way down; no paler. Blue was
// .92 there: over the skin of photos lids of that hue look grey.
const cv::Vec3f kLidLight = {.93f, .905f, .89f};
constexpr float kHueBack = .6f;       // of the hue of the skin about the eye, where the skin above is greyer
constexpr float kHairRedness = .7f;   // of hair over skin, at most
constexpr float kDeepestFold = .08f;  // of shut lids, over the skin about it

/// Where things are about one eye, px of the part.
struct LidLines {
  Curve margin, shut, lower, brow;
  float left, right, k;
  bool outer_left;

  /// -> 0..1 between the corners
  float along(float x) const noexcept {
    return std::clamp((x - left) / std::max(right - left, 1.f), 0.f, 1.f);
  }
  /// cm from the nearer corner; beyond them less than 0
  float inside(float x) const noexcept { return std::min(x - left, right - x) / k; }
  float from_inner(float x) const noexcept { return (outer_left ? right - x : x - left) / k; }
  float from_outer(float x) const noexcept { return (outer_left ? x - left : right - x) / k; }
  /// How much of the lid's skin lies on the ball, 0..1: a lid goes on beyond the outer corner.
  float on_ball(float x) const noexcept {
    return smoothstep(-kInnerEnd, .8f, from_inner(x)) * smoothstep(-kOuterEnd, .4f, from_outer(x));
  }
  /// Half of the cm over which it goes over into the lower lid's: beyond the corner there is no edge.
  float edge(float x) const noexcept { return .03f + .25f * smoothstep(.2f, -.3f, from_outer(x)); }
  float drop(float x) const noexcept { return std::max(shut(x) - margin(x), 0.f); }
  /// How far above the margin skin takes part when the lid comes down: not the brow's.
  float reach(float x) const noexcept { return std::clamp(.62f * (margin(x) - brow(x)), .16f * k, .95f * k); }
};

std::vector<Vec2f> moved(std::vector<Vec2f> points, const cv::Rect& part) {
  for (Vec2f& p : points) p -= Vec2f(static_cast<float>(part.x), static_cast<float>(part.y));
  return points;
}

LidLines lines_of(const PhotoGeometry& g, int eye, const cv::Rect& part) {
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

// How far down the skin above the eye (0: the upper end of what moves, 1: the margin) is lightest: further
// down it lies in the shade of its fold, further up in the brow's hair.
struct LightestRow {
  float place = kHighest, light = 0;  // median luma
};
LightestRow lightest(const LidLines& lines, const cv::Mat& calm) {
  LightestRow best;
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

float redness(const cv::Vec3f& rgb) noexcept {
  return (rgb[0] - rgb[2]) / std::max(luma(rgb), 1.f);
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

// The skin above `place` gone on over the lid, as a membrane that nothing holds from below: what lies under
// the eye has bags and circles of its own. Hair of a low brow, darker and greyer than skin, has no say.
cv::Mat gone_on(const LidLines& lines, const cv::Mat& skin, const cv::Mat& calm, const Masks& masks,
                const LightestRow& row) {
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

Patch shut_lid(const PhotoGeometry& g, const cv::Mat& photo, int eye, const EyeLayer& ball,
               const std::array<float, 9>& light, const cv::Mat& detail) {
  const float k = g.px_per_cm;
  const auto ring = g.ring(upper_lid(eye), lower_lid(eye));
  const cv::Rect part = box_around(ring, 1.5f * k + 4, g.size);
  const cv::Mat skin = photo(part);
  const LidLines lines = lines_of(g, eye, part);
  const cv::Mat calm = blurred(skin, .05 * k);
  const LightestRow row = lightest(lines, calm);
  const Masks masks = masks_of(g, eye, part, lines, skin, row.light);
  const cv::Mat low = filled(skin, masks.upper, .05 * k), below = filled(skin, masks.lower, .05 * k);
  const DomeLight dome(g, ball, light, part);
  const cv::Mat above = gone_on(lines, skin, calm, masks, row);
  const auto texture = [&](int x, int y) {
    return 1 + kDetail * (detail.at<float>(y % detail.rows, x % detail.cols) - 1);
  };
  const float uneven = unevenness(lines, calm, masks);
  // The tile drawn out along the lid: the fine wrinkles of a lid run with its margin.
  const auto wrinkles = [&](float x, float down) {
    const float u = std::fmod(kWrinkleLength * x, static_cast<float>(detail.cols - 1)) + .5f,
                v = std::fmod(kWrinkleWidth * down, static_cast<float>(detail.rows - 1)) + .5f;
    return kWrinkles * (bilinear<float>(detail, u, v) - 1);
  };
  cv::Mat made = skin.clone();
  for (int y = 0; y < part.height; ++y)
    for (int x = 0; x < part.width; ++x) {
      const float px = static_cast<float>(x) + .5f, py = static_cast<float>(y) + .5f;
      const float margin = lines.margin(px), reach = lines.reach(px), drop = lines.drop(px);
      const float down = py - (margin - reach), whole = reach + drop;
      if (down <= 0 || py > lines.lower(px) + .3f * k) continue;
      // Skin that was `from` px below the upper end is now `down` px below it: unmoved at that end, stretched
      // towards the margin.
      const float t = std::min(down / whole, 1.f), stretch = whole / reach, slower = 1 + (stretch - 1) * t;
      const float source_y = margin - reach + reach * stretch * t / slower;
      const float arch = std::max(std::sin(3.14159265f * lines.along(px)), 0.f);
      const float fold = (t - kFoldAt) / .09f;
      const float unmoved = smoothstep(.3f, .9f, 1 / (slower * slower));
      const float own = (1 - bilinear<float>(masks.cleared, px, source_y)) * unmoved;
      const cv::Vec3f smooth = bilinear<cv::Vec3f>(low, px, source_y);
      // Over the ball the colour is that of the skin above; what the photo has is the shade of fold and
      // lashes.
      const float from = 1 - (margin - source_y) / reach;
      const float on_ball =
          smoothstep(std::max(row.place - .1f, 0.f), row.place + .25f, from) * lines.on_ball(px);
      const float shut_here = arch * smoothstep(.1f, .6f, t);
      const float bulge = bulge_light(t, lines.along(px), uneven);
      const cv::Vec3f plain = above.at<cv::Vec3f>(y, x);
      const cv::Vec3f hue =
          cv::Vec3f::all(luma(kLidLight)) * (1 - colourfulness(plain)) + kLidLight * colourfulness(plain);
      const cv::Vec3f lit = shaded(plain.mul(hue * dome(px, py)), 1 + bulge);
      cv::Vec3f lid = smooth * (1 - on_ball) + (plain * (1 - shut_here) + lit * shut_here) * on_ball;
      const cv::Vec3f photo_here = bilinear<cv::Vec3f>(skin, px, source_y);
      const float grain = texture(part.x + x, part.y + y) + shut_here * wrinkles(px, down),
                  deepest = 1 - on_ball * (1 - kDeepestFold);
      for (int c = 0; c < 3; ++c)
        lid[c] *= grain * (1 - own) +
                  std::clamp(photo_here[c] / std::max(smooth[c], 4.f), 1 - deepest, 1 + deepest) * own;
      lid = shaded(lid, (1 - kFold * arch * std::exp(-.5f * fold * fold)) *
                            (1 - kUnderLashes * arch * smoothstep(.7f, 1.f, t)));
      const float edge = lines.edge(px) * k, under = smoothstep(-edge, edge, py - lines.shut(px));
      const float hidden = masks.cleared.at<float>(y, x);
      const cv::Vec3f rim = skin.at<cv::Vec3f>(y, x) * (1 - hidden) +
                            below.at<cv::Vec3f>(y, x) * (hidden * texture(part.x + x, part.y + y));
      made.at<cv::Vec3f>(y, x) = lid * (1 - under) + rim * under;
    }
  return {{part.x, part.y, part.width, part.height}, to_u8(made)};
}

}  // namespace parlante
