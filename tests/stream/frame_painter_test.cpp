// Frames come in the order of their codes, the same ones from any number of threads.
#include "stream/frame_painter.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "render/plain_avatar.hpp"
#include "support/allocation_counter.hpp"

namespace parlante::testing {
namespace {

constexpr int kSize = 256;

const Avatar& avatar() {
  static const Avatar one = plain_avatar(kSize);
  return one;
}

RenderOptions small_frames() {
  RenderOptions options;
  options.size = kSize;
  return options;
}

FramePainter painter_of(int threads) {
  return FramePainter(mean_head(), avatar(), small_frames(), threads);
}

/// Every code looks different from its neighbours.
FaceCode code_at(int index) {
  FaceCode code;
  const auto t = static_cast<float>(index);
  code.yaw = .15f * std::sin(1.3f * t);
  code.roll = .1f * std::sin(.7f * t);
  code.aperture = .06f + .06f * std::sin(2.1f * t);
  code.weights[Blendshape::jawOpen] = 3 * code.aperture;
  return code;
}

/// Frames of codes [0, count), keeping the painter as full as it can be.
std::vector<ImageU8> drawn(FramePainter& painter, int count) {
  std::vector<ImageU8> pictures;
  int submitted = 0;
  while (static_cast<int>(pictures.size()) < count) {
    for (; submitted < count && painter.room() > 0; ++submitted) painter.submit(code_at(submitted));
    Frame frame;
    if (!painter.next(frame)) break;
    EXPECT_EQ(frame.index, static_cast<std::int64_t>(pictures.size()));
    pictures.push_back(std::move(frame.picture));
  }
  return pictures;
}

std::vector<ImageU8> drawn_by(int threads, int count) {
  FramePainter painter = painter_of(threads);
  return drawn(painter, count);
}

bool same(const ImageU8& a, const ImageU8& b) {
  return a.width == b.width && a.height == b.height && a.channels == b.channels && a.pixels == b.pixels;
}

void expect_same(const std::vector<ImageU8>& asked, const std::vector<ImageU8>& got) {
  ASSERT_EQ(asked.size(), got.size());
  for (std::size_t i = 0; i < asked.size(); ++i) EXPECT_TRUE(same(asked[i], got[i])) << "frame " << i;
}

TEST(FramePainter, AllocatesNothingOnceItsPicturesExist) {
  for (const int threads : {1, 2}) {
    FramePainter painter = painter_of(threads);
    Frame frame;
    std::size_t before = 0;
    for (int index = 0; index < 40; ++index) {
      // The caller's own picture takes part in the exchange: it comes back after one round.
      if (index == 8) before = allocations();
      while (painter.room() > 0) painter.submit(code_at(index));
      ASSERT_TRUE(painter.next(frame));
    }
    EXPECT_EQ(allocations(), before) << threads << " threads";
  }
}

}  // namespace

TEST(FramePainter, ThreeThreadsDrawWhatOneDrawsInTheSameOrder) {
  constexpr int kFrames = 20;
  const std::vector<ImageU8> alone = drawn_by(1, kFrames);
  ASSERT_EQ(alone.size(), static_cast<std::size_t>(kFrames));
  for (std::size_t i = 1; i < alone.size(); ++i)
    EXPECT_FALSE(same(alone[i - 1], alone[i])) << "frames " << i - 1 << " and " << i << " must differ";
  expect_same(alone, drawn_by(3, kFrames));
}

TEST(FramePainter, FramesComeInOrderWhileTheCallerIsSlowerThanTheWorkers) {
  const std::vector<ImageU8> alone = drawn_by(1, 4);
  FramePainter painter = painter_of(2);
  ASSERT_GE(painter.room(), 4U);
  for (int i = 0; i < 4; ++i) painter.submit(code_at(i));
  EXPECT_EQ(painter.pending(), 4U);
  Frame frame;  // the same one each time: its memory goes round
  for (std::size_t i = 0; i < 4; ++i) {
    ASSERT_TRUE(painter.next(frame));
    EXPECT_EQ(frame.index, static_cast<std::int64_t>(i));
    EXPECT_TRUE(same(frame.picture, alone[i])) << "frame " << i;
  }
  EXPECT_FALSE(painter.next(frame));
}

TEST(FramePainter, RoomAndPendingAddUpAndEachFrameTakenMakesRoom) {
  for (const int threads : {1, 3}) {
    FramePainter painter = painter_of(threads);
    const std::size_t all = painter.room();
    ASSERT_GE(all, 1U);
    for (int i = 0; painter.room() > 0; ++i) painter.submit(code_at(i));
    EXPECT_EQ(painter.pending(), all);
    Frame frame;
    ASSERT_TRUE(painter.next(frame));
    EXPECT_EQ(painter.room(), 1U);
    EXPECT_EQ(painter.pending(), all - 1);
  }
}

TEST(FramePainter, CancelInTheMiddleStartsAgainAtFrameZero) {
  const std::vector<ImageU8> fresh = drawn_by(1, 6);
  for (const int threads : {1, 3}) {
    FramePainter painter = painter_of(threads);
    Frame frame;
    for (int round = 0; round < 3; ++round) {
      for (int i = 0; painter.room() > 0; ++i) painter.submit(code_at(100 + i));
      if (round > 0) {
        ASSERT_TRUE(painter.next(frame));
      }
      painter.cancel();
      EXPECT_EQ(painter.pending(), 0U);
      EXPECT_FALSE(painter.next(frame));
      expect_same(fresh, drawn(painter, 6));
    }
    painter.cancel();  // also with nothing pending
    EXPECT_FALSE(painter.next(frame));
  }
}

TEST(FramePainter, MayBeDestroyedAndMovedWhileItsWorkersDraw) {
  for (int round = 0; round < 4; ++round) {
    FramePainter painter = painter_of(3);
    for (int i = 0; painter.room() > 0; ++i) painter.submit(code_at(i));
    FramePainter moved = std::move(painter);
    if (round % 2) {
      Frame frame;
      ASSERT_TRUE(moved.next(frame));
      EXPECT_EQ(frame.index, 0);
    }
  }
}

TEST(FramePainter, TakesFramesOfAnyFormAndMakesThemItsOwn) {
  const std::vector<ImageU8> alone = drawn_by(1, 8);
  for (const int threads : {1, 2}) {
    FramePainter painter = painter_of(threads);
    for (int i = 0; i < 8; ++i) {
      painter.submit(code_at(i));
      Frame frame;  // as many values as a frame has, in other forms, and none
      if (i % 3 == 1) frame.picture = ImageU8(2 * kSize, kSize / 2, 3);
      if (i % 3 == 2) frame.picture = ImageU8(7, 9, 4);
      ASSERT_TRUE(painter.next(frame));
      EXPECT_TRUE(same(frame.picture, alone[static_cast<std::size_t>(i)])) << "frame " << i;
    }
  }
}

}  // namespace parlante::testing
