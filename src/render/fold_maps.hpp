// What a full pull of each fold does to the light of each place of the photo.
#pragma once

#include <array>
#include <vector>

#include "avatar/avatar.hpp"
#include "head/head_model.hpp"
#include "render/fold_lines.hpp"

namespace parlante {

/// A factor on the light, less 1, for the photo's px of a rectangle.
struct FoldMap {
  PixelRect rect;
  std::vector<float> gain;  ///< rect.width x rect.height; empty: nothing

  /// Bilinear at photo px; 0 outside.
  float at(float x, float y) const noexcept;
};

struct FoldMaps {
  std::array<FoldMap, kFolds> made;      ///< the fold
  std::array<FoldMap, kFolds> smoothed;  ///< what takes the photo's own fold away
  /// Of this person's folds, 0 to 1: by the fine lines of forehead and cheeks.
  float depth = 0;
};

FoldMaps fold_maps(const HeadModel& head, const Avatar& avatar);

}  // namespace parlante
