#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>

#include "core/fnv1a.hpp"
#include "head/byte_codec.hpp"
#include "head/head_model.hpp"
#include "head_fixture.hpp"

namespace parlante {
namespace {

constexpr std::size_t kHeader = 28, kChecksumAt = 20;

// The least that is a head: three vertices a part, one triangle each.
HeadModel small_head() {
  HeadModel model;
  for (std::size_t p = 0; p < kHeadParts; ++p) {
    const auto begin = static_cast<std::int32_t>(3 * p);
    model.parts[p] = {begin, begin + 3};
    model.triangles[p] = {{begin, begin + 1, begin + 2}};
    for (int k = 0; k < 3; ++k)
      model.neutral.emplace_back(static_cast<float>(p), static_cast<float>(k), .25f);
  }
  model.reference = model.neutral;
  for (auto& loop : model.loops) loop = {0, 1, 2};
  model.lip_side.assign(9, .5f);
  model.lip_depth = model.lid_thickness = model.ear = model.lip_side;
  for (auto& landmark : model.landmarks) landmark = {{0, 1, 5}, {.5f, .25f, .25f}};
  for (std::size_t k = 0; k < kBlendshapes; ++k)
    model.expressions[k] = {{static_cast<std::int32_t>(k % 30)}, {Vec3f(0, 1.5f, -.5f)}};
  for (const char* name : {"wide", "tall"}) {
    IdentityAxis axis{name, .5f, {}, {{2, 7, 29}, {Vec3f(1, 0, 0), Vec3f(0, -2, 0), Vec3f(0, 0, .001f)}}};
    for (Affine& motion : axis.motion) motion.setConstant(.125f);
    model.identity.push_back(axis);
  }
  return model;
}

class HeadFile : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() /
              ("parlante_head_" + std::to_string(::testing::UnitTest::GetInstance()->random_seed()) + "_" +
               ::testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::create_directories(folder_);
    file_ = folder_ / "small.plhead";
    ASSERT_TRUE(save_head_model(small_head(), file_));
    std::ifstream input(file_, std::ios::binary);
    bytes_.assign(std::istreambuf_iterator<char>(input), {});
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  Result<HeadModel> load(std::vector<std::uint8_t> bytes, bool with_right_checksum) {
    if (with_right_checksum && bytes.size() >= kHeader) {
      const std::uint64_t sum = fnv1a(std::span(bytes).subspan(kHeader));
      for (std::size_t k = 0; k < 8; ++k) bytes[kChecksumAt + k] = static_cast<std::uint8_t>(sum >> (8 * k));
    }
    return read_head_model(bytes, "small.plhead");
  }

  std::filesystem::path folder_, file_;
  std::vector<std::uint8_t> bytes_;
};

TEST_F(HeadFile, ComesBackAsItWasSaved) {
  const HeadModel saved = small_head();
  const auto loaded = load_head_model(file_);
  ASSERT_TRUE(loaded) << loaded.error().message;
  EXPECT_EQ(loaded->neutral, saved.neutral);
  EXPECT_EQ(loaded->triangles, saved.triangles);
  EXPECT_EQ(loaded->loops, saved.loops);
  EXPECT_EQ(loaded->lip_side, saved.lip_side);
  EXPECT_EQ(loaded->landmarks[467].vertices, saved.landmarks[467].vertices);
  EXPECT_EQ(loaded->identity[1].name, "tall");
  EXPECT_EQ(loaded->identity[1].motion[3], saved.identity[1].motion[3]);
  ASSERT_EQ(loaded->identity[0].delta.vertices, saved.identity[0].delta.vertices);
  EXPECT_LT((loaded->identity[0].delta.deltas[2] - saved.identity[0].delta.deltas[2]).norm(), 5e-5f);
  EXPECT_LT((loaded->expressions[5].deltas[0] - saved.expressions[5].deltas[0]).norm(), 5e-5f);
  EXPECT_EQ(loaded->checksum, structure_checksum(saved));
  EXPECT_NE(loaded->checksum, 0u);
}

// Converters built by other compilers write other last bits; avatars made with either head fit both.
TEST_F(HeadFile, LastBitsChangeTheFileButNotTheChecksumThatAvatarsRemember) {
  HeadModel other = small_head();
  other.neutral[4].y() = std::nextafter(other.neutral[4].y(), 100.f);
  other.reference[7].x() = std::nextafter(other.reference[7].x(), 100.f);
  other.expressions[3].deltas[0].y() = 1.4999f;
  other.identity[1].sigma = std::nextafter(.5f, 1.f);
  other.identity[1].motion[2](1, 3) = std::nextafter(.125f, 1.f);
  other.landmarks[9].weights = {.5f, .2500001f, .2499999f};
  ASSERT_TRUE(save_head_model(other, file_));
  std::ifstream input(file_, std::ios::binary);
  const std::vector<std::uint8_t> other_bytes(std::istreambuf_iterator<char>(input), {});
  EXPECT_NE(other_bytes, bytes_);
  const auto loaded = load_head_model(file_);
  ASSERT_TRUE(loaded) << loaded.error().message;
  EXPECT_EQ(loaded->checksum, structure_checksum(small_head()));
}

TEST_F(HeadFile, AnotherStructureHasAnotherChecksum) {
  using Change = void (*)(HeadModel&);
  const std::vector<std::pair<const char*, Change>> changes{
      {"one more vertex", [](HeadModel& m) { m.neutral.push_back(m.neutral.back()); }},
      {"another part", [](HeadModel& m) { --m.parts[2].end, --m.parts[3].begin; }},
      {"another triangle", [](HeadModel& m) { std::swap(m.triangles[1][0][0], m.triangles[1][0][1]); }},
      {"one more triangle", [](HeadModel& m) { m.triangles[4].push_back(m.triangles[4][0]); }},
      {"another loop", [](HeadModel& m) { m.loops[5][1] = 4; }},
      {"a loop's vertex moved to the next",
       [](HeadModel& m) { m.loops[5].pop_back(), m.loops[6].insert(m.loops[6].begin(), 2); }},
      {"another axis", [](HeadModel& m) { m.identity[0].name = "wider"; }},
      {"axes in another order", [](HeadModel& m) { std::swap(m.identity[0], m.identity[1]); }},
      {"no axes", [](HeadModel& m) { m.identity.clear(); }},
  };
  std::vector<std::uint64_t> sums{structure_checksum(small_head())};
  for (const auto& [what, change] : changes) {
    HeadModel model = small_head();
    change(model);
    const std::uint64_t sum = structure_checksum(model);
    EXPECT_EQ(std::count(sums.begin(), sums.end(), sum), 0) << what;
    sums.push_back(sum);
  }
}

TEST_F(HeadFile, TruncatedAnywhereIsABrokenModel) {
  for (std::size_t length = 0; length < bytes_.size(); length += length < 200 ? 1 : 97) {
    const auto loaded = load({bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(length)}, false);
    ASSERT_FALSE(loaded) << length;
    EXPECT_EQ(loaded.error().kind, ErrorKind::broken_model);
    EXPECT_NE(loaded.error().message.find("tools/setup"), std::string::npos);
  }
}

TEST_F(HeadFile, ShorterContentWithRightLengthAndChecksumIsABrokenModel) {
  for (std::size_t cut = 1; cut + kHeader < bytes_.size(); cut += 131) {
    std::vector<std::uint8_t> shorter(bytes_.begin(), bytes_.end() - static_cast<std::ptrdiff_t>(cut));
    const std::uint64_t length = shorter.size() - kHeader;
    for (std::size_t k = 0; k < 8; ++k) shorter[12 + k] = static_cast<std::uint8_t>(length >> (8 * k));
    EXPECT_FALSE(load(shorter, true)) << cut;
  }
}

TEST_F(HeadFile, AFlippedByteIsNoticed) {
  for (std::size_t at = 0; at < bytes_.size(); at += at < 300 ? 1 : 53) {
    std::vector<std::uint8_t> damaged = bytes_;
    damaged[at] ^= 0x40;
    EXPECT_FALSE(load(damaged, false)) << at;
  }
}

// Whoever writes a right checksum over wrong numbers gets an error or a head whose every index can be used.
TEST_F(HeadFile, ForgedNumbersNeverLeadOutOfTheModel) {
  int refused = 0;
  for (std::size_t at = kHeader; at + 4 <= bytes_.size(); at += at < kHeader + 2000 ? 1 : 7)
    for (const std::uint32_t forged : {0xffffffffu, 0x7fffffffu, 0x0fffffffu, 30u}) {
      std::vector<std::uint8_t> damaged = bytes_;
      for (std::size_t k = 0; k < 4; ++k) damaged[at + k] = static_cast<std::uint8_t>(forged >> (8 * k));
      const auto loaded = load(damaged, true);
      if (!loaded) {
        ++refused;
        EXPECT_EQ(loaded.error().kind, ErrorKind::broken_model);
        continue;
      }
      const auto count = static_cast<std::int32_t>(loaded->neutral.size());
      for (const auto& part : loaded->triangles)
        for (const Triangle& t : part)
          for (const std::int32_t v : t) ASSERT_TRUE(v >= 0 && v < count);
      for (const auto& delta : loaded->expressions) {
        ASSERT_EQ(delta.vertices.size(), delta.deltas.size());
        for (const std::int32_t v : delta.vertices) ASSERT_TRUE(v >= 0 && v < count);
      }
      for (const Vec3f& v : loaded->neutral) ASSERT_TRUE(v.allFinite());
    }
  EXPECT_GT(refused, 1000);
}

TEST_F(HeadFile, GiantCountsAreRefusedWithoutAllocating) {
  std::vector<std::uint8_t> damaged = bytes_;
  for (std::size_t k = 0; k < 4; ++k) damaged.at(kHeader + k) = 0xff;  // number of vertices
  const auto loaded = load(damaged, true);
  ASSERT_FALSE(loaded);
  EXPECT_NE(loaded.error().message.find("vertices"), std::string::npos);
}

TEST_F(HeadFile, OtherFilesAreNoHeads) {
  EXPECT_FALSE(load_head_model(folder_));
  EXPECT_FALSE(load_head_model(folder_ / "absent.plhead"));
  EXPECT_FALSE(load(std::vector<std::uint8_t>(5000, 'x'), false));
  std::vector<std::uint8_t> other_version = bytes_;
  other_version[8] = 99;
  const auto loaded = load(other_version, false);
  ASSERT_FALSE(loaded);
  EXPECT_NE(loaded.error().message.find("version"), std::string::npos);
}

TEST_F(HeadFile, AnUnwritableFolderIsAnError) {
  const auto saved = save_head_model(small_head(), folder_ / "no such folder" / "x.plhead");
  ASSERT_FALSE(saved);
  EXPECT_EQ(saved.error().kind, ErrorKind::failed);
}

TEST(TheRealHeadFile, IsCompact) {
  EXPECT_LT(std::filesystem::file_size(testing::models_folder() / "head.plhead"), 12'000'000u);
}

}  // namespace
}  // namespace parlante
