// Eight emotions as offsets of a moving face.
#pragma once

#include <array>

#include "core/arkit.hpp"
#include "motion/controls.hpp"

namespace parlante {

/// What emotions do to the manner of moving; 1 or 0: nothing.
struct EmotionManner {
  float head_scale = 1, head_tempo = 1, mouth_scale = 1, blink_rate = 1;
  Eigen::Vector3f head_pose = Eigen::Vector3f::Zero();  ///< yaw, pitch, roll, rad
  float nearer_cm = 0;                                  ///< the head leans to the viewer
  float gaze_pitch = 0;                                 ///< rad
  float parted = 0;                                     ///< aperture of lips that rest
};

/// Strengths of 0..1, at most 1 in all.
EmotionManner emotion_manner(const std::array<float, kEmotions>& strengths) noexcept;

/// Adds the emotions' action units (Friesen and Ekman, EMFACS-7, 1983, as ARKit weights; strengths tuned on
/// drawn faces) to a code that speech and life have made. The aperture stays, so that closures stay shut;
/// what would bare teeth or drop the jaw waits until the lips part, and smiles give way to rounded lips.
void add_emotions(const std::array<float, kEmotions>& strengths, FaceCode& code) noexcept;

}  // namespace parlante
