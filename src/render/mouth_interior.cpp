#include "render/mouth_interior.hpp"

#include <algorithm>
#include <cmath>

#include "core/curves.hpp"

namespace parlante {
namespace {

constexpr float kToothShadow = .36f,
                kFleshShadow = .60f;  // cm below the upper lip to where its shadow reaches
constexpr std::array<float, 3> kShadowTint = {.92f, 1.06f, 1.10f};
constexpr float kCornersAt = 2.3f;                 // cm from the middle
constexpr float kCorridor = .55f, kAside = .14f;   // of the light is gone at the side teeth; at a canine
constexpr float kTongueSide = .3f, kCheek = .45f;  // of the tongue's and of the cheek's inner side
constexpr float kTuckLight = .42f;  // of what keeps light from teeth is gone where they lie on the lower lip
constexpr float kDarkGap = .20f;    // cm: narrower slits show little but the dark between the lips,
constexpr float kSlitDark = .55f, kPoutDark = .85f;  // by so much, and between pouting lips
constexpr float kPoutShade = .55f;                   // of their light teeth behind pouting lips lose
constexpr float kOverLip = .12f;                     // cm that teeth may reach over a lip tucked under them

const Vec3f kLamp = Vec3f(.15f, .45f, .88f).normalized();
const Vec3f kHalfway = Vec3f(.1f, .35f, .93f).normalized();

// Whether a pixel may be looked at when the opening is filled: more than is open, for what softens the
// colours.
bool near_opening(const LipOpening& opening, int x, int y) noexcept {
  const auto row = static_cast<float>(y);
  return row >= opening.upper(x) - 4 && row <= opening.lower(x) + 3;
}

float power_of_8(float x) noexcept {
  const float x2 = x * x, x4 = x2 * x2;
  return x4 * x4;
}

}  // namespace

MouthInterior::MouthInterior(const HeadModel& head, const Avatar& avatar, std::size_t capacity)
    : head_(head), avatar_(avatar), tissue_(head, avatar), px_per_cm_(avatar.px_per_cm()) {
  const std::int32_t begin = head.skin_end();
  for (const HeadPart part : {HeadPart::socket, HeadPart::tongue, HeadPart::gums_upper, HeadPart::gums_lower,
                              HeadPart::teeth_upper, HeadPart::teeth_lower})
    for (const Triangle& t : head.faces(part))
      for (const std::int32_t v : t) triangles_.push_back(v - begin);
  const std::size_t count = tissue_.tissues().size();
  vertex_attributes_.assign(count * kAttributes, 0.f);
  for (std::size_t i = 0; i < count; ++i) {
    float* a = vertex_attributes_.data() + i * kAttributes;
    a[kTissue] = static_cast<float>(tissue_.tissues()[i]);
    a[kPlaceU] = tissue_.place(i).x(), a[kPlaceV] = tissue_.place(i).y();
  }
  attributes_.reset(capacity * kAttributes);
  shaded_.reset(capacity * 3);
  for (auto* plane : {&depth_, &wide_, &narrow_}) plane->reset(capacity);
  closeness_.reset(capacity);
}

void MouthInterior::shade_vertices(const RigFrame& frame) noexcept {
  const auto begin = static_cast<std::size_t>(head_.skin_end());
  const auto& lip = head_.loop(HeadLoop::lip_upper_outer);
  const float lips = frame.head[static_cast<std::size_t>(lip[lip.size() / 2])].z();
  const float corners = frame.head[static_cast<std::size_t>(lip.front())].z();
  const auto& contact = head_.loop(HeadLoop::lip_upper_inner);
  const float half_width = .5f * std::abs(frame.head[static_cast<std::size_t>(contact.back())].x() -
                                          frame.head[static_cast<std::size_t>(contact.front())].x());
  // The lamp turns with the photo's pose, not with the head's motion: a face that was lit then is lit now.
  const Vec3f lamp = avatar_.rotation * kLamp, halfway = avatar_.rotation * kHalfway;
  float* a = vertex_attributes_.data();
  for (std::size_t i = 0; i < tissue_.tones().size(); ++i, a += kAttributes) {
    const auto tissue = static_cast<Tissue>(tissue_.tissues()[i]);
    const TissueLaw& law = tissue_law(tissue);
    Vec3f normal = frame.normals[begin + i];
    if (normal.z() < 0) normal = -normal;
    const float lit = std::clamp((normal.dot(lamp) + .35f) / 1.35f, 0.f, 1.f);
    const Vec3f& p = frame.head[begin + i];
    // The lips' plane bends back towards the corners; but there the cheek lies on the teeth and keeps light
    // out.
    const float aside = std::min(std::abs(p.x()) / kCornersAt, 1.f);
    const float plane = tissue == kTeeth ? lips : lips + (corners - lips) * aside * aside;
    const float depth = std::clamp(plane - p.z(), 0.f, 8.f);
    const float sideways = std::abs(p.x()) / std::max(half_width, .5f);
    const float corridor = tissue == kTeeth ? (1 - kCorridor * smoothstep(.44f, 1.f, sideways)) *
                                                  (1 - kAside * std::min(.4f * p.x() * p.x(), 1.f))
                           : tissue == kTongue ? 1 - kTongueSide * smoothstep(.3f, .8f, sideways)
                                               : 1 - kCheek * smoothstep(.3f, .9f, sideways);
    const float reached = std::exp(-std::max(depth - law.bright_to, 0.f) / law.reach) * corridor;
    a[kLight] = (.45f + .55f * lit) * reached * law.gain * tissue_.tones()[i];
    const float facing = std::max(normal.dot(halfway), 0.f);
    const float lobe = power_of_8(facing);
    a[kGloss] = (tissue == kTongue ? smoothstep(.55f, .98f, lobe) : lobe * lobe * lobe * lobe) * reached;
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

void MouthInterior::draw_rim_shadow(const Kernels& kernels, const LipOpening& opening, float tuck,
                                    DetailCanvas& canvas) noexcept {
  const float sigma = (.045f + .06f * tuck) * px_per_cm_ * canvas.scale();
  // The upper lip casts its shadow inwards; the lower lip's rim is wet and lit, unless teeth lie on it.
  const float on_lower = .2f + .4f * tuck;
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
      const int column = std::clamp(x, opening.first(), opening.last() - 1);
      const bool is_upper = static_cast<float>(y) < .5f * (opening.upper(column) + opening.lower(column));
      for (int c = 0; c < 3; ++c) rgb[c] *= 1 - (is_upper ? .45f : on_lower) * dark;
    }
}

void MouthInterior::leave_lip_below_teeth(const LipOpening& opening, DetailCanvas& canvas) const noexcept {
  const int width = opening.last() - opening.first();
  for (int x = opening.first(); x < opening.last(); ++x)
    for (int y = std::max(static_cast<int>(opening.lower_rim(x)), opening.top()); y < opening.bottom(); ++y)
      if (!is_tooth(static_cast<std::size_t>((y - opening.top()) * width + x - opening.first())))
        canvas.mask()[canvas.index(x, y)] *=
            std::clamp(opening.lower_rim(x) - static_cast<float>(y), 0.f, 1.f);
}

void MouthInterior::draw(const Kernels& kernels, const RigFrame& frame, LipOpening& opening,
                         DetailCanvas& canvas) noexcept {
  const LipPose pose = lip_pose(frame.expression, avatar_.photo_expression);
  opening.reach_over_lip(kOverLip * pose.tuck * px_per_cm_ * canvas.scale());
  blur_opening(kernels, opening, canvas);
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

  if (pose.tuck > 0) leave_lip_below_teeth(opening, canvas);
  draw_rim_shadow(kernels, opening, pose.tuck, canvas);
  shade_pixels(opening, px_per_cm_ * canvas.scale(), pose);
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

void MouthInterior::shade_pixels(const LipOpening& opening, float px_per_cm, const LipPose& pose) noexcept {
  const int width = opening.last() - opening.first();
  for (int x = opening.first(); x < opening.last(); ++x)
    closeness_[static_cast<std::size_t>(x)] =
        (kSlitDark + (kPoutDark - kSlitDark) * pose.round) * (1 - .8f * pose.tuck) *
        smoothstep(kDarkGap, .04f, (opening.lower(x) - opening.upper(x)) / px_per_cm);
  // Pouting lips stand away from the teeth and let little light in.
  const float wide = smoothstep(1.6f, 4.2f, static_cast<float>(width) / px_per_cm);
  const float entering = .26f + .74f * wide, tooth_shadow = kToothShadow + .7f * (1 - wide);
  for (int y = opening.top(); y < opening.bottom(); ++y)
    for (int x = opening.first(); x < opening.last(); ++x) {
      if (!near_opening(opening, x, y)) continue;
      const auto i = static_cast<std::size_t>((y - opening.top()) * width + x - opening.first());
      const auto half = static_cast<std::size_t>(std::min(y / 2, half_height_ - 1) * half_width_ +
                                                 std::min(x / 2, half_width_ - 1));
      const float reaching = entering * narrow_[half],
                  ambient = reaching + kTuckLight * pose.tuck * (1 - reaching);
      float* rgb = shaded_.data() + 3 * i;
      std::copy(tissue_.emptiness().begin(), tissue_.emptiness().end(), rgb);
      if (depth_[i] > kRasterFar) tissue_.shade(attributes_.data() + i * kAttributes, ambient, rgb);
      const float closeness = closeness_[static_cast<std::size_t>(x)];
      const float below = (static_cast<float>(y) + .5f - opening.upper(x)) / px_per_cm;
      const bool tooth = is_tooth(i);
      // The upper lip's shadow is red with the light that lips and gums send back.
      const float lit = smoothstep(-.06f, tooth ? tooth_shadow : kFleshShadow, below);
      const float dark =
          (tooth ? (.62f + .28f * (1 - wide)) * (1 - kTuckLight * pose.tuck) : .36f) * (1 - lit);
      const float left = tooth ? 1 - kPoutShade * pose.round : 1.f;
      for (std::size_t c = 0; c < 3; ++c) {
        rgb[c] *= left * (1 - dark * kShadowTint[c]);
        const float empty = tissue_.emptiness()[c];
        rgb[c] += closeness * (empty - rgb[c]);
        // Light that lips and cheeks scatter: nothing in a mouth is black.
        rgb[c] += .5f * std::max(empty - .62f * rgb[c], 0.f);
      }
    }
}

void MouthInterior::close_tooth_gaps(const LipOpening& opening) noexcept {
  constexpr int kReach = 3;
  constexpr float kCrease = .80f;
  const int width = opening.last() - opening.first(), height = opening.bottom() - opening.top();
  const auto tooth_at = [&](int x, int y) {
    return near_opening(opening, x + opening.first(), y + opening.top()) &&
           is_tooth(static_cast<std::size_t>(y * width + x));
  };
  for (int y = 0; y < height; ++y)
    for (int x = kReach; x + kReach < width; ++x) {
      if (!tooth_at(x - kReach, y) || !tooth_at(x + kReach, y)) continue;
      const auto i = static_cast<std::size_t>(y * width + x);
      for (std::size_t c = 0; c < 3; ++c)
        shaded_[3 * i + c] = std::max(shaded_[3 * i + c], kCrease * std::min(shaded_[3 * (i - kReach) + c],
                                                                             shaded_[3 * (i + kReach) + c]));
    }
}

void MouthInterior::softened(const LipOpening& opening, int x, int y, float* rgb) const noexcept {
  constexpr float kOwn = .56f, kNeighbour = .25f * (1 - kOwn);
  const int width = opening.last() - opening.first();
  const auto at = [&](int u, int v) {
    return shaded_.data() + 3 * static_cast<std::size_t>((v - opening.top()) * width + u - opening.first());
  };
  // A neighbouring column may be closed at this height.
  const int before = x > opening.first() && near_opening(opening, x - 1, y) ? x - 1 : x;
  const int after = x + 1 < opening.last() && near_opening(opening, x + 1, y) ? x + 1 : x;
  const float *own = at(x, y), *left = at(before, y), *right = at(after, y);
  const float *above = at(x, std::max(y - 1, opening.top())),
              *below = at(x, std::min(y + 1, opening.bottom() - 1));
  for (int c = 0; c < 3; ++c)
    rgb[c] = kOwn * own[c] + kNeighbour * (left[c] + right[c] + above[c] + below[c]);
}

}  // namespace parlante
