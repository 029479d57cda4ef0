// Folds of the skin that come and go with expressions, as a factor on the photo's texture (design 7).
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "avatar/avatar.hpp"
#include "head/head_model.hpp"
#include "render/corner_skin.hpp"
#include "render/fold_lines.hpp"
#include "render/fold_maps.hpp"
#include "render/layer_texture.hpp"

namespace parlante {

/// How an avatar's skin folds in one foreground texture; immutable. How strong folds are is measured on the
/// photo: skin with fine lines of its own folds deeper. Hair, beards, glasses and hats do not fold. What the
/// photo's own expression has folded already is not folded again, and smile lines are smoothed where an
/// expression pulls less.
class Folds {
 public:
  /// Takes about 40 ms.
  Folds(const HeadModel& head, const Avatar& avatar, const ForegroundTexture& foreground);

 private:
  friend class FoldedForeground;

  struct Gain {
    Fold fold;
    bool undo = false;                ///< for a pull that is less than the photo's own
    std::vector<std::int8_t> texels;  ///< how much lighter or darker for a full pull, 1/256 of the light
  };
  struct Span {
    int first = 0, last = 0;
  };
  /// A rectangle of one texture with the gains that lie in it. No two of a texture share a texel.
  struct Area {
    bool coarse = false;
    PixelRect rect;
    std::vector<Gain> gains;
    std::vector<std::int16_t> relaxed;  ///< four a texel: what to add for relaxed corners; empty: nothing
    std::vector<Span> rows;             ///< texels that any gain or `relaxed` touches
  };

  void add_areas(const FoldMaps& maps, const std::array<CornerSkin, 2>& corners,
                 const ForegroundTexture& foreground, bool coarse);
  /// Of the pull of `expression`, in steps.
  int steps(const Gain& gain, const std::array<float, kFolds>& pull) const noexcept;

  BlendshapeWeights own_{};
  std::array<float, kFolds> own_pull_{};
  std::vector<Area> areas_;
};

/// The foreground as a frame's expression folds it. One a renderer.
class FoldedForeground {
 public:
  /// Copies `base`; both must outlive it.
  FoldedForeground(const Folds& folds, const ForegroundTexture& base);

  /// Valid until the next call; depends on `expression` (absolute weights) and the lips' `opening_cm` alone.
  /// Where no pull has changed since the last call it costs nothing, at most about .2 ms.
  const ForegroundTexture& shown(const BlendshapeWeights& expression, float opening_cm = 0) noexcept;

 private:
  void fold(const Folds::Area& area, const int* steps, int relaxation) noexcept;

  const Folds& folds_;
  const ForegroundTexture& base_;
  ForegroundTexture folded_;
  std::vector<int> steps_;  ///< of every gain of every area, as the texture shows them
  int relaxation_ = 0;      ///< likewise of the corners, 1/64
  std::vector<std::int32_t> row_;
  std::vector<std::int16_t> gain_;
};

}  // namespace parlante
