#include "nn/network.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <cmath>
#include <fstream>
#include <openvino/openvino.hpp>
#include <openvino/opsets/opset1.hpp>
#include <thread>

#include "core/random.hpp"
#include "support/paths.hpp"

namespace parlante {
namespace {

using ::testing::HasSubstr;

/// y = 2x + 1 over rows of four; `shape` may leave dimensions open.
std::shared_ptr<ov::Model> affine_graph(const ov::PartialShape& shape,
                                        ov::element::Type type = ov::element::f32) {
  const auto x = std::make_shared<ov::op::v0::Parameter>(type, shape);
  const auto two = ov::op::v0::Constant::create(type, {}, {2});
  const auto one = ov::op::v0::Constant::create(type, {}, {1});
  const auto y = std::make_shared<ov::op::v1::Add>(std::make_shared<ov::op::v1::Multiply>(x, two), one);
  return std::make_shared<ov::Model>(ov::OutputVector{y}, ov::ParameterVector{x});
}

/// A square matrix product: sums of `n` products, where 16-bit arithmetic would show.
std::shared_ptr<ov::Model> product_graph(std::size_t n, const std::vector<float>& weights) {
  const auto x =
      std::make_shared<ov::op::v0::Parameter>(ov::element::f32, ov::PartialShape{1, std::int64_t(n)});
  const auto w = ov::op::v0::Constant::create(ov::element::f32, {n, n}, weights);
  const auto y = std::make_shared<ov::op::v0::MatMul>(x, w);
  return std::make_shared<ov::Model>(ov::OutputVector{y}, ov::ParameterVector{x});
}

class TemporaryFile {
 public:
  TemporaryFile(const std::string& name, const std::vector<char>& bytes)
      : path_(std::filesystem::temp_directory_path() / (std::to_string(::getpid()) + "-" + name)) {
    std::ofstream(path_, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  }
  ~TemporaryFile() { std::filesystem::remove(path_); }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

std::vector<char> random_bytes(std::size_t count, std::uint64_t seed) {
  Random random(seed);
  std::vector<char> bytes(count);
  for (char& byte : bytes) byte = static_cast<char>(random.bits());
  return bytes;
}

std::vector<char> bytes_of(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

void expect_broken(const std::filesystem::path& file, const std::string& about) {
  const auto network = Network::load(file);
  ASSERT_FALSE(network.has_value()) << about;
  EXPECT_EQ(network.error().kind, ErrorKind::broken_model) << about;
  EXPECT_THAT(network.error().message, HasSubstr(file.filename().string())) << about;
  EXPECT_EQ(network.error().message.back(), '.') << about;
  EXPECT_EQ(network.error().message.find('\n'), std::string::npos) << about;
}

TEST(Network, ComputesWhatTheGraphSays) {
  const auto network = Network::compile(affine_graph({1, 4}), "affine");
  ASSERT_TRUE(network.has_value()) << network.error().message;
  Inference inference(*network);
  ASSERT_EQ(inference.inputs(), 1U);
  ASSERT_EQ(inference.outputs(), 1U);
  ASSERT_EQ(inference.input().size(), 4U);
  for (std::size_t i = 0; i < 4; ++i) inference.input()[i] = static_cast<float>(i);
  inference.run();
  EXPECT_THAT(inference.output(0), ::testing::ElementsAre(1.F, 3.F, 5.F, 7.F));
}

TEST(Network, AnOpenBatchDimensionBecomesOne) {
  const auto graph = affine_graph({-1, 4});
  const auto network = Network::compile(graph, "affine");
  ASSERT_TRUE(network.has_value()) << network.error().message;
  EXPECT_TRUE(graph->is_dynamic()) << "the caller's graph must stay as it was";
  Inference inference(*network);
  ASSERT_EQ(inference.input().size(), 4U);
  inference.input()[3] = 10;
  inference.run();
  EXPECT_THAT(inference.output(0), ::testing::ElementsAre(1.F, 1.F, 1.F, 21.F));
}

TEST(Network, OtherOpenDimensionsAreRefused) {
  for (const ov::PartialShape& shape :
       {ov::PartialShape{1, -1}, ov::PartialShape{-1, -1}, ov::PartialShape::dynamic()}) {
    const auto network = Network::compile(affine_graph(shape), "open");
    ASSERT_FALSE(network.has_value());
    EXPECT_EQ(network.error().kind, ErrorKind::broken_model);
    EXPECT_THAT(network.error().message, HasSubstr("open"));
  }
}

TEST(Network, OnlyFloatsGoInAndOut) {
  const auto network = Network::compile(affine_graph({1, 4}, ov::element::i32), "whole numbers");
  ASSERT_FALSE(network.has_value());
  EXPECT_EQ(network.error().kind, ErrorKind::broken_model);
  EXPECT_THAT(network.error().message, HasSubstr("i32"));
}

TEST(Network, NeedsAThread) {
  for (const int threads : {0, -3}) {
    const auto network = Network::compile(affine_graph({1, 4}), "affine", threads);
    ASSERT_FALSE(network.has_value());
    EXPECT_EQ(network.error().kind, ErrorKind::usage);
  }
}

TEST(Network, ComputesWith32BitFloatsOnEveryProcessor) {
  constexpr std::size_t n = 256;
  Random random(5);
  std::vector<float> weights(n * n), x(n);
  for (float& w : weights) w = static_cast<float>(random.uniform(.5, 1.5));
  for (float& v : x) v = static_cast<float>(random.uniform(.5, 1.5));
  const auto network = Network::compile(product_graph(n, weights), "product");
  ASSERT_TRUE(network.has_value()) << network.error().message;
  Inference inference(*network);
  std::copy(x.begin(), x.end(), inference.input().begin());
  inference.run();
  for (std::size_t j = 0; j < n; ++j) {
    double sum = 0;
    for (std::size_t i = 0; i < n; ++i) sum += double(x[i]) * double(weights[i * n + j]);
    // bf16 keeps 8 bits: its relative error over such sums is about 1e-3.
    ASSERT_NEAR(inference.output(0)[j], sum, 2e-5 * sum);
  }
}

TEST(Network, OneNetworkServesSeveralThreads) {
  const auto network = Network::compile(affine_graph({1, 4}), "affine");
  ASSERT_TRUE(network.has_value()) << network.error().message;
  std::array<int, 4> wrong{};
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < wrong.size(); ++t) {
    threads.emplace_back([&network, &wrong, t] {
      Inference inference(*network);
      for (int k = 0; k < 200; ++k) {
        const float x = static_cast<float>(k) + 1000.F * static_cast<float>(t);
        inference.input()[0] = x;
        inference.run();
        wrong[t] += inference.output(0)[0] != 2 * x + 1;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(wrong, ::testing::Each(0));
}

TEST(Network, AnInferenceOutlivesItsNetworkAndMoves) {
  auto network = Network::compile(affine_graph({1, 4}), "affine");
  ASSERT_TRUE(network.has_value()) << network.error().message;
  Inference first(*network);
  *network = Network();
  const std::span<float> input = first.input();
  Inference second = std::move(first);
  input[1] = 4;
  second.run();
  EXPECT_EQ(second.output(0)[1], 9.F);
}

TEST(Network, SaysWhichOutputHasASize) {
  const auto network = Network::compile(affine_graph({1, 4}), "affine");
  ASSERT_TRUE(network.has_value()) << network.error().message;
  const Inference inference(*network);
  EXPECT_EQ(inference.output_of_size(4).value_or(99), 0U);
  const auto missing = inference.output_of_size(5);
  ASSERT_FALSE(missing.has_value());
  EXPECT_EQ(missing.error().kind, ErrorKind::broken_model);
  EXPECT_THAT(missing.error().message, HasSubstr("affine"));
}

TEST(NetworkFile, AMissingFileIsNamed) {
  expect_broken("no/such/folder/face_detector.tflite", "missing");
  expect_broken(std::filesystem::temp_directory_path(), "a folder");
}

TEST(NetworkFile, RandomBytesAreRefused) {
  for (const char* name : {"noise.tflite", "noise.onnx", "noise.xml", "noise.bin", "noise"})
    for (const std::size_t size :
         {std::size_t{0}, std::size_t{1}, std::size_t{7}, std::size_t{64}, std::size_t{100000}})
      expect_broken(TemporaryFile(name, random_bytes(size, size)).path(), name + std::to_string(size));
}

TEST(NetworkFile, NoiseBehindARightBeginningIsRefusedQuietly) {
  ::testing::internal::CaptureStderr();
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    std::vector<char> bytes = random_bytes(5000, seed);
    bytes[0] = 8;
    expect_broken(TemporaryFile("noise.onnx", bytes).path(), "onnx");
    bytes[0] = '<';
    expect_broken(TemporaryFile("noise.xml", bytes).path(), "xml");
    const std::string signature = "TFL3";
    std::copy(signature.begin(), signature.end(), bytes.begin() + 4);
    expect_broken(TemporaryFile("noise.tflite", bytes).path(), "tflite");
  }
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

TEST(NetworkFile, ATruncatedNetworkIsRefused) {
  const auto file = testing::models_folder() / "face_detector.tflite";
  const std::vector<char> whole = bytes_of(file);
  ASSERT_GT(whole.size(), 100'000U) << file << " is not installed";
  for (const double part : {.0001, .01, .3, .5, .9, .999}) {
    const auto length = static_cast<std::ptrdiff_t>(part * static_cast<double>(whole.size()));
    expect_broken(TemporaryFile("short.tflite", {whole.begin(), whole.begin() + length}).path(),
                  std::to_string(part));
  }
}

TEST(NetworkFile, OpenVinosOwnFormatIsRead) {
  const TemporaryFile xml("affine.xml", {}), weights("affine.bin", {});
  ov::serialize(affine_graph({-1, 4}), xml.path().string(), weights.path().string());
  const auto network = Network::load(xml.path());
  ASSERT_TRUE(network.has_value()) << network.error().message;
  Inference inference(*network);
  inference.input()[2] = 3;
  inference.run();
  EXPECT_THAT(inference.output(0), ::testing::ElementsAre(1.F, 1.F, 7.F, 1.F));
}

TEST(NetworkCache, MakesNoDifferenceToTheResultEvenWhenItIsDamagedOrUnwritable) {
  const auto folder =
      std::filesystem::temp_directory_path() / ("network-cache-" + std::to_string(::getpid()));
  Random random(9);
  std::vector<float> weights(64 * 64);
  for (float& w : weights) w = static_cast<float>(random.uniform(-1, 1));
  const auto run = [&](const std::filesystem::path& cache) -> std::vector<float> {
    const auto network = Network::compile(product_graph(64, weights), "product", 1, cache);
    if (!network) return {};
    Inference inference(*network);
    for (std::size_t i = 0; i < 64; ++i) inference.input()[i] = static_cast<float>(i);
    inference.run();
    return {inference.output(0).begin(), inference.output(0).end()};
  };
  const std::vector<float> expected = run({});
  ASSERT_EQ(expected.size(), 64U);
  EXPECT_EQ(run(folder), expected) << "empty";
  EXPECT_FALSE(std::filesystem::is_empty(folder));
  EXPECT_EQ(run(folder), expected) << "filled";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::filesystem::permissions(entry, std::filesystem::perms::owner_all);
    std::filesystem::resize_file(entry, std::filesystem::file_size(entry) / 2);
  }
  EXPECT_EQ(run(folder), expected) << "cut short";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::vector<char> bytes = random_bytes(5000, 4);
    std::filesystem::permissions(entry, std::filesystem::perms::owner_all);
    std::ofstream(entry.path(), std::ios::binary).write(bytes.data(), 5000);
  }
  EXPECT_EQ(run(folder), expected) << "noise";
  std::filesystem::remove_all(folder);
  EXPECT_EQ(run("/dev/null/no-folder"), expected) << "cannot be made";
}

TEST(NetworkFile, TheInstalledNetworksLoad) {
  for (const char* name : {"face_detector.tflite", "face_landmarks_detector.tflite",
                           "face_blendshapes.tflite", "person_segmenter.tflite"}) {
    const auto network = Network::load(testing::models_folder() / name);
    ASSERT_TRUE(network.has_value()) << network.error().message;
    Inference inference(*network);
    for (std::size_t i = 0; i < inference.input().size(); ++i)
      inference.input()[i] = .5F + .5F * std::sin(static_cast<float>(i));
    inference.run();
    for (std::size_t o = 0; o < inference.outputs(); ++o)
      EXPECT_THAT(inference.output(o),
                  ::testing::Each(::testing::Truly([](float v) { return std::isfinite(v); })));
  }
}

}  // namespace
}  // namespace parlante
