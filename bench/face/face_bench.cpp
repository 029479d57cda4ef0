// One thread, 512x512 portrait.
#include <benchmark/benchmark.h>

#include "face/face_detector.hpp"
#include "face/face_mesh.hpp"
#include "face/face_pictures.hpp"
#include "face/head_pose.hpp"
#include "support/paths.hpp"

namespace parlante {
namespace {

const FaceNetworks& networks() {
  static const FaceNetworks loaded = FaceNetworks::load(testing::models_folder()).value();
  return loaded;
}

const ImageU8& picture() {
  static const ImageU8 man = testing::portrait("man");
  return man;
}

void run_network(benchmark::State& state, const Network& network) {
  Inference inference(network);
  for (auto _ : state) inference.run();
}

void load_three_networks(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(FaceNetworks::load(testing::models_folder()));
}
BENCHMARK(load_three_networks)->Unit(benchmark::kMillisecond);

void crop_for_detector(benchmark::State& state) {
  std::vector<float> out(128 * 128 * 3);
  for (auto _ : state) crop(picture(), FaceDetector::whole(picture()), 128, 128, -1, 1, Beyond::black, out);
}
BENCHMARK(crop_for_detector)->Unit(benchmark::kMicrosecond);

void crop_for_landmarks(benchmark::State& state) {
  std::vector<float> out(256 * 256 * 3);
  for (auto _ : state) crop(picture(), {260, 250, 350, 350, .1}, 256, 256, 0, 1, Beyond::nearest_pixel, out);
}
BENCHMARK(crop_for_landmarks)->Unit(benchmark::kMicrosecond);

void network_detector(benchmark::State& state) {
  run_network(state, networks().detector);
}
BENCHMARK(network_detector)->Unit(benchmark::kMicrosecond);
void network_landmarks(benchmark::State& state) {
  run_network(state, networks().landmarks);
}
BENCHMARK(network_landmarks)->Unit(benchmark::kMicrosecond);
void network_blendshapes(benchmark::State& state) {
  run_network(state, networks().blendshapes);
}
BENCHMARK(network_blendshapes)->Unit(benchmark::kMicrosecond);

void find_face(benchmark::State& state) {
  FaceTracker tracker(networks());
  for (auto _ : state) benchmark::DoNotOptimize(tracker.find(picture()));
}
BENCHMARK(find_face)->Unit(benchmark::kMicrosecond);

void follow_face(benchmark::State& state) {
  FaceTracker tracker(networks());
  for (auto _ : state) benchmark::DoNotOptimize(tracker.follow(picture()));
}
BENCHMARK(follow_face)->Unit(benchmark::kMicrosecond);

void find_no_face(benchmark::State& state) {
  FaceTracker tracker(networks());
  const ImageU8 grey(4000, 3000, 3, 120);
  for (auto _ : state) benchmark::DoNotOptimize(tracker.find(grey));
}
BENCHMARK(find_no_face)->Unit(benchmark::kMillisecond);

void pose_of_head(benchmark::State& state) {
  const Landmarks landmarks = testing::reference("man").landmarks;
  for (auto _ : state) benchmark::DoNotOptimize(head_pose(landmarks));
}
BENCHMARK(pose_of_head)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace parlante
