#include "avatar/shut_lid.hpp"

#include "avatar/lid_light.hpp"
#include "avatar/lid_lines.hpp"
#include "avatar/lid_surround.hpp"
#include "avatar/numeric.hpp"
#include "avatar/pixels.hpp"
#include "core/curves.hpp"

namespace parlante {
namespace {

constexpr float kFold = .07f,
                kFoldAt = .3f;        // how dark the shut lid's fold, and where between reach and margin
constexpr float kUnderLashes = .10f;  // how dark towards the lashes
constexpr float kDetail = .6f;        // of the donor's texture
constexpr float kWrinkles = 1.2f, kWrinkleLength = .2f, kWrinkleWidth = .6f;
// Of real shut lids (five people's blinks) over the skin under the brow, half-way down; no paler. Blue was
// .92 there: over the skin of photos lids of that hue look grey.
const cv::Vec3f kLidLight = {.93f, .905f, .89f};
constexpr float kDeepestFold = .08f;  // of shut lids, over the skin about it

}  // namespace

Patch shut_lid(const PhotoGeometry& g, const cv::Mat& photo, int eye, const EyeLayer& ball,
               const std::array<float, 9>& light, const cv::Mat& detail) {
  const float k = g.px_per_cm;
  const auto ring = g.ring(upper_lid(eye), lower_lid(eye));
  const cv::Rect part = box_around(ring, 1.5f * k + 4, g.size);
  const cv::Mat skin = photo(part);
  const LidLines lines = lid_lines(g, eye, part);
  const LidSurround about = lid_surround(g, eye, part, lines, skin);
  const DomeLight dome(g, ball, light, part);
  const auto texture = [&](int x, int y) {
    return 1 + kDetail * (detail.at<float>(y % detail.rows, x % detail.cols) - 1);
  };
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
      const float own = (1 - bilinear<float>(about.cleared, px, source_y)) * unmoved;
      const cv::Vec3f smooth = bilinear<cv::Vec3f>(about.upper, px, source_y);
      // Over the ball the colour is that of the skin above; what the photo has is the shade of fold and
      // lashes.
      const float from = 1 - (margin - source_y) / reach;
      const float on_ball =
          smoothstep(std::max(about.lightest.place - .1f, 0.f), about.lightest.place + .25f, from) *
          lines.on_ball(px);
      const float shut_here = arch * smoothstep(.1f, .6f, t);
      const float bulge = bulge_light(t, lines.along(px), about.uneven);
      const cv::Vec3f plain = about.gone_on.at<cv::Vec3f>(y, x);
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
      const float hidden = about.cleared.at<float>(y, x);
      const cv::Vec3f rim = skin.at<cv::Vec3f>(y, x) * (1 - hidden) +
                            about.lower.at<cv::Vec3f>(y, x) * (hidden * texture(part.x + x, part.y + y));
      made.at<cv::Vec3f>(y, x) = lid * (1 - under) + rim * under;
    }
  return {{part.x, part.y, part.width, part.height}, to_u8(made)};
}

}  // namespace parlante
