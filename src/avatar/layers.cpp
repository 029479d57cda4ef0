#include "avatar/layers.hpp"

#include <array>
#include <opencv2/imgproc.hpp>

#include "avatar/matte.hpp"
#include "avatar/membrane.hpp"
#include "avatar/numeric.hpp"
#include "avatar/patch_fill.hpp"
#include "avatar/pixels.hpp"
#include "avatar/roughness.hpp"
#include "core/curves.hpp"

namespace parlante {
namespace {

constexpr float kHoleCm = .85f;         // the plate is made anew this far around the person
constexpr float kHoleBelowCm = .15f;    // beside shoulders, where nothing moves far
constexpr float kAvoidCm = .9f;         // and not from what lies this near: stray hair, shadow, blur
constexpr float kCalmHoleCm = 1.3f;     // the plate of a calm wall is made anew this far
constexpr float kCalm = 3, kRough = 8;  // deviation of fine structure, of 255
constexpr float kEarringCm = 3.4f;      // around the lobes
constexpr float kShadeCm = .5f;
constexpr float kUncoveredCm = 6, kUncoveredBelowChinCm = 5;
constexpr int kForegroundSweeps = 20;
constexpr float kHairContrast = 12;                    // of 255
constexpr float kGhostFrom = .06f, kGhostTo = .2f;     // cm from what the matte holds
constexpr float kGhost = .35f, kUnlike = 25;           // share of the way to the person's colour; of 255
constexpr float kSoftnessCm = 1.2f, kSoftLoss = 2.2f;  // of 255, that a blur may take away
constexpr float kKeptShadeCm = .15f;
constexpr float kBeyondSeen = 3;  // of 255
constexpr float kDrawnOut = .5f;  // rows of the photo a row above it

cv::Mat painted_out(const cv::Mat& photo, const cv::Mat& hole) {
  cv::Mat small, small_hole, out;
  cv::resize(photo, small, {photo.cols / 2, photo.rows / 2}, 0, 0, cv::INTER_AREA);
  cv::resize(hole, small_hole, small.size(), 0, 0, cv::INTER_NEAREST);
  fill_membrane(small, small_hole);
  cv::resize(small, out, photo.size(), 0, 0, cv::INTER_CUBIC);
  return out;
}

float largest_part(const cv::Vec3f& d) {
  return std::max({std::abs(d[0]), std::abs(d[1]), std::abs(d[2])});
}

// Single hairs that the matte did not hold: what differs from a calm background beside the person, from both
// guesses at it.
void add_stray_hair(const cv::Mat& photo, const cv::Mat& smooth_plate, const cv::Mat& shade,
                    const cv::Mat& away_cm, const cv::Mat& wide_cm, const cv::Mat& rough, const cv::Mat& calm,
                    cv::Mat& alpha) {
  const cv::Mat soft = blurred(photo, .7);
  cv::Mat stray(photo.size(), CV_32F, cv::Scalar(0));
  for (int y = 0; y < photo.rows; ++y)
    for (int x = 0; x < photo.cols; ++x) {
      const float away = away_cm.at<float>(y, x), still = calm.at<float>(y, x);
      const float wide = wide_cm.at<float>(y, x);
      if (away >= wide || still <= 0) continue;
      const float largest =
          std::min(largest_part(soft.at<cv::Vec3f>(y, x) - smooth_plate.at<cv::Vec3f>(y, x)),
                   largest_part(soft.at<cv::Vec3f>(y, x) - shade.at<cv::Vec3f>(y, x)));
      const float noise = rough.at<float>(y, x);
      stray.at<float>(y, x) =
          still * smoothstep(6 + 2.5f * noise, 30 + 4 * noise, largest) * smoothstep(wide, wide - .5f, away);
    }
  alpha = cv::max(alpha, blurred(stray, .8));
}

// The made background is as soft as what is seen around it: where blurring that changes nothing but its
// noise, what was made is blurred as much, so that no seam is sharper than a lens out of focus would draw it.
void soften_like_seen(const cv::Mat& photo, const cv::Mat& seen, float px_per_cm, cv::Mat& made) {
  constexpr int kShrink = 2;
  const cv::Size half(photo.cols / kShrink, photo.rows / kShrink), small(half.width / 4, half.height / 4);
  cv::Mat light, seen_half;
  cv::resize(luma(photo), light, half, 0, 0, cv::INTER_AREA);
  cv::resize(seen, seen_half, half, 0, 0, cv::INTER_NEAREST);
  cv::Mat weight(half, CV_32F), weight_small;
  for (int y = 0; y < half.height; ++y)
    for (int x = 0; x < half.width; ++x)
      weight.at<float>(y, x) = seen_half.at<std::uint8_t>(y, x) ? 1.f : 0.f;
  cv::resize(weight, weight_small, small, 0, 0, cv::INTER_AREA);
  const double near = kSoftnessCm * px_per_cm / (4 * kShrink);
  const cv::Mat all = blurred(weight_small, near) + 1e-3;
  for (const float sigma : {.12f, .25f, .5f}) {
    const double px = sigma * px_per_cm;
    const cv::Mat lost = light - blurred(light, px / kShrink);
    cv::Mat energy, amount_small(small, CV_32F), amount;
    cv::resize(lost.mul(lost).mul(weight), energy, small, 0, 0, cv::INTER_AREA);
    energy = blurred(energy, near) / all;
    for (int y = 0; y < small.height; ++y)
      for (int x = 0; x < small.width; ++x)
        amount_small.at<float>(y, x) =
            smoothstep(kSoftLoss, .5f * kSoftLoss, std::sqrt(std::max(energy.at<float>(y, x), 0.f))) *
            smoothstep(.01f, .1f, all.at<float>(y, x));
    if (cv::countNonZero(amount_small > 0) == 0) return;
    cv::resize(amount_small, amount, photo.size(), 0, 0, cv::INTER_LINEAR);
    cv::Mat soft;
    cv::resize(made, soft, half, 0, 0, cv::INTER_AREA);
    cv::resize(blurred(soft, px / kShrink), soft, photo.size(), 0, 0, cv::INTER_LINEAR);
    for (int y = 0; y < photo.rows; ++y)
      for (int x = 0; x < photo.cols; ++x) {
        cv::Vec3f& m = made.at<cv::Vec3f>(y, x);
        m += (soft.at<cv::Vec3f>(y, x) - m) * amount.at<float>(y, x);
      }
  }
}

// At rest the layers should give the photo again. What they miss of it is the background's where the matte
// sees none of the person near by, but not what lies on the way to the person's own colour: that is hair the
// matte missed, and would stay behind as a ghost. Of a calm wall only the shade is kept, for the same reason.
void keep_rest(const cv::Mat& photo, const cv::Mat& hole, const cv::Mat& away_cm, const cv::Mat& calm,
               float px_per_cm, const cv::Mat& alpha, const cv::Mat& foreground, cv::Mat& plate) {
  cv::Mat missed(photo.size(), CV_32FC3, cv::Scalar::all(0));
  for (int y = 0; y < photo.rows; ++y)
    for (int x = 0; x < photo.cols; ++x) {
      const float a = alpha.at<float>(y, x);
      const float beside = smoothstep(kGhostFrom, kGhostTo, away_cm.at<float>(y, x));
      if (!hole.at<std::uint8_t>(y, x) || a >= .5f || beside <= 0) continue;
      const cv::Vec3f &b = plate.at<cv::Vec3f>(y, x), &f = foreground.at<cv::Vec3f>(y, x), towards = f - b;
      const cv::Vec3f left = photo.at<cv::Vec3f>(y, x) - f * a - b * (1 - a);
      const float person = left.dot(towards) / (towards.dot(towards) + kUnlike * kUnlike);
      missed.at<cv::Vec3f>(y, x) = left * (beside * smoothstep(kGhost, .5f * kGhost, person) / (1 - a));
    }
  cv::Mat coarse;
  cv::resize(missed, coarse, {photo.cols / 2, photo.rows / 2}, 0, 0, cv::INTER_AREA);
  coarse = blurred(coarse, kKeptShadeCm * px_per_cm / 2);
  for (int y = 0; y < photo.rows; ++y)
    for (int x = 0; x < photo.cols; ++x) {
      if (!hole.at<std::uint8_t>(y, x) || alpha.at<float>(y, x) >= .5f) continue;
      const float still = calm.at<float>(y, x);
      const cv::Vec3f added =
          missed.at<cv::Vec3f>(y, x) * (1 - still) +
          coarse.at<cv::Vec3f>(std::min(y / 2, coarse.rows - 1), std::min(x / 2, coarse.cols - 1)) * still;
      const cv::Vec3f& seen = photo.at<cv::Vec3f>(y, x);
      cv::Vec3f& b = plate.at<cv::Vec3f>(y, x);
      // no farther than what was seen: else each error of the matte is drawn larger
      for (int c = 0; c < 3; ++c)
        b[c] = std::clamp(b[c] + added[c], std::min(b[c], seen[c]) - kBeyondSeen,
                          std::max(b[c], seen[c]) + kBeyondSeen);
    }
}

}  // namespace

PhotoLayers part_layers(const PhotoGeometry& g, const cv::Mat& photo, const cv::Mat& matte) {
  const int size = photo.rows;
  const float k = g.px_per_cm, chin = g.landmark(152).y();
  cv::Mat alpha = matte.clone();
  const cv::Mat distance = distance_inside((alpha <= .04) / 255);
  const cv::Mat rough = roughness(photo, distance >= kAvoidCm * k, k);
  // Before a calm wall single hairs far from the head show, and a fill does not: there the hole is wide.
  cv::Mat hole(photo.size(), CV_8U), soft(photo.size(), CV_32F), calm(photo.size(), CV_32F),
      wide_cm(photo.size(), CV_32F);
  // The same for earrings, which the matte seldom holds.
  const std::array<Vec2f, 2> lobes = ear_lobes(g);
  for (int y = 0; y < size; ++y) {
    const float body = smoothstep(chin + 2 * k, chin + 4 * k, static_cast<float>(y));
    for (int x = 0; x < size; ++x) {
      float lobe = 1e9f;
      for (const Vec2f& l : lobes)
        lobe = std::min(lobe, (Vec2f(static_cast<float>(x), static_cast<float>(y)) - l).norm() / k);
      const float earring = smoothstep(kEarringCm, .8f * kEarringCm, lobe) *
                            smoothstep(2 * kRough, kRough, rough.at<float>(y, x));
      const float still = std::max(smoothstep(kRough, kCalm, rough.at<float>(y, x)), earring);
      const float wide = kCalmHoleCm + earring * (kEarringCm - kCalmHoleCm);
      const float beside_hair = kHoleCm + still * (wide - kHoleCm);
      const float reach = k * (beside_hair + body * (kHoleBelowCm - beside_hair));
      const float d = distance.at<float>(y, x);
      hole.at<std::uint8_t>(y, x) = d < reach;
      soft.at<float>(y, x) = smoothstep(reach, .6f * reach, d);
      calm.at<float>(y, x) = still * (1 - body);
      wide_cm.at<float>(y, x) = wide;
    }
  }
  cv::Mat smooth_plate = painted_out(photo, hole);
  // Turning and nodding uncover what lies a few cm inside the outline of head and neck, nothing else.
  const cv::Mat depth = distance_inside(hole), avoid = (distance < kAvoidCm * k) / 255;
  cv::Mat uncovered(photo.size(), CV_8U);
  for (int y = 0; y < size; ++y)
    for (int x = 0; x < size; ++x)
      uncovered.at<std::uint8_t>(y, x) = depth.at<float>(y, x) < kUncoveredCm * k &&
                                         static_cast<float>(y) < chin + kUncoveredBelowChinCm * k;
  cv::Mat plate = photo.clone();
  fill_by_patches(plate, hole, uncovered, avoid);
  soften_like_seen(photo, (distance >= kAvoidCm * k) / 255, k, plate);
  cv::Mat shade;
  cv::resize(plate, shade, {size / 4, size / 4}, 0, 0, cv::INTER_AREA);
  cv::resize(blurred(shade, kShadeCm * k / 4), shade, plate.size(), 0, 0, cv::INTER_LINEAR);
  add_stray_hair(photo, smooth_plate, shade, distance / k, wide_cm, rough, calm, alpha);
  smooth_plate.release(), shade.release(), wide_cm.release();
  cv::Mat made = plate.clone();  // everywhere as it would be without the person
  for (int y = 0; y < size; ++y)
    for (int x = 0; x < size; ++x) {
      const float h = hole.at<std::uint8_t>(y, x) ? soft.at<float>(y, x) : 0.f;
      cv::Vec3f& p = plate.at<cv::Vec3f>(y, x);
      p = photo.at<cv::Vec3f>(y, x) * (1 - h) + p * h;
    }

  // Foreground without the background's share: F = (I - (1 - a) B) / a, extended from inside where a is
  // small.
  cv::Mat foreground = photo.clone();
  fill_membrane(foreground, alpha <= .97, kForegroundSweeps);
  for (int y = 0; y < size; ++y)
    for (int x = 0; x < size; ++x) {
      const float a = alpha.at<float>(y, x);
      if (a > .97f || a < .25f) continue;
      const cv::Vec3f own =
          (photo.at<cv::Vec3f>(y, x) - made.at<cv::Vec3f>(y, x) * (1 - a)) / std::max(a, .05f);
      const float share = smoothstep(.25f, .8f, a);
      cv::Vec3f& f = foreground.at<cv::Vec3f>(y, x);
      f = own * share + f * (1 - share);
    }
  made.release();
  keep_rest(photo, hole, distance / k, calm, k, alpha, foreground, plate);
  return {alpha, plate, foreground};
}

ImageU8 pad_crown(const PhotoLayers& layers, int pad) {
  const int size = layers.alpha.rows;
  cv::Mat rgba(size + pad, size, CV_32FC4);
  for (int y = 0; y < size + pad; ++y) {
    // above the edge mirrored and drawn out: strands go on instead of turning back
    const float row = y < pad ? kDrawnOut * static_cast<float>(pad - y) : static_cast<float>(y - pad);
    const int below = static_cast<int>(row), next = std::min(below + 1, size - 1);
    const float f = row - static_cast<float>(below);
    for (int x = 0; x < size; ++x) {
      const cv::Vec3f c =
          layers.foreground.at<cv::Vec3f>(below, x) * (1 - f) + layers.foreground.at<cv::Vec3f>(next, x) * f;
      rgba.at<cv::Vec4f>(y, x) = {c[0], c[1], c[2], y < pad ? 0 : 255 * layers.alpha.at<float>(below, x)};
    }
  }
  const auto extent = [&](int row) {  // first and last column of the longest run: single hairs are none
    int first = size, last = -1;
    for (int x = 0, begin = 0; x <= size; ++x) {
      if (x < size && layers.alpha.at<float>(row, x) > .8f) continue;
      if (x - begin > last + 1 - first) first = begin, last = x - 1;
      begin = x + 1;
    }
    return std::pair{first, last};
  };
  const int further = static_cast<int>(.09f * static_cast<float>(size));
  const auto [left, right] = extent(2);
  const auto [lower_left, lower_right] = extent(2 + further);
  if (right - left <= 10 || lower_right <= lower_left) return to_u8(rgba);
  // Hair stands out from the background beside it; what does not is a wall that the matte took for hair.
  std::vector<float> contrast;
  for (int x = left; x <= right; ++x) {
    const cv::Vec3f d = layers.foreground.at<cv::Vec3f>(2, x) - layers.plate.at<cv::Vec3f>(2, x);
    contrast.push_back(std::max({std::abs(d[0]), std::abs(d[1]), std::abs(d[2])}));
  }
  if (median(std::move(contrast)) < kHairContrast) return to_u8(rgba);
  // The circle through the outline's half widths at the edge and `further` rows below it.
  const float a = static_cast<float>(right - left) / 2, b = static_cast<float>(lower_right - lower_left) / 2,
              q = static_cast<float>(further), centre = static_cast<float>(left + right) / 2;
  // An outline that leans goes on leaning.
  const float lean = std::clamp((centre - static_cast<float>(lower_left + lower_right) / 2) / q, -.7f, .7f);
  const float drop = std::max((b * b - a * a + q * q) / (2 * q), 1.0f), radius = std::hypot(a, drop);
  for (int y = 0; y < pad; ++y)
    for (int x = 0; x < size; ++x) {
      const float height = static_cast<float>(pad - y);
      const float e = std::hypot(static_cast<float>(x) - centre - lean * height, height + drop) / radius;
      // what is drawn out into the cap may itself lie beside the person
      const float person = layers.alpha.at<float>(static_cast<int>(kDrawnOut * height), x);
      rgba.at<cv::Vec4f>(y, x)[3] = 255 * person * smoothstep(1 + 3 / radius, 1 - 3 / radius, e);
    }
  return to_u8(rgba);
}

}  // namespace parlante
