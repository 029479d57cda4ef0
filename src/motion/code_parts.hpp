// Face codes in parts: what belongs to the mouth, what to the brows; mixing of whole codes.
#pragma once

#include <array>

#include "core/arkit.hpp"

namespace parlante {

/// Weights that speech moves: jaw, lips, tongue, cheekPuff.
bool is_mouth(Blendshape shape) noexcept;
/// Brows, squint and widening of the eyes, cheekSquint, noseSneer.
bool is_brow(Blendshape shape) noexcept;

/// a + t·(b - a), every value.
FaceCode between(const FaceCode& a, const FaceCode& b, float t) noexcept;

/// The mouth of `speech` at amplitude `scale` (0..1.5), all else neutral. Contacts grow no stronger than at
/// scale 1.
FaceCode mouth_of(const FaceCode& speech, float scale) noexcept;

/// Where the eyes of a code look in the room: yaw, pitch, rad. Eyes take back all but a tenth of what the
/// head turns by itself.
Eigen::Vector2f room_gaze(const FaceCode& code) noexcept;
/// Turns the eyes so that room_gaze(code) is `room`.
void look_at(const Eigen::Vector2f& room, FaceCode& code) noexcept;
inline constexpr float kEyesHoldTheirAim = 0.9F;  ///< that share

}  // namespace parlante
