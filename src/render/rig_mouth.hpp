// The lip law: the opening that was asked for is drawn exactly (design 5b, 7).
#pragma once

#include <array>
#include <span>

#include "render/rig_lips.hpp"
#include "render/rig_weights.hpp"

namespace parlante {

inline constexpr std::size_t kOpeningSamples = 39;
using OpeningProfile =
    std::array<float, kOpeningSamples>;  ///< cm, evenly spaced between the corners, without them

/// Below this gap the lips are pressed shut; and how far past contact.
inline constexpr float kLeastOpening = .09f, kPressed = -.05f;

/// Opening of the mouth and where it was measured.
struct Opening {
  OpeningProfile x{};       ///< head frame, cm, ascending
  OpeningProfile gap{};     ///< negative: overlap
  OpeningProfile middle{};  ///< height halfway between the lips
  float widest() const noexcept;
};

/// The camera of the photo, as far as heights are concerned.
struct PhotoView {
  Eigen::Matrix3f rotation = Eigen::Matrix3f::Identity();
  Vec3f translation = Vec3f::Zero();
};

/// Heights as the photo's camera sees them, brought to the depth of the lips.
class SeenHeight {
 public:
  SeenHeight(const HeadModel& head, std::span<const Vec3f> vertices, const PhotoView& view) noexcept;
  /// cm, of a point of the head's frame.
  float operator()(const Vec3f& p) const noexcept {
    return (up_.dot(p) + view_.translation.y()) * rim_depth_ / depth(p);
  }
  /// Of the seen height to that in the head's frame.
  float per_cm() const noexcept { return up_.y(); }

 private:
  float depth(const Vec3f& p) const noexcept { return -(nearer_.dot(p) + view_.translation.z()); }

  PhotoView view_;
  Vec3f up_, nearer_;
  float rim_depth_;
};

/// What weights alone do to the mean head's mouth.
Opening generic_opening(const RigWeights& weights, const BlendshapeWeights& expression) noexcept;
/// The opening of posed head vertices as the photo's camera sees it: the jaw swings back, so that the height
/// in the head's own frame is up to .2 cm more.
Opening seen_opening(const HeadModel& head, std::span<const Vec3f> vertices, const PhotoView& view) noexcept;

/// The gap to draw: `weights_gap` is what the weights open beyond the rest; `asked_cm` >= 0 overrides its
/// size and keeps its profile, half of which is an ellipse on the same support (no V in "oo").
OpeningProfile opening_goal(const Opening& weights_gap, float asked_cm) noexcept;

/// The opening's width over that of the mouth: speakers' lips part nearly to the corners, where the contact
/// gives way a little more as the gap grows. `spread` 0..1: smiles open further out.
float opening_support(float widest_cm, float spread) noexcept;
/// Shuts `goal` beyond `support` of its half width, and rounds what stays open to a lens of the same gap.
void zip_corners(float support, OpeningProfile& goal) noexcept;

/// Moves the lips until the opening is `goal`: of little, 40 % by the upper lip; of much, nearly all by the
/// lower, as jaws do. Returns what came out. `roundness` 0..1 lifts the middle of both, so that pouting lips
/// open to a round instead of a bowl.
Opening open_mouth(const HeadModel& head, const RigWeights& weights, const PhotoView& view,
                   const OpeningProfile& goal, std::span<Vec3f> vertices, float roundness = 0) noexcept;

/// How far the seam of `shut` lips lies above the line between their corners, cm.
OpeningProfile seam_bow(const Opening& shut) noexcept;
/// Lowers the sides of both lips, and the corners most, until the opening lies about the line between the
/// corners as it does in speakers: upper lip up in an arch, lower lip down in one, instead of a flat upper
/// edge over a V. `rest_bow`: of the person's own seam, which is kept until the jaw draws it straight. Smiles
/// and pouts keep theirs. Leaves every column's gap as it is; returns the opening that came out.
Opening lower_corners(const HeadModel& head, const RigWeights& weights, const PhotoView& view,
                      const OpeningProfile& rest_bow, const LipPose& pose, const Opening& seen,
                      std::span<Vec3f> vertices) noexcept;

}  // namespace parlante
