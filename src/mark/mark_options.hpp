// What a caller may choose of the marks. The invisible one is always there.
#pragma once

#include <cstdint>

#include "core/time.hpp"
#include "mark/ai_label.hpp"

namespace parlante {

struct MarkOptions {
  LabelTimes label = LabelTimes::repeat;
  Rational rate;  ///< of the frames: the label keeps time by it
  /// 24 bits that stand in the invisible mark and in the signed manifest; 0: made of the seed and the avatar.
  std::uint32_t render_id = 0;
};

}  // namespace parlante
