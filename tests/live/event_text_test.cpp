#include "live/event_text.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>
#include <string>

namespace parlante {
namespace {

TEST(EventText, IsJsonWithTheNumbersAsTheyAre) {
  EventText text("stats");
  text.add("fps", 24.95)
      .add("late", std::int64_t{-3})
      .add("size", 512)
      .add("interrupted", true)
      .add("least", 1e-300);
  const auto json = nlohmann::json::parse(text.text());
  EXPECT_EQ(json, (nlohmann::json{{"event", "stats"},
                                  {"fps", 24.95},
                                  {"late", -3},
                                  {"size", 512},
                                  {"interrupted", true},
                                  {"least", 1e-300}}));
}

TEST(EventText, WhatIsNoNumberIsNull) {
  const auto json = nlohmann::json::parse(
      EventText("stats").add("fps", std::numeric_limits<double>::quiet_NaN()).add("late", 1).text());
  EXPECT_TRUE(json.at("fps").is_null());
  EXPECT_EQ(json.at("late"), 1);
}

TEST(EventText, StaysWholeWhereThereIsNoMoreRoom) {
  EventText text("stats");
  for (int i = 0; i < 100; ++i) text.add("number" + std::to_string(i), -1.7976931348623157e308);
  const auto json = nlohmann::json::parse(text.text());
  EXPECT_GT(json.size(), 10U);
  EXPECT_LT(json.size(), 100U);
}

}  // namespace
}  // namespace parlante
