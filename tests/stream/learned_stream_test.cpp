// Streams whose mouth the learned model moves, offline and live.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <vector>

#include "motion/small_motion_model.hpp"
#include "render/plain_avatar.hpp"
#include "stream/stream.hpp"
#include "support/paths.hpp"
#include "support/wav.hpp"

namespace parlante::testing {
namespace {

namespace fs = std::filesystem;

std::shared_ptr<const Model> learned_model() {
  static const auto model = [] {
    auto loaded = load_model(models_folder(), {.face = false, .live = true});
    if (!loaded) throw std::runtime_error(loaded.error().message);
    auto copy = std::make_shared<Model>(**loaded);
    copy->motion = SmallMotion{}.model();
    return copy;
  }();
  return model;
}

StreamOptions options_at(Pace pace, bool rules = false) {
  StreamOptions options;
  options.pace = pace;
  options.rules = rules;
  options.render.size = 256;
  return options;
}

std::vector<ImageU8> film(const StreamOptions& options, std::size_t piece) {
  static const auto avatar = std::make_shared<const Avatar>(plain_avatar(256));
  static const std::vector<float> sound = buzz(1.5, kSampleRate);
  Stream stream = Stream::open(learned_model(), avatar, options).value();
  std::vector<ImageU8> pictures;
  Frame frame;
  for (std::size_t at = 0; at < sound.size(); at += piece) {
    stream.push(std::span(sound).subspan(at, std::min(piece, sound.size() - at)));
    while (stream.ready() && stream.pull(frame)) pictures.push_back(std::move(frame.picture));
  }
  stream.end();
  while (stream.pull(frame)) pictures.push_back(std::move(frame.picture));
  return pictures;
}

std::size_t different(const std::vector<ImageU8>& a, const std::vector<ImageU8>& b) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) count += a[i].pixels != b[i].pixels;
  return count;
}

TEST(LearnedStream, MovesByTheModelUnlessRulesAreAskedFor) {
  const auto learned = film(options_at(Pace::offline), 1 << 20),
             ruled = film(options_at(Pace::offline, true), 1 << 20);
  EXPECT_EQ(learned.size(), 38U);
  EXPECT_EQ(ruled.size(), 38U);
  EXPECT_GT(different(learned, ruled), 10U);
}

TEST(LearnedStream, IsTheSameHoweverTheSoundIsCut) {
  for (const Pace pace : {Pace::offline, Pace::live}) {
    const auto whole = film(options_at(pace), 1 << 20), pieces = film(options_at(pace), 713);
    EXPECT_EQ(whole.size(), 38U);
    EXPECT_EQ(pieces.size(), 38U);
    EXPECT_EQ(different(whole, pieces), 0U);
  }
}

TEST(LearnedStream, HasALiveFrameReadyAHundredAndTwentyMillisecondsAfterItsSound) {
  const auto avatar = std::make_shared<const Avatar>(plain_avatar(256));
  Stream stream = Stream::open(learned_model(), avatar, options_at(Pace::live)).value();
  const auto sound = buzz(2, kSampleRate);
  constexpr std::size_t packet = 320;
  for (std::size_t at = 0; at + packet <= sound.size(); at += packet) {
    stream.push(std::span(sound).subspan(at, packet));
    const auto heard_ms = static_cast<double>(at + packet) / 16;
    if (heard_ms > 200) {
      EXPECT_GE(static_cast<double>(stream.ready()), std::floor((heard_ms - 120) / 40)) << heard_ms << " ms";
    }
  }
}

TEST(LearnedStream, RefusesABrokenOrMissingMotionModel) {
  const fs::path folder = fs::temp_directory_path() / "parlante_broken_motion";
  fs::remove_all(folder);
  fs::create_directories(folder);
  for (const char* name : {"phonetic.hama", "head.plhead"})
    fs::create_symlink(fs::absolute(models_folder() / name), folder / name);
  auto file = SmallMotion{}.file();
  file.arrays.erase("head.bias");
  file.write(folder / "motion.safetensors");
  const auto model = load_model(folder, {.face = false});
  ASSERT_FALSE(model);
  EXPECT_EQ(model.error().kind, ErrorKind::broken_model);
  EXPECT_EQ(exit_code(model.error().kind), 3);
  std::ofstream(folder / "motion.safetensors") << "nothing";
  EXPECT_EQ(load_model(folder, {.face = false}).error().kind, ErrorKind::broken_model);
  fs::remove(folder / "motion.safetensors");
  EXPECT_EQ(load_model(folder, {.face = false}).error().kind, ErrorKind::broken_model);
  fs::remove_all(folder);
}

}  // namespace
}  // namespace parlante::testing
