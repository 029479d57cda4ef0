#include "motion/denoiser.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "motion/denoiser_graph.hpp"
#include "motion/reference_denoiser.hpp"
#include "motion/small_motion_model.hpp"
#include "nn/network.hpp"

namespace parlante {
namespace {

using testing::ReferenceDenoiser;
using testing::Rows;
using testing::SmallMotion;

Rows random_rows(std::size_t rows, std::size_t columns, std::uint64_t seed) {
  Random random(seed);
  Rows out(rows, std::vector<double>(columns));
  for (auto& row : out)
    for (double& v : row) v = static_cast<double>(static_cast<float>(random.normal()));
  return out;
}

void put(const Rows& rows, std::span<float> flat) {
  std::size_t i = 0;
  for (const auto& row : rows)
    for (const double v : row) flat[i++] = static_cast<float>(v);
}

double largest_difference(const Rows& rows, std::span<const float> flat) {
  double worst = 0;
  std::size_t i = 0;
  for (const auto& row : rows)
    for (const double v : row) worst = std::max(worst, std::abs(v - static_cast<double>(flat[i++])));
  return worst;
}

TEST(DenoiserGraph, GivesWhatTheFormulasGive) {
  const SmallMotion small;
  const MotionWeights weights = small.weights();
  const ReferenceDenoiser reference(weights);
  const Rows audio = random_rows(small.window, MotionConfig::kAudio, 1);
  Rows motion = random_rows(small.window, 2 * small.channels.size() + 1, 2);
  for (std::size_t t = 0; t < small.window; ++t) motion[t].back() = t < small.previous ? 1 : 0;
  const auto condition = random_rows(1, 16, 3)[0];

  Inference listener(Network::compile(build_listener(weights, small.window).value(), "listener").value());
  put(audio, listener.input(0));
  listener.run();
  const Rows heard = reference.listen(audio);
  EXPECT_LT(largest_difference(heard, listener.output(0)), 1e-4);

  Inference modulator(Network::compile(build_modulator(weights).value(), "modulator").value());
  for (const std::size_t batch : {1U, 2U}) {
    Inference denoiser(
        Network::compile(build_denoiser(weights, small.window, batch).value(), "denoiser").value());
    for (const double time : {0.0, 0.01, 0.25}) {
      for (std::size_t i = 0; i < small.d / 2; ++i) {
        const double angle =
            1000 * time * std::pow(1e4, -static_cast<double>(i) / (static_cast<double>(small.d) / 2));
        modulator.input(0)[i] = static_cast<float>(std::sin(angle));
        modulator.input(0)[small.d / 2 + i] = static_cast<float>(std::cos(angle));
      }
      put({condition}, modulator.input(1));
      modulator.run();
      for (std::size_t b = 0; b < batch; ++b)
        put(heard, denoiser.input(0).subspan(b * small.window * small.d, small.window * small.d));
      put(motion, denoiser.input(1));
      std::ranges::copy(modulator.output(0), denoiser.input(2).begin());
      denoiser.run();
      const Rows clean = reference.clean(heard, motion, condition, time);
      for (std::size_t b = 0; b < batch; ++b)
        EXPECT_LT(
            largest_difference(clean, denoiser.output(0).subspan(b * small.window * small.channels.size())),
            1e-4)
            << "at time " << time;
    }
  }
}

TEST(DenoiserGraph, SaysWhichArrayIsMissing) {
  for (const char* name : {"audio.weight", "conv.bias", "block1.bias", "head.weight", "null", "audio_std",
                           "block0.ada.bias", "time2.weight", "channel_mean"}) {
    auto file = SmallMotion{}.file();
    file.arrays.erase(name);
    const auto model = MotionModel::build(
        MotionWeights::from(SafeTensors::parse(file.bytes(), "motion model").value()).value());
    ASSERT_FALSE(model) << name;
    EXPECT_EQ(model.error().kind, ErrorKind::broken_model);
    EXPECT_NE(model.error().message.find(name), std::string::npos) << model.error().message;
  }
}

/// A window of its own, without earlier frames.
Rows drawn(Denoiser& denoiser, std::int64_t first) {
  denoiser.start_anew();
  denoiser.run(first);
  Rows rows;
  for (std::size_t t = 0; t < denoiser.frames(); ++t)
    rows.emplace_back(denoiser.clean(t).begin(), denoiser.clean(t).end());
  return rows;
}

/// Draws a window with all that can be given, and holds it against the formulas.
void hold_against_formulas(float guidance, float gaze_guidance) {
  const SmallMotion small{.guidance = 1.5};
  const MotionWeights weights = small.weights();
  const MotionModel model = MotionModel::build(weights).value();
  Denoiser denoiser(model, Pace::offline,
                    {.seed = 5, .steps = 3, .guidance = guidance, .wish_guidance = {gaze_guidance, 1, 1, 1}});
  const Rows audio = random_rows(small.window, MotionConfig::kAudio, 11);
  for (std::size_t t = 0; t < small.window; ++t) put({audio[t]}, denoiser.heard(t));
  const auto condition = random_rows(1, 16, 12)[0];
  MotionCondition wish{};
  put({condition}, wish);
  denoiser.wish(wish);
  denoiser.start_anew();
  Rows motion(small.window, std::vector<double>(2 * small.channels.size() + 1));
  const Rows before = random_rows(small.previous, small.channels.size(), 13);
  for (std::size_t t = 0; t < small.previous; ++t) {
    std::vector<float> row(small.channels.size());
    put({before[t]}, row);
    denoiser.go_on_from(t, row);
    std::ranges::copy(before[t], motion[t].begin() + static_cast<std::ptrdiff_t>(small.channels.size()));
    motion[t].back() = 1;
  }
  denoiser.run(40);

  Rows noise;
  for (std::size_t t = 0; t < small.window; ++t) {
    std::vector<float> row(small.channels.size());
    Denoiser::noise(5, 40 + static_cast<std::int64_t>(t), row);
    noise.emplace_back(row.begin(), row.end());
  }
  const Rows expected = ReferenceDenoiser(weights).sample(
      audio, motion, noise, condition, 3, static_cast<double>(guidance), static_cast<double>(gaze_guidance));
  for (std::size_t t = 0; t < small.window; ++t)
    EXPECT_LT(largest_difference({expected[t]}, denoiser.clean(t)), 1e-3) << "frame " << t;
}

TEST(Denoiser, SamplesAsTheFormulasDo) {
  hold_against_formulas(1, 1);
  hold_against_formulas(1.5F, 1);
}

TEST(Denoiser, GuidesEachConditionByItself) {
  hold_against_formulas(1, 2);
  hold_against_formulas(1.5F, 0.5F);
}

TEST(Denoiser, DrawsTheSameForTheSameSeedAndAnotherForAnother) {
  const MotionModel model = SmallMotion{}.model();
  Denoiser a(model, Pace::offline, {.seed = 1}), b(model, Pace::offline, {.seed = 1}),
      c(model, Pace::offline, {.seed = 2});
  const Rows first = drawn(a, 0);
  EXPECT_EQ(first, drawn(b, 0));
  EXPECT_EQ(first, drawn(a, 0));
  EXPECT_NE(first, drawn(c, 0));
  EXPECT_NE(first, drawn(a, 1));
}

TEST(Denoiser, GivesAFrameTheSameNoiseInEveryWindow) {
  std::array<float, 32> a{}, b{}, c{};
  Denoiser::noise(9, -3, a);
  Denoiser::noise(9, -3, b);
  Denoiser::noise(9, -2, c);
  EXPECT_EQ(a, b);
  double product = 0, power = 0;
  for (std::int64_t frame = -1000; frame < 1000; ++frame) {
    Denoiser::noise(9, frame, a);
    Denoiser::noise(9, frame + 1, b);
    for (std::size_t i = 0; i + 1 < a.size(); ++i) {
      product += static_cast<double>(a[i] * b[i] + a[i + 1] * b[i] + a[i] * b[i + 1]) / 3;
      power += static_cast<double>(a[i] * a[i]);
    }
  }
  EXPECT_NEAR(power / (2000 * 31), 1, 0.03);
  EXPECT_NEAR(product / (2000 * 31), 0, 0.02);
}

TEST(Denoiser, OfARegressorNeedsNoNoiseAndNoPast) {
  const MotionModel model = SmallMotion{.kind = "regressor"}.model();
  Denoiser a(model, Pace::offline, {.seed = 1}),
      b(model, Pace::offline, {.seed = 2, .steps = 9, .guidance = 3});
  const Rows first = drawn(a, 0);
  EXPECT_EQ(first, drawn(b, 17));
  const std::vector<float> ones(a.channels(), 1);
  a.start_anew();
  a.go_on_from(0, ones);
  a.run(3);
  for (std::size_t t = 0; t < a.frames(); ++t) EXPECT_LT(largest_difference({first[t]}, a.clean(t)), 1e-9);
}

TEST(Denoiser, HearsAndHeedsWishes) {
  const MotionModel model = SmallMotion{}.model();
  Denoiser denoiser(model, Pace::live, {});
  EXPECT_EQ(denoiser.frames(), 12U);
  const Rows silent = drawn(denoiser, 0);
  std::ranges::fill(denoiser.heard(5), 1.F);
  EXPECT_NE(silent, drawn(denoiser, 0));
  std::ranges::fill(denoiser.heard(5), 0.F);
  EXPECT_EQ(silent, drawn(denoiser, 0));
  MotionCondition wish{};
  wish[5] = 1;
  denoiser.wish(wish);
  EXPECT_NE(silent, drawn(denoiser, 0));
}

}  // namespace
}  // namespace parlante
