#include "mark/mark_payload.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <vector>

#include "core/random.hpp"

namespace parlante {
namespace {

std::vector<float> heard(std::uint64_t word, float sureness = 1) {
  std::vector<float> soft(kMarkBits);
  for (std::size_t k = 0; k < soft.size(); ++k) soft[k] = word >> k & 1 ? -sureness : sureness;
  return soft;
}

TEST(MarkPayload, IsReadBackFromItsCodeWord) {
  Random random(1);
  for (int i = 0; i < 200; ++i) {
    const MarkPayload payload{static_cast<std::uint8_t>(random.bits() % 64),
                              static_cast<std::uint32_t>(random.bits() & 0xffffff)};
    EXPECT_EQ(decode_mark(heard(mark_code_word(payload))), payload);
  }
}

TEST(MarkPayload, WordsDifferInThirteenBitsAtLeast) {
  Random random(2);
  int nearest = kMarkBits;
  for (int i = 0; i < 20000; ++i) {
    const MarkPayload payload{static_cast<std::uint8_t>(random.bits() % 64),
                              static_cast<std::uint32_t>(random.bits() & 0xffffff)};
    if (payload == MarkPayload{}) continue;
    // The code is linear: the distance from the zero word is the distance of some pair.
    nearest = std::min(nearest, std::popcount(mark_code_word(payload)));
  }
  EXPECT_GE(nearest, 13);
  EXPECT_EQ(mark_code_word({}), 0U);
}

TEST(MarkPayload, SurvivesSixWrongBitsWhicheverTheyAre) {
  Random random(3);
  const MarkPayload payload{1, 0x5eed42};
  for (int round = 0; round < 300; ++round) {
    auto soft = heard(mark_code_word(payload));
    for (int wrong = 0; wrong < 6; ++wrong) {
      float& bit = soft[random.bits() % soft.size()];
      bit = -bit;
    }
    EXPECT_EQ(decode_mark(soft), payload);
  }
}

TEST(MarkPayload, SurvivesTenWrongBitsThatWereHeardFaintly) {
  Random random(4);
  const MarkPayload payload{63, 0xffffff};
  const std::uint64_t word = mark_code_word(payload);
  for (int round = 0; round < 50; ++round) {
    auto soft = heard(word);
    for (int wrong = 0; wrong < 10; ++wrong) {
      const std::size_t k = random.bits() % soft.size();
      soft[k] = word >> k & 1 ? .05f : -.05f;
    }
    EXPECT_EQ(decode_mark(soft), payload);
  }
}

TEST(MarkPayload, IsNotReadFromWhatIsNoWordOrNoNumbers) {
  EXPECT_FALSE(decode_mark({}));
  EXPECT_FALSE(decode_mark(std::vector<float>(62, 1.f)));
  auto soft = heard(mark_code_word({1, 2}));
  soft[5] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_FALSE(decode_mark(soft));
  soft[5] = std::numeric_limits<float>::infinity();
  EXPECT_FALSE(decode_mark(soft));
}

TEST(MarkPayload, FindsAWordInNoiseSeldomEvenWithFaintBitsTriedBothWays) {
  // 64 tries x share of words within six bits (.9 %): what is found must still prove itself by its strength.
  Random random(5);
  int found = 0;
  for (int round = 0; round < 400; ++round) {
    std::vector<float> soft(kMarkBits);
    for (float& value : soft) value = static_cast<float>(random.normal());
    found += decode_mark(soft).has_value();
  }
  EXPECT_LT(found, 400 * .6);
}

}  // namespace
}  // namespace parlante
