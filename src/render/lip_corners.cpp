#include "render/lip_corners.hpp"

#include <algorithm>
#include <cmath>

#include "core/curves.hpp"
#include "render/blur.hpp"
#include "render/kernels.hpp"
#include "render/source_map.hpp"

namespace parlante {
namespace {

// cm from the corner, outwards and inwards: all of the seam goes up to the first, nothing beyond the second.
// Beyond the corner its skin is relaxed.
constexpr float kOutwards = -.1f, kOutwardsEnd = .12f, kInwards = .9f, kInwardsEnd = 1.3f;
// cm from the seam, likewise.
constexpr float kBeside = .32f, kBesideEnd = .65f;
constexpr float kThickest = .32f;  // half of it, cm: darker stretches that are higher are no seam
constexpr float kHair = .03f;      // cm: stubble is no seam either
constexpr float kSoftness = .05f;  // cm, of the light
constexpr float kMost = .88f;      // of what the seam lacks: a corner stays a little darker than the skin
// cm on the moved face, about the corner: where it may lie that the mouth's own movement has stretched.
constexpr float kDrawnOutwards = .9f, kDrawnInwards = 1.5f, kDrawnBeside = 1.2f;

/// Canvas column or row at x, inside 0..count.
int column(float x, int count) noexcept {
  return static_cast<int>(std::clamp(x, 0.f, static_cast<float>(count)));
}

/// The largest (or smallest) of `reach` rows above and below, per value of a plane.
void spread(const std::vector<float>& from, int width, int height, int reach, bool largest,
            std::vector<float>& to) {
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      float best = from[static_cast<std::size_t>(y * width + x)];
      for (int v = std::max(y - reach, 0); v <= std::min(y + reach, height - 1); ++v) {
        const float value = from[static_cast<std::size_t>(v * width + x)];
        best = largest ? std::max(best, value) : std::min(best, value);
      }
      to[static_cast<std::size_t>(y * width + x)] = best;
    }
}

}  // namespace

LipCorners::Corner LipCorners::lighten(const Avatar& avatar, const std::vector<Vec2f>& along,
                                       const CornerSkin& relaxed) {
  const float cm = avatar.px_per_cm();
  const Vec2f end = along.front();
  const float inwards = along.back().x() > end.x() ? 1.f : -1.f;
  const ImageU8& picture = avatar.foreground;
  Corner corner;
  corner.inwards = inwards;
  const float outer = end.x() - inwards * kOutwardsEnd * cm, inner = end.x() + inwards * kInwardsEnd * cm;
  corner.left = static_cast<int>(std::floor(std::min(outer, inner)));
  corner.width = static_cast<int>(std::ceil(std::abs(inner - outer))) + 2;
  corner.top = static_cast<int>(std::floor(end.y() - 1.1f * cm));
  corner.height = static_cast<int>(std::ceil(2.2f * cm)) + 2;
  const auto pixels = static_cast<std::size_t>(corner.width) * static_cast<std::size_t>(corner.height);
  corner.light.resize(3 * pixels);

  // Height of the seam in each column; beyond the corner it goes on level.
  const auto seam = [&](float x) {
    for (std::size_t i = 0; i + 1 < along.size(); ++i) {
      const Vec2f &a = along[i], &b = along[i + 1];
      if ((x - a.x()) * inwards >= 0 && (b.x() - x) * inwards >= 0)
        return a.y() +
               (b.y() - a.y()) * (x - a.x()) / (std::abs(b.x() - a.x()) < 1e-6f ? 1.f : b.x() - a.x());
    }
    return (x - end.x()) * inwards < 0 ? end.y() : along.back().y();
  };
  const Kernels& kernels = parlante::kernels(KernelSet::reference);
  const int reach = std::max(static_cast<int>(std::lround(kThickest * cm)), 1);
  std::vector<float> plane(pixels), high(pixels), closed(pixels);
  std::vector<float> scratch(blur_scratch_size(corner.width, corner.height));
  for (std::size_t c = 0; c < 3; ++c) {
    for (int y = 0; y < corner.height; ++y)
      for (int x = 0; x < corner.width; ++x) {
        const int u = std::clamp(corner.left + x, 0, picture.width - 1);
        const int v = std::clamp(corner.top + y + avatar.pad_top, 0, picture.height - 1);
        const std::uint8_t* p = picture.at(u, v);
        std::array<float, 3> rgb{static_cast<float>(p[0]), static_cast<float>(p[1]),
                                 static_cast<float>(p[2])};
        relaxed.relax(static_cast<float>(corner.left + x) + .5f, static_cast<float>(corner.top + y) + .5f,
                      rgb.data());
        plane[static_cast<std::size_t>(y * corner.width + x)] = rgb[c];
      }
    kernels.blur(plane.data(), corner.width, corner.width, corner.height, kHair * cm, scratch.data());
    spread(plane, corner.width, corner.height, reach, true, high);
    spread(high, corner.width, corner.height, reach, false, closed);
    for (std::size_t i = 0; i < pixels; ++i) closed[i] -= plane[i];
    kernels.blur(closed.data(), corner.width, corner.width, corner.height, kSoftness * cm, scratch.data());
    for (int y = 0; y < corner.height; ++y)
      for (int x = 0; x < corner.width; ++x) {
        const float px = static_cast<float>(corner.left + x) + .5f,
                    py = static_cast<float>(corner.top + y) + .5f;
        const float in = (px - end.x()) * inwards / cm, beside = std::abs(py - seam(px)) / cm;
        const float share = smoothstep(-kOutwardsEnd, -kOutwards, in) *
                            smoothstep(kInwardsEnd, kInwards, in) * smoothstep(kBesideEnd, kBeside, beside);
        const auto i = static_cast<std::size_t>(y * corner.width + x);
        corner.light[3 * i + c] = kMost * share * std::max(closed[i], 0.f);
      }
  }
  return corner;
}

LipCorners::LipCorners(const HeadModel& head, const Avatar& avatar) : px_per_cm_(avatar.px_per_cm()) {
  std::vector<std::int32_t> rim = head.loop(HeadLoop::lip_upper_inner);
  const std::array<CornerSkin, 2> relaxed = corner_skin(head, avatar);
  for (Corner& corner : corners_) {
    std::vector<Vec2f> along;
    for (const std::int32_t v : rim) along.push_back(avatar.texture[static_cast<std::size_t>(v)]);
    corner = lighten(avatar, along, relaxed[along.front().x() > along.back().x()]);
    corner.vertex = rim.front();
    std::reverse(rim.begin(), rim.end());
  }
}

void LipCorners::paint(const RigFrame& frame, float strength, float texture_scale,
                       DetailCanvas& canvas) const noexcept {
  if (strength <= 0) return;
  const float to_photo = 1 / texture_scale, cm = px_per_cm_ * canvas.scale();
  for (const Corner& corner : corners_) {
    const Vec2f& at = frame.image[static_cast<std::size_t>(corner.vertex)];
    const float outer = canvas.to_x(at.x()) - corner.inwards * kDrawnOutwards * cm;
    const float inner = canvas.to_x(at.x()) + corner.inwards * kDrawnInwards * cm;
    const int x0 = column(std::min(outer, inner), canvas.width()),
              x1 = column(std::max(outer, inner), canvas.width());
    const int y0 = column(canvas.to_y(at.y()) - kDrawnBeside * cm, canvas.height());
    const int y1 = column(canvas.to_y(at.y()) + kDrawnBeside * cm, canvas.height());
    for (int y = y0; y < y1; ++y)
      for (int x = x0; x < x1; ++x) {
        const std::size_t i = canvas.index(x, y);
        if (canvas.skin_depth()[i] <= kRasterFar) continue;
        const float* a = canvas.skin_attributes(i);
        corner.add(a[kSkinU] * to_photo - .5f, a[kSkinV] * to_photo - .5f, strength * a[kSkinShade],
                   canvas.colour() + 4 * i);
      }
  }
}

void LipCorners::Corner::add(float u, float v, float gain, float* rgb) const noexcept {
  const float x = u - static_cast<float>(left), y = v - static_cast<float>(top);
  if (!(x >= 0 && y >= 0 && x < static_cast<float>(width - 1) && y < static_cast<float>(height - 1))) return;
  const auto x0 = static_cast<std::size_t>(x), y0 = static_cast<std::size_t>(y);
  const float fx = x - static_cast<float>(x0), fy = y - static_cast<float>(y0);
  const auto row = 3 * static_cast<std::size_t>(width);
  const float* p = light.data() + y0 * row + 3 * x0;
  for (std::size_t c = 0; c < 3; ++c) {
    const float above = p[c] + fx * (p[c + 3] - p[c]);
    const float below = p[row + c] + fx * (p[row + c + 3] - p[row + c]);
    rgb[c] += gain * (above + fy * (below - above));
  }
}

}  // namespace parlante
