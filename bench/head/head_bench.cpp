#include <benchmark/benchmark.h>

#include <cstdlib>

#include "head/head_pose_fit.hpp"
#include "head/landmark_basis.hpp"
#include "support/paths.hpp"

namespace {

using namespace parlante;

const HeadModel& head() {
  static const HeadModel model = load_head_model(testing::models_folder() / "head.plhead").value();
  return model;
}

// The mean head, seen from the front.
Landmarks frontal() {
  const LandmarkPoints points = landmarks_on(head(), head().neutral);
  const Camera camera{1638.4, 512, 512};
  Landmarks landmarks;
  const auto place = [&](std::size_t n, const Vec3d& point) {
    landmarks[n].head<2>() = camera.project(point - Vec3d(0, 0, 60)).cast<float>();
    landmarks[n].z() = static_cast<float>(-point.z() * 1638.4 / 60);
  };
  for (std::size_t n = 0; n < kMeshLandmarks; ++n) place(n, points.col(static_cast<Eigen::Index>(n)));
  for (std::size_t n = kIrisRight; n < kLandmarks; ++n) place(n, {n < kIrisLeft ? -3.1 : 3.1, 3.4, 9});
  return landmarks;
}

void load(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(load_head_model(testing::models_folder() / "head.plhead"));
}
void fit(benchmark::State& state) {
  const Landmarks landmarks = frontal();
  for (auto _ : state) benchmark::DoNotOptimize(fit_head(landmarks, 1024, head()));
}
void fit_pose_of_a_frame(benchmark::State& state) {
  const Landmarks landmarks = frontal();
  const PoseFitter fitter(head(), fit_head(landmarks, 1024, head()).value());
  for (auto _ : state) benchmark::DoNotOptimize(fitter.fit(landmarks, 1024));
}
BENCHMARK(load)->Unit(benchmark::kMillisecond);
BENCHMARK(fit)->Unit(benchmark::kMillisecond);
BENCHMARK(fit_pose_of_a_frame)->Unit(benchmark::kMillisecond);

}  // namespace
