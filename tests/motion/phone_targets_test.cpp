#include "motion/phone_targets.hpp"

#include <gtest/gtest.h>

namespace parlante {
namespace {

TEST(PhoneTargets, KnowEveryPhoneOfTheModel) {
  // What shows nothing: special outputs, tones, length and other marks.
  for (int p = 0; p < kPhones; ++p) {
    const auto name = PhoneticModel::phone(p);
    const auto first = static_cast<unsigned char>(name.front());
    const bool letter = (first >= 'a' && first <= 'z') || (first >= 0xc9 && first <= 0xca && name != "ʰ" &&
                                                           name != "ʱ" && name != "ʲ" && name != "ʷ");
    if (letter) {
      EXPECT_NE(phone_class(p), PhoneClass::none) << name;
    }
  }
  EXPECT_EQ(phone_class(kPhones - 1), PhoneClass::none);
  EXPECT_EQ(phone_class(-1), PhoneClass::none);
  EXPECT_EQ(phone_class(kPhones), PhoneClass::none);
}

TEST(PhoneTargets, SortVariantsWithTheirLetter) {
  EXPECT_EQ(phone_class_of("p"), PhoneClass::bilabial);
  EXPECT_EQ(phone_class_of("pʰ"), PhoneClass::bilabial);
  EXPECT_EQ(phone_class_of("p\u0348"), PhoneClass::bilabial);
  EXPECT_EQ(phone_class_of("aɪ"), PhoneClass::open);
  EXPECT_EQ(phone_class_of("oʊ"), PhoneClass::close_mid_round);
  EXPECT_EQ(phone_class_of("d\u0361ʒ"), PhoneClass::hushing);
  EXPECT_EQ(phone_class_of("t\u0361ɕʰ"), PhoneClass::hissing);
  EXPECT_EQ(phone_class_of("ja"), PhoneClass::open);
  EXPECT_EQ(phone_class_of("wa"), PhoneClass::close_round);
  EXPECT_EQ(phone_class_of("j"), PhoneClass::close);
  EXPECT_EQ(phone_class_of("ã"), PhoneClass::open);
  EXPECT_EQ(phone_class_of("<blank>"), PhoneClass::none);
  EXPECT_EQ(phone_class_of("˥"), PhoneClass::none);
  EXPECT_EQ(phone_class_of(""), PhoneClass::none);
}

TEST(PhoneTargets, RoundWhatIsRoundAndSpreadWhatIsSpread) {
  EXPECT_GT(lip_target(PhoneClass::close_round).pucker, 0.4);
  EXPECT_EQ(lip_target(PhoneClass::close).pucker, 0);
  EXPECT_GT(lip_target(PhoneClass::close).smile, lip_target(PhoneClass::open).smile);
  EXPECT_GT(lip_target(PhoneClass::open).jaw_share, lip_target(PhoneClass::hissing).jaw_share);
  EXPECT_GE(lip_target(PhoneClass::close_round).before_s, 0.12F);
}

}  // namespace
}  // namespace parlante
