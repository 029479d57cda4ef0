// Whatever the command gives out says what it is, and anyone can check.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <nlohmann/json.hpp>

#include "cli/command.hpp"
#include "cli/environment.hpp"
#include "support/paths.hpp"
#include "support/remux.hpp"
#include "support/wav.hpp"

namespace parlante::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string portrait() {
  return (samples_folder() / "portrait.png").string();
}

nlohmann::json verified(const std::vector<std::string>& files, int exit) {
  std::vector<std::string> arguments{"verify", "--json", "--quick"};
  arguments.insert(arguments.end(), files.begin(), files.end());
  const Outcome outcome = run(arguments);
  EXPECT_EQ(outcome.exit, exit) << outcome.out << outcome.err;
  return nlohmann::json::parse(outcome.out, nullptr, false)["files"];
}

class Marks : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    shared = std::make_unique<Folder>();
    ASSERT_EQ(run({"avatar", portrait(), "-o", avatar()}).exit, 0);
    write_wav(*shared / "a.wav", buzz(.6, 16000), 16000, 1);
  }
  static void TearDownTestSuite() { shared.reset(); }
  static std::string avatar() { return *shared / "face.avatar"; }
  static Outcome render(const std::string& output, std::vector<std::string> more = {}) {
    std::vector<std::string> arguments{"render", avatar(),   *shared / "a.wav", "-o",
                                       output,   "--preset", "ultrafast"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run(arguments);
  }
  Folder folder;
  static std::unique_ptr<Folder> shared;
};
std::unique_ptr<Folder> Marks::shared;

TEST_F(Marks, EveryFormThatCanBeIsSignedAndEveryFormIsMarked) {
  ASSERT_EQ(render(folder / "film.mp4").exit, 0);
  ASSERT_EQ(render(folder / "film.mov").exit, 0);
  ASSERT_EQ(render((folder / "pictures").string() + "/", {"--fps", "5"}).exit, 0);
  ASSERT_EQ(run({"sheet", avatar(), "-o", folder / "sheet.png"}).exit, 0);
  for (const char* name :
       {"film.mp4", "film.mov", "pictures/frame00000.png", "pictures/frame00002.png", "sheet.png"}) {
    const auto report = verified({folder / name}, 0)[0];
    EXPECT_EQ(report["manifest"]["state"], "trusted") << report;
    EXPECT_EQ(report["manifest"]["fits_file"], true) << report;
    EXPECT_EQ(report["manifest"]["consent"], "synthetic") << report;
    EXPECT_EQ(report["mark"]["found"], true) << report;
    EXPECT_EQ(report["mark"]["render"], report["manifest"]["render"]) << report;
    EXPECT_THAT(report["verdict"].get<std::string>(), HasSubstr("agrees"));
  }
}

TEST_F(Marks, WebmAndPipesAreMarkedAndSayThatTheyAreNotSigned) {
  const Outcome webm = render(folder / "film.webm");
  ASSERT_EQ(webm.exit, 0) << webm.err;
  EXPECT_THAT(webm.err, HasSubstr("cannot carry signed data"));
  const Outcome piped = render("-");
  ASSERT_EQ(piped.exit, 0) << piped.err;
  EXPECT_THAT(piped.err, HasSubstr("cannot carry signed data"));
  std::ofstream(folder / "piped.mp4", std::ios::binary) << piped.out;
  for (const char* name : {"film.webm", "piped.mp4"}) {
    const auto report = verified({folder / name}, 0)[0];
    EXPECT_EQ(report["manifest"]["state"], "none") << report;
    EXPECT_EQ(report["mark"]["found"], true) << report;
  }
}

TEST_F(Marks, AFilmWhoseSignedDataWasRemovedIsStillKnown) {
  ASSERT_EQ(render(folder / "film.mp4").exit, 0);
  remux(folder / "film.mp4", folder / "bare.mp4");
  const Outcome known = run({"verify", "--quick", folder / "bare.mp4"});
  EXPECT_EQ(known.exit, 0) << known.out;
  EXPECT_THAT(known.out, HasSubstr("Marked as made by AI with parlante, but its signed data was removed."));
}

TEST_F(Marks, EveryFormSaysInWordsWhatItIsForScreenReadersAndSites) {
  const std::string words = "A face that was animated by artificial intelligence. Made with parlante.",
                    source = "compositeWithTrainedAlgorithmicMedia";
  for (const char* name : {"film.mp4", "film.mov", "film.webm"}) {
    ASSERT_EQ(render(folder / name).exit, 0);
    EXPECT_EQ(film_tag(folder / name, "comment"), words) << name;
    EXPECT_THAT(contents(folder / name), HasSubstr(source)) << name;
  }
  EXPECT_THAT(film_tag(folder / "film.webm", "DIGITAL_SOURCE_TYPE"), HasSubstr(source));
  const Outcome piped = render("-");
  std::ofstream(folder / "piped.mp4", std::ios::binary) << piped.out;
  EXPECT_EQ(film_tag(folder / "piped.mp4", "comment"), words);
  ASSERT_EQ(run({"sheet", avatar(), "-o", folder / "sheet.png", "--tile", "64"}).exit, 0);
  EXPECT_THAT(contents(folder / "sheet.png"), HasSubstr(words));
  EXPECT_THAT(contents(folder / "sheet.png"), HasSubstr(source));
}

TEST_F(Marks, WhatAPhotoCarriedSignedIsKeptInFilmsOfItsAvatar) {
  // A frame of ours is a signed photo, too.
  const auto photo = folder / "photo.png";
  ASSERT_EQ(render((folder / "pictures").string() + "/", {"--fps", "5", "--label", "off"}).exit, 0);
  fs::copy_file(folder / "pictures/frame00000.png", photo);
  ASSERT_EQ(run({"avatar", photo, "-o", folder / "of-photo.avatar"}).exit, 0);
  ASSERT_EQ(run({"sheet", folder / "of-photo.avatar", "-o", folder / "sheet.png", "--tile", "64"}).exit, 0);
  ASSERT_EQ(run({"sheet", avatar(), "-o", folder / "plain.png", "--tile", "64"}).exit, 0);
  const auto with = verified({folder / "sheet.png"}, 0)[0], without = verified({folder / "plain.png"}, 0)[0];
  EXPECT_EQ(with["manifest"]["state"], "trusted") << with;
  EXPECT_EQ(without["manifest"]["manifests"], 1) << without;
  EXPECT_EQ(with["manifest"]["manifests"], 2) << "its own, and the photo's: " << with;
  EXPECT_EQ(with["manifest"]["inputs"], nlohmann::json({"avatar", "photo"})) << with;
}

TEST_F(Marks, NothingIsMadeBeforeSomebodySaysWhoseFaceItIs) {
  const Environment silent("PARLANTE_CONSENT", ""), home("XDG_DATA_HOME", folder / "home");
  const auto output = folder / "film.mp4";
  const auto arguments = [&](std::vector<std::string> more) {
    std::vector<std::string> all{"render",   portrait(),  *shared / "a.wav", "-o", output,
                                 "--preset", "ultrafast", "--size",          "256"};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  };
  const Outcome refused = run(arguments({}));
  EXPECT_EQ(refused.exit, 2);
  EXPECT_THAT(refused.err, HasSubstr("--consent"));
  EXPECT_FALSE(fs::exists(output));
  EXPECT_EQ(run(arguments({"--consent", "maybe"})).exit, 2);
  EXPECT_EQ(run({"sheet", portrait(), "-o", folder / "sheet.png"}).exit, 2);
  EXPECT_EQ(run(arguments({"--consent", "synthetic"})).exit, 0);
  EXPECT_EQ(run(arguments({})).exit, 0) << "it is remembered";
  // an avatar of a portrait that was spoken for needs no second answer
  ASSERT_EQ(run({"avatar", portrait(), "-o", folder / "face.avatar"}).exit, 0);
  EXPECT_EQ(run({"sheet", folder / "face.avatar", "-o", folder / "sheet.png"}).exit, 0);
}

TEST_F(Marks, VerifySaysWhatItFindsInFilesOfOthers) {
  std::ofstream(folder / "text.txt") << "hello\n";
  EXPECT_EQ(run({"verify", "--quick", portrait()}).exit, 10);
  EXPECT_THAT(run({"verify", "--quick", portrait()}).out, HasSubstr("does not prove it is real"));
  const Outcome text = run({"verify", folder / "text.txt"});
  EXPECT_EQ(text.exit, 1);
  EXPECT_THAT(text.err, HasSubstr("text.txt"));
  ASSERT_EQ(run({"sheet", avatar(), "-o", folder / "sheet.png", "--tile", "256"}).exit, 0);
  EXPECT_EQ(verified({folder / "sheet.png", portrait()}, 10).size(), 2U);
  EXPECT_EQ(verified({folder / "sheet.png", portrait(), folder / "text.txt"}, 1).size(), 3U);
  EXPECT_EQ(run({"verify"}).exit, 2);
  EXPECT_EQ(run({"verify", portrait(), "--trust", folder / "text.txt"}).exit, 1);
}

TEST_F(Marks, OthersTrustWhatIsSignedHereByTheCaThatKeysExports) {
  ASSERT_EQ(run({"sheet", avatar(), "-o", folder / "sheet.png", "--tile", "256"}).exit, 0);
  ASSERT_EQ(run({"keys", "--export", folder / "ca.pem"}).exit, 0);
  EXPECT_THAT(contents(folder / "ca.pem"), Not(HasSubstr("PRIVATE")));
  const Environment elsewhere("XDG_DATA_HOME", folder / "elsewhere");
  EXPECT_EQ(verified({folder / "sheet.png"}, 0)[0]["manifest"]["state"], "intact");
  EXPECT_FALSE(fs::exists(folder / "elsewhere")) << "looking makes no keys";
  const Outcome trusted = run({"verify", "--json", folder / "sheet.png", "--trust", folder / "ca.pem"});
  EXPECT_THAT(trusted.out, HasSubstr("\"trusted\""));
}

TEST_F(Marks, KeysThatCannotBeUsedStopTheWorkBeforeItBegins) {
  const auto output = folder / "film.mp4";
  {
    const Environment home("XDG_DATA_HOME", folder / "home");
    ASSERT_EQ(run({"keys"}).exit, 0);
    chmod((folder / "home/parlante/signer.pem").c_str(), 0644);
    const Outcome open = render(output);
    EXPECT_EQ(open.exit, 1);
    EXPECT_THAT(open.err, HasSubstr("chmod 600"));
    ASSERT_EQ(run({"keys", "--renew"}).exit, 0);
    EXPECT_THAT(run({"keys"}).out, HasSubstr("signer"));
  }
  EXPECT_EQ(render(output, {"--sign-cert", folder / "none.pem"}).exit, 2);
  const Outcome missing =
      render(output, {"--sign-cert", folder / "none.pem", "--sign-key", folder / "none.key"});
  EXPECT_EQ(missing.exit, 1);
  EXPECT_THAT(missing.err, HasSubstr("none.pem"));
  EXPECT_FALSE(fs::exists(output));
}

TEST_F(Marks, AnotherReaderOfC2paAgrees) {
  const char* cache = getenv("PARLANTE_CACHE");
  const fs::path home = getenv("HOME") ? getenv("HOME") : "/";
  const fs::path package = (cache ? fs::path(cache) : home / ".cache/parlante") / "deps/c2pa-wasm/package";
  if (!fs::exists(package / "pkg/c2pa.js"))
    GTEST_SKIP() << "no c2pa-wasm here: tools/c2pa_check/fetch brings it";
  if (std::system("node --version >/dev/null 2>&1") != 0) GTEST_SKIP() << "no Node here";
  ASSERT_EQ(render(folder / "film.mp4").exit, 0);
  ASSERT_EQ(render(folder / "film.mov").exit, 0);
  ASSERT_EQ(run({"sheet", avatar(), "-o", folder / "sheet.png", "--tile", "256"}).exit, 0);
  ASSERT_EQ(render((folder / "pictures").string() + "/", {"--fps", "5"}).exit, 0);
  ASSERT_EQ(run({"keys", "--export", folder / "ca.pem"}).exit, 0);
  const auto check = [&](const std::string& name, const std::string& type, const std::string& anchors) {
    const std::string command = "node '" + std::string(PARLANTE_SOURCE_DIR) +
                                "/tools/c2pa_check/check.mjs' '" + package.string() + "' '" +
                                (folder / name).string() + "' " + type + " " + anchors + " >'" +
                                (folder / "said").string() + "'";
    EXPECT_EQ(std::system(command.c_str()), 0) << command;
    return nlohmann::json::parse(contents(folder / "said"), nullptr, false)["state"];
  };
  for (const auto& [name, type] :
       {std::pair("film.mp4", "video/mp4"), std::pair("film.mov", "video/quicktime"),
        std::pair("sheet.png", "image/png"), std::pair("pictures/frame00001.png", "image/png")}) {
    EXPECT_EQ(check(name, type, folder / "ca.pem"), "Trusted") << name;
    EXPECT_EQ(check(name, type, ""), "Valid") << name;
  }
  std::string changed = contents(folder / "film.mp4");
  changed[changed.size() - 300] = static_cast<char>(changed[changed.size() - 300] ^ 1);
  std::ofstream(folder / "changed.mp4", std::ios::binary) << changed;
  EXPECT_EQ(check("changed.mp4", "video/mp4", folder / "ca.pem"), "Invalid");
}

}  // namespace
}  // namespace parlante::testing
