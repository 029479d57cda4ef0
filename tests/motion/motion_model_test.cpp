#include "motion/motion_model.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "motion/small_motion_model.hpp"
#include "support/safetensors_file.hpp"

namespace parlante {
namespace {

using testing::SmallMotion;

void expect_broken(const testing::SafeTensorsFile& file, const std::string& word) {
  const auto tensors = SafeTensors::parse(file.bytes(), "motion model");
  ASSERT_TRUE(tensors) << tensors.error().message;
  const auto weights = MotionWeights::from(*tensors);
  const auto model = weights ? MotionModel::build(*weights) : tl::unexpected<Error>(weights.error());
  ASSERT_FALSE(model) << word;
  EXPECT_EQ(model.error().kind, ErrorKind::broken_model);
  EXPECT_NE(model.error().message.find(word), std::string::npos) << model.error().message;
  EXPECT_TRUE(model.error().message.ends_with("."));
}

/// The small model's file with one piece of its configuration replaced.
testing::SafeTensorsFile with(const std::string& old_text, const std::string& new_text) {
  auto file = SmallMotion{}.file();
  std::string& config = file.metadata["config"];
  const std::size_t at = config.find(old_text);
  EXPECT_NE(at, std::string::npos) << old_text;
  config.replace(at, old_text.size(), new_text);
  return file;
}

TEST(MotionModel, LoadsFromAFile) {
  const auto file = std::filesystem::temp_directory_path() / "parlante_small_motion.safetensors";
  SmallMotion{}.file().write(file);
  const auto model = MotionModel::load(file, 1, 9);
  std::filesystem::remove(file);
  ASSERT_TRUE(model) << model.error().message;
  EXPECT_EQ(model->config().channels.size(), SmallMotion{}.channels.size());
  EXPECT_EQ(model->config().channels[1], (MotionChannel{MotionChannel::Kind::weight, Blendshape::jawOpen}));
  EXPECT_EQ(model->window(Pace::offline), 20U);
  EXPECT_EQ(model->window(Pace::live), 9U);
  EXPECT_EQ(MotionModel::load(file).error().kind, ErrorKind::broken_model);
}

TEST(MotionModel, RefusesFilesOfAnotherFormat) {
  auto file = SmallMotion{}.file();
  file.metadata["format"] = "parlante-motion-2";
  expect_broken(file, "format");
  file.metadata.erase("format");
  expect_broken(file, "format");
}

TEST(MotionModel, RefusesConfigurationsThatMakeNoSense) {
  auto file = SmallMotion{}.file();
  for (const char* text : {"", "{", "[]", "7", "null"}) {
    file.metadata["config"] = text;
    expect_broken(file, "configuration");
  }
  file.metadata["config"] = R"({"kind":)" + std::string(100000, '[');
  expect_broken(file, "configuration");
  expect_broken(with(R"("kind":"diffusion")", R"("kind":"other")"), "kind");
  expect_broken(with(R"("kind":"diffusion")", R"("kind":7)"), "kind");
  expect_broken(with(R"("d":16)", R"("d":15)"), "multiple");
  expect_broken(with(R"("d":16)", R"("d":1000000)"), "d ");
  expect_broken(with(R"("d":16)", R"("d":-16)"), "d ");
  expect_broken(with(R"("d":16)", R"("d":16.5)"), "d ");
  expect_broken(with(R"("heads":2)", R"("heads":3)"), "heads");
  expect_broken(with(R"("blocks":2)", R"("blocks":0)"), "blocks");
  expect_broken(with(R"("reach":5)", R"("reach":"5")"), "reach");
  expect_broken(with(R"("window":20)", R"("window":4000000000)"), "window");
  expect_broken(with(R"("previous":4)", R"("previous":20)"), "earlier");
  expect_broken(with(R"("steps":3)", R"("steps":0)"), "steps");
  expect_broken(with(R"("guidance":1.000000)", R"("guidance":1e9)"), "guidance");
  expect_broken(with(R"("fps":25)", R"("fps":30)"), "fps");
}

TEST(MotionModel, RefusesChannelsThatAFaceDoesNotHave) {
  expect_broken(with(R"("jawOpen")", R"("jawWiggle")"), "jawWiggle");
  expect_broken(with(R"("jawOpen")", R"("tongueOut")"), "tongueOut");
  expect_broken(with(R"("jawOpen")", R"("eyeLookInLeft")"), "eyeLookInLeft");
  expect_broken(with(R"("jawOpen")", R"("aperture")"), "twice");
  expect_broken(with(R"("aperture")", R"("jawLeft")"), "aperture");
  expect_broken(with(R"("jawOpen")", "7"), "named");
}

TEST(MotionModel, RefusesArraysOfOtherSizes) {
  expect_broken(with(R"("d":16)", R"("d":32)"), "shape");
  expect_broken(with(R"("blocks":2)", R"("blocks":3)"), "block2");
  expect_broken(with(R"("reach":5)", R"("reach":6)"), "bias");
  expect_broken(with(R"(,"gazePitch")", ""), "shape");
}

TEST(MotionModel, RefusesSpreadsThatAreNotPositive) {
  for (const char* name : {"audio_std", "channel_std"}) {
    auto file = SmallMotion{}.file();
    file.arrays[name].values[1] = 0;
    expect_broken(file, name);
  }
}

}  // namespace
}  // namespace parlante
