// The skin of a closed lid, its lash line and its lashes (design 7).
#pragma once

#include <vector>

#include "render/detail_canvas.hpp"

namespace parlante {

/// Attributes of an eye region's skin after those of SkinAttribute: where the closed lid's skin shows, how
/// far above the margin the skin lies when the eye is open (cm), and its place in Avatar::lid_skin, photo px.
enum LidAttribute : int { kLidWeight = 4, kLidHeight, kLidU, kLidV, kEyeSkinAttributes };

/// Which skin is seen where while a lid comes down, in cm. As in the picture of the shut lid
/// (avatar/shut_lid), skin keeps its place at the upper end and is drawn out the more the nearer it lies to
/// the margin.
struct UnrollingLid {
  float dropped;  ///< by the margin
  float left;     ///< of the margin's way
  float reach;    ///< above the open margin: skin further up does not take part

  /// Over the margin of the open eye, of the skin that is `above` the margin now.
  float height(float above) const noexcept;
  /// How far that skin has come down,
  float carried(float above) const noexcept;
  /// and how far it still has to go until the eye is shut.
  float to_go(float above) const noexcept;
};

class ClosedLid {
 public:
  ClosedLid(const HeadModel& head, const Avatar& avatar, int side);

  /// Lays the made skin over the canvas where the lid is; `open` (a plane) tells where the ball shows.
  void draw_skin(const RigFrame& frame, const float* open, DetailCanvas& canvas) const noexcept;
  /// Draws the line of the closed lashes and the lashes; uses the canvas's second mask.
  void draw_lashes(const RigFrame& frame, DetailCanvas& canvas) const noexcept;

 private:
  void open_lash(DetailCanvas& canvas, int x, float y, float* rgb) const noexcept;

  struct Lash {
    float outer;            ///< 0 at the inner corner .. 1 at the outer one
    float out_cm, down_cm;  ///< from root to tip of a shut eye's: away from the nose, down
  };
  const HeadModel& head_;
  const Avatar& avatar_;
  int side_;
  std::vector<Lash> lashes_;
};

}  // namespace parlante
