#include "nn/safetensors.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "core/random.hpp"
#include "support/safetensors_file.hpp"

namespace parlante {
namespace {

using testing::FileBytes;
using testing::safetensors_bytes;
using testing::SafeTensorsFile;

SafeTensorsFile small_file() {
  SafeTensorsFile file;
  file.arrays["bias"] = {{3}, {1, -2, 0.5F}};
  file.arrays["weight"] = {{2, 2}, {1, 2, 3, 4}};
  file.metadata["config"] = R"({"d":8})";
  return file;
}

/// A file whose header describes one array "a"; 16 bytes of numbers follow.
FileBytes one_array(const std::string& description) {
  return safetensors_bytes(R"({"a":)" + description + "}", FileBytes(16));
}

void expect_broken(const FileBytes& bytes) {
  const auto file = SafeTensors::parse(bytes, "motion model");
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().kind, ErrorKind::broken_model);
  EXPECT_TRUE(file.error().message.starts_with("The motion model is damaged: ")) << file.error().message;
  EXPECT_TRUE(file.error().message.ends_with("."));
}

TEST(SafeTensors, GivesBackArraysAndMetadata) {
  const auto file = SafeTensors::parse(small_file().bytes(), "motion model");
  ASSERT_TRUE(file) << file.error().message;
  const auto weight = file->array("weight", {2, 2});
  ASSERT_TRUE(weight);
  EXPECT_EQ(std::vector<float>(weight->begin(), weight->end()), (std::vector<float>{1, 2, 3, 4}));
  EXPECT_EQ(file->metadata("config"), R"({"d":8})");
  EXPECT_EQ(file->metadata("licence"), "");
}

TEST(SafeTensors, ReadsHalvesOfBothKinds) {
  const FileBytes halves{0x00, 0x3c, 0x00, 0xc0, 0x80, 0x3f, 0x20, 0xc0};  // 1, -2; bf16 1, -2.5
  const auto file =
      SafeTensors::parse(safetensors_bytes(R"({"h":{"dtype":"F16","shape":[2],"data_offsets":[0,4]},)"
                                           R"("b":{"dtype":"BF16","shape":[1,2],"data_offsets":[4,8]}})",
                                           halves),
                         "motion model");
  ASSERT_TRUE(file) << file.error().message;
  const auto half = file->array("h", {2}), brain = file->array("b", {1, 2});
  ASSERT_TRUE(half && brain);
  EXPECT_EQ(std::vector<float>(half->begin(), half->end()), (std::vector<float>{1, -2}));
  EXPECT_EQ(std::vector<float>(brain->begin(), brain->end()), (std::vector<float>{1, -2.5F}));
}

TEST(SafeTensors, AsksForTheRightNameAndShape) {
  const auto file = SafeTensors::parse(small_file().bytes(), "motion model");
  ASSERT_TRUE(file);
  EXPECT_EQ(file->array("weight", {4}).error().kind, ErrorKind::broken_model);
  EXPECT_EQ(file->array("weight", {2, 2, 1}).error().kind, ErrorKind::broken_model);
  EXPECT_EQ(file->array("gain", {2, 2}).error().kind, ErrorKind::broken_model);
}

TEST(SafeTensors, RefusesWhatIsCutOffAtAnyByte) {
  const FileBytes whole = small_file().bytes();
  for (std::size_t size = 0; size < whole.size(); ++size)
    expect_broken(FileBytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)));
}

TEST(SafeTensors, RefusesTrailingBytes) {
  FileBytes longer = small_file().bytes();
  longer.push_back(0);
  expect_broken(longer);
}

TEST(SafeTensors, RefusesAGiantHeader) {
  for (const std::uint64_t length : {std::uint64_t{1} << 62, ~std::uint64_t{0}, std::uint64_t{1} << 30}) {
    FileBytes bytes = small_file().bytes();
    std::memcpy(bytes.data(), &length, sizeof length);
    expect_broken(bytes);
  }
}

TEST(SafeTensors, RefusesPlacesThatOverlapOrLeaveHoles) {
  const std::string a =
      R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":)";
  expect_broken(safetensors_bytes(a + R"([2],"data_offsets":[4,12]}})", FileBytes(12)));
  expect_broken(safetensors_bytes(a + R"([2],"data_offsets":[0,8]}})", FileBytes(8)));
  expect_broken(safetensors_bytes(a + R"([1],"data_offsets":[12,16]}})", FileBytes(16)));
  expect_broken(one_array(R"({"dtype":"F32","shape":[4],"data_offsets":[4,20]})"));
  expect_broken(one_array(R"({"dtype":"F32","shape":[4],"data_offsets":[16,0]})"));
  expect_broken(one_array(R"({"dtype":"F32","shape":[8],"data_offsets":[0,32]})"));
}

TEST(SafeTensors, RefusesImpossibleShapes) {
  expect_broken(one_array(R"({"dtype":"F32","shape":[4294967296,4294967296,4],"data_offsets":[0,16]})"));
  expect_broken(one_array(R"({"dtype":"F32","shape":[65536,65536,65536,65536,4],"data_offsets":[0,16]})"));
  expect_broken(one_array(R"({"dtype":"F32","shape":[0],"data_offsets":[0,0]})"));
  expect_broken(one_array(R"({"dtype":"F32","shape":[-4],"data_offsets":[0,16]})"));
  expect_broken(one_array(R"({"dtype":"F32","shape":[4.0],"data_offsets":[0,16]})"));
  expect_broken(one_array(R"({"dtype":"F32","shape":[1e300],"data_offsets":[0,16]})"));
  expect_broken(one_array(R"({"dtype":"F32","shape":[3],"data_offsets":[0,16]})"));
  expect_broken(one_array(R"({"dtype":"F32","shape":[1,1,1,1,1,1,1,1,4],"data_offsets":[0,16]})"));
}

TEST(SafeTensors, RefusesWrongTypesAndTables) {
  expect_broken(one_array(R"({"dtype":"I32","shape":[4],"data_offsets":[0,16]})"));
  expect_broken(one_array(R"({"dtype":7,"shape":[4],"data_offsets":[0,16]})"));
  expect_broken(one_array(R"({"dtype":"F32","shape":4,"data_offsets":[0,16]})"));
  expect_broken(one_array(R"({"dtype":"F32","shape":[4],"data_offsets":[0]})"));
  expect_broken(one_array(R"({"dtype":"F32","shape":[4],"data_offsets":["0","16"]})"));
  expect_broken(one_array(R"({"shape":[4],"data_offsets":[0,16]})"));
  expect_broken(one_array("[]"));
  for (const char* header : {"", "[]", "null", "{", R"({"a":})", "\xff\xfe", R"({"__metadata__":[]})",
                             R"({"__metadata__":{"config":7}})"})
    expect_broken(safetensors_bytes(header, {}));
}

TEST(SafeTensors, RefusesDeepJson) {
  expect_broken(one_array(std::string(200000, '[')));
  expect_broken(one_array(std::string(200000, '[') + std::string(200000, ']')));
  std::string objects;
  for (int i = 0; i < 100000; ++i) objects += R"({"a":)";
  expect_broken(one_array(objects + "1" + std::string(100000, '}')));
}

TEST(SafeTensors, RefusesNumbersThatNoNetworkHolds) {
  for (const float value : {std::nanf(""), std::numeric_limits<float>::infinity(), -1e30F}) {
    SafeTensorsFile file = small_file();
    file.arrays["weight"].values[3] = value;
    expect_broken(file.bytes());
  }
}

TEST(SafeTensors, SurvivesFlippedBytes) {
  const FileBytes whole = small_file().bytes();
  Random random(3);
  int refused = 0;
  for (int round = 0; round < 4000; ++round) {
    FileBytes damaged = whole;
    damaged[random.bits() % damaged.size()] ^= static_cast<std::uint8_t>(1 + random.bits() % 255);
    refused += !SafeTensors::parse(damaged, "motion model");
  }
  EXPECT_GT(refused, 1500);
}

TEST(SafeTensors, SaysWhichFileIsMissing) {
  const auto file = SafeTensors::read("no/such/file.safetensors", "motion model");
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().kind, ErrorKind::broken_model);
  EXPECT_NE(file.error().message.find("no/such/file.safetensors"), std::string::npos);
}

}  // namespace
}  // namespace parlante
