// Small shapes of numbers that every stage of the motion uses.
#pragma once

#include <algorithm>
#include <numbers>

namespace parlante {

inline constexpr float kDegree = std::numbers::pi_v<float> / 180;  ///< rad

/// 0 up to `low`, 1 from `high` on, and a cubic with level ends between.
inline float smoothstep(float low, float high, float x) noexcept {
  const float t = std::clamp((x - low) / (high - low), 0.F, 1.F);
  return t * t * (3 - 2 * t);
}

/// Clamped to [0, 1].
inline float unit(float x) noexcept {
  return std::clamp(x, 0.F, 1.F);
}

}  // namespace parlante
