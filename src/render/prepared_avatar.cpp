#include "render/prepared_avatar.hpp"

#include <algorithm>
#include <array>
#include <tuple>

#include "core/shared_parts.hpp"

namespace parlante {
namespace {

FramePlace place_of(const RenderOptions& options) noexcept {
  const bool whole = options.part.width <= 0 || options.part.height <= 0;
  return {options.size, whole ? PixelRect{0, 0, options.size, options.size} : options.part};
}

// All that a PreparedAvatar depends on. Users hold head, avatar, background and surroundings as long as their
// renderer, so an address names one object.
using FormKey =
    std::tuple<const HeadModel*, const Avatar*, std::array<int, 5>, const ImageU8*, const ImageU8*>;
using GrainKey = std::tuple<std::uint64_t, std::array<float, 8>, float, float>;

FormKey form_of(const HeadModel& head, const Avatar& avatar, const RenderOptions& o) noexcept {
  return {&head,
          &avatar,
          {o.size, o.part.x, o.part.y, o.part.width, o.part.height},
          o.around.get(),
          o.background.get()};
}

}  // namespace

PreparedAvatar::PreparedAvatar(const HeadModel& head, const Avatar& avatar, const RenderOptions& options)
    : place(place_of(options)),
      surroundings(avatar, place, options.around),
      rig(head, avatar),
      foreground(prepare_foreground(avatar, options.size)),
      folds(head, avatar, foreground),
      relief(head, avatar, foreground.scale),
      plate(avatar, place, options.background.get()) {}

std::shared_ptr<const PreparedAvatar> prepare_avatar(const HeadModel& head, const Avatar& avatar,
                                                     const RenderOptions& options) {
  static SharedParts<FormKey, PreparedAvatar> shared;
  return shared.get(form_of(head, avatar, options),
                    [&] { return std::make_shared<const PreparedAvatar>(head, avatar, options); });
}

std::shared_ptr<const Grain> prepare_grain(const Avatar& avatar, const RenderOptions& options) {
  static SharedParts<GrainKey, Grain> shared;
  const GrainForm form =
      grain_form(avatar.grain_sigma, static_cast<float>(options.size) / static_cast<float>(avatar.size));
  const float amount = options.grain * form.amount;
  return shared.get({options.seed, avatar.grain, amount, form.sigma}, [&] {
    return std::make_shared<const Grain>(make_grain(options.seed, avatar.grain, amount, form.sigma));
  });
}

}  // namespace parlante
