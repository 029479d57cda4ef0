#include <gtest/gtest.h>

#include "face/face_pictures.hpp"
#include "face/face_tracker.hpp"
#include "support/allocation_counter.hpp"
#include "support/paths.hpp"

namespace parlante {
namespace {

long allocations_of(const auto& work) {
  for (int i = 0; i < 3; ++i) work();  // what is only made once
  const std::size_t before = testing::allocations();
  for (int i = 0; i < 10; ++i) work();
  return static_cast<long>(testing::allocations() - before);
}

TEST(FollowAllocation, NothingIsAllocatedBesideWhatOpenVinoNeedsToRunItsNetworks) {
  const auto networks = FaceNetworks::load(testing::models_folder());
  ASSERT_TRUE(networks.has_value()) << networks.error().message;
  const ImageU8 man = testing::portrait("man"), black(512, 512, 3);

  Inference detector(networks->detector), landmarks(networks->landmarks), blendshapes(networks->blendshapes);
  const long detector_runs = allocations_of([&] { detector.run(); });
  const long other_runs = allocations_of([&] { landmarks.run(), blendshapes.run(); });
  RecordProperty("allocations_of_ten_runs", static_cast<int>(detector_runs + other_runs));

  // OpenVINO's own number wavers a little: less than one allocation a frame, or a tile, is not ours.
  FaceTracker tracker(*networks);
  EXPECT_LT(allocations_of([&] { ASSERT_TRUE(tracker.follow(man).has_value()); }), other_runs + 10);
  // Lost: the whole picture and 4 + 9 + 25 tiles are searched.
  EXPECT_LT(allocations_of([&] { ASSERT_FALSE(tracker.follow(black).has_value()); }),
            39 * (detector_runs + 10));
}

}  // namespace
}  // namespace parlante
