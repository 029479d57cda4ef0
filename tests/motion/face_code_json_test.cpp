#include "motion/face_code_json.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace parlante {

TEST(FaceCodeJson, WhatIsWrittenIsReadAgain) {
  FaceCode code;
  code.weights[Blendshape::jawOpen] = .25f;
  code.weights[Blendshape::eyeBlinkLeft] = 1;
  code.yaw = .1f;
  code.pitch = -.05f;
  code.gaze_pitch = .2f;
  code.translation = {.5f, 0, -1};
  code.aperture = .125f;
  code.breath = -.5f;
  const auto back = parse_face_code(face_code_line(code));
  ASSERT_TRUE(back) << back.error().message;
  for (std::size_t i = 0; i < kBlendshapes; ++i) EXPECT_NEAR(back->weights[i], code.weights[i], 1e-4);
  EXPECT_NEAR(back->yaw, code.yaw, 1e-5);
  EXPECT_NEAR(back->pitch, code.pitch, 1e-5);
  EXPECT_NEAR(back->gaze_pitch, code.gaze_pitch, 1e-5);
  EXPECT_NEAR(back->translation.z(), -1, 1e-4);
  EXPECT_NEAR(back->aperture, .125f, 1e-4);
  EXPECT_NEAR(back->breath, -.5f, 1e-4);
}

TEST(FaceCodeJson, AnEmptyObjectIsNeutralAndLeavesTheApertureToTheWeights) {
  const auto code = parse_face_code("{}");
  ASSERT_TRUE(code);
  EXPECT_LT(code->aperture, 0);
  EXPECT_EQ(code->weights[Blendshape::jawOpen], 0);
}

TEST(FaceCodeJson, NumbersOutOfRangeAreClamped) {
  const auto code = parse_face_code(R"({"weights":{"jawOpen":7},"yaw_deg":4000})");
  ASSERT_TRUE(code);
  EXPECT_EQ(code->weights[Blendshape::jawOpen], 1);
  EXPECT_NEAR(code->yaw, .7854f, 1e-3);
}

TEST(FaceCodeJson, NonsenseIsRefusedWithAWord) {
  for (const char* line :
       {"", "[1]", "{", "{\"weights\":3}", "{\"weights\":{\"jawopen\":1}}", "{\"yaw_deg\":\"5\"}",
        "{\"translation_cm\":[1,2]}", "{\"aperture\":null}", "\xff\xfe", "{\"yaw_deg\":1e999}"}) {
    const auto code = parse_face_code(line);
    ASSERT_FALSE(code) << line;
    EXPECT_EQ(code.error().kind, ErrorKind::usage);
    EXPECT_FALSE(code.error().message.empty());
  }
}

}  // namespace parlante
