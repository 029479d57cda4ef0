#include <gtest/gtest.h>

#include <algorithm>

#include "render/rig_cheeks.hpp"
#include "render/rig_heads.hpp"
#include "render/rig_mouth.hpp"

namespace parlante {
namespace {

using enum Blendshape;
using testing::made_up_person;

struct Rows {
  float lower_above_lip,
      between;  ///< cm: the lower incisors' edge over the lower lip, and below the upper one
};

Rows rows_of(const HeadModel& head, const Avatar& avatar, const FaceCode& code) {
  const Rig rig(head, avatar);
  RigFrame frame = rig.make_frame();
  rig.pose(code, frame);
  const PhotoView view{avatar.rotation, avatar.translation};
  const SeenHeight seen(head, frame.head, view);
  const Opening opening = seen_opening(head, frame.head, view);
  const std::size_t middle = kOpeningSamples / 2;
  const float lip = opening.middle[middle] - .5f * opening.gap[middle];
  float upper = 1e9f, lower = -1e9f;
  const auto each_incisor = [&](HeadPart part, auto use) {
    for (std::int32_t v = head.part(part).begin; v < head.part(part).end; ++v)
      if (std::abs(head.neutral[static_cast<std::size_t>(v)].x()) < .4f)
        use(seen(frame.head[static_cast<std::size_t>(v)]));
  };
  each_incisor(HeadPart::teeth_upper, [&](float y) { upper = std::min(upper, y); });
  each_incisor(HeadPart::teeth_lower, [&](float y) { lower = std::max(lower, y); });
  return {lower - lip, upper - lower};
}

FaceCode spoken(float jaw, float pucker, float aperture) {
  FaceCode code;
  code.weights[jawOpen] = jaw, code.weights[mouthPucker] = pucker;
  code.aperture = aperture;
  return code;
}

TEST(JawSeat, LowerTeethStandAboveTheLipOfAnOpenMouthAndBehindAPoutingOne) {
  PARLANTE_REAL_HEAD(head);
  for (std::uint64_t person = 0; person < 4; ++person) {
    const Avatar avatar = made_up_person(head, person);
    for (const float jaw : {.1f, .35f}) {
      EXPECT_GT(rows_of(head, avatar, spoken(jaw, 0, .12f)).lower_above_lip, .1f) << person;
      EXPECT_LT(rows_of(head, avatar, spoken(jaw, .8f, .06f)).lower_above_lip, -.1f)
          << person << ", jaw " << jaw;
    }
  }
}

TEST(JawSeat, TheRowsNeverBiteThroughEachOtherAndLeaveTheTongueRoom) {
  PARLANTE_REAL_HEAD(head);
  for (std::uint64_t person = 0; person < 4; ++person) {
    const Avatar avatar = made_up_person(head, person);
    for (const float aperture : {.03f, .06f, .12f, .25f}) {
      FaceCode code = spoken(.1f, 0, aperture);
      EXPECT_GT(rows_of(head, avatar, code).between, .02f) << person << ", " << aperture;
      code.weights[tongueOut] = .25f;
      EXPECT_GT(rows_of(head, avatar, code).between, .3f) << person << ", " << aperture;
    }
  }
}

TEST(CheekLift, ASmileLiftsItsOwnCheekAndAPoutLetsItDown) {
  BlendshapeWeights smile{};
  smile[mouthSmileLeft] = .6f;
  EXPECT_EQ(CheekLift::pull(smile)[0], 0.f);
  EXPECT_GT(CheekLift::pull(smile)[1], .5f);
  smile[mouthPucker] = 1;
  EXPECT_EQ(CheekLift::pull(smile)[1], 0.f);
  EXPECT_EQ(CheekLift::pull({})[0], 0.f);
}

TEST(CheekLift, MovesTheCheekUpAndNeitherTheLipsNorTheUpperLids) {
  PARLANTE_REAL_HEAD(head);
  std::vector<Vec3f> vertices = head.neutral;
  CheekLift(head).lift({0, 0}, {1, 1}, vertices);
  const auto risen = [&](std::int32_t v) {
    const auto i = static_cast<std::size_t>(v);
    return vertices[i].y() - head.neutral[i].y();
  };
  EXPECT_GT(risen(head.landmarks[50].vertices[0]), .1f);
  EXPECT_GT(risen(head.landmarks[280].vertices[0]), .1f);
  for (const HeadLoop loop : {HeadLoop::lip_upper_outer, HeadLoop::lip_lower_outer, HeadLoop::lid_left_upper,
                              HeadLoop::lid_right_upper})
    for (const std::int32_t v : head.loop(loop)) EXPECT_LT(std::abs(risen(v)), .05f);
}

}  // namespace
}  // namespace parlante
