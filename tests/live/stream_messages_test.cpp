// What clients of the WebSocket say, and what nonsense becomes of.
#include "live/stream_messages.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "core/random.hpp"
#include "live/job_options.hpp"

namespace parlante::testing {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

TEST(StreamConfig, AnEmptyObjectIsTheSampleAsJpeg) {
  const auto config = parse_stream_config("{}");
  ASSERT_TRUE(config);
  EXPECT_EQ(config->avatar, "sample");
  EXPECT_EQ(config->sample_rate, 16000);
  EXPECT_EQ(config->fps, 25);
  EXPECT_EQ(config->output, StreamOutput::jpeg);
}

TEST(StreamConfig, TakesWhatIsAsked) {
  const auto config = parse_stream_config(
      R"({"avatar":"abc","sample_rate":48000,"format":"pcm_f32le","fps":60,"size":256,"output":"none",
          "controls":{"gaze":"viewer","head_pose":[5,0,0],"emotion":{"happiness":0.5}},"token":"t","unknown":1,"longest_gap":60.5})");
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->format, SampleFormat::f32);
  EXPECT_EQ(config->output, StreamOutput::none);
  EXPECT_EQ(config->fps, 60);
  EXPECT_EQ(config->longest_gap_s, 60.5);
  const auto controls = parse_controls(config->controls);
  ASSERT_TRUE(controls);
  EXPECT_NEAR(controls->head_pose.x(), 5 * 3.14159265 / 180, 1e-5);
  EXPECT_FLOAT_EQ(controls->emotion[0], .5F);
}

TEST(StreamConfig, NonsenseIsRefusedWithASentence) {
  for (const char* text : {"",
                           "null",
                           "[]",
                           "1",
                           "{",
                           "{\"fps\":24}",
                           "{\"fps\":25.5}",
                           "{\"fps\":\"25\"}",
                           "{\"fps\":1e99}",
                           "{\"size\":513}",
                           "{\"size\":100000}",
                           "{\"sample_rate\":0}",
                           "{\"sample_rate\":-1}",
                           "{\"format\":\"mp3\"}",
                           "{\"output\":7}",
                           "{\"longest_gap\":-1}",
                           "{\"longest_gap\":1e9}",
                           "{\"longest_gap\":\"long\"}",
                           "{\"avatar\":{}}",
                           "{\"controls\":[]}",
                           "{\"controls\":{\"nose\":1}}",
                           "{\"controls\":{\"time\":3}}",
                           "{\"controls\":{\"distance\":\"far\"}}",
                           "\xff\xfe"}) {
    const auto config = parse_stream_config(text);
    EXPECT_FALSE(config) << text;
    if (!config) {
      EXPECT_THAT(config.error().message, HasSubstr(".")) << text;
    }
  }
  EXPECT_FALSE(parse_stream_config("{\"avatar\":\"" + std::string(100'000, 'a') + "\"}"));
  EXPECT_FALSE(parse_stream_config(std::string(60'000, '[')));
}

TEST(StreamCommand, ReadsTheFiveVerbs) {
  using Kind = StreamCommand::Kind;
  EXPECT_EQ(parse_stream_command(R"({"type":"speak_end"})")->kind, Kind::speak_end);
  EXPECT_EQ(parse_stream_command(R"({"type":"interrupt"})")->kind, Kind::interrupt);
  EXPECT_EQ(parse_stream_command(R"({"type":"clear"})")->kind, Kind::clear);
  EXPECT_EQ(parse_stream_command(R"({"type":"keep_alive"})")->kind, Kind::keep_alive);
  EXPECT_EQ(parse_stream_command(R"({"type":"controls","controls":{"still":true}})")->controls,
            R"({"still":true})");
  for (const char* text : {"{}", R"({"type":"dance"})", R"({"type":"controls"})", R"({"type":1})", "x"})
    EXPECT_FALSE(parse_stream_command(text)) << text;
}

TEST(Controls, ChangesAddUpAndNullTakesBack) {
  auto all = merge_controls("{}", R"({"distance":1.05,"still":true})");
  ASSERT_TRUE(all);
  all = merge_controls(*all, R"({"distance":null,"blinks":10})");
  ASSERT_TRUE(all);
  const auto controls = parse_controls(*all);
  ASSERT_TRUE(controls);
  EXPECT_FLOAT_EQ(controls->distance, 1);
  EXPECT_TRUE(controls->still);
  EXPECT_FLOAT_EQ(controls->blinks_per_minute, 10);
  EXPECT_FALSE(merge_controls(*all, R"({"nose":1})"));
}

TEST(PacketHead, IsLittleEndian) {
  const auto bytes = packed({PacketHead::audio, 0x01020304, 5, -2});
  EXPECT_EQ(bytes[0], 2);
  EXPECT_EQ(bytes[4], 4);
  EXPECT_EQ(bytes[7], 1);
  EXPECT_EQ(bytes[8], 5);
  EXPECT_EQ(bytes[16], 0xfe);
  EXPECT_EQ(bytes[23], 0xff);
}

TEST(JobOptions, BecomeArgumentsOfTheCommand) {
  const auto options = parse_job_options(
      R"({"fps":50,"size":"512","label":"always","head_pose":"5,0,0","still":true,"idle":null,"controls":{"blinks":5}})");
  ASSERT_TRUE(options) << options.error().message;
  EXPECT_THAT(options->arguments, Contains("--fps=50"));
  EXPECT_THAT(options->arguments, Contains("--head-pose=5,0,0"));
  EXPECT_THAT(options->arguments, Contains("--still"));
  EXPECT_THAT(options->controls, HasSubstr("\"time\":0"));
}

TEST(JobOptions, NameNoFilesAndNoOutput) {
  for (const char* text :
       {R"({"output":"/tmp/x"})", R"({"o":"x"})", R"({"codes":"/etc/passwd"})",
        R"({"pose-from":"/etc/passwd"})", R"({"background":"/etc/passwd"})", R"({"background":"#12345"})",
        R"({"sign-key":"x"})", R"({"models":"/"})", R"({"consent":"self"})", R"({"fps":[1]})",
        R"({"fps":""})", R"({"controls":"/etc/passwd"})", "[]", "x"})
    EXPECT_FALSE(parse_job_options(text)) << text;
}

TEST(Messages, ComeBackFromAnyBytes) {
  Random random(3);
  const std::string seed =
      R"({"type":"controls","avatar":"a","fps":25,"controls":{"gaze":"screen:.2,.5","emotion":{"anger":1}}})";
  for (int round = 0; round < 20'000; ++round) {
    std::string text = seed;
    for (int change = 0; change < 3; ++change)
      text[random.bits() % text.size()] = static_cast<char>(
          random.bits() % 2 ? "{}[]\",:0e-"[random.bits() % 10] : static_cast<char>(random.bits()));
    static_cast<void>(parse_stream_config(text));
    static_cast<void>(parse_stream_command(text));
    static_cast<void>(parse_job_options(text));
    static_cast<void>(merge_controls("{}", text));
  }
}

}  // namespace
}  // namespace parlante::testing
