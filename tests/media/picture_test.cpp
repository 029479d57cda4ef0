#include "media/picture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <png.h>
#include <unistd.h>

#include <cstring>

#include "media/media_files.hpp"

namespace parlante {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::JpegForm;
using testing::RecordingSink;
using ::testing::SizeIs;
using testing::TemporaryFolder;

constexpr std::uint8_t kRed[] = {220, 30, 30}, kGreen[] = {20, 160, 40}, kBlue[] = {30, 40, 200},
                       kYellow[] = {230, 210, 20};

/// Four coloured quarters: red, green over blue, yellow.
ImageU8 quarters(int width, int height) {
  ImageU8 image(width, height, 3);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      const auto* colour =
          y < height / 2 ? (x < width / 2 ? kRed : kGreen) : (x < width / 2 ? kBlue : kYellow);
      std::memcpy(image.at(x, y), colour, 3);
    }
  return image;
}

std::string name_of(const std::uint8_t* pixel) {
  const auto near = [&](const std::uint8_t* colour) {
    return std::abs(pixel[0] - colour[0]) + std::abs(pixel[1] - colour[1]) + std::abs(pixel[2] - colour[2]) <
           12;
  };
  return near(kRed)      ? "red"
         : near(kGreen)  ? "green"
         : near(kBlue)   ? "blue"
         : near(kYellow) ? "yellow"
                         : "other";
}

std::string corners(const ImageU8& image) {
  const int x0 = image.width / 4, x1 = image.width * 3 / 4, y0 = image.height / 4, y1 = image.height * 3 / 4;
  return name_of(image.at(x0, y0)) + " " + name_of(image.at(x1, y0)) + " " + name_of(image.at(x0, y1)) + " " +
         name_of(image.at(x1, y1));
}

/// How far the two differ at most.
int difference(const ImageU8& a, const ImageU8& b) {
  if (a.width != b.width || a.height != b.height || a.channels != b.channels) return 999;
  int most = 0;
  for (std::size_t i = 0; i < a.pixels.size(); ++i)
    most = std::max(most, std::abs(a.pixels[i] - b.pixels[i]));
  return most;
}

/// A PNG in a form that write_png does not make. `rows` hold whole PNG rows.
void write_raw_png(const std::string& file, int width, int depth, int colour_type, int interlace,
                   std::vector<std::vector<std::uint8_t>> rows) {
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
  png_infop info = png_create_info_struct(png);
  std::FILE* out = std::fopen(file.c_str(), "wb");
  png_init_io(png, out);
  png_set_IHDR(png, info, static_cast<png_uint_32>(width), static_cast<png_uint_32>(rows.size()), depth,
               colour_type, interlace, 0, 0);
  const png_color palette[] = {{220, 30, 30}, {20, 160, 40}, {30, 40, 200}, {230, 210, 20}};
  const png_byte alpha[] = {255, 255, 255, 0};
  if (colour_type == PNG_COLOR_TYPE_PALETTE) {
    png_set_PLTE(png, info, palette, 4);
    png_set_tRNS(png, info, alpha, 4, nullptr);
  }
  png_write_info(png, info);
  std::vector<png_bytep> pointers;
  for (auto& row : rows) pointers.push_back(row.data());
  png_write_image(png, pointers.data());
  png_write_end(png, info);
  png_destroy_write_struct(&png, &info);
  std::fclose(out);
}

TEST(Picture, JpegColoursAreRight) {
  const TemporaryFolder folder;
  testing::write_jpeg(folder / "a.jpg", quarters(64, 48));
  const auto image = read_picture(folder / "a.jpg");
  ASSERT_TRUE(image) << image.error().message;
  EXPECT_EQ(image->width, 64);
  EXPECT_EQ(image->height, 48);
  EXPECT_EQ(image->channels, 3);
  EXPECT_EQ(corners(*image), "red green blue yellow");
  ImageU8 black(16, 16, 3, 0), white(16, 16, 3, 255);
  for (const auto& flat : {black, white}) {
    testing::write_jpeg(folder / "flat.jpg", flat);
    EXPECT_LE(difference(read_picture(folder / "flat.jpg").value(), flat), 1);
  }
}

TEST(Picture, EveryExifOrientationComesOutUpright) {
  const TemporaryFolder folder;
  // How each orientation stores the picture red green / blue yellow: its corners as stored (EXIF 2.3).
  const char* upright_of_stored[] = {"",
                                     "red green blue yellow",
                                     "green red yellow blue",
                                     "yellow blue green red",
                                     "blue yellow red green",
                                     "red blue green yellow",
                                     "blue red yellow green",
                                     "yellow green blue red",
                                     "green yellow red blue"};
  for (int orientation = 1; orientation <= 8; ++orientation)
    for (bool big_endian : {false, true}) {
      JpegForm form;
      form.orientation = orientation;
      form.big_endian = big_endian;
      testing::write_jpeg(folder / "turned.jpg", quarters(64, 48), form);
      const auto image = read_picture(folder / "turned.jpg");
      ASSERT_TRUE(image);
      EXPECT_EQ(image->width, orientation >= 5 ? 48 : 64);
      EXPECT_EQ(corners(*image), upright_of_stored[orientation]) << "orientation " << orientation;
    }
}

TEST(Picture, CmykJpegsWithAndWithoutAdobesInversionLookAlike) {
  const TemporaryFolder folder;
  const ImageU8 rgb = quarters(64, 48);
  ImageU8 inks(64, 48, 4);
  for (int y = 0; y < 48; ++y)
    for (int x = 0; x < 64; ++x)
      for (int c = 0; c < 3; ++c) inks.at(x, y)[c] = static_cast<std::uint8_t>(255 - rgb.at(x, y)[c]);
  for (bool adobe : {true, false})
    for (bool ycck : {false, true}) {
      if (ycck && !adobe) continue;  // only Adobe's marker can say YCCK
      JpegForm form;
      form.cmyk = true;
      form.adobe = adobe;
      form.ycck = ycck;
      testing::write_jpeg(folder / "inks.jpg", inks, form);
      const auto image = read_picture(folder / "inks.jpg");
      ASSERT_TRUE(image) << image.error().message;
      EXPECT_EQ(corners(*image), "red green blue yellow") << "adobe " << adobe << " ycck " << ycck;
    }
}

TEST(Picture, GreyAndProgressiveJpegsAreRead) {
  const TemporaryFolder folder;
  testing::write_jpeg(folder / "grey.jpg", ImageU8(32, 32, 1, 77));
  EXPECT_LE(difference(read_picture(folder / "grey.jpg").value(), ImageU8(32, 32, 3, 77)), 1);
  JpegForm progressive;
  progressive.progressive = true;
  testing::write_jpeg(folder / "progressive.jpg", quarters(64, 48), progressive);
  EXPECT_EQ(corners(read_picture(folder / "progressive.jpg").value()), "red green blue yellow");
}

TEST(Picture, PngIsReadExactlyInEveryForm) {
  const TemporaryFolder folder;
  const ImageU8 image = quarters(40, 30);
  ASSERT_TRUE(write_png(image, folder / "rgb.png"));
  EXPECT_EQ(difference(read_picture(folder / "rgb.png").value(), image), 0);
  ASSERT_TRUE(write_png(ImageU8(5, 3, 1, 99), folder / "grey.png"));
  EXPECT_EQ(difference(read_picture(folder / "grey.png").value(), ImageU8(5, 3, 3, 99)), 0);

  for (int interlace : {PNG_INTERLACE_NONE, PNG_INTERLACE_ADAM7}) {
    std::vector<std::vector<std::uint8_t>> deep(9, std::vector<std::uint8_t>(11 * 6));
    for (auto& row : deep)
      for (std::size_t i = 0; i < row.size(); i += 2) row[i] = 0x7f, row[i + 1] = 0xff;
    write_raw_png(folder / "deep.png", 11, 16, PNG_COLOR_TYPE_RGB, interlace, deep);
    EXPECT_EQ(difference(read_picture(folder / "deep.png").value(), ImageU8(11, 9, 3, 127)),
              0);  // 32767 / 257 = 127.5
    write_raw_png(folder / "bits.png", 16, 1, PNG_COLOR_TYPE_GRAY, interlace, {{0xff, 0xff}, {0xff, 0xff}});
    EXPECT_EQ(difference(read_picture(folder / "bits.png").value(), ImageU8(16, 2, 3, 255)), 0);
    write_raw_png(folder / "palette.png", 4, 2, PNG_COLOR_TYPE_PALETTE, interlace, {{0x1b}});
    const auto palette = read_picture(folder / "palette.png").value();
    EXPECT_EQ(name_of(palette.at(0, 0)) + name_of(palette.at(1, 0)) + name_of(palette.at(2, 0)),
              "redgreenblue");
    EXPECT_EQ(palette.at(3, 0)[2], 255) << "the transparent entry is white";
  }
}

TEST(Picture, TransparentPartsLieOverWhite) {
  const TemporaryFolder folder;
  ImageU8 image(3, 1, 4, 0);
  const std::uint8_t pixels[] = {200, 0, 0, 255, 200, 0, 0, 0, 200, 0, 0, 128};
  std::copy(std::begin(pixels), std::end(pixels), image.pixels.begin());
  ASSERT_TRUE(write_png(image, folder / "alpha.png"));
  const auto flat = read_picture(folder / "alpha.png").value();
  EXPECT_THAT(flat.pixels, ::testing::ElementsAre(200, 0, 0, 255, 255, 255, 227, 127, 127));
  ImageU8 larger(32, 32, 4, 0);
  for (int y = 0; y < 32; ++y)
    for (int x = 0; x < 16; ++x) larger.at(x, y)[0] = 200, larger.at(x, y)[3] = 255;
  for (const char* encoder : {"libwebp", "tiff"}) {
    const std::string file = folder / (std::string("alpha.") + (encoder[0] == 'l' ? "webp" : "tif"));
    if (!testing::encode_picture(file, encoder, larger)) continue;
    const auto read = read_picture(file);
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_NEAR(read->at(4, 16)[0], 200, 2) << encoder;
    EXPECT_EQ(read->at(28, 16)[0], 255) << encoder;
    EXPECT_EQ(read->at(28, 16)[2], 255) << encoder;
  }
}

TEST(Picture, WebpBmpAndTiffAreRead) {
  const TemporaryFolder folder;
  const std::pair<const char*, const char*> forms[] = {
      {"libwebp", "a.webp"}, {"bmp", "a.bmp"}, {"tiff", "a.tif"}};
  for (const auto& [encoder, name] : forms) {
    if (!testing::encode_picture(folder / name, encoder, quarters(63, 47))) continue;
    const auto image = read_picture(folder / name);
    ASSERT_TRUE(image) << image.error().message;
    EXPECT_LE(difference(*image, quarters(63, 47)), 1) << name;
    const auto small = read_picture(folder / name, {.max_side = 32});
    ASSERT_TRUE(small) << small.error().message;
    EXPECT_EQ(small->width, 32);
    EXPECT_EQ(corners(*small), "red green blue yellow") << name;
  }
}

TEST(Picture, GreyPgmKeepsItsValues) {
  std::string pgm = "P5\n8 8\n255\n";
  pgm.append(64, static_cast<char>(20));
  const auto image = decode_picture(std::vector<std::uint8_t>(pgm.begin(), pgm.end()), "a.pgm");
  ASSERT_TRUE(image) << image.error().message;
  EXPECT_LE(difference(*image, ImageU8(8, 8, 3, 20)), 1);
}

TEST(Picture, LargePicturesAreScaledWhileReading) {
  const TemporaryFolder folder;
  testing::write_jpeg(folder / "a.jpg", quarters(1000, 600));
  ASSERT_TRUE(write_png(quarters(1000, 600), folder / "a.png"));
  for (const char* name : {"a.jpg", "a.png"})
    for (int side : {1, 7, 100, 333, 999, 1000, 2000}) {
      const auto image = read_picture(folder / name, {.max_side = side});
      ASSERT_TRUE(image) << image.error().message;
      EXPECT_EQ(image->width, std::min(side, 1000));
      EXPECT_NEAR(image->height, std::min(side, 1000) * .6, .6);
      if (side >= 100) {
        EXPECT_EQ(corners(*image), "red green blue yellow") << name << " " << side;
      }
    }
}

TEST(Picture, A20000PixelJpegNeedsLittleMemory) {
  const TemporaryFolder folder;
  constexpr int kSide = 20000;
  testing::write_jpeg_rows(folder / "huge.jpg", kSide, kSide, [](int y, std::uint8_t* row) {
    for (int x = 0; x < kSide; ++x)
      std::memcpy(row + 3 * x,
                  y < kSide / 2 ? (x < kSide / 2 ? kRed : kGreen) : (x < kSide / 2 ? kBlue : kYellow), 3);
  });
  const double before = testing::peak_memory_mib();
  const auto image = read_picture(folder / "huge.jpg", {.max_side = 2048});
  ASSERT_TRUE(image) << image.error().message;
  EXPECT_EQ(image->width, 2048);
  EXPECT_EQ(corners(*image), "red green blue yellow");
  EXPECT_LT(testing::peak_memory_mib() - before, 80);
}

TEST(Picture, PicturesBeyond32768PixelsASideAreRefused) {
  const TemporaryFolder folder;
  ASSERT_TRUE(write_png(ImageU8(32769, 2, 3, 9), folder / "wide.png"));
  testing::write_jpeg(folder / "tall.jpg", ImageU8(2, 33000, 3, 9));
  for (const char* name : {"wide.png", "tall.jpg"}) {
    const auto image = read_picture(folder / name);
    ASSERT_FALSE(image);
    EXPECT_EQ(image.error().kind, ErrorKind::bad_picture);
    EXPECT_THAT(image.error().message, HasSubstr("a side may have 32768 at most"));
  }
}

TEST(Picture, ATruncatedPictureIsCutToWhatIsThereOrRefused) {
  const TemporaryFolder folder;
  ImageU8 noisy(256, 256, 3);
  std::uint32_t state = 1;
  for (auto& value : noisy.pixels)
    value = static_cast<std::uint8_t>((state = state * 1664525 + 1013904223) >> 24);
  testing::write_jpeg(folder / "a.jpg", noisy);
  ASSERT_TRUE(write_png(noisy, folder / "a.png"));
  for (const char* name : {"a.jpg", "a.png"}) {
    auto bytes = testing::bytes_of(folder / name);
    const std::size_t whole = bytes.size();
    RecordingSink sink;
    bytes.resize(whole * 3 / 4);
    const auto most = decode_picture(bytes, name, {.sink = &sink});
    ASSERT_TRUE(most) << most.error().message;
    EXPECT_EQ(most->width, 256);
    EXPECT_NEAR(most->height, 192, 17) << name;
    EXPECT_THAT(sink.warnings, SizeIs(1));
    bytes.resize(whole / 4);
    const auto little = decode_picture(bytes, name);
    ASSERT_FALSE(little);
    EXPECT_EQ(little.error().kind, ErrorKind::bad_picture);
    EXPECT_THAT(little.error().message, HasSubstr("is incomplete"));
  }
}

TEST(Picture, SaysWhatIsWrong) {
  const TemporaryFolder folder;
  const std::string text = "This is a text file.\nIt only has the name of a picture.\n";
  testing::write_bytes(folder / "text.png", {text.begin(), text.end()});
  testing::write_bytes(folder / "nothing.jpg", {});
  std::filesystem::create_directory(folder / "folder.png");
  const auto sentence = [&](const char* name) {
    const auto image = read_picture(folder / name);
    EXPECT_FALSE(image) << name;
    if (image) return std::string();
    EXPECT_EQ(image.error().kind, ErrorKind::bad_picture);
    return image.error().message;
  };
  EXPECT_THAT(sentence("text.png"), HasSubstr("is not a picture"));
  EXPECT_THAT(sentence("nothing.jpg"), HasSubstr("is empty"));
  EXPECT_THAT(sentence("missing.jpg"), HasSubstr("There is no file"));
  EXPECT_THAT(sentence("folder.png"), HasSubstr("folder"));
}

TEST(WritePng, LeavesNothingBehindWhenItCannotWrite) {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder / "taken.png");
  EXPECT_FALSE(write_png(ImageU8(4, 4, 3, 1), folder / "taken.png"));
  EXPECT_FALSE(write_png(ImageU8(4, 4, 3, 1), folder / "no/such/folder.png"));
  EXPECT_FALSE(write_png(ImageU8(4, 4, 2, 1), folder / "two.png"));
  EXPECT_FALSE(write_png(ImageU8(), folder / "empty.png"));
  EXPECT_THAT((std::vector<std::filesystem::path>{std::filesystem::directory_iterator(folder.path()), {}}),
              SizeIs(1));
  const auto full = write_png(ImageU8(512, 512, 3, 1), "/dev/full");
  ASSERT_FALSE(full);
  EXPECT_THAT(full.error().message, HasSubstr("No space left"));
}

TEST(WritePng, KeepsAlpha) {
  const TemporaryFolder folder;
  ASSERT_TRUE(write_png(ImageU8(2, 2, 4, 0), folder / "clear.png"));
  EXPECT_EQ(difference(read_picture(folder / "clear.png").value(), ImageU8(2, 2, 3, 255)), 0);
}

}  // namespace
}  // namespace parlante
