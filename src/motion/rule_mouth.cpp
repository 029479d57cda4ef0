#include "motion/rule_mouth.hpp"

#include <cstdint>

#include "core/queue.hpp"
#include "motion/mouth_motion.hpp"

namespace parlante {
namespace {

/// A frame of 20 ms. Of the openings of real speakers' lips one in a hundred is faster than .09-.11 in 40 ms,
/// one in a thousand than .16.
constexpr float kFastestOpening = 0.065F;

void set_both(BlendshapeWeights& weights, Blendshape left, Blendshape right, float value) {
  weights[left] = weights[right] = value;
}

FaceCode code_of(const MouthShape& shape) {
  using enum Blendshape;
  FaceCode code;
  BlendshapeWeights& w = code.weights;
  code.aperture = shape.aperture;
  w[jawOpen] = shape.jaw_open;
  w[mouthPucker] = shape.pucker;
  w[mouthFunnel] = shape.funnel;
  w[mouthRollLower] = shape.roll_lower;
  w[mouthRollUpper] = shape.roll_upper;
  w[mouthShrugUpper] = shape.shrug_upper;
  w[tongueOut] = shape.tongue_out;
  set_both(w, mouthStretchLeft, mouthStretchRight, shape.stretch);
  set_both(w, mouthSmileLeft, mouthSmileRight, shape.smile);
  set_both(w, mouthUpperUpLeft, mouthUpperUpRight, shape.upper_up);
  set_both(w, mouthLowerDownLeft, mouthLowerDownRight, shape.lower_down);
  set_both(w, mouthPressLeft, mouthPressRight, shape.press);
  return code;
}

class RuleMouth final : public SpeechFace {
 public:
  Parts parts() const noexcept override { return {}; }

  void push(const PhoneticFrame& frame) override {
    if (ended_) return;
    last_ = frame;
    ++pushed_;
    hear(frame);
  }
  void end() override {
    if (ended_) return;
    ended_ = true;
    last_.posterior.fill(0);
    last_.posterior.back() = 1;
    last_.energy_db = -100;
    last_.pitch_hz = last_.voice = 0;
    while (made_ < pushed_) hear(last_);
  }
  void reset() override { *this = RuleMouth(); }
  std::size_t ready() const noexcept override { return codes_.size(); }
  bool pull(FaceCode& code) override { return codes_.pop(code); }

 private:
  void hear(const PhoneticFrame& frame) {
    mouth_.push(frame);
    if (++heard_ <= MouthMotion::kFuture) return;
    MouthShape shape = mouth_.shape();
    const float widest = last_aperture_ + kFastestOpening;
    if (shape.aperture > widest) {
      shape.jaw_open *= widest / shape.aperture;
      shape.aperture = widest;
    }
    last_aperture_ = shape.aperture;
    codes_.push(code_of(shape));
    ++made_;
  }

  MouthMotion mouth_{1};
  PhoneticFrame last_;
  Queue<FaceCode> codes_;
  float last_aperture_ = 0;
  std::int64_t pushed_ = 0, heard_ = 0, made_ = 0;
  bool ended_ = false;
};

}  // namespace

std::unique_ptr<SpeechFace> make_rule_mouth() {
  return std::make_unique<RuleMouth>();
}

}  // namespace parlante
