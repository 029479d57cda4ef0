#include "render/rig_lip_border.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "render/rig_heads.hpp"
#include "render/rig_mouth.hpp"

namespace parlante {
namespace {

using testing::made_up_person;

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

/// Heights of a border outside the line between the corners, at 4/20 ... 16/20 of the way, over the highest.
std::vector<float> outline(const HeadModel& head, const std::vector<Vec3f>& vertices, bool upper) {
  const auto& loop = head.loop(upper ? HeadLoop::lip_upper_outer : HeadLoop::lip_lower_outer);
  const auto at = [&](std::size_t i) -> const Vec3f& { return vertices[static_cast<std::size_t>(loop[i])]; };
  const Vec3f &right = at(0), &left = at(loop.size() - 1);
  std::vector<float> heights;
  for (int k = 4; k <= 16; ++k) {
    const float share = static_cast<float>(k) / 20, x = right.x() + share * (left.x() - right.x());
    float height = 0;
    for (std::size_t i = 0; i + 1 < loop.size(); ++i) {
      const Vec3f &a = at(i), &b = at(i + 1);
      if ((a.x() > x) == (b.x() > x)) continue;
      const float y = a.y() + (b.y() - a.y()) * (x - a.x()) / (b.x() - a.x());
      height = std::max(height, (upper ? 1.f : -1.f) * (y - right.y() - share * (left.y() - right.y())));
    }
    heights.push_back(height);
  }
  const float highest = *std::max_element(heights.begin(), heights.end());
  for (float& h : heights) h /= highest;
  return heights;
}

TEST(LipBorder, PoutingLowerLipsAreRoundNotSquare) {
  PARLANTE_REAL_HEAD(head);
  for (std::uint64_t person = 0; person < kPeople; ++person) {
    const Avatar avatar = made_up_person(head, person);
    const Rig rig(head, avatar);
    RigFrame frame = rig.make_frame();
    for (const Pout& pout : kPouts) {
      rig.pose(code_of(pout), frame);
      const std::vector<float> h = outline(head, frame.head, false);
      EXPECT_GT(h[6], .95f) << "the middle hangs lowest; person " << person << " pucker " << pout.pucker
                            << " funnel " << pout.funnel;
      EXPECT_LT(std::max(h[0], h[12]), .86f)
          << "person " << person << " pucker " << pout.pucker << " funnel " << pout.funnel;
      for (std::size_t k = 1; k + 1 < h.size(); ++k)
        EXPECT_GT(h[k] - .5f * (h[k - 1] + h[k + 1]), -.025f)
            << "no notch at " << k << "; person " << person << " pucker " << pout.pucker << " funnel "
            << pout.funnel;
    }
  }
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
  LipBorder(head).round(0, vertices);
  EXPECT_EQ(vertices, head.neutral);
}

}  // namespace
}  // namespace parlante
