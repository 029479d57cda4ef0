// What stays when the head turns: shoulders and collars that stand apart from it.
#pragma once

#include "avatar/avatar.hpp"

namespace parlante {

/// Sets the head's weight to 0 on what the photo shows below a gap of background beside the neck: shoulders,
/// hoods, collars, which a head that rolls would else lift along. Hair that reaches down to the shoulders
/// leaves no gap and bends with the head as before. `foreground`: RGBA, of which `pad_top` rows lie above
/// the picture that grid.source speaks of; `px_per_cm` in that picture.
void hold_shoulders(const ImageU8& foreground, int pad_top, float px_per_cm, ReliefGrid& grid);

}  // namespace parlante
