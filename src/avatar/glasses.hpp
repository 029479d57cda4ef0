// Glasses in the photo: what carries them keeps its shape when the face moves (frames do not bend with blinks
// and brows), and behind dark ones no lids are drawn.
#pragma once

#include <opencv2/core.hpp>
#include <vector>

#include "avatar/photo_geometry.hpp"

namespace parlante {

struct Glasses {
  bool worn = false;
  bool dark = false;  ///< sunglasses: the eyes cannot be seen
  float low_rim = 0;  ///< of the frame below the iris, over the distance of the irises
  float bridge = 0;   ///< what it was decided by: contrasts of the bridge, of the weaker lower rim,
  float rim = 0;      ///< of the step from dark lens to cheek, and
  float step = 0;
  float brightest = 0;  ///< the brighter eye's 95th percentile over its cheek's luma
};

/// Looks for a dark line across the bridge of the nose and one below each eye where lids and bags never are,
/// or for two lenses far darker than the cheeks. Thin frames of the skin's own colour and rimless lenses are
/// not found. `photo`: CV_32FC3 RGB.
Glasses find_glasses(const cv::Mat& photo, const Landmarks& landmarks);

/// Of each face vertex: 1 where glasses lie on it, 0 where the face is free to move. Empty without glasses.
std::vector<float> glasses_weight(const HeadModel& head, const Glasses& glasses);

}  // namespace parlante
