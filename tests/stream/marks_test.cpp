// What leaves says what it is: every frame and every sheet carries the invisible mark, films also the label.
#include <gtest/gtest.h>

#include "mark/ai_label.hpp"
#include "mark/mark_reader.hpp"
#include "render/plain_avatar.hpp"
#include "stream/frame_gate.hpp"
#include "stream/stream.hpp"
#include "support/paths.hpp"
#include "support/wav.hpp"

namespace parlante::testing {
namespace {

constexpr int kSize = 512;

std::shared_ptr<const Avatar> avatar() {
  static const auto one = std::make_shared<const Avatar>(plain_avatar(kSize));
  return one;
}

MarkFound look(const ImageU8& picture) {
  MarkReader reader;
  reader.add(picture);
  return reader.find(MarkEffort::as_made);
}

TEST(Marks, AreInEveryFrameAPainterGives) {
  const MarkPayload said = mark_payload(0, RenderOptions{}.seed, *avatar());
  for (const int threads : {1, 2}) {
    FramePainter painter(mean_head(), *avatar(), {}, threads);
    for (int i = 0; i < 4; ++i) {
      FaceCode code;
      code.yaw = .08f * static_cast<float>(i);
      painter.submit(code);
      Frame frame;
      ASSERT_TRUE(painter.next(frame));
      const MarkFound found = look(frame.picture);
      EXPECT_TRUE(found.marked);
      EXPECT_EQ(found.payload, said);
    }
  }
}

TEST(Marks, OfAStreamSayTheIdThatWasGiven) {
  const auto model = load_model(models_folder(), {.face = false, .head = true, .speech = true});
  ASSERT_TRUE(model.has_value());
  StreamOptions options;
  options.marks.render_id = 0x123456;
  options.rules = true;
  auto stream = Stream::open(*model, avatar(), options);
  ASSERT_TRUE(stream.has_value());
  stream->push(buzz(.5, kSampleRate));
  stream->end();
  Frame frame;
  int frames = 0;
  while (stream->ready() > 0 && stream->pull(frame)) {
    ++frames;
    const MarkFound found = look(frame.picture);
    ASSERT_TRUE(found.payload.has_value())
        << frames << " z " << found.z() << " decoy " << found.strongest_decoy;
    EXPECT_EQ(found.payload->render, 0x123456U);
  }
  EXPECT_GT(frames, 10);
}

TEST(Marks, AreInTransparentFramesAndInContactSheets) {
  RenderOptions options;
  options.transparent = true;
  FrameGate gate(mean_head(), *avatar(), options);
  ImageU8 frame = gate.blank();
  ASSERT_EQ(frame.channels, 4);
  gate.frame({}, 0, frame);
  EXPECT_EQ(look(frame).payload, gate.payload());

  FrameGate opaque(mean_head(), *avatar(), {});
  const auto poses = sheet_poses();
  for (const int tile : {128, 192, 256})
    EXPECT_EQ(look(opaque.sheet(poses, 4, tile, false)).payload, opaque.payload()) << tile;
}

TEST(Marks, DifferBetweenSeedsAndAreTheSameForTheSame) {
  EXPECT_EQ(mark_payload(0, 7, *avatar()), mark_payload(0, 7, *avatar()));
  EXPECT_NE(mark_payload(0, 7, *avatar()), mark_payload(0, 8, *avatar()));
  EXPECT_NE(mark_payload(0, 7, *avatar()).render, 0U);
}

TEST(Marks, IncludeTheVisibleLabelUnlessItIsTurnedOff) {
  MarkOptions unlabelled;
  unlabelled.label = LabelTimes::off;
  FrameGate labelled(mean_head(), *avatar(), {}), bare(mean_head(), *avatar(), {}, unlabelled);
  ImageU8 with = labelled.blank(), without = bare.blank(), later = labelled.blank(),
          later_bare = bare.blank();
  labelled.frame({}, 0, with);
  bare.frame({}, 0, without);
  labelled.frame({}, 200, later);
  bare.frame({}, 200, later_bare);
  EXPECT_NE(with.pixels, without.pixels);
  EXPECT_EQ(later.pixels, later_bare.pixels);
  const PixelRect box = AiLabel(LabelTimes::always, {}, kSize, kSize).box();
  int outside = 0;
  for (int y = 0; y < kSize; ++y)
    for (int i = 0; i < 3 * kSize; ++i) {
      const bool inside = y >= box.y - 8 && y < box.y + box.height + 8 && i / 3 >= box.x - 8;
      outside += !inside && with.row(y)[i] != without.row(y)[i];
    }
  EXPECT_EQ(outside, 0);
}

}  // namespace
}  // namespace parlante::testing
