#include "render/corner_skin.hpp"

#include <algorithm>
#include <cmath>

#include "core/curves.hpp"
#include "render/blur.hpp"
#include "render/kernels.hpp"

namespace parlante {
namespace {

constexpr float kCell = .045f;  // cm: what is finer is grain
// The ellipse about the corner, cm: how far its middle lies outwards, its half axes.
constexpr float kMiddle = .45f, kAcross = 1.15f, kHigh = .95f;
constexpr float kMostOfCheek = .62f;  // of the way to the edge of the face
constexpr float kUsualHalfMouth =
    2.4f;                    // cm: a mouth seen from the side is narrower, and so is all beside it
constexpr float kTip = .2f;  // cm of the vermilion's ends that count as skin
// A beard is darker than the cheek by these ratios, from the corner up or down: it stays but for its edge.
constexpr float kCheek = .8f, kBeard = .55f, kBesideBeard = .5f;
// cm: how far the seam goes on beyond the corner, over what length its direction is told, how thick it is.
constexpr float kSeamOutwards = .6f, kSeamAlong = .4f, kSeamReach = .16f;
constexpr float kSoftness = .07f;  // cm, of the light
constexpr float kDarkest = .9f;    // of what makes the skin darker: a highlight on a crease
constexpr int kSweeps = 120;
constexpr float kOverRelaxation = 1.8f;
constexpr std::array<std::size_t, 2> kEdges = {58, 288};  // landmarks of the face's edge beside the mouth

enum Cell : std::uint8_t { kKnown, kSkin, kLip };

bool is_inside(const std::vector<Vec2f>& polygon, const Vec2f& p) noexcept {
  bool inside = false;
  for (std::size_t i = 0, j = polygon.size() - 1; i < polygon.size(); j = i++) {
    const Vec2f &a = polygon[i], &b = polygon[j];
    if ((a.y() > p.y()) != (b.y() > p.y()) &&
        p.x() < (b.x() - a.x()) * (p.y() - a.y()) / (b.y() - a.y()) + a.x())
      inside = !inside;
  }
  return inside;
}

/// Cells of one corner, a value a colour, and what is known of them.
class Film {
 public:
  Film(const Avatar& avatar, const CornerSkin& place) : width_(place.width), height_(place.height) {
    const ImageU8& picture = avatar.foreground;
    shown_.resize(3 * cells());
    const int side = std::max(static_cast<int>(std::ceil(place.cell)), 1);
    for (int y = 0; y < height_; ++y)
      for (int x = 0; x < width_; ++x) {
        std::array<float, 3> sum{};
        for (int v = 0; v < side; ++v)
          for (int u = 0; u < side; ++u) {
            const int px = place.rect.x + static_cast<int>(static_cast<float>(x) * place.cell) + u;
            const int py = place.rect.y + static_cast<int>(static_cast<float>(y) * place.cell) + v;
            const std::uint8_t* p = picture.at(std::clamp(px, 0, picture.width - 1),
                                               std::clamp(py + avatar.pad_top, 0, picture.height - 1));
            for (std::size_t c = 0; c < 3; ++c) sum[c] += p[c];
          }
        for (std::size_t c = 0; c < 3; ++c)
          shown_[c * cells() + index(x, y)] = sum[c] / static_cast<float>(side * side);
      }
    kind.assign(cells(), kKnown);
  }

  std::size_t index(int x, int y) const noexcept {
    return static_cast<std::size_t>(y) * static_cast<std::size_t>(width_) + static_cast<std::size_t>(x);
  }

  /// Laplace's equation on the cells of skin; nothing flows over the lips' border.
  void solve(float softness, CornerSkin& skin) const {
    std::vector<float> film = shown_, light(3 * cells());
    std::vector<float> scratch(blur_scratch_size(width_, height_));
    for (std::size_t c = 0; c < 3; ++c) {
      float* plane = film.data() + c * cells();
      for (int sweep = 0; sweep < kSweeps; ++sweep) relax(plane);
      float* out = light.data() + c * cells();
      for (std::size_t i = 0; i < cells(); ++i) {
        const float more = kind[i] == kSkin ? plane[i] - shown_[c * cells() + i] : 0.f;
        out[i] = more > 0 ? more : kDarkest * more;
      }
      kernels(KernelSet::reference).blur(out, width_, width_, height_, softness, scratch.data());
    }
    skin.light.resize(3 * cells()), skin.film.resize(3 * cells());
    for (std::size_t i = 0; i < cells(); ++i)
      for (std::size_t c = 0; c < 3; ++c)
        skin.light[3 * i + c] = light[c * cells() + i], skin.film[3 * i + c] = film[c * cells() + i];
  }

  std::vector<std::uint8_t> kind;  ///< a Cell each

 private:
  std::size_t cells() const noexcept {
    return static_cast<std::size_t>(width_) * static_cast<std::size_t>(height_);
  }
  void relax(float* plane) const noexcept {
    for (int y = 1; y + 1 < height_; ++y)
      for (int x = 1; x + 1 < width_; ++x) {
        const std::size_t i = index(x, y);
        if (kind[i] != kSkin) continue;
        float sum = 0, count = 0;
        for (const std::size_t beside : {i - 1, i + 1, index(x, y - 1), index(x, y + 1)})
          if (kind[beside] != kLip) sum += plane[beside], ++count;
        if (count > 0) plane[i] += kOverRelaxation * (sum / count - plane[i]);
      }
  }

  int width_, height_;
  std::vector<float> shown_;  ///< by colour
};

Vec2f landmark_px(const HeadModel& head, const Avatar& avatar, std::size_t landmark) noexcept {
  const SurfacePoint& point = head.landmarks[landmark];
  Vec2f p = Vec2f::Zero();
  for (std::size_t i = 0; i < 3; ++i)
    p += point.weights[i] * avatar.texture[static_cast<std::size_t>(point.vertices[i])];
  return p;
}

/// Mean luma of a square of 3 mm.
float luma_about(const Avatar& avatar, const Vec2f& p) noexcept {
  const int reach = static_cast<int>(.15f * avatar.px_per_cm());
  const ImageU8& picture = avatar.foreground;
  float sum = 0, count = 0;
  for (int y = -reach; y <= reach; ++y)
    for (int x = -reach; x <= reach; ++x, ++count) {
      const std::uint8_t* rgb =
          picture.at(std::clamp(static_cast<int>(p.x()) + x, 0, picture.width - 1),
                     std::clamp(static_cast<int>(p.y()) + y + avatar.pad_top, 0, picture.height - 1));
      sum += .299f * static_cast<float>(rgb[0]) + .587f * static_cast<float>(rgb[1]) +
             .114f * static_cast<float>(rgb[2]);
    }
  return sum / count;
}

/// `seam`: the contact line from the corner inwards.
CornerSkin skin_of(const HeadModel& head, const Avatar& avatar, const std::vector<Vec2f>& seam,
                   const Vec2f& edge) {
  const Vec2f &corner = seam.front(), &other = seam.back();
  CornerSkin skin;
  const float cm = avatar.px_per_cm(), outwards = corner.x() < other.x() ? -1.f : 1.f;
  const float seen = std::min(.5f * std::abs(other.x() - corner.x()) / (kUsualHalfMouth * cm), 1.f);
  const float cheek = kMostOfCheek * (edge.x() - corner.x()) * outwards;
  const float across = std::min(kAcross * seen * cm, cheek / (1 + kMiddle / kAcross));
  const float middle = across * kMiddle / kAcross, tall = kHigh * cm;
  if (!(across > 4 * kCell * cm) || !corner.allFinite()) return skin;
  const Vec2f centre(corner.x() + outwards * middle, corner.y());
  skin.cell = std::max(kCell * cm, 1.f);
  skin.rect = {static_cast<int>(centre.x() - across - 3 * skin.cell),
               static_cast<int>(centre.y() - tall - 3 * skin.cell),
               static_cast<int>(2 * across + 6 * skin.cell), static_cast<int>(2 * tall + 6 * skin.cell)};
  skin.width = static_cast<int>(static_cast<float>(skin.rect.width) / skin.cell);
  skin.height = static_cast<int>(static_cast<float>(skin.rect.height) / skin.cell);

  const float cheek_luma = std::max(luma_about(avatar, centre + Vec2f(outwards * .85f * across, 0)), 1.f);
  const auto half_axis = [&](float down) {
    const Vec2f p(corner.x() + outwards * .4f * across, corner.y() + down * .6f * tall);
    const float beard = smoothstep(kCheek, kBeard, luma_about(avatar, p) / cheek_luma);
    return tall * (1 - (1 - kBesideBeard) * beard);
  };
  const float above = half_axis(-1), below = half_axis(1);
  std::vector<Vec2f> lips;
  const auto& upper = head.loop(HeadLoop::lip_upper_outer);
  const auto& lower = head.loop(HeadLoop::lip_lower_outer);
  for (const std::int32_t v : upper) lips.push_back(avatar.texture[static_cast<std::size_t>(v)]);
  for (auto v = lower.rbegin(); v != lower.rend(); ++v)
    lips.push_back(avatar.texture[static_cast<std::size_t>(*v)]);
  // The seam's end goes on straight.
  std::size_t along = 1;
  while (along + 1 < seam.size() && (seam[along] - corner).norm() < kSeamAlong * cm) ++along;
  const Vec2f inwards = (seam[along] - corner).normalized();
  const Vec2f from_seam = corner - kSeamOutwards * cm * inwards;
  const float seam_length = (kSeamOutwards + kTip) * cm;
  skin.seam.resize(static_cast<std::size_t>(skin.width) * static_cast<std::size_t>(skin.height));

  Film film(avatar, skin);
  for (int y = 0; y < skin.height; ++y)
    for (int x = 0; x < skin.width; ++x) {
      const Vec2f p(static_cast<float>(skin.rect.x) + (static_cast<float>(x) + .5f) * skin.cell,
                    static_cast<float>(skin.rect.y) + (static_cast<float>(y) + .5f) * skin.cell);
      const Vec2f from = (p - centre).cwiseQuotient(Vec2f(across, p.y() < centre.y() ? above : below));
      const bool tip = (corner.x() - p.x()) * outwards < kTip * cm;
      if (!tip && is_inside(lips, p))
        film.kind[film.index(x, y)] = kLip;
      else if (from.squaredNorm() < 1)
        film.kind[film.index(x, y)] = kSkin;
      const float way = std::clamp((p - from_seam).dot(inwards), 0.f, seam_length);
      const float beside = (p - from_seam - way * inwards).norm() / cm;
      if (film.kind[film.index(x, y)] == kSkin)
        skin.seam[film.index(x, y)] = smoothstep(kSeamReach, .4f * kSeamReach, beside);
    }
  film.solve(kSoftness * cm / skin.cell, skin);
  return skin;
}

}  // namespace

void CornerSkin::relax(float u, float v, float* rgb) const noexcept {
  const float x = (u - static_cast<float>(rect.x)) / cell - .5f,
              y = (v - static_cast<float>(rect.y)) / cell - .5f;
  if (light.empty() ||
      !(x >= 0 && y >= 0 && x < static_cast<float>(width - 1) && y < static_cast<float>(height - 1)))
    return;
  const auto i = static_cast<std::size_t>(x), j = static_cast<std::size_t>(y);
  const float fx = x - static_cast<float>(i), fy = y - static_cast<float>(j);
  const auto row = static_cast<std::size_t>(width), at = j * row + i;
  const auto mix = [&](const std::vector<float>& plane, std::size_t step, std::size_t c) {
    const float* p = plane.data() + step * at + c;
    const float above = p[0] + fx * (p[step] - p[0]);
    const float below = p[step * row] + fx * (p[step * (row + 1)] - p[step * row]);
    return above + fy * (below - above);
  };
  const float flat = mix(seam, 1, 0);
  for (std::size_t c = 0; c < 3; ++c) {
    rgb[c] += mix(light, 3, c);
    if (flat > 0) rgb[c] += flat * (mix(film, 3, c) - rgb[c]);
  }
}

std::array<CornerSkin, 2> corner_skin(const HeadModel& head, const Avatar& avatar) {
  std::vector<Vec2f> seam;
  const auto far = 2 * static_cast<float>(avatar.size);
  for (const std::int32_t v : head.loop(HeadLoop::lip_upper_inner))
    seam.push_back(avatar.texture[static_cast<std::size_t>(v)].cwiseMax(-far).cwiseMin(far));
  if (seam.front().x() > seam.back().x()) std::reverse(seam.begin(), seam.end());
  const std::vector<Vec2f> back(seam.rbegin(), seam.rend());
  return {skin_of(head, avatar, seam, landmark_px(head, avatar, kEdges[0])),
          skin_of(head, avatar, back, landmark_px(head, avatar, kEdges[1]))};
}

float corner_relaxation(const BlendshapeWeights& expression, const BlendshapeWeights& own,
                        float opening_cm) noexcept {
  using enum Blendshape;
  // Without a pout the corners stay nearly where they were, and speakers' seams run on dark to them: relaxed
  // wholly, an open mouth is seen .81 of its width at rest, so .88, and .97 in film (docs/render.md).
  constexpr float kByOpening = .4f;
  const auto beyond = [&](Blendshape shape) { return std::max(expression[shape] - own[shape], 0.f); };
  const float pout = smoothstep(.05f, .5f, beyond(mouthPucker) + beyond(mouthFunnel));
  return std::max(pout, kByOpening * smoothstep(.03f, .3f, opening_cm));
}

}  // namespace parlante
