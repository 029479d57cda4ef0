// The stream can be controlled while it runs.
#include <gtest/gtest.h>

#include <vector>

#include "render/plain_avatar.hpp"
#include "stream/stream.hpp"
#include "support/paths.hpp"
#include "support/wav.hpp"

namespace parlante::testing {
namespace {

std::shared_ptr<const Model> model() {
  static const auto loaded = load_model(models_folder(), {.face = false, .head = true, .speech = true});
  if (!loaded) throw std::runtime_error(loaded.error().message);
  return *loaded;
}

Stream opened() {
  static const auto avatar = std::make_shared<const Avatar>(plain_avatar(256));
  StreamOptions options;
  options.render.size = 256;
  options.rules = true;
  return Stream::open(model(), avatar, options).value();
}

/// Four seconds of sound in pieces of half a second; `control` is called before each piece.
template <class Control>
std::vector<std::vector<std::uint8_t>> film(Stream& stream, Control control) {
  const std::vector<float> sound = buzz(4, kSampleRate);
  std::vector<std::vector<std::uint8_t>> pictures;
  Frame frame;
  for (int piece = 0; piece < 8; ++piece) {
    control(piece, pictures.size());
    stream.push(std::span(sound).subspan(static_cast<std::size_t>(piece) * 8000, 8000));
    while (stream.ready() > 0 && stream.pull(frame)) pictures.push_back(frame.picture.pixels);
  }
  stream.end();
  while (stream.ready() > 0 && stream.pull(frame)) pictures.push_back(frame.picture.pixels);
  return pictures;
}

TEST(StreamControl, HoldsFromTheNextFrameOnUntilCancel) {
  Stream plain = opened(), controlled = opened();
  std::size_t asked_at = 0;
  const auto nothing = [](int, std::size_t) {};
  const auto before = film(plain, nothing);
  const auto after = film(controlled, [&](int piece, std::size_t frames) {
    if (piece != 7) return;
    MotionControls controls;
    controls.fixed_pose = Eigen::Vector3f(0.3F, 0.1F, 0);
    controls.emotion[static_cast<std::size_t>(Emotion::surprise)] = 1;
    controlled.control(controls);
    asked_at = frames;
  });
  ASSERT_EQ(before.size(), 100U);
  ASSERT_EQ(after.size(), 100U);
  ASSERT_GT(asked_at, 20U);
  ASSERT_LT(asked_at, 95U);
  for (std::size_t k = 0; k < asked_at; ++k) ASSERT_EQ(before[k], after[k]) << k;
  EXPECT_NE(before[asked_at + 4], after[asked_at + 4]);
  EXPECT_NE(before.back(), after.back());

  controlled.cancel();
  EXPECT_EQ(film(controlled, nothing), before);
}

}  // namespace
}  // namespace parlante::testing
