#include "mark/signing_keys.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <thread>

#include "mark/certificates.hpp"
#include "mark/private_file.hpp"
#include "mark/signed_files.hpp"

namespace parlante::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;
constexpr std::time_t kDay = 86400, kYear = 365 * kDay;

mode_t mode_of(const std::filesystem::path& file) {
  struct stat status {};
  EXPECT_EQ(::stat(file.c_str(), &status), 0);
  return status.st_mode & 0777;
}

std::string refusal(const Result<SigningKeys>& keys) {
  return keys ? "accepted" : keys.error().message;
}

/// A certificate of the user's own, with its CA.
struct OwnFiles {
  explicit OwnFiles(const MarkFolder& folder, std::time_t from = kNow - kDay,
                    std::time_t until = kNow + kYear)
      : certificate(folder / "own.crt"),
        key_file(folder / "own.key"),
        key(new_key()),
        authority_key(new_key()) {
    authority = new_certificate({"A CA", from, until, true}, authority_key.get(), nullptr, nullptr);
    const Certificate leaf =
        new_certificate({"A studio", from, until, false}, key.get(), authority.get(), authority_key.get());
    EXPECT_TRUE(write_private_file(certificate, to_pem(leaf.get()) + to_pem(authority.get())));
    EXPECT_TRUE(write_private_file(key_file, to_pem(key.get())));
  }
  std::filesystem::path certificate, key_file;
  Key key, authority_key;
  Certificate authority;
};

TEST(InstallationKeys, AreMadeOnceAndKeptPrivate) {
  const MarkFolder folder;
  const auto home = folder / "data/parlante";
  const auto first = installation_keys(home, kNow);
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_EQ(mode_of(home), 0700u);
  EXPECT_EQ(mode_of(home / "signer.pem"), 0600u);
  EXPECT_EQ(mode_of(home / "ca.pem"), 0600u);
  EXPECT_EQ(first->signer.algorithm, "es256");
  EXPECT_TRUE(first->own_installation);
  EXPECT_THAT(first->authority, StartsWith("-----BEGIN CERTIFICATE-----"));
  EXPECT_THAT(first->authority, ::testing::Not(HasSubstr("PRIVATE")));
  const auto again = installation_keys(home, kNow + kDay);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->signer.private_key, first->signer.private_key);
  EXPECT_EQ(again->authority, first->authority);
}

TEST(InstallationKeys, TellNothingOfTheirOwner) {
  const MarkFolder folder;
  const auto keys = installation_keys(folder.path(), kNow);
  ASSERT_TRUE(keys);
  EXPECT_THAT(keys->name, ::testing::MatchesRegex("parlante [0-9a-f]+ signer"));
}

TEST(InstallationKeys, AreTheSameForProcessesThatStartTogether) {
  const MarkFolder folder;
  std::vector<std::string> authorities(8);
  {
    std::vector<std::jthread> threads;
    for (auto& authority : authorities)
      threads.emplace_back([&] {
        const auto keys = installation_keys(folder.path(), kNow);
        authority = keys ? keys->authority : keys.error().message;
      });
  }
  for (const auto& authority : authorities) EXPECT_EQ(authority, authorities[0]);
}

TEST(InstallationKeys, ASignerIsMadeAnewBeforeItGrowsOldUnderTheSameCa) {
  const MarkFolder folder;
  const auto first = installation_keys(folder.path(), kNow);
  const auto later = installation_keys(folder.path(), kNow + 3 * kYear);
  ASSERT_TRUE(first && later);
  EXPECT_NE(first->signer.certificates, later->signer.certificates);
  EXPECT_EQ(first->authority, later->authority);
  EXPECT_GT(later->valid_until, kNow + 12 * kYear);
}

TEST(InstallationKeys, CanBeMadeAnewOnRequest) {
  const MarkFolder folder;
  const auto first = installation_keys(folder.path(), kNow);
  const auto renewed = renew_installation_keys(folder.path(), kNow);
  ASSERT_TRUE(first && renewed);
  EXPECT_NE(first->authority, renewed->authority);
  EXPECT_EQ(installation_keys(folder.path(), kNow)->authority, renewed->authority);
}

TEST(InstallationKeys, AClockFarOffIsSaid) {
  const MarkFolder folder;
  EXPECT_THAT(refusal(installation_keys(folder / "a", 0)), HasSubstr("clock says 1970-01-01"));
  EXPECT_THAT(refusal(installation_keys(folder / "a", 5'000'000'000)), HasSubstr("clock says 2128"));
  ASSERT_TRUE(installation_keys(folder / "a", kNow));
  EXPECT_THAT(refusal(installation_keys(folder / "a", kNow - 30 * kDay)), HasSubstr("set the clock"));
  EXPECT_THAT(refusal(installation_keys(folder / "a", kNow + 60 * kYear)), HasSubstr("set the clock"));
}

TEST(InstallationKeys, AKeyFileOpenToOthersIsRefused) {
  const MarkFolder folder;
  ASSERT_TRUE(installation_keys(folder.path(), kNow));
  ::chmod((folder / "signer.pem").c_str(), 0640);
  EXPECT_THAT(refusal(installation_keys(folder.path(), kNow)), HasSubstr("chmod 600"));
}

TEST(InstallationKeys, AnUnreadableKeyFileIsNamed) {
  const MarkFolder folder;
  std::filesystem::create_directory(folder / "signer.pem");
  EXPECT_THAT(refusal(installation_keys(folder.path(), kNow)), HasSubstr("signer.pem"));
  if (::geteuid() == 0) GTEST_SKIP() << "root reads every file";
  const MarkFolder other;
  ASSERT_TRUE(installation_keys(other.path(), kNow));
  ::chmod((other / "signer.pem").c_str(), 0);
  EXPECT_THAT(refusal(installation_keys(other.path(), kNow)), HasSubstr("Permission denied"));
}

TEST(InstallationKeys, DamagedFilesAreSaidAndNotReplaced) {
  for (const std::string content :
       {"", "rubbish", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"}) {
    const MarkFolder folder;
    ASSERT_TRUE(write_private_file(folder / "signer.pem", content));
    EXPECT_THAT(refusal(installation_keys(folder.path(), kNow)), HasSubstr("parlante keys --renew"));
    EXPECT_EQ(*read_private_file(folder / "signer.pem", true), content);
  }
}

TEST(InstallationKeys, AFolderThatCannotBeMadeIsNamed) {
  const MarkFolder folder;
  ASSERT_TRUE(write_private_file(folder / "file", ""));
  EXPECT_THAT(refusal(installation_keys(folder / "file/parlante", kNow)), HasSubstr("XDG_DATA_HOME"));
}

TEST(OwnKeys, ACertificateOfTheUsersIsAccepted) {
  const MarkFolder folder;
  const OwnFiles own(folder);
  const auto keys = keys_from_files(own.certificate, own.key_file, kNow);
  ASSERT_TRUE(keys) << keys.error().message;
  EXPECT_EQ(keys->name, "A studio");
  EXPECT_FALSE(keys->own_installation);
}

TEST(OwnKeys, AKeyOfAnotherCertificateIsRefused) {
  const MarkFolder folder;
  const OwnFiles own(folder);
  ASSERT_TRUE(write_private_file(folder / "other.key", to_pem(new_key().get())));
  EXPECT_THAT(refusal(keys_from_files(own.certificate, folder / "other.key", kNow)),
              HasSubstr("does not belong"));
}

TEST(OwnKeys, WhatCannotSignMediaIsRefused) {
  const MarkFolder folder;
  const OwnFiles own(folder);
  ASSERT_TRUE(write_private_file(folder / "ca.crt", to_pem(own.authority.get())));
  ASSERT_TRUE(write_private_file(folder / "ca.key", to_pem(own.authority_key.get())));
  EXPECT_THAT(refusal(keys_from_files(folder / "ca.crt", folder / "ca.key", kNow)),
              HasSubstr("may not sign media"));
  EXPECT_THAT(refusal(keys_from_files(own.key_file, own.key_file, kNow)), HasSubstr("no certificate"));
  EXPECT_THAT(refusal(keys_from_files(own.certificate, own.certificate, kNow)), HasSubstr("no private key"));
  EXPECT_THAT(refusal(keys_from_files(own.certificate, own.key_file, kNow + 2 * kYear)),
              HasSubstr("was valid until"));
  EXPECT_THAT(refusal(keys_from_files(own.certificate, own.key_file, kNow - 2 * kYear)),
              HasSubstr("is valid from"));
  EXPECT_THAT(refusal(keys_from_files(folder / "none.crt", own.key_file, kNow)), HasSubstr("none.crt"));
  ::chmod(own.key_file.c_str(), 0644);
  EXPECT_THAT(refusal(keys_from_files(own.certificate, own.key_file, kNow)),
              HasSubstr("open to other users"));
}

TEST(OwnKeys, ALockedKeyIsSaidAndNobodyIsAskedForAPassphrase) {
  const MarkFolder folder;
  const OwnFiles own(folder);
  ASSERT_TRUE(write_private_file(folder / "locked.key",
                                 "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIHsMFcGCSqGSIb3DQEFDTBK\n-----END "
                                 "ENCRYPTED PRIVATE KEY-----\n"));
  EXPECT_THAT(refusal(keys_from_files(own.certificate, folder / "locked.key", kNow)),
              HasSubstr("passphrase"));
}

}  // namespace
}  // namespace parlante::testing
