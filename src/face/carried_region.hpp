// The region of a face in the next frame of a video.
#pragma once

#include "face/crop.hpp"
#include "face/landmarks.hpp"

namespace parlante {

/// A region tied to the face it was detected for. It moves, turns and grows with the face's stiff points (not
/// with its box, which pumps with the jaw), so that the landmark network always sees the face alike: on a
/// still the region stays where the detector put it, and the landmarks stay what they were.
class CarriedRegion {
 public:
  CarriedRegion() = default;
  CarriedRegion(const Region& region, const Landmarks& landmarks) noexcept;
  /// Where the face's region is when its landmarks are these.
  Region at(const Landmarks& landmarks) const noexcept;

 private:
  struct Placement {
    double x = 0, y = 0, size = 0, angle = 0;
  };
  static Placement placement(const Landmarks& landmarks) noexcept;

  Region region_;
  Placement origin_;
};

}  // namespace parlante
