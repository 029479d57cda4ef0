// What a face does when it is asked to.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <deque>
#include <numbers>
#include <sstream>

#include "motion/emotion.hpp"
#include "motion/face_composer.hpp"
#include "motion/phonetic_script.hpp"
#include "motion/rule_mouth.hpp"

namespace parlante {
namespace {

using testing::move;
using testing::talk;
using Kind = GazeControl::Kind;
constexpr float kDegree = std::numbers::pi_v<float> / 180;

MotionOptions with(const MotionControls& controls, int fps = 25) {
  MotionOptions options;
  options.rate = {fps, 1};
  options.controls = controls;
  return options;
}

MotionControls feeling(Emotion emotion, float strength) {
  MotionControls controls;
  controls.emotion[static_cast<std::size_t>(emotion)] = strength;
  return controls;
}

std::vector<PhoneticFrame> silence(double seconds) {
  return std::vector<PhoneticFrame>(static_cast<std::size_t>(seconds * 50), testing::silent_frame());
}

template <class Get>
std::pair<double, double> mean_and_deviation(const std::vector<FaceCode>& codes, Get get) {
  double sum = 0, squares = 0;
  for (const auto& code : codes) {
    const auto value = static_cast<double>(get(code));
    sum += value;
    squares += value * value;
  }
  const auto n = static_cast<double>(codes.size());
  return {sum / n, std::sqrt(std::max(0., squares / n - sum / n * (sum / n)))};
}

/// The largest change of the head from one code to the next, degrees and pairs of millimetres alike.
double largest_head_step(const std::vector<FaceCode>& codes) {
  double most = 0;
  for (std::size_t k = 1; k < codes.size(); ++k) {
    const auto turned = Eigen::Vector3f(codes[k].yaw - codes[k - 1].yaw, codes[k].pitch - codes[k - 1].pitch,
                                        codes[k].roll - codes[k - 1].roll);
    most = std::max({most, static_cast<double>(turned.norm() / kDegree),
                     static_cast<double>(5 * (codes[k].translation - codes[k - 1].translation).norm())});
  }
  return most;
}

std::shared_ptr<const FaceTrack> track(const std::string& lines) {
  std::istringstream in(lines);
  auto read = FaceTrack::read(in, "test");
  EXPECT_TRUE(read) << read.error().message;
  return std::make_shared<const FaceTrack>(std::move(*read));
}

/// Ten seconds of a head that shakes and eyes that blink every second with raised brows.
std::string shaking() {
  std::ostringstream lines;
  for (int k = 0; k < 600; ++k) {
    const double t = k / 60.;
    lines << R"({"seconds":)" << t << R"(,"yaw_deg":)" << 10 * std::sin(2 * std::numbers::pi * 0.7 * t)
          << R"(,"pitch_deg":4,"translation_cm":[1,0,0],"gaze_yaw_deg":3,"weights":{"browInnerUp":0.6,)"
          << R"("jawOpen":0.9,"eyeBlinkLeft":)" << (k % 60 < 10 ? 1 : 0) << R"(,"eyeBlinkRight":)"
          << (k % 60 < 10 ? 1 : 0) << R"(,"mouthSmileLeft":0.3,"mouthSmileRight":0.3}})" << '\n';
  }
  return lines.str();
}

TEST(ControlledGaze, StaysWhereItIsAskedWhateverTheHeadDoes) {
  MotionControls asked;
  asked.gaze = {Kind::direction, {-15 * kDegree, 6 * kDegree, 0}};
  for (const auto& code : move(with(asked), talk(30))) {
    ASSERT_NEAR(code.gaze_yaw + 0.9F * code.yaw, -15 * kDegree, 2 * kDegree);
    ASSERT_NEAR(code.gaze_pitch - 0.9F * code.pitch, 6 * kDegree, 2 * kDegree);
  }
}

TEST(ControlledGaze, InTheHeadItTurnsWithIt) {
  MotionControls asked;
  asked.gaze = {Kind::in_head, {12 * kDegree, 0, 0}};
  for (const auto& code : move(with(asked), talk(20))) ASSERT_NEAR(code.gaze_yaw, 12 * kDegree, 2 * kDegree);
}

TEST(ControlledGaze, JumpsAsEyesDoAndComesBack) {
  MotionOptions options = with({}, 100);
  MotionControls left;
  left.gaze = {Kind::direction, {-20 * kDegree, 0, 0}};
  options.timed = {{2, left}, {4, {}}};
  const auto codes = move(options, talk(6));
  const auto room = [&](double t) {
    const FaceCode& code = codes[static_cast<std::size_t>(t * 100)];
    return (code.gaze_yaw + 0.9F * code.yaw) / kDegree;
  };
  EXPECT_GT(room(1.97), -12);
  EXPECT_NEAR(room(2.2), -20, 2);  // 25 ms + 2.4 ms a degree
  EXPECT_NEAR(room(3.9), -20, 2);
  EXPECT_NEAR(room(4.2), 0, 2);
}

TEST(ControlledHead, IsHeldAsFixedAndOffsetAsAsked) {
  MotionControls fixed;
  fixed.fixed_pose = Eigen::Vector3f(8, -4, 3) * kDegree;
  for (const auto& code : move(with(fixed), talk(20))) {
    ASSERT_NEAR(code.yaw, 8 * kDegree, 1e-5);
    ASSERT_NEAR(code.pitch, -4 * kDegree, 1e-5);
    ASSERT_NEAR(code.roll, 3 * kDegree, 1e-5);
    ASSERT_NEAR(code.translation.norm(), 0, 1e-5);
  }
  MotionControls offset;
  offset.head_pose = Eigen::Vector3f(10, 0, 0) * kDegree;
  const auto plain = move(with({}), talk(20)), turned = move(with(offset), talk(20));
  for (std::size_t k = 0; k < plain.size(); ++k) {
    ASSERT_NEAR(turned[k].yaw - plain[k].yaw, 10 * kDegree, 1e-5);
    ASSERT_NEAR(plain[k].gaze_yaw - turned[k].gaze_yaw, 10 * kDegree, 1e-5);  // the eyes stay on the viewer
  }
}

TEST(ControlledHead, ComesNearerByTheFactorAsked) {
  MotionOptions options = with({});
  options.camera_distance_cm = 80;
  const auto plain = move(options, talk(5));
  options.controls.distance = 0.95F;
  const auto near = move(options, talk(5));
  for (std::size_t k = 0; k < plain.size(); ++k)
    ASSERT_NEAR(near[k].translation.z() - plain[k].translation.z(), 4, 1e-4);
}

TEST(ControlledMotion, ChangesWithoutAJump) {
  MotionControls all = feeling(Emotion::sadness, 1);
  all.fixed_pose = Eigen::Vector3f(-15, 8, 5) * kDegree;
  all.distance = 1.05F;
  all.mouth_scale = 0.5F;
  const auto motion = make_rule_motion(with({}, 50));
  std::vector<FaceCode> codes;
  const auto sound = talk(12);
  for (std::size_t k = 0; k < sound.size(); ++k) {
    if (k == 100) motion->control(all);
    if (k == 110) motion->control({});  // changed again on the way
    if (k == 300) motion->control(all);
    if (k == 450) motion->control({});
    motion->push(sound[k]);
    for (const auto& code : testing::take_all(*motion)) codes.push_back(code);
  }
  EXPECT_LT(largest_head_step(codes), 2.4);  // 17° in .4 s, at 50 a second
  float brow = 0;
  for (std::size_t k = 1; k < codes.size(); ++k)
    brow = std::max(brow, std::abs(codes[k].weights[Blendshape::mouthFrownLeft] -
                                   codes[k - 1].weights[Blendshape::mouthFrownLeft]));
  EXPECT_LT(brow, 0.12F);
  EXPECT_NEAR(codes[430].yaw, -15 * kDegree, 0.1 * kDegree);
  EXPECT_GT(codes[430].weights[Blendshape::mouthFrownLeft], 0.4F);
}

TEST(ControlledMotion, TimedControlsBeginAtTheirTimes) {
  MotionOptions options = with({}, 100);
  MotionControls fixed;
  fixed.fixed_pose = Eigen::Vector3f(12, 0, 0) * kDegree;
  fixed.ease_s = 0.1F;
  options.timed = {{3, fixed}, {0, feeling(Emotion::anger, 1)}};  // any order
  const auto codes = move(options, talk(5));
  EXPECT_GT(codes[0].weights[Blendshape::browDownLeft], 0.8F);  // at 0: without easing
  EXPECT_GT(codes[297].weights[Blendshape::browDownLeft], 0.8F);
  EXPECT_NEAR(codes[315].yaw, 12 * kDegree, 0.5 * kDegree);
  EXPECT_LT(codes[340].weights[Blendshape::browDownLeft], 0.2F);  // the second holds all its own values
}

TEST(ControlledMotion, ResetGoesBackToTheFirstControls) {
  const auto motion = make_rule_motion(with({}));
  const auto first = move(*motion, talk(3));
  motion->reset();
  motion->control(feeling(Emotion::fear, 1));
  move(*motion, talk(3));
  motion->reset();
  const auto again = move(*motion, talk(3));
  for (std::size_t k = 0; k < first.size(); ++k) {
    ASSERT_EQ(first[k].weights, again[k].weights);
    ASSERT_EQ(first[k].yaw, again[k].yaw);
  }
}

TEST(Emotions, NeverOpenAClosure) {
  const auto sound = talk(30);
  const auto plain = move(with({}, 50), sound);
  for (std::size_t e = 0; e < kEmotions; ++e) {
    const auto moved = move(with(feeling(static_cast<Emotion>(e), 1), 50), sound);
    int closures = 0;
    for (std::size_t k = 0; k < plain.size(); ++k) {
      // In the middle of a phrase: where nobody speaks, lips may part in surprise.
      const bool inside = sound[std::min(sound.size() - 1, k + 12)].voice > 0 && sound[k].voice > 0;
      if (!inside || plain[k].aperture > 0.002F) continue;
      ++closures;
      ASSERT_LT(moved[k].aperture, 0.004F) << kEmotionNames[e] << ' ' << k;
    }
    EXPECT_GT(closures, 50);
  }
}

TEST(Emotions, ShowInTheirOwnParts) {
  const auto shown = [](Emotion emotion, Blendshape shape) {
    double sum = 0;
    const auto codes = move(with(feeling(emotion, 1)), talk(10)), plain = move(with({}), talk(10));
    for (std::size_t k = 0; k < codes.size(); ++k)
      sum += static_cast<double>(codes[k].weights[shape] - plain[k].weights[shape]);
    return sum / static_cast<double>(codes.size());
  };
  using enum Blendshape;
  EXPECT_GT(shown(Emotion::happiness, mouthSmileLeft), 0.4);
  EXPECT_GT(shown(Emotion::happiness, cheekSquintRight), 0.4);
  EXPECT_GT(shown(Emotion::sadness, browInnerUp), 0.5);
  EXPECT_GT(shown(Emotion::sadness, mouthFrownLeft), 0.4);
  EXPECT_GT(shown(Emotion::anger, browDownRight), 0.6);
  EXPECT_GT(shown(Emotion::fear, eyeWideLeft), 0.6);
  EXPECT_GT(shown(Emotion::disgust, noseSneerLeft), 0.6);
  EXPECT_GT(shown(Emotion::surprise, browOuterUpLeft), 0.6);
  EXPECT_GT(shown(Emotion::contempt, mouthSmileLeft) - shown(Emotion::contempt, mouthSmileRight), 0.25);
}

TEST(Emotions, ChangeTheManner) {
  const auto sound = talk(240);
  const auto yaw = [](const FaceCode& c) { return c.yaw; };
  const auto plain = move(with({}), sound), sad = move(with(feeling(Emotion::sadness, 1)), sound),
             happy = move(with(feeling(Emotion::happiness, 1)), sound);
  const double usual = mean_and_deviation(plain, yaw).second;
  EXPECT_LT(mean_and_deviation(sad, yaw).second, 0.8 * usual);
  EXPECT_GT(mean_and_deviation(happy, yaw).second, 0.95 * usual);
  const auto pitch = [](const FaceCode& c) { return c.pitch; };
  EXPECT_GT(mean_and_deviation(sad, pitch).first - mean_and_deviation(plain, pitch).first, 2 * kDegree);
  const auto opening = [](const FaceCode& c) { return c.aperture; };
  EXPECT_LT(mean_and_deviation(sad, opening).second, 0.95 * mean_and_deviation(plain, opening).second);
}

TEST(Emotions, KeepEveryWeightInItsRange) {
  MotionControls all;
  all.emotion.fill(1);
  for (const auto& code : move(with(all), talk(20)))
    for (const float w : code.weights) ASSERT_TRUE(w >= 0 && w <= 1);
}

TEST(Idle, ListensWithNodsLooksAndBlinksAndNeverTwiceTheSame) {
  const auto codes = move(with({}, 50), silence(120));
  // Never frozen: in every two seconds something has moved.
  for (std::size_t k = 0; k + 100 < codes.size(); k += 50) {
    const std::vector<FaceCode> part(codes.begin() + static_cast<std::ptrdiff_t>(k),
                                     codes.begin() + static_cast<std::ptrdiff_t>(k + 100));
    EXPECT_GT(mean_and_deviation(part, [](const FaceCode& c) { return c.yaw; }).second +
                  mean_and_deviation(part, [](const FaceCode& c) { return c.pitch; }).second,
              0.03 * kDegree)
        << k;
  }
  // Nods: the chin goes down and comes up by more than 1.5° within .8 s.
  int nods = 0;
  for (std::size_t k = 40; k + 40 < codes.size(); ++k) {
    const float pitch = codes[k].pitch;
    if (pitch - codes[k - 20].pitch > 1.5F * kDegree && pitch - codes[k + 20].pitch > 1.2F * kDegree) {
      ++nods;
      k += 30;
    }
  }
  EXPECT_GE(nods, 6);
  EXPECT_LE(nods, 60);
  // Not a loop: no shift brings the head's movement back.
  const auto [mean, deviation] = mean_and_deviation(codes, [](const FaceCode& c) { return c.pitch; });
  for (std::size_t shift = 200; shift < 3000; shift += 5) {
    double sum = 0;
    for (std::size_t k = 0; k + shift < codes.size(); ++k)
      sum +=
          (static_cast<double>(codes[k].pitch) - mean) * (static_cast<double>(codes[k + shift].pitch) - mean);
    EXPECT_LT(sum / static_cast<double>(codes.size() - shift), 0.6 * deviation * deviation) << shift;
  }
}

TEST(Idle, OffWaitsQuietlyButBlinksAndBreathes) {
  MotionControls off;
  off.idle = false;
  const auto quiet = move(with(off), silence(60)), listening = move(with({}), silence(60));
  const auto spread = [](const std::vector<FaceCode>& codes) {
    return mean_and_deviation(codes, [](const FaceCode& c) { return c.pitch; }).second +
           mean_and_deviation(codes, [](const FaceCode& c) { return c.gaze_yaw; }).second;
  };
  EXPECT_LT(spread(quiet), 0.5 * spread(listening));
  EXPECT_GT(spread(quiet), 0);
  EXPECT_GT(mean_and_deviation(quiet, [](const FaceCode& c) { return c.breath; }).second, 0.3);
  EXPECT_GT(
      mean_and_deviation(quiet, [](const FaceCode& c) { return c.weights[Blendshape::eyeBlinkLeft]; }).second,
      0.05);
}

TEST(Idle, DoesNothingMoreWhileSomebodySpeaks) {
  MotionControls off;
  off.idle = false;
  const auto sound = talk(3.4);  // no pause as long as a second
  const auto a = move(with({}), sound), b = move(with(off), sound);
  for (std::size_t k = 30; k < a.size(); ++k) ASSERT_NEAR(a[k].roll, b[k].roll, 0.4 * kDegree);
}

TEST(Tracks, PoseFromOneMovesTheHeadAndNothingElse) {
  MotionOptions options = with({}, 50);
  const auto plain = move(options, talk(8));
  options.pose_from = track(shaking());
  const auto moved = move(options, talk(8));
  for (std::size_t k = 0; k < moved.size(); ++k) {
    const double t = (static_cast<double>(k) + 0.5) / 50;
    ASSERT_NEAR(moved[k].yaw / kDegree, 10 * std::sin(2 * std::numbers::pi * 0.7 * (t - 1. / 120)), 0.6) << k;
    ASSERT_NEAR(moved[k].pitch, 0, 1e-4);  // relative to the mean
    ASSERT_EQ(moved[k].aperture, plain[k].aperture);
    ASSERT_EQ(moved[k].weights, plain[k].weights);
  }
}

TEST(Tracks, ExpressionFromOneLeavesTheMouthToTheSpeech) {
  MotionOptions options = with({}, 50);
  const auto plain = move(options, talk(8));
  options.expression_from = track(shaking());
  const auto moved = move(options, talk(8));
  float shut = 0;
  for (std::size_t k = 0; k < moved.size(); ++k) {
    ASSERT_NEAR(moved[k].weights[Blendshape::browInnerUp], 0.6F, 1e-4);
    ASSERT_EQ(moved[k].aperture, plain[k].aperture);
    ASSERT_EQ(moved[k].weights[Blendshape::jawOpen], plain[k].weights[Blendshape::jawOpen]);
    ASSERT_GE(moved[k].weights[Blendshape::mouthSmileLeft], 0.29F);
    ASSERT_EQ(moved[k].yaw, plain[k].yaw);
    shut += moved[k].weights[Blendshape::eyeBlinkLeft] > 0.5F;
  }
  EXPECT_NEAR(shut / static_cast<float>(moved.size()), 1.F / 6, 0.04);
}

/// A maker that has learned everything, and gives its codes `lag` frames late.
class LateFace final : public SpeechFace {
 public:
  explicit LateFace(std::size_t lag) : lag_(lag) {}
  Parts parts() const noexcept override {
    return {.brows = true, .blinks = true, .head = true, .gaze = true};
  }
  void push(const PhoneticFrame&) override { make(1); }
  void end() override { ended_ = true; }
  void reset() override { *this = LateFace(lag_); }
  std::size_t ready() const noexcept override {
    return ended_ ? codes_.size() : codes_.size() - std::min(codes_.size(), lag_);
  }
  bool pull(FaceCode& code) override {
    if (ready() == 0) return false;
    code = codes_.front();
    codes_.pop_front();
    return true;
  }

 private:
  void make(int) {
    FaceCode code;
    code.aperture = 0.1F;
    code.yaw = 0.01F * static_cast<float>(made_ % 10);
    code.weights[Blendshape::browInnerUp] = 0.7F;
    code.weights[Blendshape::eyeBlinkLeft] = 0.25F;
    code.gaze_pitch = 0.05F;
    codes_.push_back(code);
    ++made_;
  }
  std::size_t lag_;
  std::deque<FaceCode> codes_;
  int made_ = 0;
  bool ended_ = false;
};

TEST(LearnedParts, AreTakenOnlyWhenAskedFor) {
  MotionOptions options = with({});
  const auto generated = move(*make_motion(std::make_unique<LateFace>(0), options), talk(4));
  const auto plain = move(with({}), talk(4));
  for (std::size_t k = 0; k < plain.size(); ++k) {
    ASSERT_EQ(generated[k].aperture, k == 0 ? generated[k].aperture : 0.1F);
    ASSERT_EQ(generated[k].yaw, plain[k].yaw);
    ASSERT_EQ(generated[k].weights[Blendshape::browInnerUp], plain[k].weights[Blendshape::browInnerUp]);
  }
  options.learned = {.brows = true, .blinks = true, .head = true, .gaze = true};
  const auto learned = move(*make_motion(std::make_unique<LateFace>(0), options), talk(4));
  for (std::size_t k = 1; k < learned.size(); ++k) {
    ASSERT_NEAR(learned[k].weights[Blendshape::browInnerUp], 0.7F, 1e-5);
    ASSERT_NEAR(learned[k].weights[Blendshape::eyeBlinkLeft], 0.25F, 1e-5);
    ASSERT_LT(learned[k].yaw, 0.1F);
    ASSERT_NEAR(learned[k].gaze_pitch, 0.05F, 1e-5);
  }
}

TEST(LearnedParts, AMouthThatLagsASecondKeepsItsTime) {
  const auto sound = talk(6);
  const auto soon = move(*make_motion(std::make_unique<LateFace>(0), with({})), sound),
             late = move(*make_motion(std::make_unique<LateFace>(50), with({})), sound);
  ASSERT_EQ(soon.size(), late.size());
  for (std::size_t k = 0; k < soon.size(); ++k) {
    ASSERT_EQ(soon[k].weights, late[k].weights) << k;
    ASSERT_EQ(soon[k].pitch, late[k].pitch);
    ASSERT_EQ(soon[k].breath, late[k].breath);
  }
}

TEST(CodeEditor, ChangesNothingUnasked) {
  CodeEditor editor(with({}));
  for (const FaceCode& code : move(with({}), talk(10))) {
    const FaceCode edited = editor.edit(code);
    ASSERT_EQ(edited.weights, code.weights);
    ASSERT_EQ(edited.aperture, code.aperture);
    ASSERT_EQ(edited.breath, code.breath);
    ASSERT_EQ(edited.yaw, code.yaw);
    ASSERT_EQ(edited.translation, code.translation);
    ASSERT_NEAR(edited.gaze_yaw, code.gaze_yaw, 1e-6);
    ASSERT_NEAR(edited.gaze_pitch, code.gaze_pitch, 1e-6);
  }
  FaceCode open;  // the weights decide
  open.weights[Blendshape::jawOpen] = 0.4F;
  EXPECT_EQ(CodeEditor(with({})).edit(open).aperture, -1);
}

TEST(CodeEditor, TakesThePoseOfOneAndTheExpressionOfAnother) {
  MotionOptions options = with({}, 30);
  options.pose_from = track(shaking());
  options.expression_from = track("{\"seconds\":0,\"weights\":{\"browDownLeft\":0.8}}\n");
  CodeEditor editor(options);
  FaceCode given;
  given.aperture = 0.12F;
  given.weights[Blendshape::jawOpen] = 0.3F;
  given.yaw = 0.3F;
  given.weights[Blendshape::browInnerUp] = 0.9F;
  for (int k = 0; k < 90; ++k) {
    const FaceCode code = editor.edit(given);
    EXPECT_EQ(code.aperture, 0.12F);
    EXPECT_EQ(code.weights[Blendshape::jawOpen], 0.3F);
    EXPECT_EQ(code.weights[Blendshape::browInnerUp], 0);
    EXPECT_NEAR(code.weights[Blendshape::browDownLeft], 0.8F, 1e-6);
    EXPECT_NEAR(code.yaw / kDegree, 10 * std::sin(2 * std::numbers::pi * 0.7 * ((k + 0.5) / 30 - 1. / 120)),
                0.7);
  }
}

}  // namespace
}  // namespace parlante
