#include "render/mouth_region.hpp"

#include <algorithm>
#include <cmath>

#include "render/source_map.hpp"
#include "render/stroke.hpp"

namespace parlante {
namespace {

constexpr float kMargin = .6f;  // cm around the lips: rim shadow and feather

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
      opening_(capacity),
      interior_(head, avatar, capacity),
      softness_(avatar.edge_blur, capacity) {}

void MouthRegion::draw_contact_line(const RigFrame& frame, DetailCanvas& canvas) noexcept {
  const float t = std::clamp((frame.asked_opening_cm - .02f) / .12f, 0.f, 1.f);
  // A photo of closed lips shows the line itself, unless pouting stretches it.
  const float strength = (1 - t * t * (3 - 2 * t)) * (avatar_.lips_closed ? lip_skin_.pout() : 1.f);
  if (strength <= 0) return;
  const float cm = avatar_.px_per_cm() * canvas.scale();
  float* plane = canvas.second_mask();
  std::fill(plane, plane + canvas.index(0, canvas.height()), 0.f);
  const StrokeStyle style{.025f * cm, .05f * cm, .75f * strength};
  const auto& upper = head_.loop(HeadLoop::lip_upper_inner);
  const auto& lower = head_.loop(HeadLoop::lip_lower_inner);
  // Both contours by their share of the way: they have different numbers of vertices.
  const auto at = [&](const std::vector<std::int32_t>& loop, float share) -> Vec2f {
    const float place = share * static_cast<float>(loop.size() - 1);
    const auto k = std::min(static_cast<std::size_t>(place), loop.size() - 2);
    const float f = place - static_cast<float>(k);
    return frame.image[static_cast<std::size_t>(loop[k])] * (1 - f) +
           frame.image[static_cast<std::size_t>(loop[k + 1])] * f;
  };
  constexpr int kSteps = 40;
  Vec2f before = Vec2f::Zero();
  for (int k = 0; k <= kSteps; ++k) {
    const float share = static_cast<float>(k) / kSteps;
    const Vec2f here = .5f * (at(upper, share) + at(lower, share));
    if (k > 0)
      draw_stroke({plane, canvas.width(), canvas.height()}, canvas.to_x(before.x()), canvas.to_y(before.y()),
                  canvas.to_x(here.x()), canvas.to_y(here.y()), style);
    before = here;
  }
  const float line[3] = {avatar_.lip[0] * .42f, avatar_.lip[1] * .3f, avatar_.lip[2] * .3f};
  for (std::size_t i = 0; i < canvas.index(0, canvas.height()); ++i)
    if (plane[i] > 0)
      for (int c = 0; c < 3; ++c)
        canvas.colour()[4 * i + static_cast<std::size_t>(c)] +=
            plane[i] * (line[c] - canvas.colour()[4 * i + static_cast<std::size_t>(c)]);
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
  lip_skin_.paint(canvas);
  if (opening_.find(head_, frame, canvas)) {
    open_area_ = opening_.area() / 4;
    softness_.begin(canvas);
    interior_.draw(kernels, frame, opening_, canvas);
    softness_.end(kernels, canvas);
  }
  draw_contact_line(frame, canvas);
  canvas.finish(kernels, picture);
}

}  // namespace parlante
