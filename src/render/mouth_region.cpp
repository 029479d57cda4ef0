#include "render/mouth_region.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/curves.hpp"
#include "render/source_map.hpp"
#include "render/stroke.hpp"

namespace parlante {
namespace {

constexpr float kMargin = .6f;                                 // cm around the lips: rim shadow and feather
constexpr float kSeamHalfWidth = .025f, kSeamSoftness = .05f;  // cm, of the line on which lips touch
constexpr float kShutSeam = .6f;                               // of the line's darkness beside an opening
constexpr float kSeamGap = .08f;                               // cm between the lips at which it is gone
constexpr float kSeamEnd = .07f;     // of the way from corner to corner over which it begins
constexpr float kSeamBeyond = .28f;  // cm beyond the opening's end over which it goes into a soft shadow

std::vector<std::int32_t> lip_vertices(const HeadModel& head) {
  std::vector<std::int32_t> all;
  for (const HeadLoop loop : {HeadLoop::lip_upper_outer, HeadLoop::lip_lower_outer})
    all.insert(all.end(), head.loop(loop).begin(), head.loop(loop).end());
  return all;
}

}  // namespace

void write_skin_attributes(const RigFrame& frame, const Avatar& avatar, float texture_scale,
                           SubMesh& mesh) noexcept {
  const std::vector<std::int32_t>& vertices = mesh.vertices();
  for (std::size_t i = 0; i < vertices.size(); ++i) {
    const auto v = static_cast<std::size_t>(vertices[i]);
    float* a = mesh.attributes(i);
    a[kSkinU] = frame.texture[v].x() * texture_scale, a[kSkinV] = frame.texture[v].y() * texture_scale;
    a[kSkinWeight] = avatar.mesh_weight[v], a[kSkinShade] = frame.shade[v];
  }
}

MouthRegion::MouthRegion(const HeadModel& head, const Avatar& avatar, std::size_t capacity)
    : head_(head),
      avatar_(avatar),
      skin_(head, lip_vertices(head), 2.5f, kLipAttributes),
      lip_skin_(head, avatar, skin_.vertices()),
      corners_(head, avatar),
      opening_(capacity),
      interior_(head, avatar, capacity),
      softness_(avatar.edge_blur, capacity) {}

void MouthRegion::draw_contact_line(const RigFrame& frame, bool open, DetailCanvas& canvas) noexcept {
  const float t = std::clamp((frame.asked_opening_cm - .02f) / .12f, 0.f, 1.f);
  // A photo of closed lips shows the line itself, unless pouting stretches it.
  const float whole = (1 - t * t * (3 - 2 * t)) * (avatar_.lips_closed ? lip_skin_.pout() : 1.f);
  const float shut = open ? kShutSeam * lip_skin_.exposure() : 0.f;
  if (std::max(whole, shut) <= 0) return;
  const float cm = avatar_.px_per_cm() * canvas.scale();
  const auto& upper = head_.loop(HeadLoop::lip_upper_inner);
  const auto& lower = head_.loop(HeadLoop::lip_lower_inner);
  // Both contours by their share of the way: they have different numbers of vertices.
  const auto at = [&](const std::vector<std::int32_t>& loop, float share) -> Vec2f {
    const float place = share * static_cast<float>(loop.size() - 1);
    const auto k = std::min(static_cast<std::size_t>(place), loop.size() - 2);
    const float f = place - static_cast<float>(k);
    const Vec2f p = frame.image[static_cast<std::size_t>(loop[k])] * (1 - f) +
                    frame.image[static_cast<std::size_t>(loop[k + 1])] * f;
    return {canvas.to_x(p.x()), canvas.to_y(p.y())};
  };
  // Columns in which the lips are apart.
  float open_from = 1e9f, open_to = -1e9f;
  if (open)
    for (int x = opening_.first(); x < opening_.last(); ++x)
      if (opening_.lower(x) - opening_.upper(x) > 1)
        open_from = std::min(open_from, static_cast<float>(x)), open_to = static_cast<float>(x + 1);
  const auto strength_at = [&](const Vec2f& p, float share) {
    if (shut <= 0) return whole;
    const float beyond = std::max({open_from - p.x(), p.x() - open_to, 0.f}) / cm;
    const int x = std::clamp(static_cast<int>(p.x()), opening_.first(), opening_.last() - 1);
    const float gap = (opening_.lower(x) - opening_.upper(x)) / cm;
    return std::max(whole, shut * smoothstep(kSeamGap, 0.f, gap) * std::exp(-beyond / kSeamBeyond) *
                               smoothstep(0.f, kSeamEnd, std::min(share, 1 - share)));
  };
  constexpr int kSteps = 40;
  std::array<Vec2f, kSteps + 1> line;
  for (int k = 0; k <= kSteps; ++k) {
    const float share = static_cast<float>(k) / kSteps;
    line[static_cast<std::size_t>(k)] = .5f * (at(upper, share) + at(lower, share));
  }
  float high = 1e9f, low = -1e9f;
  for (const Vec2f& p : line) high = std::min(high, p.y()), low = std::max(low, p.y());
  const float reach = (kSeamHalfWidth + kSeamSoftness) * cm + 1;
  const int y0 = static_cast<int>(std::clamp(high - reach, 0.f, static_cast<float>(canvas.height())));
  const int y1 = static_cast<int>(std::clamp(low + reach + 1, 0.f, static_cast<float>(canvas.height())));
  float* plane = canvas.second_mask();
  std::fill(plane + canvas.index(0, y0), plane + canvas.index(0, y1), 0.f);
  for (std::size_t k = 0; k < kSteps; ++k) {
    const Vec2f middle = .5f * (line[k] + line[k + 1]);
    const float strength = strength_at(middle, (static_cast<float>(k) + .5f) / kSteps);
    if (strength < .01f) continue;
    draw_stroke({plane, canvas.width(), canvas.height()}, line[k].x(), line[k].y(), line[k + 1].x(),
                line[k + 1].y(), {kSeamHalfWidth * cm, kSeamSoftness * cm, .75f * strength});
  }
  const float colour[3] = {avatar_.lip[0] * .42f, avatar_.lip[1] * .3f, avatar_.lip[2] * .3f};
  for (std::size_t i = canvas.index(0, y0); i < canvas.index(0, y1); ++i)
    if (plane[i] > 0)
      for (int c = 0; c < 3; ++c) {
        float& value = canvas.colour()[4 * i + static_cast<std::size_t>(c)];
        value += plane[i] * (std::min(colour[c], value) - value);
      }
}

void MouthRegion::draw(const Kernels& kernels, const RigFrame& frame, const ReliefLayer& relief,
                       const ForegroundTexture& foreground, DetailCanvas& canvas, ImageU8& picture) noexcept {
  Vec2f low = Vec2f::Constant(1e9f), high = Vec2f::Constant(-1e9f);
  for (const HeadLoop loop : {HeadLoop::lip_upper_outer, HeadLoop::lip_lower_outer})
    for (const std::int32_t v : head_.loop(loop)) {
      low = low.cwiseMin(frame.image[static_cast<std::size_t>(v)]);
      high = high.cwiseMax(frame.image[static_cast<std::size_t>(v)]);
    }
  open_area_ = 0;
  const float margin = kMargin * avatar_.px_per_cm();
  if (!canvas.begin(low.x() - margin, low.y() - margin, high.x() + margin, high.y() + margin)) return;
  const float output = .5f * canvas.scale();
  lips_ = {static_cast<int>(low.x() * output), static_cast<int>(low.y() * output),
           static_cast<int>((high.x() - low.x()) * output) + 1,
           static_cast<int>((high.y() - low.y()) * output) + 1};

  skin_.gather(frame);
  write_skin_attributes(frame, avatar_, foreground.scale, skin_);
  lip_skin_.write(frame, skin_);
  canvas.draw_skin(kernels, skin_, relief, frame, foreground.fine_view());
  corners_.paint(frame, corner_relaxation(frame.expression, avatar_.photo_expression, frame.opening_cm),
                 foreground.scale, canvas);
  lip_skin_.paint(canvas);
  const bool open = opening_.find(head_, frame, canvas);
  if (open) {
    open_area_ = opening_.area() / 4;
    if (softness_.softens(canvas)) opening_.cover(canvas);
    softness_.begin(canvas);
    interior_.draw(kernels, frame, opening_, canvas);
    softness_.end(kernels, canvas);
  }
  draw_contact_line(frame, open, canvas);
  canvas.finish(kernels, picture);
}

}  // namespace parlante
