#include "core/arkit.hpp"

#include <gtest/gtest.h>

#include <set>

namespace parlante {

TEST(Arkit, NamesAndEnumAgree) {
  EXPECT_EQ(blendshape_named("eyeBlinkLeft"), Blendshape::eyeBlinkLeft);
  EXPECT_EQ(blendshape_named("jawOpen"), Blendshape::jawOpen);
  EXPECT_EQ(blendshape_named("mouthUpperUpRight"), Blendshape::mouthUpperUpRight);
  EXPECT_EQ(blendshape_named("tongueOut"), Blendshape::tongueOut);
  EXPECT_FALSE(blendshape_named("jawopen"));
}

TEST(Arkit, NamesAreDistinct) {
  EXPECT_EQ(std::set(kBlendshapeNames.begin(), kBlendshapeNames.end()).size(), kBlendshapes);
}

}  // namespace parlante
