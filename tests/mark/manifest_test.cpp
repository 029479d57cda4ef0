#include "mark/manifest.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "mark/box_reader.hpp"
#include "mark/file_hash.hpp"
#include "mark/signed_files.hpp"
#include "media/audio_reader.hpp"
#include "media/video_reader.hpp"

namespace parlante::testing {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

/// The manifest of a file as the library reads it, trusted by `anchors`.
json manifests_of(const std::filesystem::path& file, const std::string& type, const std::string& anchors) {
  const auto text = c2pa_read(file, type, anchors);
  EXPECT_TRUE(text) << text.error().message;
  return text && *text ? json::parse(**text) : json();
}

CredentialBoxes boxes_of(const std::filesystem::path& file) {
  const auto found = find_credentials(*FileSource::open(file));
  EXPECT_TRUE(found) << found.error().message;
  return found ? *found : CredentialBoxes{};
}

json assertion(const json& manifest, const std::string& label) {
  for (const json& one : manifest["assertions"])
    if (one["label"] == label) return one["data"];
  return {};
}

class SignedFiles : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    shared = new MarkFolder;
    keys = new SigningKeys(keys_in(shared->path() / "keys"));
    write_film(film(), 30, true);
    write_marked_picture(picture());
    std::filesystem::copy_file(film(), *shared / "plain.mp4");
    const auto used = used_file("photo", portrait_file());
    const auto speech = used_file("speech", samples_folder() / "speech.flac");
    ASSERT_TRUE(used && speech);
    for (const auto& file : {film(), picture()}) {
      const auto done = sign_file(file, facts_of({*used, *speech}), keys->signer);
      ASSERT_TRUE(done) << done.error().message;
    }
  }
  static void TearDownTestSuite() {
    delete keys;
    delete shared;
  }
  static std::filesystem::path film() { return *shared / "film.mp4"; }
  static std::filesystem::path picture() { return *shared / "picture.png"; }
  static MarkFolder* shared;
  static SigningKeys* keys;
};
MarkFolder* SignedFiles::shared = nullptr;
SigningKeys* SignedFiles::keys = nullptr;

TEST_F(SignedFiles, AreTrustedByWhoeverTrustsTheCa) {
  for (const auto& [file, type] : {std::pair(film(), "video/mp4"), std::pair(picture(), "image/png")}) {
    EXPECT_EQ(manifests_of(file, type, keys->authority)["validation_state"], "Trusted") << file;
    const json unknown = manifests_of(file, type, keys_in(*shared / "others").authority);
    EXPECT_EQ(unknown["validation_state"], "Valid") << file;
    EXPECT_THAT(unknown.dump(), HasSubstr("signingCredential.untrusted"));
  }
}

TEST_F(SignedFiles, SayWhatTheyAre) {
  const json store = manifests_of(film(), "video/mp4", keys->authority);
  const json manifest = store["manifests"][store["active_manifest"].get<std::string>()];
  EXPECT_EQ(manifest["claim_generator_info"][0]["name"], "parlante");
  EXPECT_EQ(manifest["claim_generator_info"][0]["version"], "0.1.0");
  const json actions = assertion(manifest, "c2pa.actions.v2")["actions"];
  EXPECT_EQ(actions[0]["action"], "c2pa.created");
  EXPECT_EQ(actions[0]["digitalSourceType"], kMadeWithAi);
  EXPECT_EQ(actions[0]["when"], "2027-01-15T08:00:00Z");
  EXPECT_EQ(actions[1]["action"], "c2pa.watermarked.bound");
  const json binding = assertion(manifest, "c2pa.soft-binding");
  EXPECT_EQ(binding["alg"], kMarkAlgorithm);
  EXPECT_EQ(binding["blocks"][0]["value"], "01c0ffee");
  const json production = assertion(manifest, kProductionLabel);
  EXPECT_EQ(production["consent"]["category"], "synthetic");
  EXPECT_EQ(production["inputs"][0]["sha256"], *file_sha256(portrait_file()));
  EXPECT_EQ(manifest["ingredients"].size(), 2U);
}

TEST_F(SignedFiles, NameNoFilesAndNobody) {
  EXPECT_THAT(manifests_of(film(), "video/mp4", keys->authority).dump(),
              ::testing::Not(HasSubstr("portrait.png")));
}

TEST_F(SignedFiles, HoldTheSameFilmAsBefore) {
  auto before = VideoReader::open((*shared / "plain.mp4").string());
  auto after = VideoReader::open(film().string());
  ASSERT_TRUE(before && after);
  ImageU8 a, b;
  int frames = 0;
  while (*before->next(a)) {
    ASSERT_TRUE(*after->next(b));
    EXPECT_EQ(a.pixels, b.pixels);
    EXPECT_EQ(before->seconds(), after->seconds()) << "sound and picture stay in step";
    ++frames;
  }
  EXPECT_FALSE(*after->next(b));
  EXPECT_EQ(frames, 30);
  auto sound = AudioReader::open(film().string(), 48000, 2);
  ASSERT_TRUE(sound);
  std::vector<float> samples(200000);
  EXPECT_NEAR(static_cast<double>(*sound->read(samples)), 30 * 1920, 1100);
}

TEST_F(SignedFiles, OurOwnReaderFindsTheManifestAndItsHashHolds) {
  for (const auto& file : {film(), picture()}) {
    const CredentialBoxes found = boxes_of(file);
    EXPECT_TRUE(found.found) << file;
    EXPECT_EQ(found.manifests, 1) << file;
    EXPECT_EQ(found.binding, Binding::intact) << file;
  }
  EXPECT_FALSE(boxes_of(*shared / "plain.mp4").found);
  EXPECT_FALSE(boxes_of(portrait_file()).found);
}

TEST_F(SignedFiles, AChangedByteAnywhereInTheMediaIsFound) {
  for (const auto& [file, type] : {std::pair(film(), "video/mp4"), std::pair(picture(), "image/png")}) {
    const CredentialBoxes boxes = boxes_of(file);
    const auto bytes = bytes_of(file);
    const std::size_t store_end = boxes.offset + boxes.size + 64;
    for (int place = 1; place <= 12; ++place) {
      const std::size_t at =
          store_end + (bytes.size() - store_end - 100) * static_cast<std::size_t>(place) / 13;
      auto changed = bytes;
      changed[at] ^= 1;
      const auto name = *shared / "changed";
      write_bytes(name, changed);
      const auto own = find_credentials(*FileSource::open(name));
      EXPECT_TRUE(!own || own->binding == Binding::broken) << file << " byte " << at;
      const auto library = c2pa_read(name, type, keys->authority);
      EXPECT_TRUE(!library || json::parse(**library)["validation_state"] == "Invalid")
          << file << " byte " << at;
    }
  }
}

TEST_F(SignedFiles, AChangedWordInTheManifestIsFound) {
  auto bytes = bytes_of(film());
  const std::string word = "synthetic";
  const auto at = std::search(bytes.begin(), bytes.end(), word.begin(), word.end());
  ASSERT_NE(at, bytes.end());
  *at = 'S';
  write_bytes(*shared / "changed", bytes);
  const auto library = c2pa_read(*shared / "changed", "video/mp4", keys->authority);
  EXPECT_TRUE(!library || json::parse(**library)["validation_state"] == "Invalid");
}

TEST_F(SignedFiles, TheManifestsOfWhatWentInAreKept) {
  const auto photo = used_file("photo", picture());  // itself signed
  const auto file = *shared / "second.mp4";
  std::filesystem::copy_file(*shared / "plain.mp4", file);
  ASSERT_TRUE(photo);
  ASSERT_TRUE(sign_file(file, facts_of({*photo}), keys->signer));
  EXPECT_EQ(boxes_of(file).manifests, 2);
  const json store = manifests_of(file, "video/mp4", keys->authority);
  EXPECT_EQ(store["manifests"].size(), 2U);
  EXPECT_EQ(store["validation_state"], "Trusted");
  EXPECT_TRUE(store["manifests"][store["active_manifest"].get<std::string>()]["ingredients"][0].contains(
      "active_manifest"));
}

TEST_F(SignedFiles, InputsThatCarryNothingReadableAreNamedAllTheSame) {
  const auto odd = *shared / "odd.png";
  auto cut = bytes_of(picture());
  cut.resize(cut.size() / 3);
  write_bytes(odd, cut);
  write_bytes(*shared / "speech.ogg", {'O', 'g', 'g', 'S', 0, 0, 0, 0});
  const auto file = *shared / "named.mp4";
  std::filesystem::copy_file(*shared / "plain.mp4", file);
  const auto done = sign_file(
      file,
      facts_of(
          {*used_file("photo", odd), *used_file("speech", *shared / "speech.ogg"), {"face codes", {}, {}}}),
      keys->signer);
  ASSERT_TRUE(done) << done.error().message;
  const json store = manifests_of(file, "video/mp4", keys->authority);
  EXPECT_EQ(store["validation_state"], "Trusted");
  EXPECT_EQ(store["manifests"][store["active_manifest"].get<std::string>()]["ingredients"].size(), 3U);
}

TEST_F(SignedFiles, SigningAgainLeavesOneValidManifestOnTop) {
  const auto file = *shared / "twice.mp4";
  std::filesystem::copy_file(film(), file);
  const auto done = sign_file(file, facts_of(), keys->signer);
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(manifests_of(file, "video/mp4", keys->authority)["validation_state"], "Trusted");
  EXPECT_EQ(boxes_of(file).binding, Binding::intact);
}

TEST_F(SignedFiles, WhatCannotBeSignedIsSaidAndLeftAsItWas) {
  const auto text = *shared / "text.mp4";
  write_bytes(text, {'h', 'e', 'l', 'l', 'o'});
  const auto refused = sign_file(text, facts_of(), keys->signer);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("cannot carry"));
  EXPECT_EQ(bytes_of(text).size(), 5U);
  C2paSigner wrong = keys->signer;
  wrong.private_key = keys_in(*shared / "others").signer.private_key;
  const auto file = *shared / "wrong.mp4";
  std::filesystem::copy_file(*shared / "plain.mp4", file);
  const auto before = bytes_of(file);
  const auto wrongly = sign_file(file, facts_of(), wrong);
  EXPECT_FALSE(wrongly);
  EXPECT_EQ(bytes_of(file), before);
  EXPECT_FALSE(std::filesystem::exists(file.string() + ".signed"));
}

}  // namespace
}  // namespace parlante::testing
