// The first pass: what one person's face is like at rest.
#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "head/rotation.hpp"
#include "track/eye_codes.hpp"
#include "track/face_code_solver.hpp"
#include "track/mouth_measures.hpp"
#include "track/solver_rig.hpp"

namespace parlante {
namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr int kShapeRounds = 3;
constexpr double kWorstResidual = 3;    // medians: a tracker that lost the face for a moment
constexpr double kFloorQuantile = .03;  // of the gaps: a tracker sees no zero
constexpr float kWidestFloor = .02F;    // of 40 clips of 30 people; above it the mouth never shut in the clip
constexpr double kShutQuantile = .25, kRelaxedWidth = .03;
constexpr double kBlinkQuantile = .995;
constexpr float kStillABlink = .45F, kUsualShut = .05F;  // height of a shut eye over that of an open one
constexpr float kUsualBlink = .55F, kWeakestBlink = .3F, kStrongestBlink = .85F;

template <class T>
T quantile(std::vector<T> values, double q) {
  const auto at =
      values.begin() + static_cast<std::ptrdiff_t>(std::lround(q * static_cast<double>(values.size() - 1)));
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

struct UsableFrame {
  const TrackedFrame* frame;
  StiffFit fit;
};

std::vector<UsableFrame> usable_frames(std::span<const TrackedFrame> frames, const StiffShape& shape) {
  std::vector<UsableFrame> usable;
  std::vector<double> residuals;
  for (const TrackedFrame& frame : frames)
    if (const auto fit = fit_stiff(shape, frame)) {
      usable.push_back({&frame, *fit});
      residuals.push_back(fit->residual_px / fit->scale);
    }
  if (usable.empty()) return usable;
  const double worst = kWorstResidual * quantile(residuals, .5) + 1e-6;
  std::erase_if(usable, [&](const UsableFrame& u) { return u.fit.residual_px / u.fit.scale > worst; });
  return usable;
}

/// Means of landmarks in the head's frame.
class MeanFace {
 public:
  void add(const UsableFrame& usable) {
    for (std::size_t n = 0; n < kLandmarks; ++n)
      if (is_known(*usable.frame, n)) {
        sums_[n] += usable.fit.into_head(usable.frame->landmarks[n]);
        ++counts_[n];
      }
  }
  std::array<Vec3f, kLandmarks> mean() const {
    std::array<Vec3f, kLandmarks> mean;
    for (std::size_t n = 0; n < kLandmarks; ++n)
      mean[n] = counts_[n] > 0 ? Vec3f((sums_[n] / counts_[n]).cast<float>()) : Vec3f::Constant(kNan);
    return mean;
  }

 private:
  std::vector<Vec3d> sums_ = std::vector<Vec3d>(kLandmarks, Vec3d::Zero());
  std::vector<double> counts_ = std::vector<double>(kLandmarks, 0);
};

/// The person's own stiff parts: the mean over the frames, as large and held as the rig's.
std::vector<UsableFrame> person_frames(std::span<const TrackedFrame> frames, const StiffShape& rig) {
  std::vector<UsableFrame> usable = usable_frames(frames, rig);
  for (int round = 0; round < kShapeRounds && !usable.empty(); ++round) {
    MeanFace face;
    for (const UsableFrame& u : usable) face.add(u);
    const auto to_rig = fit_shapes(stiff_shape_of(face.mean()), rig);
    if (!to_rig) return {};
    StiffShape own = stiff_shape_of(face.mean());
    for (Eigen::Index i = 0; i < own.cols(); ++i) own.col(i) = to_rig->into_picture(own.col(i));
    usable = usable_frames(frames, own);
  }
  return usable;
}

/// The frames with a shut mouth that is neither spread nor pursed (the prototype's `neutral`).
void find_neutral(const std::vector<UsableFrame>& usable, Calibration& person) {
  std::vector<float> gaps, widths;
  std::vector<const UsableFrame*> with_mouth;
  const auto unit = static_cast<double>(person.eye_distance);
  for (const UsableFrame& u : usable) {
    const auto gap = inner_gap(*u.frame, u.fit), width = mouth_width(*u.frame, u.fit);
    if (!gap || !width) continue;
    gaps.push_back(static_cast<float>(*gap / unit));
    widths.push_back(static_cast<float>(*width / unit));
    with_mouth.push_back(&u);
  }
  person.neutral = person.mean;
  if (gaps.empty()) return;
  person.gap_floor = std::min(quantile(gaps, kFloorQuantile), kWidestFloor);
  person.width_median = quantile(widths, .5);
  double sum = 0, squares = 0;
  for (const float gap : gaps) {
    sum += static_cast<double>(gap);
    squares += static_cast<double>(gap) * static_cast<double>(gap);
  }
  const auto count = static_cast<double>(gaps.size());
  person.gap_spread =
      static_cast<float>(std::sqrt(std::max(0.0, squares / count - sum * sum / (count * count))));

  const float shut = std::max(quantile(gaps, kShutQuantile), .012F);
  std::vector<float> shut_widths;
  for (std::size_t i = 0; i < gaps.size(); ++i)
    if (gaps[i] <= shut) shut_widths.push_back(widths[i]);
  const float relaxed = quantile(shut_widths, .5);
  MeanFace face;
  for (std::size_t i = 0; i < gaps.size(); ++i)
    if (gaps[i] <= shut && std::abs(widths[i] - relaxed) < static_cast<float>(kRelaxedWidth))
      face.add(*with_mouth[i]);
  person.neutral = face.mean();
}

/// Raised brows come back to where they mostly are.
void find_brows(const std::vector<UsableFrame>& usable, Calibration& person) {
  std::array<std::vector<float>, 3> places;
  for (const std::size_t point : kBrowPoints) {
    for (auto& axis : places) axis.clear();
    for (const UsableFrame& u : usable) {
      if (!is_known(*u.frame, point)) continue;
      const Vec3d place = u.fit.into_head(u.frame->landmarks[point]);
      for (std::size_t k = 0; k < 3; ++k)
        places[k].push_back(static_cast<float>(place[static_cast<Eigen::Index>(k)]));
    }
    if (places[0].empty()) continue;
    person.neutral[point] = {quantile(places[0], .5), quantile(places[1], .5), quantile(places[2], .5)};
  }
}

void find_scores(const std::vector<UsableFrame>& usable, Calibration& person) {
  std::vector<float> values;
  const auto gather = [&](std::size_t shape) {
    values.clear();
    for (const UsableFrame& u : usable)
      if (u.frame->has_scores && std::isfinite(u.frame->scores[shape]))
        values.push_back(u.frame->scores[shape]);
  };
  person.has_scores = false;
  for (std::size_t shape = 0; shape < kBlendshapes; ++shape) {
    gather(shape);
    if (values.empty()) continue;
    person.has_scores = true;
    person.score_median[shape] = std::clamp(quantile(values, .5), 0.F, 1.F);
  }
  for (std::size_t eye = 0; eye < 2; ++eye) {
    gather(static_cast<std::size_t>(kBlinks[eye]));
    const float open = person.score_median[kBlinks[eye]];
    const float widest = values.empty() ? 0 : quantile(values, kBlinkQuantile);
    // Whoever never blinked is given what the tracker usually says of shut eyes.
    person.blink_full[eye] = widest - open > kWeakestBlink ? std::min(widest, kStrongestBlink)
                                                           : std::max(kUsualBlink, open + kWeakestBlink);
  }
}

void find_lids(const std::vector<UsableFrame>& usable, Calibration& person) {
  for (std::size_t eye = 0; eye < 2; ++eye) {
    std::vector<float> gaps;
    for (const UsableFrame& u : usable)
      if (const auto gap = lid_gap(*u.frame, u.fit, eye)) gaps.push_back(static_cast<float>(*gap));
    if (gaps.empty()) continue;
    const float open = quantile(gaps, .5), least = quantile(gaps, 1 - kBlinkQuantile);
    person.lid_open[eye] = std::max(open, 0.F);
    person.lid_shut[eye] = least < kStillABlink * open ? least : kUsualShut * open;
  }
}

void find_mean_pose(const std::vector<UsableFrame>& usable, Calibration& person) {
  Eigen::Matrix3d rotations = Eigen::Matrix3d::Zero();
  Vec3d position = Vec3d::Zero();
  double log_scale = 0;
  std::vector<float> sizes, yaws, pitches;
  for (const UsableFrame& u : usable) {
    rotations += u.fit.rotation;
    position += u.fit.into_picture(head_pivot().cast<double>());
    log_scale += std::log(u.fit.scale);
    if (const auto eyes = eye_direction(*u.frame, u.fit)) {
      yaws.push_back(static_cast<float>(eyes->yaw));
      pitches.push_back(static_cast<float>(eyes->pitch));
    }
    if (u.frame->picture_size > 0) sizes.push_back(u.frame->picture_size);
  }
  const auto count = static_cast<double>(usable.size());
  person.rotation = nearest_rotation(rotations).cast<float>();
  person.position = (position / count).cast<float>();
  person.scale = static_cast<float>(std::exp(log_scale / count));
  // The median: irises seen through lids that blink look down.
  person.gaze_yaw = yaws.empty() ? 0 : quantile(yaws, .5);
  person.gaze_pitch = pitches.empty() ? 0 : quantile(pitches, .5);
  person.picture_size = sizes.empty() ? 0 : quantile(sizes, .5);
  person.frames = static_cast<int>(usable.size());
}

tl::unexpected<Error> nobody() {
  return fail(ErrorKind::no_face, "No frame shows enough of a face to tell how the head is held.");
}

}  // namespace

Result<Calibration> FaceCodeSolver::calibrate(std::span<const TrackedFrame> frames) const {
  const std::vector<UsableFrame> usable = person_frames(frames, rig_->stiff);
  if (usable.empty()) return nobody();
  Calibration person;
  MeanFace face;
  for (const UsableFrame& u : usable) face.add(u);
  person.mean = face.mean();
  person.eye_distance = (person.mean[kEyeCornerLeft] - person.mean[kEyeCornerRight]).norm();
  if (!(person.eye_distance > 0)) return nobody();
  find_neutral(usable, person);
  find_brows(usable, person);
  find_scores(usable, person);
  find_lids(usable, person);
  find_mean_pose(usable, person);
  return person;
}

Result<Calibration> FaceCodeSolver::recentre(const Calibration& person,
                                             std::span<const TrackedFrame> frames) const {
  const std::vector<UsableFrame> usable = usable_frames(frames, stiff_shape_of(person.mean));
  if (usable.empty()) return nobody();
  Calibration renewed = person;
  find_mean_pose(usable, renewed);
  return renewed;
}

}  // namespace parlante
