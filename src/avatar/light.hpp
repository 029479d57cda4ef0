// How the face is lit (design 5.9).
#pragma once

#include <array>
#include <opencv2/core.hpp>
#include <span>

#include "avatar/photo_geometry.hpp"

namespace parlante {

struct FaceLight {
  std::array<float, 9> harmonics{};  ///< as Avatar::light
  float skin_luma = 128;             ///< median over the face, 0..255
  cv::Vec3f skin{158, 120, 105};     ///< RGB, medians over the face
};

/// Low-order spherical harmonics of the luma over the camera-frame normals of the visible face; robust
/// against brows, beards and shine (reweighted towards least absolute deviations). `weights`:
/// Avatar::mesh_weight.
FaceLight face_light(const PhotoGeometry& geometry, const cv::Mat& photo, std::span<const float> weights);

}  // namespace parlante
