#include <gtest/gtest.h>

#include <algorithm>

#include "render/rig_heads.hpp"
#include "render/rig_mouth.hpp"

namespace parlante {
namespace {

using testing::made_up_people;
using testing::made_up_person;
using testing::with;
using enum Blendshape;

constexpr std::uint64_t kPeople = 6;

/// A vowel that is opened by the jaw.
FaceCode ah(float jaw) {
  FaceCode code = with(jawOpen, jaw);
  code.weights[mouthLowerDownLeft] = code.weights[mouthLowerDownRight] = .45f * jaw;
  code.weights[mouthUpperUpLeft] = code.weights[mouthUpperUpRight] = .33f * jaw;
  return code;
}

struct Shape {
  float gap = 0;         ///< over the distance of the eyes' corners
  float open = 0;        ///< columns that are open by a tenth of the gap, over the mouth's width
  float above = 0;       ///< part of the gap that lies above the line between the corners
  float lower_fill = 0;  ///< mean over greatest depth of the lower edge below that line, where open
  float upper_fill = 0;  ///< likewise of the upper edge's height
};

Shape shape_of(const HeadModel& head, const Avatar& avatar, const Rig& rig, const FaceCode& code) {
  RigFrame frame = rig.make_frame();
  rig.pose(code, frame);
  const Opening seen = seen_opening(head, frame.head, {avatar.rotation, avatar.translation});
  const OpeningProfile bow = seam_bow(seen);
  Shape shape;
  shape.gap = frame.drawn_aperture;
  float low_sum = 0, high_sum = 0, low = 0, high = 0;
  int open = 0;
  for (std::size_t k = 0; k < kOpeningSamples; ++k) {
    if (seen.gap[k] < .1f * seen.widest()) continue;
    const float up = bow[k] + .5f * seen.gap[k], down = .5f * seen.gap[k] - bow[k];
    ++open, low_sum += down, high_sum += up;
    low = std::max(low, down), high = std::max(high, up);
  }
  shape.open = static_cast<float>(open) / (kOpeningSamples + 1);
  shape.above = high / (high + low);
  shape.lower_fill = low_sum / (static_cast<float>(open) * low);
  shape.upper_fill = high_sum / (static_cast<float>(open) * high);
  return shape;
}

// Of 15,000 frames of real speakers (docs/render.md): 41 to 46 % of the gap is above the line between the
// corners, whatever its size. Made-up people bring seams of their own, which are kept in part.
TEST(OpenMouth, LiesAboutTheLineBetweenItsCorners) {
  PARLANTE_REAL_HEAD(head);
  for (const float jaw : {.25f, .35f, .45f, .6f}) {
    float mean = 0;
    for (auto& [person, avatar, rig, frame] : made_up_people(head, kPeople)) {
      const Shape shape = shape_of(head, avatar, rig, ah(jaw));
      EXPECT_GT(shape.above, .25f) << "person " << person << " gap " << shape.gap;
      EXPECT_LT(shape.above, .60f) << "person " << person << " gap " << shape.gap;
      mean += shape.above / kPeople;
    }
    EXPECT_GT(mean, .385f) << jaw;
    EXPECT_LT(mean, .50f) << jaw;
  }
}

TEST(OpenMouth, HasTwoArchesAndNeitherAFlatEdgeNorAV) {
  PARLANTE_REAL_HEAD(head);
  for (const float jaw : {.35f, .45f, .6f}) {
    float upper = 0, lower = 0;
    for (auto& [person, avatar, rig, frame] : made_up_people(head, kPeople)) {
      const Shape shape = shape_of(head, avatar, rig, ah(jaw));
      upper += shape.upper_fill / kPeople, lower += shape.lower_fill / kPeople;
      EXPECT_GT(std::min(shape.lower_fill, shape.upper_fill), .56f) << "person " << person;
    }
    // A triangle fills half of its box, an ellipse .79, a flat edge all.
    for (const float fill : {upper, lower}) {
      EXPECT_GT(fill, .68f) << jaw;
      EXPECT_LT(fill, .86f) << jaw;
    }
  }
}

TEST(OpenMouth, OpensNearlyToTheCornersAndStaysShutThere) {
  PARLANTE_REAL_HEAD(head);
  for (auto& [person, avatar, rig, frame] : made_up_people(head, kPeople)) {
    const Shape little = shape_of(head, avatar, rig, ah(.12f)), wide = shape_of(head, avatar, rig, ah(.45f));
    EXPECT_GT(little.open, .74f) << person;
    EXPECT_LT(little.open, .95f) << person;
    EXPECT_GE(wide.open, little.open - .01f) << person;
    EXPECT_LT(wide.open, .95f) << person;
  }
}

TEST(OpenMouth, OfASmilingPhotoIsDrawnRoundByTheJaw) {
  PARLANTE_REAL_HEAD(head);
  const Avatar avatar = made_up_person(head, 0, false);
  const Rig rig(head, avatar);
  const Shape shape = shape_of(head, avatar, rig, ah(.45f));
  EXPECT_GT(shape.above, .33f);
  EXPECT_LT(shape.open, .92f);
}

}  // namespace
}  // namespace parlante
