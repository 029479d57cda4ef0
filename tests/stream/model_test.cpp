#include "stream/model.hpp"

#include <gtest/gtest.h>

#include "support/paths.hpp"

namespace parlante {

TEST(AddParts, LoadsWhatIsMissingAndKeepsWhatIsThere) {
  Model model;
  ASSERT_TRUE(add_parts(testing::models_folder(), {.face = false, .head = true, .speech = false}, model));
  ASSERT_TRUE(model.head);
  EXPECT_FALSE(model.face);
  EXPECT_FALSE(model.speech);
  const Vec3f* const loaded = model.head->neutral.data();
  ASSERT_TRUE(add_parts(testing::models_folder(), {.face = false}, model));
  EXPECT_TRUE(model.speech && model.motion);
  EXPECT_EQ(model.head->neutral.data(), loaded) << "the head was read again";
}

TEST(AddParts, FolderWithoutModelsIsNamedAndNothingIsLost) {
  Model model;
  ASSERT_TRUE(add_parts(testing::models_folder(), {.face = false, .speech = false}, model));
  const auto added = add_parts("no such folder", {.face = false}, model);
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().kind, ErrorKind::broken_model);
  EXPECT_TRUE(model.head);
}

}  // namespace parlante
