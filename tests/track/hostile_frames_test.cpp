// Frames that no tracker should give, and clips that hold little.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "track/tracked_clip.hpp"

namespace parlante::testing {
namespace {

using enum Blendshape;

bool all_finite(const SolvedFrame& solved) {
  const FaceCode& code = solved.code;
  for (const float weight : code.weights)
    if (!(weight >= 0 && weight <= 1)) return false;
  for (const float number : {code.yaw, code.pitch, code.roll, code.gaze_yaw, code.gaze_pitch, code.aperture,
                             solved.log_distance, solved.pose_residual, solved.mouth_residual})
    if (!std::isfinite(number)) return false;
  return code.translation.allFinite();
}

std::vector<TrackedFrame> small_clip() {
  return with_rest({frame_of({{jawOpen, .4F}}), frame_of({{mouthPucker, .5F}})});
}

}  // namespace

TEST(HostileFrames, NoFrameAtAllIsNoFace) {
  const auto person = solver().calibrate({});
  ASSERT_FALSE(person);
  EXPECT_EQ(person.error().kind, ErrorKind::no_face);
  EXPECT_FALSE(person.error().message.empty());
}

TEST(HostileFrames, FramesThatAreNotFacesAreNoFace) {
  std::vector<TrackedFrame> frames(3);  // every landmark in one place
  EXPECT_FALSE(solver().calibrate(frames));
  for (TrackedFrame& frame : frames) frame.landmarks.fill(Eigen::Vector3f::Constant(std::nanf("")));
  EXPECT_FALSE(solver().calibrate(frames));
  for (TrackedFrame& frame : frames)
    for (std::size_t n = 0; n < kLandmarks; ++n)
      frame.landmarks[n] = {static_cast<float>(n), 0, 0};  // a line
  EXPECT_FALSE(solver().calibrate(frames));
  for (TrackedFrame& frame : frames) frame.known.reset();
  EXPECT_FALSE(solver().calibrate(frames));
}

TEST(HostileFrames, OneFrameIsItsOwnRest) {
  const std::vector<TrackedFrame> frames{frame_of({{jawOpen, .3F}}, {.1F, .1F, 0})};
  const auto person = solver().calibrate(frames);
  ASSERT_TRUE(person);
  const auto solved = solver().solve(frames[0], *person);
  ASSERT_TRUE(solved);
  EXPECT_TRUE(all_finite(*solved));
  EXPECT_NEAR(solved->code.yaw, 0, 1e-4);
  EXPECT_LT(solved->code.weights[jawOpen], .01) << "the mouth's only stand";
  EXPECT_GT(solved->code.aperture, .08) << "no shut mouth was seen: the opening is not taken for one";
}

TEST(HostileFrames, ABrokenFrameAmongGoodOnesChangesNothing) {
  auto clip = small_clip();
  const auto clean = solver().calibrate(clip);
  TrackedFrame broken = clip[0];
  broken.landmarks.fill(Eigen::Vector3f::Constant(std::numeric_limits<float>::infinity()));
  clip.push_back(broken);
  const auto person = solver().calibrate(clip);
  ASSERT_TRUE(clean && person);
  EXPECT_FALSE(solver().solve(broken, *person));
  const auto a = solver().solve(clip[0], *clean), b = solver().solve(clip[0], *person);
  ASSERT_TRUE(a && b);
  EXPECT_NEAR(a->code.weights[jawOpen], b->code.weights[jawOpen], .001);
}

TEST(HostileFrames, UnknownLipsGiveNoApertureButAPose) {
  const auto clip = small_clip();
  const auto person = solver().calibrate(clip);
  ASSERT_TRUE(person);
  TrackedFrame frame = clip[0];
  for (const std::size_t point : kMouthPoints) frame.landmarks[point].setConstant(std::nanf(""));
  const auto solved = solver().solve(frame, *person);
  ASSERT_TRUE(solved);
  EXPECT_LT(solved->code.aperture, 0);
  EXPECT_TRUE(std::isnan(solved->gap));
  EXPECT_TRUE(all_finite(*solved));
}

TEST(HostileFrames, WithoutScoresTheEyesRest) {
  auto clip = small_clip();
  for (TrackedFrame& frame : clip) {
    frame.has_scores = false;
    frame.scores.fill(std::nanf(""));
  }
  const auto person = solver().calibrate(clip);
  ASSERT_TRUE(person);
  EXPECT_FALSE(person->has_scores);
  const auto solved = solver().solve(clip[0], *person);
  ASSERT_TRUE(solved);
  EXPECT_EQ(solved->code.weights[eyeBlinkLeft], 0);
  EXPECT_TRUE(all_finite(*solved));
}

TEST(HostileFrames, ScoresThatAreNoNumbersAreLeftOut) {
  auto clip = small_clip();
  clip[0].scores.fill(std::nanf(""));
  clip[1].scores.fill(1e30F);
  const auto person = solver().calibrate(clip);
  ASSERT_TRUE(person);
  for (const TrackedFrame& frame : clip) {
    const auto solved = solver().solve(frame, *person);
    ASSERT_TRUE(solved);
    EXPECT_TRUE(all_finite(*solved));
  }
}

TEST(HostileFrames, AMouthTornOffTheFaceStaysWithinItsRange) {
  const auto clip = small_clip();
  const auto person = solver().calibrate(clip);
  ASSERT_TRUE(person);
  TrackedFrame frame = clip[0];
  for (const std::size_t point : kMouthPoints) frame.landmarks[point] += Eigen::Vector3f(1e5F, -1e5F, 1e4F);
  const auto solved = solver().solve(frame, *person);
  ASSERT_TRUE(solved);
  EXPECT_TRUE(all_finite(*solved));
}

TEST(HostileFrames, ACalibrationThatWasNeverMadeSolvesNothing) {
  EXPECT_FALSE(solver().solve(small_clip()[0], Calibration{}));
}

}  // namespace parlante::testing
