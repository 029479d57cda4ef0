// What a user may ask of a moving face, besides what it says.
#pragma once

#include <Eigen/Core>
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parlante {

enum class Emotion : std::size_t { happiness, sadness, anger, fear, disgust, surprise, contempt, calm };
inline constexpr std::size_t kEmotions = 8;
/// In the order of the enum.
extern const std::array<std::string_view, kEmotions> kEmotionNames;

/// Where the eyes look.
struct GazeControl {
  enum class Kind {
    viewer,     ///< at the viewer, away for moments: the eyes' own behaviour
    direction,  ///< (yaw, pitch) in the room, rad: the eyes stay there whatever the head does
    in_head,    ///< (yaw, pitch) in the head, rad: the eyes turn with the head
    screen,     ///< a place on the picture: (0, 0) its upper left corner, (1, 1) its lower right; (.5, .5) is
                ///< the viewer; -1..2
    point,      ///< cm from between the eyes of the photo: right, up, to the viewer
  };
  Kind kind = Kind::viewer;
  Eigen::Vector3f at = Eigen::Vector3f::Zero();  ///< signs as FaceCode's: the picture's right, up

  bool operator==(const GazeControl& other) const { return kind == other.kind && at == other.at; }
};

/// Everything that can be asked; a default-made one asks for nothing. Angles are rad, signs as in FaceCode.
/// A mix of emotions of more than 1 in all is scaled down to 1.
struct MotionControls {
  GazeControl gaze{};
  float distance = 1;  ///< of the head from the camera, over that in the photo, .92..1.08
  Eigen::Vector3f head_pose = Eigen::Vector3f::Zero();  ///< yaw, pitch, roll added to the head's own
  std::optional<Eigen::Vector3f> fixed_pose{};  ///< yaw, pitch, roll in place of the head's own movement
  std::array<float, kEmotions> emotion{};       ///< strengths, 0..1
  float head_scale = 1;                         ///< amplitude of the head's own movement, 0..2
  float mouth_scale = 1;                        ///< amplitude of the mouth, 0..1.5
  float blinks_per_minute = 26;                 ///< while talking; two thirds of it while listening; 0..60
  bool still = false;  ///< head, brows and gaze rest where they are asked to be; mouth and blinks go on
  bool idle = true;    ///< looks, nods and sways while nobody speaks; false: waits quietly
  /// Seconds that a change of these values takes (.05..10). The gaze jumps, as eyes do.
  float ease_s = 0.4F;

  bool operator==(const MotionControls&) const = default;
};

/// Controls from a moment on.
struct TimedControls {
  double time_s = 0;
  MotionControls controls;
};

/// The nearest controls within the ranges above; what is no number becomes the default. `said`, if any, gets
/// one sentence for each value that was changed, unless it holds that sentence already.
MotionControls in_range(const MotionControls& controls, std::vector<std::string>* said = nullptr);

/// The direction in the room of what `gaze` asks for: yaw, pitch in rad, within ±35° and ±25°. Not for
/// Kind::viewer and in_head.
Eigen::Vector2f gaze_direction(const GazeControl& gaze) noexcept;

}  // namespace parlante
