// Cheeks that a smile lifts.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "core/arkit.hpp"
#include "head/head_model.hpp"

namespace parlante {

/// Raises the apples of the cheeks, and the lower lids a little, as the great zygomatic muscle and the ring
/// about the eye do: the expressions move a smile's corners and leave what lies above them. Immutable.
class CheekLift {
 public:
  explicit CheekLift(const HeadModel& head);

  /// How far an expression lifts the right and the left cheek, 0..1. A rounded mouth lets them down.
  static std::array<float, 2> pull(const BlendshapeWeights& expression) noexcept;

  /// `vertices` (head frame) show a face whose cheeks are at `from`; moves them to `to`.
  void lift(const std::array<float, 2>& from, const std::array<float, 2>& to,
            std::span<Vec3f> vertices) const noexcept;

 private:
  struct Move {
    std::int32_t vertex;
    Vec3f way;  ///< cm for 1
  };
  std::array<std::vector<Move>, 2> moves_;  ///< 0 right, 1 left
};

}  // namespace parlante
