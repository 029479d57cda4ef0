// Landmarks of a clip to face codes on the rig that renders.
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <array>
#include <filesystem>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "module.hpp"
#include "track/face_code_solver.hpp"

namespace parlante::python {
namespace {

template <class T, std::size_t rank>
using Table = nb::ndarray<const T, nb::ndim<rank>, nb::c_contig, nb::device::cpu>;

/// A clip's frames, as the solver takes them.
struct TrackedClip {
  std::vector<TrackedFrame> frames;

  TrackedClip(const Table<float, 3>& landmarks, const std::optional<std::vector<std::size_t>>& index,
              const std::optional<Table<float, 2>>& scores, float picture_size) {
    const std::size_t points = landmarks.shape(1);
    if (landmarks.shape(2) != 3 || (index ? index->size() : kLandmarks) != points)
      throw nb::value_error("landmarks must be (T, 478, 3), or (T, n, 3) with an index of n numbers");
    if (scores && (scores->shape(0) != landmarks.shape(0) || scores->shape(1) != kBlendshapes))
      throw nb::value_error("scores must be (T, 52), T as of the landmarks");
    TrackedFrame pattern;
    pattern.picture_size = picture_size;
    pattern.has_scores = scores.has_value();
    if (index) pattern.known.reset();
    for (std::size_t k = 0; index && k < points; ++k) {
      if ((*index)[k] >= kLandmarks) throw nb::value_error("landmarks are numbered 0..477");
      pattern.known.set((*index)[k]);
    }
    frames.assign(landmarks.shape(0), pattern);
    for (std::size_t t = 0; t < frames.size(); ++t) {
      const float* row = landmarks.data() + t * points * 3;
      for (std::size_t k = 0; k < points; ++k)
        frames[t].landmarks[index ? (*index)[k] : k] = Eigen::Vector3f(row + 3 * k);
      for (std::size_t shape = 0; scores && shape < kBlendshapes; ++shape)
        frames[t].scores[shape] = (*scores)(t, shape);
    }
  }
};

FaceCodeSolver load_solver(const std::string& models) {
  const auto model = or_raise(load_head_model(std::filesystem::path(models) / "head.plhead"));
  return FaceCodeSolver(model);
}

Calibration calibrate(const FaceCodeSolver& solver, const std::vector<const TrackedClip*>& clips) {
  std::vector<TrackedFrame> frames;
  for (const TrackedClip* clip : clips) frames.insert(frames.end(), clip->frames.begin(), clip->frames.end());
  return or_raise(solver.calibrate(frames));
}

Calibration recentre(const FaceCodeSolver& solver, const Calibration& person, const TrackedClip& clip) {
  return or_raise(solver.recentre(person, clip.frames));
}

struct Solved {
  Rows<float> weights{kBlendshapes}, pose{3}, gaze{2}, aperture, log_distance, gap, width, eye_distance_px,
      pose_residual, mouth_residual;

  void add(const std::optional<SolvedFrame>& frame) {
    constexpr float unknown = std::numeric_limits<float>::quiet_NaN();
    SolvedFrame nothing;
    nothing.code.weights.fill(unknown);
    nothing.code.yaw = nothing.code.pitch = nothing.code.roll = unknown;
    nothing.code.gaze_yaw = nothing.code.gaze_pitch = nothing.code.aperture = unknown;
    nothing.log_distance = nothing.gap = nothing.width = nothing.eye_distance_px = unknown;
    nothing.pose_residual = nothing.mouth_residual = unknown;
    const SolvedFrame& known = frame ? *frame : nothing;
    weights.add(known.code.weights);
    pose.add(std::array{known.code.yaw, known.code.pitch, known.code.roll});
    gaze.add(std::array{known.code.gaze_yaw, known.code.gaze_pitch});
    aperture.add_value(known.code.aperture < 0 ? unknown : known.code.aperture);
    log_distance.add_value(known.log_distance);
    gap.add_value(known.gap);
    width.add_value(known.width);
    eye_distance_px.add_value(known.eye_distance_px);
    pose_residual.add_value(known.pose_residual);
    mouth_residual.add_value(known.mouth_residual);
  }
};

nb::dict solve(const FaceCodeSolver& solver, const TrackedClip& clip, const Calibration& person) {
  Solved solved;
  {
    const nb::gil_scoped_release other_threads_may_run;
    for (const TrackedFrame& frame : clip.frames) solved.add(solver.solve(frame, person));
  }
  nb::dict result;
  result["weights"] = std::move(solved.weights).to_python();
  result["pose"] = std::move(solved.pose).to_python();
  result["gaze"] = std::move(solved.gaze).to_python();
  result["aperture"] = std::move(solved.aperture).to_python();
  result["log_distance"] = std::move(solved.log_distance).to_python();
  result["gap"] = std::move(solved.gap).to_python();
  result["width"] = std::move(solved.width).to_python();
  result["eye_distance_px"] = std::move(solved.eye_distance_px).to_python();
  result["pose_residual"] = std::move(solved.pose_residual).to_python();
  result["mouth_residual"] = std::move(solved.mouth_residual).to_python();
  return result;
}

}  // namespace

void add_solving(nb::module_& m) {
  using namespace nb::literals;
  nb::class_<TrackedClip>(m, "TrackedClip", "Landmarks of a clip's frames, as a tracker gave them.")
      .def(nb::init<const Table<float, 3>&, const std::optional<std::vector<std::size_t>>&,
                    const std::optional<Table<float, 2>>&, float>(),
           "landmarks"_a, "index"_a = nb::none(), "scores"_a = nb::none(), "picture_size"_a = 0.0F,
           "landmarks: float32 (T, n, 3), px; index: which of the 478 they are (none: all); scores: float32 "
           "(T, 52) or "
           "none; picture_size: longer side, px, 0 where not known. Frames that are not finite are left out.")
      .def("__len__", [](const TrackedClip& clip) { return clip.frames.size(); });
  nb::class_<Calibration>(m, "Calibration",
                          "One person's own measures; lengths over the outer eye corners' distance.")
      .def_ro("gap_floor", &Calibration::gap_floor)
      .def_ro("gap_spread", &Calibration::gap_spread)
      .def_ro("width_median", &Calibration::width_median)
      .def_ro("gaze_yaw", &Calibration::gaze_yaw)
      .def_ro("gaze_pitch", &Calibration::gaze_pitch)
      .def_ro("scale", &Calibration::scale)
      .def_ro("frames", &Calibration::frames);
  nb::class_<FaceCodeSolver>(m, "FaceCodeSolver",
                             "Landmarks to face codes. `models`: folder that holds head.plhead.")
      .def(
          "__init__",
          [](FaceCodeSolver* self, const std::string& models) {
            new (self) FaceCodeSolver(load_solver(models));
          },
          "models"_a)
      .def("calibrate", &calibrate, "clips"_a, "What one person's clips say of the face.")
      .def("recentre", &recentre, "person"_a, "clip"_a,
           "The same with pose and gaze about the clip's own mean.")
      .def(
          "solve", &solve, "clip"_a, "person"_a,
          "Arrays of T rows, not a number where a frame is not known: weights (T, 52), pose (T, 3: yaw, "
          "pitch, roll, rad), "
          "gaze (T, 2: yaw, pitch, rad), aperture, log_distance, gap, width, eye_distance_px, pose_residual, "
          "mouth_residual (T).");
}

}  // namespace parlante::python
