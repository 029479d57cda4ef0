#include "face/head_pose.hpp"

#include <gtest/gtest.h>

#include <Eigen/Geometry>
#include <limits>

#include "face/carried_region.hpp"
#include "face/face_pictures.hpp"

namespace parlante {
namespace {

using testing::reference;

Eigen::Matrix3f turn(float yaw, float pitch, float roll) {
  const Eigen::Vector3f vector(pitch, yaw, roll);
  const float angle = vector.norm();
  return angle > 0 ? Eigen::AngleAxisf(angle, vector / angle).toRotationMatrix()
                   : Eigen::Matrix3f::Identity();
}

Eigen::Matrix3f turn(const HeadPose& pose) {
  return turn(pose.yaw, pose.pitch, pose.roll);
}

/// The landmarks turned about their centre; axes x right, y up, z to the viewer.
Landmarks turned(Landmarks landmarks, const Eigen::Matrix3f& rotation, float scale = 1) {
  const Eigen::Vector3f flip(1, -1, -1), centre(256, 256, 0);
  for (auto& point : landmarks) {
    const Eigen::Vector3f seen = (point - centre).cwiseProduct(flip);
    point = (scale * rotation * seen).cwiseProduct(flip) + centre;
  }
  return landmarks;
}

TEST(HeadPose, APortraitLooksNearlyIntoTheCamera) {
  for (const char* name : {"man", "woman"}) {
    const HeadPose pose = head_pose(reference(name).landmarks);
    EXPECT_LT(pose.turned_away(), .15F) << name;
    EXPECT_LT(std::abs(pose.roll), .08F) << name;
    EXPECT_LT(pose.residual, .08F) << name;
    EXPECT_NEAR(pose.scale * 8.9F, 128, 20) << name;
  }
}

TEST(HeadPose, TurnedHeadsComeBackWithTheirAngles) {
  const Landmarks face = reference("man").landmarks;
  const Eigen::Matrix3f frontal = turn(head_pose(face)).transpose();
  for (const float yaw : {-1.2F, -.3F, 0.F, .5F})
    for (const float pitch : {-.4F, 0.F, .35F})
      for (const float roll : {-.6F, 0.F, .2F}) {
        const HeadPose pose = head_pose(turned(face, turn(yaw, pitch, roll) * frontal));
        EXPECT_NEAR(pose.yaw, yaw, 1e-3F);
        EXPECT_NEAR(pose.pitch, pitch, 1e-3F);
        EXPECT_NEAR(pose.roll, roll, 1e-3F);
      }
}

TEST(HeadPose, SignsAreThoseOfThePicture) {
  const Landmarks face = reference("woman").landmarks;
  const auto nose_from_eyes = [](const Landmarks& l) { return Eigen::Vector3f(l[1] - (l[33] + l[263]) / 2); };
  const HeadPose still = head_pose(face);
  const Landmarks right = turned(face, turn(.3F, 0, 0));
  EXPECT_GT(nose_from_eyes(right).x(), nose_from_eyes(face).x() + 10)
      << "the nose goes to the picture's right";
  EXPECT_GT(head_pose(right).yaw, still.yaw + .25F);
  const Landmarks down = turned(face, turn(0, .3F, 0));
  EXPECT_GT(nose_from_eyes(down).y(), nose_from_eyes(face).y()) << "the nose goes down";
  EXPECT_GT(head_pose(down).pitch, still.pitch + .25F);
  const Landmarks tilted = turned(face, turn(0, 0, .3F));
  EXPECT_LT(tilted[263].y(), tilted[33].y() - 20) << "the eye at the right of the picture rises";
  EXPECT_GT(head_pose(tilted).roll, still.roll + .25F);
}

TEST(HeadPose, AProfileIsTurnedAwayAndATiltIsNot) {
  const Landmarks face = reference("man").landmarks;
  const Eigen::Matrix3f frontal = turn(head_pose(face)).transpose();
  EXPECT_NEAR(head_pose(turned(face, turn(.9F, 0, 0) * frontal)).turned_away(), .9F, 1e-3F);
  EXPECT_NEAR(head_pose(turned(face, turn(0, 0, .9F) * frontal)).turned_away(), 0, 2e-3F);
}

TEST(HeadPose, SizeDoesNotMatter) {
  const Landmarks face = reference("man").landmarks;
  const HeadPose one = head_pose(face), five = head_pose(turned(face, Eigen::Matrix3f::Identity(), 5));
  EXPECT_NEAR(five.yaw, one.yaw, 1e-4F);
  EXPECT_NEAR(five.scale, 5 * one.scale, 1e-3F * five.scale);
  EXPECT_NEAR(five.residual, one.residual, 1e-4F);
}

TEST(HeadPose, DegenerateLandmarksGiveZeros) {
  Landmarks nowhere;
  nowhere.fill(Eigen::Vector3f(5, 5, 5));
  EXPECT_EQ(head_pose(nowhere).scale, 0);
  EXPECT_EQ(head_pose(nowhere).turned_away(), 0);
  nowhere[33].x() = std::numeric_limits<float>::quiet_NaN();
  EXPECT_EQ(head_pose(nowhere).scale, 0);
  EXPECT_EQ(head_pose(nowhere).yaw, 0);
}

TEST(CarriedRegion, StaysWhileTheLandmarksStay) {
  const Landmarks face = reference("man").landmarks;
  const Region region{200, 210, 300, 300, .1};
  const Region next = CarriedRegion(region, face).at(face);
  EXPECT_NEAR(next.x, region.x, 1e-6);
  EXPECT_NEAR(next.y, region.y, 1e-6);
  EXPECT_NEAR(next.width, region.width, 1e-6);
  EXPECT_NEAR(next.angle, region.angle, 1e-6);
}

TEST(CarriedRegion, MovesTurnsAndGrowsWithTheFaceButNotWithItsJaw) {
  const Landmarks face = reference("man").landmarks;
  const Region region{256, 256, 300, 300, 0};
  const CarriedRegion carried(region, face);
  Landmarks moved = turned(face, turn(0, 0, .25F), 1.5F);
  for (auto& point : moved) point += Eigen::Vector3f(30, -20, 0);
  const Region next = carried.at(moved);
  EXPECT_NEAR(next.x, 286, 1e-2);
  EXPECT_NEAR(next.y, 236, 1e-2);
  EXPECT_NEAR(next.width, 450, 1e-2);
  EXPECT_NEAR(next.angle, -.25, 1e-4) << "counter-clockwise";
  Landmarks speaking = face;
  for (const std::size_t i : {152U, 17U, 14U, 175U, 377U, 148U}) speaking[i].y() += 40;
  EXPECT_EQ(carried.at(speaking).width, carried.at(face).width);
}

}  // namespace
}  // namespace parlante
