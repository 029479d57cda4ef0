#include "head/rotation.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace parlante {
namespace {

TEST(HeadRotation, PositiveYawTurnsTheNoseToThePicturesRight) {
  const Eigen::Vector3f nose = head_rotation(.3f, 0, 0) * Eigen::Vector3f::UnitZ();
  EXPECT_NEAR(nose.x(), std::sin(.3f), 1e-6f);
}

TEST(HeadRotation, PositivePitchNodsDown) {
  const Eigen::Vector3f nose = head_rotation(0, .3f, 0) * Eigen::Vector3f::UnitZ();
  EXPECT_NEAR(nose.y(), -std::sin(.3f), 1e-6f);
}

TEST(HeadRotation, PositiveRollIsCounterClockwiseInThePicture) {
  const Eigen::Vector3f crown = head_rotation(0, 0, .3f) * Eigen::Vector3f::UnitY();
  EXPECT_NEAR(crown.x(), -std::sin(.3f), 1e-6f);
}

TEST(HeadRotation, AnglesComeBackFromTheMatrix) {
  for (float yaw : {-.6f, 0.f, .01f, .5f})
    for (float pitch : {-.4f, 0.f, .3f})
      for (float roll : {-1e-4f, 0.f, .35f}) {
        const HeadAngles back = head_angles(head_rotation(yaw, pitch, roll));
        EXPECT_NEAR(back.yaw, yaw, 2e-4f);
        EXPECT_NEAR(back.pitch, pitch, 2e-4f);
        EXPECT_NEAR(back.roll, roll, 2e-4f);
      }
}

TEST(HeadRotation, NoAnglesAreNoRotation) {
  EXPECT_EQ(head_rotation(0, 0, 0), Eigen::Matrix3f::Identity());
  EXPECT_EQ(head_angles(Eigen::Matrix3f::Identity()).yaw, 0);
}

}  // namespace
}  // namespace parlante
