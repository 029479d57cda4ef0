// Counts every allocation of this program's threads, OpenVINO's included.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>

#include "face/face_pictures.hpp"
#include "face/face_tracker.hpp"
#include "support/paths.hpp"

namespace {
std::atomic<long> allocations{0};

void* counted(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size ? size : 1)) return memory;
  throw std::bad_alloc();
}
}  // namespace

void* operator new(std::size_t size) {
  return counted(size);
}
void* operator new[](std::size_t size) {
  return counted(size);
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete[](void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, std::size_t) noexcept {
  std::free(memory);
}

namespace parlante {
namespace {

long allocations_of(const auto& work) {
  for (int i = 0; i < 3; ++i) work();  // what is only made once
  const long before = allocations;
  for (int i = 0; i < 10; ++i) work();
  return allocations - before;
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
