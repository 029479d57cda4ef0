#include "render/mouth_interior.hpp"

#include <algorithm>
#include <cmath>

#include "avatar/numeric.hpp"

namespace parlante {
namespace {

constexpr float kBrightest = 1.3f;
constexpr float kToothShadow = .30f,
                kFleshShadow = .75f;  // cm below the upper lip to where its shadow reaches
constexpr std::array<float, 3> kShadowTint = {.92f, 1.06f, 1.10f};
constexpr float kDarkGap = .26f;  // cm: narrower slits show no more than the dark between the lips

struct TissueLaw {
  float gain;                  ///< of the light
  float dimmest;               ///< brightness is never below
  float reach;                 ///< cm over which light is lost behind the lips
  float gloss;                 ///< of the wet highlight, 0..255
  std::array<float, 3> power;  ///< of brightness for R, G, B: dark flesh stays red
};
// Socket, tongue, gums, teeth.
constexpr std::array<TissueLaw, 4> kLaws = {{{1.3f, .48f, 3.4f, 6, {.85f, 1.28f, 1.25f}},
                                             {1.3f, .26f, 4.5f, 26, {.85f, 1.28f, 1.25f}},
                                             {1.3f, .26f, 4.5f, 26, {.85f, 1.28f, 1.25f}},
                                             {1.6f, .13f, 2.3f, 30, {.98f, 1.06f, 1.12f}}}};

const Vec3f kLamp = Vec3f(.15f, .45f, .88f).normalized();
const Vec3f kHalfway = Vec3f(.1f, .35f, .93f).normalized();

// Whether a pixel may be looked at when the opening is filled: more than is open, for what softens the
// colours.
bool near_opening(const LipOpening& opening, int x, int y) noexcept {
  const auto row = static_cast<float>(y);
  return row >= opening.upper(x) - 4 && row <= opening.lower(x) + 3;
}

float power_of_40(float x) noexcept {
  const float x2 = x * x, x4 = x2 * x2, x8 = x4 * x4, x16 = x8 * x8;
  return x16 * x16 * x8;
}

}  // namespace

MouthInterior::MouthInterior(const HeadModel& head, const Avatar& avatar, std::size_t capacity)
    : head_(head), avatar_(avatar), px_per_cm_(avatar.px_per_cm()) {
  const std::int32_t begin = head.skin_end();
  const auto count = static_cast<std::size_t>(head.interior_end() - begin);
  tissue_.resize(count);
  vertex_attributes_.assign(count * kAttributes, 0.f);
  const std::pair<HeadPart, Tissue> parts[] = {
      {HeadPart::socket, kSocket},   {HeadPart::tongue, kTongue},     {HeadPart::gums_upper, kGums},
      {HeadPart::gums_lower, kGums}, {HeadPart::teeth_upper, kTeeth}, {HeadPart::teeth_lower, kTeeth}};
  for (const auto& [part, tissue] : parts) {
    for (std::int32_t v = head.part(part).begin; v < head.part(part).end; ++v) {
      const auto local = static_cast<std::size_t>(v - begin);
      tissue_[local] = static_cast<std::uint8_t>(tissue);
      float* a = vertex_attributes_.data() + local * kAttributes;
      a[2] = static_cast<float>(tissue);
      if (part == HeadPart::teeth_upper && !avatar.photo_teeth.texels.empty()) {
        a[4] = avatar.texture[static_cast<std::size_t>(v)].x();
        a[5] = avatar.texture[static_cast<std::size_t>(v)].y();
      }
    }
    for (const Triangle& t : head.faces(part))
      for (const std::int32_t v : t) triangles_.push_back(v - begin);
  }
  attributes_.resize(capacity * kAttributes);
  shaded_.resize(capacity * 3);
  for (auto* plane : {&depth_, &wide_, &narrow_}) plane->resize(capacity);
  closeness_.resize(capacity);

  const std::array<std::array<float, 3>, kTissues> base = {avatar.socket, avatar.tongue, avatar.gum,
                                                           avatar.tooth};
  for (std::size_t tissue = 0; tissue < kTissues; ++tissue)
    for (std::size_t k = 0; k < kShades; ++k) {
      const float bright = kBrightest * static_cast<float>(k) / (kShades - 1);
      for (std::size_t c = 0; c < 3; ++c) {
        const float own = tissue == kGums ? 1.15f : 1.f;
        float value = own * base[tissue][c] * std::pow(std::max(bright, 1e-4f), kLaws[tissue].power[c]);
        if (tissue == kTeeth) {
          const float dark = smoothstep(.55f, .2f, bright);
          value += dark * (avatar.socket[c] * (.22f + .9f * bright) - value);
        }
        colours_[tissue][k][c] = value;
      }
    }
  emptiness_ = {avatar.lip[0] * .40f, avatar.lip[1] * .25f, avatar.lip[2] * .25f};
}

void MouthInterior::shade_vertices(const RigFrame& frame) noexcept {
  const auto begin = static_cast<std::size_t>(head_.skin_end());
  const auto& lip = head_.loop(HeadLoop::lip_upper_outer);
  const float lips = frame.head[static_cast<std::size_t>(lip[lip.size() / 2])].z();
  // The lamp turns with the photo's pose, not with the head's motion: a face that was lit then is lit now.
  const Vec3f lamp = avatar_.rotation * kLamp, halfway = avatar_.rotation * kHalfway;
  float* a = vertex_attributes_.data();
  for (std::size_t i = 0; i < tissue_.size(); ++i, a += kAttributes) {
    const TissueLaw& law = kLaws[tissue_[i]];
    Vec3f normal = frame.normals[begin + i];
    if (normal.z() < 0) normal = -normal;
    const float lit = std::clamp((normal.dot(lamp) + .35f) / 1.35f, 0.f, 1.f);
    const float depth = std::clamp(lips - frame.head[begin + i].z(), 0.f, 8.f);
    const float reached = std::exp(-std::max(depth - 1.1f, 0.f) / law.reach);
    a[0] = (.45f + .55f * lit) * reached * law.gain;
    a[1] = power_of_40(std::max(normal.dot(halfway), 0.f)) * reached * law.gloss;
    a[3] = frame.head[begin + i].x();
  }
}

void MouthInterior::blur_opening(const Kernels& kernels, const LipOpening& opening,
                                 DetailCanvas& canvas) noexcept {
  float* mask = canvas.mask();
  std::fill(mask, mask + canvas.index(0, canvas.height()), 0.f);
  for (int y = opening.top(); y < opening.bottom(); ++y)
    for (int x = opening.first(); x < opening.last(); ++x) mask[canvas.index(x, y)] = opening.coverage(x, y);
  half_width_ = canvas.width() / 2, half_height_ = canvas.height() / 2;
  kernels.halve_plane(mask, canvas.width(), narrow_.data(), half_width_, half_width_, half_height_);
  std::copy_n(narrow_.data(), half_width_ * half_height_, wide_.data());
  const float cm = .5f * px_per_cm_ * canvas.scale();
  kernels.blur(narrow_.data(), half_width_, half_width_, half_height_, .30f * cm, canvas.blur_scratch());
  kernels.blur(wide_.data(), half_width_, half_width_, half_height_, .75f * cm, canvas.blur_scratch());
  for (int i = 0; i < half_width_ * half_height_; ++i) {
    const auto k = static_cast<std::size_t>(i);
    narrow_[k] = .75f * std::min(1.45f * narrow_[k], 1.f) + .25f * std::min(1.5f * wide_[k], 1.f);
  }
}

void MouthInterior::draw_rim_shadow(const Kernels& kernels, const LipOpening& opening,
                                    DetailCanvas& canvas) noexcept {
  const float sigma = .045f * px_per_cm_ * canvas.scale();
  const int reach = static_cast<int>(3 * sigma) + 1;
  const int x0 = std::max(opening.first() - reach, 0), x1 = std::min(opening.last() + reach, canvas.width());
  const int y0 = std::max(opening.top() - reach, 0), y1 = std::min(opening.bottom() + reach, canvas.height());
  float* shadow = canvas.second_mask();
  const int width = x1 - x0;
  for (int y = y0; y < y1; ++y)
    std::copy_n(canvas.mask() + canvas.index(x0, y), width, shadow + (y - y0) * width);
  kernels.blur(shadow, width, width, y1 - y0, sigma, canvas.blur_scratch());
  for (int y = y0; y < y1; ++y)
    for (int x = x0; x < x1; ++x) {
      const float open = canvas.mask()[canvas.index(x, y)];
      const float dark = std::min(2 * shadow[(y - y0) * width + x - x0], 1.f) * (1 - open);
      float* rgb = canvas.colour(x, y);
      // The upper lip casts its shadow inwards; the lower lip's rim is wet and lit.
      const int column = std::clamp(x, opening.first(), opening.last() - 1);
      const bool is_upper = static_cast<float>(y) < .5f * (opening.upper(column) + opening.lower(column));
      for (int c = 0; c < 3; ++c) rgb[c] *= 1 - (is_upper ? .45f : .2f) * dark;
    }
}

void MouthInterior::shade_pixel(const float* a, float ambient, float* rgb) const noexcept {
  const int tissue = std::clamp(static_cast<int>(a[2] + .5f), 0, kTissues - 1);
  const TissueLaw& law = kLaws[static_cast<std::size_t>(tissue)];
  const float bright = std::clamp(a[0] * (.45f + .55f * ambient), law.dimmest, kBrightest);
  const auto step = static_cast<std::size_t>(bright * ((kShades - 1) / kBrightest) + .5f);
  const std::array<float, 3>& colour = colours_[static_cast<std::size_t>(tissue)][step];
  // The tongue has a groove, and turns away at its sides.
  const float x = std::abs(a[3]);
  const float groove = tissue == kTongue ? (1 - .16f * std::exp(-(x * x) / (.22f * .22f))) *
                                               (1 - .5f * smoothstep(.7f, 2.3f, x))
                                         : 1.f;
  for (std::size_t c = 0; c < 3; ++c) rgb[c] = colour[c] * groove + a[1] * ambient;
}

void MouthInterior::draw(const Kernels& kernels, const RigFrame& frame, const LipOpening& opening,
                         DetailCanvas& canvas) noexcept {
  blur_opening(kernels, opening, canvas);
  draw_rim_shadow(kernels, opening, canvas);
  shade_vertices(frame);

  const auto begin = static_cast<std::size_t>(head_.skin_end());
  const int width = opening.last() - opening.first(), height = opening.bottom() - opening.top();
  RasterTarget target = canvas.target();
  target.offset_x += static_cast<float>(opening.first()) / canvas.scale();
  target.offset_y += static_cast<float>(opening.top()) / canvas.scale();
  target.width = width, target.height = height;
  target.depth = depth_.data(), target.attributes = attributes_.data();
  clear_raster(target);
  RasterMesh mesh;
  mesh.xy = frame.image[begin].data();
  mesh.z = frame.camera[begin].data() + 2, mesh.z_stride = 3;
  mesh.attributes = vertex_attributes_.data(), mesh.attribute_count = kAttributes;
  mesh.triangles = triangles_.data(), mesh.triangle_count = triangles_.size() / 3;
  kernels.raster(mesh, target);

  shade_pixels(opening, px_per_cm_ * canvas.scale());
  close_tooth_gaps(opening);
  for (int y = opening.top(); y < opening.bottom(); ++y)
    for (int x = opening.first(); x < opening.last(); ++x) {
      const float open = canvas.mask()[canvas.index(x, y)];
      if (open <= 0) continue;
      float rgb[3];
      softened(opening, x, y, rgb);
      float* out = canvas.colour(x, y);
      for (int c = 0; c < 3; ++c) out[c] += open * (rgb[c] - out[c]);
      out[3] += open * (1 - out[3]);
    }
}

void MouthInterior::shade_pixels(const LipOpening& opening, float px_per_cm) noexcept {
  const int width = opening.last() - opening.first();
  for (int x = opening.first(); x < opening.last(); ++x)
    closeness_[static_cast<std::size_t>(x)] =
        .85f * smoothstep(kDarkGap, .04f, (opening.lower(x) - opening.upper(x)) / px_per_cm);
  // Pouting lips stand away from the teeth and let little light in.
  const float wide = smoothstep(1.6f, 4.2f, static_cast<float>(width) / px_per_cm);
  const float entering = .45f + .55f * wide, tooth_shadow = kToothShadow + .5f * (1 - wide);
  for (int y = opening.top(); y < opening.bottom(); ++y)
    for (int x = opening.first(); x < opening.last(); ++x) {
      if (!near_opening(opening, x, y)) continue;
      const auto i = static_cast<std::size_t>((y - opening.top()) * width + x - opening.first());
      const auto half = static_cast<std::size_t>(std::min(y / 2, half_height_ - 1) * half_width_ +
                                                 std::min(x / 2, half_width_ - 1));
      const float ambient = entering * narrow_[half];
      float* rgb = shaded_.data() + 3 * i;
      std::copy(emptiness_.begin(), emptiness_.end(), rgb);
      if (depth_[i] > kRasterFar) shade_point(attributes_.data() + i * kAttributes, ambient, rgb);
      const float closeness = closeness_[static_cast<std::size_t>(x)];
      const float below = (static_cast<float>(y) + .5f - opening.upper(x)) / px_per_cm;
      const bool is_tooth =
          depth_[i] > kRasterFar && attributes_[i * kAttributes + 2] > static_cast<float>(kTeeth) - .5f;
      // The upper lip's shadow is red with the light that lips and gums send back.
      const float lit = smoothstep(-.06f, is_tooth ? tooth_shadow : kFleshShadow, below);
      const float dark = (is_tooth ? .55f + .2f * (1 - wide) : .42f) * (1 - lit);
      for (std::size_t c = 0; c < 3; ++c) {
        rgb[c] *= 1 - dark * kShadowTint[c];
        rgb[c] += closeness * (emptiness_[c] - rgb[c]);
      }
    }
}

void MouthInterior::shade_point(const float* a, float ambient, float* rgb) const noexcept {
  shade_pixel(a, ambient, rgb);
  if (a[4] <= 0) return;
  const float own = smoothstep(2.0f, 1.5f, std::abs(a[3])), lit = .15f + .77f * std::min(1.5f * ambient, 1.f);
  float photo[3];
  sample_patch(avatar_.photo_teeth, a[4], a[5], photo);
  for (int c = 0; c < 3; ++c) rgb[c] += own * (photo[c] * lit - rgb[c]);
}

void MouthInterior::close_tooth_gaps(const LipOpening& opening) noexcept {
  constexpr int kReach = 3;
  constexpr float kCrease = .78f;
  const int width = opening.last() - opening.first(), height = opening.bottom() - opening.top();
  const auto is_tooth = [&](int x, int y) {
    if (!near_opening(opening, x + opening.first(), y + opening.top())) return false;
    const auto i = static_cast<std::size_t>(y * width + x);
    return depth_[i] > kRasterFar && attributes_[i * kAttributes + 2] > static_cast<float>(kTeeth) - .5f;
  };
  for (int y = 0; y < height; ++y)
    for (int x = kReach; x + kReach < width; ++x) {
      if (!is_tooth(x - kReach, y) || !is_tooth(x + kReach, y)) continue;
      const auto i = static_cast<std::size_t>(y * width + x);
      for (std::size_t c = 0; c < 3; ++c)
        shaded_[3 * i + c] = std::max(shaded_[3 * i + c], kCrease * std::min(shaded_[3 * (i - kReach) + c],
                                                                             shaded_[3 * (i + kReach) + c]));
    }
}

void MouthInterior::softened(const LipOpening& opening, int x, int y, float* rgb) const noexcept {
  constexpr float kWeights[3] = {.25f, .5f, .25f};
  const int width = opening.last() - opening.first();
  rgb[0] = rgb[1] = rgb[2] = 0;
  for (int j = -1; j <= 1; ++j)
    for (int i = -1; i <= 1; ++i) {
      int u = std::clamp(x + i, opening.first(), opening.last() - 1);
      const int v = std::clamp(y + j, opening.top(), opening.bottom() - 1);
      // A neighbouring column may be closed at this height.
      if (!near_opening(opening, u, v)) u = x;
      const float* from =
          shaded_.data() + 3 * static_cast<std::size_t>((v - opening.top()) * width + u - opening.first());
      for (int c = 0; c < 3; ++c) rgb[c] += kWeights[i + 1] * kWeights[j + 1] * from[c];
    }
}

}  // namespace parlante
