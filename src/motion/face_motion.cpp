// The motion of a whole face: speech's part and life's part on one clock, then at the video's rate.
#include <algorithm>
#include <cmath>

#include "motion/code_parts.hpp"
#include "motion/life.hpp"
#include "motion/motion.hpp"
#include "motion/queue.hpp"
#include "motion/rule_mouth.hpp"

namespace parlante {
namespace {

constexpr float kEyesHoldTheirAim = 0.9F;  ///< share of the head's rotation that the eyes take back

/// One value that is no number would stay in every filter behind it.
bool is_finite(const PhoneticFrame& frame) {
  const auto finite = [](float v) { return std::isfinite(v); };
  return finite(frame.energy_db) && finite(frame.pitch_hz) && finite(frame.voice) &&
         std::ranges::all_of(frame.posterior, finite) && std::ranges::all_of(frame.layer2, finite) &&
         std::ranges::all_of(frame.layer4, finite);
}

void set_both(BlendshapeWeights& weights, Blendshape left, Blendshape right, float value) {
  weights[left] = weights[right] = value;
}

void put_brows(float raise, FaceCode& code) {
  using enum Blendshape;
  code.weights[browInnerUp] = std::clamp(raise, 0.F, 1.F);
  set_both(code.weights, browOuterUpLeft, browOuterUpRight, std::clamp(0.7F * raise, 0.F, 1.F));
  set_both(code.weights, browDownLeft, browDownRight, std::clamp(-0.4F * raise, 0.F, 1.F));
}

MotionOptions in_range(MotionOptions options) {
  if (options.rate.num <= 0 || options.rate.den <= 0) options.rate = Rational{};
  options.head_scale = std::clamp(options.head_scale, 0.F, 2.F);
  options.mouth_scale = std::clamp(options.mouth_scale, 0.F, 1.5F);
  return options;
}

SpeechFace::Parts both(const SpeechFace::Parts& a, const SpeechFace::Parts& b) {
  return {a.brows && b.brows, a.blinks && b.blinks, a.head && b.head, a.gaze && b.gaze};
}

class FaceMotion final : public Motion {
 public:
  FaceMotion(std::unique_ptr<SpeechFace> speech, const MotionOptions& options)
      : options_(in_range(options)),
        speech_(std::move(speech)),
        learned_(both(options_.learned, speech_->parts())),
        now_(options_) {}

  void push(const PhoneticFrame& frame) override {
    if (now_.ended) return;
    ++now_.pushed;
    if (is_finite(frame)) now_.last_heard = frame;
    speech_->push(now_.last_heard);
    hear(now_.last_heard);
    advance();
  }

  void end() override {
    if (now_.ended) return;
    now_.ended = true;
    now_.total = frames_covering(now_.pushed * kPhoneticHop, options_.rate);
    speech_->end();
    PhoneticFrame silence;
    silence.posterior.back() = 1;
    // The last code may lie a little behind the last frame's middle.
    while (now_.made < now_.total) {
      hear(silence);
      advance();
    }
  }

  void reset() override {
    speech_->reset();
    now_ = Now(options_);
  }

  std::size_t ready() const noexcept override { return now_.codes.size(); }
  bool pull(FaceCode& code) override { return now_.codes.pop(code); }

 private:
  /// Everything that reset() makes new.
  struct Now {
    explicit Now(const MotionOptions& options) : life(options.seed, options.blinks_per_minute) {
      speech.aperture = before.aperture = 0;
    }
    Life life;
    Prosody prosody;
    Queue<ProsodyCues> cues;  ///< of frames whose speech has not been made
    FaceCode speech, before;  ///< of the last frame; of the last tick
    PhoneticFrame last_heard;
    Queue<FaceCode> codes;
    std::int64_t pushed = 0, heard = 0, frames = 0, ticks = 0, made = 0, total = -1;
    bool ended = false;
  };

  void hear(const PhoneticFrame& frame) {
    now_.prosody.push(frame);
    if (++now_.heard > Prosody::kFuture) now_.cues.push(now_.prosody.cues());
  }

  void advance() {
    FaceCode speech = now_.speech;
    ProsodyCues cues;
    // After the end the last shape is held for what is left of the last code's time.
    while (!now_.cues.empty() && (speech_->pull(speech) || (now_.ended && now_.frames >= now_.pushed))) {
      now_.cues.pop(cues);
      if (now_.ended && now_.frames >= now_.pushed - Prosody::kFuture) now_.life.finish();
      for (int tick = 0; tick < kTicksPerFrame; ++tick)
        give(moment(cues, tick,
                    between(now_.speech, speech, (static_cast<float>(tick) + 0.5F) / kTicksPerFrame)));
      now_.speech = speech;
      ++now_.frames;
    }
  }

  FaceCode moment(const ProsodyCues& cues, int tick, const FaceCode& speech) {
    const bool still = options_.still;
    const LifeMoment life = now_.life.step(cues, tick == 0, !still);
    FaceCode code = mouth_of(speech, options_.mouth_scale);
    code.breath = life.breath;
    const auto take = [&](Blendshape shape) { code.weights[shape] = speech.weights[shape]; };
    code.weights[Blendshape::eyeBlinkLeft] = life.lids.left;
    code.weights[Blendshape::eyeBlinkRight] = life.lids.right;
    if (learned_.blinks) {
      take(Blendshape::eyeBlinkLeft);
      take(Blendshape::eyeBlinkRight);
    }
    if (still) return code;
    const float scale = options_.head_scale;
    code.yaw = scale * (learned_.head ? speech.yaw : life.head.yaw);
    code.pitch = scale * (learned_.head ? speech.pitch : life.head.pitch);
    code.roll = scale * (learned_.head ? speech.roll : life.head.roll);
    code.translation = scale * life.head.translation;
    code.gaze_yaw = learned_.gaze ? speech.gaze_yaw : life.gaze.yaw - kEyesHoldTheirAim * code.yaw;
    code.gaze_pitch = learned_.gaze ? speech.gaze_pitch : life.gaze.pitch + kEyesHoldTheirAim * code.pitch;
    put_brows(life.brow_raise, code);
    if (learned_.brows) {
      for (std::size_t i = 0; i < kBlendshapes; ++i)
        if (is_brow(static_cast<Blendshape>(i))) take(static_cast<Blendshape>(i));
    }
    return code;
  }

  /// The code of the next tick: video frames up to its time are made.
  void give(const FaceCode& code) {
    // Tick n lies at (n - 1/2)·10 ms.
    const double now_s = (static_cast<double>(now_.ticks++) - 0.5) * static_cast<double>(kTick_s);
    while (now_.total < 0 || now_.made < now_.total) {
      const double shown_s = (static_cast<double>(now_.made) + 0.5) / options_.rate.value();
      if (shown_s > now_s) break;
      const double t = 1 - (now_s - shown_s) / static_cast<double>(kTick_s);
      now_.codes.push(between(now_.before, code, static_cast<float>(std::clamp(t, 0., 1.))));
      ++now_.made;
    }
    now_.before = code;
  }

  MotionOptions options_;
  std::unique_ptr<SpeechFace> speech_;
  SpeechFace::Parts learned_;
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
