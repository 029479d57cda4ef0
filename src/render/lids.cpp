#include "render/lids.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include "avatar/numeric.hpp"
#include "core/curves.hpp"
#include "core/random.hpp"
#include "render/source_map.hpp"
#include "render/stroke.hpp"

namespace parlante {
namespace {

constexpr int kLashes = 64;
constexpr int kCurvePoints = 32;
constexpr float kStraight = .08f, kShutStraight = .2f;  // of a margin's width, at each end
constexpr float kMadeFrom = .06f;    // blink from which made skin and lashes replace the photo's
constexpr float kMadeAll = .18f;     // and to which, at the margin
constexpr float kAhead = .35f;       // blink at which lashes point at the viewer: above it they are drawn
constexpr float kFoldHeight = .27f;  // cm above the open margin, of the skin from which the lid unrolls
constexpr float kLashesFrom = .2f, kLashesTo = .5f;  // cm above it: the open eye's lashes reach up to there
constexpr float kLashShade = .3f;                    // of the lower lid, under a shut eye's lashes
constexpr float kFoldShade = .08f;  // how dark it is where the lid comes out from under its fold

float luma(const float* rgb) noexcept {
  return .299f * rgb[0] + .587f * rgb[1] + .114f * rgb[2];
}

// How dark the fold is: short upwards, longer down over the lid.
float shade_of_fold(float height) noexcept {
  const float t = (height - kFoldHeight) / (height < kFoldHeight ? .12f : .05f);
  return 1 / ((1 + t * t) * (1 + t * t));
}

// Of skin that is `place` (0..1) of the way from the upper end to the margin of a lid drawn out `stretch`
// times: the same of the open lid.
float drawn_in(float stretch, float place) noexcept {
  return stretch * place / (1 + (stretch - 1) * place);
}
float drawn_out(float stretch, float place) noexcept {
  return place / (stretch - (stretch - 1) * place);
}

// A lid's margin as y(x), canvas px: a polynomial of degree 4, smooth where the lid's vertices bunch up.
struct MarginCurve {
  float first = 1e9f, last = -1e9f, mean = 0, straight, cm;
  Eigen::Matrix<double, 5, 1> curve;

  MarginCurve(const std::vector<std::int32_t>& loop, const RigFrame& frame, const DetailCanvas& canvas,
              float cm_px, float blink) noexcept
      : cm(cm_px) {
    for (const std::int32_t v : loop) {
      const float x = canvas.to_x(frame.image[static_cast<std::size_t>(v)].x());
      first = std::min(first, x), last = std::max(last, x), mean += x / static_cast<float>(loop.size());
    }
    straight = (kStraight + (kShutStraight - kStraight) * smoothstep(.6f, .95f, blink)) * (last - first);
    Eigen::Matrix<double, 5, 5> normal = Eigen::Matrix<double, 5, 5>::Zero();
    Eigen::Matrix<double, 5, 1> right = Eigen::Matrix<double, 5, 1>::Zero();
    for (const std::int32_t v : loop) {
      const Vec2f& p = frame.image[static_cast<std::size_t>(v)];
      const double x = (canvas.to_x(p.x()) - mean) / cm;
      Eigen::Matrix<double, 5, 1> row;
      row << 1, x, x * x, x * x * x, x * x * x * x;
      normal += row * row.transpose();
      right += row * static_cast<double>(canvas.to_y(p.y()));
    }
    normal.diagonal().array() += 1e-6;
    curve = normal.ldlt().solve(right);
  }
  /// Near and beyond the corners it goes on straight: there vertices of both lids meet in one point, and
  /// lashes stand beyond it.
  float height_at(float x) const noexcept {
    const double inside = (std::clamp(x, first + straight, last - straight) - mean) / cm,
                 beyond = (x - mean) / cm - inside;
    const double slope = curve[1] + inside * (2 * curve[2] + inside * (3 * curve[3] + inside * 4 * curve[4]));
    const double y =
        curve[0] + inside * (curve[1] + inside * (curve[2] + inside * (curve[3] + inside * curve[4])));
    return static_cast<float>(y + beyond * slope);
  }
};

}  // namespace

float UnrollingLid::height(float above) const noexcept {
  const float whole = reach + dropped;
  if (above >= whole) return above - dropped;
  return reach * (1 - drawn_in(whole / reach, std::min(1 - above / whole, 1.f)));
}

float UnrollingLid::carried(float above) const noexcept {
  return dropped + height(above) - above;
}

float UnrollingLid::to_go(float above) const noexcept {
  const float whole = reach + dropped + left, place = 1 - height(above) / reach;
  return place <= 0 ? 0 : above + left - whole * (1 - drawn_out(whole / reach, place));
}

ClosedLid::ClosedLid(const HeadModel& head, const Avatar& avatar, int side)
    : head_(head), avatar_(avatar), side_(side) {
  // Longer and flatter towards the outer corner; a few lean towards the nose at the inner one.
  Random random(5);
  const float amount = avatar.eyes[static_cast<std::size_t>(side)].lash_amount;
  for (int k = 0; k < kLashes; ++k) {
    const auto outer = static_cast<float>(.1 + .9 * (k + random.uniform(0, 1)) / kLashes);
    const float length = (.12f + .26f * std::sqrt(outer)) * (.7f + .5f * amount) *
                         static_cast<float>(random.uniform(.55, 1.1));
    const float lean = -.1f + .95f * outer * outer + static_cast<float>(random.uniform(-.18, .18));
    lashes_.push_back({outer, length * lean, length * (1.f - .4f * outer * outer)});
  }
}

// How much of the skin's light the photo's lashes let through: the photo over the same skin without them.
void ClosedLid::open_lash(DetailCanvas& canvas, int x, float y, float* rgb) const noexcept {
  const int row = std::clamp(static_cast<int>(y), 0, canvas.height() - 2);
  const float share = std::clamp(y - static_cast<float>(row), 0.f, 1.f);
  for (int k = 0; k < 2; ++k) {
    const std::size_t i = canvas.index(x, row + k);
    if (canvas.skin_depth()[i] <= kRasterFar) return;
    const float* a = canvas.skin_attributes(i);
    float bare[3];
    sample_patch(avatar_.lid_skin[side_], a[kLidU], a[kLidV], bare);
    const float weight = k == 0 ? 1 - share : share;
    for (int c = 0; c < 3; ++c) {
      const float through =
          canvas.colour()[4 * i + static_cast<std::size_t>(c)] / std::max(bare[c] * a[kSkinShade], 4.f);
      rgb[c] += weight * (std::min(through, 1.f) - 1);
    }
  }
}

void ClosedLid::draw_skin(const RigFrame& frame, const float* open, DetailCanvas& canvas) const noexcept {
  const float blink = frame.blink[static_cast<std::size_t>(side_)];
  const Patch& skin = avatar_.lid_skin[side_];
  if (blink <= kMadeFrom || skin.texels.empty()) return;
  // The open eye's lashes turn towards the viewer and are seen ever shorter; the skin above them stays the
  // photo's until the lid has come down.
  const float at_margin = smoothstep(kMadeFrom, kMadeAll, blink), at_fold = smoothstep(.3f, .95f, blink);
  const float length = std::max(1 - blink / kAhead, .1f), hairs = smoothstep(kAhead, .26f, blink);
  const float cm = avatar_.px_per_cm() * canvas.scale();
  const float shade = kFoldShade * smoothstep(kMadeFrom, .35f, blink) * smoothstep(1.f, .6f, blink);
  float first = 1e9f, last = -1e9f;
  for (const std::int32_t v : head_.loop(side_ == 0 ? HeadLoop::lid_right_upper : HeadLoop::lid_left_upper)) {
    const float x = canvas.to_x(frame.image[static_cast<std::size_t>(v)].x());
    first = std::min(first, x), last = std::max(last, x);
  }
  const float width = std::max(last - first, 1.f);
  for (int y = canvas.height(); y-- > 0;) {  // what lies above is still the photo's
    for (int x = 0; x < canvas.width(); ++x) {
      const std::size_t i = canvas.index(x, y);
      if (canvas.skin_depth()[i] <= kRasterFar) continue;
      const float* a = canvas.skin_attributes(i);
      const float seen = a[kLidWeight] * (1 - open[i]);
      if (seen < .003f) continue;
      const float along = (static_cast<float>(x) - first) / width;
      const float fold = shade * smoothstep(0, .3f, along) * smoothstep(1, .7f, along);
      const float lashes = smoothstep(kLashesTo, kLashesFrom, a[kLidHeight]);
      const float weight = seen * (at_fold + lashes * (at_margin - at_fold)),
                  lit = 1 - seen * fold * shade_of_fold(a[kLidHeight]);
      float rgb[3], lash[3] = {1, 1, 1};
      sample_patch(skin, a[kLidU], a[kLidV], rgb);
      if (hairs > 0)
        open_lash(canvas, x, static_cast<float>(y) - (1 / length - 1) * a[kLidHeight] * cm, lash);
      const float hair = hairs * smoothstep(kLashesTo, kLashesFrom, a[kLidHeight] / length);
      float* out = canvas.colour() + 4 * i;
      for (int c = 0; c < 3; ++c) {
        const float made = rgb[c] * a[kSkinShade] * (1 + hair * (lash[c] - 1));
        out[c] = lit * (out[c] + weight * (made - out[c]));
      }
    }
  }
}

void ClosedLid::draw_lashes(const RigFrame& frame, DetailCanvas& canvas) const noexcept {
  const float blink = frame.blink[static_cast<std::size_t>(side_)];
  if (blink <= kMadeFrom) return;
  const float cm = avatar_.px_per_cm() * canvas.scale();
  const MarginCurve upper(head_.loop(side_ == 0 ? HeadLoop::lid_right_upper : HeadLoop::lid_left_upper),
                          frame, canvas, cm, blink);
  const float width = upper.last - upper.first;
  if (width < 2) return;
  float* plane = canvas.second_mask();
  const std::size_t pixels = canvas.index(0, canvas.height());
  std::fill(plane, plane + pixels, 0.f);
  const StrokePlane strokes{plane, canvas.width(), canvas.height()};
  const EyeLayer& eye = avatar_.eyes[static_cast<std::size_t>(side_)];
  const float amount = eye.lash_amount, outwards = side_ == 0 ? -1.f : 1.f;
  const float inner = side_ == 0 ? upper.last : upper.first;
  const auto place = [&](float outer) { return inner + outwards * outer * width; };
  const auto height = [&](float x) { return upper.height_at(std::clamp(x, upper.first, upper.last)); };

  // Lashes of a lid that comes down turn over: up, forwards, down.
  const float turn = std::clamp((blink - kAhead) / .45f, 0.f, 1.f), grown = smoothstep(.24f, .42f, blink);
  const float ahead = 1 - turn;  // seen from their tips they thicken the line
  // Their roots: a line that is thickest in the outer half and thins out to both corners.
  const float photo = 1.2f * avatar_.edge_blur * canvas.scale();  // hairs are no sharper than the photo
  const float soft = std::max({.8f, .05f * cm, photo});
  for (int k = 0; k + 1 < kCurvePoints; ++k) {
    const float o0 = static_cast<float>(k) / (kCurvePoints - 1),
                o1 = static_cast<float>(k + 1) / (kCurvePoints - 1);
    const float full = smoothstep(0.f, .35f, o0) * smoothstep(1.02f, .80f, o0);
    const float x0 = place(o0), x1 = place(o1),
                half = cm * (.010f + (.022f + .030f * amount + .02f * amount * ahead) * full);
    draw_stroke(strokes, x0, height(x0) + half, x1, height(x1) + half,
                {half, soft, (.70f + .25f * amount) * (.35f + .65f * full)});
  }
  // Below it they shade the skin.
  const StrokeStyle under{.02f * cm, std::max(.11f * cm, photo), kLashShade * turn * (.5f + .5f * amount)};
  for (int k = 2; k < kCurvePoints - 1; k += 2) {
    const float o = static_cast<float>(k) / (kCurvePoints - 1), x0 = place(o),
                x1 = place(o + 2.f / (kCurvePoints - 1));
    draw_stroke(strokes, x0, height(x0) + .06f * cm, x1, height(x1) + .06f * cm, under);
  }
  const StrokeStyle root{std::max(.35f, .011f * cm), std::max({.7f, .018f * cm, photo}),
                         grown * (.42f + .35f * amount)};
  const StrokeStyle tip{std::max(.25f, .006f * cm), std::max({.7f, .016f * cm, photo}),
                        grown * (.28f + .3f * amount)};
  for (const Lash& lash : lashes_) {
    const float x = place(lash.outer), y = height(x), dx = outwards * lash.out_cm * cm,
                dy = turn * lash.down_cm * cm;
    draw_stroke(strokes, x, y, x + .4f * dx, y + .6f * dy, root);
    draw_stroke(strokes, x + .4f * dx, y + .6f * dy, x + dx, y + .95f * dy, tip);
  }
  // Fine hairs let the skin's hue through.
  const float strength = smoothstep(kMadeFrom, .32f, blink) * (.75f + .25f * amount);
  const float dark = .8f * luma(eye.lash_colour.data());
  for (std::size_t i = 0; i < pixels; ++i) {
    const float weight = plane[i] * strength;
    if (weight <= 0) continue;
    float* out = canvas.colour() + 4 * i;
    const float hue = .8f * std::min(dark / std::max(luma(out), 1.f), 1.f);
    for (std::size_t c = 0; c < 3; ++c)
      out[c] += weight * (hue * out[c] + .15f * eye.lash_colour[c] - out[c]);
  }
}

}  // namespace parlante
