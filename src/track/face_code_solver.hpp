// Landmarks and scores of a video's frames -> face codes on the rig that renders (design 6.2).
//
// Two passes over the frames of a person: calibrate() learns what this person's shut, neutral mouth, open
// eyes and stiff parts look like and how the head is held in the mean; solve() then gives the code of any
// frame relative to that.
//
//   const FaceCodeSolver solver(head_model);
//   const auto calibration = solver.calibrate(frames);
//   for (const TrackedFrame& frame : frames)
//     if (const auto solved = solver.solve(frame, *calibration)) use(solved->code);
//
// Several clips of one person: calibrate() on the frames of all, then for each clip recentre() on its own
// frames, so that head pose and gaze are relative to the clip's own mean.
#pragma once

#include <Eigen/Core>
#include <array>
#include <memory>
#include <optional>
#include <span>

#include "core/arkit.hpp"
#include "core/result.hpp"
#include "head/head_model.hpp"
#include "track/tracked_frame.hpp"

namespace parlante {

/// One person's own measures. Lengths in the head's frame, where everybody's stiff landmarks are as large as
/// the rig's (cm of the rig), except where a unit is named. Plain values: may be copied and shared.
struct Calibration {
  std::array<Vec3f, kLandmarks> mean{};  ///< all landmarks in the mean, head's frame; NaN where never seen
  /// The same over the frames with a shut, relaxed mouth; the brows at their median.
  std::array<Vec3f, kLandmarks> neutral{};
  float eye_distance = 0;  ///< of the outer eye corners in the mean
  float gap_floor = 0;     ///< inner-lip gap of shut lips over the eye distance: the tracker sees no zero
  float gap_spread = 0;    ///< standard deviation of the gap over the eye distance
  float width_median = 0;  ///< distance of the mouth's corners over the eye distance
  BlendshapeWeights score_median{};  ///< the scores of this face at rest
  bool has_scores = false;
  std::array<float, 2> blink_full{};  ///< score of a complete blink: right, left
  std::array<float, 2> lid_open{},
      lid_shut{};  ///< height of the eyes' opening at rest, and shut; 0: not known
  // How the head is held in the mean; recentre() renews these.
  Eigen::Matrix3f rotation = Eigen::Matrix3f::Identity();  ///< head's frame -> picture (x right, y up)
  Vec3f position = Vec3f::Zero();      ///< of the head's pivot, px of the picture with y up (z not used)
  float scale = 0;                     ///< px a cm of the rig
  float gaze_yaw = 0, gaze_pitch = 0;  ///< usual gaze against the head (median), rad
  float picture_size = 0;              ///< median of the frames', px; 0: not known
  int frames = 0;                      ///< how many were usable
};

/// A frame's code and what it was made from.
struct SolvedFrame {
  /// Weights: mouth and jaw solved from the lips, brows from the brows, blinks and wide eyes from the lids
  /// (brows and lids that are not known: from the scores), squints, cheeks and nose from the scores; all
  /// above the person's own rest. eyeLook*: 0, the gaze says it. Angles relative to the mean pose, by
  /// head/rotation.hpp. Gaze relative to the usual one, and towards it while the lids hide the irises.
  /// Aperture above the person's floor; -1 where the lips are not known. Translation in cm of the rig, along
  /// the view only where picture_size is known; breath 0.
  FaceCode code;
  float log_distance = 0;  ///< ln(distance to the camera / its mean); > 0: farther
  float gap = 0;           ///< inner-lip gap over the person's eye distance, floor included; NaN: not known
  float width = 0;         ///< distance of the mouth's corners over the person's eye distance; NaN: not known
  float eye_distance_px = 0;  ///< of the outer eye corners, by the frame's scale
  float pose_residual = 0;    ///< rms distance of the stiff landmarks to the person's, over the eye distance
  float mouth_residual = 0;   ///< rms distance of lips and chin to the solved rig, over the eye distance
  float solved_gap_change = 0;  ///< change of the gap from neutral as the solved weights make it
  float seen_gap_change = 0;    ///< and as it was seen (both vertical, over the eye distance)
};

/// Immutable; may be shared by any number of threads.
class FaceCodeSolver {
 public:
  explicit FaceCodeSolver(const HeadModel& model);
  ~FaceCodeSolver();
  FaceCodeSolver(FaceCodeSolver&&) noexcept;

  /// From the frames of one person, in any order, of one or several clips. Frames without the stiff landmarks
  /// (or with values that are not finite) are left out. Errors: no_face when no frame is usable.
  Result<Calibration> calibrate(std::span<const TrackedFrame> frames) const;

  /// The same person in one clip: mean pose, gaze and picture size are taken anew from `frames`, the face's
  /// own measures kept. Errors: no_face when no frame is usable.
  Result<Calibration> recentre(const Calibration& person, std::span<const TrackedFrame> frames) const;

  /// Nothing when the frame's pose cannot be told. Allocates nothing; well below a millisecond.
  std::optional<SolvedFrame> solve(const TrackedFrame& frame, const Calibration& person) const noexcept;

 private:
  struct Rig;
  std::unique_ptr<const Rig> rig_;
};

}  // namespace parlante
