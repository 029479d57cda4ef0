#include "head/head_model.hpp"

#include <gtest/gtest.h>
#include <Eigen/Geometry>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <set>

#include "head_fixture.hpp"

namespace parlante {
namespace {

using testing::head;

std::vector<Vec3f> with(std::initializer_list<Blendshape> shapes) {
  std::vector<Vec3f> vertices = head().neutral;
  for (const Blendshape shape : shapes)
    add_delta(head().expressions[static_cast<std::size_t>(shape)], 1, vertices);
  return vertices;
}

Vec3f middle(const std::vector<Vec3f>& vertices, HeadLoop loop) {
  const auto& line = head().loop(loop);
  const auto nearest = std::min_element(line.begin(), line.end(), [&](std::int32_t a, std::int32_t b) {
    return std::abs(head().neutral[static_cast<std::size_t>(a)].x()) <
           std::abs(head().neutral[static_cast<std::size_t>(b)].x());
  });
  return vertices[static_cast<std::size_t>(*nearest)];
}

// Gap between upper lip (ring 0) and the line that touches it.
float lip_gap(const std::vector<Vec3f>& vertices) {
  return (middle(vertices, HeadLoop::lip_upper_ring0) - middle(vertices, HeadLoop::lip_lower_ring0)).norm();
}

float farthest(const SparseDelta& delta, VertexRange range) {
  float most = 0;
  for (std::size_t k = 0; k < delta.vertices.size(); ++k)
    if (delta.vertices[k] >= range.begin && delta.vertices[k] < range.end)
      most = std::max(most, delta.deltas[k].norm());
  return most;
}

TEST(HeadModel, HasAllExpressionsAndEachMovesTheFaceOrTheTongue) {
  for (std::size_t k = 0; k < kBlendshapes; ++k)
    EXPECT_GT(farthest(head().expressions[k], {0, head().interior_end()}), .05f) << kBlendshapeNames[k];
}

TEST(HeadModel, OpeningTheJawPartsTheLipsByNearlyFourCentimetres) {
  EXPECT_NEAR(lip_gap(with({Blendshape::jawOpen})) - lip_gap(head().neutral), 3.9f, .4f);
}

TEST(HeadModel, MouthCloseCancelsTheOpenJaw) {
  EXPECT_LT(std::abs(lip_gap(with({Blendshape::jawOpen, Blendshape::mouthClose})) - lip_gap(head().neutral)),
            .05f);
}

TEST(HeadModel, UpperTeethStayWhenTheJawOpensAndLowerTeethGo) {
  const SparseDelta& jaw = head().expressions[static_cast<std::size_t>(Blendshape::jawOpen)];
  EXPECT_EQ(farthest(jaw, head().part(HeadPart::teeth_upper)), 0);
  EXPECT_EQ(farthest(jaw, head().part(HeadPart::gums_upper)), 0);
  EXPECT_GT(farthest(jaw, head().part(HeadPart::teeth_lower)), 1.5f);
}

int pieces(HeadPart part) {
  const VertexRange range = head().part(part);
  std::vector<std::int32_t> root(static_cast<std::size_t>(range.size()));
  std::iota(root.begin(), root.end(), 0);
  const auto find = [&](std::int32_t v) {
    while (root[static_cast<std::size_t>(v)] != v) v = root[static_cast<std::size_t>(v)];
    return v;
  };
  for (const Triangle& t : head().faces(part))
    for (const std::int32_t v : t)
      root[static_cast<std::size_t>(find(v - range.begin))] = find(t[0] - range.begin);
  std::set<std::int32_t> roots;
  for (std::int32_t v = 0; v < range.size(); ++v) roots.insert(find(v));
  return static_cast<int>(roots.size());
}

TEST(HeadModel, HasTwentyEightTeeth) {
  EXPECT_EQ(pieces(HeadPart::teeth_upper), 14);
  EXPECT_EQ(pieces(HeadPart::teeth_lower), 14);
}

TEST(HeadModel, TeethStandBehindTheLipsAndTheUpperBiteInFrontOfTheLower) {
  const auto front = [](HeadPart part) {
    float z = -100;
    for (auto v = head().part(part).begin; v < head().part(part).end; ++v)
      z = std::max(z, head().neutral[static_cast<std::size_t>(v)].z());
    return z;
  };
  EXPECT_LT(front(HeadPart::teeth_upper), middle(head().neutral, HeadLoop::lip_upper_inner).z());
  EXPECT_NEAR(front(HeadPart::teeth_upper) - front(HeadPart::teeth_lower), .3f, .1f);
}

TEST(HeadModel, TrianglesBelongToTheirPartsAndFaceOutwards) {
  for (std::size_t p = 0; p < kHeadParts; ++p) {
    const VertexRange range = p < 2 ? VertexRange{0, head().skin_end()} : head().parts[p];
    for (const Triangle& t : head().triangles[p])
      for (const std::int32_t v : t) ASSERT_TRUE(v >= range.begin && v < range.end) << "part " << p;
  }
  for (const HeadPart part :
       {HeadPart::teeth_upper, HeadPart::teeth_lower, HeadPart::eye_right, HeadPart::eye_left}) {
    double volume = 0;
    const auto at = [](std::int32_t v) -> Vec3d {
      return head().neutral[static_cast<std::size_t>(v)].cast<double>();
    };
    const Vec3d origin = at(head().part(part).begin);
    for (const Triangle& t : head().faces(part))
      volume += (at(t[0]) - origin).dot((at(t[1]) - origin).cross(at(t[2]) - origin)) / 6;
    EXPECT_GT(volume, 0) << "part " << static_cast<int>(part);
  }
}

TEST(HeadModel, LoopsRunFromRightToLeftAlongTheLipsAndLids) {
  for (std::size_t l = 0; l < kHeadLoops; ++l) {
    const auto& line = head().loops[l];
    const auto x = [&](std::int32_t v) { return head().neutral[static_cast<std::size_t>(v)].x(); };
    ASSERT_GE(line.size(), 20u);
    for (const std::int32_t v : line) {
      EXPECT_GE(x(v), x(line.front()) - .25f) << "loop " << l;
      EXPECT_LE(x(v), x(line.back()) + .25f) << "loop " << l;
    }
    for (std::size_t k = 1; k < line.size(); ++k)
      EXPECT_LT((head().neutral[static_cast<std::size_t>(line[k])] -
                 head().neutral[static_cast<std::size_t>(line[k - 1])])
                    .norm(),
                .6f)
          << "loop " << l;
  }
}

TEST(HeadModel, UpperLoopsLieOnTheUpperLipAndLowerOnesOnTheLower) {
  for (const auto& [loop, side] : {std::pair{HeadLoop::lip_upper_inner, 1.f},
                                   {HeadLoop::lip_lower_inner, -1.f},
                                   {HeadLoop::lip_upper_outer, 1.f},
                                   {HeadLoop::lip_lower_outer, -1.f}}) {
    const auto& line = head().loop(loop);
    for (std::size_t k = 4; k + 4 < line.size(); ++k)
      EXPECT_GT(side * head().lip_side[static_cast<std::size_t>(line[k])], .5f);
  }
  for (const std::int32_t v : head().loop(HeadLoop::lip_upper_ring2))
    EXPECT_NEAR(head().lip_depth[static_cast<std::size_t>(v)], 2, .4f);
}

TEST(HeadModel, LipsOfTheNeutralHeadTouch) {
  EXPECT_LT(
      (middle(head().neutral, HeadLoop::lip_upper_inner) - middle(head().neutral, HeadLoop::lip_lower_inner))
          .norm(),
      .3f);
}

TEST(HeadModel, EyeballsLieBehindTheLidsOnTheirOwnSides) {
  for (const auto& [part, lid, side] : {std::tuple{HeadPart::eye_right, HeadLoop::lid_right_upper, -1.f},
                                        {HeadPart::eye_left, HeadLoop::lid_left_upper, 1.f}}) {
    Vec3f centre = Vec3f::Zero();
    for (auto v = head().part(part).begin; v < head().part(part).end; ++v)
      centre += head().neutral[static_cast<std::size_t>(v)] / static_cast<float>(head().part(part).size());
    EXPECT_GT(side * centre.x(), 2.5f);
    for (const std::int32_t v : head().loop(lid)) {
      const float distance = (head().neutral[static_cast<std::size_t>(v)] - centre).norm();
      EXPECT_GT(distance, 1.2f);
      EXPECT_LT(distance, 2.2f);
    }
  }
}

// For each vertex of the face the one that mirrors it.
const std::vector<std::int32_t>& mirror() {
  static const std::vector<std::int32_t> partner = [] {
    std::multimap<float, std::int32_t> by_height;
    for (std::int32_t v = 0; v < head().face_end(); ++v)
      by_height.emplace(head().reference[static_cast<std::size_t>(v)].y(), v);
    std::vector<std::int32_t> result;
    for (std::int32_t v = 0; v < head().face_end(); ++v) {
      const Vec3f goal = head().reference[static_cast<std::size_t>(v)].cwiseProduct(Vec3f(-1, 1, 1));
      float best = std::numeric_limits<float>::max();
      std::int32_t nearest = v;
      for (auto it = by_height.lower_bound(goal.y() - .02f);
           it != by_height.end() && it->first < goal.y() + .02f; ++it) {
        const float distance = (head().reference[static_cast<std::size_t>(it->second)] - goal).squaredNorm();
        if (distance < best) best = distance, nearest = it->second;
      }
      result.push_back(nearest);
    }
    return result;
  }();
  return partner;
}

TEST(HeadModel, LeftAndRightShapesMirrorEachOther) {
  for (std::size_t k = 0; k < kBlendshapes; ++k) {
    const std::string name(kBlendshapeNames[k]);
    if (!name.ends_with("Left") || name == "jawLeft" || name == "mouthLeft") continue;
    const auto other = blendshape_named(name.substr(0, name.size() - 4) + "Right");
    ASSERT_TRUE(other) << name;
    std::vector<Vec3f> left(head().neutral.size(), Vec3f::Zero()), right = left;
    add_delta(head().expressions[k], 1, left);
    add_delta(head().expressions[static_cast<std::size_t>(*other)], 1, right);
    double difference = 0, size = 0;
    for (std::int32_t v = 0; v < head().face_end(); ++v) {
      const Vec3f mirrored =
          right[static_cast<std::size_t>(mirror()[static_cast<std::size_t>(v)])].cwiseProduct(
              Vec3f(-1, 1, 1));
      difference += (left[static_cast<std::size_t>(v)] - mirrored).squaredNorm();
      size += left[static_cast<std::size_t>(v)].squaredNorm();
    }
    EXPECT_LT(std::sqrt(difference / size), .05) << name;
  }
}

TEST(HeadModel, BlinkingMovesTheUpperLidDown) {
  const auto blinking = with({Blendshape::eyeBlinkRight});
  EXPECT_LT(blinking[static_cast<std::size_t>(head().loop(HeadLoop::lid_right_upper)[14])].y(),
            head().neutral[static_cast<std::size_t>(head().loop(HeadLoop::lid_right_upper)[14])].y() - .5f);
  EXPECT_EQ(blinking[static_cast<std::size_t>(head().loop(HeadLoop::lid_left_upper)[14])],
            head().neutral[static_cast<std::size_t>(head().loop(HeadLoop::lid_left_upper)[14])]);
}

TEST(HeadModel, LandmarksLieWhereTheirNamesSay) {
  const LandmarkPoints points = landmarks_on(head(), head().neutral);
  Eigen::Index tip = 0;
  points.row(2).maxCoeff(&tip);
  EXPECT_TRUE(tip == 1 || tip == 4) << "nose tip is landmark " << tip;
  EXPECT_GT(points(1, 10), points(1, 152) + 12);  // forehead over chin
  EXPECT_LT(points(0, 33), -3);                   // right eye's outer corner
  EXPECT_GT(points(0, 263), 3);
  EXPECT_NEAR(points(1, 13), points(1, 14), .35);  // inner lips touch
}

TEST(HeadModel, IdentityAxesHaveNamesOfTheirOwnAndMoveTheHead) {
  std::set<std::string> names;
  for (const IdentityAxis& axis : head().identity) {
    EXPECT_TRUE(names.insert(axis.name).second) << axis.name;
    std::vector<Vec3f> moved(head().neutral.size(), Vec3f::Zero());
    add_identity(head(), axis, 1, moved);
    float most = 0;
    for (const Vec3f& d : moved) most = std::max(most, d.norm());
    EXPECT_GT(most, .02f) << axis.name;
    EXPECT_LT(most, 8.f) << axis.name;
  }
  EXPECT_EQ(names.size(), 158u);
}

}  // namespace
}  // namespace parlante
