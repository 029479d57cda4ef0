// How a fitted person holds the head (and the face) in another frame: for re-tracking what was rendered or
// filmed.
#pragma once

#include <memory>

#include "core/arkit.hpp"
#include "core/result.hpp"
#include "face/landmarks.hpp"
#include "head/head_fit.hpp"
#include "head/head_model.hpp"
#include "head/rotation.hpp"

namespace parlante {

/// A pose relative to the photo, as FaceCode gives it (see rotation.hpp for what the numbers do to a point).
struct RelativePose {
  HeadAngles angles;
  Vec3f translation = Vec3f::Zero();  ///< cm in the head's frame
  BlendshapeWeights expression{};     ///< absolute: the photo's own, or what was solved
  double error = 0;  ///< mean distance of landmark and model over the eye distance of the frame
};

struct PoseFitOptions {
  bool solve_expression =
      true;  ///< else the photo's expression is kept, and lips and lids are given no weight
  int iterations = 4;
};

/// The person's landmarks and how expressions move them, prepared once; identity and residual are the
/// photo's. Immutable; may be shared by threads.
class PoseFitter {
 public:
  /// `fit` must have been made with its surface (HeadFitOptions::with_surface).
  PoseFitter(const HeadModel& model, const HeadFit& fit);
  ~PoseFitter();
  PoseFitter(PoseFitter&&) noexcept;

  /// `landmarks` in px of a square frame of side `size` that shows what the photo's square showed (the same
  /// camera). Errors: no_face when the landmarks are degenerate; usage when size is impossible. Takes a few
  /// milliseconds.
  Result<RelativePose> fit(const Landmarks& landmarks, double size, const PoseFitOptions& options = {}) const;

 private:
  struct Person;
  std::unique_ptr<const Person> person_;
};

}  // namespace parlante
