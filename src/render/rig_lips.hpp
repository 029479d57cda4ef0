// What lips do beyond the expressions: round to a small ring in "oo", tuck under the upper teeth in "f",
// press in on each other in "p".
#pragma once

#include <span>
#include <vector>

#include "core/arkit.hpp"
#include "head/head_model.hpp"

namespace parlante {

/// How far the lips go, 0..1 each.
struct LipPose {
  float round = 0;   ///< pucker and funnel beyond the photo's own
  float tuck = 0;    ///< the lower lip rolled in under the upper teeth
  float press = 0;   ///< both lips rolled in on each other
  float spread = 0;  ///< smile, stretch and dimples, the photo's own included
  float open = 0;    ///< how far the mouth is: lips turn a little outwards instead of getting thin
  float drawn = 0;   ///< the corners drawn down by the jaw: a smile's `spread` gives way
};
/// All but `open`.
LipPose lip_pose(const BlendshapeWeights& expression, const BlendshapeWeights& own) noexcept;

/// Moves the skin about the mouth into a LipPose; before the opening is drawn (rig_mouth.hpp), whose law
/// keeps the asked gap. Immutable.
class LipShaper {
 public:
  explicit LipShaper(const HeadModel& head);
  void shape(const LipPose& pose, std::span<Vec3f> vertices) const noexcept;

 private:
  struct Move {
    std::int32_t vertex;
    Vec3f round, tuck, press, open, keep;  ///< cm for 1
  };
  std::vector<Move> moves_;
};

}  // namespace parlante
