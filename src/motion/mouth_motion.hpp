// Phonetic frames to mouth shapes on the clock of the phonetic frames (50 Hz).
#pragma once

#include <array>
#include <cstddef>
#include <memory>

#include "motion/lip_readout.hpp"
#include "motion/mouth_laws.hpp"
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
  static constexpr int kFuture = kLawFuture;

  /// `scale`: amplitude of the opening and of the shapes, 0..1.5.
  explicit MouthMotion(float scale);

  void push(const PhoneticFrame& frame) noexcept;
  /// The shape kFuture frames before the last pushed frame.
  MouthShape shape() const noexcept;
  void reset() noexcept;

 private:
  /// What the network's second layer says, and of what moment.
  struct Reading {
    std::array<float, kFeatureWidth> layer2{};
    bool heard = false;  ///< false before the first frame
  };
  /// 0 is the moment that shape() describes; -kLawPast..kLawFuture.
  static constexpr std::size_t place(int offset) { return static_cast<std::size_t>(kLawPast + offset); }
  LipReading lips(int offset) const noexcept;
  float gap(int offset) const noexcept;

  float scale_;
  SpeechLevels levels_;
  std::array<SpeechMoment, kLawSpan> moments_{};  ///< oldest first
  std::array<Reading, kLawSpan> readings_{};
};

}  // namespace parlante
