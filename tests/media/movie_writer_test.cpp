#include "media/movie_writer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>

#include "media/media_files.hpp"
#include "media/video_reader.hpp"

namespace parlante {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::read_sound;
using ::testing::SizeIs;
using testing::TemporaryFolder;
using testing::tone;

MovieSettings small() {
  MovieSettings settings;
  settings.width = settings.height = 64;
  return settings;
}

std::vector<std::string> names_in(const TemporaryFolder& folder) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path()))
    names.push_back(entry.path().filename().string());
  return names;
}

Result<> write_frames(MovieWriter& movie, int count, int width = 64, int height = 64) {
  const ImageU8 frame(width, height, 3, 100);
  for (int i = 0; i < count; ++i)
    if (auto written = movie.write_frame(frame); !written) return written;
  return {};
}

TEST(MovieWriter, TheFileAppearsOnlyWhenFinished) {
  const TemporaryFolder folder;
  auto movie = MovieWriter::open(folder / "a.mp4", small());
  ASSERT_TRUE(movie) << movie.error().message;
  ASSERT_TRUE(write_frames(*movie, 10));
  const auto before = names_in(folder);
  ASSERT_THAT(before, SizeIs(1));
  EXPECT_THAT(before[0], ::testing::MatchesRegex("\\.a\\.mp4\\.[a-z0-9]+\\.part"));
  ASSERT_TRUE(movie->finish());
  EXPECT_THAT(names_in(folder), ::testing::ElementsAre("a.mp4"));
  EXPECT_FALSE(movie->write_frame(ImageU8(64, 64, 3))) << "finished movies take no more";
  EXPECT_THAT(names_in(folder), ::testing::ElementsAre("a.mp4"));
}

TEST(MovieWriter, NothingStaysWhenTheWorkIsGivenUp) {
  const TemporaryFolder folder;
  testing::write_bytes(folder / "old.mp4", {1, 2, 3});
  {
    auto movie = MovieWriter::open(folder / "old.mp4", small());
    ASSERT_TRUE(movie);
    ASSERT_TRUE(write_frames(*movie, 100));
  }
  EXPECT_THAT(names_in(folder), ::testing::ElementsAre("old.mp4"));
  EXPECT_THAT(testing::bytes_of(folder / "old.mp4"), SizeIs(3)) << "the old movie is untouched";
  {
    auto empty = MovieWriter::open(folder / "empty.mp4", small());
    ASSERT_TRUE(empty);
    EXPECT_FALSE(empty->finish());
  }
  EXPECT_THAT(names_in(folder), ::testing::ElementsAre("old.mp4"));
}

TEST(MovieWriter, TheIndexIsInFront) {
  const TemporaryFolder folder;
  auto movie = MovieWriter::open(folder / "a.mp4", small());
  ASSERT_TRUE(write_frames(*movie, 10));
  ASSERT_TRUE(movie->finish());
  const auto bytes = testing::bytes_of(folder / "a.mp4");
  const std::string text(bytes.begin(), bytes.end());
  EXPECT_LT(text.find("moov"), text.find("mdat"));
}

TEST(MovieWriter, PlanesMadeElsewhereKeepTheirColour) {
  const TemporaryFolder folder;
  auto movie = MovieWriter::open(folder / "a.mp4", small());
  ASSERT_TRUE(movie);
  // Pure red in BT.709 limited range (ITU-R BT.709, 8 bit): Y 63, Cb 102, Cr 240.
  const std::vector<std::uint8_t> y(64 * 64, 63), u(32 * 32, 102), v(32 * 32, 240);
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(movie->write_frame_yuv420(y, u, v));
  ImageU8 red(64, 64, 3, 0);
  for (std::size_t i = 0; i < red.pixels.size(); i += 3) red.pixels[i] = 255;
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(movie->write_frame(red));
  ASSERT_TRUE(movie->finish());
  auto video = VideoReader::open(folder / "a.mp4");
  ASSERT_TRUE(video);
  ImageU8 frame;
  while (video->next(frame).value()) {
    EXPECT_NEAR(frame.at(32, 32)[0], 255, 3);
    EXPECT_NEAR(frame.at(32, 32)[1], 0, 4);
    EXPECT_NEAR(frame.at(32, 32)[2], 0, 4);
  }
}

TEST(MovieWriter, RefusesWhatCannotBe) {
  const TemporaryFolder folder;
  const auto refused = [&](auto change) {
    MovieSettings settings = small();
    change(settings);
    const auto movie = MovieWriter::open(folder / "a.mp4", settings);
    return !movie && movie.error().kind == ErrorKind::usage;
  };
  EXPECT_TRUE(refused([](MovieSettings& s) { s.width = 63; }));
  EXPECT_TRUE(refused([](MovieSettings& s) { s.height = 0; }));
  EXPECT_TRUE(refused([](MovieSettings& s) { s.rate = {0, 1}; }));
  EXPECT_TRUE(refused([](MovieSettings& s) { s.rate = {25, 0}; }));
  EXPECT_TRUE(refused([](MovieSettings& s) { s.audio_rate = 12345; }));
  EXPECT_TRUE(refused([](MovieSettings& s) { s.audio_channels = 3; }));
  EXPECT_TRUE(refused([](MovieSettings& s) { s.preset = "instant"; }));
  EXPECT_THAT(names_in(folder), IsEmpty());
}

TEST(MovieWriter, RefusesFramesOfAnotherSize) {
  const TemporaryFolder folder;
  auto movie = MovieWriter::open(folder / "a.mp4", small());
  ASSERT_TRUE(movie);
  const std::vector<std::uint8_t> luma(64 * 64), chroma(32 * 32);
  EXPECT_FALSE(movie->write_frame_yuv420(luma, chroma, luma));
}

TEST(MovieWriter, SaysWhyAFileCannotBeWritten) {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder / "folder.mp4");
  const auto sentence = [](const std::string& target) {
    const auto movie = MovieWriter::open(target, small());
    return movie ? std::string("opened") : movie.error().message;
  };
  EXPECT_THAT(sentence(folder / "no/such/a.mp4"), HasSubstr("There is no folder"));
  EXPECT_THAT(sentence(folder / "folder.mp4"), HasSubstr("is a folder"));
  if (geteuid() == 0) return;  // root may write anywhere
  std::filesystem::permissions(folder.path(),
                               std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec);
  EXPECT_THAT(sentence(folder / "a.mp4"), HasSubstr("ermission denied"));
  std::filesystem::permissions(folder.path(), std::filesystem::perms::owner_all);
}

TEST(MovieWriter, AFullDiskIsOneSentence) {
  auto movie = MovieWriter::open("/dev/full", small());
  ASSERT_TRUE(movie) << movie.error().message;
  Result<> written = write_frames(*movie, 300);
  if (written) written = movie->finish();
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().kind, ErrorKind::failed);
  EXPECT_THAT(written.error().message, HasSubstr("/dev/full cannot be written: No space left"));
  EXPECT_FALSE(movie->finish()) << "a failed movie stays failed";
  EXPECT_TRUE(std::filesystem::is_character_file("/dev/full"));
}

TEST(MovieWriter, AFullFileSystemLeavesNoFile) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can mount a small file system";
  const TemporaryFolder folder;
  if (std::system(
          ("mount -t tmpfs -o size=64k parlante-test " + folder.path().string() + " 2>/dev/null").c_str()) !=
      0)
    GTEST_SKIP() << "a small file system cannot be mounted here";
  {
    MovieSettings settings = small();
    settings.width = settings.height = 256;
    settings.crf = 1;
    auto movie = MovieWriter::open(folder / "a.mp4", settings);
    ASSERT_TRUE(movie);
    ImageU8 noise(256, 256, 3);
    std::uint32_t state = 1;
    Result<> written;
    for (int i = 0; i < 50 && written; ++i) {
      for (auto& value : noise.pixels)
        value = static_cast<std::uint8_t>((state = state * 1664525 + 1013904223) >> 24);
      written = movie->write_frame(noise);
    }
    if (written) written = movie->finish();
    ASSERT_FALSE(written);
    EXPECT_THAT(written.error().message, HasSubstr("No space left"));
  }
  EXPECT_THAT(names_in(folder), IsEmpty());
  EXPECT_EQ(std::system(("umount " + folder.path().string()).c_str()), 0);
}

TEST(MovieWriter, SoundFarAheadOrBehindKeepsMemoryFlatAndInStep) {
  const TemporaryFolder folder;
  constexpr int kSeconds = 150;
  MovieSettings settings = small();
  settings.preset = "ultrafast";
  settings.audio_rate = 16000;
  settings.audio_channels = 1;
  settings.audio_bits_per_second = 64000;
  const auto sound = testing::clicks(kSeconds, 16000, 1, {10, 100, 149.5});
  for (bool sound_first : {true, false}) {
    const std::string file = folder / (sound_first ? "ahead.mp4" : "behind.mp4");
    auto movie = MovieWriter::open(file, settings);
    ASSERT_TRUE(movie);
    const double before = testing::memory_mib();
    Result<> heard;
    if (sound_first) heard = movie->write_audio(sound);
    ASSERT_TRUE(write_frames(*movie, kSeconds * 25));
    if (!sound_first) heard = movie->write_audio(sound);
    ASSERT_TRUE(heard);
    EXPECT_LT(testing::memory_mib() - before, 40);
    ASSERT_TRUE(movie->finish());
    const auto read = read_sound(file);
    ASSERT_TRUE(read);
    for (double at : {10., 100., 149.5}) EXPECT_NEAR(testing::loudest_near(*read, 16000, at), at, .001);
    EXPECT_NEAR(static_cast<double>(read->size()) / 16000, kSeconds, .064);
  }
}

TEST(MovieWriter, SoundThatIsNoNumberIsWrittenAsSilence) {
  const TemporaryFolder folder;
  auto movie = MovieWriter::open(folder / "a.mp4", small());
  ASSERT_TRUE(movie);
  ASSERT_TRUE(movie->write_audio(std::vector<float>(96000, std::nanf(""))));
  ASSERT_TRUE(write_frames(*movie, 25));
  ASSERT_TRUE(movie->finish());
  EXPECT_LT(testing::loudest(read_sound(folder / "a.mp4").value()), 1e-3);
}

/// Turns the picture of an MP4 by changing its track's display matrix (ISO 14496-12, tkhd).
void set_matrix(const std::string& file, const std::int32_t (&rotation)[4]) {
  auto bytes = testing::bytes_of(file);
  const char tag[] = {'t', 'k', 'h', 'd'};
  const auto found = std::search(bytes.begin(), bytes.end(), std::begin(tag), std::end(tag));
  ASSERT_NE(found, bytes.end());
  const std::size_t matrix = static_cast<std::size_t>(found - bytes.begin()) + 4 + 40;
  const std::size_t at[] = {0, 4, 12, 16};
  for (int i = 0; i < 4; ++i)
    for (int k = 0; k < 4; ++k)
      bytes[matrix + at[i] + static_cast<std::size_t>(k)] =
          static_cast<std::uint8_t>(static_cast<std::uint32_t>(rotation[i] * 65536) >> (24 - 8 * k));
  testing::write_bytes(file, bytes);
}

TEST(VideoReader, TurnedVideosComeOutUpright) {
  const TemporaryFolder folder;
  MovieSettings settings = small();
  settings.width = 96;
  ImageU8 bright_left(96, 64, 3, 20);
  for (int y = 0; y < 64; ++y) std::memset(bright_left.row(y), 230, 24 * 3);
  struct Turn {
    std::int32_t matrix[4];
    int x, y;  // where the bright band is then
  };
  const Turn turns[] = {{{1, 0, 0, 1}, 5, 32},
                        {{0, 1, -1, 0}, 32, 5},
                        {{-1, 0, 0, -1}, 90, 32},
                        {{0, -1, 1, 0}, 32, 90},
                        {{-1, 0, 0, 1}, 90, 32}};
  for (const Turn& turn : turns) {
    auto movie = MovieWriter::open(folder / "turned.mp4", settings);
    ASSERT_TRUE(movie);
    for (int i = 0; i < 5; ++i) ASSERT_TRUE(movie->write_frame(bright_left));
    ASSERT_TRUE(movie->finish());
    set_matrix(folder / "turned.mp4", turn.matrix);
    auto video = VideoReader::open(folder / "turned.mp4");
    ASSERT_TRUE(video) << video.error().message;
    ImageU8 frame;
    ASSERT_TRUE(video->next(frame).value());
    EXPECT_EQ(frame.width, turn.matrix[0] ? 96 : 64);
    EXPECT_GT(frame.at(turn.x, turn.y)[1], 200);
    EXPECT_LT(frame.at(frame.width / 2, frame.height / 2)[1], 50);
  }
}

}  // namespace
}  // namespace parlante
