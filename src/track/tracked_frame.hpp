// What is known of a face in one frame of a video: the input of the face-code solver.
#pragma once

#include <bitset>

#include "core/arkit.hpp"
#include "face/landmarks.hpp"

namespace parlante {

/// Which of the landmarks a tracker gave. Data sets often keep only some of them.
using KnownLandmarks = std::bitset<kLandmarks>;

struct TrackedFrame {
  Landmarks landmarks{};  ///< px, x right, y down, z smaller = nearer; only those in `known` are read
  KnownLandmarks known = KnownLandmarks().set();
  BlendshapeWeights scores{};  ///< the tracker's 52 scores; read only when has_scores
  bool has_scores = true;
  float picture_size = 0;  ///< longer side of the picture, px; 0: not known (then no translation is solved)
  double seconds = 0;      ///< not read by the solver; may be anything
};

}  // namespace parlante
