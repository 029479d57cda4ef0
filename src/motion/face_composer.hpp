// Speech's part and life's part of a face, recorded parts, and what was asked for, put together at one tick.
#pragma once

#include <cstdint>

#include "motion/eased_controls.hpp"
#include "motion/emotion.hpp"
#include "motion/life.hpp"
#include "motion/motion.hpp"

namespace parlante {

/// Not thread-safe; nothing is allocated after construction.
class FaceComposer {
 public:
  /// What the codes given to step() hold besides the mouth. `everything`: whole codes, of which only what is
  /// asked for is changed.
  struct Given {
    SpeechFace::Parts parts{};
    bool everything = false;
  };
  FaceComposer(const MotionOptions& options, const Given& given);

  /// Holds from the next tick on; before the first one it holds at once.
  void control(const MotionControls& controls) noexcept;
  /// The mouth that is given closes from the next tick on, or opens again.
  void hush(bool quiet) noexcept { quiet_ = quiet; }
  /// Once a tick of 10 ms, kTicksPerFrame times with the cues of one phonetic frame. `given` describes the
  /// tick's own moment.
  FaceCode step(const ProsodyCues& cues, bool first_tick_of_frame, const FaceCode& given) noexcept;
  /// The time that the next step() makes, s: tick n lies at (n - 1/2)·10 ms, or at n·10 ms.
  double next_s() const noexcept { return (static_cast<double>(ticks_) - 0.5 + later_) / kTicksPerSecond; }
  /// The end is near: no blink begins any more.
  void finish() noexcept { life_.finish(); }

 private:
  /// Head rotation (yaw, pitch, roll): what moves by itself, and what was asked for.
  struct Head {
    Eigen::Vector3f own = Eigen::Vector3f::Zero(), placed = Eigen::Vector3f::Zero();
  };
  Head put_head(const ControlsNow& asked, const EmotionManner& manner, const LifeMoment& life,
                const FaceCode& source, FaceCode& code) const noexcept;
  void put_brows(const ControlsNow& asked, const LifeMoment& life, const FaceCode& given,
                 FaceCode& code) const noexcept;
  void put_lids(const LifeMoment& life, const FaceCode& given, FaceCode& code) const noexcept;

  std::vector<TimedControls> timed_;
  std::shared_ptr<const FaceTrack> pose_from_, expression_from_;
  float camera_distance_cm_;
  double later_;  ///< ticks
  Given given_;
  Life life_;
  EasedControls controls_;
  std::size_t due_ = 0;  ///< timed controls that have begun
  std::int64_t ticks_ = 0;
  bool quiet_ = false;
  Eased speaks_{.value = 1};  ///< how much of the given mouth is shown
  float at_rest_ = 1;         ///< no voice now or soon, 0..1
};

/// Whole codes, made elsewhere, changed as asked: one a frame, in order. Controls and tracks as in Motion;
/// what a code holds stands for speech and life, so that nothing changes where nothing is asked.
class CodeEditor {
 public:
  explicit CodeEditor(const MotionOptions& options);
  FaceCode edit(const FaceCode& code) noexcept;

 private:
  Rational rate_;
  FaceComposer composer_;
  std::int64_t frames_ = 0;
};

}  // namespace parlante
