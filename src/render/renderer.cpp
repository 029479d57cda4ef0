#include "render/renderer.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "render/detail_canvas.hpp"
#include "render/eye_region.hpp"
#include "render/frame_layers.hpp"
#include "render/mouth_region.hpp"

namespace parlante {
namespace {

// Output pixels of the largest region: the mouth or an eye with its margins in the photo, with room for a
// wide smile, an open jaw and a head that comes nearer.
std::size_t region_capacity(const Avatar& avatar, int size) {
  const float output = avatar.px_per_cm() * static_cast<float>(size) / static_cast<float>(avatar.size);
  const float width = std::min(11.f * output, static_cast<float>(size)),
              height = std::min(9.f * output, static_cast<float>(size));
  return static_cast<std::size_t>(std::max(width, 16.f)) * static_cast<std::size_t>(std::max(height, 16.f));
}

PixelRect joined(const PixelRect& a, const PixelRect& b) noexcept {
  const int x0 = std::min(a.x, b.x), y0 = std::min(a.y, b.y);
  return {x0, y0, std::max(a.x + a.width, b.x + b.width) - x0, std::max(a.y + a.height, b.y + b.height) - y0};
}

}  // namespace

struct Renderer::State {
  State(const HeadModel& head, const Avatar& avatar, const RenderOptions& asked)
      : options(asked),
        kernels(parlante::kernels(asked.kernels)),
        rig(head, avatar),
        posed(rig.make_frame()),
        foreground(prepare_foreground(avatar, asked.size)),
        relief(head, avatar, foreground.scale),
        layers(head, avatar, asked.size, foreground.scale),
        canvas(asked.size, avatar.size, region_capacity(avatar, asked.size), kEyeSkinAttributes),
        mouth(head, avatar, canvas.capacity()),
        eyes{EyeRegion(head, avatar, 0, widest(asked)), EyeRegion(head, avatar, 1, widest(asked))},
        // Noise of a photo that is larger than the frame is averaged away with its pixels.
        grain(make_grain(
            asked.seed, avatar.grain,
            asked.grain * std::min(1.f, static_cast<float>(asked.size) / static_cast<float>(avatar.size)))) {}

  static std::size_t widest(const RenderOptions& asked) { return 2 * static_cast<std::size_t>(asked.size); }

  RenderOptions options;
  const Kernels& kernels;
  Rig rig;
  RigFrame posed;
  ForegroundTexture foreground;
  ReliefLayer relief;
  FrameLayers layers;
  DetailCanvas canvas;
  MouthRegion mouth;
  std::array<EyeRegion, 2> eyes;
  Grain grain;
  RenderReport report;
};

Renderer::Renderer(const HeadModel& head, const Avatar& avatar, const RenderOptions& options)
    : state_(std::make_unique<State>(head, avatar, options)) {}
Renderer::~Renderer() = default;
Renderer::Renderer(Renderer&&) noexcept = default;

void Renderer::render(const FaceCode& code, std::int64_t index, ImageU8& frame) noexcept {
  State& s = *state_;
  s.rig.pose(code, s.posed);
  s.layers.draw(s.kernels, s.posed, s.relief, s.foreground, frame);
  s.mouth.draw(s.kernels, s.posed, s.relief, s.foreground, s.canvas, frame);
  for (EyeRegion& eye : s.eyes) eye.draw(s.kernels, s.posed, s.relief, s.foreground, s.canvas, frame);
  if (s.options.grain > 0)
    s.kernels.grain(s.grain, grain_offset(s.options.seed, index), frame.pixels.data(),
                    static_cast<int>(frame.stride()), frame.width, frame.height);
  s.report.drawn_aperture = s.posed.drawn_aperture;
  s.report.asked_aperture = s.posed.asked_aperture;
  s.report.mouth = s.mouth.lips();
  s.report.eyes = joined(s.eyes[0].box(), s.eyes[1].box());
  s.report.mouth_open_area = s.mouth.open_area();
  s.report.eye_open_area = s.eyes[0].open_area() + s.eyes[1].open_area();
}

const RenderReport& Renderer::report() const noexcept {
  return state_->report;
}
int Renderer::size() const noexcept {
  return state_->options.size;
}

}  // namespace parlante
