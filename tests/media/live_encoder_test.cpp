#include "media/live_encoder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstring>

#include "core/random.hpp"
#include "media/audio_reader.hpp"
#include "media/media_files.hpp"
#include "media/video_reader.hpp"
#include "support/live_heap.hpp"

namespace parlante {
namespace {

using ::testing::HasSubstr;
using testing::TemporaryFolder;
using testing::tone;
using Bytes = std::vector<std::uint8_t>;

/// A soft texture that moves, with grain; its mean is a little brighter with every frame.
ImageU8 moving_frame(int side, int index) {
  ImageU8 frame(side, side, 3);
  Random random(static_cast<std::uint64_t>(index));
  for (int y = 0; y < side; ++y)
    for (int x = 0; x < side; ++x) {
      const int soft = 40 + index + ((x + 3 * index) * 60 + y * 50) / side % 80;
      const int grain = static_cast<int>(random.bits() % 5);
      for (int c = 0; c < 3; ++c) frame.at(x, y)[c] = static_cast<std::uint8_t>(soft + grain + 10 * c);
    }
  return frame;
}

LiveVideoSettings small() {
  LiveVideoSettings settings;
  settings.width = settings.height = 128;
  settings.bits_per_second = 400'000;
  return settings;
}

LiveVideoEncoder opened(const LiveVideoSettings& settings) {
  auto encoder = LiveVideoEncoder::open(settings);
  EXPECT_TRUE(encoder) << encoder.error().message;
  return std::move(*encoder);
}

void append(Bytes& to, std::span<const std::uint8_t> bytes) {
  to.insert(to.end(), bytes.begin(), bytes.end());
}

double mean(const ImageU8& picture) {
  double sum = 0;
  for (const auto value : picture.pixels) sum += value;
  return sum / static_cast<double>(picture.pixels.size());
}

/// NAL unit types behind the start codes.
std::vector<int> units(std::span<const std::uint8_t> stream) {
  std::vector<int> types;
  for (std::size_t i = 0; i + 3 < stream.size(); ++i)
    if (stream[i] == 0 && stream[i + 1] == 0 && stream[i + 2] == 1) types.push_back(stream[i + 3] & 31);
  return types;
}

TEST(LiveVideoEncoder, GivesAPacketForEveryFrameAndTheFirstCanBeDecodedByItself) {
  auto encoder = opened(small());
  EXPECT_THAT(encoder.codec_name(), ::testing::StartsWith("avc1.42C0")) << "constrained baseline";
  Bytes stream;
  for (int i = 0; i < 20; ++i) {
    const auto picture = encoder.encode(moving_frame(128, i), i);
    ASSERT_TRUE(picture) << picture.error().message;
    EXPECT_EQ(picture->index, i);
    EXPECT_EQ(picture->key, i == 0);
    const auto types = units(picture->bytes);
    if (picture->key) {
      EXPECT_EQ(types[0], 7);
      EXPECT_EQ(types[1], 8);
      EXPECT_EQ(types.back(), 5);
      EXPECT_EQ(picture->header_bytes, encoder.headers().size());
    }
    append(stream, picture->bytes);
  }
  const TemporaryFolder folder;
  testing::write_bytes(folder / "a.h264", stream);
  auto video = VideoReader::open(folder / "a.h264");
  ASSERT_TRUE(video) << video.error().message;
  ImageU8 frame;
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(video->next(frame).value_or(false)) << i;
    EXPECT_NEAR(mean(frame), mean(moving_frame(128, i)), 1.5) << i;
  }
  EXPECT_FALSE(video->next(frame).value_or(true));
}

TEST(LiveVideoEncoder, MakesAKeyFrameWhenAskedAndAtLeastSoOftenAsSet) {
  auto settings = small();
  settings.key_every_s = 1;
  auto encoder = opened(settings);
  std::vector<int> keys;
  for (int i = 0; i < 60; ++i) {
    if (i == 7 || i == 8) encoder.ask_key_frame();
    if (encoder.encode(moving_frame(128, i), i).value().key) keys.push_back(i);
  }
  EXPECT_THAT(keys, ::testing::ElementsAre(0, 7, 8, 33, 58));
}

TEST(LiveVideoEncoder, KeepsTheBitrateAlsoAfterItWasChanged) {
  auto settings = small();
  settings.width = settings.height = 256;
  settings.bits_per_second = 1'200'000;
  auto encoder = opened(settings);
  const auto rate_of = [&](int from, int seconds) {
    std::size_t bytes = 0;
    for (int i = from; i < from + 25 * seconds; ++i)
      bytes += encoder.encode(moving_frame(256, i % 100), i).value().bytes.size();
    return static_cast<double>(bytes) * 8 / seconds;
  };
  EXPECT_NEAR(rate_of(0, 4), 1'200'000, 250'000);
  encoder.set_bitrate(400'000);
  rate_of(100, 1);
  EXPECT_NEAR(rate_of(125, 4), 400'000, 80'000);
  encoder.set_bitrate(1'000'000);
  rate_of(225, 1);
  EXPECT_NEAR(rate_of(250, 4), 1'000'000, 200'000);
  encoder.set_bitrate(1);
  EXPECT_EQ(encoder.bitrate(), kLeastVideoBits);
  encoder.set_bitrate(2'000'000'000);
  EXPECT_EQ(encoder.bitrate(), kMostVideoBits);
}

TEST(LiveVideoEncoder, RefusesWhatItCannotEncode) {
  const auto refused = [](auto change) {
    LiveVideoSettings settings;
    change(settings);
    const auto encoder = LiveVideoEncoder::open(settings);
    return !encoder && encoder.error().kind == ErrorKind::usage;
  };
  for (const int side : {-2, 0, 30, 33, 4098, 1 << 30}) {
    EXPECT_TRUE(refused([&](auto& s) { s.width = side; })) << side;
    EXPECT_TRUE(refused([&](auto& s) { s.height = side; })) << side;
  }
  for (const Rational rate :
       {Rational{0, 1}, Rational{25, 0}, Rational{-25, 1}, Rational{1, 2}, Rational{121, 1}})
    EXPECT_TRUE(refused([&](auto& s) { s.rate = rate; })) << rate.num;
  for (const int threads : {-1, 0, 9}) EXPECT_TRUE(refused([&](auto& s) { s.threads = threads; })) << threads;
  for (const double seconds : {0., -1., std::nan(""), 1e9})
    EXPECT_TRUE(refused([&](auto& s) { s.key_every_s = seconds; })) << seconds;

  auto encoder = opened(small());
  EXPECT_FALSE(encoder.encode(ImageU8{}, 0));
  EXPECT_FALSE(encoder.encode(ImageU8(64, 128, 3), 0));
  EXPECT_FALSE(encoder.encode(ImageU8(128, 128, 4), 0));
  EXPECT_TRUE(encoder.encode(moving_frame(128, 0), 5)) << "goes on after an error";
  EXPECT_FALSE(encoder.encode(moving_frame(128, 0), 5)) << "time stands still";
  EXPECT_FALSE(encoder.encode(moving_frame(128, 0), 4)) << "time goes back";
  EXPECT_TRUE(encoder.encode(moving_frame(128, 0), 90'000'000)) << "years left out";
}

TEST(LiveVideoEncoder, TakesTheSmallestAndLargestPictures) {
  for (const auto& [width, height] : {std::pair{32, 32}, std::pair{1024, 1024}, std::pair{32, 4096}}) {
    auto settings = small();
    settings.width = width, settings.height = height;
    settings.threads = 2;
    auto encoder = opened(settings);
    for (int i = 0; i < 3; ++i) {
      const auto picture = encoder.encode(ImageU8(width, height, 3, static_cast<std::uint8_t>(90 * i)), i);
      ASSERT_TRUE(picture) << width << "x" << height << picture.error().message;
      EXPECT_FALSE(picture->bytes.empty());
    }
  }
}

TEST(LiveAudioEncoder, GivesPacketsOf20MsFromPiecesOfAnySize) {
  for (const int rate : {8000, 16000, 24000, 48000}) {
    LiveAudioSettings settings;
    settings.rate = rate;
    auto encoder = LiveAudioEncoder::open(settings);
    ASSERT_TRUE(encoder) << encoder.error().message;
    const auto sound = tone(1, rate, 1, 440);
    EncodedSound packet;
    int count = 0;
    std::int64_t first = 0;
    std::size_t bytes = 0;
    for (std::size_t at = 0, size = 1; at < sound.size(); at += size, size = size * 7 % 1013) {
      size = std::min(size, sound.size() - at);
      ASSERT_TRUE(encoder->push({sound.data() + at, size}));
      while (encoder->next(packet).value()) {
        if (count == 0) first = packet.at_48k;
        EXPECT_EQ(packet.at_48k, first + 960 * count);
        EXPECT_EQ(packet.samples_48k, 960);
        bytes += packet.bytes.size();
        ++count;
      }
    }
    EXPECT_EQ(count, 50) << rate;
    EXPECT_LT(first, 0) << "its delay is taken off";
    EXPECT_GT(first, -480) << "of less than 10 ms";
    EXPECT_GT(bytes, 1000u);
    EXPECT_LT(bytes, 7000u);
  }
}

TEST(LiveAudioEncoder, TakesRatesThatOpusDoesNotHave) {
  for (const int rate : {11025, 22050, 32000, 44100}) {
    auto encoder = LiveAudioEncoder::open({.rate = rate});
    ASSERT_TRUE(encoder) << encoder.error().message;
    const auto sound = tone(1, rate, 1, 440);
    EncodedSound packet;
    int count = 0;
    for (std::size_t at = 0; at + 441 <= sound.size(); at += 441) {
      ASSERT_TRUE(encoder->push({sound.data() + at, 441}));
      for (; encoder->next(packet).value(); ++count) EXPECT_EQ(packet.samples_48k, 960);
    }
    EXPECT_GE(count, 48) << rate;
    EXPECT_LE(count, 50) << rate;
  }
}

TEST(LiveAudioEncoder, RefusesWhatItCannotEncodeAndTakesWildValues) {
  for (const int rate : {-1, 0, 7999, 96000}) EXPECT_FALSE(LiveAudioEncoder::open({.rate = rate})) << rate;
  for (const int channels : {-1, 0, 3}) EXPECT_FALSE(LiveAudioEncoder::open({.channels = channels}));
  for (const int bits : {-1, 0, 100, 10'000'000})
    EXPECT_FALSE(LiveAudioEncoder::open({.bits_per_second = bits}));
  auto encoder = LiveAudioEncoder::open({.channels = 2});
  ASSERT_TRUE(encoder);
  EXPECT_FALSE(encoder->push(std::vector<float>(3)));
  EXPECT_FALSE(encoder->push(std::vector<float>(200'000)));
  std::vector<float> wild(1920);
  for (std::size_t i = 0; i < wild.size(); ++i)
    wild[i] = i % 3 == 0 ? std::nanf("") : i % 3 == 1 ? INFINITY : -1e30f;
  ASSERT_TRUE(encoder->push(wild));
  EncodedSound packet;
  EXPECT_TRUE(encoder->next(packet).value());
  EXPECT_FALSE(encoder->next(packet).value());
}

/// `seconds` of picture and sound in fragments of a frame each: `flash` frames are white and heard as a
/// click.
struct Movie {
  Bytes bytes;
  int fragments = 0;
  std::string mime;
};
Movie fragments_of(double seconds, const std::vector<int>& flashes, int first_frame = 0) {
  auto video = opened(small());
  auto audio = LiveAudioEncoder::open({});
  auto movie = FragmentedMp4::open(video, &*audio);
  EXPECT_TRUE(movie) << movie.error().message;
  Movie made;
  made.mime = movie->mime();
  append(made.bytes, movie->init_segment());
  EncodedSound packet;
  for (int i = 0; i < static_cast<int>(seconds * 25); ++i) {
    const bool flash = std::find(flashes.begin(), flashes.end(), i) != flashes.end();
    std::vector<float> sound(1920);
    if (flash) std::fill(sound.begin(), sound.begin() + 96, .9f);
    EXPECT_TRUE(movie->add(video.encode(ImageU8(128, 128, 3, flash ? 240 : 30), first_frame + i).value()));
    EXPECT_TRUE(audio->push(sound));
    while (audio->next(packet).value()) {
      packet.at_48k += first_frame * 1920;
      EXPECT_TRUE(movie->add(packet));
    }
    const auto fragment = movie->fragment();
    EXPECT_TRUE(fragment);
    EXPECT_FALSE(fragment->empty());
    EXPECT_TRUE(movie->fragment()->empty()) << "nothing was added since";
    append(made.bytes, *fragment);
    ++made.fragments;
  }
  return made;
}

TEST(FragmentedMp4, PlaysWithPictureAndSoundInStep) {
  const std::vector<int> flashes{10, 35, 60};
  const Movie movie = fragments_of(3, flashes);
  EXPECT_EQ(movie.mime, "video/mp4; codecs=\"" + opened(small()).codec_name() + ", opus\"");
  const TemporaryFolder folder;
  testing::write_bytes(folder / "a.mp4", movie.bytes);
  auto video = VideoReader::open(folder / "a.mp4");
  ASSERT_TRUE(video) << video.error().message;
  ImageU8 frame;
  std::vector<int> seen;
  int count = 0;
  for (; video->next(frame).value_or(false); ++count) {
    EXPECT_NEAR(video->seconds(), count / 25., .001);
    if (mean(frame) > 150) seen.push_back(count);
  }
  EXPECT_EQ(count, 75);
  EXPECT_EQ(seen, flashes);
  const auto sound = testing::read_sound(folder / "a.mp4", 48000);
  ASSERT_TRUE(sound) << sound.error().message;
  for (const int flash : flashes)
    EXPECT_NEAR(testing::loudest_near(*sound, 48000, flash / 25.), flash / 25., .02) << flash;
}

TEST(FragmentedMp4, GoesOnWhereAnotherEnded) {
  const TemporaryFolder folder;
  testing::write_bytes(folder / "a.mp4", fragments_of(1, {}, 90'000).bytes);
  auto video = VideoReader::open(folder / "a.mp4");
  ASSERT_TRUE(video) << video.error().message;
  ImageU8 frame;
  ASSERT_TRUE(video->next(frame).value_or(false));
  const double first = video->seconds();
  EXPECT_TRUE(std::abs(first - 3600) < .001 || std::abs(first) < .1) << first;
}

TEST(FragmentedMp4, DoesNotGrowWithItsLength) {
  auto video = opened(small());
  auto audio = LiveAudioEncoder::open({});
  auto movie = FragmentedMp4::open(video, &*audio);
  ASSERT_TRUE(movie);
  const ImageU8 frame(128, 128, 3, 90);
  const std::vector<float> silence(1920);
  EncodedSound packet;
  const auto run = [&](int from, int count) {
    for (int i = from; i < from + count; ++i) {
      ASSERT_TRUE(movie->add(video.encode(frame, i).value()));
      ASSERT_TRUE(audio->push(silence));
      while (audio->next(packet).value()) ASSERT_TRUE(movie->add(packet));
      ASSERT_TRUE(movie->fragment());
    }
  };
  run(0, 500);
  const auto before = testing::live_heap_bytes();
  run(500, 4000);
  EXPECT_LT(testing::live_heap_bytes(), before + 50'000);
}

}  // namespace
}  // namespace parlante
