#include "head/head_fit.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>

#include "core/random.hpp"
#include "head_fixture.hpp"

namespace parlante {
namespace {

using testing::degrees_between;
using testing::head;
using testing::KnownHead;
using testing::mean_residual;
using testing::seen;

const std::vector<KnownHead>& known_heads() {
  static const std::vector<KnownHead> heads = {
      {{}, {0, 0, -60}, {}, {}},
      {{.2f, -.1f, .05f},
       {2, -1, -55},
       {{"gender", .5f}, {"nose-scale-horiz-decr|nose-scale-horiz-incr", .3f}},
       {{Blendshape::mouthSmileLeft, .4f}, {Blendshape::mouthSmileRight, .4f}}},
      {{-.3f, .15f, -.2f}, {-3, 1, -80}, {{"asian", .6f}, {"head-oval", .2f}}, {{Blendshape::jawOpen, .3f}}},
      {{.1f, .2f, .6f}, {0, 4, -110}, {{"age", .4f}}, {{Blendshape::browInnerUp, .6f}}},
  };
  return heads;
}

TEST(HeadFit, FindsThePoseOfAKnownHead) {
  for (const KnownHead& known : known_heads()) {
    const auto fit = fit_head(seen(known, 1024), 1024, head());
    ASSERT_TRUE(fit) << fit.error().message;
    EXPECT_LT(degrees_between(fit->rotation, known.rotation()), .3);
    EXPECT_LT(mean_residual(*fit), .004);
  }
}

TEST(HeadFit, DoesNotDependOnTheSizeOfThePicture) {
  const KnownHead& known = known_heads()[1];
  const auto large = fit_head(seen(known, 1024), 1024, head()),
             small = fit_head(seen(known, 200), 200, head());
  ASSERT_TRUE(large && small);
  EXPECT_LT(degrees_between(large->rotation, small->rotation), .02);
  EXPECT_LT((large->translation - small->translation).norm(), .05);
}

TEST(HeadFit, ASelfieFromNearByFitsBestWithItsOwnCamera) {
  // an arm's length and less before a telephone's lens
  KnownHead near{{.1f, -.05f, 0}, {1, 0, -32}, {{"head-oval", .3f}}, {}};
  const double focal = 1.0;
  const Camera camera{focal * 1024, 512, 512};
  const Landmarks landmarks = seen(near.vertices(), near.rotation(), near.translation, camera);
  HeadFitOptions own;
  own.focal_over_size = focal;
  const auto right = fit_head(landmarks, 1024, head(), own), usual = fit_head(landmarks, 1024, head());
  ASSERT_TRUE(right && usual);
  EXPECT_LT(degrees_between(right->rotation, near.rotation()), .5);
  EXPECT_LT(mean_residual(*right), .5 * mean_residual(*usual));
  // the face is not made longer or flatter than it is
  const auto shape_error = [&](const HeadFit& fit) {
    double sum = 0;
    const auto truth = near.vertices();
    for (std::size_t v = 0; v < static_cast<std::size_t>(head().face_end()); ++v)
      sum += (fit.base[v] - truth[v]).norm();
    return sum / head().face_end();
  };
  EXPECT_LT(shape_error(*right), .7 * shape_error(*usual));
}

TEST(HeadFit, GivesWeightsWithinTheirBounds) {
  Landmarks landmarks = seen(known_heads()[2], 1024);
  Random random(3);
  for (auto& landmark : landmarks)
    landmark +=
        Eigen::Vector3f(static_cast<float>(8 * random.normal()), static_cast<float>(8 * random.normal()), 0);
  const auto fit = fit_head(landmarks, 1024, head());
  ASSERT_TRUE(fit);
  for (std::size_t k = 0; k < kBlendshapes; ++k)
    EXPECT_TRUE(fit->expression[k] >= 0 && fit->expression[k] <= 1) << kBlendshapeNames[k];
  ASSERT_EQ(fit->identity.size(), head().identity.size());
  for (std::size_t k = 0; k < fit->identity.size(); ++k)
    EXPECT_LE(std::abs(fit->identity[k]),
              std::min(1.0, 3.0 * static_cast<double>(head().identity[k].sigma)) + 1e-6);
}

TEST(HeadFit, TheResidualPutsTheMeshOnTheLandmarks) {
  Landmarks landmarks = seen(known_heads()[1], 1024);
  for (std::size_t n = 0; n < kMeshLandmarks; ++n)  // a shape no axis has: a wave over the face
    landmarks[n].x() += 6 * std::sin(landmarks[n].y() * .02f);
  const auto fit = fit_head(landmarks, 1024, head());
  ASSERT_TRUE(fit);
  EXPECT_GT(mean_residual(*fit), .002);
  const LandmarkPoints points = landmarks_on(head(), posed_vertices(*fit, head(), fit->expression));
  double left = 0;
  for (std::size_t n = 0; n < kMeshLandmarks; ++n)
    left +=
        (fit->camera.project(fit->rotation * points.col(static_cast<Eigen::Index>(n)) + fit->translation) -
         fit->targets[n])
            .norm() /
        kMeshLandmarks;
  EXPECT_LT(left / fit->eye_distance_px, .25 * mean_residual(*fit));
  for (auto v = static_cast<std::size_t>(head().skin_end()); v < fit->residual.size(); ++v)
    ASSERT_EQ(fit->residual[v], Vec3f::Zero());
}

TEST(HeadFit, SnapsNearlyShutLipsAndLeavesOpenOnes) {
  const auto shut = fit_head(seen(known_heads()[0], 1024), 1024, head());
  KnownHead open = known_heads()[0];
  open.expression = {{Blendshape::jawOpen, .3f}};
  const auto opened = fit_head(seen(open, 1024), 1024, head());
  ASSERT_TRUE(shut && opened);
  EXPECT_TRUE(shut->lips_closed);
  EXPECT_EQ(shut->targets[13], shut->targets[14]);
  EXPECT_FALSE(opened->lips_closed);
  EXPECT_GT(opened->targets[14].y(), opened->targets[13].y() + 10);
}

TEST(HeadFit, LandmarksWithoutWeightHaveNoSay) {
  Landmarks landmarks = seen(known_heads()[1], 1024);
  std::vector<float> weights(kMeshLandmarks, 1.f);
  for (std::size_t n = 1; n < kMeshLandmarks; n += 5)
    if (n != 78 && n != 308 && n != 13 && n != 14) weights[n] = 0;
  HeadFitOptions options;
  options.landmark_weights = weights;
  const auto before = fit_head(landmarks, 1024, head(), options);
  for (std::size_t n = 0; n < kMeshLandmarks; ++n)
    if (weights[n] == 0) landmarks[n] += Eigen::Vector3f(40, -25, 60);
  const auto after = fit_head(landmarks, 1024, head(), options);
  ASSERT_TRUE(before && after);
  if (before->lips_closed == after->lips_closed) {
    EXPECT_LT(degrees_between(before->rotation, after->rotation), .05);
    EXPECT_LT((before->residual[100] - after->residual[100]).norm(), .02f);
  }
}

TEST(HeadFit, UnusableLandmarksAreNoFace) {
  Landmarks none;
  none.fill(Eigen::Vector3f::Zero());
  EXPECT_EQ(fit_head(none, 1024, head()).error().kind, ErrorKind::no_face);
  Landmarks broken = seen(known_heads()[0], 1024);
  broken[200].y() = std::numeric_limits<float>::quiet_NaN();
  EXPECT_EQ(fit_head(broken, 1024, head()).error().kind, ErrorKind::no_face);
  broken[200].y() = 1e30f;
  EXPECT_EQ(fit_head(broken, 1024, head()).error().kind, ErrorKind::no_face);
  EXPECT_EQ(fit_head(seen(known_heads()[0], 1024), 0, head()).error().kind, ErrorKind::usage);
  const std::vector<float> few(12, 1.f);
  HeadFitOptions options;
  options.landmark_weights = few;
  EXPECT_EQ(fit_head(seen(known_heads()[0], 1024), 1024, head(), options).error().kind, ErrorKind::usage);
}

TEST(HeadFit, ScatteredPointsGiveNumbersOrAnError) {
  Random random(9);
  for (int round = 0; round < 5; ++round) {
    Landmarks landmarks;
    for (auto& landmark : landmarks)
      landmark = Eigen::Vector3f(static_cast<float>(random.uniform(0, 1024)),
                                 static_cast<float>(random.uniform(0, 1024)),
                                 static_cast<float>(random.uniform(-200, 200)));
    const auto fit = fit_head(landmarks, 1024, head());
    if (!fit) continue;
    EXPECT_TRUE(fit->rotation.allFinite() && fit->translation.allFinite());
    for (const Vec3f& v : fit->residual) ASSERT_TRUE(v.allFinite());
  }
}

}  // namespace
}  // namespace parlante
