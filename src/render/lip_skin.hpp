// Skin of the lips where the photo has none: behind the contact line, which the photo shows as one dark seam.
#pragma once

#include <array>
#include <vector>

#include "render/detail_canvas.hpp"
#include "render/source_map.hpp"

namespace parlante {

/// What the mouth's vertices carry beyond SkinAttribute: how bare the made skin lies, the share of the way
/// from the right corner to the left, and the lip (-1 lower ... 1 upper).
enum LipAttribute : int { kLipBare = kSkinAttributes, kLipAcross, kLipSide, kLipAttributes };

/// The colour of each lip along its length, taken from the middle of the vermilion together with its vertical
/// creases, and drawn out inwards over what pouting and opening turn into view.
class LipSkin {
 public:
  /// `vertices`: of the head model, in the order of the mesh that write() fills.
  LipSkin(const HeadModel& head, const Avatar& avatar, const std::vector<std::int32_t>& vertices);

  /// Writes the three attributes of the mesh's vertices for this frame, and shades the roundness of the lower
  /// lip into what write_skin_attributes() wrote.
  void write(const RigFrame& frame, SubMesh& mesh) noexcept;
  /// Lays the made skin over what the canvas has drawn; nothing when exposure() is 0.
  void paint(DetailCanvas& canvas) const noexcept;

  /// 0: the photo's own lips are all there is to see; 1: their inner sides are turned out.
  float exposure() const noexcept { return exposure_; }
  /// As exposure(), by pouting alone: the photo's seam is stretched even while the lips touch.
  float pout() const noexcept { return pout_; }

 private:
  static float roundness(const HeadModel& head, std::size_t vertex, float across);
  static constexpr std::size_t kSamples = 256;
  using Profile = std::array<std::array<float, 3>, kSamples>;  ///< RGB from corner to corner

  /// Skin just outside the vermilion border.
  Profile sample_skin(const HeadModel& head, const Avatar& avatar, bool upper) const;
  Profile sample_lip(const HeadModel& head, const Avatar& avatar, bool upper, float& height_cm) const;

  std::array<Profile, 2> colours_;               ///< lower, upper
  std::vector<float> nearness_, across_, side_;  ///< of each vertex of the mesh
  std::vector<float> roundness_;  ///< likewise: what a lower lip turned out does to its light, less 1
  BlendshapeWeights own_{};
  float exposure_ = 0, pout_ = 0;
};

}  // namespace parlante
