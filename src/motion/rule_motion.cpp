#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "core/random.hpp"
#include "motion/blinks.hpp"
#include "motion/breath.hpp"
#include "motion/gaze.hpp"
#include "motion/head_motion.hpp"
#include "motion/motion.hpp"
#include "motion/mouth_motion.hpp"
#include "motion/prosody.hpp"

namespace parlante {
namespace {

constexpr int kFuture = MouthMotion::kFuture;
static_assert(kFuture == Prosody::kFuture);
constexpr float kEyesHoldTheirAim = 0.9F;  ///< share of the head's rotation that the eyes take back
/// A frame of 20 ms. Of the openings of real speakers' lips one in a hundred is faster than .09-.11 in 40 ms,
/// one in a thousand than .16.
constexpr float kFastestOpening = 0.065F;
constexpr float kBrowSmoothing_s = 0.06F;

float lerp(float a, float b, float t) {
  return a + t * (b - a);
}

void set_both(BlendshapeWeights& weights, Blendshape left, Blendshape right, float value) {
  weights[left] = weights[right] = value;
}

/// A pair of brows that follows the voice's pitch, raised .3 for one standard deviation. A low voice hardly
/// lowers them: that would be a frown.
class Brows {
 public:
  float step(float pitch_z) {
    slow_ += (pitch_z - slow_) * kTick_s / kBrowSmoothing_s;
    raise_ += (slow_ - raise_) * kTick_s / kBrowSmoothing_s;
    return (raise_ > 0 ? 0.3F : 0.1F) * raise_;
  }

 private:
  float slow_ = 0, raise_ = 0;
};

void put_mouth(const MouthShape& a, const MouthShape& b, float t, FaceCode& code) {
  using enum Blendshape;
  BlendshapeWeights& w = code.weights;
  const auto between = [&](float MouthShape::*part) { return lerp(a.*part, b.*part, t); };
  code.aperture = between(&MouthShape::aperture);
  w[jawOpen] = between(&MouthShape::jaw_open);
  w[mouthPucker] = between(&MouthShape::pucker);
  w[mouthFunnel] = between(&MouthShape::funnel);
  w[mouthRollLower] = between(&MouthShape::roll_lower);
  w[mouthRollUpper] = between(&MouthShape::roll_upper);
  w[mouthShrugUpper] = between(&MouthShape::shrug_upper);
  w[tongueOut] = between(&MouthShape::tongue_out);
  set_both(w, mouthStretchLeft, mouthStretchRight, between(&MouthShape::stretch));
  set_both(w, mouthSmileLeft, mouthSmileRight, between(&MouthShape::smile));
  set_both(w, mouthUpperUpLeft, mouthUpperUpRight, between(&MouthShape::upper_up));
  set_both(w, mouthLowerDownLeft, mouthLowerDownRight, between(&MouthShape::lower_down));
  set_both(w, mouthPressLeft, mouthPressRight, between(&MouthShape::press));
}

MouthShape no_faster_than_lips(MouthShape shape, const MouthShape& last) {
  const float widest = last.aperture + kFastestOpening;
  if (shape.aperture > widest) {
    shape.jaw_open *= widest / shape.aperture;
    shape.aperture = widest;
  }
  return shape;
}

void put_brows(float raise, FaceCode& code) {
  using enum Blendshape;
  code.weights[browInnerUp] = std::clamp(raise, 0.F, 1.F);
  set_both(code.weights, browOuterUpLeft, browOuterUpRight, std::clamp(0.7F * raise, 0.F, 1.F));
  set_both(code.weights, browDownLeft, browDownRight, std::clamp(-0.4F * raise, 0.F, 1.F));
}

FaceCode between(const FaceCode& a, const FaceCode& b, float t) {
  FaceCode code;
  for (std::size_t i = 0; i < kBlendshapes; ++i) code.weights[i] = lerp(a.weights[i], b.weights[i], t);
  code.yaw = lerp(a.yaw, b.yaw, t);
  code.pitch = lerp(a.pitch, b.pitch, t);
  code.roll = lerp(a.roll, b.roll, t);
  code.translation = a.translation + t * (b.translation - a.translation);
  code.gaze_yaw = lerp(a.gaze_yaw, b.gaze_yaw, t);
  code.gaze_pitch = lerp(a.gaze_pitch, b.gaze_pitch, t);
  code.aperture = lerp(a.aperture, b.aperture, t);
  code.breath = lerp(a.breath, b.breath, t);
  return code;
}

/// One value that is no number would stay in every filter behind it.
bool is_finite(const PhoneticFrame& frame) {
  const auto finite = [](float v) { return std::isfinite(v); };
  return finite(frame.energy_db) && finite(frame.pitch_hz) && finite(frame.voice) &&
         std::ranges::all_of(frame.posterior, finite) && std::ranges::all_of(frame.layer2, finite);
}

/// Everything that moves, one 10 ms tick at a time; its own random numbers for each part, so that none
/// disturbs another.
class Face {
 public:
  explicit Face(const MotionOptions& options)
      : still_(options.still),
        mouth_(options.mouth_scale),
        head_random_(options.seed * 4 + 0),
        gaze_random_(options.seed * 4 + 1),
        blink_random_(options.seed * 4 + 2),
        breath_random_(options.seed * 4 + 3),
        head_(options.head_scale),
        gaze_(gaze_random_),
        blinks_(options.blinks_per_minute, blink_random_),
        breath_(breath_random_) {}

  void hear(const PhoneticFrame& frame) {
    mouth_.push(frame);
    prosody_.push(frame);
  }

  /// The end is near: a last picture with shut eyes would be an odd one.
  void finish() { blinks_.stop(); }

  /// The two ticks that end with the moment kFuture frames before the last one heard.
  std::array<FaceCode, kTicksPerFrame> move() {
    const MouthShape shape = no_faster_than_lips(mouth_.shape(), last_shape_);
    const ProsodyCues cues = prosody_.cues();
    std::array<FaceCode, kTicksPerFrame> codes;
    for (int tick = 0; tick < kTicksPerFrame; ++tick) {
      FaceCode& code = codes[static_cast<std::size_t>(tick)];
      put_mouth(last_shape_, shape, (static_cast<float>(tick) + 0.5F) / kTicksPerFrame, code);
      put_rest(cues, tick == 0, code);
    }
    last_shape_ = shape;
    return codes;
  }

 private:
  void put_rest(const ProsodyCues& cues, bool first, FaceCode& code) {
    ProsodyCues now = cues;
    if (!first) now.phrase_end = now.stress_ahead = false;
    const Gaze gaze = gaze_.step(now, gaze_random_);
    const HeadPose pose = head_.step(now, first, gaze.yaw, gaze.pitch, head_random_);
    const float raise = brows_.step(now.pitch_z_ahead);
    const Lids lids = blinks_.step(now, gaze.shift && !still_, blink_random_);
    code.breath = breath_.step(now, breath_random_);
    code.weights[Blendshape::eyeBlinkLeft] = lids.left;
    code.weights[Blendshape::eyeBlinkRight] = lids.right;
    if (still_) return;
    code.yaw = pose.yaw;
    code.pitch = pose.pitch;
    code.roll = pose.roll;
    code.translation = pose.translation;
    code.gaze_yaw = gaze.yaw - kEyesHoldTheirAim * pose.yaw;
    code.gaze_pitch = gaze.pitch + kEyesHoldTheirAim * pose.pitch;
    put_brows(raise, code);
  }

  bool still_;
  MouthMotion mouth_;
  MouthShape last_shape_;
  Prosody prosody_;
  Random head_random_, gaze_random_, blink_random_, breath_random_;
  HeadMotion head_;
  GazeMotion gaze_;
  Blinks blinks_;
  Breath breath_;
  Brows brows_;
};

class RuleMotion final : public Motion {
 public:
  explicit RuleMotion(const MotionOptions& options) : options_(options), face_(options) {
    if (options_.rate.num <= 0 || options_.rate.den <= 0) options_.rate = Rational{};
  }

  void push(const PhoneticFrame& frame) override {
    if (ended_) return;
    ++pushed_;
    if (is_finite(frame)) last_ = frame;
    advance(last_);
  }

  void end() override {
    if (ended_) return;
    ended_ = true;
    face_.finish();
    last_.posterior.fill(0);
    last_.posterior.back() = 1;
    last_.energy_db = -100;
    last_.pitch_hz = last_.voice = 0;
    total_ = frames_covering(pushed_ * kPhoneticHop, options_.rate);
    while (made_ < total_) advance(last_);
  }

  void reset() override {
    const MotionOptions options = options_;
    *this = RuleMotion(options);
  }

  std::size_t ready() const noexcept override { return codes_.size() - taken_; }

  bool pull(FaceCode& code) override {
    if (taken_ == codes_.size()) return false;
    code = codes_[taken_++];
    if (taken_ == codes_.size()) {
      codes_.clear();
      taken_ = 0;
    }
    return true;
  }

 private:
  void advance(const PhoneticFrame& frame) {
    face_.hear(frame);
    if (++heard_ <= kFuture) return;
    for (const FaceCode& code : face_.move()) {
      // Tick n lies at (n - 1/2)·10 ms.
      const double now_s = (static_cast<double>(ticks_++) - 0.5) * static_cast<double>(kTick_s);
      while (total_ < 0 || made_ < total_) {
        const double shown_s = (static_cast<double>(made_) + 0.5) / options_.rate.value();
        if (shown_s > now_s) break;
        const double t = 1 - (now_s - shown_s) / static_cast<double>(kTick_s);
        if (taken_ > 64 && 2 * taken_ > codes_.size()) {
          codes_.erase(codes_.begin(), codes_.begin() + static_cast<std::ptrdiff_t>(taken_));
          taken_ = 0;
        }
        codes_.push_back(between(before_, code, static_cast<float>(std::clamp(t, 0., 1.))));
        ++made_;
      }
      before_ = code;
    }
  }

  MotionOptions options_;
  Face face_;
  FaceCode before_;
  PhoneticFrame last_;
  std::vector<FaceCode> codes_;
  std::size_t taken_ = 0;
  std::int64_t pushed_ = 0, heard_ = 0, ticks_ = 0, made_ = 0, total_ = -1;
  bool ended_ = false;
};

}  // namespace

std::unique_ptr<Motion> make_rule_motion(const MotionOptions& options) {
  return std::make_unique<RuleMotion>(options);
}

}  // namespace parlante
