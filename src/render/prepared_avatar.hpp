// What drawing needs of an avatar besides the avatar itself: the same for all frames and all threads.
#pragma once

#include <memory>

#include "render/folds.hpp"
#include "render/frame_plate.hpp"
#include "render/grain.hpp"
#include "render/layer_texture.hpp"
#include "render/relief_layer.hpp"
#include "render/renderer.hpp"
#include "render/rig.hpp"
#include "render/surroundings.hpp"

namespace parlante {

/// Immutable. Head and avatar must outlive it.
struct PreparedAvatar {
  PreparedAvatar(const HeadModel& head, const Avatar& avatar, const RenderOptions& options);

  FramePlace place;
  Surroundings surroundings;
  Rig rig;
  ForegroundTexture foreground;
  Folds folds;
  ReliefLayer relief;
  FramePlate plate;
};

/// The one of all renderers that draw this avatar in the same form. Takes about .1 s for the first of them.
std::shared_ptr<const PreparedAvatar> prepare_avatar(const HeadModel& head, const Avatar& avatar,
                                                     const RenderOptions& options);
/// Likewise the grain that these options ask for.
std::shared_ptr<const Grain> prepare_grain(const Avatar& avatar, const RenderOptions& options);

}  // namespace parlante
