// The README's program, word for word (tests/cli/readme_test.cpp compares).
#include <gtest/gtest.h>

#include <filesystem>

#include "avatar/make_avatar.hpp"
#include "media/picture.hpp"
#include "stream/stream.hpp"
#include "support/paths.hpp"
#include "support/wav.hpp"

// clang-format off
TEST(ReadmeProgram, MakesAFrameForEveryTwentyFifthOfASecond) {
  const auto models = parlante::testing::models_folder();
  std::filesystem::current_path(PARLANTE_SOURCE_DIR);
  const std::vector<float> samples = parlante::testing::buzz(.4, 16000);
  int shown = 0;
  const auto show = [&](const parlante::ImageU8& picture) { shown += picture.width == 512; };

auto model = parlante::load_model(models).value();  // networks and head geometry: immutable, shared
auto photo = parlante::read_picture("samples/portrait.png").value();
parlante::FaceTracker tracker(*model->face);
auto avatar = std::make_shared<const parlante::Avatar>(parlante::make_avatar(photo, tracker, *model->head).value());
auto stream = parlante::Stream::open(model, avatar, {}).value();  // one flow of speech into frames
stream.push(samples);                                             // mono, 16 kHz, any number
stream.end();                                                     // no more sound comes
parlante::Frame frame;
while (stream.pull(frame)) show(frame.picture);  // RGB

  EXPECT_EQ(shown, 10);
}
// clang-format on
