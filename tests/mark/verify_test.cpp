#include "mark/verify.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "mark/signed_files.hpp"

namespace parlante::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

VerifyReport verified(const std::filesystem::path& file, const std::string& anchors = {}) {
  const auto report = verify_file(file, {anchors, true});
  EXPECT_TRUE(report) << report.error().message;
  return report ? *report : VerifyReport{};
}

class Verify : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    shared = new MarkFolder;
    keys = new SigningKeys(keys_in(shared->path() / "keys"));
    write_film(*shared / "marked.mp4", 20, true);
    write_film(*shared / "plain.mp4", 20, false);
    write_marked_picture(*shared / "marked.png");
    for (const char* name : {"marked.mp4", "plain.mp4", "marked.png"}) {
      std::filesystem::copy_file(*shared / name, *shared / (std::string("signed-") + name));
      ASSERT_TRUE(sign_file(*shared / (std::string("signed-") + name), facts_of(), keys->signer));
    }
  }
  static void TearDownTestSuite() {
    delete keys;
    delete shared;
  }
  static MarkFolder* shared;
  static SigningKeys* keys;
};
MarkFolder* Verify::shared = nullptr;
SigningKeys* Verify::keys = nullptr;

TEST_F(Verify, SaysThatAWholeFileIsWhatItSays) {
  for (const char* name : {"signed-marked.mp4", "signed-marked.png"}) {
    const VerifyReport report = verified(*shared / name, keys->authority);
    EXPECT_EQ(report.manifest.state, ManifestState::trusted);
    EXPECT_TRUE(report.marked());
    EXPECT_EQ(report.binding, Binding::intact);
    EXPECT_EQ(report.mark.payload, kPayload);
    EXPECT_EQ(report.manifest.mark, kPayload);
    EXPECT_EQ(report.manifest.consent, "synthetic");
    EXPECT_THAT(report.verdict(), HasSubstr("Made by AI with parlante 0.1.0 on 2027-01-15"));
    EXPECT_THAT(report.verdict(), HasSubstr("agrees"));
  }
}

TEST_F(Verify, SaysThatTheSignerIsNotKnownToOthers) {
  const VerifyReport report = verified(*shared / "signed-marked.mp4");
  EXPECT_EQ(report.manifest.state, ManifestState::intact);
  EXPECT_THAT(report.verdict(), HasSubstr("not known here"));
}

TEST_F(Verify, FindsTheMarkWhereTheManifestWasRemoved) {
  for (const char* name : {"marked.mp4", "marked.png"}) {
    const VerifyReport report = verified(*shared / name);
    EXPECT_TRUE(report.marked());
    EXPECT_THAT(report.verdict(), HasSubstr("signed data was removed"));
  }
}

TEST_F(Verify, SaysThatNoMarkProvesNothing) {
  for (const auto& file : {*shared / "plain.mp4", portrait_file()}) {
    const VerifyReport report = verified(file, keys->authority);
    EXPECT_FALSE(report.marked());
    EXPECT_THAT(report.verdict(), HasSubstr("does not prove it is real"));
  }
}

TEST_F(Verify, AChangedFileIsMarkedOnlyByTheMarkInItsPicture) {
  for (const bool mark : {true, false}) {
    auto bytes = bytes_of(*shared / (mark ? "signed-marked.mp4" : "signed-plain.mp4"));
    bytes[bytes.size() - 400] ^= 1;
    write_bytes(*shared / "changed.mp4", bytes);
    const VerifyReport report = verified(*shared / "changed.mp4", keys->authority);
    EXPECT_EQ(report.manifest.state, ManifestState::changed);
    EXPECT_EQ(report.binding, Binding::broken);
    EXPECT_EQ(report.marked(), mark);
    EXPECT_THAT(report.verdict(), HasSubstr("changed after it was signed"));
    EXPECT_THAT(report.manifest.problems, ::testing::Contains("assertion.bmffHash.mismatch"));
  }
}

TEST_F(Verify, AManifestPutOntoAnotherFilmIsFound) {
  // the whole signed start of one film before the media of another
  auto film = bytes_of(*shared / "signed-plain.mp4");
  const auto other = bytes_of(*shared / "signed-marked.mp4");
  std::copy(other.end() - 5000, other.end(), film.end() - 5000);
  write_bytes(*shared / "mixed.mp4", film);
  EXPECT_EQ(verified(*shared / "mixed.mp4", keys->authority).manifest.state, ManifestState::changed);
}

TEST_F(Verify, ASignedFileWithoutTheMarkSaysSo) {
  const VerifyReport report = verified(*shared / "signed-plain.mp4", keys->authority);
  EXPECT_TRUE(report.marked());
  EXPECT_THAT(report.verdict(), HasSubstr("mark in the picture was not found"));
}

TEST_F(Verify, AManifestOfAnotherRenderSaysSo) {
  const auto file = *shared / "other.mp4";
  std::filesystem::copy_file(*shared / "marked.mp4", file);
  ManifestFacts facts = facts_of();
  facts.mark.render = 7;
  ASSERT_TRUE(sign_file(file, facts, keys->signer));
  EXPECT_THAT(verified(file, keys->authority).verdict(), HasSubstr("another render"));
}

TEST_F(Verify, ManifestsOfOthersAreReadAndTheirMakerIsNamed) {
  const auto painted = [&](const char* name, const std::string& source_type) {
    const std::string definition =
        R"({"claim_generator_info":[{"name":"Painter","version":"7"}],"assertions":[{"label":"c2pa.actions.v2","data":)"
        R"({"actions":[{"action":"c2pa.created","digitalSourceType":"http://cv.iptc.org/newscodes/digitalsourcetype/)" +
        source_type + R"("}]}}]})";
    const auto done = c2pa_sign(definition, {}, "image/png", portrait_file(), *shared / name, keys->signer);
    EXPECT_TRUE(done) << done.error().message;
    return verified(*shared / name, keys->authority);
  };
  const VerifyReport ai = painted("ai.png", "trainedAlgorithmicMedia"),
                     art = painted("art.png", "digitalArt");
  EXPECT_TRUE(ai.marked());
  EXPECT_THAT(ai.verdict(), HasSubstr("Made by AI, says its signed data, with Painter 7"));
  EXPECT_FALSE(art.marked());
  EXPECT_THAT(art.verdict(), HasSubstr("Signed data of Painter 7 that says nothing of AI, and no mark"));
}

TEST_F(Verify, IngredientsWithinIngredientsAreReadToTheLast) {
  constexpr int kDeep = 8;
  auto inner = *shared / "signed-marked.png";
  for (int level = 1; level <= kDeep; ++level) {
    const auto outer = *shared / ("deep" + std::to_string(level) + ".png");
    std::filesystem::copy_file(*shared / "marked.png", outer);
    const auto photo = used_file("photo", inner);
    ASSERT_TRUE(photo);
    const auto done = sign_file(outer, facts_of({*photo}), keys->signer);
    ASSERT_TRUE(done) << done.error().message;
    inner = outer;
  }
  const VerifyReport report = verified(inner, keys->authority);
  EXPECT_EQ(report.manifest.state, ManifestState::trusted);
  EXPECT_EQ(report.manifest.manifests, kDeep + 1);
  EXPECT_THAT(report.manifest.inputs, ::testing::ElementsAre("photo"));
  EXPECT_THAT(report.verdict(), HasSubstr("agrees"));
}

TEST_F(Verify, DamagedSignedDataIsSaid) {
  auto bytes = bytes_of(*shared / "signed-marked.mp4");
  const std::string label = "c2pa.assertions";
  const auto at = std::search(bytes.begin(), bytes.end(), label.begin(), label.end());
  ASSERT_NE(at, bytes.end());
  std::fill(at - 40, at + 300, std::uint8_t{0xff});
  write_bytes(*shared / "damaged.mp4", bytes);
  const VerifyReport report = verified(*shared / "damaged.mp4", keys->authority);
  EXPECT_THAT(report.manifest.state, ::testing::AnyOf(ManifestState::damaged, ManifestState::changed));
  EXPECT_TRUE(report.marked());
}

TEST_F(Verify, FilesThatCannotBeLookedAtAreErrors) {
  write_bytes(*shared / "text.txt", {'h', 'i'});
  write_bytes(*shared / "empty.mp4", {});
  for (const char* name : {"text.txt", "empty.mp4", "nowhere.mp4", "."})
    EXPECT_FALSE(verify_file(*shared / name, {})) << name;
  EXPECT_FALSE(verify_file(samples_folder() / "speech.flac", {}));
}

TEST_F(Verify, CutFilesAreNoTrouble) {
  for (const char* name : {"signed-marked.mp4", "signed-marked.png"}) {
    const auto bytes = bytes_of(*shared / name);
    for (int part = 1; part < 8; ++part) {
      write_bytes(*shared / "cut",
                  {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(
                                                      bytes.size() * static_cast<std::size_t>(part) / 8)});
      const auto report = verify_file(*shared / "cut", {keys->authority, false});
      if (report) {
        EXPECT_NE(report->manifest.state, ManifestState::trusted) << name << part;
      }
    }
  }
}

TEST_F(Verify, AMinuteOfVideoTakesLessThanThreeSeconds) {
  const auto film = *shared / "minute.mp4";
  write_film(film, 1500, true);
  ASSERT_TRUE(sign_file(film, facts_of(), keys->signer));
  const auto start = std::chrono::steady_clock::now();
  const VerifyReport report = verified(film, keys->authority);
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  EXPECT_TRUE(report.mark.marked);
  EXPECT_GE(report.frames, 6);
  EXPECT_LT(seconds, 3);
  RecordProperty("seconds", std::to_string(seconds));
}

TEST(ManifestReport, StrangersTextsAreMadeHarmless) {
  const ManifestReport report = read_manifest_report(
      R"({"active_manifest":"a","validation_state":"Valid","manifests":{"a":{"claim_generator_info":[{"name":"evil\u001b[2J\n","version":7}],)"
      R"("signature_info":{"common_name":")" +
      std::string(5000, 'x') +
      R"(","time":[]},"assertions":[{"label":"c2pa.actions","data":{"actions":"no"}},3,)"
      R"({"label":"c2pa.soft-binding","data":{"alg":"parlante.mark.1","blocks":[{"value":"zz"}]}}],"ingredients":{"x":1}}}})");
  EXPECT_EQ(report.state, ManifestState::intact);
  EXPECT_EQ(report.program, "evil[2J");
  EXPECT_EQ(report.signer.size(), 200U);
  EXPECT_FALSE(report.mark);
  for (const char* json :
       {"", "[]", "{", "{\"active_manifest\":3}", "{\"active_manifest\":\"a\",\"manifests\":[]}"})
    EXPECT_EQ(read_manifest_report(json).state, ManifestState::damaged);
}

TEST(ManifestReport, ATimeCountsAsConfirmedOnlyByATrustedService) {
  const auto report = [](const std::string& code) {
    return read_manifest_report(
        R"({"active_manifest":"a","validation_state":"Valid","manifests":{"a":{"signature_info":{"time":"2020-01-01T00:00:00Z"},)"
        R"("assertions":[{"label":"c2pa.actions.v2","data":{"actions":[{"action":"c2pa.created","when":"2027-01-15T08:00:00Z"}]}}]}},)"
        R"("validation_results":{"activeManifest":{"success":[{"code":")" +
        code + R"("}]}}})");
  };
  EXPECT_FALSE(report("timeStamp.validated").time_stamped);
  EXPECT_EQ(report("timeStamp.validated").made, "2027-01-15");
  EXPECT_TRUE(report("timeStamp.trusted").time_stamped);
  EXPECT_EQ(report("timeStamp.trusted").made, "2020-01-01");
}

TEST(Verdict, AiOfOthersIsReported) {
  VerifyReport report;
  report.manifest = read_manifest_report(
      R"({"active_manifest":"a","validation_state":"Trusted","manifests":{"a":{"claim_generator_info":[{"name":"Painter"}],"signature_info":{"common_name":"P. Inc"},)"
      R"("assertions":[{"label":"c2pa.actions.v2","data":{"actions":[{"action":"c2pa.created","when":"2026-01-02T00:00:00Z",)"
      R"("digitalSourceType":"http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"}]}}]}}})");
  EXPECT_TRUE(report.marked());
  EXPECT_THAT(report.verdict(), HasSubstr("Made by AI, says its signed data, with Painter on 2026-01-02"));
  report.manifest.says_ai = false;
  EXPECT_FALSE(report.marked());
  EXPECT_THAT(report.verdict(), HasSubstr("says nothing of AI"));
}

}  // namespace
}  // namespace parlante::testing
