// Typed text read aloud, by espeak-ng or by any program.
#include "live/text_voice.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "server_fixture.hpp"

namespace parlante {
namespace {

using ::testing::HasSubstr;
using namespace parlante::testing;

const std::atomic<bool> kGoOn{false};

std::string bytes(std::initializer_list<int> values) {
  return {values.begin(), values.end()};
}

/// A mono WAV file of 16-bit silence, whose head says `said` bytes of it.
std::string wav_of(std::size_t count, std::uint32_t said) {
  const std::string size =
      bytes({int(said & 255), int(said >> 8 & 255), int(said >> 16 & 255), int(said >> 24)});
  return "RIFF" + bytes({-1, -1, -1, 127}) + "WAVEfmt " + bytes({16, 0, 0, 0, 1, 0, 1, 0, 0x22, 0x56, 0, 0}) +
         bytes({0x44, -84, 0, 0, 2, 0, 16, 0}) + "data" + size + std::string(count, '\0');
}

TEST(SpokenTexts, HaveWordsAndPerhapsALanguage) {
  EXPECT_EQ(parse_spoken_text(R"({"text":"Grüß dich"})")->text, "Grüß dich");
  EXPECT_EQ(parse_spoken_text(R"({"text":"Oi","language":"pt-BR"})")->language, "pt-br");
  EXPECT_EQ(parse_spoken_text(R"({"text":"Hi","language":null})")->language, "");
}

TEST(SpokenTexts, RefusesWhatIsNoTextOrCouldBeAnOption) {
  for (const char* wrong :
       {"", "x", "[]", "{}", R"({"text":5})", R"({"text":" \n"})", R"({"text":"a","language":5})",
        R"({"text":"a","language":""})", R"({"text":"a","language":"-v"})",
        R"({"text":"a","language":"en-"})", R"({"text":"a","language":"e"})",
        R"({"text":"a","language":"../en"})", R"({"text":"a","language":"en gb"})",
        R"({"text":"a","language":"en-abcdefghi"})", "{\"text\":\"\xff\"}"})
    EXPECT_FALSE(parse_spoken_text(wrong)) << wrong;
  EXPECT_TRUE(parse_spoken_text(R"({"text":")" + std::string(kMostSpokenText, 'a') + "\"}"));
  EXPECT_FALSE(parse_spoken_text(R"({"text":")" + std::string(kMostSpokenText + 1, 'a') + "\"}"));
}

TEST(WavFilesFromPipes, LearnTheirLength) {
  const std::string whole = whole_wav(wav_of(100, 0x7ffff000)).value();
  EXPECT_EQ(whole, "RIFF" + bytes({-120, 0, 0, 0}) + wav_of(100, 100).substr(8));
  EXPECT_EQ(whole_wav(wav_of(100, 40))->size(), 84U) << "what comes after the sound is left out";
}

TEST(WavFilesFromPipes, BrokenOnesAreRefused) {
  const std::string good = wav_of(10, 10);
  for (std::size_t size = 0; size <= 44; ++size) EXPECT_FALSE(whole_wav(good.substr(0, size))) << size;
  EXPECT_FALSE(whole_wav("RIFX" + good.substr(4)));
  EXPECT_FALSE(whole_wav("RIFF" + bytes({0, 0, 0, 0}) + "WAVE" + std::string(9, '\xff')));
}

TEST(TextVoices, AnyProgramMayReadAloud) {
  const auto folder = std::filesystem::temp_directory_path() / ("parlante-voice-" + std::to_string(getpid()));
  std::filesystem::create_directory(folder);
  std::ofstream(folder / "wav", std::ios::binary) << wav_of(100, 100);
  const auto voice =
      TextVoice::find("cat > '" + (folder / "heard").string() + "'; cat '" + (folder / "wav").string() + "'");
  EXPECT_TRUE(voice.there());
  EXPECT_EQ(voice.speak({"$(touch no); Grüß dich\n", "en"}, kGoOn).value().size(), 144U);
  EXPECT_EQ(file_contents(folder / "heard"), "$(touch no); Grüß dich\n") << "the text is only ever read";
  std::filesystem::remove_all(folder);
}

TEST(TextVoices, ProgramsThatFailAreSaid) {
  const auto sentence = [](const char* command) {
    const auto said = TextVoice::find(command).speak({"Hi", ""}, kGoOn);
    return said ? "" : said.error().message;
  };
  EXPECT_THAT(sentence("exit 3"), HasSubstr("failed"));
  EXPECT_THAT(sentence("no-such-program-here"), HasSubstr("failed"));
  EXPECT_THAT(sentence("echo hello"), HasSubstr("no sound"));
  EXPECT_THAT(sentence("none"), HasSubstr("no voice"));
  const std::atomic<bool> stop{true};
  EXPECT_EQ(TextVoice::find("sleep 20").speak({"Hi", ""}, stop).error().kind, ErrorKind::cancelled);
}

TEST(TextVoices, EspeakReadsAloudInTheNearestLanguageItHas) {
  const auto voice = TextVoice::find("");
  if (!voice.there()) GTEST_SKIP() << "espeak-ng is not installed.";
  EXPECT_TRUE(voice.minds_language());
  const auto german = voice.speak({"Guten Morgen, wie geht es?", "de-at"}, kGoOn);
  ASSERT_TRUE(german) << german.error().message;
  EXPECT_GT(german->size(), 22050U) << "a second and more of 22050 Hz, 16 bit";
  EXPECT_TRUE(voice.speak({"Hello", "zz-zz"}, kGoOn)) << "its own choice, where it has no such language";
}

TEST(TextVoices, TheServerReadsAloudOrSaysThatItCannot) {
  LiveServerOptions options = test_options();
  options.voice = "none";
  const auto mute = ready_server(options);
  ASSERT_TRUE(mute);
  EXPECT_EQ(ask(mute->port(), "GET", "/v1/options").json()["typed_text"], false);
  EXPECT_EQ(ask(mute->port(), "POST", "/v1/speech", R"({"text":"Hi"})").status, 501);
  if (!TextVoice::find("").there()) GTEST_SKIP() << "espeak-ng is not installed.";
  options.voice = "";
  const auto server = ready_server(options);
  ASSERT_TRUE(server);
  EXPECT_EQ(ask(server->port(), "GET", "/v1/options").json()["typed_text"], true);
  const HttpAnswer said = ask(server->port(), "POST", "/v1/speech", R"({"text":"Hello!","language":"en"})");
  EXPECT_EQ(said.status, 200) << said.body;
  EXPECT_EQ(said.headers.at("Content-Type"), "audio/wav");
  EXPECT_EQ(said.body.substr(0, 4), "RIFF");
  for (const char* wrong : {"", "{", R"({"text":""})", R"({"text":"a","language":"--help"})"})
    EXPECT_EQ(ask(server->port(), "POST", "/v1/speech", wrong).status, 422) << wrong;
  EXPECT_EQ(ask(server->port(), "POST", "/v1/speech", std::string(100'000, 'a')).status, 413);
}

}  // namespace
}  // namespace parlante
