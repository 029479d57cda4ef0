#include "motion/controls.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <numbers>

#include "motion/control_file.hpp"
#include "motion/control_text.hpp"
#include "motion/eased_controls.hpp"
#include "motion/prosody.hpp"

namespace parlante {
namespace {

using ::testing::HasSubstr;
using Kind = GazeControl::Kind;
constexpr float kDegree = std::numbers::pi_v<float> / 180;
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

TEST(Controls, WhatIsInRangeStaysAndNothingIsSaid) {
  MotionControls controls;
  controls.gaze = {Kind::direction, {20 * kDegree, -10 * kDegree, 0}};
  controls.head_pose = {20 * kDegree, 15 * kDegree, -15 * kDegree};
  controls.emotion[0] = 1;
  controls.distance = 0.92F;
  std::vector<std::string> said;
  EXPECT_EQ(in_range(controls, &said), controls);
  EXPECT_TRUE(said.empty()) << said.front();
}

TEST(Controls, OutOfRangeIsClampedAndSaidOnce) {
  MotionControls controls;
  controls.emotion[static_cast<std::size_t>(Emotion::anger)] = 7;
  controls.head_scale = -1;
  std::vector<std::string> said;
  const MotionControls kept = in_range(controls, &said);
  EXPECT_EQ(kept.emotion[2], 1);
  EXPECT_EQ(kept.head_scale, 0);
  ASSERT_EQ(said.size(), 2U);
  EXPECT_THAT(said[0], HasSubstr("anger goes from 0 to 1; 7 was taken as 1."));
  in_range(controls, &said);
  EXPECT_EQ(said.size(), 2U);
}

TEST(Controls, NoNumberMeansTheDefault) {
  MotionControls controls;
  controls.distance = kNan;
  controls.fixed_pose = Eigen::Vector3f(kNan, std::numeric_limits<float>::infinity(), 0);
  controls.gaze = {Kind::point, {kNan, kNan, kNan}};
  controls.ease_s = kNan;
  const MotionControls kept = in_range(controls);
  EXPECT_EQ(kept.distance, 1);
  EXPECT_TRUE(kept.fixed_pose->isZero());
  EXPECT_TRUE(kept.gaze.at.allFinite());
  EXPECT_EQ(kept.ease_s, MotionControls{}.ease_s);
}

TEST(Controls, APointIsLookedAtFromBetweenTheEyes) {
  const Eigen::Vector2f right = gaze_direction({Kind::point, {30, 0, 30}});
  EXPECT_NEAR(right.x(), 35 * kDegree, 1e-4);  // 45°, but eyes are drawn to 35° only
  const Eigen::Vector2f up = gaze_direction({Kind::point, {0, 10, 60}});
  EXPECT_NEAR(up.y(), std::atan(1.F / 6), 1e-4);
  EXPECT_EQ(up.x(), 0);
}

TEST(Controls, TheMiddleOfTheScreenIsTheViewer) {
  EXPECT_TRUE(gaze_direction({Kind::screen, {0.5F, 0.5F, 0}}).isZero());
  EXPECT_GT(gaze_direction({Kind::screen, {1, 0.5F, 0}}).x(), 10 * kDegree);
  EXPECT_GT(gaze_direction({Kind::screen, {0.5F, 0, 0}}).y(), 10 * kDegree);  // the upper edge
}

TEST(ControlText, GazeIsUnderstoodInItsForms) {
  EXPECT_EQ(parse_gaze("viewer")->kind, Kind::viewer);
  const auto direction = parse_gaze(" -15, +5 ");
  ASSERT_TRUE(direction);
  EXPECT_EQ(direction->kind, Kind::direction);
  EXPECT_NEAR(direction->at.x(), -15 * kDegree, 1e-6);
  EXPECT_EQ(parse_gaze("head:10,0")->kind, Kind::in_head);
  EXPECT_EQ(parse_gaze("screen:.2,.5")->at.x(), 0.2F);
  EXPECT_EQ(parse_gaze("point:20,0,60")->at.z(), 60);
}

TEST(ControlText, NonsenseIsRefusedWithTheFormsThereAre) {
  for (const char* text : {"", "left", "1", "1,2,3", "1,x", "nan,0", "inf,0", "1e99,0", "screen:1",
                           "point:1,2", "eyes:1,2", "1,,2", ":", "head:", "viewer,1"}) {
    const auto gaze = parse_gaze(text);
    ASSERT_FALSE(gaze) << text;
    EXPECT_EQ(gaze.error().kind, ErrorKind::usage);
    EXPECT_THAT(gaze.error().message, HasSubstr("screen:X,Y"));
  }
  for (const char* text : {"", "a", "1,2,3,4", "1;2"}) EXPECT_FALSE(parse_pose(text)) << text;
  for (const char* text :
       {"", "joy", "happiness=", "happiness=much", "happiness=.5,,", "=1", "happiness==1", "happiness=nan"})
    EXPECT_FALSE(parse_emotions(text)) << text;
  EXPECT_THAT(parse_emotions("joy").error().message, HasSubstr("contempt"));
}

TEST(ControlText, EmotionsMix) {
  const auto mix = parse_emotions("happiness=.6, surprise=.2,calm");
  ASSERT_TRUE(mix);
  EXPECT_EQ((*mix)[0], 0.6F);
  EXPECT_EQ((*mix)[5], 0.2F);
  EXPECT_EQ((*mix)[7], 1);
}

TEST(ControlFiles, KeyframesChangeWhatTheyNameAndNullGivesItBack) {
  MotionControls base;
  base.head_scale = 0.5F;
  base.emotion[1] = 0.3F;
  const auto file = parse_control_file(R"([
    {"time": 2, "emotion": null, "gaze": "viewer"},
    {"time": 0, "gaze": [-15, 5], "ease": 1},
    {"time": 1, "emotion": {"happiness": 0.6}, "fixed_pose": [10, 0, 0], "idle": "off", "still": true},
    {"time": 3, "fixed_pose": null, "motion_scale": 1.5, "mouth_scale": 0.8, "blinks": 12, "distance": 1.05,
     "head_pose": [1, 2, 3], "idle": "listening", "still": false}
  ])",
                                       base);
  ASSERT_TRUE(file) << file.error().message;
  ASSERT_EQ(file->keyframes.size(), 4U);
  EXPECT_TRUE(file->warnings.empty());
  const auto& first = file->keyframes[0].controls;
  EXPECT_NEAR(first.gaze.at.x(), -15 * kDegree, 1e-6);
  EXPECT_EQ(first.ease_s, 1);
  EXPECT_EQ(first.emotion[1], 0.3F);
  const auto& second = file->keyframes[1].controls;
  EXPECT_EQ(file->keyframes[1].time_s, 1);
  EXPECT_EQ(second.gaze, first.gaze);
  EXPECT_EQ(second.ease_s, base.ease_s);  // of that keyframe alone
  EXPECT_EQ(second.emotion[0], 0.6F);
  EXPECT_EQ(second.emotion[1], 0);
  EXPECT_FALSE(second.idle);
  EXPECT_TRUE(second.still);
  const auto& third = file->keyframes[2].controls;
  EXPECT_EQ(third.emotion, base.emotion);
  EXPECT_EQ(third.gaze, GazeControl{});
  EXPECT_TRUE(third.fixed_pose);
  const auto& fourth = file->keyframes[3].controls;
  EXPECT_FALSE(fourth.fixed_pose);
  EXPECT_EQ(fourth.head_scale, 1.5F);
  EXPECT_EQ(fourth.blinks_per_minute, 12);
  EXPECT_TRUE(fourth.idle);
}

TEST(ControlFiles, TheDocumentsExampleIsUnderstood) {
  std::ifstream in(std::filesystem::path(PARLANTE_SOURCE_DIR) / "docs/controls.md");
  const std::string page((std::istreambuf_iterator<char>(in)), {});
  const auto begin = page.find("```json\n") + 8, end = page.find("```", begin);
  ASSERT_NE(end, std::string::npos);
  const auto file = parse_control_file(page.substr(begin, end - begin), {});
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_EQ(file->keyframes.size(), 4U);
  EXPECT_TRUE(file->warnings.empty());
  for (const std::string_view name : kEmotionNames) EXPECT_NE(page.find(name), std::string::npos) << name;
}

TEST(ControlFiles, OutOfRangeIsSaidOnceForTheWholeFile) {
  const auto file = parse_control_file(
      R"([{"time":0,"emotion":{"fear":4}},{"time":1,"emotion":{"fear":4}},{"time":2,"distance":9}])", {});
  ASSERT_TRUE(file);
  EXPECT_EQ(file->warnings.size(), 2U);
  EXPECT_EQ(file->keyframes[1].controls.emotion[3], 1);
  EXPECT_EQ(file->keyframes[2].controls.distance, 1.08F);
}

TEST(ControlFiles, NonsenseIsRefusedWithTheKeyframesNumber) {
  for (const char* keyframe : {"3",
                               "null",
                               "{}",
                               R"({"time":-1})",
                               R"({"time":"1"})",
                               R"({"time":1e99})",
                               R"({"time":0,"gase":[1,2]})",
                               R"({"time":0,"gaze":[1]})",
                               R"({"time":0,"gaze":[1,null]})",
                               R"({"time":0,"gaze":7})",
                               R"({"time":0,"gaze":"left"})",
                               R"({"time":0,"emotion":{"joy":1}})",
                               R"({"time":0,"emotion":0.5})",
                               R"({"time":0,"emotion":{"fear":"1"}})",
                               R"({"time":0,"distance":"near"})",
                               R"({"time":0,"head_pose":[1,2]})",
                               R"({"time":0,"head_pose":{"yaw":1}})",
                               R"({"time":0,"still":1})",
                               R"({"time":0,"idle":true})",
                               R"({"time":0,"ease":[]})",
                               R"({"time":0,"":1})"}) {
    const auto file = parse_control_file(std::string("[{\"time\":0},") + keyframe + "]", {});
    ASSERT_FALSE(file) << keyframe;
    EXPECT_EQ(file.error().kind, ErrorKind::usage);
    EXPECT_THAT(file.error().message, HasSubstr("keyframe 2")) << keyframe;
    EXPECT_EQ(file.error().message.back(), '.');
  }
  const std::string deep(200000, '[');
  for (const std::string& text : {std::string(), std::string("{"), std::string("{}"), std::string("\xff\xfe"),
                                  std::string("[{\"time\":0}"), deep, std::string("7")})
    EXPECT_FALSE(parse_control_file(text, {}));
  EXPECT_TRUE(parse_control_file("[]", {})->keyframes.empty());
  EXPECT_FALSE(read_control_file("/nowhere/controls.json", {}));
  EXPECT_FALSE(read_control_file("/", {}));
}

TEST(EasedControls, GoThereWithoutJumpsInTheTimeAsked) {
  EasedControls eased{MotionControls{}};
  for (int tick = 0; tick < 50; ++tick) EXPECT_EQ(eased.step().distance, 1);
  MotionControls asked;
  asked.distance = 1.08F;
  asked.emotion[0] = 1;
  asked.fixed_pose = Eigen::Vector3f(0.2F, 0, 0);
  asked.ease_s = 0.5F;
  eased.ask(asked);
  float last = 0, last_speed = 0;
  for (int tick = 0; tick < 100; ++tick) {
    const ControlsNow now = eased.step();
    const float speed = now.emotion[0] - last;
    EXPECT_GE(speed, 0) << tick;                    // never back, never beyond
    EXPECT_LT(speed, 0.06F) << tick;                // 1 in 50 ticks, at its fastest 2.2 times the mean
    EXPECT_LT(speed - last_speed, 0.012F) << tick;  // nor a jump of speed
    if (tick == 49) {
      EXPECT_NEAR(now.emotion[0], 0.98, 0.01);
    }
    last = now.emotion[0];
    last_speed = speed;
    EXPECT_NEAR(now.fixed_pose[0], 0.2F, 1e-5);
  }
  EXPECT_NEAR(eased.step().distance, 1.08F, 1e-3);
}

TEST(EasedControls, AMixOfMoreThanOneIsScaledDown) {
  MotionControls asked;
  asked.emotion[0] = asked.emotion[1] = asked.emotion[2] = 1;
  const ControlsNow now = EasedControls(asked).step();
  EXPECT_NEAR(now.emotion[0] + now.emotion[1] + now.emotion[2], 1, 1e-5);
}

}  // namespace
}  // namespace parlante
