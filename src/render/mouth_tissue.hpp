// How socket, tongue, gums and teeth look: colours by brightness, the tongue's texture, the crowns' tones.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "avatar/avatar.hpp"

namespace parlante {

enum Tissue : std::uint8_t { kSocket, kTongue, kGums, kTeeth };
inline constexpr std::size_t kTissues = 4;

/// Light on one tissue.
struct TissueLaw {
  float gain;                  ///< of the light
  float dimmest;               ///< brightness is never below
  float bright_to, reach;      ///< cm behind the lips: so far light comes in undimmed; then falls to 1/e
  float gloss;                 ///< of the wet highlight, 0..255
  std::array<float, 3> power;  ///< of brightness for R, G, B: dark flesh stays red
};
const TissueLaw& tissue_law(Tissue tissue) noexcept;

/// What the mouth's vertices carry to the pixels: light, gloss (0..1), tissue, and texels of the tongue.
enum InteriorAttribute : int { kLight, kGloss, kTissue, kPlaceU, kPlaceV, kInteriorAttributes };

/// Made once for an avatar; immutable.
class MouthTissue {
 public:
  MouthTissue(const HeadModel& head, const Avatar& avatar);

  /// Of each interior vertex.
  const std::vector<std::uint8_t>& tissues() const noexcept { return tissue_; }
  /// Factor on the light that does not depend on the frame: crowns darken towards their neighbours and necks,
  /// the tongue towards its sides and underneath.
  const std::vector<float>& tones() const noexcept { return tone_; }
  /// kPlaceU and kPlaceV of a vertex.
  Vec2f place(std::size_t vertex) const noexcept { return place_[vertex]; }

  /// Colour of a point (kInteriorAttributes) in `ambient` light, 0..1.
  void shade(const float* attributes, float ambient, float* rgb) const noexcept;
  /// What is seen where there is nothing, or between lips that hardly part.
  const std::array<float, 3>& emptiness() const noexcept { return emptiness_; }

 private:
  static constexpr std::size_t kShades = 256;
  static constexpr int kTongueWidth = 112, kTongueLength = 176;  // texels
  struct TongueTexel {
    float light, coat, wet;  ///< factor on the light; 0..1 of the pale coat; 0..1 of the highlight
  };

  void paint_tongue();
  void place_tongue(const HeadModel& head);
  void tone_crowns(const HeadModel& head, HeadPart row, const Avatar& avatar);
  void fill_colours(const Avatar& avatar);
  TongueTexel tongue_at(float u, float v) const noexcept;

  std::size_t begin_;  ///< first interior vertex of the model
  float lift_;         ///< of the dimmest flesh, for soft photos
  std::vector<std::uint8_t> tissue_;
  std::vector<float> tone_;
  std::vector<Vec2f> place_;
  std::vector<TongueTexel> tongue_;
  std::array<std::array<std::array<float, 3>, kShades>, kTissues> colours_;  ///< by brightness 0..1.3
  std::array<float, 3> emptiness_;
};

}  // namespace parlante
