#include "live/rtcp.hpp"

#include <gtest/gtest.h>

#include "core/random.hpp"
#include "live/bitrate_governor.hpp"

namespace parlante {
namespace {

using Bytes = std::vector<std::uint8_t>;

const Bytes kPli{0x81, 206, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2};
const Bytes kLoss{0x81, 201, 0, 7, 0, 0, 0, 1, 0,    0,    0,    9,    64,   0,    0, 5,
                  0,    0,   1, 0, 0, 0, 0, 3, 0xaa, 0xbb, 0xcc, 0xdd, 0x00, 0x01, 0, 0};
const Bytes kNack{0x81, 205, 0, 3, 0, 0, 0, 1, 0, 0, 0, 9, 0xff, 0xff, 0x80, 0x01};
const Bytes kRemb{0x8f, 206, 0,   5,   0, 0,    0,    1,    0, 0, 0, 0,
                  'R',  'E', 'M', 'B', 1, 0x0b, 0x71, 0xb0, 0, 0, 0, 9};

Bytes joined(std::initializer_list<Bytes> parts) {
  Bytes all;
  for (const Bytes& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

TEST(RtcpFeedback, TellsLossKeyFramesMissingPacketsAndRate) {
  const auto told = read_feedback(joined({kLoss, kPli, kNack, kRemb}));
  EXPECT_TRUE(told.key_frame);
  ASSERT_EQ(told.loss_count, 1u);
  EXPECT_EQ(told.losses[0].stream, 9u);
  EXPECT_DOUBLE_EQ(told.losses[0].share, .25);
  EXPECT_EQ(told.losses[0].last_report, 0xaabbccddu);
  EXPECT_EQ(told.losses[0].since_then, 0x10000u);
  ASSERT_EQ(told.missing_count, 3u);
  EXPECT_EQ(told.missing[0].packet, 0xffff);
  EXPECT_EQ(told.missing[1].packet, 0) << "numbers go round";
  EXPECT_EQ(told.missing[2].packet, 15);
  EXPECT_EQ(told.missing[2].stream, 9u);
  EXPECT_EQ(told.most_bits, 0x371b0u << 2);
}

TEST(RtcpFeedback, OfLyingLengthsAndCountsIsCutShort) {
  for (const Bytes& packet : {kPli, kLoss, kNack, kRemb})
    for (std::size_t length = 0; length < packet.size(); ++length) {
      const auto told = read_feedback(std::span(packet).first(length));
      EXPECT_FALSE(told.key_frame);
      EXPECT_EQ(told.loss_count + told.missing_count + told.most_bits, 0u);
    }
  Bytes many = kLoss;
  many[0] = 0x9f;  // 31 blocks claimed, one there
  EXPECT_EQ(read_feedback(many).loss_count, 1u);
  EXPECT_EQ(read_feedback(Bytes{0x81, 205, 0, 0, 0x81, 205, 0, 1, 0, 0, 0, 0}).missing_count, 0u);
  Bytes huge = kNack;
  huge.resize(12 + 4 * 1000, 0xff);
  huge[2] = static_cast<std::uint8_t>((huge.size() / 4 - 1) >> 8);
  huge[3] = static_cast<std::uint8_t>(huge.size() / 4 - 1);
  EXPECT_EQ(read_feedback(huge).missing_count, 64u);
}

TEST(RtcpFeedback, OfNoiseDoesNoHarm) {
  Random random(7);
  for (int i = 0; i < 20'000; ++i) {
    Bytes noise(random.bits() % 64);
    for (auto& byte : noise) byte = static_cast<std::uint8_t>(random.bits());
    if (noise.size() > 3)
      noise[0] |= 0x80, noise[0] &= 0xbf, noise[1] = static_cast<std::uint8_t>(200 + i % 8), noise[2] = 0,
                                          noise[3] %= 16;
    const auto told = read_feedback(noise);
    EXPECT_LE(told.loss_count, told.losses.size());
    EXPECT_LE(told.missing_count, told.missing.size());
  }
}

TEST(RtcpReport, HasTheLengthsItClaims) {
  for (const char* name : {"", "a", "ab", "abc", "parlante"}) {
    const Bytes report = sender_report(9, 0x0102030405060708, 42, 3, 4, name);
    ASSERT_EQ(report.size() % 4, 0u);
    EXPECT_EQ(report[3], 6);
    EXPECT_EQ(report[8], 1);
    EXPECT_EQ(report[15], 8);
    EXPECT_EQ(report[19], 42);
    EXPECT_EQ(28u + 4 * (report[31] + 1u), report.size());
    EXPECT_EQ(report.back(), 0) << "a list of names ends with zeros";
    EXPECT_EQ(read_feedback(report).loss_count, 0u);
  }
}

TEST(BitrateGovernor, GivesLessWhereMuchIsLostAndComesBack) {
  BitrateGovernor governor(150'000, 1'500'000, 1'500'000);
  EXPECT_EQ(governor.bits(), 1'500'000);
  governor.loss(.05);
  EXPECT_EQ(governor.bits(), 1'500'000) << "a little loss is borne";
  governor.loss(.4);
  EXPECT_EQ(governor.bits(), 1'200'000);
  for (int i = 0; i < 50; ++i) governor.loss(1);
  EXPECT_EQ(governor.bits(), 150'000) << "never less";
  for (int i = 0; i < 60; ++i) governor.loss(0);
  EXPECT_EQ(governor.bits(), 1'500'000) << "within a minute";
}

TEST(BitrateGovernor, NeverGivesMoreThanTheReceiverTakesNorThanTheLimits) {
  BitrateGovernor governor(150'000, 1'500'000, 1'500'000);
  governor.receiver_takes(600'000);
  EXPECT_EQ(governor.bits(), 600'000);
  governor.receiver_takes(1);
  EXPECT_EQ(governor.bits(), 150'000);
  governor.receiver_takes(~0ull);
  EXPECT_EQ(governor.bits(), 1'500'000);
}

}  // namespace
}  // namespace parlante
