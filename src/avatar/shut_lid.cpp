#include "avatar/shut_lid.hpp"

#include "avatar/lid_grain.hpp"
#include "avatar/lid_light.hpp"
#include "avatar/lid_lines.hpp"
#include "avatar/lid_surround.hpp"
#include "avatar/numeric.hpp"
#include "avatar/pixels.hpp"
#include "core/curves.hpp"

namespace parlante {
namespace {

constexpr float kDetail = .6f;        // of the donor's texture
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
  const LidGrain grain(lines, skin, about.hidden);
  const float unfolded = unfolded_light(about.lightest.light, about.cheek);
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
      const float unmoved = smoothstep(.3f, .9f, 1 / (slower * slower));
      const float own = (1 - bilinear<float>(about.cleared, px, source_y)) * unmoved;
      const cv::Vec3f smooth = bilinear<cv::Vec3f>(about.upper, px, source_y);
      // Over the ball the colour is that of the skin above; what the photo has is the shade of fold and
      // lashes.
      const float from = 1 - (margin - source_y) / reach, place = about.lightest.place;
      const float on_ball = smoothstep(std::max(place - .1f, 0.f), place + .25f, from) * lines.on_ball(px);
      const float inside = smoothstep(-.3f, .2f, lines.inside(px));
      const cv::Vec3f plain = about.gone_on.at<cv::Vec3f>(y, x);
      const float outer = lines.from_inner(px) / lines.width();
      const float made_here = inside * smoothstep(.05f, .45f, t) * smoothstep(1.1f, .75f, outer);
      const float lit = 1 + inside * (lid_light(t, outer, about.uneven) - 1);
      cv::Vec3f lid = smooth * (1 - on_ball) + shaded(plain * (1 + made_here * (unfolded - 1)),
                                                      lit * (1 + made_here * (dome(px, py) - 1))) *
                                                   on_ball;
      const cv::Vec3f photo_here = bilinear<cv::Vec3f>(skin, px, source_y);
      const float deepest = 1 - on_ball * (1 - kDeepestFold), fine = 1 + grain(px, t);
      for (int c = 0; c < 3; ++c)
        lid[c] *= fine * (1 - own) +
                  std::clamp(photo_here[c] / std::max(smooth[c], 4.f), 1 - deepest, 1 + deepest) * own;
      const float edge = lines.edge(px) * k, under = smoothstep(-edge, edge, py - lines.shut(px));
      const float hidden = about.cleared.at<float>(y, x);
      const cv::Vec3f rim = skin.at<cv::Vec3f>(y, x) * (1 - hidden) +
                            about.lower.at<cv::Vec3f>(y, x) * (hidden * texture(part.x + x, part.y + y));
      made.at<cv::Vec3f>(y, x) = lid * (1 - under) + rim * under;
    }
  return {{part.x, part.y, part.width, part.height}, to_u8(made)};
}

}  // namespace parlante
