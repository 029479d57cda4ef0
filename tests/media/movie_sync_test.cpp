// Sound and picture stay in step through encoder, file and decoder.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "media/media_files.hpp"
#include "media/movie_writer.hpp"
#include "media/video_reader.hpp"

namespace parlante {
namespace {

using testing::clicks;
using testing::loudest_near;
using testing::read_sound;
using testing::TemporaryFolder;

struct SyncCase {
  Rational rate;
  int audio_rate = 48000, audio_channels = 2;
};

constexpr int kFrames = 120;
constexpr int kFlashes[] = {0, 31, 77, 118};

bool is_flash(int frame) {
  return std::find(std::begin(kFlashes), std::end(kFlashes), frame) != std::end(kFlashes);
}

/// White flashes, and a click at the moment each is shown.
Result<> write_clapper(const std::string& file, const SyncCase& what, double sound_seconds) {
  MovieSettings settings;
  settings.width = 160;
  settings.height = 128;
  settings.rate = what.rate;
  settings.audio_rate = what.audio_rate;
  settings.audio_channels = what.audio_channels;
  auto movie = MovieWriter::open(file, settings);
  if (!movie) return pass_on(std::move(movie));
  std::vector<double> at;
  for (int flash : kFlashes) at.push_back(flash / what.rate.value());
  const auto sound = clicks(sound_seconds, what.audio_rate, what.audio_channels, at);
  std::size_t given = 0;
  const ImageU8 dark(160, 128, 3, 24), white(160, 128, 3, 235);
  for (int frame = 0; frame < kFrames; ++frame) {
    if (auto written = movie->write_frame(is_flash(frame) ? white : dark); !written) return written;
    const auto until =
        std::min(sound.size(),
                 static_cast<std::size_t>(std::llround((frame + 1) / what.rate.value() * what.audio_rate)) *
                     static_cast<std::size_t>(what.audio_channels));
    if (until > given)
      if (auto written = movie->write_audio(std::span(sound).subspan(given, until - given)); !written)
        return written;
    given = std::max(given, until);
  }
  if (auto written = movie->write_audio(std::span(sound).subspan(given)); !written) return written;
  return movie->finish();
}

void expect_in_step(const std::string& file, const SyncCase& what) {
  auto video = VideoReader::open(file);
  ASSERT_TRUE(video) << video.error().message;
  EXPECT_EQ(video->rate().num * what.rate.den, video->rate().den * what.rate.num);
  ImageU8 frame;
  int count = 0;
  for (; video->next(frame).value(); ++count) {
    EXPECT_NEAR(video->seconds(), count / what.rate.value(), 1e-4) << "frame " << count;
    EXPECT_NEAR(frame.at(80, 64)[1], is_flash(count) ? 235 : 24, 6) << "frame " << count;
  }
  EXPECT_EQ(count, kFrames);
  const auto sound = read_sound(file, 48000, 1);
  ASSERT_TRUE(sound) << sound.error().message;
  for (int flash : kFlashes) {
    const double at = flash / what.rate.value();
    EXPECT_NEAR(loudest_near(*sound, 48000, at), at, .001) << "flash in frame " << flash;
  }
  EXPECT_NEAR(static_cast<double>(sound->size()) / 48000, kFrames / what.rate.value(),
              1024.0 / what.audio_rate);
}

class MovieSync : public ::testing::TestWithParam<SyncCase> {};

TEST_P(MovieSync, ClicksAreHeardWithTheirFlashes) {
  const TemporaryFolder folder;
  const double seconds = kFrames / GetParam().rate.value();
  ASSERT_TRUE(write_clapper(folder / "clapper.mp4", GetParam(), seconds));
  expect_in_step(folder / "clapper.mp4", GetParam());
}

TEST_P(MovieSync, ShortSoundIsFilledUpWithSilence) {
  const TemporaryFolder folder;
  const double seconds = kFrames / GetParam().rate.value();
  ASSERT_TRUE(write_clapper(folder / "short.mp4", GetParam(), seconds - .5 / GetParam().rate.value()));
  expect_in_step(folder / "short.mp4", GetParam());
}

TEST_P(MovieSync, LongSoundEndsWithThePicture) {
  const TemporaryFolder folder;
  const double seconds = kFrames / GetParam().rate.value();
  ASSERT_TRUE(write_clapper(folder / "long.mp4", GetParam(), seconds + 7.3));
  expect_in_step(folder / "long.mp4", GetParam());
}

INSTANTIATE_TEST_SUITE_P(Rates, MovieSync,
                         ::testing::Values(SyncCase{{25, 1}}, SyncCase{{30, 1}}, SyncCase{{50, 1}},
                                           SyncCase{{60, 1}}, SyncCase{{30000, 1001}},
                                           SyncCase{{25, 1}, 44100, 1}, SyncCase{{25, 1}, 16000, 1}),
                         [](const auto& test) {
                           return std::to_string(test.param.rate.num) + "over" +
                                  std::to_string(test.param.rate.den) + "At" +
                                  std::to_string(test.param.audio_rate);
                         });

TEST(MovieSyncByOthers, TheFfmpegCommandFindsTheSameMoments) {
  if (std::system("ffmpeg -version >/dev/null 2>&1") != 0)
    GTEST_SKIP() << "the ffmpeg command is not installed";
  const TemporaryFolder folder;
  const SyncCase what{{30000, 1001}};
  ASSERT_TRUE(write_clapper(folder / "clapper.mp4", what, kFrames / what.rate.value()));
  const std::string decode = "ffmpeg -v error -y -i " + (folder / "clapper.mp4") +
                             " -ac 1 -ar 48000 -f f32le " + (folder / "sound.raw") +
                             " -fps_mode passthrough -pix_fmt gray -f rawvideo " + (folder / "picture.raw");
  ASSERT_EQ(std::system(decode.c_str()), 0);
  const auto bytes = testing::bytes_of(folder / "sound.raw");
  std::vector<float> sound(bytes.size() / 4);
  std::memcpy(sound.data(), bytes.data(), sound.size() * 4);
  for (int flash : kFlashes)
    EXPECT_NEAR(loudest_near(sound, 48000, flash / what.rate.value()), flash / what.rate.value(), .001);
  EXPECT_NEAR(static_cast<double>(sound.size()) / 48000, kFrames / what.rate.value(), 1024.0 / 48000);
  const auto pictures = testing::bytes_of(folder / "picture.raw");
  ASSERT_EQ(pictures.size(), std::size_t{kFrames} * 160 * 128);
  for (int frame = 0; frame < kFrames; ++frame)
    EXPECT_EQ(pictures[static_cast<std::size_t>(frame) * 160 * 128 + 64 * 160 + 80] > 128, is_flash(frame))
        << "frame " << frame;
}

TEST(MovieSyncOnStandardOutput, AFragmentedMovieIsInStepToo) {
  const TemporaryFolder folder;
  const SyncCase what{{25, 1}};
  const std::string file = folder / "piped.mp4";
  std::fflush(stdout);
  const int saved = dup(1);
  std::FILE* out = std::fopen(file.c_str(), "wb");
  dup2(fileno(out), 1);
  const auto written = write_clapper("-", what, kFrames / what.rate.value());
  dup2(saved, 1);
  close(saved);
  std::fclose(out);
  ASSERT_TRUE(written) << written.error().message;
  expect_in_step(file, what);
}

}  // namespace
}  // namespace parlante
