#include "render/mouth_tissue.hpp"

#include <algorithm>
#include <cmath>

#include "avatar/numeric.hpp"
#include "core/curves.hpp"

namespace parlante {
namespace {

constexpr float kBrightest = 1.3f;
// Socket, tongue, gums, teeth.
constexpr std::array<TissueLaw, kTissues> kLaws = {{{1.50f, .28f, 1.1f, 3.0f, 20, {.85f, 1.16f, 1.16f}},
                                                    {1.70f, .22f, 2.0f, 2.0f, 110, {.85f, 1.16f, 1.16f}},
                                                    {1.3f, .20f, 1.1f, 3.2f, 40, {.85f, 1.20f, 1.20f}},
                                                    {1.95f, .10f, 1.1f, 2.2f, 42, {.94f, 1.03f, 1.04f}}}};

// A soft photo (blur of its sharpest edges, px of the working picture) shows no deep dark: what is dimmest is
// lifted by up to kSoftLift of itself.
constexpr float kSharpBlur = 1.6f, kSoftBlur = 3.f, kSoftLift = .65f;

// Lips that shine scatter no more light into the mouth than lips as bright as the skin.
constexpr float kLipsLight = 1.f;

constexpr float kTongueHalfWidth = 2.2f, kTongueFront = 9.8f,
                kTongueBack = 3.0f;  // cm on the mean head: what the texture covers
constexpr float kTexelsPerCm = 25;   // across and along

/// Smooth noise of about -1..1 with features of one unit; the same on every machine.
float noise(float x, float y) noexcept {
  const auto value = [](int i, int j) {
    std::uint32_t h =
        static_cast<std::uint32_t>(i) * 0x9E3779B1u ^ (static_cast<std::uint32_t>(j) * 0x85EBCA77u);
    h ^= h >> 15, h *= 0x2C1B3C6Du, h ^= h >> 12, h *= 0x297A2D39u, h ^= h >> 15;
    return static_cast<float>(h & 0xFFFFu) / 32767.5f - 1;
  };
  const float fx = std::floor(x), fy = std::floor(y);
  const int i = static_cast<int>(fx), j = static_cast<int>(fy);
  const float s = smoothstep(0.f, 1.f, x - fx), t = smoothstep(0.f, 1.f, y - fy);
  const float above = value(i, j) + s * (value(i + 1, j) - value(i, j));
  const float below = value(i, j + 1) + s * (value(i + 1, j + 1) - value(i, j + 1));
  return above + t * (below - above);
}

}  // namespace

const TissueLaw& tissue_law(Tissue tissue) noexcept {
  return kLaws[tissue];
}

MouthTissue::MouthTissue(const HeadModel& head, const Avatar& avatar)
    : begin_(static_cast<std::size_t>(head.skin_end())),
      lift_(1 + kSoftLift * smoothstep(kSharpBlur, kSoftBlur, avatar.edge_blur)) {
  const auto count = static_cast<std::size_t>(head.interior_end()) - begin_;
  tissue_.assign(count, kSocket);
  tone_.assign(count, 1.f);
  place_.assign(count, Vec2f::Zero());
  const std::pair<HeadPart, Tissue> parts[] = {
      {HeadPart::socket, kSocket},   {HeadPart::tongue, kTongue},     {HeadPart::gums_upper, kGums},
      {HeadPart::gums_lower, kGums}, {HeadPart::teeth_upper, kTeeth}, {HeadPart::teeth_lower, kTeeth}};
  for (const auto& [part, tissue] : parts)
    for (std::int32_t v = head.part(part).begin; v < head.part(part).end; ++v) {
      const std::size_t local = static_cast<std::size_t>(v) - begin_;
      tissue_[local] = tissue;
    }
  place_tongue(head);
  for (const HeadPart row : {HeadPart::teeth_upper, HeadPart::teeth_lower}) tone_crowns(head, row, avatar);
  paint_tongue();
  fill_colours(avatar);
}

void MouthTissue::place_tongue(const HeadModel& head) {
  const VertexRange& range = head.part(HeadPart::tongue);
  constexpr int kSlices = 16;
  std::array<float, kSlices> half_width{}, top;
  top.fill(-1e9f);
  const auto slice = [&](float z) {
    const float along = (z - kTongueBack) / (kTongueFront - kTongueBack);
    return static_cast<std::size_t>(std::clamp(static_cast<int>(along * kSlices), 0, kSlices - 1));
  };
  for (std::int32_t v = range.begin; v < range.end; ++v) {
    const Vec3f& p = head.neutral[static_cast<std::size_t>(v)];
    const std::size_t k = slice(p.z());
    half_width[k] = std::max(half_width[k], std::abs(p.x())), top[k] = std::max(top[k], p.y());
  }
  for (std::int32_t v = range.begin; v < range.end; ++v) {
    const Vec3f& p = head.neutral[static_cast<std::size_t>(v)];
    const std::size_t local = static_cast<std::size_t>(v) - begin_, k = slice(p.z());
    const float side = std::abs(p.x()) / std::max(half_width[k], .2f), under = top[k] - p.y();
    tone_[local] = (1 - .32f * smoothstep(.45f, 1.f, side)) * (1 - .32f * smoothstep(.25f, .8f, under));
    // Along the surface: down the tip's front the texture runs on.
    const float along = kTongueFront - p.z() + .7f * std::max(under, 0.f);
    place_[local] = {(p.x() + kTongueHalfWidth) * kTexelsPerCm, along * kTexelsPerCm};
  }
}

void MouthTissue::tone_crowns(const HeadModel& head, HeadPart row, const Avatar& avatar) {
  const VertexRange& range = head.part(row);
  if (static_cast<std::size_t>(range.size()) % kCrown != 0) return;  // another head's teeth
  for (std::int32_t v = range.begin; v < range.end; ++v) {
    const auto local = static_cast<std::size_t>(v - range.begin), crown = local / kCrown;
    const std::size_t point = local % kCrown, ring = point / kCrownAround;
    const float height = static_cast<float>(ring) / kCrownRings;
    const float turn = 6.2831853f * static_cast<float>(point % kCrownAround) / kCrownAround;
    const float side = point + 1 == kCrown ? 0.f : std::abs(std::cos(turn));
    // Enamel is bright at its belly, darker towards neighbours and gum, and lets light through at its edge.
    float tone = 1 - .26f * smoothstep(.62f, 1.f, side);
    tone *= 1 - .16f * smoothstep(.55f, .15f, height);
    tone *= 1 - .13f * smoothstep(.80f, 1.f, height);
    if (row == HeadPart::teeth_upper && crown < kCrowns) tone *= 1 + avatar.crown_light[crown];
    tone *= 1 + .055f * noise(7.3f * static_cast<float>(crown), row == HeadPart::teeth_upper ? .5f : 9.5f);
    tone_[static_cast<std::size_t>(v) - begin_] = tone;
  }
}

void MouthTissue::paint_tongue() {
  tongue_.resize(static_cast<std::size_t>(kTongueWidth) * kTongueLength);
  for (int j = 0; j < kTongueLength; ++j)
    for (int i = 0; i < kTongueWidth; ++i) {
      const float x = (static_cast<float>(i) + .5f) / kTexelsPerCm - kTongueHalfWidth;
      const float along = (static_cast<float>(j) + .5f) / kTexelsPerCm;
      TongueTexel& t = tongue_[static_cast<std::size_t>(j * kTongueWidth + i)];
      const float papillae = noise(11 * x, 9 * along), fine = noise(21 * x + 40, 19 * along),
                  patches = noise(1.7f * x + 80, 1.3f * along), middling = noise(4.5f * x, 3.5f * along + 60);
      // The median furrow wanders a little and is gone at the tip.
      const float furrow = x - .05f * noise(9.f, 1.1f * along);
      const float depth = smoothstep(.15f, 1.2f, along);
      const float groove = .12f * depth * std::exp(-furrow * furrow / (.11f * .11f)) +
                           .16f * depth * std::exp(-furrow * furrow / (.42f * .42f));
      t.light = (1 + .07f * papillae + .06f * fine + .05f * patches + .035f * middling) * (1 - groove);
      t.coat = std::clamp(smoothstep(.3f, 2.2f, along) * smoothstep(1.6f, .6f, std::abs(x)) * .8f +
                              .25f * patches + .18f * papillae,
                          0.f, 1.f);
      t.wet = std::clamp(.40f + .30f * middling + .55f * papillae + .35f * fine - 1.2f * groove, 0.f, 1.f);
    }
}

MouthTissue::TongueTexel MouthTissue::tongue_at(float u, float v) const noexcept {
  const float x = std::clamp(u - .5f, 0.f, kTongueWidth - 1.001f),
              y = std::clamp(v - .5f, 0.f, kTongueLength - 1.001f);
  const int i = static_cast<int>(x), j = static_cast<int>(y);
  const float s = x - static_cast<float>(i), t = y - static_cast<float>(j);
  const TongueTexel* p = tongue_.data() + j * kTongueWidth + i;
  const auto mix = [&](float TongueTexel::*of) {
    const float above = p[0].*of + s * (p[1].*of - p[0].*of);
    const float below = p[kTongueWidth].*of + s * (p[kTongueWidth + 1].*of - p[kTongueWidth].*of);
    return above + t * (below - above);
  };
  return {mix(&TongueTexel::light), mix(&TongueTexel::coat), mix(&TongueTexel::wet)};
}

void MouthTissue::fill_colours(const Avatar& avatar) {
  const std::array<std::array<float, 3>, kTissues> base = {avatar.socket, avatar.tongue, avatar.gum,
                                                           avatar.tooth};
  for (std::size_t tissue = 0; tissue < kTissues; ++tissue)
    for (std::size_t k = 0; k < kShades; ++k) {
      const float bright = kBrightest * static_cast<float>(k) / (kShades - 1);
      for (std::size_t c = 0; c < 3; ++c) {
        const float own = tissue == kGums ? 1.15f : 1.f;
        float value = own * base[tissue][c] * std::pow(std::max(bright, 1e-4f), kLaws[tissue].power[c]);
        // What is left of dark teeth is the red of the mouth around them.
        if (tissue == kTeeth) {
          const float dark = smoothstep(.62f, .15f, bright);
          value += dark * (avatar.socket[c] * (.14f + .95f * bright) - value);
        }
        colours_[tissue][k][c] = value;
      }
    }
  // The dark of a mouth is red whatever lies on the lips: gloss and grey lips are no light from within.
  const float lip = .299f * avatar.lip[0] + .587f * avatar.lip[1] + .114f * avatar.lip[2];
  const float light = std::min(lip, kLipsLight * avatar.skin_luma);
  const float own = .5f * light / std::max(lip, 1.f);
  emptiness_ = {own * avatar.lip[0] * .46f + .5f * .78f * light,
                own * avatar.lip[1] * .29f + .5f * .245f * light,
                own * avatar.lip[2] * .28f + .5f * .225f * light};
}

void MouthTissue::shade(const float* a, float ambient, float* rgb) const noexcept {
  const auto tissue = static_cast<std::size_t>(
      std::clamp(static_cast<int>(a[kTissue] + .5f), 0, static_cast<int>(kTissues) - 1));
  const TissueLaw& law = kLaws[tissue];
  float bright = a[kLight] * (.40f + .60f * ambient), gloss = law.gloss * a[kGloss] * ambient, coat = 0;
  if (tissue == kTongue) {
    const TongueTexel t = tongue_at(a[kPlaceU], a[kPlaceV]);
    bright *= t.light, gloss *= t.wet, coat = t.coat;
  }
  bright = std::clamp(bright, lift_ * law.dimmest, kBrightest);
  const std::array<float, 3>& colour =
      colours_[tissue][static_cast<std::size_t>(bright * ((kShades - 1) / kBrightest) + .5f)];
  rgb[0] = colour[0] + gloss;
  rgb[1] = colour[1] + .13f * coat * (colour[0] - colour[1]) + gloss;
  rgb[2] = colour[2] + .10f * coat * (colour[0] - colour[2]) + gloss;
}

}  // namespace parlante
