#include "core/result.hpp"

#include <gtest/gtest.h>

namespace parlante {

TEST(Result, KindsHaveTheDocumentedExitCodes) {
  EXPECT_EQ(exit_code(ErrorKind::failed), 1);
  EXPECT_EQ(exit_code(ErrorKind::usage), 2);
  EXPECT_EQ(exit_code(ErrorKind::broken_model), 3);
  EXPECT_EQ(exit_code(ErrorKind::no_face), 4);
  EXPECT_EQ(exit_code(ErrorKind::bad_audio), 5);
  EXPECT_EQ(exit_code(ErrorKind::bad_picture), 1);
}

TEST(Result, AnErrorPassesThroughResultsOfOtherTypes) {
  Result<int> inner = fail(ErrorKind::no_face, "No face.");
  const Result<std::string> outer = pass_on(std::move(inner));
  ASSERT_FALSE(outer);
  EXPECT_EQ(outer.error().kind, ErrorKind::no_face);
  EXPECT_EQ(outer.error().message, "No face.");
}

}  // namespace parlante
