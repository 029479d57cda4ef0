// The motion of a whole face: speech's part and life's part on one clock, then at the video's rate.
#include <algorithm>
#include <cmath>

#include "core/queue.hpp"
#include "motion/code_parts.hpp"
#include "motion/face_composer.hpp"
#include "motion/motion.hpp"
#include "motion/rule_mouth.hpp"

namespace parlante {
namespace {

constexpr double kFrame_s = static_cast<double>(kPhoneticHop) / kSampleRate;
constexpr double kSameTime_s = 1e-6;  ///< times this near are the same: counted in other fractions

/// One value that is no number would stay in every filter behind it.
bool is_finite(const PhoneticFrame& frame) {
  const auto finite = [](float v) { return std::isfinite(v); };
  return finite(frame.energy_db) && finite(frame.pitch_hz) && finite(frame.voice) &&
         std::ranges::all_of(frame.posterior, finite) && std::ranges::all_of(frame.layer2, finite) &&
         std::ranges::all_of(frame.layer4, finite);
}

/// What of the controls a maker of speech's face may know.
SpeechWish wish_of(const MotionControls& asked) {
  using Kind = GazeControl::Kind;
  const MotionControls controls = in_range(asked);
  SpeechWish wish;
  wish.gaze_known = controls.gaze.kind != Kind::viewer;
  if (wish.gaze_known) {
    const Eigen::Vector2f gaze = controls.gaze.kind == Kind::in_head
                                     ? Eigen::Vector2f(controls.gaze.at.head<2>())
                                     : gaze_direction(controls.gaze);
    wish.gaze_yaw = gaze.x();
    wish.gaze_pitch = gaze.y();
  }
  wish.distance_known = controls.distance != 1;
  wish.log_distance = std::log(controls.distance);
  wish.emotion = controls.emotion;
  wish.emotion_known = std::ranges::any_of(controls.emotion, [](float s) { return s > 0; });
  return wish;
}

MotionOptions with_a_rate(MotionOptions options) {
  if (options.rate.num <= 0 || options.rate.den <= 0) options.rate = Rational{};
  return options;
}

SpeechFace::Parts both(const SpeechFace::Parts& a, const SpeechFace::Parts& b) {
  return {a.brows && b.brows, a.blinks && b.blinks, a.head && b.head, a.gaze && b.gaze};
}

class FaceMotion final : public Motion {
 public:
  FaceMotion(std::unique_ptr<SpeechFace> speech, const MotionOptions& options)
      : options_(with_a_rate(options)), speech_(std::move(speech)), now_(options_, learned()) {
    std::ranges::stable_sort(options_.timed, {}, &TimedControls::time_s);
    speech_->wish(wish_of(options_.controls));
  }

  void push(const PhoneticFrame& frame) override {
    if (now_.ended) return;
    const double pushed_s = static_cast<double>(now_.pushed++) * kFrame_s;
    while (now_.wished < options_.timed.size() && options_.timed[now_.wished].time_s <= pushed_s)
      speech_->wish(wish_of(options_.timed[now_.wished++].controls));
    if (is_finite(frame)) now_.last_heard = frame;
    speech_->push(now_.last_heard);
    hear(now_.last_heard);
    advance();
  }

  void foresee(std::span<const PhoneticFrame> frames) override {
    if (now_.ended || frames.empty() || !std::ranges::all_of(frames, is_finite)) return;
    speech_->foresee(frames);
    hear_ahead(frames);
    advance();
  }

  void control(const MotionControls& controls) noexcept override {
    now_.composer.control(controls);
    speech_->wish(wish_of(controls));
  }

  void hush(bool quiet) noexcept override { now_.composer.hush(quiet); }

  void end() override {
    if (now_.ended) return;
    now_.ended = true;
    now_.total = frames_covering(now_.pushed * kPhoneticHop, options_.rate);
    speech_->end();
    PhoneticFrame silence;
    silence.posterior.back() = 1;
    while (now_.made < now_.total) {
      hear(silence);
      advance();
    }
  }

  void reset() override {
    speech_->reset();
    speech_->wish(wish_of(options_.controls));
    now_ = Now(options_, learned());
  }

  std::size_t ready() const noexcept override { return now_.codes.size(); }
  bool pull(FaceCode& code) override { return now_.codes.pop(code); }

 private:
  /// Everything that reset() makes new.
  struct Now {
    Now(const MotionOptions& options, const SpeechFace::Parts& learned) : composer(options, {learned}) {
      speech.aperture = before.aperture = 0;
    }
    FaceComposer composer;
    Prosody prosody;
    Queue<ProsodyCues> cues;  ///< of frames whose speech has not been made
    FaceCode speech, before;  ///< of the last frame; of the last tick
    PhoneticFrame last_heard;
    std::size_t wished = 0;  ///< timed controls that speech's face was told of
    Queue<FaceCode> codes;
    std::int64_t pushed = 0, heard = 0, cued = 0, frames = 0, made = 0, total = -1;
    bool ended = false;
  };

  SpeechFace::Parts learned() const { return both(options_.learned, speech_->parts()); }

  void hear(const PhoneticFrame& frame) {
    now_.prosody.push(frame);
    if (++now_.heard <= Prosody::kFuture) return;
    give_cues(now_.heard, now_.prosody.cues());
  }

  /// Cues that frames still to come will not change much, so that life does not wait for these. Where too few
  /// are foreseen, life lags by what is missing; a face that waits would lag by more.
  void hear_ahead(std::span<const PhoneticFrame> frames) {
    if (now_.cued == 0 && now_.cues.empty()) {
      const int wanted = Prosody::kFuture + speech_->ahead();
      for (auto missing = static_cast<int>(frames.size()); missing < wanted; ++missing)
        now_.cues.push(ProsodyCues{});
    }
    Prosody ahead = now_.prosody;
    std::int64_t heard = now_.heard;
    for (const PhoneticFrame& frame : frames) {
      ahead.push(frame);
      if (++heard > Prosody::kFuture) give_cues(heard, ahead.cues());
    }
  }

  /// The cues that are known once `heard` frames are, unless they were given when they were foreseen.
  void give_cues(std::int64_t heard, const ProsodyCues& cues) {
    if (heard - Prosody::kFuture <= now_.cued) return;
    now_.cues.push(cues);
    ++now_.cued;
  }

  void advance() {
    FaceCode speech = now_.speech;
    ProsodyCues cues;
    // The last code's time may lie behind the last frame's middle: its shape is held.
    while (!now_.cues.empty() && (speech_->pull(speech) || (now_.ended && now_.frames >= now_.pushed))) {
      now_.cues.pop(cues);
      if (now_.ended && now_.frames >= now_.pushed - Prosody::kFuture) now_.composer.finish();
      for (int tick = 0; tick < kTicksPerFrame; ++tick) {
        const float t =
            (static_cast<float>(tick) + (options_.ticks_at_middles ? 1.F : 0.5F)) / kTicksPerFrame;
        const double now_s = now_.composer.next_s();
        give(now_s, now_.composer.step(cues, tick == 0, between(now_.speech, speech, t)));
      }
      now_.speech = speech;
      ++now_.frames;
    }
  }

  /// The next tick's code: video frames up to its time are made.
  void give(double now_s, const FaceCode& code) {
    while (now_.total < 0 || now_.made < now_.total) {
      const double shown_s = (static_cast<double>(now_.made) + 0.5) / options_.rate.value();
      if (shown_s > now_s + kSameTime_s) break;
      const double t = 1 - (now_s - shown_s) / static_cast<double>(kTick_s);
      now_.codes.push(between(now_.before, code, static_cast<float>(std::clamp(t, 0., 1.))));
      ++now_.made;
    }
    now_.before = code;
  }

  MotionOptions options_;
  std::unique_ptr<SpeechFace> speech_;
  Now now_;
};

}  // namespace

std::unique_ptr<Motion> make_motion(std::unique_ptr<SpeechFace> speech, const MotionOptions& options) {
  return std::make_unique<FaceMotion>(std::move(speech), options);
}

std::unique_ptr<Motion> make_rule_motion(const MotionOptions& options) {
  return make_motion(make_rule_mouth(), options);
}

}  // namespace parlante
