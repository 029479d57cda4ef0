// The photo's eyes as textures that can turn (design 5.7), and the skin of lids it never showed (5.8).
#pragma once

#include <opencv2/core.hpp>

#include "avatar/avatar.hpp"
#include "avatar/light.hpp"
#include "avatar/photo_geometry.hpp"

namespace parlante {

struct MadeEye {
  EyeLayer layer;    ///< without the lashes
  cv::Vec3f sclera;  ///< colour of the white, RGB
};

/// `eye`: 0 right, 1 left. The iris is completed where lids hide it, the sclera painted behind it, the
/// highlight parted off.
MadeEye make_eye(const PhotoGeometry& geometry, const cv::Mat& photo, int eye);

struct LidSkin {
  std::array<Patch, 2> skin;  ///< 0 right, 1 left
  std::vector<float> weight;  ///< Avatar::lid_weight
  std::array<cv::Vec3f, 2> lash_colour;
  std::array<float, 2> lash_amount;
};

/// Pictures of the shut eyes, where they show, and the lashes. `eyes`: as make_eye() made them.
LidSkin lid_skin(const PhotoGeometry& geometry, const cv::Mat& photo, const FaceLight& light,
                 const std::array<EyeLayer, 2>& eyes);

}  // namespace parlante
