#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "render/label_text.hpp"
#include "render/plain_avatar.hpp"
#include "render/renderer.hpp"
#include "render/still_frames.hpp"

namespace parlante {
namespace {

using testing::mean_head;
using testing::plain_avatar;

TEST(ContactSheet, HasAPoseForEverythingAViewerChecks) {
  std::set<std::string> names;
  for (const SheetPose& pose : sheet_poses()) names.insert(pose.name);
  EXPECT_EQ(names.size(), sheet_poses().size());
  for (const char* name : {"neutral", "p/b/m", "ah", "oo", "ee smile", "f/v", "blink", "gaze left", "gaze up",
                           "yaw +12", "yaw -12", "pitch +8", "pitch -8", "roll +8", "brow raise"})
    EXPECT_TRUE(names.contains(name)) << name;
}

TEST(ContactSheet, ShowsEveryPoseOnceAndCloseUpsBelow) {
  const Avatar avatar = plain_avatar();
  Renderer renderer(mean_head(), avatar, testing::still(256));
  const std::vector<SheetPose> poses = sheet_poses();
  const ImageU8 plain = contact_sheet(renderer, poses, 5, 128, false);
  EXPECT_EQ(plain.width, 640);
  EXPECT_EQ(plain.height, 3 * 128);
  const ImageU8 zoomed = contact_sheet(renderer, poses, 5, 128, true);
  EXPECT_EQ(zoomed.width, 640);
  EXPECT_GT(zoomed.height, plain.height);
  for (int y = 0; y < plain.height; ++y)
    ASSERT_TRUE(std::equal(plain.row(y), plain.row(y) + plain.stride(), zoomed.row(y)));

  // No two tiles are alike below their labels.
  const auto tile = [&](int k) {
    std::string pixels;
    for (int y = 16; y < 128; ++y) {
      const std::uint8_t* row = plain.at(k % 5 * 128, k / 5 * 128 + y);
      pixels.append(row, row + 128 * 3);
    }
    return pixels;
  };
  std::set<std::string> tiles;
  for (int k = 0; k < 15; ++k) tiles.insert(tile(k));
  EXPECT_GE(tiles.size(), 14u);  // pressed lips may equal the neutral face of an avatar without lips
}

TEST(ContactSheet, OfNothingIsEmptyRatherThanWrong) {
  const Avatar avatar = plain_avatar();
  RenderOptions options;
  options.size = 256;
  Renderer renderer(mean_head(), avatar, options);
  EXPECT_EQ(contact_sheet(renderer, {}, 0, 64, false).height, 0);
}

TEST(LabelText, IsWhiteOnBlackAndCutOffAtTheRim) {
  ImageU8 picture(40, 20, 3, 77);
  draw_label(picture, 0, 0, "i", 1);
  EXPECT_EQ(picture.at(0, 0)[0], 0);
  EXPECT_EQ(picture.at(4, 5)[0], 255);   // the stem of the capital I
  EXPECT_EQ(picture.at(30, 15)[0], 77);  // beyond the strip
  draw_label(picture, 30, 15, "a long name that does not fit", 2);
  draw_label(picture, -500, -500, "nowhere", 1);
  EXPECT_EQ(picture.at(39, 16)[0], 0);
}

}  // namespace
}  // namespace parlante
