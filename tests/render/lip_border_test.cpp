#include "render/rig_lip_border.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "render/rig_heads.hpp"
#include "render/rig_lips.hpp"
#include "render/rig_mouth.hpp"

namespace parlante {
namespace {

using testing::made_up_people;
using testing::made_up_person;
using testing::with;

constexpr std::uint64_t kPeople = 6;

struct Pout {
  float pucker, funnel, jaw;
};
constexpr Pout kPouts[] = {{.75f, .45f, .12f}, {1, 0, .05f}, {0, 1, .1f}, {.5f, .7f, .1f}, {1, 1, .1f}};

FaceCode code_of(const Pout& pout) {
  FaceCode code;
  code.weights[Blendshape::mouthPucker] = pout.pucker;
  code.weights[Blendshape::mouthFunnel] = pout.funnel;
  code.weights[Blendshape::jawOpen] = pout.jaw;
  return code;
}

/// cm of a lip that the photo's camera sees, between its border and the opening (or the other lip), at 1/20
/// ... 19/20 of the way from corner to corner.
std::vector<float> seen_lip(const HeadModel& head, const Avatar& avatar, const std::vector<Vec3f>& vertices,
                            bool upper) {
  const PhotoView view{avatar.rotation, avatar.translation};
  const Opening opening = seen_opening(head, vertices, view);
  const SeenHeight seen(head, vertices, view);
  const auto& loop = head.loop(upper ? HeadLoop::lip_upper_outer : HeadLoop::lip_lower_outer);
  const auto at = [&](std::size_t i) -> const Vec3f& { return vertices[static_cast<std::size_t>(loop[i])]; };
  const float sign = upper ? 1.f : -1.f;
  std::vector<float> heights;
  for (std::size_t k = 1; k < 20; ++k) {
    const std::size_t sample = 2 * k - 1;
    const float x = opening.x[sample];
    const float edge = opening.middle[sample] + .5f * sign * std::max(opening.gap[sample], 0.f);
    float height = 0;
    for (std::size_t i = 0; i + 1 < loop.size(); ++i) {
      const Vec3f &a = at(i), &b = at(i + 1);
      if ((a.x() > x) == (b.x() > x)) continue;
      const float y = seen(a) + (seen(b) - seen(a)) * (x - a.x()) / (b.x() - a.x());
      height = std::max(height, sign * (y - edge));
    }
    heights.push_back(height);
  }
  return heights;
}

float width_of(const HeadModel& head, const std::vector<Vec3f>& vertices) {
  const auto& rim = head.loop(HeadLoop::lip_upper_inner);
  return (vertices[static_cast<std::size_t>(rim.front())] - vertices[static_cast<std::size_t>(rim.back())])
      .norm();
}

TEST(LipBorder, PoutingLipsKeepTheirHeight) {
  PARLANTE_REAL_HEAD(head);
  for (auto& [person, avatar, rig, frame] : made_up_people(head, kPeople)) {
    const std::vector<Vec3f> rest = frame.head;
    for (const Pout& pout : kPouts) {
      rig.pose(code_of(pout), frame);
      for (const bool upper : {false, true}) {
        const float was = seen_lip(head, avatar, rest, upper)[9],
                    is = seen_lip(head, avatar, frame.head, upper)[9];
        EXPECT_GT(is, .9f * was) << "person " << person << " pucker " << pout.pucker << " funnel "
                                 << pout.funnel;
        EXPECT_LT(is, 1.5f * was + .05f) << "person " << person << " pucker " << pout.pucker << " funnel "
                                         << pout.funnel << (upper ? ": the upper lip" : ": the lower lip");
      }
    }
  }
}

TEST(LipBorder, PoutingLipsTaperToTheCornersWithoutNotches) {
  PARLANTE_REAL_HEAD(head);
  for (auto& [person, avatar, rig, frame] : made_up_people(head, kPeople)) {
    for (const Pout& pout : kPouts) {
      rig.pose(code_of(pout), frame);
      for (const bool upper : {false, true}) {
        const std::vector<float> h = seen_lip(head, avatar, frame.head, upper);
        if (upper) {
          for (const std::size_t side : {std::size_t{0}, std::size_t{18}})
            EXPECT_LT(h[side], .75f * h[9])
                << "person " << person << " pucker " << pout.pucker << " funnel " << pout.funnel;
        }
        for (std::size_t k = 1; k + 1 < h.size(); ++k)
          EXPECT_GT(h[k] - .5f * (h[k - 1] + h[k + 1]), -.05f)
              << "no notch at " << k << "; person " << person;
      }
    }
  }
}

TEST(LipBorder, ALowerLipUnderTheTeethStaysSeen) {
  PARLANTE_REAL_HEAD(head);
  for (auto& [person, avatar, rig, frame] : made_up_people(head, kPeople)) {
    const std::vector<Vec3f> rest = frame.head;
    const float was = seen_lip(head, avatar, rest, false)[9];
    for (const float aperture : {.02f, .04f}) {
      FaceCode f = with(Blendshape::mouthRollLower, .6f, with(Blendshape::jawOpen, .08f));
      f.aperture = aperture;
      rig.pose(f, frame);
      EXPECT_GT(seen_lip(head, avatar, frame.head, false)[9], .7f * was) << "person " << person;
      EXPECT_LT(seen_lip(head, avatar, frame.head, false)[9], was) << "person " << person;
    }
  }
}

TEST(LipPose, TeethLieOnAStretchOfATuckedLipShorterThanASmiles) {
  BlendshapeWeights own{}, f{};
  f[Blendshape::mouthRollLower] = .6f;
  EXPECT_GT(lip_pose(f, own).spread, .25f);
  EXPECT_LT(lip_pose(f, own).spread, .5f);
  EXPECT_EQ(lip_pose(own, own).spread, 0.f);
}

TEST(LipBorder, APoutIsThreeQuartersAsWideAsTheMouth) {
  PARLANTE_REAL_HEAD(head);
  const Avatar avatar = made_up_person(head, 0);
  const Rig rig(head, avatar);
  RigFrame frame = rig.make_frame();
  const float rest = width_of(head, frame.head);
  rig.pose(code_of(kPouts[0]), frame);
  EXPECT_GT(width_of(head, frame.head), .70f * rest);
  EXPECT_LT(width_of(head, frame.head), .84f * rest);
}

TEST(LipBorder, LeavesTheOpeningAsItIs) {
  PARLANTE_REAL_HEAD(head);
  const Avatar avatar = made_up_person(head, 3);
  const Rig rig(head, avatar);
  RigFrame frame = rig.make_frame();
  for (const Pout& pout : kPouts) {
    FaceCode code = code_of(pout);
    code.aperture = .06f;
    rig.pose(code, frame);
    const Opening seen = seen_opening(head, frame.head, {avatar.rotation, avatar.translation});
    EXPECT_NEAR(seen.widest(), frame.opening_cm, .01f)
        << "pucker " << pout.pucker << " funnel " << pout.funnel;
  }
}

TEST(LipBorder, IsTheExpressionsOwnWithoutPouting) {
  BlendshapeWeights own{}, smile{};
  smile[Blendshape::mouthSmileLeft] = smile[Blendshape::jawOpen] = 1;
  EXPECT_EQ(LipBorder::strength(smile, own), 0.f);
  own[Blendshape::mouthPucker] = .4f;
  EXPECT_EQ(LipBorder::strength(own, own), 0.f) << "the photo shows what its own lips are like";

  PARLANTE_REAL_HEAD(head);
  std::vector<Vec3f> vertices = head.neutral;
  const PhotoView view{Eigen::Matrix3f::Identity(), Vec3f(0, 0, -60)};
  LipBorder(head, head.neutral, view).hold(0, 0, seen_opening(head, vertices, view), vertices);
  EXPECT_EQ(vertices, head.neutral);
}

}  // namespace
}  // namespace parlante
