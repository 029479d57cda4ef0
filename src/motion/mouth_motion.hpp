// Phonetic frames to mouth shapes on the clock of the phonetic frames (50 Hz).
#pragma once

#include <array>
#include <cstddef>
#include <memory>

#include "motion/phone_targets.hpp"
#include "speech/phonetic_front_end.hpp"

namespace parlante {

/// The mouth at one moment. Weights in [0,1], both sides alike.
struct MouthShape {
  float aperture = 0;  ///< inner-lip gap over the distance of the outer eye corners
  float jaw_open = 0, pucker = 0, funnel = 0, stretch = 0, smile = 0, upper_up = 0, lower_down = 0,
        roll_lower = 0, roll_upper = 0, press = 0, shrug_upper = 0, tongue_out = 0;
};

/// Opening and width from the network's second layer, shape from dominance functions over phone classes,
/// contacts by law, all behind the gate of the voice. Not thread-safe; nothing is allocated after
/// construction.
class MouthMotion {
 public:
  /// Frames of future that a shape needs: shape k can be made once frame k + kFuture is known.
  static constexpr int kFuture = 8;

  /// `scale`: amplitude of the opening and of the shapes, 0..1.5.
  explicit MouthMotion(float scale);

  void push(const PhoneticFrame& frame) noexcept;
  /// The shape kFuture frames before the last pushed frame.
  MouthShape shape() const noexcept;
  void reset() noexcept;

 private:
  static constexpr int kPast = 10, kSpan = kPast + kFuture + 1;
  /// What is kept of a frame.
  struct Moment {
    std::array<float, kPhoneClasses> classes{};  ///< probability mass a class
    std::array<float, kFeatureWidth> layer2{};
    float voice = 0, loudness = 1;
    bool heard = false;  ///< false before the first frame
  };
  /// 0 is the moment that shape() describes; -kPast..kFuture.
  const Moment& at(int offset) const noexcept;
  float gap(int offset) const noexcept;
  float gate() const noexcept;

  float scale_;
  std::array<Moment, kSpan> moments_{};
  int newest_ = 0;
  float voiced_level_db_ = -30;  ///< running mean of the voice's energy
  float loudest_db_ = -70;       ///< of late
};

}  // namespace parlante
