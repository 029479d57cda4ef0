#include "render/lip_skin.hpp"

#include <algorithm>
#include <cmath>

#include "core/curves.hpp"
#include "render/lids.hpp"

namespace parlante {
namespace {

static_assert(int{kLipAttributes} <= int{kEyeSkinAttributes}, "the canvas has room for these");

// cm outside the contact line to where the photo shows seam, and to where its lip is kept: lower, upper. The
// upper lip hangs over the seam and shades it.
constexpr std::array<float, 2> kSeam = {.05f, .08f}, kReach = {.15f, .24f};
constexpr float kThinLip = .5f;  // cm of vermilion below which the other lip helps with its colour
constexpr float kPale = .45f;    // of the skin's colour in the thinnest lips
constexpr float kLeastShared = .15f, kMostShared = .8f;  // of the hue that both lips have in common
// One lip in the light and one in the shade: the shaded one is redder than the other by the first ratio where
// it begins to be told by it, and by the second where that is all its colour says.
constexpr float kRedder = 1.04f, kMuchRedder = 1.30f, kSharedInShade = .8f;
constexpr float kShadeLight = .80f, kShadeLifted = .35f;  // of the other's light it is led to, and how far
constexpr float kUsualCreases = 2.2f;                     // of the mean: no crease is deeper
constexpr float kMostCrease = 14;                         // of 255: gloss and stubble are no creases

// A lower lip turned out, as films show it: a soft light on its upper half, shade towards its border and its
// ends, and on the skin right below (cm).
constexpr float kRidge = .05f, kUnderside = .17f, kEnds = .12f, kUnderneath = .06f, kBelow = .35f;
constexpr float kJawTurns = .6f;  // of it by an open jaw

using Colour = std::array<float, 3>;

float luma(const Colour& c) noexcept {
  return .299f * c[0] + .587f * c[1] + .114f * c[2];
}

/// y at x of a loop in the photo.
float height_at(const HeadModel& head, const Avatar& avatar, HeadLoop which, float x) noexcept {
  const auto& loop = head.loop(which);
  const auto at = [&](std::size_t i) -> const Vec2f& {
    return avatar.texture[static_cast<std::size_t>(loop[i])];
  };
  for (std::size_t i = 0; i + 1 < loop.size(); ++i) {
    const Vec2f &a = at(i), &b = at(i + 1);
    if (x < std::min(a.x(), b.x()) || x > std::max(a.x(), b.x())) continue;
    return a.y() + (b.y() - a.y()) * (x - a.x()) / (std::abs(b.x() - a.x()) < 1e-6f ? 1.f : b.x() - a.x());
  }
  return std::abs(x - at(0).x()) < std::abs(x - at(loop.size() - 1).x()) ? at(0).y()
                                                                         : at(loop.size() - 1).y();
}

Colour colour_at(const Avatar& avatar, float x, float y) noexcept {
  const ImageU8& picture = avatar.foreground;
  const int u = std::clamp(static_cast<int>(x), 0, picture.width - 1);
  const int v = std::clamp(static_cast<int>(y) + avatar.pad_top, 0, picture.height - 1);
  const std::uint8_t* p = picture.at(u, v);
  return {static_cast<float>(p[0]), static_cast<float>(p[1]), static_cast<float>(p[2])};
}

/// The mean of what is neither seam nor gloss by its brightness, nor skin by its colour: lips are redder.
Colour lip_colour(std::vector<Colour> colours) {
  std::sort(colours.begin(), colours.end(),
            [](const Colour& a, const Colour& b) { return luma(a) < luma(b); });
  const auto count = static_cast<std::ptrdiff_t>(colours.size());
  const auto begin = colours.begin() + count / 4, end = colours.end() - count / 6;
  std::sort(begin, end, [](const Colour& a, const Colour& b) { return a[1] * b[0] < b[1] * a[0]; });
  const auto reddest = std::max<std::ptrdiff_t>((end - begin) / 2, 1);
  Colour mean{};
  for (auto c = begin; c != begin + reddest; ++c)
    for (std::size_t k = 0; k < 3; ++k) mean[k] += (*c)[k] / static_cast<float>(reddest);
  return mean;
}

template <class Profile>
Profile smoothed(const Profile& profile, float sigma) {
  Profile out{};
  const int reach = static_cast<int>(3 * sigma), last = static_cast<int>(profile.size()) - 1;
  for (int i = 0; i <= last; ++i) {
    float sum = 0;
    for (int k = -reach; k <= reach; ++k) {
      const float w = std::exp(-.5f * static_cast<float>(k * k) / (sigma * sigma));
      const Colour& from = profile[static_cast<std::size_t>(std::clamp(i + k, 0, last))];
      for (std::size_t c = 0; c < 3; ++c) out[static_cast<std::size_t>(i)][c] += w * from[c];
      sum += w;
    }
    for (float& c : out[static_cast<std::size_t>(i)]) c /= sum;
  }
  return out;
}

template <class Profile>
Colour mean_of(const Profile& profile) {
  Colour mean{};
  for (const Colour& c : profile)
    for (std::size_t k = 0; k < 3; ++k) mean[k] += c[k] / static_cast<float>(profile.size());
  return mean;
}

/// What is seen of a thin lip is half seam, and half of it may lie in another light: its hue is led to that
/// which both lips have in common, and does not change along it. Full lips keep theirs, unless one is much
/// redder than the other: a camera shows lips redder in the shade, but pouting turns them into the light.
/// Returns for each lip (lower, upper) how much it lies in the shade, 0..1.
template <class Profile>
std::array<float, 2> share_hue(std::array<Profile, 2>& lips, const std::array<float, 2>& height_cm) {
  Colour common{};
  for (std::size_t lip = 0; lip < 2; ++lip) {
    const float weight = std::max(height_cm[lip] * height_cm[lip], .005f);
    for (const Colour& c : lips[lip])
      for (std::size_t k = 0; k < 3; ++k) common[k] += weight * c[k];
  }
  const float common_luma = std::max(luma(common), 1e-3f);
  for (float& c : common) c /= common_luma;
  const std::array<Colour, 2> mean = {mean_of(lips[0]), mean_of(lips[1])};
  const auto redness = [](const Colour& c) { return c[0] / std::max(luma(c), 1.f); };
  std::array<float, 2> in_shade{};
  for (std::size_t lip = 0; lip < 2; ++lip) {
    const float shaded = in_shade[lip] =
        luma(mean[lip]) < luma(mean[1 - lip])
            ? smoothstep(kRedder, kMuchRedder, redness(mean[lip]) / std::max(redness(mean[1 - lip]), .1f))
            : 0.f;
    const float share =
        std::max(kLeastShared + (kMostShared - kLeastShared) * smoothstep(.9f, .35f, height_cm[lip]),
                 kSharedInShade * shaded);
    const float wanted = kShadeLight * luma(mean[1 - lip]) / std::max(luma(mean[lip]), 1.f);
    const float lift = 1 + kShadeLifted * shaded * std::max(wanted - 1, 0.f);
    for (Colour& c : lips[lip]) {
      const float light = luma(c);
      for (std::size_t k = 0; k < 3; ++k) c[k] = lift * (c[k] + share * (common[k] * light - c[k]));
    }
  }
  return in_shade;
}

/// How much of what the photo shows at `p` of a lip is seam: 1 on the contact line.
float near_seam(const HeadModel& head, const Avatar& avatar, const Vec2f& p, bool upper) {
  const float inner =
      height_at(head, avatar, upper ? HeadLoop::lip_upper_inner : HeadLoop::lip_lower_inner, p.x());
  const float outer =
      height_at(head, avatar, upper ? HeadLoop::lip_upper_outer : HeadLoop::lip_lower_outer, p.x());
  const float height = (upper ? inner - outer : outer - inner) / avatar.px_per_cm();
  const float from_seam = std::max((upper ? inner - p.y() : p.y() - inner) / avatar.px_per_cm(), 0.f);
  if (height <= .02f || from_seam >= height) return 0;
  return smoothstep(kReach[upper], kSeam[upper], from_seam) * smoothstep(1.f, .7f, from_seam / height);
}

}  // namespace

LipSkin::Profile LipSkin::sample_lip(const HeadModel& head, const Avatar& avatar, bool upper,
                                     float& height_cm) const {
  const HeadLoop inner = upper ? HeadLoop::lip_upper_inner : HeadLoop::lip_lower_inner;
  const HeadLoop outer = upper ? HeadLoop::lip_upper_outer : HeadLoop::lip_lower_outer;
  const auto& rim = head.loop(HeadLoop::lip_upper_inner);
  const float left = avatar.texture[static_cast<std::size_t>(rim.front())].x();
  const float right = avatar.texture[static_cast<std::size_t>(rim.back())].x();
  // Near the corners the vermilion is too low to be told from seam and skin.
  constexpr std::size_t kFirst = kSamples / 5, kLast = kSamples - 1 - kFirst;
  Profile profile{};
  height_cm = 0;
  for (std::size_t k = kFirst; k <= kLast; ++k) {
    const float x = left + (right - left) * static_cast<float>(k) / (kSamples - 1);
    const float from = height_at(head, avatar, inner, x), to = height_at(head, avatar, outer, x);
    height_cm += std::abs(to - from) / avatar.px_per_cm() / static_cast<float>(kLast - kFirst + 1);
    std::vector<Colour> colours;
    for (int i = 0; i < 12; ++i)
      colours.push_back(colour_at(avatar, x, from + (to - from) * (.2f + .05f * static_cast<float>(i))));
    profile[k] = lip_colour(std::move(colours));
  }
  std::fill(profile.begin(), profile.begin() + kFirst, profile[kFirst]);
  std::fill(profile.begin() + kLast, profile.end(), profile[kLast]);
  return profile;
}

LipSkin::Profile LipSkin::sample_skin(const HeadModel& head, const Avatar& avatar, bool upper) const {
  const auto& rim = head.loop(HeadLoop::lip_upper_inner);
  const float left = avatar.texture[static_cast<std::size_t>(rim.front())].x();
  const float right = avatar.texture[static_cast<std::size_t>(rim.back())].x();
  const float cm = upper ? -avatar.px_per_cm() : avatar.px_per_cm();
  Profile profile{};
  for (std::size_t k = 0; k < kSamples; ++k) {
    const float x = left + (right - left) * static_cast<float>(k) / (kSamples - 1);
    const float border =
        height_at(head, avatar, upper ? HeadLoop::lip_upper_outer : HeadLoop::lip_lower_outer, x);
    for (int i = 0; i < 4; ++i) {
      const Colour at = colour_at(avatar, x, border + cm * (.18f + .08f * static_cast<float>(i)));
      for (std::size_t c = 0; c < 3; ++c) profile[k][c] += .25f * at[c];
    }
  }
  return profile;
}

LipSkin::LipSkin(const HeadModel& head, const Avatar& avatar, const std::vector<std::int32_t>& vertices)
    : own_(avatar.photo_expression) {
  std::array<Profile, 2> raw, even, skin;
  std::array<float, 2> height_cm{};
  for (std::size_t lip = 0; lip < 2; ++lip) {
    raw[lip] = sample_lip(head, avatar, lip == 1, height_cm[lip]);
    even[lip] = smoothed(raw[lip], .12f * kSamples);
    skin[lip] = smoothed(sample_skin(head, avatar, lip == 1), .07f * kSamples);
  }
  share_hue(even, height_cm);
  for (std::size_t lip = 0; lip < 2; ++lip) {
    const float thin =
        height_cm[lip] < height_cm[1 - lip] ? 1 - smoothstep(.1f, kThinLip, height_cm[lip]) : 0.f;
    const Profile soft = smoothed(raw[lip], .004f * kSamples), near = smoothed(raw[lip], .07f * kSamples);
    // A single dark place of the photo is no crease that goes on up and down the lip.
    float usual = 0;
    for (std::size_t k = 0; k < kSamples; ++k)
      usual += std::abs(luma(soft[k]) - luma(near[k])) / static_cast<float>(kSamples);
    const float deepest = std::min(kMostCrease, kUsualCreases * usual);
    for (std::size_t k = 0; k < kSamples; ++k)
      for (std::size_t c = 0; c < 3; ++c) {
        const float crease = std::clamp(soft[k][c] - near[k][c], -deepest, deepest);
        const float other = (lip == 1 ? .88f : 1.f) * even[1 - lip][k][c];
        // What is seen of a thin lip is its dark seam; turned out, it is hardly redder than skin.
        const float pale = kPale * (1 - smoothstep(.12f, kThinLip, height_cm[lip]));
        const float made = even[lip][k][c] + thin * (other - even[lip][k][c]);
        colours_[lip][k][c] = made + pale * (skin[lip][k][c] - made) + (1 - .5f * thin) * crease;
      }
  }

  const auto& upper = head.loop(HeadLoop::lip_upper_inner);
  const auto& lower = head.loop(HeadLoop::lip_lower_inner);
  const float first = head.neutral[static_cast<std::size_t>(upper.front())].x();
  const float last = head.neutral[static_cast<std::size_t>(upper.back())].x();
  for (const std::int32_t vertex : vertices) {
    const auto v = static_cast<std::size_t>(vertex);
    const Vec3f& p = head.neutral[v];
    float nearest = 1e9f;
    for (const auto* loop : {&upper, &lower})
      for (const std::int32_t rim : *loop)
        nearest = std::min(nearest, (head.neutral[static_cast<std::size_t>(rim)] - p).norm());
    const bool upper_side = head.lip_side[v] > 0;
    const bool inside = head.lip_depth[v] > (upper_side ? .3f : 1.3f);
    const float across = std::clamp((p.x() - first) / (last - first), 0.f, 1.f);
    // Where the lips go over into the cheek's skin there is nothing to pout.
    const float fade = smoothstep(.04f, .24f, std::min(across, 1 - across));
    float near = smoothstep(kReach[upper_side], kSeam[upper_side], nearest);
    if (nearest < 1.5f) near = std::max(near, near_seam(head, avatar, avatar.texture[v], upper_side));
    nearness_.push_back(inside ? std::max(.45f, near) : fade * near);
    across_.push_back(across);
    side_.push_back(std::clamp(head.lip_side[v], -1.f, 1.f));
    roundness_.push_back(roundness(head, v, across));
  }
}

float LipSkin::roundness(const HeadModel& head, std::size_t vertex, float across) {
  const Vec3f& p = head.neutral[vertex];
  if (head.lip_side[vertex] > 0 || head.lip_depth[vertex] > .3f) return 0;
  const auto nearest = [&](HeadLoop which, const Vec3f& from) {
    std::pair<float, Vec3f> best{1e9f, from};
    for (const std::int32_t v : head.loop(which)) {
      const Vec3f& at = head.neutral[static_cast<std::size_t>(v)];
      if (const float d = (at - from).norm(); d < best.first) best = {d, at};
    }
    return best;
  };
  const auto [from_border, border] = nearest(HeadLoop::lip_lower_outer, p);
  const float height = std::max(nearest(HeadLoop::lip_lower_inner, border).first, .05f);
  const float up = nearest(HeadLoop::lip_lower_inner, p).first / height;
  const float middle = smoothstep(.02f, .2f, std::min(across, 1 - across));
  if (up >= 1) return -middle * kUnderneath * smoothstep(kBelow, 0.f, from_border);
  const float ridge = kRidge * smoothstep(0.f, .3f, up) * smoothstep(.6f, .3f, up);
  const float ends = kEnds * smoothstep(.34f, .08f, std::min(across, 1 - across));
  return middle * (ridge - kUnderside * smoothstep(.45f, 1.f, up)) - ends * (1 - middle * .5f);
}

void LipSkin::write(const RigFrame& frame, SubMesh& mesh) noexcept {
  using enum Blendshape;
  const auto beyond_photo = [&](Blendshape shape) {
    return std::max(frame.expression[shape] - own_[shape], 0.f);
  };
  const float turned_out =
      beyond_photo(mouthPucker) + beyond_photo(mouthFunnel) + beyond_photo(mouthShrugUpper);
  pout_ = smoothstep(.05f, .45f, turned_out);
  exposure_ = std::max(pout_, smoothstep(.05f, .25f, frame.asked_opening_cm));
  const float turned = std::max(pout_, kJawTurns * smoothstep(.3f, 1.2f, frame.asked_opening_cm));
  for (std::size_t i = 0; i < nearness_.size(); ++i) {
    float* a = mesh.attributes(i);
    a[kSkinShade] *= 1 + turned * roundness_[i];
    a[kLipBare] = exposure_ * nearness_[i], a[kLipAcross] = across_[i], a[kLipSide] = side_[i];
  }
}

void LipSkin::paint(DetailCanvas& canvas) const noexcept {
  if (exposure_ <= 0) return;
  const std::size_t pixels = canvas.index(0, canvas.height());
  for (std::size_t i = 0; i < pixels; ++i) {
    if (canvas.skin_depth()[i] <= kRasterFar) continue;
    const float* a = canvas.skin_attributes(i);
    if (a[kLipBare] < .004f) continue;
    const float place = std::clamp(a[kLipAcross], 0.f, 1.f) * (kSamples - 1);
    const auto k = std::min(static_cast<std::size_t>(place), kSamples - 2);
    const float f = place - static_cast<float>(k), up = .5f + .5f * a[kLipSide];
    float* rgb = canvas.colour() + 4 * i;
    for (std::size_t c = 0; c < 3; ++c) {
      const float low = colours_[0][k][c] + f * (colours_[0][k + 1][c] - colours_[0][k][c]);
      const float high = colours_[1][k][c] + f * (colours_[1][k + 1][c] - colours_[1][k][c]);
      rgb[c] += a[kLipBare] * ((low + up * (high - low)) * a[kSkinShade] - rgb[c]);
    }
  }
}

}  // namespace parlante
