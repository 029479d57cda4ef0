// The learned model as a maker of speech's face.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>

#include "motion/motion_model.hpp"
#include "motion/speech_face.hpp"

namespace parlante {

struct LearnedFaceOptions {
  std::uint64_t seed = 1;
  Pace pace = Pace::offline;
  int steps = 0;                    ///< from noise to motion, 1..100; 0: as the model says
  std::optional<float> guidance{};  ///< towards the sound; none: as the model says
  /// Towards gaze, distance, emotion and spread, in the order of Wish; 1: none, at no cost.
  std::array<float, kWishes.size()> wish_guidance = {1, 1, 1, 1};
  /// Phonetic frames (20 ms) of future that a window sees behind the frames it gives out. Offline 24, live
  /// what the front end foresees.
  int look_ahead = 24;
  /// Live only: video frames (25 a second) that a window gives out. Offline a window gives what its length
  /// leaves.
  int hop = 1;
  /// Live only: codes that a window gives out past its video frames, 0..2; later ones come as much sooner,
  /// and know as much less of the future.
  int ahead = 0;
  /// Live only: nothing but the mouth is used of the codes. While nobody speaks, and none of what is made of
  /// the mouth is shown, the network rests; a model that makes no more than a mouth always does so.
  bool mouth_only = false;

  /// Live: a window for each video frame, 100 ms of future; the middle of a code's 20 ms then waits 120 ms
  /// and what is computed. 20 ms more raise the lip opening's correlation with real ones by .005; a window
  /// for two frames costs half, waits 20 ms longer and is as good. Steps and guidance are the model's in
  /// both: without guidance the mouth loses a tenth of its amplitude.
  static LearnedFaceOptions offline(std::uint64_t seed);
  static LearnedFaceOptions live(std::uint64_t seed);
};

/// Speech's face from windows of the learned model, each continuing what the last one gave; then, at 50 Hz,
/// the laws of the mouth (mouth_laws.hpp). Fills in the parts that the model makes. The codes do not depend
/// on how the frames are pushed, as long as foresee() comes at the same frames.
///
/// Offline a window runs once all of it was pushed. Live a window of `hop` frames runs as soon as
/// `look_ahead` phonetic frames behind them were pushed or foreseen.
std::unique_ptr<SpeechFace> make_learned_face(const MotionModel& model, const LearnedFaceOptions& options);

}  // namespace parlante
