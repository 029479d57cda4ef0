// The 52 blendshapes of Apple's ARKit, in Apple's order, and the code of one face.
#pragma once

#include <Eigen/Core>
#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace parlante {

inline constexpr std::size_t kBlendshapes = 52;

/// Index of a blendshape; the names are Apple's (ARFaceAnchor.BlendShapeLocation). "Left" is the person's
/// left.
enum class Blendshape : std::size_t {
  eyeBlinkLeft,
  eyeLookDownLeft,
  eyeLookInLeft,
  eyeLookOutLeft,
  eyeLookUpLeft,
  eyeSquintLeft,
  eyeWideLeft,
  eyeBlinkRight,
  eyeLookDownRight,
  eyeLookInRight,
  eyeLookOutRight,
  eyeLookUpRight,
  eyeSquintRight,
  eyeWideRight,
  jawForward,
  jawLeft,
  jawRight,
  jawOpen,
  mouthClose,
  mouthFunnel,
  mouthPucker,
  mouthLeft,
  mouthRight,
  mouthSmileLeft,
  mouthSmileRight,
  mouthFrownLeft,
  mouthFrownRight,
  mouthDimpleLeft,
  mouthDimpleRight,
  mouthStretchLeft,
  mouthStretchRight,
  mouthRollLower,
  mouthRollUpper,
  mouthShrugLower,
  mouthShrugUpper,
  mouthPressLeft,
  mouthPressRight,
  mouthLowerDownLeft,
  mouthLowerDownRight,
  mouthUpperUpLeft,
  mouthUpperUpRight,
  browDownLeft,
  browDownRight,
  browInnerUp,
  browOuterUpLeft,
  browOuterUpRight,
  cheekPuff,
  cheekSquintLeft,
  cheekSquintRight,
  noseSneerLeft,
  noseSneerRight,
  tongueOut,
};

/// camelCase names in the order of the enum.
extern const std::array<std::string_view, kBlendshapes> kBlendshapeNames;

/// The blendshape of that name, or nothing.
std::optional<Blendshape> blendshape_named(std::string_view name) noexcept;

struct BlendshapeWeights : std::array<float, kBlendshapes> {
  using std::array<float, kBlendshapes>::operator[];
  float& operator[](Blendshape shape) noexcept { return (*this)[static_cast<std::size_t>(shape)]; }
  float operator[](Blendshape shape) const noexcept { return (*this)[static_cast<std::size_t>(shape)]; }
};

/// Everything a frame asks of the face, relative to the photo.
struct FaceCode {
  BlendshapeWeights
      weights{};  ///< [0,1]; added to the photo's own brows, eyes and smile. eyeBlink*: 1 = shut
  /// Head rotation relative to the photo, rad. yaw > 0: towards the image's right; pitch > 0: down; roll > 0:
  /// counter-clockwise as seen in the picture.
  float yaw = 0, pitch = 0, roll = 0;
  Eigen::Vector3f translation =
      Eigen::Vector3f::Zero();         ///< cm in the head's frame: right, up, to the viewer
  float gaze_yaw = 0, gaze_pitch = 0;  ///< rad relative to the photo's gaze; > 0: image's right, up
  /// Gap of the inner lips over the distance of the outer eye corners; the rig obeys it exactly. 0 = pressed
  /// shut; negative: not given, the weights decide.
  float aperture = -1;
  float breath = 0;  ///< [-1,1]; 1 = lungs full: shoulders are highest
};

}  // namespace parlante
