// The five verbs: push, end, cancel, ready, pull.
#include "stream/stream.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <thread>
#include <vector>

#include "render/plain_avatar.hpp"
#include "support/live_heap.hpp"
#include "support/wav.hpp"

namespace parlante::testing {
namespace {

constexpr int kSize = 256;

std::shared_ptr<const Model> model() {
  static const auto loaded = load_model(models_folder(), {.face = false, .head = true, .speech = true});
  if (!loaded) throw std::runtime_error(loaded.error().message);
  return *loaded;
}

std::shared_ptr<const Avatar> avatar() {
  static const auto one = std::make_shared<const Avatar>(plain_avatar(kSize));
  return one;
}

StreamOptions options(int threads = 1) {
  StreamOptions made;
  made.render.size = kSize;
  made.render_threads = threads;
  return made;
}

Stream opened(const StreamOptions& asked = options()) {
  auto stream = Stream::open(model(), avatar(), asked);
  if (!stream) throw std::runtime_error(stream.error().message);
  return std::move(*stream);
}

/// Three seconds and a bit that fill neither a frame nor a network's hop.
const std::vector<float>& voice() {
  static const std::vector<float> sound = buzz(3.137, kSampleRate);
  return sound;
}

/// Pulls all that is ready, which must be as many frames as ready() says.
void pull_ready(Stream& stream, std::vector<ImageU8>& pictures) {
  for (std::size_t left = stream.ready(); left > 0; --left) {
    Frame frame;
    ASSERT_EQ(stream.ready(), left);
    ASSERT_TRUE(stream.pull(frame));
    ASSERT_EQ(frame.index, static_cast<std::int64_t>(pictures.size()));
    ASSERT_EQ(frame.sample, sample_of_frame(frame.index, options().motion.rate));
    pictures.push_back(std::move(frame.picture));
  }
  Frame none;
  ASSERT_FALSE(stream.pull(none));
}

/// All frames of a sound that is pushed in pieces of these lengths, over and over; pulled as they come.
std::vector<ImageU8> spoken(Stream& stream, std::span<const float> sound, std::vector<std::size_t> pieces) {
  std::vector<ImageU8> pictures;
  for (std::size_t at = 0, turn = 0; at < sound.size(); ++turn) {
    const std::size_t length = std::min(pieces[turn % pieces.size()], sound.size() - at);
    stream.push(sound.subspan(at, length));
    at += length;
    pull_ready(stream, pictures);
  }
  stream.end();
  pull_ready(stream, pictures);
  return pictures;
}

const std::vector<ImageU8>& spoken_at_once() {
  static const std::vector<ImageU8> pictures = [] {
    Stream stream = opened();
    return spoken(stream, voice(), {voice().size()});
  }();
  return pictures;
}

void expect_same(const std::vector<ImageU8>& asked, const std::vector<ImageU8>& got) {
  ASSERT_EQ(asked.size(), got.size());
  std::size_t different = 0;
  for (std::size_t i = 0; i < asked.size(); ++i) different += asked[i].pixels != got[i].pixels;
  EXPECT_EQ(different, 0U) << "frames of " << asked.size();
}

}  // namespace

TEST(Stream, EndGivesExactlyTheFramesThatCoverTheSound) {
  for (const std::size_t samples : {std::size_t{0}, std::size_t{1}, std::size_t{639}, std::size_t{640},
                                    std::size_t{641}, std::size_t{16000}}) {
    for (const Rational rate : {Rational{25, 1}, Rational{30000, 1001}}) {
      StreamOptions asked = options();
      asked.motion.rate = rate;
      Stream stream = opened(asked);
      stream.push(std::span(voice()).first(samples));
      stream.end();
      const std::int64_t frames = frames_covering(static_cast<std::int64_t>(samples), rate);
      EXPECT_EQ(stream.ready(), static_cast<std::size_t>(frames)) << samples << " samples";
      Frame frame;
      std::int64_t got = 0;
      while (stream.pull(frame)) {
        EXPECT_EQ(frame.index, got++);
        EXPECT_EQ(frame.sample, sample_of_frame(frame.index, rate));
      }
      EXPECT_EQ(got, frames) << samples << " samples";
      EXPECT_EQ(stream.ready(), 0U);
    }
  }
}

TEST(Stream, ThereIsNothingToPullBeforeSound) {
  for (const int threads : {1, 2}) {
    Stream stream = opened(options(threads));
    Frame frame;
    frame.index = 77;
    EXPECT_EQ(stream.ready(), 0U);
    EXPECT_FALSE(stream.pull(frame));
    stream.push({});
    EXPECT_EQ(stream.ready(), 0U);
    EXPECT_FALSE(stream.pull(frame));
    stream.push(std::vector<float>(160, 0.f));  // too little to know how the mouth goes on
    EXPECT_EQ(stream.ready(), 0U);
    EXPECT_FALSE(stream.pull(frame));
    EXPECT_EQ(frame.index, 77);
    EXPECT_TRUE(frame.picture.empty());
  }
}

TEST(Stream, PiecesOfAnySizeGiveTheSameFrames) {
  ASSERT_EQ(spoken_at_once().size(),
            static_cast<std::size_t>(frames_covering(static_cast<std::int64_t>(voice().size()), {25, 1})));
  const std::vector<std::vector<std::size_t>> cuts{{160}, {1000, 1, 7, 333}, {16001}, {31999, 2}};
  for (const std::vector<std::size_t>& pieces : cuts) {
    SCOPED_TRACE(pieces.front());
    Stream stream = opened();
    expect_same(spoken_at_once(), spoken(stream, voice(), pieces));
  }
}

TEST(Stream, TwoDrawingThreadsGiveTheFramesOfOne) {
  Stream stream = opened(options(2));
  expect_same(spoken_at_once(), spoken(stream, voice(), {8000}));
}

TEST(Stream, CancelMakesItAsNew) {
  for (const int threads : {1, 2}) {
    Stream stream = opened(options(threads));
    const std::vector<float> other = buzz(4, kSampleRate);
    stream.push(std::span(other).subspan(777));
    Frame frame;
    ASSERT_GT(stream.ready(), 3U);
    for (int i = 0; i < 3; ++i) ASSERT_TRUE(stream.pull(frame));
    stream.cancel();
    EXPECT_EQ(stream.ready(), 0U);
    EXPECT_EQ(stream.voiced_share(), 0);
    EXPECT_FALSE(stream.pull(frame));
    expect_same(spoken_at_once(), spoken(stream, voice(), {5000}));
    stream.cancel();  // after the end too
    expect_same(spoken_at_once(), spoken(stream, voice(), {voice().size()}));
  }
}

TEST(Stream, SoundAfterTheEndIsNotHeard) {
  Stream stream = opened();
  stream.push(std::vector<float>(1280, 0.f));
  stream.end();
  stream.end();
  stream.push(voice());
  EXPECT_EQ(stream.ready(), 2U);
}

TEST(Stream, MovedStreamsGoOn) {
  Stream stream = opened(options(2));
  stream.push(voice());
  Frame frame;
  ASSERT_TRUE(stream.pull(frame));
  Stream moved = std::move(stream);
  ASSERT_TRUE(moved.pull(frame));
  EXPECT_EQ(frame.index, 1);
  EXPECT_EQ(frame.picture.pixels, spoken_at_once()[1].pixels);
  moved = opened();  // gives up workers that still draw
  EXPECT_EQ(moved.ready(), 0U);
}

TEST(Stream, TwoStreamsOnTwoThreadsShareAModelAndAnAvatar) {
  std::vector<ImageU8> first, second;
  const auto speak = [](int drawing_threads, std::size_t piece, std::vector<ImageU8>& pictures) {
    Stream stream = opened(options(drawing_threads));
    pictures = spoken(stream, voice(), {piece});
  };
  const std::vector<ImageU8>& alone = spoken_at_once();
  std::thread one(speak, 1, 3200, std::ref(first)), other(speak, 2, 48000, std::ref(second));
  one.join();
  other.join();
  expect_same(alone, first);
  expect_same(alone, second);
}

TEST(Stream, HostileSoundGivesFramesAllTheSame) {
  std::vector<float> sound = voice();
  sound.resize(kSampleRate);
  for (std::size_t i = 0; i < sound.size(); i += 50) sound[i] = std::numeric_limits<float>::quiet_NaN();
  for (std::size_t i = 25; i < sound.size(); i += 50) sound[i] = std::numeric_limits<float>::infinity();
  for (std::size_t i = 12; i < sound.size(); i += 50) sound[i] = -1e30f;
  Stream stream = opened();
  EXPECT_EQ(spoken(stream, sound, {4096}).size(), 25U);
}

TEST(Stream, MemoryStaysFlatHoweverLongItIsSilent) {
  constexpr int kWarmUp = 20, kMinutes = 2;
  Stream stream = opened(options(2));
  const std::vector<float> second(kSampleRate, 0.f);
  Frame frame;
  std::size_t before = 0;
  std::int64_t frames = 0;
  for (int at = 0; at < kWarmUp + 60 * kMinutes; ++at) {
    if (at == kWarmUp) before = live_heap_bytes();
    stream.push(second);
    while (stream.pull(frame)) ++frames;
  }
  EXPECT_GT(frames, 25 * (60 * kMinutes + kWarmUp - 6));
  // The sound alone would be 7.7 MB, the frames' codes .8 MB.
  EXPECT_LT(live_heap_bytes(), before + 500'000);
  EXPECT_LT(stream.voiced_share(), .01);
}

TEST(Stream, WhatCannotBeIsRefusedWithASentence) {
  const auto refused = [](const std::shared_ptr<const Model>& of, const StreamOptions& asked) {
    const auto stream = Stream::open(of, avatar(), asked);
    EXPECT_FALSE(stream);
    return stream ? ErrorKind::failed : stream.error().kind;
  };
  for (const int size : {-1, 0, 255, 1025, std::numeric_limits<int>::max()}) {
    StreamOptions asked = options();
    asked.render.size = size;
    EXPECT_EQ(refused(model(), asked), ErrorKind::usage) << size;
  }
  for (const Rational rate :
       {Rational{0, 1}, Rational{25, 0}, Rational{-25, 1}, Rational{1, 2}, Rational{121, 1}}) {
    StreamOptions asked = options();
    asked.motion.rate = rate;
    EXPECT_EQ(refused(model(), asked), ErrorKind::usage) << rate.num << "/" << rate.den;
  }
  Model mute;
  mute.head = model()->head;
  EXPECT_EQ(refused(std::make_shared<const Model>(mute), options()), ErrorKind::broken_model);
}

}  // namespace parlante::testing
