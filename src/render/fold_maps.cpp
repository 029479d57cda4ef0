#include "render/fold_maps.hpp"

#include <Eigen/Geometry>
#include <algorithm>
#include <cmath>
#include <limits>

#include "avatar/harmonics.hpp"
#include "core/curves.hpp"
#include "core/random.hpp"

namespace parlante {
namespace {

constexpr float kReach = 3.2f;         // standard deviations of a bell that count
constexpr float kSmoothedWidth = .3f;  // cm
constexpr float kMostSmoothing = .3f;  // by which the photo's own fold is lightened at most
constexpr float kLeastDepth = .45f;    // of the smoothest skin
constexpr float kSmoothSkin = .010f,
                kLinedSkin = .032f;  // fine detail of forehead and cheeks over their luma

/// One value a px of the photo.
struct Plane {
  int width = 0, height = 0;
  std::vector<float> values;
  Plane(int w, int h)
      : width(w), height(h), values(static_cast<std::size_t>(w) * static_cast<std::size_t>(h)) {}
  float& at(int x, int y) noexcept {
    return values[static_cast<std::size_t>(y) * static_cast<std::size_t>(width) +
                  static_cast<std::size_t>(x)];
  }
  float at(int x, int y) const noexcept {
    return values[static_cast<std::size_t>(y) * static_cast<std::size_t>(width) +
                  static_cast<std::size_t>(x)];
  }
  float near(float x, float y) const noexcept {
    return at(std::clamp(static_cast<int>(x), 0, width - 1), std::clamp(static_cast<int>(y), 0, height - 1));
  }
};

/// Three box means on each other: a bell of about `deviation` px.
Plane blurred(const Plane& in, float deviation) {
  const int r = std::max(0, static_cast<int>(std::lround(deviation - .5f)));
  Plane a = in, b(in.width, in.height);
  if (r == 0) return a;
  const float inverse = 1 / static_cast<float>(2 * r + 1);
  for (int pass = 0; pass < 3; ++pass) {
    for (int y = 0; y < a.height; ++y) {
      float sum = 0;
      for (int k = -r; k <= r; ++k) sum += a.at(std::clamp(k, 0, a.width - 1), y);
      for (int x = 0; x < a.width; ++x) {
        b.at(x, y) = sum * inverse;
        sum += a.at(std::min(x + r + 1, a.width - 1), y) - a.at(std::max(x - r, 0), y);
      }
    }
    std::vector<float> sum(static_cast<std::size_t>(a.width), 0.f);
    for (int k = -r; k <= r; ++k)
      for (int x = 0; x < a.width; ++x)
        sum[static_cast<std::size_t>(x)] += b.at(x, std::clamp(k, 0, a.height - 1));
    for (int y = 0; y < a.height; ++y)
      for (int x = 0; x < a.width; ++x) {
        float& s = sum[static_cast<std::size_t>(x)];
        a.at(x, y) = s * inverse;
        s += b.at(x, std::min(y + r + 1, a.height - 1)) - b.at(x, std::max(y - r, 0));
      }
  }
  return a;
}

float percentile_of(std::vector<float> values, int percent, float otherwise) {
  if (values.empty()) return otherwise;
  const auto place = values.begin() + std::ssize(values) * percent / 100;
  std::nth_element(values.begin(), place, values.end());
  return *place;
}

/// Where a landmark lies in the photo.
Vec2f landmark_px(const HeadModel& head, const Avatar& avatar, std::size_t landmark) noexcept {
  const SurfacePoint& point = head.landmarks[landmark];
  Vec2f p = Vec2f::Zero();
  for (std::size_t i = 0; i < 3; ++i)
    if (const auto v = static_cast<std::size_t>(point.vertices[i]); v < avatar.texture.size())
      p += point.weights[i] * avatar.texture[v];
  if (!p.allFinite()) return Vec2f::Zero();
  const auto far = 2 * static_cast<float>(avatar.size);
  return p.cwiseMax(-far).cwiseMin(far);
}

/// The photo as its folds see it, at half its size: luma, how much of it is bare skin, how lined that skin
/// is.
struct SkinSeen {
  Plane calm, around, bare;  ///< luma, blurred a little and much; 0 to 1
  float depth = 0;

  SkinSeen(const HeadModel& head, const Avatar& avatar, float px_per_cm)
      : calm(avatar.size / 2, avatar.size / 2), around(calm), bare(calm) {
    const int n = avatar.size / 2;
    const float px = .5f * px_per_cm;
    Plane light(n, n), red(n, n), blue(n, n), fine(n, n);
    for (int y = 0; y < n; ++y)
      for (int x = 0; x < n; ++x) {
        float rgb[3] = {};
        for (int k = 0; k < 4; ++k) {
          const std::uint8_t* p = avatar.foreground.at(2 * x + k % 2, 2 * y + k / 2 + avatar.pad_top);
          for (int c = 0; c < 3; ++c) rgb[c] += .25f * static_cast<float>(p[c]);
        }
        const float l = .299f * rgb[0] + .587f * rgb[1] + .114f * rgb[2];
        light.at(x, y) = l, red.at(x, y) = rgb[0] / std::max(l, 8.f),
                    blue.at(x, y) = rgb[2] / std::max(l, 8.f);
      }
    calm = blurred(light, .05f * px), around = blurred(light, .4f * px);
    const Plane wide = blurred(light, .16f * px);
    red = blurred(red, .16f * px), blue = blurred(blue, .16f * px);
    for (std::size_t i = 0; i < fine.values.size(); ++i)
      fine.values[i] = std::abs(light.values[i] - wide.values[i]) / std::max(wide.values[i], 12.f);
    const Plane rough = blurred(fine, .3f * px);

    const auto each_seen = [&](auto function) {
      const std::size_t count =
          std::min({avatar.mesh_weight.size(), avatar.inner_lip.size(), avatar.texture.size()});
      for (std::size_t v = 0; v < count; ++v)
        if (avatar.mesh_weight[v] > .9f && avatar.inner_lip[v] <= 0 && avatar.texture[v].allFinite())
          function(.5f * avatar.texture[v].x(), .5f * avatar.texture[v].y());
    };
    std::vector<float> reds, blues, roughs;
    each_seen([&](float x, float y) {
      reds.push_back(red.near(x, y)), blues.push_back(blue.near(x, y)), roughs.push_back(rough.near(x, y));
    });
    const float own_red = percentile_of(reds, 50, 1.2f), own_blue = percentile_of(blues, 50, .8f),
                own_rough = percentile_of(roughs, 35, .03f);
    for (std::size_t i = 0; i < bare.values.size(); ++i) {
      const float tint = std::hypot(red.values[i] - own_red, blue.values[i] - own_blue);
      bare.values[i] = smoothstep(.30f, .12f, tint) *
                       smoothstep(.25f, .5f, wide.values[i] / std::max(avatar.skin_luma, 1.f)) *
                       smoothstep(3.6f, 2.2f, rough.values[i] / std::max(own_rough, .02f));
    }
    bare = blurred(bare, .12f * px);
    // Of the zones that fold first: forehead, cheeks, beside the eyes. The median of each, since hair, spots
    // and shine are few.
    float lined = 0, zones = 0;
    for (const std::size_t landmark : {151, 108, 337, 69, 299, 205, 425, 50, 280, 143, 372}) {
      std::vector<float> lines;
      const Vec2f middle = .5f * landmark_px(head, avatar, landmark);
      for (float y = -.7f * px; y <= .7f * px; ++y)
        for (float x = -.7f * px; x <= .7f * px; ++x) {
          const float u = middle.x() + x, v = middle.y() + y, w = wide.near(u, v);
          if (bare.near(u, v) > .7f) lines.push_back(std::abs(calm.near(u, v) - w) / std::max(w, 12.f));
        }
      if (lines.size() < 20) continue;
      const float zone = percentile_of(lines, 50, 0);
      lined += zone, ++zones;
    }
    lined /= std::max(zones, 1.f);
    depth = kLeastDepth + (1 - kLeastDepth) * smoothstep(kSmoothSkin, kLinedSkin, lined);
  }
};

float bell(float x, float deviation) noexcept {
  return std::exp(-.5f * x * x / (deviation * deviation));
}

/// A line in the photo, cm from the photo's corner, with strays that repeat for the same seed.
struct Line {
  std::vector<Vec2f> points;
  std::array<float, 3> phase{}, strength_phase{};

  struct Beside {
    float away = 0;  ///< cm, > 0: right hand of who walks the line in the picture
    float along = 0;
    Vec2f across;
  };
  Beside beside(const Vec2f& p) const noexcept {
    Beside found;
    float nearest = std::numeric_limits<float>::max();
    for (std::size_t i = 0; i + 1 < points.size(); ++i) {
      const Vec2f step = points[i + 1] - points[i], from = p - points[i];
      const float t = std::clamp(from.dot(step) / std::max(step.squaredNorm(), 1e-8f), 0.f, 1.f);
      const Vec2f off = from - t * step;
      if (const float distance = off.squaredNorm(); distance < nearest) {
        nearest = distance;
        found.across = Vec2f(-step.y(), step.x()).normalized();
        found.away = std::copysign(std::sqrt(distance), found.across.dot(off));
        found.along = (static_cast<float>(i) + t) / static_cast<float>(points.size() - 1);
      }
    }
    return found;
  }
  static float waves(const std::array<float, 3>& phases, float along) noexcept {
    return .5f * std::sin(7 * along + phases[0]) + .3f * std::sin(17 * along + phases[1]) +
           .2f * std::sin(37 * along + phases[2]);
  }
};

class Painter {
 public:
  Painter(const HeadModel& head, const Avatar& avatar)
      : head_(head),
        avatar_(avatar),
        px_per_cm_(std::max(avatar.px_per_cm(), 1.f)),
        skin_(head, avatar, px_per_cm_) {}

  float depth() const noexcept { return skin_.depth; }

  FoldMap made(Fold fold, const std::vector<Furrow>& furrows) const {
    FoldMap map = room(furrows);
    for (std::size_t k = 0; k < furrows.size(); ++k) {
      const Line line = line_of(furrows[k], static_cast<std::uint64_t>(fold) * 8 + k);
      for_each(map, line, reach(furrows[k]), [&](const Line::Beside& at, float bare, int, int, float& gain) {
        gain += depth() * bare * gain_at(furrows[k], line, at);
      });
    }
    for (float& gain : map.gain) gain = std::clamp(gain, -.4f, .25f);
    return map;
  }

  /// What lightens the dark line that the photo has along the furrows.
  FoldMap smoothed(Fold fold, const std::vector<Furrow>& furrows) const {
    FoldMap map = room(furrows);
    for (std::size_t k = 0; k < furrows.size(); ++k) {
      const Line line = line_of(furrows[k], static_cast<std::uint64_t>(fold) * 8 + k);
      for_each(
          map, line, 3 * kSmoothedWidth, [&](const Line::Beside& at, float bare, int x, int y, float& gain) {
            const float dark = skin_.around.at(x / 2, y / 2) / std::max(skin_.calm.at(x / 2, y / 2), 8.f) - 1;
            gain = std::max(gain, bare * faded(furrows[k], at) * bell(at.away, kSmoothedWidth) *
                                      std::clamp(dark, 0.f, kMostSmoothing));
          });
    }
    return map;
  }

  Vec2f px(std::size_t landmark) const noexcept { return landmark_px(head_, avatar_, landmark); }

 private:
  /// Calls `function` for the photo's px of a map that lie within `reach` of a line and on bare skin.
  template <class Function>
  void for_each(FoldMap& map, const Line& line, float reach, Function function) const {
    constexpr int kBlock = 8;
    const auto place = [&](float x, float y) {
      return Vec2f((static_cast<float>(map.rect.x) + x) / px_per_cm_,
                   (static_cast<float>(map.rect.y) + y) / px_per_cm_);
    };
    for (int top = 0; top < map.rect.height; top += kBlock)
      for (int left = 0; left < map.rect.width; left += kBlock) {
        const Vec2f middle =
            place(static_cast<float>(left) + .5f * kBlock, static_cast<float>(top) + .5f * kBlock);
        if (std::abs(line.beside(middle).away) > reach + .71f * kBlock / px_per_cm_) continue;
        for (int y = top; y < std::min(top + kBlock, map.rect.height); ++y)
          for (int x = left; x < std::min(left + kBlock, map.rect.width); ++x) {
            const int u = std::min(map.rect.x + x, avatar_.size - 2),
                      v = std::min(map.rect.y + y, avatar_.size - 2);
            const float bare = skin_.bare.at(u / 2, v / 2);
            if (bare < .02f) continue;
            function(line.beside(place(static_cast<float>(x) + .5f, static_cast<float>(y) + .5f)), bare, u, v,
                     map.gain[static_cast<std::size_t>(y) * static_cast<std::size_t>(map.rect.width) +
                              static_cast<std::size_t>(x)]);
          }
      }
  }

  static float reach(const Furrow& furrow) noexcept {
    return std::max(kReach * 3 * furrow.width,
                    furrow.bulge > 0 ? furrow.bulge_away + kReach * furrow.bulge_width : 0.f) +
           furrow.wander;
  }
  static float faded(const Furrow& furrow, const Line::Beside& at) noexcept {
    if (at.along <= 0 || at.along >= 1) return 0;
    return smoothstep(0, furrow.fade_in, at.along) * smoothstep(1, 1 - furrow.fade_out, at.along);
  }

  Line line_of(const Furrow& furrow, std::uint64_t seed) const {
    std::vector<Vec2f> places;
    for (const Between& place : furrow.path)
      places.push_back(((1 - place.share) * px(place.a) + place.share * px(place.b)) / px_per_cm_);
    const auto at = [&](std::ptrdiff_t i) {
      return places[static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(i, 0, std::ssize(places) - 1))];
    };
    Line line;
    Random random(seed + 1);
    for (float& phase : line.phase) phase = static_cast<float>(random.uniform()) * 6.2831853f;
    for (float& phase : line.strength_phase) phase = static_cast<float>(random.uniform()) * 6.2831853f;
    for (std::ptrdiff_t i = 0; i + 1 < std::ssize(places); ++i)
      for (int k = 0; k < 6; ++k) {  // Catmull and Rom
        const float t = static_cast<float>(k) / 6;
        const Vec2f a = at(i - 1), b = at(i), c = at(i + 1), d = at(i + 2);
        line.points.push_back(.5f * (2 * b + t * (c - a) + t * t * (2 * a - 5 * b + 4 * c - d) +
                                     t * t * t * (3 * (b - c) + d - a)));
      }
    line.points.push_back(places.back());
    return line;
  }

  /// The rectangle that the furrows reach, inside the photo.
  FoldMap room(const std::vector<Furrow>& furrows) const {
    Eigen::AlignedBox2f box;
    for (const Furrow& furrow : furrows) {
      const float margin = reach(furrow);
      for (const Vec2f& p : line_of(furrow, 0).points) {
        box.extend((p.array() - margin).matrix().eval());
        box.extend((p.array() + margin).matrix().eval());
      }
    }
    FoldMap map;
    const float most = static_cast<float>(avatar_.size);
    const Vec2f from = (box.min() * px_per_cm_).cwiseMax(0.f).cwiseMin(most),
                to = (box.max() * px_per_cm_).cwiseMax(0.f).cwiseMin(most);
    map.rect = {static_cast<int>(from.x()), static_cast<int>(from.y()), static_cast<int>(to.x() - from.x()),
                static_cast<int>(to.y() - from.y())};
    map.gain.assign(static_cast<std::size_t>(map.rect.width) * static_cast<std::size_t>(map.rect.height),
                    0.f);
    return map;
  }

  float gain_at(const Furrow& furrow, const Line& line, const Line::Beside& at) const noexcept {
    const float fade = faded(furrow, at);
    if (fade <= 0) return 0;
    const float away = at.away + furrow.wander * Line::waves(line.phase, at.along);
    const float strength = fade * (1 + .4f * Line::waves(line.strength_phase, at.along));
    float gain = -furrow.dark * bell(away, furrow.width) - furrow.shadow * bell(away, 3 * furrow.width);
    if (furrow.bulge > 0) {
      const float x = furrow.side * away - furrow.bulge_away, w = furrow.bulge_width;
      const float slope = -furrow.bulge * x / (w * w) * bell(x, w) * furrow.side;
      gain += std::clamp(tilted(furrow, slope * at.across), -.05f, .06f);
    }
    return strength * gain;
  }

  /// What the slope of the skin's height in the picture does to its light.
  float tilted(const Furrow& furrow, const Vec2f& slope) const noexcept {
    const Vec3f n =
        avatar_.rotation * Vec3f(furrow.facing[0], furrow.facing[1], furrow.facing[2]).normalized();
    const Vec3f tilt = (n - Vec3f(slope.x(), -slope.y(), 0)).normalized();
    const float before = std::max(light_at(avatar_.light, n), .1f);
    return (light_at(avatar_.light, tilt) - before) / (before + .35f);
  }

  const HeadModel& head_;
  const Avatar& avatar_;
  float px_per_cm_;
  SkinSeen skin_;
};

/// The forehead's lines by what pulls them: right, middle, left.
void share_forehead(std::array<FoldMap, kFolds>& maps, float right_px, float left_px) {
  const FoldMap whole = maps[static_cast<std::size_t>(Fold::forehead_middle)];
  FoldMap &right = maps[static_cast<std::size_t>(Fold::forehead_right)],
          &middle = maps[static_cast<std::size_t>(Fold::forehead_middle)],
          &left = maps[static_cast<std::size_t>(Fold::forehead_left)];
  right = left = whole;
  std::size_t i = 0;
  for (int y = 0; y < whole.rect.height; ++y)
    for (int x = 0; x < whole.rect.width; ++x, ++i) {
      const float across =
          (static_cast<float>(whole.rect.x + x) - right_px) / std::max(left_px - right_px, 1.f);
      const float to_left = smoothstep(.55f, 1.1f, across), to_right = smoothstep(.45f, -.1f, across);
      left.gain[i] *= to_left, right.gain[i] *= to_right, middle.gain[i] *= 1 - to_left - to_right;
    }
}

}  // namespace

float FoldMap::at(float x, float y) const noexcept {
  x -= static_cast<float>(rect.x) + .5f, y -= static_cast<float>(rect.y) + .5f;
  if (!(x >= 0 && y >= 0 && x < static_cast<float>(rect.width - 1) &&
        y < static_cast<float>(rect.height - 1)))
    return 0;
  const int i = static_cast<int>(x), j = static_cast<int>(y);
  const float fx = x - static_cast<float>(i), fy = y - static_cast<float>(j);
  const float* p = gain.data() + static_cast<std::ptrdiff_t>(j) * rect.width + i;
  return (p[0] * (1 - fx) + p[1] * fx) * (1 - fy) + (p[rect.width] * (1 - fx) + p[rect.width + 1] * fx) * fy;
}

FoldMaps fold_maps(const HeadModel& head, const Avatar& avatar) {
  const Painter painter(head, avatar);
  const std::array<float, kFolds> own = fold_pull(avatar.photo_expression);
  FoldMaps maps;
  maps.depth = painter.depth();
  for (std::size_t k = 0; k < kFolds; ++k) {
    const Fold fold = static_cast<Fold>(k);
    const std::vector<Furrow> furrows = furrows_of(fold);
    if (furrows.empty()) continue;
    maps.made[k] = painter.made(fold, furrows);
    if (own[k] > .1f && (fold == Fold::smile_right || fold == Fold::smile_left))
      maps.smoothed[k] = painter.smoothed(fold, furrows);
  }
  share_forehead(maps.made, painter.px(66).x(), painter.px(296).x());
  return maps;
}

}  // namespace parlante
