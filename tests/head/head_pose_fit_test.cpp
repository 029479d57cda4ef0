#include "head/head_pose_fit.hpp"

#include <gtest/gtest.h>

#include "head_fixture.hpp"

namespace parlante {
namespace {

using testing::head;
using testing::KnownHead;
using testing::seen;

class PoseFit : public ::testing::Test {
 protected:
  static const HeadFit& photo() {
    static const HeadFit fit = fit_head(seen(KnownHead{{.1f, -.05f, .04f},
                                                       {1, 0, -65},
                                                       {{"gender", .4f}},
                                                       {{Blendshape::mouthSmileLeft, .3f}}},
                                             1024),
                                        1024, head())
                                   .value();
    return fit;
  }
  // What the renderer does to the person's head.
  static Landmarks rendered(const RelativePose& pose, const BlendshapeWeights& weights, double size) {
    std::vector<Vec3f> vertices = posed_vertices(photo(), head(), weights);
    const Eigen::Matrix3f turn = head_rotation(pose.angles.yaw, pose.angles.pitch, pose.angles.roll);
    for (Vec3f& v : vertices) v = turn * (v - head_pivot()) + head_pivot() + pose.translation;
    const double scale = size / 1024;
    return seen(vertices, photo().rotation, photo().translation,
                {photo().camera.focal_px * scale, photo().camera.cx * scale, photo().camera.cy * scale});
  }
};

TEST_F(PoseFit, ThePhotoItselfIsNotMoved) {
  const auto pose = PoseFitter(head(), photo()).fit(rendered({}, photo().expression, 1024), 1024);
  ASSERT_TRUE(pose);
  EXPECT_NEAR(pose->angles.yaw, 0, .002f);
  EXPECT_NEAR(pose->angles.pitch, 0, .002f);
  EXPECT_NEAR(pose->angles.roll, 0, .002f);
  EXPECT_LT(pose->translation.norm(), .05f);
  EXPECT_LT(pose->error, .002);
}

TEST_F(PoseFit, AskedPosesComeBackWithTheirSigns) {
  const PoseFitter fitter(head(), photo());
  for (const RelativePose& asked :
       {RelativePose{{.2f, 0, 0}, Vec3f::Zero(), {}, 0}, RelativePose{{0, .14f, 0}, Vec3f::Zero(), {}, 0},
        RelativePose{{0, 0, .2f}, Vec3f::Zero(), {}, 0},
        RelativePose{{-.25f, .1f, -.15f}, Vec3f(.5f, -.3f, 1), {}, 0}})
    for (const bool solve : {true, false}) {
      const auto pose = fitter.fit(rendered(asked, photo().expression, 512), 512, {solve, 4});
      ASSERT_TRUE(pose);
      EXPECT_NEAR(pose->angles.yaw, asked.angles.yaw, .004f);
      EXPECT_NEAR(pose->angles.pitch, asked.angles.pitch, .004f);
      EXPECT_NEAR(pose->angles.roll, asked.angles.roll, .004f);
      EXPECT_LT((pose->translation - asked.translation).norm(), .12f);
    }
}

TEST_F(PoseFit, SpeakingDoesNotTurnTheHead) {
  const PoseFitter fitter(head(), photo());
  BlendshapeWeights speaking = photo().expression;
  speaking[Blendshape::jawOpen] = .35f;
  speaking[Blendshape::mouthFunnel] = .3f;
  for (const bool solve : {true, false}) {
    const auto pose =
        fitter.fit(rendered({{.1f, 0, 0}, Vec3f::Zero(), {}, 0}, speaking, 1024), 1024, {solve, 4});
    ASSERT_TRUE(pose);
    EXPECT_NEAR(pose->angles.yaw, .1f, .006f);
    EXPECT_NEAR(pose->angles.pitch, 0, solve ? .008f : .02f);  // without expressions the cheeks pull a little
    if (solve) {
      EXPECT_NEAR(pose->expression[Blendshape::jawOpen], .35f, .08f);
    }
  }
}

TEST_F(PoseFit, UnusableLandmarksAreNoFace) {
  Landmarks none;
  none.fill(Eigen::Vector3f::Zero());
  EXPECT_EQ(PoseFitter(head(), photo()).fit(none, 512).error().kind, ErrorKind::no_face);
  EXPECT_EQ(PoseFitter(head(), photo()).fit(rendered({}, photo().expression, 512), -1).error().kind,
            ErrorKind::usage);
}

}  // namespace
}  // namespace parlante
