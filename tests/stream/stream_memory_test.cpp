// What a further stream costs when the model and the avatar are there.
#include <gtest/gtest.h>

#include "render/plain_avatar.hpp"
#include "stream/stream.hpp"
#include "support/live_heap.hpp"
#include "support/paths.hpp"
#include "support/wav.hpp"

namespace parlante::testing {
namespace {

constexpr std::size_t kMost = 60 << 20;  // bytes

TEST(StreamMemory, AFurtherStreamOfTheSameModelAndAvatarTakesLittle) {
  if (kSanitized) GTEST_SKIP() << "sanitizers count otherwise";
  const auto model = load_model(models_folder(), {.face = false, .head = true, .speech = true});
  ASSERT_TRUE(model) << model.error().message;
  const auto avatar = std::make_shared<const Avatar>(plain_avatar(1024));
  const std::vector<float> sound = buzz(2, kSampleRate);
  Frame frame;
  const auto opened_and_used = [&] {
    Stream stream = Stream::open(*model, avatar, {}).value();
    stream.push(sound);
    for (int k = 0; k < 10 && stream.ready() > 0; ++k) stream.pull(frame);
    return stream;
  };
  const Stream first = opened_and_used();
  const std::size_t before = live_heap_bytes();
  const Stream second = opened_and_used();
  const std::size_t taken = live_heap_bytes() - before;
  RecordProperty("bytes", std::to_string(taken));
  EXPECT_LT(taken, kMost);
}

}  // namespace
}  // namespace parlante::testing
