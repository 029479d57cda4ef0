// FaceCode -> posed geometry of one avatar (design 5b, 7): expression, lip law, lid law, head pose, gaze,
// breath, light.
#pragma once

#include <Eigen/Core>
#include <array>
#include <memory>
#include <vector>

#include "avatar/avatar.hpp"
#include "core/arkit.hpp"
#include "head/head_model.hpp"

namespace parlante {

/// Everything the renderer needs to know of one frame's geometry. Made by Rig::make_frame(), filled by
/// Rig::pose(). Vertices are those of the HeadModel (the eyeballs lie on the avatar's eye spheres); grid
/// vertices are those of Avatar::grid. Pixels are those of the photo's working picture (Avatar::size), pixel
/// centres at +.5.
struct RigFrame {
  std::vector<Vec3f> head;    ///< deformed, head frame of the photo, before the head's own motion; cm
  std::vector<Vec3f> camera;  ///< camera frame, cm; z is negative, larger = nearer
  std::vector<Vec2f> image;   ///< px
  std::vector<Vec3f>
      normals;  ///< unit, camera frame; of skin and interior. The interior's are stale while lips_closed
  std::vector<float> shade;     ///< [0, skin_end()): factor on the photo's colour (turned towards or from the
                                ///< light; dark on the hidden inner lip); 1 outside the face
  std::vector<Vec2f> texture;   ///< px of the photo: Avatar::texture with the sliding lip rim
  std::vector<float> lid_drop;  ///< [0, skin_end()): by how many cm the blink moved it down; 0 but near eyes
  std::vector<Vec3f> grid_camera;
  std::vector<Vec2f> grid_image;

  float asked_opening_cm =
      0;  ///< inner-lip gap the law aimed at (0 when pressed shut), as seen in the photo's view
  float opening_cm = 0;      ///< and what came out, >= 0
  float asked_aperture = 0;  ///< the same over the distance of the outer eye corners
  float drawn_aperture = 0;
  bool lips_closed = true;       ///< pressed shut: no interior to draw
  std::array<float, 2> blink{};  ///< 0 right, 1 left (the person's); 0 open as in the photo ... 1 shut
  std::array<Eigen::Matrix3f, 2>
      gaze;  ///< turn of each ball relative to the photo, head frame, already scaled to the
             ///< ball's radius: texture of p is at gaze^T (p - centre) + centre
  Eigen::Matrix3f head_rotation = Eigen::Matrix3f::Identity();  ///< relative to the photo, soft-limited
  Vec3f translation = Vec3f::Zero();                            ///< cm, head frame, soft-limited
  Eigen::Matrix3f to_camera = Eigen::Matrix3f::Identity();  ///< camera = to_camera · head + camera_offset
  Vec3f camera_offset = Vec3f::Zero();
  BlendshapeWeights expression{};  ///< absolute weights that were drawn

  std::vector<Eigen::Vector4f> scratch_normals, scratch_smooth;  ///< of the rig, a face vertex each
  std::vector<Vec3f> scratch_grid;
};

/// Head motion the pictures bear (design 7), rad; and of the gaze.
inline constexpr float kMaxYaw = 0.349066f, kMaxPitch = 0.261799f, kMaxRoll = 0.261799f;
inline constexpr float kMaxGazeYaw = 0.61f, kMaxGazePitch = 0.45f;
inline constexpr float kMaxTranslation = 5.f;  ///< cm, each direction
/// Identity below 70 % of `limit` (> 0), then smooth, monotone saturation towards ±limit. Not-a-number
/// becomes 0.
float soft_limit(float value, float limit) noexcept;

/// Immutable; pose() may be called by several threads at once with a frame each. Head and avatar must outlive
/// it.
class Rig {
 public:
  /// True when the avatar's per-vertex data have the sizes the head asks for: Rig may be made.
  static bool fits(const HeadModel& head, const Avatar& avatar) noexcept;

  /// Takes about .1 s. Precondition: fits(head, avatar).
  Rig(const HeadModel& head, const Avatar& avatar);
  ~Rig();
  Rig(Rig&&) noexcept;

  RigFrame make_frame() const;
  /// Poses; allocates nothing. Weights are clamped to [0,1], motion is soft-limited, non-finite numbers count
  /// as 0.
  void pose(const FaceCode& code, RigFrame& frame) const noexcept;

  /// Distance of the outer eye corners at the depth of the lips, cm: aperture · this = opening_cm.
  float eye_corner_distance_cm() const noexcept;

 private:
  struct State;
  std::unique_ptr<const State> state_;
};

}  // namespace parlante
