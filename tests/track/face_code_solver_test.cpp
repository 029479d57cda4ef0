// What was asked of the rig comes back from its landmarks.
#include "track/face_code_solver.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "track/brow_solver.hpp"
#include "track/mouth_channels.hpp"
#include "track/tracked_clip.hpp"

namespace parlante::testing {
namespace {

using enum Blendshape;
using ::testing::Each;
constexpr float kDegree = 3.14159265F / 180;

struct Asked {
  std::vector<std::pair<Blendshape, float>> weights;
};

std::vector<Asked> speech_like() {
  return {{{{jawOpen, .35F}}},
          {{{mouthPucker, .5F}, {jawOpen, .1F}}},
          {{{mouthSmileLeft, .4F}, {mouthSmileRight, .4F}, {jawOpen, .15F}}},
          {{{mouthSmileLeft, .5F}}},
          {{{mouthFunnel, .6F}, {jawOpen, .2F}}},
          {{{mouthUpperUpLeft, .5F}, {mouthUpperUpRight, .5F}}},
          {{{mouthRollLower, .6F}, {jawOpen, .1F}}},
          {{{mouthStretchLeft, .5F}, {mouthStretchRight, .5F}, {jawOpen, .2F}}}};
}

KnownHead known_of(const Asked& asked) {
  KnownHead known;
  known.expression = asked.weights;
  return known;
}

std::vector<TrackedFrame> speech_clip() {
  std::vector<TrackedFrame> frames;
  for (const Asked& asked : speech_like()) frames.push_back(frame_of(known_of(asked)));
  return with_rest(frames);
}

}  // namespace

TEST(FaceCodeSolver, GivesBackTheWeightsThatMovedTheLips) {
  const auto clip = speech_clip();
  const auto person = solver().calibrate(clip);
  ASSERT_TRUE(person) << person.error().message;
  const auto asked = speech_like();
  for (std::size_t i = 0; i < asked.size(); ++i) {
    const auto solved = solver().solve(clip[i], *person);
    ASSERT_TRUE(solved);
    BlendshapeWeights wanted{};
    for (const auto& [shape, weight] : asked[i].weights) wanted[shape] = weight;
    for (const Blendshape shape : kMouthShapes)
      EXPECT_NEAR(solved->code.weights[shape], wanted[shape], .22)
          << "frame " << i << ", " << kBlendshapeNames[static_cast<std::size_t>(shape)];
    EXPECT_NEAR(solved->code.aperture, true_gap_change(known_of(asked[i])), .006) << "frame " << i;
    EXPECT_NEAR(solved->solved_gap_change, solved->seen_gap_change, .01) << "frame " << i;
  }
}

TEST(FaceCodeSolver, ShutLipsAreShutAndTheRestOfTheFaceRests) {
  const auto clip = speech_clip();
  const auto person = solver().calibrate(clip);
  ASSERT_TRUE(person);
  const auto solved = solver().solve(clip.back(), *person);
  ASSERT_TRUE(solved);
  EXPECT_NEAR(solved->code.aperture, 0, .006);  // rolled-in lips are the person's floor
  for (const Blendshape shape : kMouthShapes) EXPECT_LT(solved->code.weights[shape], .02F);
}

TEST(FaceCodeSolver, OneSideOfTheMouthStaysOnItsSide) {
  const auto clip = with_rest({frame_of({{mouthSmileLeft, .6F}}), frame_of({{mouthSmileRight, .6F}})});
  const auto person = solver().calibrate(clip);
  ASSERT_TRUE(person);
  const auto left = solver().solve(clip[0], *person), right = solver().solve(clip[1], *person);
  ASSERT_TRUE(left && right);
  EXPECT_GT(left->code.weights[mouthSmileLeft], left->code.weights[mouthSmileRight] + .4F);
  EXPECT_GT(right->code.weights[mouthSmileRight], right->code.weights[mouthSmileLeft] + .4F);
}

TEST(FaceCodeSolver, ThePoseIsThatOfTheHeadWhateverTheMouthDoes) {
  std::vector<TrackedFrame> frames;
  std::vector<HeadAngles> angles;
  for (int i = 0; i < 24; ++i) {
    const auto phase = static_cast<float>(i) * 2 * 3.14159265F / 24;
    angles.push_back(
        {12 * kDegree * std::sin(phase), 8 * kDegree * std::sin(2 * phase), 6 * kDegree * std::cos(phase)});
    frames.push_back(
        frame_of({{jawOpen, i % 3 == 0 ? .6F : 0}, {mouthSmileLeft, i % 2 ? .6F : 0}}, angles.back()));
  }
  const auto person = solver().calibrate(frames);
  ASSERT_TRUE(person);
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const auto solved = solver().solve(frames[i], *person);
    ASSERT_TRUE(solved);
    EXPECT_NEAR(solved->code.yaw / kDegree, angles[i].yaw / kDegree, .7) << "frame " << i;
    EXPECT_NEAR(solved->code.pitch / kDegree, angles[i].pitch / kDegree, .7) << "frame " << i;
    EXPECT_NEAR(solved->code.roll / kDegree, angles[i].roll / kDegree, .7) << "frame " << i;
  }
}

TEST(FaceCodeSolver, ATurnedHeadMovesItsLipsAsAStraightOne) {
  std::vector<TrackedFrame> frames;
  for (const float yaw : {-15.F, 0.F, 15.F})
    frames.push_back(frame_of({{jawOpen, .3F}, {mouthPucker, .4F}}, {yaw * kDegree, 0, 0}));
  const auto clip = with_rest(frames);
  const auto person = solver().calibrate(clip);
  ASSERT_TRUE(person);
  for (std::size_t i = 0; i < 3; ++i) {
    const auto solved = solver().solve(clip[i], *person);
    ASSERT_TRUE(solved);
    EXPECT_NEAR(solved->code.weights[jawOpen], .3, .08);
    EXPECT_NEAR(solved->code.weights[mouthPucker], .4, .12);
    EXPECT_LT(solved->code.weights[jawLeft] + solved->code.weights[jawRight], .1);
  }
}

TEST(FaceCodeSolver, FartherIsFartherAndMovedIsMoved) {
  KnownHead near, moved;
  moved.translation = {2, 1, 0};
  const std::vector<TrackedFrame> frames{frame_of(near), frame_of(near), frame_of(near, 1.1),
                                         frame_of(moved)};
  const auto person = solver().calibrate(frames);
  ASSERT_TRUE(person);
  const auto at = [&](std::size_t i) { return *solver().solve(frames[i], *person); };
  EXPECT_NEAR(at(2).log_distance - at(0).log_distance, std::log(1.1), .003);
  EXPECT_LT(at(2).code.translation.z(), at(0).code.translation.z() - 1);
  EXPECT_NEAR(at(3).code.translation.x() - at(0).code.translation.x(), 2, .1);
  EXPECT_NEAR(at(3).code.translation.y() - at(0).code.translation.y(), 1, .1);
}

TEST(FaceCodeSolver, AFewLandmarksGiveNearlyTheSameCodesAsAll) {
  const auto full = speech_clip();
  auto few = full;
  for (TrackedFrame& frame : few) {
    frame.known = mouth_and_stiff_points();
    for (std::size_t n = 0; n < kLandmarks; ++n)
      if (!frame.known[n]) frame.landmarks[n].setConstant(std::nanf(""));
  }
  const auto person = solver().calibrate(full), person_of_few = solver().calibrate(few);
  ASSERT_TRUE(person && person_of_few);
  for (std::size_t i = 0; i < full.size(); ++i) {
    const auto a = solver().solve(full[i], *person), b = solver().solve(few[i], *person_of_few);
    ASSERT_TRUE(a && b);
    for (const Blendshape shape : kMouthShapes)
      EXPECT_NEAR(a->code.weights[shape], b->code.weights[shape], .01);
    EXPECT_NEAR(a->code.aperture, b->code.aperture, .002);
  }
}

TEST(FaceCodeSolver, BrowsAreSolvedFromTheBrowsEachOnItsSide) {
  const auto clip = with_rest({frame_of({{browInnerUp, .4F}}), frame_of({{browDownLeft, .5F}}),
                               frame_of({{browOuterUpRight, .4F}}), frame_of({{jawOpen, .4F}})});
  const auto person = solver().calibrate(clip);
  ASSERT_TRUE(person);
  const auto weights = [&](std::size_t i) { return solver().solve(clip[i], *person)->code.weights; };
  EXPECT_GT(weights(0)[browInnerUp], .35);
  EXPECT_GT(weights(1)[browDownLeft], .4);
  EXPECT_LT(weights(1)[browDownRight], .05);
  EXPECT_GT(weights(2)[browOuterUpRight], .3);
  EXPECT_LT(weights(2)[browOuterUpLeft], .05);
  for (const Blendshape brow : kBrowShapes) EXPECT_LT(weights(3)[brow], .05);
}

TEST(FaceCodeSolver, BlinksAreSolvedFromTheLidsEachOnItsSide) {
  const auto clip =
      with_rest({frame_of({{eyeBlinkLeft, 1}, {eyeBlinkRight, 1}}),
                 frame_of({{eyeBlinkLeft, .5F}, {eyeBlinkRight, .5F}}), frame_of({{eyeBlinkLeft, 1}}),
                 frame_of({{eyeWideLeft, .8F}, {eyeWideRight, .8F}})});
  const auto person = solver().calibrate(clip);
  ASSERT_TRUE(person);
  const auto weights = [&](std::size_t i) { return solver().solve(clip[i], *person)->code.weights; };
  EXPECT_GT(weights(0)[eyeBlinkLeft], .95);
  EXPECT_GT(weights(0)[eyeBlinkRight], .95);
  EXPECT_NEAR(weights(1)[eyeBlinkRight], .5, .15);
  EXPECT_GT(weights(2)[eyeBlinkLeft], .95);
  EXPECT_LT(weights(2)[eyeBlinkRight], .05);
  EXPECT_GT(weights(3)[eyeWideLeft], .4);
  EXPECT_LT(weights(5)[eyeWideLeft] + weights(5)[eyeBlinkLeft], .02);
}

TEST(FaceCodeSolver, UnknownLidsAndBrowsAreScoresAboveThePersonsOwnRest) {
  std::vector<TrackedFrame> frames(60, frame_of({}));
  for (TrackedFrame& frame : frames) {
    frame.known.reset(159).reset(386);
    for (const std::size_t point : kBrowPoints) frame.known.reset(point);
  }
  for (TrackedFrame& frame : frames) {
    frame.scores[eyeBlinkLeft] = frame.scores[eyeBlinkRight] = .15F;
    frame.scores[browInnerUp] = .3F;
  }
  for (const std::size_t i : {20U, 21U, 40U})
    frames[i].scores[eyeBlinkLeft] = frames[i].scores[eyeBlinkRight] = .65F;
  frames[50].scores[browInnerUp] = .7F;
  const auto person = solver().calibrate(frames);
  ASSERT_TRUE(person);
  const auto weights = [&](std::size_t i) { return solver().solve(frames[i], *person)->code.weights; };
  EXPECT_NEAR(weights(0)[eyeBlinkLeft], 0, .01);
  EXPECT_NEAR(weights(20)[eyeBlinkLeft], 1, .05);
  EXPECT_NEAR(weights(0)[browInnerUp], 0, .01);
  EXPECT_NEAR(weights(50)[browInnerUp], .4, .01);
}

TEST(FaceCodeSolver, EyesThatNeverShutAreNotTakenForBlinks) {
  std::vector<TrackedFrame> frames(40, frame_of({}));
  for (TrackedFrame& frame : frames) frame.known.reset(159).reset(386);
  for (std::size_t i = 0; i < frames.size(); ++i)
    frames[i].scores[eyeBlinkLeft] = .1F + .001F * static_cast<float>(i);
  const auto person = solver().calibrate(frames);
  ASSERT_TRUE(person);
  for (const TrackedFrame& frame : frames)
    EXPECT_LT(solver().solve(frame, *person)->code.weights[eyeBlinkLeft], .1F);
}

TEST(FaceCodeSolver, TheEyesFollowTheIrises) {
  std::vector<TrackedFrame> frames(12, frame_of({}));
  const auto move = [](TrackedFrame& frame, float right, float up) {
    for (std::size_t n = kIrisRight; n < kLandmarks; ++n)
      frame.landmarks[n] += Eigen::Vector3f(right, -up, 0);
  };
  move(frames[0], 1, 0);
  move(frames[1], -1, 0);
  move(frames[2], 0, 1);
  move(frames[3], 0, -1);
  const auto person = solver().calibrate(frames);
  ASSERT_TRUE(person);
  const auto code = [&](std::size_t i) { return solver().solve(frames[i], *person)->code; };
  EXPECT_GT(code(0).gaze_yaw, 5 * kDegree);
  EXPECT_LT(code(1).gaze_yaw, -5 * kDegree);
  EXPECT_GT(code(2).gaze_pitch, 5 * kDegree);
  EXPECT_LT(code(3).gaze_pitch, -5 * kDegree);
  EXPECT_NEAR(code(5).gaze_yaw, 0, .5 * kDegree);
}

TEST(FaceCodeSolver, AClipOfItsOwnIsCentredButKeepsThePersonsFace) {
  std::vector<TrackedFrame> both = speech_clip();
  const std::vector<TrackedFrame> turned(10, frame_of({{jawOpen, .3F}}, {.2F, 0, 0}));
  both.insert(both.end(), turned.begin(), turned.end());
  const auto person = solver().calibrate(both);
  ASSERT_TRUE(person);
  const auto clip = solver().recentre(*person, turned);
  ASSERT_TRUE(clip);
  const auto solved = solver().solve(turned[0], *clip);
  ASSERT_TRUE(solved);
  EXPECT_NEAR(solved->code.yaw, 0, .002);
  EXPECT_NEAR(solved->code.weights[jawOpen], .3, .08);
  EXPECT_EQ(clip->gap_floor, person->gap_floor);
}

}  // namespace parlante::testing
