#include "media/audio_reader.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "media/media_files.hpp"
#include "media/movie_writer.hpp"

namespace parlante {
namespace {

using testing::clicks;
using ::testing::Each;
using testing::encode_sound;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::loudest;
using testing::loudest_near;
using testing::read_sound;
using testing::RecordingSink;
using ::testing::SizeIs;
using testing::TemporaryFolder;
using testing::tone;
using testing::write_wav;

class AnyRate : public ::testing::TestWithParam<int> {};

TEST_P(AnyRate, ClicksKeepTheirTimeAndLengthIsKept) {
  const TemporaryFolder folder;
  const int rate = GetParam();
  write_wav(folder / "clicks.wav", rate, 1, clicks(2.5, rate, 1, {.25, 1, 2.25}));
  RecordingSink sink;
  const auto sound = read_sound(folder / "clicks.wav", 16000, 1, sink);
  ASSERT_TRUE(sound) << sound.error().message;
  EXPECT_NEAR(static_cast<double>(sound->size()), 40000, 2);
  for (double at : {.25, 1., 2.25}) EXPECT_NEAR(loudest_near(*sound, 16000, at), at, .0001);
  EXPECT_THAT(sink.warnings, IsEmpty());
}
INSTANTIATE_TEST_SUITE_P(Rates, AnyRate,
                         ::testing::Values(8000, 11025, 16000, 22050, 32000, 44100, 48000, 96000, 192000));

struct CodecCase {
  const char* encoder;
  const char* ending;
  int rate;
  double length_tolerance_s;
};
class AnyCodec : public ::testing::TestWithParam<CodecCase> {};

TEST_P(AnyCodec, EncoderDelayIsRemoved) {
  const TemporaryFolder folder;
  const auto& c = GetParam();
  const std::string file = folder / (std::string("clicks.") + c.ending);
  if (!encode_sound(file, c.encoder, c.rate, 2, clicks(2.3, c.rate, 2, {.25, 1, 2})))
    GTEST_SKIP() << "this FFmpeg has no encoder " << c.encoder;
  RecordingSink sink;
  const auto sound = read_sound(file, 48000, 1, sink);
  ASSERT_TRUE(sound) << sound.error().message;
  for (double at : {.25, 1., 2.}) EXPECT_NEAR(loudest_near(*sound, 48000, at), at, .001) << c.encoder;
  EXPECT_NEAR(static_cast<double>(sound->size()) / 48000, 2.3, c.length_tolerance_s);
  EXPECT_THAT(sink.warnings, IsEmpty());
}
INSTANTIATE_TEST_SUITE_P(
    Codecs, AnyCodec,
    ::testing::Values(CodecCase{"libmp3lame", "mp3", 44100, .001}, CodecCase{"flac", "flac", 44100, .001},
                      CodecCase{"libopus", "ogg", 48000, .001}, CodecCase{"libopus", "opus", 48000, .001},
                      CodecCase{"libvorbis", "ogg", 44100, .03}, CodecCase{"aac", "m4a", 44100, .024},
                      CodecCase{"aac", "m4a", 16000, .065}, CodecCase{"alac", "m4a", 44100, .001},
                      CodecCase{"libopus", "mkv", 48000, .021}),
    [](const auto& test) {
      return std::string(test.param.encoder) + "_" + test.param.ending + std::to_string(test.param.rate);
    });

TEST(AudioReader, EightChannelsOf192KilohertzAreMixedDownAtTheSameLevel) {
  const TemporaryFolder folder;
  write_wav(folder / "eight.wav", 192000, 8, tone(1, 192000, 8, 440, .5f));
  const auto sound = read_sound(folder / "eight.wav");
  ASSERT_TRUE(sound) << sound.error().message;
  EXPECT_NEAR(static_cast<double>(sound->size()), 16000, 2);
  EXPECT_NEAR(loudest(std::vector(sound->begin() + 2000, sound->end() - 2000)), .5, .01);
}

TEST(AudioReader, AVoiceInOneOfEightUnnamedChannelsIsHeard) {
  const TemporaryFolder folder;
  for (std::size_t voice : {std::size_t{0}, std::size_t{3}, std::size_t{7}}) {
    const auto mono = tone(.5, 16000, 1, 300);
    std::vector<float> eight(mono.size() * 8, 0.f);
    for (std::size_t i = 0; i < mono.size(); ++i) eight[i * 8 + voice] = mono[i];
    write_wav(folder / "eight.wav", 16000, 8, eight);
    EXPECT_NEAR(loudest(read_sound(folder / "eight.wav").value()), .5 / 8, .002) << "channel " << voice;
  }
}

TEST(AudioReader, MonoAndStereoKeepTheirLevel) {
  const TemporaryFolder folder;
  write_wav(folder / "mono.wav", 16000, 1, tone(.5, 16000, 1, 300));
  write_wav(folder / "stereo.wav", 16000, 2, tone(.5, 16000, 2, 300));
  for (const char* name : {"mono.wav", "stereo.wav"})
    for (int channels : {1, 2})
      EXPECT_NEAR(loudest(read_sound(folder / name, 16000, channels).value()), .5, .001) << name << channels;
}

TEST(AudioReader, SamplesThatAreNoNumbersBecomeSilenceWithOneWarning) {
  const TemporaryFolder folder;
  auto samples = tone(1, 16000, 1, 300);
  samples[100] = std::numeric_limits<float>::quiet_NaN();
  samples[9000] = std::numeric_limits<float>::infinity();
  samples[9001] = -std::numeric_limits<float>::infinity();
  samples[12000] = 3e38f;
  write_wav(folder / "nan.wav", 16000, 1, samples);
  RecordingSink sink;
  const auto sound = read_sound(folder / "nan.wav", 16000, 1, sink);
  ASSERT_TRUE(sound);
  ASSERT_EQ(sound->size(), samples.size());
  for (std::size_t bad : {100u, 9000u, 9001u, 12000u}) EXPECT_EQ((*sound)[bad], 0.f);
  EXPECT_NEAR(loudest(*sound), .5, .001);
  EXPECT_THAT(sink.warnings, SizeIs(1));
  write_wav(folder / "nan48.wav", 48000, 1,
            std::vector<float>(48000, std::numeric_limits<float>::quiet_NaN()));
  EXPECT_EQ(loudest(read_sound(folder / "nan48.wav").value()), 0.f);
}

TEST(AudioReader, ATruncatedFileGivesWhatIsThereAndOneWarning) {
  const TemporaryFolder folder;
  write_wav(folder / "cut.wav", 16000, 1, tone(1, 16000, 1, 300), 16000 * 5);
  RecordingSink sink;
  const auto sound = read_sound(folder / "cut.wav", 16000, 1, sink);
  ASSERT_TRUE(sound) << sound.error().message;
  EXPECT_EQ(sound->size(), 16000u);
  ASSERT_THAT(sink.warnings, SizeIs(1));
  EXPECT_THAT(sink.warnings[0], HasSubstr("is damaged or incomplete: 1.00 s"));
}

TEST(AudioReader, ReadsStandardInput) {
  const TemporaryFolder folder;
  write_wav(folder / "in.wav", 16000, 1, clicks(1, 16000, 1, {.5}));
  const auto bytes = testing::bytes_of(folder / "in.wav");
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  fcntl(ends[1], F_SETPIPE_SZ, 1 << 20);
  ASSERT_EQ(::write(ends[1], bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
  close(ends[1]);
  const int saved = dup(0);
  dup2(ends[0], 0);
  const auto sound = read_sound("-");
  dup2(saved, 0);
  close(saved);
  close(ends[0]);
  ASSERT_TRUE(sound) << sound.error().message;
  EXPECT_EQ(sound->size(), 16000u);
  EXPECT_NEAR(loudest_near(*sound, 16000, .5), .5, .0001);
}

TEST(AudioReader, AnHourOfSoundKeepsMemoryFlat) {
  const TemporaryFolder folder;
  const std::string file = folder / "hour.wav";
  write_wav(file, 24000, 1, {}, 24000LL * 3600);
  std::filesystem::resize_file(file, 44 + 24000ULL * 3600 * 4);  // a hole in the file: takes no disk
  auto reader = AudioReader::open(file, 16000, 1);
  ASSERT_TRUE(reader) << reader.error().message;
  EXPECT_EQ(reader->claimed_length(), 16000 * 3600);
  std::vector<float> piece(16000);
  std::int64_t total = 0;
  double after_a_minute = 0;
  while (true) {
    const std::size_t got = reader->read(piece).value();
    if (got == 0) break;
    total += static_cast<std::int64_t>(got);
    if (total / 16000 == 60 && after_a_minute == 0) after_a_minute = testing::memory_mib();
  }
  EXPECT_EQ(total, 16000 * 3600);
  EXPECT_LT(testing::memory_mib() - after_a_minute, 4);
}

TEST(AudioReader, SaysWhatIsWrong) {
  const TemporaryFolder folder;
  const auto sentence = [&](const std::string& name) {
    const auto reader = AudioReader::open(folder / name, 16000, 1);
    EXPECT_FALSE(reader) << name;
    if (reader) return std::string();
    EXPECT_EQ(reader.error().kind, ErrorKind::bad_audio) << name;
    return reader.error().message;
  };
  const std::string text = "This is a text file.\nIt holds no sound at all, only a few words.\n";
  testing::write_bytes(folder / "text.wav", {text.begin(), text.end()});
  testing::write_bytes(folder / "nothing.wav", {});
  write_wav(folder / "empty.wav", 16000, 1, {});
  std::filesystem::create_directory(folder / "folder.wav");
  EXPECT_THAT(sentence("missing.wav"), HasSubstr("There is no file"));
  EXPECT_THAT(sentence("text.wav"), HasSubstr("is not a sound or video file"));
  EXPECT_THAT(sentence("nothing.wav"), HasSubstr("is empty"));
  EXPECT_THAT(sentence("empty.wav"), HasSubstr("no sound"));
  EXPECT_THAT(sentence("folder.wav"), HasSubstr("is a folder"));
  if (testing::encode_picture(folder / "silent.avi", "png", ImageU8(64, 64, 3, 90))) {
    EXPECT_THAT(sentence("silent.avi"), HasSubstr("is a video without sound"));
  }
}

TEST(AudioReader, OpensNoOtherFileThatAPlaylistNames) {
  const TemporaryFolder folder;
  write_wav(folder / "secret.wav", 16000, 1, tone(1, 16000, 1, 300));
  const std::string list =
      "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nsecret.wav\n#EXT-X-ENDLIST\n";
  testing::write_bytes(folder / "list.m3u8", {list.begin(), list.end()});
  testing::write_bytes(folder / "list.wav", {list.begin(), list.end()});
  EXPECT_FALSE(AudioReader::open(folder / "list.m3u8", 16000, 1));
  EXPECT_FALSE(AudioReader::open(folder / "list.wav", 16000, 1));
}

TEST(AudioReader, AFiftyMillisecondSoundIsReadWhole) {
  const TemporaryFolder folder;
  write_wav(folder / "short.wav", 44100, 2, tone(.05, 44100, 2, 300));
  const auto sound = read_sound(folder / "short.wav");
  ASSERT_TRUE(sound) << sound.error().message;
  EXPECT_NEAR(static_cast<double>(sound->size()), 800, 1);
}

TEST(AudioReader, TheSoundOfAVideoIsRead) {
  const TemporaryFolder folder;
  MovieSettings settings;
  settings.width = settings.height = 64;
  auto movie = MovieWriter::open(folder / "movie.mp4", settings);
  ASSERT_TRUE(movie);
  ASSERT_TRUE(movie->write_audio(clicks(2, 48000, 2, {1})));
  for (int i = 0; i < 50; ++i) ASSERT_TRUE(movie->write_frame(ImageU8(64, 64, 3, 90)));
  ASSERT_TRUE(movie->finish());
  const auto sound = read_sound(folder / "movie.mp4");
  ASSERT_TRUE(sound);
  EXPECT_NEAR(loudest_near(*sound, 16000, 1), 1, .001);
}

}  // namespace
}  // namespace parlante
