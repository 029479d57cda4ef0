#include "render/renderer.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "render/detail_canvas.hpp"
#include "render/eye_region.hpp"
#include "render/frame_layers.hpp"
#include "render/join_alpha.hpp"
#include "render/mouth_region.hpp"
#include "render/prepared_avatar.hpp"

namespace parlante {
namespace {

// Output pixels of the largest region: the mouth or an eye with its margins in the photo, with room for a
// wide smile, an open jaw and a head that comes nearer.
std::size_t region_capacity(const Avatar& avatar, const FramePlace& place) {
  const float output = avatar.px_per_cm() * static_cast<float>(place.size) / static_cast<float>(avatar.size);
  const float width = std::min(11.f * output, static_cast<float>(place.living().width)),
              height = std::min(9.f * output, static_cast<float>(place.living().height));
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
        shared(prepare_avatar(head, avatar, asked)),
        grain(prepare_grain(avatar, asked)),
        place(shared->place),
        posed(shared->rig.make_frame()),
        folded(shared->folds, shared->foreground),
        layers(head, avatar, place, shared->foreground.scale, shared->plate),
        canvas(place, avatar.size, region_capacity(avatar, place), kEyeSkinAttributes,
               avatar.grid.source.size()),
        mouth(head, avatar, canvas.capacity()),
        eyes{EyeRegion(head, avatar, 0, widest(asked)), EyeRegion(head, avatar, 1, widest(asked))} {
    if (!asked.transparent) return;
    colour = ImageU8(place.part.width, place.part.height, 3);
    alpha = ImageU8(place.part.width, place.part.height, 1);
    joiner = AlphaJoiner(place.part.width, place.part.height);
    canvas.cover(&alpha);
  }
  State(const State&) = delete;  // the canvas points at `alpha`
  State& operator=(const State&) = delete;

  static std::size_t widest(const RenderOptions& asked) { return 2 * static_cast<std::size_t>(asked.size); }

  PixelRect in_frame(PixelRect rect) const noexcept {
    rect.x -= place.part.x, rect.y -= place.part.y;
    return rect;
  }

  RenderOptions options;
  const Kernels& kernels;
  std::shared_ptr<const PreparedAvatar> shared;
  std::shared_ptr<const Grain> grain;
  FramePlace place;
  RigFrame posed;
  FoldedForeground folded;
  FrameLayers layers;
  DetailCanvas canvas;
  MouthRegion mouth;
  std::array<EyeRegion, 2> eyes;
  ImageU8 colour, alpha;  ///< of a transparent frame, else empty
  AlphaJoiner joiner{0, 0};
  RenderReport report;
};

Renderer::Renderer(const HeadModel& head, const Avatar& avatar, const RenderOptions& options)
    : state_(std::make_unique<State>(head, avatar, options)) {}
Renderer::~Renderer() = default;
Renderer::Renderer(Renderer&&) noexcept = default;

void Renderer::render(const FaceCode& code, std::int64_t index, ImageU8& frame) noexcept {
  State& s = *state_;
  const bool transparent = s.options.transparent;
  ImageU8& picture = transparent ? s.colour : frame;
  const PreparedAvatar& shared = *s.shared;
  shared.rig.pose(code, s.posed);
  const ForegroundTexture& foreground = s.folded.shown(s.posed.expression, s.posed.opening_cm);
  shared.surroundings.hold(s.posed.grid_image);
  s.layers.draw(s.kernels, s.posed, shared.relief, foreground, picture, transparent ? &s.alpha : nullptr);
  s.mouth.draw(s.kernels, s.posed, shared.relief, foreground, s.canvas, picture);
  for (EyeRegion& eye : s.eyes) eye.draw(s.kernels, s.posed, shared.relief, foreground, s.canvas, picture);
  shared.surroundings.lay_around(picture);
  if (s.options.grain > 0)
    s.kernels.grain(*s.grain, grain_offset(s.options.seed, index), picture.pixels.data(),
                    static_cast<int>(picture.stride()), picture.width, picture.height);
  if (transparent) s.joiner.join(s.colour, s.alpha, frame);
  s.report.drawn_aperture = s.posed.drawn_aperture;
  s.report.asked_aperture = s.posed.asked_aperture;
  s.report.mouth = s.in_frame(s.mouth.lips());
  s.report.eyes = s.in_frame(joined(s.eyes[0].box(), s.eyes[1].box()));
  s.report.mouth_open_area = s.mouth.open_area();
  s.report.eye_open_area = s.eyes[0].open_area() + s.eyes[1].open_area();
}

const RenderReport& Renderer::report() const noexcept {
  return state_->report;
}
int Renderer::width() const noexcept {
  return state_->place.part.width;
}
int Renderer::height() const noexcept {
  return state_->place.part.height;
}
int Renderer::channels() const noexcept {
  return state_->options.transparent ? 4 : 3;
}

}  // namespace parlante
