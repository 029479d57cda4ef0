#include "avatar/shut_lid.hpp"

#include <Eigen/Dense>
#include <opencv2/imgproc.hpp>

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
/// Bare skin in most portraits: cheeks, below the eyes, forehead.
constexpr std::array<std::size_t, 7> kBareSkin = {50, 280, 101, 330, 151, 108, 337};

const cv::Vec3f kLidTone = {.985f, .955f,
                            .945f};  // of a lid against the skin about it: thin, a little redder
constexpr float kLowerRises = .4f;   // as in render/rig_lids: the line where lids meet
constexpr float kLashZone = .10f;    // cm above the margin that lashes and liner cover
constexpr float kFold = .07f,
                kFoldAt = .3f;          // how dark the shut lid's fold, and where between reach and margin
constexpr float kDeepestDetail = .09f;  // lids have no furrows as deep as an old cheek's
constexpr float kUnrolled = .65f;       // of the open lid's folds, that a shut one loses
constexpr float kDetail = 1.2f;         // of the donor's texture
constexpr float kBulge = .16f;          // how much lighter the dome's middle, beyond the photo's light
constexpr float kHueOfSkin = .6f;       // share in the lid's, of the skin's about it

/// Where things are about one eye, px of the part.
struct LidLines {
  Curve margin, shut, lower, brow;
  float left, right, k;

  /// -> 0..1 between the corners
  float along(float x) const noexcept {
    return std::clamp((x - left) / std::max(right - left, 1.f), 0.f, 1.f);
  }
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
  return {Curve(upper), Curve(shut), low, Curve(moved(std::move(brow), part)), left, right, g.px_per_cm};
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

struct Masks {
  cv::Mat cleared;  // 0..1: the opening and the lashes about it, which a shut lid hides or carries away
  cv::Mat upper;    // what the upper lid's skin cannot be taken from
  cv::Mat lower;    // what the lower lid's cannot
};

Masks masks_of(const PhotoGeometry& g, int eye, const cv::Rect& part, const LidLines& lines,
               const cv::Mat& skin) {
  const float k = lines.k;
  cv::Mat dark, eye_mask(skin.size(), CV_32F);
  dark_lines(skin, k).convertTo(dark, CV_32F, 1 / 255.);
  const cv::Mat brow = brow_mask(g, eye, part);
  const float outer = eye == 0 ? lines.left : lines.right, outwards = eye == 0 ? -1.f : 1.f;
  for (int y = 0; y < skin.rows; ++y)
    for (int x = 0; x < skin.cols; ++x) {
      const float px = static_cast<float>(x) + .5f, py = static_cast<float>(y) + .5f;
      const float above = (lines.margin(px) - py) / k, below = (py - lines.lower(px)) / k;
      const float inside = std::min(px - lines.left, lines.right - px) / k,
                  beyond = outwards * (px - outer) / k;
      const float between = smoothstep(-.12f, .0f, inside);
      const float opening =
          between * smoothstep(kLashZone + .04f, kLashZone, above) * smoothstep(.09f, .05f, below);
      // dark lines close to the margin and beyond the outer corner; further up they may be folds
      const float lash = std::max(between * smoothstep(.60f, .28f, above) * smoothstep(.05f, 0.f, below),
                                  smoothstep(-.15f, .0f, beyond) * smoothstep(.9f, .1f, beyond) *
                                      smoothstep(.8f, .45f, above) * smoothstep(-.2f, -.1f, above));
      const float unrolled = kUnrolled * smoothstep(1.1f, .8f, above) * smoothstep(-.05f, .05f, above) *
                             smoothstep(-.3f, .1f, inside);
      eye_mask.at<float>(y, x) = std::max(opening, dark.at<float>(y, x) * std::max(lash, unrolled));
    }
  eye_mask.setTo(0, brow);
  cv::dilate(eye_mask, eye_mask, disc(std::max(1, static_cast<int>(.03f * k))));
  Masks m{blurred(eye_mask, .04 * k), {}, {}};
  const cv::Mat hole = (eye_mask > .25) & (brow == 0);
  const cv::Vec3f usual = percentile(skin, (hole | brow) == 0, .6, {0, 0, 0});
  const cv::Mat foreign = blurred(luma(skin), 1) < .45 * luma(usual);  // hair, a scarf, black behind the face
  m.lower = hole | brow | foreign;
  m.upper = m.lower.clone();
  for (int y = 0; y < skin.rows; ++y)
    for (int x = 0; x < skin.cols; ++x)
      if (static_cast<float>(y) > lines.shut(static_cast<float>(x))) m.upper.at<std::uint8_t>(y, x) = 255;
  return m;
}

// Bilinear, at the middle of a pixel its value.
template <typename T>
T at(const cv::Mat& picture, float x, float y) {
  x = std::clamp(x - .5f, 0.f, static_cast<float>(picture.cols - 1));
  y = std::clamp(y - .5f, 0.f, static_cast<float>(picture.rows - 1));
  const int x0 = std::min(static_cast<int>(x), picture.cols - 2),
            y0 = std::min(static_cast<int>(y), picture.rows - 2);
  const float u = x - static_cast<float>(x0), v = y - static_cast<float>(y0);
  const auto row = [&](int j) -> T { return picture.at<T>(j, x0) * (1 - u) + picture.at<T>(j, x0 + 1) * u; };
  return row(y0) * (1 - v) + row(y0 + 1) * v;
}

float light_at(const std::array<float, 9>& h, const Vec3f& n) {
  return h[0] + h[1] * n.x() + h[2] * n.y() + h[3] * n.z() + h[4] * n.x() * n.y() + h[5] * n.y() * n.z() +
         h[6] * n.x() * n.z() + h[7] * (n.x() * n.x() - n.y() * n.y()) + h[8] * (3 * n.z() * n.z() - 1);
}

// Light on the shut lid's dome over that on its middle.
class DomeLight {
 public:
  DomeLight(const PhotoGeometry& g, const EyeLayer& ball, const std::array<float, 9>& light,
            const cv::Rect& part)
      : light_(light) {
    const Vec3f centre = g.rotation * ball.centre + g.translation;
    const auto focal = static_cast<float>(g.fit.camera.focal_px);
    x_ = static_cast<float>(g.fit.camera.cx) + focal * centre.x() / -centre.z() - static_cast<float>(part.x);
    y_ = static_cast<float>(g.fit.camera.cy) - focal * centre.y() / -centre.z() - static_cast<float>(part.y);
    radius_ = (ball.radius + .1f) * focal / -centre.z();
    middle_ = std::max(light_at(light_, normal(x_, y_ + .15f * radius_)), .2f);
  }
  float operator()(float x, float y) const {
    return std::pow(std::clamp(light_at(light_, normal(x, y)) / middle_, .6f, 1.3f), .7f);
  }

 private:
  Vec3f normal(float x, float y) const {
    // flatter than the ball: the lid's skin and what lies under it
    const float u = .8f * (x - x_) / radius_, v = -.8f * (y - y_) / radius_;
    const float in = std::min(u * u + v * v, .8f);
    return Vec3f(u, v, std::sqrt(1 - in)).normalized();
  }
  std::array<float, 9> light_;
  float x_, y_, radius_, middle_;
};

// How the drawn-down skin is toned. A lid in the shade of its socket comes forward when it shuts: it is never
// far from the skin below the eye and under the brow, in light as in hue.
struct LidTone {
  float lift = 1, most = 255;  // factor; luma above which it is held back
  cv::Vec3f hue = {1, 1, 1};   // RGB over luma of the skin about the lid

  cv::Vec3f operator()(const cv::Vec3f& skin, float light, float share) const noexcept {
    float value = luma(skin) * (1 + share * (lift * light - 1));
    if (value > most) value += share * .6f * (most - value);
    const cv::Vec3f own = skin * (value / std::max(luma(skin), 1.f));
    return own + (hue.mul(kLidTone) * value - own) * (kHueOfSkin * share);
  }
};

LidTone tone_of(const LidLines& lines, const cv::Mat& low, const cv::Mat& below) {
  std::vector<float> lid, around;
  cv::Vec3f sum = {0, 0, 0};
  for (float t = .25f; t <= .75f; t += .02f) {
    const float x = lines.left + t * (lines.right - lines.left), margin = lines.margin(x);
    const auto skin = [&](const cv::Vec3f& colour) { around.push_back(luma(colour)), sum += colour; };
    for (float up = .02f; up < .5f; up += .06f)
      lid.push_back(luma(at<cv::Vec3f>(low, x, margin - up * lines.reach(x))));
    for (float up = .7f; up < 1.2f; up += .06f) skin(at<cv::Vec3f>(low, x, margin - up * lines.reach(x)));
    for (float down = .25f; down < .6f; down += .05f)
      skin(at<cv::Vec3f>(below, x, lines.lower(x) + down * lines.k));
  }
  LidTone tone;
  tone.most = percentile(around, .65);
  const float ratio = percentile(around, .5) / std::max(median(std::move(lid)), 1.f);
  tone.lift = ratio > 1 ? std::min(std::pow(ratio, .8f), 1.8f) : std::pow(std::max(ratio, .5f), .5f);
  tone.hue = sum / std::max(luma(sum), 1.f);
  return tone;
}

}  // namespace

cv::Mat skin_detail(const PhotoGeometry& g, const cv::Mat& photo) {
  cv::Mat best;
  float least = 1e9f;
  for (const std::size_t where : kBareSkin) {
    const std::array<Vec2f, 1> middle = {g.landmarks[where].head<2>()};
    const cv::Rect field = box_around(middle, .8f * g.px_per_cm, g.size);
    if (std::min(field.width, field.height) < 8) continue;
    const cv::Mat light = luma(photo(field));
    cv::Mat detail = light / cv::max(blurred(light, .08 * g.px_per_cm), 1);
    std::vector<float> sizes;
    for (int y = 0; y < detail.rows; ++y)
      for (int x = 0; x < detail.cols; ++x) sizes.push_back(std::abs(detail.at<float>(y, x) - 1));
    // Hair, rims of glasses and shine stand out of the skin's texture.
    const float common = 1.4826f * median(sizes), far = percentile(sizes, .99);
    if (const float score = far / std::max(common, 1e-4f); score < least) {
      least = score;
      const float most = std::min(3 * common, kDeepestDetail);
      best = cv::min(cv::max(detail, 1 - most), 1 + most);
    }
  }
  return best.empty() ? cv::Mat(8, 8, CV_32F, cv::Scalar(1)) : best;
}

Patch shut_lid(const PhotoGeometry& g, const cv::Mat& photo, int eye, const EyeLayer& ball,
               const std::array<float, 9>& light, const cv::Mat& detail) {
  const float k = g.px_per_cm;
  const auto ring = g.ring(upper_lid(eye), lower_lid(eye));
  const cv::Rect part = box_around(ring, 1.5f * k + 4, g.size);
  const cv::Mat skin = photo(part);
  const LidLines lines = lines_of(g, eye, part);
  const Masks masks = masks_of(g, eye, part, lines, skin);
  const cv::Mat low = filled(skin, masks.upper, .05 * k), below = filled(skin, masks.lower, .05 * k);
  // far drawn-out skin would show streaks
  const cv::Mat wide = blurred(low, .18 * k);
  const DomeLight dome(g, ball, light, part);
  const LidTone tone = tone_of(lines, low, below);
  const auto mirrored = [](int i, int length) {
    i %= 2 * length - 2;
    return i < length ? i : 2 * length - 2 - i;
  };
  // Laid over itself, turned and moved: nobody sees where it begins again.
  const auto texture = [&](int x, int y) {
    const float one = detail.at<float>(mirrored(y, detail.rows), mirrored(x, detail.cols)),
                other = detail.at<float>(mirrored(x + x / 3 + 11, detail.rows),
                                         mirrored(y + x / 2 + 7, detail.cols));
    return 1 + kDetail * .7071f * (one + other - 2);
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
      const float in_light = std::pow(arch, .85f) * smoothstep(0, .45f, t);
      const float fold = (t - kFoldAt) / .09f;
      const float unmoved = smoothstep(.3f, .9f, 1 / (slower * slower));
      const float own = (1 - at<float>(masks.cleared, px, source_y)) * unmoved;
      const cv::Vec3f smooth = at<cv::Vec3f>(low, px, source_y) * (.3f + .7f * unmoved) +
                               at<cv::Vec3f>(wide, px, source_y) * (.7f - .7f * unmoved);
      cv::Vec3f lid =
          smooth * texture(part.x + x, part.y + y) * (1 - own) + at<cv::Vec3f>(skin, px, source_y) * own;
      const float bulge = (t - .62f) / .3f;
      const float cushion = 1 + kBulge * (arch * std::exp(-bulge * bulge) - .4f);
      lid = tone(lid, dome(px, py) * cushion, in_light) * (1 - kFold * arch * std::exp(-.5f * fold * fold));
      const float under = smoothstep(-.03f * k, .03f * k, py - lines.shut(px));
      const float hidden = masks.cleared.at<float>(y, x);
      const cv::Vec3f rim = skin.at<cv::Vec3f>(y, x) * (1 - hidden) +
                            below.at<cv::Vec3f>(y, x) * (hidden * texture(part.x + x, part.y + y));
      made.at<cv::Vec3f>(y, x) = lid * (1 - under) + rim * under;
    }
  return {{part.x, part.y, part.width, part.height}, to_u8(made)};
}

}  // namespace parlante
