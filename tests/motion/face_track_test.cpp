#include "motion/face_track.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <sstream>

#include "motion/face_code_json.hpp"

namespace parlante {
namespace {

using ::testing::HasSubstr;
constexpr double kDegree = std::numbers::pi / 180;

Result<FaceTrack> read(const std::string& text) {
  std::istringstream lines(text);
  return FaceTrack::read(lines, "some.jsonl");
}

/// A head that turns by `yaw_deg(t)`, `fps` times a second, as `parlante track` would print it.
template <class Yaw>
std::string turning(double seconds, double fps, Yaw yaw_deg, double start_s = 0) {
  std::ostringstream lines;
  const auto frames = static_cast<int>(seconds * fps);
  for (int k = 0; k < frames; ++k) {
    lines << R"({"frame":)" << k << R"(,"seconds":)" << start_s + k / fps << R"(,"face":1,"yaw_deg":)"
          << yaw_deg((k + 0.5) / fps) << "}\n";
  }
  return lines.str();
}

TEST(FaceTrack, OtherRatesAreResampledInTime) {
  const auto sway = [](double t) { return 8 * std::sin(2 * std::numbers::pi * 0.5 * t); };
  for (const double fps : {12.5, 24000. / 1001, 25., 30., 60., 120.}) {
    const auto track = read(turning(8, fps, sway, 3.2));
    ASSERT_TRUE(track) << track.error().message;
    for (double t = 0.1; t < 6.5; t += 0.01) {
      // A line between two frames misses the top of the sine by (pi f / fps)^2 / 2.
      ASSERT_NEAR(static_cast<double>(track->at(t).yaw) / kDegree, sway(t), 0.15) << fps << ' ' << t;
    }
  }
}

TEST(FaceTrack, PoseIsRelativeToItsMean) {
  const auto track = read(turning(4, 25, [](double t) { return 20 + (t < 2 ? -5 : 5); }));
  ASSERT_TRUE(track);
  EXPECT_NEAR(static_cast<double>(track->at(0.5).yaw) / kDegree, -5, 0.01);
}

TEST(FaceTrack, BeginsAgainWithoutAJump) {
  const auto track = read(turning(5, 25, [](double t) { return 3 * t + 4 * std::sin(5 * t); }));
  ASSERT_TRUE(track);
  double most = 0, most_inside = 0;
  for (double t = 0.02; t < 30; t += 0.01) {
    const double step = std::abs(static_cast<double>(track->at(t).yaw - track->at(t - 0.01).yaw));
    most = std::max(most, step);
    if (t < 3.9) most_inside = std::max(most_inside, step);
  }
  EXPECT_LT(most, 2 * most_inside);
  // And it goes on moving.
  float low = 1, high = -1;
  for (double t = 21; t < 26; t += 0.05) {
    low = std::min(low, track->at(t).yaw);
    high = std::max(high, track->at(t).yaw);
  }
  EXPECT_GT(static_cast<double>(high - low), 10 * kDegree);
}

TEST(FaceTrack, FramesWithoutAFaceAreBridgedWithOpenEyes) {
  std::ostringstream lines;
  for (int k = 0; k < 100; ++k) {
    lines << R"({"seconds":)" << k * 0.04;
    if (k >= 30 && k < 60) {
      lines << R"(,"face":null})" << '\n';
    } else {
      lines << R"(,"face":1,"yaw_deg":)" << (k < 50 ? 0 : 10) << R"(,"weights":{"eyeBlinkLeft":)"
            << (k == 29 || k == 60 ? 1 : 0) << "}}\n";
    }
  }
  const auto track = read(lines.str());
  ASSERT_TRUE(track) << track.error().message;
  const double before = static_cast<double>(track->at(0.5).yaw),
               after = static_cast<double>(track->at(2.6).yaw);
  EXPECT_NEAR((after - before) / kDegree, 10, 0.01);
  EXPECT_NEAR(static_cast<double>(track->at(1.8).yaw), (before + after) / 2, 0.05 * kDegree);
  EXPECT_EQ(track->at(1.8).weights[Blendshape::eyeBlinkLeft], 0);
}

TEST(FaceTrack, KeepsTheMoodAndNotTheRecordedSpeech) {
  std::ostringstream lines;
  for (int k = 0; k < 200; ++k) {
    // A quick "ee" three times a second on a smile that comes at 4 s.
    const double smile = (k < 100 ? 0.1 : 0.5) + 0.08 * std::sin(2 * std::numbers::pi * 3 * k * 0.04);
    lines << R"({"seconds":)" << k * 0.04 << R"(,"weights":{"mouthSmileLeft":)" << smile << "}}\n";
  }
  const auto track = read(lines.str());
  ASSERT_TRUE(track);
  for (double t = 0; t < 2.4; t += 0.05)
    ASSERT_NEAR(track->at(t).weights[Blendshape::mouthSmileLeft], 0.1, 0.02) << t;
  EXPECT_NEAR(track->at(5.8).weights[Blendshape::mouthSmileLeft], 0.5, 0.02);
}

TEST(FaceTrack, TheGazeRestsAndJumpsWithoutTheTrackersTrembling) {
  std::ostringstream lines;
  for (int k = 0; k < 250; ++k) {
    const double t = k / 25., yaw = 6 * std::sin(t), look = k < 100 ? 0 : 9;
    const double tremble = 0.8 * std::sin(2.4 * k);
    lines << R"({"seconds":)" << t << R"(,"yaw_deg":)" << yaw << R"(,"gaze_yaw_deg":)"
          << look - 0.9 * yaw + tremble << "}\n";
  }
  const auto track = read(lines.str());
  ASSERT_TRUE(track);
  const auto room = [&](double t) {
    const FaceCode code = track->at(t);
    return static_cast<double>(code.gaze_yaw + 0.9F * code.yaw) / kDegree;
  };
  for (double t = 0.1; t < 3.9; t += 0.02) ASSERT_NEAR(room(t), room(0.1), 0.1) << t;
  for (double t = 4.1; t < 8.5; t += 0.02) ASSERT_NEAR(room(t), room(4.1), 0.1) << t;
  EXPECT_NEAR(room(5) - room(3), 9, 0.3);
}

TEST(FaceTrack, LinesWithoutTimesAreTwentyFiveASecond) {
  const auto track = read("{\"yaw_deg\":-1}\n\n{\"yaw_deg\":1}\n{\"yaw_deg\":3}\n");
  ASSERT_TRUE(track);
  EXPECT_NEAR(track->seconds(), 0.08, 1e-9);
}

TEST(FaceTrack, OneFrameIsHeld) {
  const auto track = read("{\"seconds\":0,\"yaw_deg\":12,\"weights\":{\"browInnerUp\":0.5}}\n");
  ASSERT_TRUE(track);
  for (const double t : {-1., 0., 0.5, 100.}) {
    EXPECT_EQ(track->at(t).yaw, 0);
    EXPECT_NEAR(track->at(t).weights[Blendshape::browInnerUp], 0.5, 1e-6);
  }
}

TEST(FaceTrack, NonsenseIsRefusedWithTheLinesNumber) {
  const std::string good = "{\"seconds\":0}\n";
  for (const char* line :
       {"x", "[]", "{\"seconds\":\"1\"}", "{\"seconds\":1e99}", "{\"seconds\":null}", "{\"seconds\":-1}",
        "{}", "{\"seconds\":1,\"yaw_deg\":\"left\"}", "{\"seconds\":1,\"weights\":{\"jaw\":1}}", "\xff"}) {
    const auto track = read(good + line + "\n");
    ASSERT_FALSE(track) << line;
    EXPECT_EQ(track.error().kind, ErrorKind::usage);
    EXPECT_THAT(track.error().message, HasSubstr("some.jsonl, line 2: "));
  }
  for (const char* text : {"", "\n\n", "{\"seconds\":0,\"face\":null}\n"}) {
    const auto track = read(text);
    ASSERT_FALSE(track);
    EXPECT_THAT(track.error().message, HasSubstr("no frame with a face"));
  }
  EXPECT_FALSE(FaceTrack::read(std::filesystem::path("/nowhere/track.jsonl")));
}

}  // namespace
}  // namespace parlante
