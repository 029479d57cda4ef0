#include "avatar/layers.hpp"

#include <array>
#include <opencv2/imgproc.hpp>

#include "avatar/matte.hpp"
#include "avatar/membrane.hpp"
#include "avatar/numeric.hpp"
#include "avatar/patch_fill.hpp"
#include "avatar/pixels.hpp"

namespace parlante {
namespace {

constexpr float kHoleCm = .3f;                  // the plate is made anew this far around the person
constexpr float kHoleBelowCm = .15f;            // beside shoulders, where nothing moves far
constexpr float kAvoidCm = .9f;                 // and not from what lies this near: stray hair, shadow, blur
constexpr float kCalmHoleCm = 1.3f;             // the plate of a calm wall is made anew this far
constexpr float kCalm = 3, kRough = 8;          // deviation of fine structure, of 255
constexpr float kEarringCm = 3.4f;              // around the lobes
constexpr float kFineCm = 1;                    // what is finer
constexpr float kShadeCm = .5f, kGrain = 1.2f;  // times the roughness
constexpr float kUncoveredCm = 6, kUncoveredBelowChinCm = 5;
constexpr int kForegroundSweeps = 20;
constexpr float kHairContrast = 12;                 // of 255
constexpr float kGhostFrom = .06f, kGhostTo = .2f;  // cm from what the matte holds
constexpr float kGhost = .35f, kUnlike = 25;        // share of the way to the person's colour; of 255
constexpr float kDrawnOut = .5f;                    // rows of the photo a row above it

cv::Mat painted_out(const cv::Mat& photo, const cv::Mat& hole) {
  cv::Mat small, small_hole, out;
  cv::resize(photo, small, {photo.cols / 2, photo.rows / 2}, 0, 0, cv::INTER_AREA);
  cv::resize(hole, small_hole, small.size(), 0, 0, cv::INTER_NEAREST);
  fill_membrane(small, small_hole);
  cv::resize(small, out, photo.size(), 0, 0, cv::INTER_CUBIC);
  return out;
}

// How rough the background is near each pixel, of 255: the deviation of its fine structure, told by what is
// seen of it (`seen`: CV_8U) within some cm.
cv::Mat roughness(const cv::Mat& photo, const cv::Mat& seen, float px_per_cm) {
  constexpr int kShrink = 4;
  const cv::Size small(photo.cols / kShrink, photo.rows / kShrink);
  cv::Mat grey, seen_small, energy(small, CV_32F), weight(small, CV_32F), out(small, CV_32F);
  cv::resize(luma(photo), grey, small, 0, 0, cv::INTER_AREA);
  cv::resize(seen, seen_small, small, 0, 0, cv::INTER_NEAREST);
  for (int y = 0; y < small.height; ++y)
    for (int x = 0; x < small.width; ++x)
      weight.at<float>(y, x) = seen_small.at<std::uint8_t>(y, x) ? 1.f : 0.f;
  const double sigma = kFineCm * px_per_cm / kShrink;
  const cv::Mat coarse = blurred(grey.mul(weight), sigma), coarse_weight = blurred(weight, sigma);
  for (int y = 0; y < small.height; ++y)
    for (int x = 0; x < small.width; ++x) {
      const float w = weight.at<float>(y, x);
      const float d =
          grey.at<float>(y, x) - coarse.at<float>(y, x) / std::max(coarse_weight.at<float>(y, x), 1e-3f);
      energy.at<float>(y, x) = w * d * d;
    }
  const double all = cv::sum(energy)[0] / std::max(cv::sum(weight)[0], 1.);
  // from near by where enough is seen there, else from farther away
  const auto share = [&](const cv::Mat& of, float cm) { return blurred(of, cm * px_per_cm / kShrink); };
  const cv::Mat near_energy = share(energy, 1), near_weight = share(weight, 1);
  const cv::Mat far_energy = share(energy, 4), far_weight = share(weight, 4);
  for (int y = 0; y < small.height; ++y)
    for (int x = 0; x < small.width; ++x) {
      const bool near = near_weight.at<float>(y, x) > .03f;
      const float e = (near ? near_energy : far_energy).at<float>(y, x);
      const float w = (near ? near_weight : far_weight).at<float>(y, x);
      out.at<float>(y, x) = std::sqrt((e + .002f * static_cast<float>(all)) / (w + .002f));
    }
  cv::Mat whole;
  cv::resize(blurred(out, .3 * px_per_cm / kShrink), whole, photo.size(), 0, 0, cv::INTER_LINEAR);
  return whole;
}

// Single hairs that the matte did not hold: what differs from a calm background beside the person.
void add_stray_hair(const cv::Mat& photo, const cv::Mat& smooth_plate, const cv::Mat& away_cm,
                    const cv::Mat& wide_cm, const cv::Mat& rough, const cv::Mat& calm, cv::Mat& alpha) {
  const cv::Mat soft = blurred(photo, .7);
  cv::Mat stray(photo.size(), CV_32F, cv::Scalar(0));
  for (int y = 0; y < photo.rows; ++y)
    for (int x = 0; x < photo.cols; ++x) {
      const float away = away_cm.at<float>(y, x), still = calm.at<float>(y, x);
      const float wide = wide_cm.at<float>(y, x);
      if (away >= wide || still <= 0) continue;
      const cv::Vec3f d = soft.at<cv::Vec3f>(y, x) - smooth_plate.at<cv::Vec3f>(y, x);
      const float largest = std::max({std::abs(d[0]), std::abs(d[1]), std::abs(d[2])});
      const float noise = rough.at<float>(y, x);
      stray.at<float>(y, x) =
          still * smoothstep(6 + 2.5f * noise, 30 + 4 * noise, largest) * smoothstep(wide, wide - .5f, away);
    }
  alpha = cv::max(alpha, blurred(stray, .8));
}

// At rest the layers should give the photo again. What they miss of it is the background's where the matte
// sees none of the person near by, but not what lies on the way to the person's own colour: that is hair the
// matte missed, and would stay behind as a ghost.
void keep_rest(const cv::Mat& photo, const cv::Mat& hole, const cv::Mat& away_cm, const cv::Mat& alpha,
               const cv::Mat& foreground, cv::Mat& plate) {
  for (int y = 0; y < photo.rows; ++y)
    for (int x = 0; x < photo.cols; ++x) {
      const float a = alpha.at<float>(y, x);
      const float beside = smoothstep(kGhostFrom, kGhostTo, away_cm.at<float>(y, x));
      if (!hole.at<std::uint8_t>(y, x) || a >= .5f || beside <= 0) continue;
      cv::Vec3f& b = plate.at<cv::Vec3f>(y, x);
      const cv::Vec3f f = foreground.at<cv::Vec3f>(y, x), towards = f - b;
      const cv::Vec3f missed = photo.at<cv::Vec3f>(y, x) - f * a - b * (1 - a);
      const float person = missed.dot(towards) / (towards.dot(towards) + kUnlike * kUnlike);
      b += missed * (beside * smoothstep(kGhost, .5f * kGhost, person) / (1 - a));
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
  const cv::Mat smooth_plate = painted_out(photo, hole);
  add_stray_hair(photo, smooth_plate, distance / k, wide_cm, rough, calm, alpha);
  calm.release(), wide_cm.release();

  // Turning and nodding uncover what lies a few cm inside the outline of head and neck, nothing else.
  const cv::Mat depth = distance_inside(hole), avoid = (distance < kAvoidCm * k) / 255;
  cv::Mat uncovered(photo.size(), CV_8U);
  for (int y = 0; y < size; ++y)
    for (int x = 0; x < size; ++x)
      uncovered.at<std::uint8_t>(y, x) = depth.at<float>(y, x) < kUncoveredCm * k &&
                                         static_cast<float>(y) < chin + kUncoveredBelowChinCm * k;
  cv::Mat plate = photo.clone();
  fill_by_patches(plate, hole, uncovered, avoid);
  // A calm wall takes its shade from the membrane, without the patches' steps, and its grain from them.
  cv::Mat shade;
  cv::resize(plate, shade, {size / 4, size / 4}, 0, 0, cv::INTER_AREA);
  cv::resize(blurred(shade, kShadeCm * k / 4), shade, plate.size(), 0, 0, cv::INTER_LINEAR);
  for (int y = 0; y < size; ++y)
    for (int x = 0; x < size; ++x) {
      if (!hole.at<std::uint8_t>(y, x)) continue;
      const float h = soft.at<float>(y, x), still = smoothstep(kRough, kCalm, rough.at<float>(y, x));
      cv::Vec3f& p = plate.at<cv::Vec3f>(y, x);
      cv::Vec3f grain = p - shade.at<cv::Vec3f>(y, x);
      const float most = kGrain * rough.at<float>(y, x);
      for (int c = 0; c < 3; ++c) grain[c] = std::clamp(grain[c], -most, most);
      p += (smooth_plate.at<cv::Vec3f>(y, x) + grain - p) * still;
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
          (photo.at<cv::Vec3f>(y, x) - smooth_plate.at<cv::Vec3f>(y, x) * (1 - a)) / std::max(a, .05f);
      const float share = smoothstep(.25f, .8f, a);
      cv::Vec3f& f = foreground.at<cv::Vec3f>(y, x);
      f = own * share + f * (1 - share);
    }
  keep_rest(photo, hole, distance / k, alpha, foreground, plate);
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
