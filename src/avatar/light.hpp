// How the face is lit and how noisy the photo is (design 5.9).
#pragma once

#include <array>
#include <opencv2/core.hpp>
#include <span>

#include "avatar/photo_geometry.hpp"

namespace parlante {

struct FaceLight {
  std::array<float, 9> harmonics{};  ///< as Avatar::light
  float skin_luma = 128;             ///< median over the face, 0..255
};

/// Low-order spherical harmonics of the luma over the camera-frame normals of the visible face; robust
/// against brows, beards and shine (reweighted towards least absolute deviations). `weights`:
/// Avatar::mesh_weight.
FaceLight face_light(const PhotoGeometry& geometry, const cv::Mat& photo, std::span<const float> weights);

/// Standard deviation of the photo's luma noise at luma 16, 48, ... 240: of the high-pass in the blocks of 8
/// px with the least of it. Levels with too few pixels take their neighbours' value.
std::array<float, 8> noise_by_luma(const cv::Mat& photo);

}  // namespace parlante
