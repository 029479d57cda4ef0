// Draws the motion of one window: a few steps from noise to clean channels.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>

#include "motion/motion_model.hpp"

namespace parlante {

/// One flow of windows. Not thread-safe. Beyond what OpenVINO allocates by itself, nothing is allocated after
/// construction. Channels are normalised here, in the file's order: (value - mean) / spread.
class Denoiser {
 public:
  struct Options {
    std::uint64_t seed = 1;
    int steps = 0;  ///< 1..100; 0: as the file says
    /// How much the effect of the sound counts (Ho and Salimans 2022, for several conditions as in VASA-1):
    /// seen + sum over the conditions of (guidance - 1) · (seen - seen without it). 1: as it is; each other
    /// value costs one more run a step.
    float guidance = 1;
    std::array<float, kWishes.size()> wish_guidance = {1, 1, 1, 1};  ///< the same, in the order of Wish
  };
  Denoiser(const MotionModel& model, Pace pace, const Options& options);
  ~Denoiser();
  Denoiser(Denoiser&&) noexcept;
  Denoiser& operator=(Denoiser&&) noexcept;

  std::size_t frames() const noexcept;  ///< of a window
  std::size_t channels() const noexcept;

  /// What is heard in a frame of the window, normalised: kHeardOfFrame numbers of each of its two phonetic
  /// frames. Kept from run to run.
  std::span<float> heard(std::size_t frame) noexcept;
  /// Costs one small run a step (and one for each guided wish), when they change.
  void wish(const MotionCondition& condition) noexcept;
  /// Before each window: forgets what was there, then names frames that earlier windows made.
  void start_anew() noexcept;
  void go_on_from(std::size_t frame, std::span<const float> clean) noexcept;

  /// Draws the window whose first frame is frame `first` of the whole motion (any sign). The noise of a frame
  /// depends on the seed and its number only, so that windows that overlap agree.
  void run(std::int64_t first) noexcept;
  /// Channels of a frame as the last run left them.
  std::span<const float> clean(std::size_t frame) const noexcept;

  /// The noise that a frame starts from: standard normal, of any length.
  static void noise(std::uint64_t seed, std::int64_t frame, std::span<float> values) noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace parlante
