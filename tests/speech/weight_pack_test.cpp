#include "speech/weight_pack.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <fstream>
#include <iterator>

#include "core/random.hpp"
#include "support/paths.hpp"

namespace parlante {
namespace {

using Bytes = std::vector<std::uint8_t>;

template <class T>
void put(Bytes& bytes, T value) {
  const auto* raw = reinterpret_cast<const std::uint8_t*>(&value);
  bytes.insert(bytes.end(), raw, raw + sizeof(T));
}

struct EntryBytes {
  std::string name = "weight";
  std::uint8_t type = 0;
  std::vector<std::uint32_t> dims = {2, 2};
  std::uint64_t offset = 0, length = 16;
};

/// A pack of the given entries followed by the numbers 1, 2, 3, 4 (f32) and 1, -2 (f16).
Bytes pack_of(const std::vector<EntryBytes>& entries) {
  Bytes bytes{'H', 'A', 'M', 'A', 'P', 'K', 1, 2};
  put(bytes, static_cast<std::uint32_t>(entries.size()));
  for (const auto& e : entries) {
    put(bytes, static_cast<std::uint16_t>(e.name.size()));
    bytes.insert(bytes.end(), e.name.begin(), e.name.end());
    put(bytes, e.type);
    put(bytes, static_cast<std::uint8_t>(e.dims.size()));
    for (const auto d : e.dims) put(bytes, d);
    put(bytes, e.offset);
    put(bytes, e.length);
  }
  bytes.resize((bytes.size() + 15) / 16 * 16);
  for (const float v : {1.F, 2.F, 3.F, 4.F}) put(bytes, v);
  put(bytes, std::uint16_t{0x3c00});
  put(bytes, std::uint16_t{0xc000});
  return bytes;
}

void expect_broken(const Bytes& bytes) {
  const auto pack = WeightPack::parse(bytes);
  ASSERT_FALSE(pack);
  EXPECT_EQ(pack.error().kind, ErrorKind::broken_model);
  EXPECT_FALSE(pack.error().message.empty());
}

TEST(WeightPack, ReadsFullAndHalfFloats) {
  const auto pack = WeightPack::parse(pack_of({EntryBytes{}, EntryBytes{"half", 1, {2}, 16, 4}}));
  ASSERT_TRUE(pack) << pack.error().message;
  const auto full = pack->array("weight", {2, 2});
  ASSERT_TRUE(full);
  EXPECT_EQ(std::vector<float>(full->begin(), full->end()), (std::vector<float>{1, 2, 3, 4}));
  const auto half = pack->array("half", {2});
  ASSERT_TRUE(half);
  EXPECT_EQ(std::vector<float>(half->begin(), half->end()), (std::vector<float>{1, -2}));
}

TEST(WeightPack, AsksForTheRightNameAndShape) {
  const auto pack = WeightPack::parse(pack_of({EntryBytes{}}));
  ASSERT_TRUE(pack);
  EXPECT_EQ(pack->array("weight", {4}).error().kind, ErrorKind::broken_model);
  EXPECT_EQ(pack->array("weight", {2, 2, 1}).error().kind, ErrorKind::broken_model);
  EXPECT_EQ(pack->array("bias", {2, 2}).error().kind, ErrorKind::broken_model);
}

TEST(WeightPack, RefusesWhatIsCutOffAtAnyByte) {
  const Bytes whole = pack_of({EntryBytes{}, EntryBytes{"half", 1, {2}, 16, 4}});
  for (std::size_t size = 0; size < whole.size(); ++size)
    expect_broken(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)));
}

TEST(WeightPack, RefusesImpossibleTables) {
  expect_broken(pack_of({EntryBytes{.dims = {0xffffffffU, 0xffffffffU, 0xffffffffU}}}));
  expect_broken(pack_of({EntryBytes{.dims = {65536, 65536, 65536, 65536}, .length = 0}}));
  expect_broken(pack_of({EntryBytes{.dims = {0, 2}, .length = 0}}));
  expect_broken(pack_of({EntryBytes{.type = 7}}));
  expect_broken(pack_of({EntryBytes{.offset = 1000}}));
  expect_broken(pack_of({EntryBytes{.offset = 0xffffffffffffffffULL}}));
  expect_broken(pack_of({EntryBytes{.length = 12}}));
  expect_broken(pack_of({EntryBytes{}, EntryBytes{}}));
  expect_broken(pack_of({EntryBytes{.dims = std::vector<std::uint32_t>(200, 1)}}));
  Bytes many = pack_of({EntryBytes{}});
  many[8] = many[9] = many[10] = many[11] = 0xff;
  expect_broken(many);
}

TEST(WeightPack, RefusesNumbersThatNoNetworkHolds) {
  Bytes bytes = pack_of({EntryBytes{}});
  const float nan = std::nanf("");
  std::memcpy(bytes.data() + bytes.size() - 20, &nan, 4);
  expect_broken(bytes);
}

TEST(WeightPack, SurvivesFlippedBytesInTheRealFile) {
  std::ifstream stream(testing::models_folder() / "phonetic.hama", std::ios::binary);
  const Bytes whole((std::istreambuf_iterator<char>(stream)), std::istreambuf_iterator<char>());
  ASSERT_GT(whole.size(), 1000000U);
  ASSERT_TRUE(WeightPack::parse(whole));
  Random random(11);
  int refused = 0;
  for (int round = 0; round < 60; ++round) {
    Bytes damaged = whole;
    damaged[random.bits() % 7364] ^= static_cast<std::uint8_t>(1 + random.bits() % 255);
    const auto pack = WeightPack::parse(damaged);
    // A flipped letter of a name is only noticed when that array is asked for; an offset that still lies
    // inside is not.
    if (!pack) ++refused;
  }
  EXPECT_GT(refused, 20);
}

}  // namespace
}  // namespace parlante
