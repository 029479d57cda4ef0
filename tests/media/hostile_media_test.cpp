// Damaged and made-up files: always a Result, never a crash. Worth most under the address sanitizer.
#include <gtest/gtest.h>

#include <array>
#include <cmath>

#include "core/random.hpp"
#include "media/audio_reader.hpp"
#include "media/media_files.hpp"
#include "media/movie_writer.hpp"
#include "media/picture.hpp"
#include "media/video_reader.hpp"

namespace parlante {
namespace {

using testing::TemporaryFolder;

/// Reads the file as sound, picture and video to the end; what they find does not matter, that they come back
/// does.
void read_as_anything(const std::string& file) {
  constexpr std::int64_t kMostSamples = 16000LL * 600;
  if (auto sound = AudioReader::open(file, 16000, 1)) {
    std::array<float, 4096> piece;
    std::int64_t total = 0;
    for (auto got = sound->read(piece); got && *got > 0 && total < kMostSamples; got = sound->read(piece)) {
      total += static_cast<std::int64_t>(*got);
      for (float sample : std::span(piece).first(*got)) ASSERT_TRUE(std::isfinite(sample));
    }
  } else {
    EXPECT_FALSE(sound.error().message.empty());
  }
  const auto picture = read_picture(file);
  EXPECT_TRUE(picture ? !picture->empty() : !picture.error().message.empty());
  if (auto video = VideoReader::open(file)) {
    ImageU8 frame;
    int frames = 0;
    for (auto more = video->next(frame); more && *more && frames < 200; more = video->next(frame)) ++frames;
  }
}

/// One small file of each kind.
std::vector<std::string> make_files(const TemporaryFolder& folder) {
  std::vector<std::string> files;
  const auto sound = testing::tone(.4, 48000, 2, 440);
  for (auto [encoder, name] : {std::pair{"libmp3lame", "a.mp3"},
                               {"flac", "a.flac"},
                               {"libopus", "a.ogg"},
                               {"aac", "a.m4a"},
                               {"aac", "a.mkv"}})
    if (testing::encode_sound(folder / name, encoder, 48000, 2, sound)) files.push_back(folder / name);
  testing::write_wav(folder / "a.wav", 48000, 2, sound);
  files.push_back(folder / "a.wav");
  ImageU8 picture(120, 90, 3);
  Random random(1);
  for (auto& value : picture.pixels) value = static_cast<std::uint8_t>(random.bits());
  testing::JpegForm form;
  form.orientation = 6;
  testing::write_jpeg(folder / "a.jpg", picture, form);
  form.progressive = true;
  testing::write_jpeg(folder / "p.jpg", picture, form);
  EXPECT_TRUE(write_png(picture, folder / "a.png"));
  for (const char* name : {"a.jpg", "p.jpg", "a.png"}) files.push_back(folder / name);
  for (auto [encoder, name] : {std::pair{"libwebp", "a.webp"}, {"bmp", "a.bmp"}, {"tiff", "a.tif"}})
    if (testing::encode_picture(folder / name, encoder, picture)) files.push_back(folder / name);
  MovieSettings settings;
  settings.width = 120, settings.height = 90;
  auto movie = MovieWriter::open(folder / "a.mp4", settings);
  EXPECT_TRUE(movie);
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(movie->write_frame(picture));
  EXPECT_TRUE(movie->write_audio(sound));
  EXPECT_TRUE(movie->finish());
  files.push_back(folder / "a.mp4");
  return files;
}

TEST(HostileMedia, WholeFilesAreFine) {
  const TemporaryFolder folder;
  for (const auto& file : make_files(folder)) read_as_anything(file);
}

TEST(HostileMedia, FilesCutAnywhere) {
  const TemporaryFolder folder;
  for (const auto& file : make_files(folder)) {
    const auto whole = testing::bytes_of(file);
    for (int part = 0; part < 24; ++part) {
      auto cut = whole;
      cut.resize(part < 12 ? static_cast<std::size_t>(part * part)
                           : whole.size() * static_cast<std::size_t>(part - 11) / 13);
      const std::string damaged = file + ".cut" + std::filesystem::path(file).extension().string();
      testing::write_bytes(damaged, cut);
      SCOPED_TRACE(damaged + " " + std::to_string(cut.size()));
      read_as_anything(damaged);
    }
  }
}

TEST(HostileMedia, FilesWithChangedBytes) {
  const TemporaryFolder folder;
  Random random(7);
  for (const auto& file : make_files(folder)) {
    const auto whole = testing::bytes_of(file);
    for (int round = 0; round < 24; ++round) {
      auto changed = whole;
      // Half of the changes hit the header, where they do most.
      for (int i = 0; i < 1 + round; ++i) {
        const double reach = i % 2 ? 1.0 : std::min(1.0, 200.0 / static_cast<double>(whole.size()));
        changed[static_cast<std::size_t>(random.uniform() * reach * static_cast<double>(whole.size()))] =
            static_cast<std::uint8_t>(random.bits());
      }
      const std::string damaged = file + ".changed" + std::filesystem::path(file).extension().string();
      testing::write_bytes(damaged, changed);
      SCOPED_TRACE(damaged + " round " + std::to_string(round));
      read_as_anything(damaged);
    }
  }
}

TEST(HostileMedia, RandomBytesUnderEveryName) {
  const TemporaryFolder folder;
  Random random(3);
  for (const char* ending :
       {"wav", "mp3", "flac", "ogg", "m4a", "mp4", "jpg", "png", "webp", "bmp", "tif", "txt", "m3u8"}) {
    for (std::size_t size : {std::size_t{1}, std::size_t{13}, std::size_t{4096}, std::size_t{100000}}) {
      std::vector<std::uint8_t> noise(size), zeros(size, 0);
      for (auto& value : noise) value = static_cast<std::uint8_t>(random.bits());
      const std::string file = folder / (std::string("noise.") + ending);
      testing::write_bytes(file, noise);
      read_as_anything(file);
      EXPECT_FALSE(read_picture(file)) << "noise is no picture";
      testing::write_bytes(file, zeros);
      read_as_anything(file);
      EXPECT_FALSE(AudioReader::open(file, 16000, 1)) << "zeros are no sound";
    }
  }
}

}  // namespace
}  // namespace parlante
