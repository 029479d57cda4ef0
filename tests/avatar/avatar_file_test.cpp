#include "avatar/avatar_file.hpp"

#include <gtest/gtest.h>
#include <unistd.h>
#include <zlib.h>

#include <filesystem>
#include <fstream>

#include "core/random.hpp"

namespace parlante {
namespace {

ImageU8 noisy_picture(int width, int height, int channels, std::uint64_t seed) {
  Random random(seed);
  ImageU8 image(width, height, channels);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x)
      for (int c = 0; c < channels; ++c)
        image.at(x, y)[c] =
            static_cast<std::uint8_t>(x * 3 + y + 40 * c + static_cast<int>(random.uniform(0, 20)));
  return image;
}

Patch patch_at(int x, int y, int width, int height) {
  return {{x, y, width, height}, noisy_picture(width, height, 3, 7)};
}

Avatar small_avatar() {
  Random random(1);
  const auto number = [&] { return static_cast<float>(random.normal()); };
  Avatar a;
  a.size = 64;
  a.pad_top = 10;
  a.camera = {102.4, 32, 32};
  a.translation = {1, 2, -60};
  a.head_checksum = 0x123456789abcdef0ULL;
  a.photo_expression[Blendshape::jawOpen] = .25f;
  a.lips_closed = false;
  for (int i = 0; i < 50; ++i) {
    a.base.push_back({number(), number(), number()});
    a.texture.push_back({number(), number()});
    for (auto* values : {&a.lip_slide, &a.mesh_weight, &a.inner_lip, &a.lid_weight})
      values->push_back(number());
  }
  a.grid.columns = 5;
  a.grid.rows = 4;
  for (int i = 0; i < 20; ++i) {
    a.grid.source.push_back({number(), number()});
    a.grid.rest.push_back({number(), number(), number()});
    a.grid.head_weight.push_back(number());
  }
  a.grid.expressions[3] = {{0, 4, 19}, {{1, 2, 3}, {-1, -2, -3}, {.5f, 0, -.001f}}};
  a.eyes[0].texture = patch_at(3, 4, 9, 7);
  a.eyes[0].highlight = patch_at(3, 4, 9, 7);
  a.eyes[0].sclera = patch_at(3, 4, 9, 7);
  a.glasses = {0, .5f, 1};
  a.eyes_hidden = true;
  a.eyes[1].lash_colour = {1, 2, 3};
  a.lid_skin[1] = patch_at(-2, 5, 12, 5);
  a.foreground = noisy_picture(64, 74, 4, 2);
  a.plate = noisy_picture(64, 64, 3, 3);
  a.grain[2] = 1.5f;
  a.surround = {120, 80, 28, 8, 64, {0xff, 0xd8, 7, 9}};
  a.origin = {std::string(64, 'e'), {1, 2, 3, 255}};
  return a;
}

// A checksum that is right, so that what lies behind it is tried.
void seal(std::vector<std::uint8_t>& file) {
  const auto sum = crc32(0, file.data() + 16, static_cast<uInt>(file.size() - 16));
  for (std::size_t k = 0; k < 4; ++k) file[12 + k] = static_cast<std::uint8_t>(sum >> (8 * k));
}

std::filesystem::path temporary_folder() {
  const auto folder =
      std::filesystem::path(::testing::TempDir()) / ("avatar_file_" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  return folder;
}

}  // namespace

TEST(AvatarFile, KeepsEverything) {
  const Avatar a = small_avatar();
  const auto file = temporary_folder() / "a.avatar";
  ASSERT_TRUE(save_avatar(a, file));
  const auto b = load_avatar(file);
  ASSERT_TRUE(b) << b.error().message;
  EXPECT_EQ(b->size, a.size);
  EXPECT_EQ(b->pad_top, a.pad_top);
  EXPECT_EQ(b->camera.focal_px, a.camera.focal_px);
  EXPECT_EQ(b->rotation, a.rotation);
  EXPECT_EQ(b->translation, a.translation);
  EXPECT_EQ(b->head_checksum, a.head_checksum);
  EXPECT_EQ(b->photo_expression, a.photo_expression);
  EXPECT_FALSE(b->lips_closed);
  EXPECT_EQ(b->base, a.base);
  EXPECT_EQ(b->texture, a.texture);
  EXPECT_EQ(b->lid_weight, a.lid_weight);
  EXPECT_EQ(b->grid.rest, a.grid.rest);
  EXPECT_EQ(b->grid.expressions[3].vertices, a.grid.expressions[3].vertices);
  for (std::size_t i = 0; i < 3; ++i)
    EXPECT_LT((b->grid.expressions[3].deltas[i] - a.grid.expressions[3].deltas[i]).norm(), 2e-4f);
  EXPECT_TRUE(b->grid.expressions[4].vertices.empty());
  EXPECT_EQ(b->foreground.pixels, a.foreground.pixels);
  EXPECT_EQ(b->plate.pixels, a.plate.pixels);
  EXPECT_EQ(b->eyes[0].texture.texels.pixels, a.eyes[0].texture.texels.pixels);
  EXPECT_EQ(b->eyes[0].texture.rect.width, 9);
  EXPECT_EQ(b->eyes[0].sclera.texels.pixels, a.eyes[0].sclera.texels.pixels);
  EXPECT_EQ(b->glasses, a.glasses);
  EXPECT_TRUE(b->eyes_hidden);
  EXPECT_EQ(b->eyes[1].lash_colour, a.eyes[1].lash_colour);
  EXPECT_EQ(b->lid_skin[1].rect.x, -2);
  EXPECT_EQ(b->grain, a.grain);
  EXPECT_EQ(b->surround.width, 120);
  EXPECT_EQ(b->surround.height, 80);
  EXPECT_EQ(b->surround.left, 28);
  EXPECT_EQ(b->surround.side, 64);
  EXPECT_EQ(b->surround.jpeg, a.surround.jpeg);
  EXPECT_EQ(b->origin.sha256, a.origin.sha256);
  EXPECT_EQ(b->origin.manifests, a.origin.manifests);
}

TEST(AvatarFile, RefusesAPhotosHashThatIsNone) {
  for (const std::string& wrong : {std::string("abc"), std::string(64, 'x'), std::string(65, 'e')}) {
    Avatar a = small_avatar();
    a.origin.sha256 = wrong;
    EXPECT_FALSE(unpack_avatar(pack_avatar(a), "a.avatar"));
  }
  Avatar unknown = small_avatar();
  unknown.origin = {};
  const auto back = unpack_avatar(pack_avatar(unknown), "a.avatar");
  ASSERT_TRUE(back);
  EXPECT_TRUE(back->origin.sha256.empty());
}

TEST(AvatarFile, RefusesASquareThatLiesOutsideItsSurroundings) {
  for (const Surround& wrong : {Surround{120, 80, 70, 8, 64, {1}}, Surround{120, 80, 28, 8, 64, {}},
                                Surround{120, 80, 28, 8, -1, {1}}, Surround{0, 80, 28, 8, 64, {1}},
                                Surround{1 << 20, 80, 28, 8, 64, {1}}}) {
    Avatar a = small_avatar();
    a.surround = wrong;
    EXPECT_FALSE(unpack_avatar(pack_avatar(a), "a.avatar"));
  }
  Avatar none = small_avatar();
  none.surround = {};
  EXPECT_TRUE(unpack_avatar(pack_avatar(none), "a.avatar"));
}

TEST(AvatarFile, LeavesNothingBesideItWhenSavedOrRefused) {
  const auto folder = temporary_folder() / "lone";
  std::filesystem::create_directories(folder);
  ASSERT_TRUE(save_avatar(small_avatar(), folder / "a.avatar"));
  ASSERT_FALSE(save_avatar(small_avatar(), folder / "absent" / "a.avatar"));
  std::filesystem::create_directories(folder / "a_folder.avatar" / "full");
  const auto onto_folder = save_avatar(small_avatar(), folder / "a_folder.avatar");
  ASSERT_FALSE(onto_folder);
  EXPECT_EQ(onto_folder.error().kind, ErrorKind::failed);
  const auto entries =
      std::distance(std::filesystem::directory_iterator(folder), std::filesystem::directory_iterator());
  EXPECT_EQ(entries, 2);
  std::filesystem::remove_all(folder);
}

TEST(AvatarFile, RefusesEveryTruncation) {
  const auto file = pack_avatar(small_avatar());
  for (std::size_t size = 0; size < file.size(); size += size < 200 ? 1 : 97) {
    auto cut = file;
    cut.resize(size);
    const auto a = unpack_avatar(cut, "cut.avatar");
    ASSERT_FALSE(a) << size;
    EXPECT_EQ(a.error().kind, ErrorKind::bad_avatar);
    if (size < 16) continue;
    seal(cut);
    ASSERT_FALSE(unpack_avatar(cut, "cut.avatar")) << size;
  }
}

TEST(AvatarFile, NoticesAnyFlippedByte) {
  const auto file = pack_avatar(small_avatar());
  for (std::size_t i = 0; i < file.size(); i += i < 100 ? 1 : 41) {
    auto flipped = file;
    flipped[i] ^= 0x40;
    const auto a = unpack_avatar(flipped, "flipped.avatar");
    ASSERT_FALSE(a) << i;
    EXPECT_EQ(a.error().kind, ErrorKind::bad_avatar);
  }
}

TEST(AvatarFile, SurvivesDamageUnderARightChecksum) {
  const auto file = pack_avatar(small_avatar());
  Random random(5);
  int refused = 0;
  for (int round = 0; round < 3000; ++round) {
    auto broken = file;
    const int changes = 1 + static_cast<int>(random.uniform(0, 4));
    for (int k = 0; k < changes; ++k) {
      const double reach = random.uniform() < .5 ? 600.0 : static_cast<double>(file.size() - 16);
      broken[16 + static_cast<std::size_t>(
                      random.uniform(0, std::min(reach, static_cast<double>(file.size() - 16))))] =
          static_cast<std::uint8_t>(random.bits());
    }
    seal(broken);
    refused += !unpack_avatar(broken, "broken.avatar").has_value();
  }
  EXPECT_GT(refused, 2000);
}

TEST(AvatarFile, RefusesGiantCountsWithoutTakingMemory) {
  auto file = pack_avatar(small_avatar());
  for (std::size_t k = 20; k < 24; ++k) file[k] = 0xff;  // plain size of the first section: 4 GB
  seal(file);
  const auto a = unpack_avatar(file, "giant.avatar");
  ASSERT_FALSE(a);
  EXPECT_EQ(a.error().kind, ErrorKind::bad_avatar);
}

TEST(AvatarFile, SaysWhatIsWrong) {
  auto newer = pack_avatar(small_avatar());
  newer[8] = 99;
  EXPECT_NE(unpack_avatar(newer, "n.avatar").error().message.find("format 99"), std::string::npos);
  auto older = pack_avatar(small_avatar());
  older[8] = 1;
  EXPECT_NE(unpack_avatar(older, "o.avatar").error().message.find("older parlante"), std::string::npos);

  const std::string text = "Dear reader, this is no avatar but a letter.";
  const auto letter =
      unpack_avatar({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}, "letter.txt");
  ASSERT_FALSE(letter);
  EXPECT_EQ(letter.error().kind, ErrorKind::bad_avatar);
  EXPECT_NE(letter.error().message.find("letter.txt is not an avatar"), std::string::npos);

  const auto absent = load_avatar(temporary_folder() / "absent.avatar");
  ASSERT_FALSE(absent);
  EXPECT_EQ(absent.error().kind, ErrorKind::bad_avatar);
  EXPECT_FALSE(load_avatar(temporary_folder()));  // a folder
  std::ofstream(temporary_folder() / "empty.avatar").close();
  EXPECT_FALSE(load_avatar(temporary_folder() / "empty.avatar"));
}

}  // namespace parlante
