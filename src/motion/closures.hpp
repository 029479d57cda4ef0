// The laws of contact: lips on p, b, m; lower lip to upper teeth on f, v.
#pragma once

#include <span>

namespace parlante {

/// Frames (20 ms) that a moment's closure depends on, before and after it.
inline constexpr int kClosureReach = 7;

/// How far a contact has come at a moment, 0..1. `posterior` holds the probabilities of the contact's phones
/// for the frames from `kClosureReach` before the moment to `kClosureReach` after it (2·reach + 1 values),
/// `hold_s` how long the contact lasts in full. A closure is a maximum over its phones, never an average:
/// every posterior peak above .35 shuts the lips whatever stands beside it. The peak of a posterior trails
/// the lips by about 40 ms (measured on tracked speech), 60 ms counted from the middle of the frame's
/// samples.
///
/// `others`, as long as `posterior` or empty: probability of the other phones together. A contact that no
/// other phone follows soon is held, as in a hummed "m" or before a pause: until 70 ms before the next phone
/// (its peak trails as well), for 90 ms after the contact's peak at most.
float closure(std::span<const float> posterior, float hold_s, std::span<const float> others = {}) noexcept;

/// Seconds until the next contact has come in full, for the same arguments; infinity when none is in sight.
float until_contact(std::span<const float> posterior, float hold_s) noexcept;

}  // namespace parlante
