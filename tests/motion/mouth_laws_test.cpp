#include "motion/mouth_laws.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "motion/phonetic_script.hpp"

namespace parlante {
namespace {

/// Voice all around; `phone` (if any) peaks three frames after the moment, as it trails the lips.
std::array<SpeechMoment, kLawSpan> around(std::string_view phone) {
  std::array<SpeechMoment, kLawSpan> moments;
  SpeechLevels levels;
  for (std::size_t k = 0; k < moments.size(); ++k) {
    PhoneticFrame frame = testing::voiced_frame(0);
    if (!phone.empty() && k == kLawPast + 3) testing::say(frame, phone);
    moments[k] = levels.hear(frame);
  }
  return moments;
}

FaceCode wide_open() {
  using enum Blendshape;
  FaceCode code;
  code.aperture = 0.2F;
  code.weights[jawOpen] = 0.4F;
  code.weights[mouthClose] = 0.05F;
  code.weights[mouthLowerDownLeft] = code.weights[mouthUpperUpRight] = 0.3F;
  code.weights[mouthSmileLeft] = 0.25F;
  code.weights[browInnerUp] = 0.5F;
  return code;
}

/// The code after some time of an open vowel and then that phone.
FaceCode under_laws(std::string_view phone) {
  MouthLaws laws;
  FaceCode code;
  for (int k = 0; k < 12; ++k) {
    code = wide_open();
    laws.apply(around(k < 11 ? "" : phone), code);
  }
  return code;
}

TEST(MouthLaws, LeaveAnOpenVowelAsItIs) {
  const FaceCode code = under_laws(""), open = wide_open();
  EXPECT_EQ(code.aperture, open.aperture);
  EXPECT_EQ(code.weights, open.weights);
}

TEST(MouthLaws, CloseTheLipsOnBilabialsWhateverTheNetworkMade) {
  for (const char* phone : {"p", "b", "m"}) {
    const FaceCode code = under_laws(phone);
    EXPECT_LT(code.aperture, 0.002) << phone;
    EXPECT_GT(code.weights[Blendshape::mouthPressLeft], 0.25F);
    EXPECT_GT(code.weights[Blendshape::mouthRollUpper], 0.08F);
    EXPECT_LT(code.weights[Blendshape::mouthLowerDownLeft], 0.01F);
    EXPECT_LT(code.weights[Blendshape::jawOpen], 0.15F);
    EXPECT_LE(code.weights[Blendshape::mouthClose], code.weights[Blendshape::jawOpen]);
    EXPECT_NEAR(code.weights[Blendshape::mouthSmileLeft], 0.25F, 0.05F);
    EXPECT_EQ(code.weights[Blendshape::browInnerUp], 0.5F);
  }
}

TEST(MouthLaws, BringTheLowerLipToTheTeethOnLabiodentals) {
  const FaceCode code = under_laws("v");
  EXPECT_LT(code.aperture, 0.035);
  EXPECT_GT(code.aperture, 0.003);
  EXPECT_GT(code.weights[Blendshape::mouthRollLower], 0.3F);
  EXPECT_GT(code.weights[Blendshape::mouthUpperUpLeft], 0.15F);
}

TEST(MouthLaws, PutTheTongueWhereThePhoneHasIt) {
  EXPECT_NEAR(under_laws("θ").weights[Blendshape::tongueOut], 0.55F, 0.1F);
  EXPECT_NEAR(under_laws("t").weights[Blendshape::tongueOut], 0.25F, 0.04F);
  EXPECT_EQ(under_laws("a").weights[Blendshape::tongueOut], 0);
  EXPECT_LT(under_laws("m").weights[Blendshape::tongueOut], 0.01F);
}

TEST(MouthLaws, LetTheMouthRestInSilence) {
  const std::array<SpeechMoment, kLawSpan> silence{};
  MouthLaws laws;
  FaceCode code = wide_open();
  laws.apply(silence, code);  // nobody has spoken yet
  EXPECT_EQ(code.aperture, 0);
  EXPECT_EQ(std::accumulate(code.weights.begin(), code.weights.end(), 0.F), 0.5F);  // the brow

  // Speech that ends: the moments behind it turn silent one by one.
  for (const bool nothing_follows : {false, true}) {
    auto moments = around("");
    for (int k = 0; k < 20; ++k) laws.apply(moments, code = wide_open());
    EXPECT_NEAR(code.aperture, 0.2F, 0.01F);
    float before = code.aperture;
    int shut_after = 0;
    for (int k = 0; k < 100; ++k) {
      std::shift_left(moments.begin(), moments.end(), 1);
      moments.back() = {};
      code = wide_open();
      laws.apply(moments, code, nothing_follows);
      EXPECT_GT(code.aperture, before - 0.1F) << k;
      EXPECT_LT(code.aperture, before + 0.01F) << k;
      before = code.aperture;
      shut_after += code.aperture > 0;
    }
    EXPECT_EQ(code.aperture, 0);
    EXPECT_EQ(code.weights[Blendshape::jawOpen], 0);
    EXPECT_GT(shut_after, nothing_follows ? 30 : 60);
    EXPECT_LT(shut_after, nothing_follows ? 60 : 90);
  }
}

TEST(MouthLaws, KeepLipsSoftlyApartInAShortPause) {
  // 400 ms of silence, in which the network still moves the lips: ours do not freeze, shut or follow at once.
  MouthLaws laws;
  FaceCode code;
  for (int k = 0; k < 20; ++k) laws.apply(around(""), code = wide_open());
  const std::array<SpeechMoment, kLawSpan> silence{};
  float last = code.aperture, stillest = 1;
  for (int k = 0; k < 20; ++k) {
    code = wide_open();
    code.aperture = k % 10 < 5 ? 0.16F : 0.12F;
    laws.apply(silence, code);
    EXPECT_GT(code.aperture, 0.05F) << k;
    EXPECT_LT(std::abs(code.aperture - last), 0.02F) << k;
    if (k > 0) stillest = std::min(stillest, std::abs(code.aperture - last));
    last = code.aperture;
  }
  EXPECT_GT(stillest, 1e-5F);
}

TEST(MouthLaws, LetTheFirstMouthComeOutOfRest) {
  // Sound that begins at once: no weight jumps in the first frame, all are there after 120 ms.
  using enum Blendshape;
  MouthLaws laws;
  FaceCode code, before;
  before.aperture = 0;
  for (int k = 0; k < 7; ++k) {
    laws.apply(around(""), code = wide_open());
    EXPECT_LT(code.weights[jawOpen] - before.weights[jawOpen], 0.12F) << k;
    EXPECT_LT(code.weights[mouthSmileLeft] - before.weights[mouthSmileLeft], 0.08F) << k;
    before = code;
  }
  EXPECT_NEAR(code.weights[jawOpen], 0.4F, 1e-4);
  EXPECT_NEAR(code.weights[mouthSmileLeft], 0.25F, 1e-4);
}

TEST(MouthLaws, LetLipsMeetThatNearlyTouch) {
  const auto laid = [](float aperture) {
    MouthLaws laws;
    FaceCode code;
    for (int k = 0; k < 12; ++k) {
      code = wide_open();
      code.aperture = aperture;
      laws.apply(around(""), code);
    }
    return code.aperture;
  };
  EXPECT_EQ(laid(0.009F), 0);
  EXPECT_LT(laid(0.015F), 0.008F);
  EXPECT_EQ(laid(0.06F), 0.06F);
  for (int k = 0; k < 60; ++k) {
    const float a = 0.001F * static_cast<float>(k);
    EXPECT_LE(laid(a), laid(a + 0.001F));
  }
}

TEST(MouthLaws, CloseNoFasterThanPeopleDo) {
  // A wide mouth meets a bilabial that the recogniser hears 100 ms after the first of these moments.
  constexpr float kFastest = 0.065F + 0.011F;  // and the last touch
  constexpr int kPeak = kLawPast + 7;
  std::array<SpeechMoment, 2 * kLawSpan> speech;
  SpeechLevels levels;
  for (std::size_t k = 0; k < speech.size(); ++k) {
    PhoneticFrame frame = testing::voiced_frame(0);
    if (k == kPeak + kLawPast) testing::say(frame, "b");
    speech[k] = levels.hear(frame);
  }
  MouthLaws laws;
  float last = -1, least = 1, steepest = 0;
  for (std::size_t at = 0; at + kLawSpan <= speech.size(); ++at) {
    FaceCode code = wide_open();
    laws.apply(SpeechMoments(speech.data() + at, kLawSpan), code);
    if (at > 6) steepest = std::max(steepest, last - code.aperture);
    last = code.aperture;
    least = std::min(least, last);
  }
  EXPECT_LT(least, 1e-3F);
  EXPECT_LT(steepest, kFastest);
  EXPECT_GT(steepest, 0.02F);
}

TEST(MouthLaws, RoundTheLipsOverTheTeethOnW) {
  using enum Blendshape;
  const FaceCode round = under_laws("w");
  EXPECT_GT(round.weights[mouthPucker], 0.15F);
  EXPECT_LT(round.weights[mouthSmileLeft], 0.6F * wide_open().weights[mouthSmileLeft]);
  EXPECT_LT(round.weights[mouthUpperUpRight], 0.6F * wide_open().weights[mouthUpperUpRight]);
}

TEST(MouthLaws, OpenNothingInAPause) {
  // The network opens the mouth in the middle of a silence: no flap may come of it.
  std::array<SpeechMoment, kLawSpan> silence{};
  MouthLaws laws;
  FaceCode code = wide_open();
  for (int k = 0; k < 12; ++k) laws.apply(around(""), code = wide_open());
  code = FaceCode();
  code.aperture = 0.02F;
  for (int k = 0; k < 5; ++k) laws.apply(silence, code);
  float last = code.aperture;
  for (int k = 0; k < 20; ++k) {
    code = wide_open();
    laws.apply(silence, code);
    EXPECT_LE(code.aperture, last + 1e-4F) << k;
    last = code.aperture;
  }
}

TEST(MouthLaws, OpenNoFasterThanPeopleDo) {
  MouthLaws laws;
  float last = 0;
  for (int k = 0; k < 8; ++k) {
    FaceCode code = wide_open();
    laws.apply(around(""), code);
    EXPECT_LE(code.aperture, last + 0.0651F);
    EXPECT_LE(code.weights[Blendshape::jawOpen], 0.1F + 1.6F * code.aperture);
    last = code.aperture;
  }
  EXPECT_NEAR(last, 0.2F, 1e-4);
}

}  // namespace
}  // namespace parlante
