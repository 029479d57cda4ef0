#include "mark/consent.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "mark/signed_files.hpp"

namespace parlante::testing {
namespace {

using ::testing::HasSubstr;
const std::string kAnna(64, 'a'), kBert(64, 'b');

std::optional<Consent> nobody() {
  return std::nullopt;
}

TEST(Consent, IsAskedOnceForAPortrait) {
  const MarkFolder folder;
  ConsentBook book(folder / "data/consent.txt");
  int asked = 0;
  const AskConsent ask = [&] { return ++asked, std::optional(Consent::permitted); };
  EXPECT_EQ(*consent_for(kAnna, "", book, ask), Consent::permitted);
  EXPECT_EQ(*consent_for(kAnna, "", book, ask), Consent::permitted);
  EXPECT_EQ(asked, 1);
  EXPECT_EQ(*consent_for(kBert, "", book, ask), Consent::permitted);
  EXPECT_EQ(asked, 2);
}

TEST(Consent, WithoutAnAnswerThereIsNone) {
  const MarkFolder folder;
  ConsentBook book(folder / "consent.txt");
  const auto refused = consent_for(kAnna, "", book, nobody);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::usage);
  EXPECT_THAT(refused.error().message, HasSubstr("--consent"));
  EXPECT_FALSE(consent_for(kAnna, "", book, {}));
  EXPECT_FALSE(consent_for(kAnna, "sure", book, nobody));
}

TEST(Consent, WhatIsSaidNowCountsAndIsRemembered) {
  const MarkFolder folder;
  ConsentBook book(folder / "consent.txt");
  EXPECT_EQ(*consent_for(kAnna, "self", book, nobody), Consent::self);
  EXPECT_EQ(*consent_for(kAnna, "", book, nobody), Consent::self);
  EXPECT_EQ(*consent_for(kAnna, "historic", book, nobody), Consent::historic);
  EXPECT_EQ(*consent_for(kAnna, "", book, nobody), Consent::historic);
}

TEST(Consent, IsKeptPrivatelyAndWithoutNames) {
  const MarkFolder folder;
  ConsentBook book(folder / "data/consent.txt");
  ASSERT_TRUE(book.remember(kAnna, Consent::self));
  struct stat status {};
  ASSERT_EQ(::stat((folder / "data/consent.txt").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  const auto bytes = bytes_of(folder / "data/consent.txt");
  EXPECT_EQ(std::string(bytes.begin(), bytes.end()), kAnna + " self\n");
  EXPECT_FALSE(book.remember("anna.jpg", Consent::self));
}

TEST(Consent, ADamagedBookIsAsEmpty) {
  const MarkFolder folder;
  write_bytes(folder / "consent.txt", {0, 255, 'x', '\n', ' ', 0});
  ConsentBook book(folder / "consent.txt");
  EXPECT_FALSE(book.find(kAnna));
  ASSERT_TRUE(book.remember(kAnna, Consent::synthetic));
  EXPECT_EQ(book.find(kAnna), Consent::synthetic);
}

TEST(Consent, WhereNothingCanBeKeptTheAnswerCountsForNow) {
  ConsentBook book("/proc/no/such/consent.txt");
  EXPECT_EQ(*consent_for(kAnna, "self", book, nobody), Consent::self);
  EXPECT_FALSE(consent_for(kAnna, "", book, nobody));
}

}  // namespace
}  // namespace parlante::testing
