// The lips of portraits in "oo", f and v against the same lips at rest: our sample, and the CC0 portraits of
// the shared data where they are.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>

#include "avatar/make_avatar.hpp"
#include "media/picture.hpp"
#include "render/plain_avatar.hpp"
#include "render/renderer.hpp"
#include "render/rig.hpp"
#include "render/still_frames.hpp"

namespace parlante {
namespace {

using testing::mean_head;

constexpr int kSize = 512;

/// A lip in the middle third of the mouth.
struct LipLook {
  float height = 0;            ///< px of the frame, from its border to the opening or the other lip
  std::array<float, 3> rgb{};  ///< mean between a quarter and four fifths of its height
  float luma() const { return .299f * rgb[0] + .587f * rgb[1] + .114f * rgb[2]; }
  /// Share of a channel in the light.
  float share(std::size_t c) const { return rgb[c] / std::max(rgb[0] + rgb[1] + rgb[2], 1.f); }
};

/// Height of a loop in the frame at x.
float height_at(const RigFrame& posed, const std::vector<std::int32_t>& loop, float x, float scale) {
  for (std::size_t i = 0; i + 1 < loop.size(); ++i) {
    const Vec2f a = scale * posed.image[static_cast<std::size_t>(loop[i])],
                b = scale * posed.image[static_cast<std::size_t>(loop[i + 1])];
    if ((a.x() > x) != (b.x() > x)) return a.y() + (b.y() - a.y()) * (x - a.x()) / (b.x() - a.x());
  }
  return 0;
}

LipLook look_of(const ImageU8& frame, const RigFrame& posed, float scale, bool upper) {
  using enum HeadLoop;
  const HeadModel& head = mean_head();
  const auto& rim = head.loop(lip_upper_inner);
  float left = scale * posed.image[static_cast<std::size_t>(rim.front())].x(),
        right = scale * posed.image[static_cast<std::size_t>(rim.back())].x();
  if (left > right) std::swap(left, right);
  const auto rings = upper ? std::array{lip_upper_inner, lip_upper_ring1, lip_upper_ring2}
                           : std::array{lip_lower_inner, lip_lower_ring2, lip_lower_ring3};
  LipLook look;
  int columns = 0, pixels = 0;
  for (int x = static_cast<int>(left + (right - left) / 3); x < static_cast<int>(right - (right - left) / 3);
       ++x) {
    const float at = static_cast<float>(x) + .5f;
    const float border = height_at(posed, head.loop(upper ? lip_upper_outer : lip_lower_outer), at, scale);
    float edge = height_at(posed, head.loop(rings[0]), at, scale);
    for (const HeadLoop ring : rings) {
      const float y = height_at(posed, head.loop(ring), at, scale);
      edge = upper ? std::max(edge, y) : std::min(edge, y);
    }
    look.height += std::abs(border - edge), ++columns;
    for (float way = .25f; way < .8f; way += .05f, ++pixels)
      for (std::size_t c = 0; c < 3; ++c)
        look.rgb[c] += frame.at(x, static_cast<int>(edge + way * (border - edge)))[c];
  }
  look.height /= static_cast<float>(std::max(columns, 1));
  for (float& c : look.rgb) c /= static_cast<float>(std::max(pixels, 1));
  return look;
}

class LipsOfPortraits : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    const std::string name = GetParam();
    const auto file = name == "sample" ? testing::samples_folder() / "portrait.png"
                                       : testing::shared_data() / "portraits" / (name + ".jpg");
    if (!std::filesystem::exists(file)) GTEST_SKIP() << "the shared data are not beside the checkout";
    const auto networks = FaceNetworks::load(testing::models_folder());
    ASSERT_TRUE(networks) << networks.error().message;
    const auto photo = read_picture(file.string());
    ASSERT_TRUE(photo) << photo.error().message;
    FaceTracker tracker(*networks);
    auto made = make_avatar(*photo, tracker, mean_head());
    ASSERT_TRUE(made) << made.error().message;
    avatar_ = std::move(*made);
    renderer_.emplace(mean_head(), avatar_, testing::still(kSize));
    rig_.emplace(mean_head(), avatar_);
    posed_ = rig_->make_frame();
    rest_.aperture = 0;
  }

  LipLook look(const FaceCode& code, bool upper) {
    ImageU8 frame(kSize, kSize, 3);
    renderer_->render(code, 0, frame);
    rig_->pose(code, posed_);
    return look_of(frame, posed_, static_cast<float>(kSize) / static_cast<float>(avatar_.size), upper);
  }

  Avatar avatar_;
  std::optional<Renderer> renderer_;
  std::optional<Rig> rig_;
  RigFrame posed_;
  FaceCode rest_;
};

TEST_P(LipsOfPortraits, KeepTheirHeightAndHueInOoAndStaySeenInF) {
  using enum Blendshape;
  FaceCode oo;
  oo.weights[mouthPucker] = .75f, oo.weights[mouthFunnel] = .45f, oo.weights[jawOpen] = .12f;
  for (const bool upper : {false, true}) {
    SCOPED_TRACE(upper ? "upper lip" : "lower lip");
    const LipLook was = look(rest_, upper), is = look(oo, upper);
    EXPECT_GT(is.height, .92f * was.height);
    EXPECT_LT(is.height, 1.35f * was.height);
    for (std::size_t c = 0; c < 3; ++c) EXPECT_NEAR(is.share(c), was.share(c), .025f) << "channel " << c;
    EXPECT_GT(is.luma(), .85f * was.luma());
    EXPECT_LT(is.luma(), 1.25f * was.luma());
  }
  FaceCode f;
  f.weights[mouthRollLower] = .6f, f.weights[jawOpen] = .08f;
  f.weights[mouthUpperUpLeft] = f.weights[mouthUpperUpRight] = .25f;
  f.aperture = .04f;
  const LipLook was = look(rest_, false), is = look(f, false);
  EXPECT_GT(is.height, .7f * was.height);
  for (std::size_t c = 0; c < 3; ++c) EXPECT_NEAR(is.share(c), was.share(c), .025f) << "channel " << c;
  EXPECT_GT(is.luma(), .85f * was.luma());
}

INSTANTIATE_TEST_SUITE_P(Portraits, LipsOfPortraits,
                         ::testing::Values("sample", "female/13", "female/37", "female/43", "male/5",
                                           "male/12"));

}  // namespace
}  // namespace parlante
