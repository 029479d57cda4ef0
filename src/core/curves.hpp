// Small shapes of numbers that several stages use.
#pragma once

#include <algorithm>
#include <numbers>

namespace parlante {

inline constexpr float kDegree = std::numbers::pi_v<float> / 180;  ///< rad

/// 0 at `from`, 1 at `to` and beyond, and a cubic with level ends between; `from` may be the larger.
inline float smoothstep(float from, float to, float x) noexcept {
  const float t = std::clamp((x - from) / (to - from), 0.F, 1.F);
  return t * t * (3 - 2 * t);
}

/// Clamped to [0, 1].
inline float unit(float x) noexcept {
  return std::clamp(x, 0.F, 1.F);
}

}  // namespace parlante
