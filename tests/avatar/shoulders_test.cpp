// A head that rolls leaves the shoulders where they are.
#include "avatar/shoulders.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace parlante {
namespace {

constexpr int kSide = 410, kCell = 4;  // px
constexpr float kPxPerCm = 10;

// A front view: head 7 cm to both sides down to y = -8 cm, a neck of 5 cm to both sides, shoulders from
// -11 cm down. The head's weight is a half everywhere.
struct Bust {
  Bust() : foreground(kSide, kSide, 4, 0) {
    fill(-7, 7, 12, -8);
    fill(-5, 5, -8, -11);
    fill(-18, 18, -11, -20.5f);
    grid.columns = grid.rows = kSide / kCell + 1;
    for (int r = 0; r < grid.rows; ++r)
      for (int c = 0; c < grid.columns; ++c) {
        const Vec2f px(static_cast<float>(c * kCell), static_cast<float>(r * kCell));
        grid.source.push_back(px);
        grid.rest.emplace_back((px.x() - .5f * kSide) / kPxPerCm, (.5f * kSide - px.y()) / kPxPerCm, 0.f);
      }
    grid.head_weight.assign(grid.rest.size(), .5f);
  }
  void fill(float left, float right, float top, float bottom, std::uint8_t alpha = 255) {
    for (int y = 0; y < kSide; ++y)
      for (int x = 0; x < kSide; ++x) {
        const float u = (static_cast<float>(x) - .5f * kSide) / kPxPerCm,
                    v = (.5f * kSide - static_cast<float>(y)) / kPxPerCm;
        if (u >= left && u <= right && v <= top && v >= bottom) foreground.at(x, y)[3] = alpha;
      }
  }
  float weight(float x_cm, float y_cm) {
    hold_shoulders(foreground, 0, kPxPerCm, grid);
    const int c = static_cast<int>((x_cm * kPxPerCm + .5f * kSide) / kCell),
              r = static_cast<int>((.5f * kSide - y_cm * kPxPerCm) / kCell);
    const float at = grid.head_weight[static_cast<std::size_t>(r * grid.columns + c)];
    grid.head_weight.assign(grid.rest.size(), .5f);
    return at;
  }
  ImageU8 foreground;
  ReliefGrid grid;
};

TEST(Shoulders, StayBelowTheGapBesideTheNeck) {
  Bust bust;
  for (const float x : {-14.f, -10.f, 10.f, 14.f})
    for (const float y : {-11.5f, -14.f, -19.f}) EXPECT_LT(bust.weight(x, y), .01f) << x << ", " << y;
}

TEST(Shoulders, LeaveHeadAndNeckAsTheyWere) {
  Bust bust;
  for (const float y : {10.f, 0.f, -7.f}) EXPECT_NEAR(bust.weight(6, y), .5f, 1e-3f) << y;
  for (const float y : {-9.f, -12.f, -16.f}) EXPECT_GT(bust.weight(0, y), .49f) << y;
}

TEST(Shoulders, GoOverIntoTheNeckWithoutAStep) {
  Bust bust;
  for (float x = 0; x < 14; x += .4f)
    EXPECT_LT(std::abs(bust.weight(x + .4f, -13) - bust.weight(x, -13)), .08f) << x;
}

TEST(Shoulders, UnderHairThatReachesThemBendWithIt) {
  Bust bust;
  bust.fill(6, 13, 2, -12);
  EXPECT_GT(bust.weight(9.5f, -13), .45f);
  bust.fill(6, 13, -6, -6.5f, 0);  // light between strands
  EXPECT_GT(bust.weight(9.5f, -13), .45f);
}

}  // namespace
}  // namespace parlante
