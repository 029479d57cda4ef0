// The outline of pouting and tucked lips: the person's own vermilion, drawn together between the corners.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "core/arkit.hpp"
#include "head/head_model.hpp"
#include "render/rig_mouth.hpp"

namespace parlante {

/// Moves the vermilion borders when the lips are rounded or the lower one lies under the teeth, so that what
/// is seen of each lip is as high as at rest, or a little higher, all along it: expressions turn the lips out
/// to twice their height and to a box without a cupid's bow, and roll the lower one out of sight in f and v.
/// Real lips keep both and taper to pointed corners, at 65 to 85 % of the rest's width. Leaves the rims, and
/// with them the opening, as they are. Immutable.
class LipBorder {
 public:
  /// `rest`: the person's vertices as the photo shows them, lips shut.
  LipBorder(const HeadModel& head, std::span<const Vec3f> rest, const PhotoView& view);

  /// How far the borders go to their places, 0..1: by pucker and funnel beyond the photo's own.
  static float strength(const BlendshapeWeights& expression, const BlendshapeWeights& own) noexcept;
  /// `vertices`: of the whole head, in its frame; `opening`: what open_mouth() drew on them.
  /// `tuck` 0..1: the lower lip under the upper teeth (LipPose).
  void hold(float pout, float tuck, const Opening& opening, std::span<Vec3f> vertices) const noexcept;

 private:
  struct Follower {
    std::int32_t vertex;
    float weight;  ///< of the border's move; on the lip, the share of the way from the rim to the border
    bool on_lip;
    float depth;  ///< z at rest, cm
  };
  struct Lip {
    std::vector<std::int32_t> border;
    std::vector<Follower> followers;
    float outward = 1;                   // of y
    float arched = 1;                    // how little its border knows of the opening's sides
    OpeningProfile pouting{}, tucked{};  // cm that are to be seen of it
  };
  /// Seen height of the lip's edge at a sample: of the opening, or of the contact where it is shut.
  static float edge_of(const Lip& lip, const Opening& opening, std::size_t sample) noexcept;
  /// cm of the lip that are seen at the opening's samples.
  static OpeningProfile seen_height_of(const Lip& lip, const SeenHeight& seen, const Opening& opening,
                                       std::span<const Vec3f> vertices) noexcept;

  const HeadModel& head_;
  PhotoView view_;
  std::array<Lip, 2> lips_;  // lower, upper
};

}  // namespace parlante
