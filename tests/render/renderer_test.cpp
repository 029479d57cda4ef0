#include "render/renderer.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <limits>

#include "render/kernels.hpp"
#include "render/plain_avatar.hpp"
#include "render/prepared_avatar.hpp"
#include "render/resample.hpp"
#include "render/still_frames.hpp"
#include "support/allocation_counter.hpp"
#include "support/live_heap.hpp"

namespace parlante {
namespace {

using testing::drawn;
using testing::mean_head;
using testing::plain_avatar;
using testing::still;

const Avatar& avatar() {
  static const Avatar one = plain_avatar();
  return one;
}

FaceCode closed() {
  FaceCode code;
  code.aperture = 0;
  return code;
}

FaceCode lively() {
  FaceCode code;
  code.weights[Blendshape::jawOpen] = .4f;
  code.weights[Blendshape::eyeBlinkLeft] = .3f;
  code.weights[Blendshape::browInnerUp] = .5f;
  code.yaw = .15f, code.pitch = -.08f, code.roll = .05f;
  code.gaze_yaw = .2f;
  code.breath = .7f;
  return code;
}

double mean_difference(const ImageU8& a, const ImageU8& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.pixels.size(); ++i) sum += std::abs(int(a.pixels[i]) - int(b.pixels[i]));
  return sum / static_cast<double>(a.pixels.size());
}

TEST(Renderer, NeutralCodeGivesThePhotoBack) {
  Renderer renderer(mean_head(), avatar(), still());
  const ImageU8 frame = drawn(renderer, closed());
  double sum = 0;
  int count = 0;
  // The forehead and the cheeks: the painted photo has no eyes, and lips move when they are pressed.
  for (int y = 150; y < 400; ++y)
    for (int x = 170; x < 342; ++x) {
      const float cm = avatar().px_per_cm(), up = 1 - (static_cast<float>(y) + .5f - 256) / cm;
      const bool is_skin = up > 4.5f || (up < 0 && up > -1.5f);
      if (!is_skin) continue;
      std::uint8_t photo[3];
      testing::paint_skin((static_cast<float>(x) + .5f - 256) / cm, up, photo);
      for (int c = 0; c < 3; ++c) sum += std::abs(int(frame.at(x, y)[c]) - int(photo[c]));
      ++count;
    }
  ASSERT_GT(count, 3000);
  EXPECT_LT(sum / (3 * count), 1.5);
}

TEST(Renderer, BackgroundIsThePlateToTheBitWhateverTheHeadDoes) {
  Renderer renderer(mean_head(), avatar(), still());
  for (const SheetPose& pose : sheet_poses()) {
    const ImageU8 frame = drawn(renderer, pose.code);
    for (int y = 0; y < 330; ++y)
      for (int x = 0; x < 70; ++x)
        for (int c = 0; c < 3; ++c) {
          ASSERT_EQ(frame.at(x, y)[c], avatar().plate.at(x, y)[c]) << pose.name << " at " << x << ", " << y;
          ASSERT_EQ(frame.at(511 - x, y)[c], avatar().plate.at(511 - x, y)[c])
              << pose.name << " at " << 511 - x << ", " << y;
        }
  }
}

TEST(Renderer, HeadHidesTheBackgroundWithoutHoles) {
  Renderer renderer(mean_head(), avatar(), still());
  for (const SheetPose& pose : sheet_poses()) {
    const ImageU8 frame = drawn(renderer, pose.code);
    // The plate has blue where skin has none: its light squares are nearly grey, its dark ones bluish.
    int foreign = 0;
    for (int y = 170; y < 380; ++y)
      for (int x = 200; x < 312; ++x) {
        const std::uint8_t* p = frame.at(x, y);
        const bool is_plate =
            (p[0] == 200 && p[1] == 180 && p[2] == 160) || (p[0] == 60 && p[1] == 80 && p[2] == 100);
        foreign += is_plate;
      }
    EXPECT_EQ(foreign, 0) << pose.name;
  }
}

TEST(Renderer, SameSeedAndCodeGiveTheSameFrame) {
  RenderOptions options;
  options.seed = 7;
  Renderer first(mean_head(), avatar(), options), second(mean_head(), avatar(), options);
  drawn(second, closed(), 4);  // what was drawn before leaves no trace
  EXPECT_EQ(drawn(first, lively(), 12).pixels, drawn(second, lively(), 12).pixels);
}

TEST(Renderer, GrainChangesFromFrameToFrameAndStopsWhenSwitchedOff) {
  Renderer grainy(mean_head(), avatar(), RenderOptions{}), clean(mean_head(), avatar(), still());
  const double moving = mean_difference(drawn(grainy, closed(), 0), drawn(grainy, closed(), 1));
  EXPECT_GT(moving, .5);
  EXPECT_LT(moving, 6);
  EXPECT_EQ(drawn(clean, closed(), 0).pixels, drawn(clean, closed(), 1).pixels);
}

TEST(Renderer, AllocatesNothingWhileItDraws) {
  Renderer renderer(mean_head(), avatar(), RenderOptions{});
  ImageU8 frame(512, 512, 3);
  const std::vector<SheetPose> poses = sheet_poses();
  const std::size_t before = testing::allocations();
  for (const SheetPose& pose : poses) renderer.render(pose.code, 3, frame);
  EXPECT_EQ(testing::allocations(), before);
}

TEST(Renderer, AllKernelsDrawTheSamePicture) {
  RenderOptions reference = still();
  reference.kernels = KernelSet::reference;
  Renderer slow(mean_head(), avatar(), reference);
  for (const KernelSet set : {KernelSet::avx2, KernelSet::avx512, KernelSet::neon}) {
    if (!has_kernels(set)) continue;
    RenderOptions fast = still();
    fast.kernels = set;
    Renderer quick(mean_head(), avatar(), fast);
    for (const SheetPose& pose : sheet_poses()) {
      const ImageU8 a = drawn(slow, pose.code), b = drawn(quick, pose.code);
      int apart = 0;
      for (std::size_t i = 0; i < a.pixels.size(); ++i)
        apart += std::abs(int(a.pixels[i]) - int(b.pixels[i])) > 2;
      // A pixel centre that lies on an edge between triangles may fall to either.
      EXPECT_LT(apart, 60) << pose.name << ' ' << kernels(set).name;
    }
  }
}

TEST(Renderer, SharesWhatDoesNotChangeWithOthersOfTheSameForm) {
  if (testing::kSanitized) GTEST_SKIP() << "sanitizers count otherwise";
  const std::size_t at_first = testing::live_heap_bytes();
  Renderer first(mean_head(), avatar(), still());
  const std::size_t with_one = testing::live_heap_bytes();
  Renderer second(mean_head(), avatar(), still());
  const std::size_t with_two = testing::live_heap_bytes();
  const std::shared_ptr<const PreparedAvatar> shared = prepare_avatar(mean_head(), avatar(), still());
  EXPECT_EQ(shared, prepare_avatar(mean_head(), avatar(), still()));
  EXPECT_LT(with_two - with_one, with_one - at_first - (4 << 20));  // the texture alone is larger
  RenderOptions larger = still();
  larger.size = 640;
  EXPECT_NE(shared, prepare_avatar(mean_head(), avatar(), larger));
  EXPECT_EQ(drawn(first, lively()).pixels, drawn(second, lively()).pixels);
}

TEST(Renderer, SmallAndLargeFramesShowTheSame) {
  Renderer usual(mean_head(), avatar(), still(512));
  for (const int size : {256, 400, 1024}) {
    Renderer other(mean_head(), avatar(), still(size));
    const ImageU8 expected = resize_picture(drawn(usual, lively()), 256, 256);
    const ImageU8 shrunk = resize_picture(drawn(other, lively()), 256, 256);
    EXPECT_LT(mean_difference(expected, shrunk), 2.5) << size;
  }
}

TEST(Renderer, NonsenseCodesStillGiveAPicture) {
  Renderer renderer(mean_head(), avatar(), still());
  const float nan = std::numeric_limits<float>::quiet_NaN(), huge = 1e30f;
  for (const float bad : {nan, huge, -huge, std::numeric_limits<float>::infinity()}) {
    FaceCode code;
    code.weights.fill(bad);
    code.yaw = code.pitch = code.roll = code.gaze_yaw = code.gaze_pitch = bad;
    code.aperture = code.breath = bad;
    code.translation = {bad, bad, bad};
    const ImageU8 frame = drawn(renderer, code);
    for (int c = 0; c < 3; ++c) EXPECT_EQ(frame.at(2, 2)[c], avatar().plate.at(2, 2)[c]);
  }
  // And what came before leaves the next frame alone.
  Renderer fresh(mean_head(), avatar(), still());
  EXPECT_EQ(drawn(renderer, closed()).pixels, drawn(fresh, closed()).pixels);
}

}  // namespace
}  // namespace parlante
