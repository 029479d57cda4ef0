#include "avatar/make_avatar.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "avatar/avatar_file.hpp"
#include "avatar/models.hpp"
#include "avatar/mouth.hpp"
#include "media/picture.hpp"
#include "support/paths.hpp"

namespace parlante {
namespace {

using testing::models;

struct Notes final : Sink {
  void log(LogLevel level, std::string_view sentence) override {
    if (level == LogLevel::warning) warnings.emplace_back(sentence);
  }
  void progress(std::string_view, std::int64_t done, std::int64_t) override { last = done; }
  std::vector<std::string> warnings;
  std::int64_t last = -1;
};

class MakeAvatar : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(models().networks) << models().networks.error().message;
    ASSERT_TRUE(models().head) << models().head.error().message;
    tracker = std::make_unique<FaceTracker>(*models().networks);
    const auto read = read_picture((testing::samples_folder() / "portrait.png").string());
    ASSERT_TRUE(read) << read.error().message;
    portrait = *read;
  }
  Result<Avatar> make(const ImageU8& photo, const AvatarOptions& options = {}) {
    return make_avatar(photo, *tracker, *models().head, options, notes);
  }

  std::unique_ptr<FaceTracker> tracker;
  ImageU8 portrait;
  Notes notes;
};

ImageU8 side_by_side(const ImageU8& a, const ImageU8& b) {
  ImageU8 out(a.width + b.width, std::max(a.height, b.height), 3, 90);
  for (int y = 0; y < a.height; ++y) std::copy_n(a.row(y), a.stride(), out.row(y));
  for (int y = 0; y < b.height; ++y) std::copy_n(b.row(y), b.stride(), out.at(a.width, y));
  return out;
}

ImageU8 every_other(const ImageU8& a, int step) {
  ImageU8 out(a.width / step, a.height / step, 3);
  for (int y = 0; y < out.height; ++y)
    for (int x = 0; x < out.width; ++x) std::copy_n(a.at(x * step, y * step), 3, out.at(x, y));
  return out;
}

double mean_alpha(const Avatar& a, int x0, int y0, int x1, int y1) {
  double sum = 0;
  for (int y = y0; y < y1; ++y)
    for (int x = x0; x < x1; ++x) sum += a.foreground.at(x, y + a.pad_top)[3];
  return sum / (255.0 * (x1 - x0) * (y1 - y0));
}

}  // namespace

TEST_F(MakeAvatar, FillsEveryLayerOfTheSamplePortrait) {
  const auto a = make(portrait);
  ASSERT_TRUE(a) << a.error().message;
  const HeadModel& head = *models().head;
  const auto n = head.neutral.size();
  EXPECT_EQ(a->base.size(), n);
  EXPECT_EQ(a->texture.size(), n);
  EXPECT_EQ(a->lip_slide.size(), n);
  EXPECT_EQ(a->mesh_weight.size(), n);
  EXPECT_EQ(a->inner_lip.size(), n);
  EXPECT_EQ(a->lid_weight.size(), n);
  EXPECT_EQ(a->head_checksum, head.checksum);
  EXPECT_EQ(a->foreground.width, a->size);
  EXPECT_EQ(a->foreground.height, a->size + a->pad_top);
  EXPECT_EQ(a->plate.width, a->size);
  EXPECT_EQ(a->grid.source.size(), static_cast<std::size_t>(a->grid.columns * a->grid.rows));
  EXPECT_GT(a->grid.expressions[static_cast<std::size_t>(Blendshape::jawOpen)].vertices.size(), 100u);
  for (const EyeLayer& eye : a->eyes) {
    EXPECT_NEAR(eye.gaze.norm(), 1, 1e-4);
    EXPECT_GT(eye.gaze.z(), .9f);
    EXPECT_EQ(eye.texture.texels.width, eye.texture.rect.width);
    // the texture's iris lies where the photo's does
    EXPECT_GT(eye.iris_centre.x(), static_cast<float>(eye.texture.rect.x));
    EXPECT_LT(eye.iris_centre.x(), static_cast<float>(eye.texture.rect.x + eye.texture.rect.width));
  }
  EXPECT_LT(a->eyes[0].centre.x(), 0);
  EXPECT_GT(a->eyes[1].centre.x(), 0);
  EXPECT_EQ(notes.last, 3);
  // the face is the person's, the upper corners are not
  const auto x = static_cast<int>(a->eyes[0].iris_centre.x()),
             y = static_cast<int>(a->eyes[0].iris_centre.y());
  EXPECT_GT(mean_alpha(*a, x - 40, y - 40, x + 40, y + 40), .99);
  EXPECT_LT(mean_alpha(*a, 0, 0, 60, 60), .05);
  EXPECT_LT(mean_alpha(*a, a->size - 60, 0, a->size, 60), .05);

  const auto packed = pack_avatar(*a);
  EXPECT_LT(packed.size(), 15u << 20);
  ASSERT_TRUE(unpack_avatar(packed, "sample"));
}

TEST_F(MakeAvatar, IsTheSameForTheSamePhoto) {
  const auto a = make(portrait), b = make(portrait);
  ASSERT_TRUE(a && b);
  EXPECT_EQ(pack_avatar(*a), pack_avatar(*b));
}

TEST_F(MakeAvatar, ShutLidsAreSkinWithoutEyeOrLashes) {
  const auto a = make(portrait);
  ASSERT_TRUE(a) << a.error().message;
  const auto luma = [](const std::uint8_t* p) { return .299 * p[0] + .587 * p[1] + .114 * p[2]; };
  for (std::size_t eye = 0; eye < 2; ++eye) {
    const Patch& lid = a->lid_skin[eye];
    ASSERT_FALSE(lid.texels.empty());
    const EyeLayer& ball = a->eyes[eye];
    const int x = static_cast<int>(ball.iris_centre.x()) - lid.rect.x,
              y = static_cast<int>(ball.iris_centre.y()) - lid.rect.y,
              r = static_cast<int>(ball.iris_radius_px);
    // where the iris was, with its pupil and highlight, there is skin about as bright as the face's
    for (int v = y - r; v <= y + r / 2; ++v)
      for (int u = x - r; u <= x + r; ++u) {
        const std::uint8_t* p = lid.texels.at(u, v);
        EXPECT_GT(luma(p), .5 * a->skin_luma) << u << ", " << v;
        EXPECT_LT(luma(p), 1.6 * a->skin_luma) << u << ", " << v;
        EXPECT_GT(p[0], p[2]);
      }
    // far above and below it the picture is the photo's own, but for its noise
    double difference = 0;
    for (const int v : {1, lid.rect.height - 2})
      for (int u = 0; u < lid.rect.width; ++u)
        difference += std::abs(luma(lid.texels.at(u, v)) -
                               luma(a->foreground.at(lid.rect.x + u, lid.rect.y + v + a->pad_top)));
    EXPECT_LT(difference / (2 * lid.rect.width), 4);
  }
}

TEST_F(MakeAvatar, RefusesPicturesWithoutAFace) {
  for (std::uint8_t grey : {0, 128, 255}) {
    const auto a = make(ImageU8(640, 480, 3, grey));
    ASSERT_FALSE(a);
    EXPECT_EQ(a.error().kind, ErrorKind::no_face);
  }
  for (const ImageU8& odd : {ImageU8(), ImageU8(1, 1, 3), ImageU8(3, 2000, 3), ImageU8(40, 40, 1)})
    EXPECT_FALSE(make(odd));
}

TEST_F(MakeAvatar, TakesTheAskedFaceOfTwo) {
  const ImageU8 two = side_by_side(portrait, every_other(portrait, 2));
  const auto large = make(two);
  ASSERT_TRUE(large) << large.error().message;
  ASSERT_FALSE(notes.warnings.empty());
  EXPECT_NE(notes.warnings[0].find("2 faces"), std::string::npos);
  const auto small = make(two, {.face = 2});
  ASSERT_TRUE(small) << small.error().message;
  EXPECT_NE(large->plate.pixels, small->plate.pixels);
  const auto third = make(two, {.face = 3});
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().kind, ErrorKind::usage);
}

TEST_F(MakeAvatar, WorksWithWarningsOnASmallFace) {
  const auto a = make(every_other(portrait, 6));
  ASSERT_TRUE(a) << a.error().message;
  ASSERT_FALSE(notes.warnings.empty());
  EXPECT_NE(notes.warnings[0].find("small"), std::string::npos);
}

TEST_F(MakeAvatar, TeethAreWarmAndLighterThanSkinWhateverTheLight) {
  const ImageU8 plain = portrait;
  // Daylight, a green tube, a red lamp: percent of R, G, B.
  for (const std::array<int, 3>& light : {std::array{100, 100, 100}, {82, 100, 82}, {100, 80, 70}}) {
    for (std::size_t i = 0; i < portrait.pixels.size(); ++i)
      portrait.pixels[i] = static_cast<std::uint8_t>(plain.pixels[i] * light[i % 3] / 100);
    const auto a = make(portrait);
    ASSERT_TRUE(a) << a.error().message;
    const auto& tooth = a->tooth;
    EXPECT_GT(tooth[0], tooth[1]);
    EXPECT_GT(tooth[1], tooth[2]);
    EXPECT_LE(tooth[1], .5f * (tooth[0] + tooth[2])) << "green";
    EXPECT_GT(tooth[1], .80f * tooth[0]) << "orange";
    const float luma = .299f * tooth[0] + .587f * tooth[1] + .114f * tooth[2];
    EXPECT_GT(luma, a->skin_luma);
    EXPECT_LT(luma, 225);
  }
}

TEST_F(MakeAvatar, TeethHaveTheLightOfAPurpleLamp) {
  const auto plain = make(portrait);
  for (std::size_t i = 1; i < portrait.pixels.size(); i += 3)
    portrait.pixels[i] = static_cast<std::uint8_t>(portrait.pixels[i] * 72 / 100);
  const auto purple = make(portrait);
  ASSERT_TRUE(plain && purple);
  const auto green = [](const auto& c) {
    return static_cast<float>(c[1]) / (.5f * static_cast<float>(c[0] + c[2]));
  };
  EXPECT_LT(green(purple->tooth), .92f * green(plain->tooth)) << "greenish among purple skin";
  EXPECT_GT(green(purple->tooth), .72f * green(plain->tooth)) << "more purple than the lamp";
  EXPECT_LT(green(purple->tongue), .95f * green(plain->tongue));
}

TEST(GreenKept, IsAllUnlessSkinAndTheWhiteOfTheEyesAreBothPurple) {
  const cv::Vec3f neutral(220, 155, 119), purple(205, 105, 112), white(180, 165, 150), pink(174, 123, 130);
  EXPECT_EQ(green_kept(neutral, white), 1);
  EXPECT_EQ(green_kept(neutral, pink), 1);   // a purple shade on the lids
  EXPECT_EQ(green_kept(purple, white), 1);   // make-up
  EXPECT_NEAR(green_kept(purple, pink), .85f, .02f);
  EXPECT_NEAR(green_kept(purple, {200, 20, 200}), .81f, .005f) << "no white of an eye";
  for (const cv::Vec3f& none : {cv::Vec3f(0, 0, 0), cv::Vec3f(255, 255, 255)})
    EXPECT_EQ(green_kept(none, none), 1);
}

TEST_F(MakeAvatar, TeethDoNotGlowInADarkPhoto) {
  const auto bright = make(portrait);
  for (std::uint8_t& value : portrait.pixels) value = static_cast<std::uint8_t>(value * 15 / 100);
  const auto dark = make(portrait);
  ASSERT_TRUE(bright && dark);
  EXPECT_LT(dark->skin_luma, 40);
  for (std::size_t c = 0; c < 3; ++c) {
    EXPECT_LT(dark->tooth[c], .5f * bright->tooth[c]);
    EXPECT_LT(dark->tongue[c], .5f * bright->tongue[c]);
    EXPECT_LT(dark->tooth[c], 3.5f * dark->skin_luma);
  }
}

}  // namespace parlante
