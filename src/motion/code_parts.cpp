#include "motion/code_parts.hpp"

#include <algorithm>

namespace parlante {
namespace {

constexpr float kWidestAperture = 0.55F;

/// Weights that press the lips together or to the teeth.
bool is_contact(Blendshape shape) noexcept {
  using enum Blendshape;
  return shape == mouthClose || shape == mouthRollLower || shape == mouthRollUpper ||
         shape == mouthPressLeft || shape == mouthPressRight || shape == mouthShrugUpper;
}

}  // namespace

bool is_mouth(Blendshape shape) noexcept {
  using enum Blendshape;
  return (shape >= jawForward && shape <= mouthUpperUpRight) || shape == cheekPuff || shape == tongueOut;
}

bool is_brow(Blendshape shape) noexcept {
  using enum Blendshape;
  return (shape >= browDownLeft && shape <= browOuterUpRight) ||
         (shape >= cheekSquintLeft && shape <= noseSneerRight) || shape == eyeSquintLeft ||
         shape == eyeSquintRight || shape == eyeWideLeft || shape == eyeWideRight;
}

FaceCode between(const FaceCode& a, const FaceCode& b, float t) noexcept {
  const auto lerp = [t](float from, float to) { return from + t * (to - from); };
  FaceCode code;
  for (std::size_t i = 0; i < kBlendshapes; ++i) code.weights[i] = lerp(a.weights[i], b.weights[i]);
  code.yaw = lerp(a.yaw, b.yaw);
  code.pitch = lerp(a.pitch, b.pitch);
  code.roll = lerp(a.roll, b.roll);
  code.translation = a.translation + t * (b.translation - a.translation);
  code.gaze_yaw = lerp(a.gaze_yaw, b.gaze_yaw);
  code.gaze_pitch = lerp(a.gaze_pitch, b.gaze_pitch);
  code.aperture = lerp(a.aperture, b.aperture);
  code.breath = lerp(a.breath, b.breath);
  return code;
}

Eigen::Vector2f room_gaze(const FaceCode& code) noexcept {
  return {code.gaze_yaw + kEyesHoldTheirAim * code.yaw, code.gaze_pitch - kEyesHoldTheirAim * code.pitch};
}

void look_at(const Eigen::Vector2f& room, FaceCode& code) noexcept {
  code.gaze_yaw = room.x() - kEyesHoldTheirAim * code.yaw;
  code.gaze_pitch = room.y() + kEyesHoldTheirAim * code.pitch;
}

FaceCode mouth_of(const FaceCode& speech, float scale) noexcept {
  FaceCode code;
  for (std::size_t i = 0; i < kBlendshapes; ++i) {
    const auto shape = static_cast<Blendshape>(i);
    if (!is_mouth(shape)) continue;
    const float gain = is_contact(shape) ? std::min(scale, 1.F) : scale;
    code.weights[i] = std::clamp(gain * speech.weights[i], 0.F, 1.F);
  }
  // A negative aperture leaves it to the weights.
  code.aperture = std::min(scale * speech.aperture, std::max(speech.aperture, kWidestAperture));
  if (speech.aperture < 0) code.aperture = -1;
  return code;
}

}  // namespace parlante
