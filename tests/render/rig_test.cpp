#include "render/rig.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "render/plain_avatar.hpp"
#include "render/rig_heads.hpp"
#include "render/rig_lids.hpp"
#include "render/rig_mouth.hpp"
#include "support/allocation_counter.hpp"

namespace parlante {
namespace {

using testing::made_up_people;
using testing::made_up_person;
using testing::with;
using enum Blendshape;

constexpr std::uint64_t kPeople = 4;

std::vector<FaceCode> mouths() {
  FaceCode smile = with(mouthSmileLeft, .6f, with(mouthSmileRight, .6f, with(mouthStretchLeft, .3f)));
  return {FaceCode{},
          with(jawOpen, .15f),
          with(jawOpen, .6f),
          with(mouthPucker, .7f, with(mouthFunnel, .5f)),
          smile,
          with(mouthLowerDownLeft, .5f, with(mouthUpperUpLeft, .5f, with(jawOpen, .1f)))};
}

/// Widest gap between the upper and lower contact lines as painted, px; from the picture alone.
float gap_in_picture(const HeadModel& head, const RigFrame& frame) {
  const auto height_at = [&](HeadLoop loop, float x) {
    const auto& line = head.loop(loop);
    for (std::size_t i = 0; i + 1 < line.size(); ++i) {
      const Vec2f &a = frame.image[static_cast<std::size_t>(line[i])],
                  &b = frame.image[static_cast<std::size_t>(line[i + 1])];
      if (x >= a.x() && x <= b.x())
        return a.y() + (b.y() - a.y()) * (x - a.x()) / std::max(b.x() - a.x(), 1e-6f);
    }
    return std::nanf("");
  };
  const auto& rim = head.loop(HeadLoop::lip_upper_inner);
  const float left = frame.image[static_cast<std::size_t>(rim.front())].x(),
              right = frame.image[static_cast<std::size_t>(rim.back())].x();
  float widest = -1e9f;
  for (float t = .15f; t < .85f; t += .02f) {
    const float x = left + t * (right - left);
    float upper = -1e9f, lower = 1e9f;  // px grow downwards
    for (const HeadLoop loop :
         {HeadLoop::lip_upper_ring0, HeadLoop::lip_upper_ring1, HeadLoop::lip_upper_ring2})
      upper = std::max(upper, height_at(loop, x));
    for (const HeadLoop loop :
         {HeadLoop::lip_lower_inner, HeadLoop::lip_lower_ring2, HeadLoop::lip_lower_ring3})
      lower = std::min(lower, height_at(loop, x));
    widest = std::max(widest, lower - upper);
  }
  return widest;
}

TEST(LipClosure, BilabialsTouchEvenWhenTheJawIsOpen) {
  PARLANTE_REAL_HEAD(head);
  for (const bool closed : {true, false})
    for (auto& [person, avatar, rig, frame] : made_up_people(head, kPeople, closed)) {
      for (FaceCode code : mouths()) {
        code.aperture = 0;
        rig.pose(code, frame);
        EXPECT_TRUE(frame.lips_closed);
        EXPECT_EQ(frame.drawn_aperture, 0);
        EXPECT_LE(gap_in_picture(head, frame), .6f) << "px; person " << person;
      }
    }
}

TEST(LipAperture, IsDrawnAsAskedOnEveryFaceAndInEveryMouthShape) {
  PARLANTE_REAL_HEAD(head);
  for (std::uint64_t person = 0; person < kPeople; ++person) {
    const Avatar avatar = made_up_person(head, person, person % 2 == 0);
    const Rig rig(head, avatar);
    RigFrame frame = rig.make_frame();
    const float corners = rig.eye_corner_distance_cm();
    for (FaceCode code : mouths())
      for (float asked = .1f; asked < 2.2f; asked += .3f) {
        code.aperture = asked / corners;
        rig.pose(code, frame);
        EXPECT_NEAR(frame.asked_opening_cm, asked, 1e-3f);
        EXPECT_NEAR(frame.opening_cm, asked, .03f)
            << "person " << person << " jawOpen " << code.weights[jawOpen];
        // And as somebody would measure it in the picture: .03 cm, and what a coarser ruler misses.
        const float px_per_cm =
            1638.4f / -frame.camera[static_cast<std::size_t>(head.loop(HeadLoop::lip_upper_inner)[24])].z();
        EXPECT_NEAR(gap_in_picture(head, frame) / px_per_cm, asked, .05f);
      }
  }
}

TEST(LipAperture, BelowAMillimetreIsPressedShut) {
  PARLANTE_REAL_HEAD(head);
  const Avatar avatar = made_up_person(head, 0);
  const Rig rig(head, avatar);
  RigFrame frame = rig.make_frame();
  FaceCode code = with(jawOpen, .3f);
  code.aperture = .08f / rig.eye_corner_distance_cm();
  rig.pose(code, frame);
  EXPECT_TRUE(frame.lips_closed);
  code.aperture = .1f / rig.eye_corner_distance_cm();
  rig.pose(code, frame);
  EXPECT_FALSE(frame.lips_closed);
}

TEST(LipAperture, NotGivenIsDecidedByTheWeights) {
  PARLANTE_REAL_HEAD(head);
  for (const bool closed : {true, false})
    for (auto& [person, avatar, rig, frame] : made_up_people(head, kPeople, closed)) {
      rig.pose({}, frame);
      EXPECT_TRUE(frame.lips_closed) << "a face at rest keeps its mouth shut";
      float last = 0;
      for (float jaw = .2f; jaw < 1; jaw += .2f) {
        rig.pose(with(jawOpen, jaw), frame);
        EXPECT_GT(frame.opening_cm, last);
        last = frame.opening_cm;
      }
    }
}

TEST(LipAperture, HasNoVInRoundedVowels) {
  PARLANTE_REAL_HEAD(head);
  const RigWeights weights(head);
  BlendshapeWeights oo{};
  oo[mouthPucker] = .75f;
  oo[mouthFunnel] = .45f;
  oo[jawOpen] = .12f;
  Opening gap = generic_opening(weights, oo);
  const Opening rest = generic_opening(weights, {});
  for (std::size_t k = 0; k < kOpeningSamples; ++k) gap.gap[k] -= rest.gap[k];
  const OpeningProfile goal = opening_goal(gap, .8f);
  EXPECT_NEAR(*std::max_element(goal.begin(), goal.end()), .8f, 1e-4f);
  // Full: more than a triangle on the same support.
  std::size_t first = 0, last = kOpeningSamples - 1;
  while (goal[first] <= 0) ++first;
  while (goal[last] <= 0) --last;
  float area = 0;
  for (std::size_t k = first; k <= last; ++k) area += goal[k];
  EXPECT_GT(area / (.8f * static_cast<float>(last - first)), .56f);
}

TEST(Blink, ShutsTheLidsAndOnlyThoseItIsAskedTo) {
  PARLANTE_REAL_HEAD(head);
  for (auto& [person, avatar, rig, frame] : made_up_people(head, kPeople)) {
    const float open_right = lid_gap(head, 0, frame.head), open_left = lid_gap(head, 1, frame.head);
    EXPECT_GT(open_right, .3f);
    rig.pose(with(eyeBlinkRight, 1, with(eyeBlinkLeft, 1)), frame);
    EXPECT_LE(lid_gap(head, 0, frame.head), .03f) << person;
    EXPECT_LE(lid_gap(head, 1, frame.head), .03f);
    EXPECT_GT(lid_gap(head, 0, frame.head), -.1f);
    rig.pose(with(eyeBlinkRight, .5f), frame);
    EXPECT_NEAR(lid_gap(head, 0, frame.head), .5f * open_right, .05f);
    EXPECT_NEAR(lid_gap(head, 1, frame.head), open_left, .005f);
    EXPECT_EQ(frame.blink, (std::array<float, 2>{.5f, 0.f}));
  }
}

TEST(Blink, ShutsTheOuterCornerALittleFirst) {
  PARLANTE_REAL_HEAD(head);
  const Avatar avatar = made_up_person(head, 1);
  const Rig rig(head, avatar);
  RigFrame frame = rig.make_frame();
  // Of the right eye, whose outer corner is at x-: the gap a share of the way between the corners.
  const auto gap = [&](float along) {
    const auto height = [&](HeadLoop loop, float x) {
      float best = 1e9f, y = 0;
      for (const std::int32_t v : head.loop(loop)) {
        const Vec3f& p = frame.head[static_cast<std::size_t>(v)];
        if (std::abs(p.x() - x) < best) best = std::abs(p.x() - x), y = p.y();
      }
      return y;
    };
    const auto& upper = head.loop(HeadLoop::lid_right_upper);
    const float from = frame.head[static_cast<std::size_t>(upper.front())].x(),
                to = frame.head[static_cast<std::size_t>(upper.back())].x();
    const float x = from + along * (to - from);
    return height(HeadLoop::lid_right_upper, x) - height(HeadLoop::lid_right_lower, x);
  };
  const float outer = gap(.2f), inner = gap(.7f);
  rig.pose(with(eyeBlinkRight, .75f), frame);
  EXPECT_LT(gap(.2f) / outer, .85f * gap(.7f) / inner);
}

TEST(Blink, RaisesTheLowerLidTowardsTheLineBetweenTheCorners) {
  PARLANTE_REAL_HEAD(head);
  const Avatar avatar = made_up_person(head, 1);
  const Rig rig(head, avatar);
  RigFrame frame = rig.make_frame();
  const auto& lower = head.loop(HeadLoop::lid_right_lower);
  const auto middle = static_cast<std::size_t>(lower[lower.size() / 2]),
             corner = static_cast<std::size_t>(lower.front());
  const float open = frame.head[middle].y(), corner_open = frame.head[corner].y();
  rig.pose(with(eyeBlinkRight, 1), frame);
  const float rise = frame.head[middle].y() - open;
  EXPECT_GT(rise, .02f);
  EXPECT_LT(rise, .25f);
  EXPECT_NEAR(frame.head[corner].y(), corner_open, .03f);
}

TEST(Blink, ClosesAnEyeThatLooksDownWithoutOpeningItFirst) {
  PARLANTE_REAL_HEAD(head);
  const Avatar avatar = made_up_person(head, 1);
  const Rig rig(head, avatar);
  RigFrame frame = rig.make_frame();
  FaceCode code;
  code.gaze_pitch = -.4f;
  float last = 1e9f;
  for (float blink = 0; blink <= 1; blink += .05f) {
    code.weights[eyeBlinkLeft] = code.weights[eyeBlinkRight] = blink;
    rig.pose(code, frame);
    EXPECT_LE(lid_gap(head, 0, frame.head), last + 1e-3f);
    last = lid_gap(head, 0, frame.head);
  }
}

TEST(Lids, StayOutsideTheBall) {
  PARLANTE_REAL_HEAD(head);
  const RigWeights weights(head);
  for (auto& [person, avatar, rig, frame] : made_up_people(head, kPeople)) {
    for (const float blink : {0.f, .3f, .7f, 1.f})
      for (const float gaze : {-.4f, 0.f, .4f}) {
        FaceCode code = with(eyeBlinkRight, blink, with(eyeBlinkLeft, blink));
        code.gaze_pitch = gaze;
        rig.pose(code, frame);
        for (std::size_t eye = 0; eye < 2; ++eye)
          for (const WeightedVertex& w : weights.lids[eye]) {
            if (w.weight < .06f) continue;
            const float distance =
                (frame.head[static_cast<std::size_t>(w.vertex)] - avatar.eyes[eye].centre).norm();
            ASSERT_GE(distance, avatar.eyes[eye].radius + kLidClearance - 1e-4f);
          }
      }
  }
}

TEST(Gaze, TurnsTheBallsAndTheUpperLidsFollow) {
  PARLANTE_REAL_HEAD(head);
  const Avatar avatar = made_up_person(head, 0);
  const Rig rig(head, avatar);
  RigFrame frame = rig.make_frame();
  const float open = lid_gap(head, 0, frame.head);
  FaceCode code;
  code.gaze_yaw = .2f;
  code.gaze_pitch = -.3f;
  rig.pose(code, frame);
  EXPECT_LT(lid_gap(head, 0, frame.head), open - .05f);
  for (std::size_t eye = 0; eye < 2; ++eye) {
    const Vec3f looks = frame.gaze[eye] * Vec3f::UnitZ();
    // The iris lies 11 mm from the point about which the eye turns.
    EXPECT_NEAR(looks.x() * avatar.eyes[eye].radius, 1.1f * std::sin(.2f), .02f);
    EXPECT_NEAR(looks.y() * avatar.eyes[eye].radius, -1.1f * std::sin(.3f), .02f);
  }
}

TEST(HeadPose, IsARigidMotionAboutTheNeck) {
  PARLANTE_REAL_HEAD(head);
  const Avatar avatar = made_up_person(head, 2);
  const Rig rig(head, avatar);
  RigFrame frame = rig.make_frame();
  FaceCode code = with(jawOpen, .4f);
  code.yaw = .2f;
  code.pitch = -.12f;
  code.roll = .1f;
  code.translation = {.3f, -.2f, 1};
  rig.pose(code, frame);
  for (std::size_t v = 0; v + 997 < frame.head.size(); v += 101)
    EXPECT_NEAR((frame.head[v] - frame.head[v + 997]).norm(),
                (frame.camera[v] - frame.camera[v + 997]).norm(), 2e-4f);
  const Vec3f pivot = frame.to_camera * head_pivot() + frame.camera_offset;
  const Vec3f moved = avatar.rotation * (head_pivot() + Vec3f(code.translation)) + avatar.translation;
  EXPECT_LT((pivot - moved).norm(), 1e-3f);
}

TEST(HeadPose, TurnsTheWayTheCodeSays) {
  PARLANTE_REAL_HEAD(head);
  const Avatar avatar = made_up_person(head, 0);
  const Rig rig(head, avatar);
  RigFrame frame = rig.make_frame();
  const auto nose = static_cast<std::size_t>(head.landmarks[1].vertices[0]),
             brow = static_cast<std::size_t>(head.landmarks[10].vertices[0]);
  const Vec2f nose_before = frame.image[nose], brow_before = frame.image[brow];
  FaceCode code;
  code.yaw = .1f;
  rig.pose(code, frame);
  EXPECT_GT(frame.image[nose].x(), nose_before.x() + 5) << "yaw > 0: towards the image's right";
  code = {};
  code.pitch = .1f;
  rig.pose(code, frame);
  EXPECT_GT(frame.image[nose].y(), nose_before.y() + 5) << "pitch > 0: down";
  code = {};
  code.roll = .1f;
  rig.pose(code, frame);
  EXPECT_LT(frame.image[brow].x(), brow_before.x() - 5) << "roll > 0: counter-clockwise";
}

TEST(SoftLimit, LeavesSmallMotionAloneAndNeverTurnsBack) {
  for (float v = -.69f; v < .7f; v += .05f) EXPECT_EQ(soft_limit(v, 1), v);
  float last = -1.0001f;
  for (float v = -6; v < 6; v += .01f) {
    EXPECT_GE(soft_limit(v, 1), last);
    last = soft_limit(v, 1);
  }
  EXPECT_LE(soft_limit(1e30f, 1), 1);
  EXPECT_GE(soft_limit(-std::numeric_limits<float>::infinity(), 1), -1);
  EXPECT_EQ(soft_limit(std::nanf(""), 1), 0);
}

TEST(SoftLimit, HoldsTheHeadWithinWhatThePicturesBear) {
  PARLANTE_REAL_HEAD(head);
  const Avatar avatar = made_up_person(head, 0);
  const Rig rig(head, avatar);
  RigFrame frame = rig.make_frame();
  FaceCode code;
  code.yaw = 1.2f;
  rig.pose(code, frame);
  EXPECT_LE(head_angles(frame.head_rotation).yaw, kMaxYaw + 1e-4f);
  code.yaw = .2f;
  rig.pose(code, frame);
  EXPECT_NEAR(head_angles(frame.head_rotation).yaw, .2f, 1e-4f);
}

TEST(Relief, MovesWithTheHeadAboveTheNeckAndStaysBelowTheCollar) {
  PARLANTE_REAL_HEAD(head);
  const Avatar avatar = made_up_person(head, 3);
  const Rig rig(head, avatar);
  RigFrame rest = rig.make_frame(), frame = rig.make_frame();
  FaceCode code;
  code.yaw = .2f;
  code.roll = .1f;
  rig.pose(code, frame);
  const int columns = avatar.grid.columns;
  for (std::size_t v = 0; v < avatar.grid.rest.size(); ++v) {
    const Vec3f& p = avatar.grid.rest[v];
    if (avatar.grid.head_weight[v] == 1) {
      EXPECT_LT((frame.grid_camera[v] - (frame.to_camera * p + frame.camera_offset)).norm(), 1e-3f);
    }
    if (avatar.grid.head_weight[v] == 0) {
      EXPECT_LT((frame.grid_image[v] - rest.grid_image[v]).norm(), 1e-2f);
    }
    EXPECT_LT((rest.grid_image[v] - avatar.grid.source[v]).norm(), .05f)
        << "at rest the photo is shown as it is";
    // No seam: cells keep about their size.
    if (static_cast<int>(v) % columns + 1 < columns) {
      const float width = (frame.grid_image[v + 1] - frame.grid_image[v]).norm();
      EXPECT_GT(width, 10);
      EXPECT_LT(width, 60);
    }
  }
}

TEST(Relief, BreathLiftsTheShouldersAndNotTheHead) {
  PARLANTE_REAL_HEAD(head);
  const Avatar avatar = made_up_person(head, 1);
  const Rig rig(head, avatar);
  RigFrame rest = rig.make_frame(), full = rig.make_frame();
  FaceCode code;
  code.breath = 1;
  rig.pose(code, full);
  float highest = 0;
  for (std::size_t v = 0; v < rest.grid_camera.size(); ++v) {
    const float lift = full.grid_camera[v].y() - rest.grid_camera[v].y();
    EXPECT_GE(lift, -1e-4f);
    EXPECT_LE(lift, .25f);
    if (avatar.grid.head_weight[v] == 1) {
      EXPECT_NEAR(lift, 0, 1e-4f);
    }
    highest = std::max(highest, lift);
  }
  EXPECT_GT(highest, .1f);
  EXPECT_LT((full.image[100] - rest.image[100]).norm(), 1e-4f);
}

TEST(Light, IsThePhotosAtRestAndFollowsTheTurn) {
  PARLANTE_REAL_HEAD(head);
  const Avatar avatar = made_up_person(head, 0);
  const Rig rig(head, avatar);
  RigFrame frame = rig.make_frame();
  const auto mean = [&](const std::vector<float>& shade) {
    double sum = 0;
    for (std::int32_t v = 0; v < head.face_end(); ++v) sum += shade[static_cast<std::size_t>(v)];
    return sum / head.face_end();
  };
  EXPECT_NEAR(mean(frame.shade), 1, .01);
  FaceCode code;
  code.yaw = .3f;  // towards the light
  rig.pose(code, frame);
  EXPECT_GT(mean(frame.shade), 1.015);
  code.yaw = -.3f;
  rig.pose(code, frame);
  EXPECT_LT(mean(frame.shade), .98);
  for (const float s : frame.shade) {
    EXPECT_GE(s, .7f);
    EXPECT_LE(s, 1.3f);
  }
}

TEST(Expression, OneSmileOnTopOfThePhotosOwnIsNotTooMuch) {
  PARLANTE_REAL_HEAD(head);
  const Avatar avatar = made_up_person(head, 1, false);
  const Rig rig(head, avatar);
  RigFrame frame = rig.make_frame();
  rig.pose(with(mouthSmileLeft, 1), frame);
  EXPECT_FLOAT_EQ(frame.expression[mouthSmileLeft], .7f);
  EXPECT_LT(frame.expression[jawOpen], .05f) << "parted lips of the photo are closed first";
}

TEST(Rig, SurvivesNonsense) {
  PARLANTE_REAL_HEAD(head);
  const Avatar avatar = made_up_person(head, 1);
  const Rig rig(head, avatar);
  RigFrame frame = rig.make_frame();
  for (const float bad : {std::nanf(""), std::numeric_limits<float>::infinity(), -1e30f, 1e30f}) {
    FaceCode code;
    code.weights.fill(bad);
    code.yaw = code.pitch = code.roll = code.gaze_yaw = code.gaze_pitch = code.aperture = code.breath = bad;
    code.translation.fill(bad);
    rig.pose(code, frame);
    for (const Vec2f& p : frame.image) ASSERT_TRUE(p.allFinite());
    for (const Vec2f& p : frame.grid_image) ASSERT_TRUE(p.allFinite());
    for (const float s : frame.shade) ASSERT_TRUE(std::isfinite(s));
  }
}

TEST(Rig, RefusesAnAvatarOfAnotherHead) {
  PARLANTE_REAL_HEAD(head);
  Avatar avatar = made_up_person(head, 0);
  EXPECT_TRUE(Rig::fits(head, avatar));
  avatar.base.pop_back();
  EXPECT_FALSE(Rig::fits(head, avatar));
  avatar = made_up_person(head, 0);
  avatar.grid.expressions[3].vertices = {1 << 20};
  avatar.grid.expressions[3].deltas = {Vec3f::Zero()};
  EXPECT_FALSE(Rig::fits(head, avatar));
  EXPECT_FALSE(Rig::fits(head, Avatar{}));
}

TEST(Rig, GivesTheSameForTheSameCodeWhateverCameBefore) {
  PARLANTE_REAL_HEAD(head);
  const Avatar avatar = made_up_person(head, 1);
  const Rig rig(head, avatar);
  RigFrame fresh = rig.make_frame(), used = rig.make_frame();
  FaceCode wild = with(jawOpen, 1, with(eyeBlinkLeft, .6f));
  wild.yaw = .4f;
  rig.pose(wild, used);
  const FaceCode code = with(mouthFunnel, .4f, with(jawOpen, .3f));
  rig.pose(code, fresh);
  rig.pose(code, used);
  EXPECT_EQ(fresh.image, used.image);
  EXPECT_EQ(fresh.shade, used.shade);
  EXPECT_EQ(fresh.grid_image, used.grid_image);
  EXPECT_EQ(fresh.normals, used.normals);
}

TEST(Rig, AllocatesNothingWhilePosing) {
  PARLANTE_REAL_HEAD(head);
  const Avatar avatar = made_up_person(head, 1);
  const Rig rig(head, avatar);
  RigFrame frame = rig.make_frame();
  const std::vector<FaceCode> codes = mouths();
  const std::size_t before = testing::allocations();
  for (const FaceCode& code : codes) rig.pose(code, frame);
  EXPECT_EQ(testing::allocations(), before);
}

TEST(Rig, AFrownTakesThePhotosOwnSmileAway) {
  Avatar smiling = testing::plain_avatar();
  smiling.photo_expression[Blendshape::mouthSmileLeft] = .5f;
  const Rig rig(testing::mean_head(), smiling);
  RigFrame frame = rig.make_frame();
  FaceCode code;
  rig.pose(code, frame);
  EXPECT_GT(frame.expression[Blendshape::mouthSmileLeft], .3f);
  code.weights[Blendshape::mouthFrownLeft] = .6f;
  rig.pose(code, frame);
  EXPECT_NEAR(frame.expression[Blendshape::mouthSmileLeft], 0, 1e-4);
  code.weights[Blendshape::mouthSmileLeft] = .2f;
  rig.pose(code, frame);
  EXPECT_NEAR(frame.expression[Blendshape::mouthSmileLeft], .2f, 1e-4);
}

}  // namespace
}  // namespace parlante
