#include "motion/controls.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "core/curves.hpp"

namespace parlante {
namespace {

constexpr float kWidestYaw = 35, kWidestPitch = 25;  // deg; the eyes are drawn up to there
constexpr float kMostYaw = 20, kMostPitch = 15, kMostRoll = 15;
/// Distance of the camera over the width that the picture has there (the camera that avatars are made with).
constexpr float kCameraOverWidth = 1.6F;
constexpr float kNearestPoint_cm = 5, kFarthestPoint_cm = 1000;

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4g", value);
  return text;
}

/// Clamps values and says so.
class Limits {
 public:
  explicit Limits(std::vector<std::string>* said) : said_(said) {}

  /// `unit`: what the user's number is in ours (1, or a degree).
  void keep(float& value, float low, float high, float missing, float unit, std::string_view name,
            std::string_view part = {}) {
    const float asked = value / unit;
    if (asked >= low && asked <= high) return;
    const float taken = std::isfinite(asked) ? std::clamp(asked, low, high) : missing;
    value = taken * unit;
    // A value that went through degrees and back may be a hair beyond its end.
    if (!said_ || std::abs(asked - taken) < 1e-4F * std::abs(taken)) return;
    std::string sentence = std::string(name) + std::string(part) + " goes from " + number(low) + " to " +
                           number(high) + "; " + (std::isfinite(asked) ? number(asked) : "no number") +
                           " was taken as " + number(taken) + ".";
    if (std::ranges::find(*said_, sentence) == said_->end()) said_->push_back(std::move(sentence));
  }
  void keep_pose(Eigen::Vector3f& pose, std::string_view what) {
    keep(pose[0], -kMostYaw, kMostYaw, 0, kDegree, what, " yaw");
    keep(pose[1], -kMostPitch, kMostPitch, 0, kDegree, what, " pitch");
    keep(pose[2], -kMostRoll, kMostRoll, 0, kDegree, what, " roll");
  }
  void keep_gaze(GazeControl& gaze) {
    Eigen::Vector3f& at = gaze.at;
    switch (gaze.kind) {
      case GazeControl::Kind::viewer:
        at.setZero();
        break;
      case GazeControl::Kind::direction:
      case GazeControl::Kind::in_head:
        keep(at[0], -kWidestYaw, kWidestYaw, 0, kDegree, "The gaze's yaw");
        keep(at[1], -kWidestPitch, kWidestPitch, 0, kDegree, "The gaze's pitch");
        at[2] = 0;
        break;
      case GazeControl::Kind::screen:
        keep(at[0], -1, 2, 0.5F, 1, "The gaze's place across the picture");
        keep(at[1], -1, 2, 0.5F, 1, "The gaze's place down the picture");
        at[2] = 0;
        break;
      case GazeControl::Kind::point:
        for (int i = 0; i < 2; ++i)
          keep(at[i], -kFarthestPoint_cm, kFarthestPoint_cm, 0, 1, "The gaze's point to the side");
        keep(at[2], kNearestPoint_cm, kFarthestPoint_cm, 60, 1, "The gaze's point to the viewer");
        break;
    }
  }

 private:
  std::vector<std::string>* said_;
};

}  // namespace

const std::array<std::string_view, kEmotions> kEmotionNames = {"happiness", "sadness",  "anger",    "fear",
                                                               "disgust",   "surprise", "contempt", "calm"};

MotionControls in_range(const MotionControls& controls, std::vector<std::string>* said) {
  MotionControls kept = controls;
  Limits limits(said);
  const MotionControls usual;
  limits.keep_gaze(kept.gaze);
  limits.keep(kept.distance, 0.92F, 1.08F, usual.distance, 1, "The distance");
  limits.keep_pose(kept.head_pose, "The head pose's");
  if (kept.fixed_pose) limits.keep_pose(*kept.fixed_pose, "The fixed pose's");
  for (std::size_t i = 0; i < kEmotions; ++i) limits.keep(kept.emotion[i], 0, 1, 0, 1, kEmotionNames[i]);
  limits.keep(kept.head_scale, 0, 2, usual.head_scale, 1, "The motion scale");
  limits.keep(kept.mouth_scale, 0, 1.5F, usual.mouth_scale, 1, "The mouth scale");
  limits.keep(kept.blinks_per_minute, 0, 60, usual.blinks_per_minute, 1, "The number of blinks a minute");
  limits.keep(kept.ease_s, 0.05F, 10, usual.ease_s, 1, "The seconds of a change");
  return kept;
}

Eigen::Vector2f gaze_direction(const GazeControl& gaze) noexcept {
  Eigen::Vector2f direction = gaze.at.head<2>();
  if (gaze.kind == GazeControl::Kind::screen) {
    direction = {std::atan((gaze.at[0] - 0.5F) / kCameraOverWidth),
                 std::atan((0.5F - gaze.at[1]) / kCameraOverWidth)};
  } else if (gaze.kind == GazeControl::Kind::point) {
    direction = {std::atan2(gaze.at[0], gaze.at[2]),
                 std::atan2(gaze.at[1], std::hypot(gaze.at[0], gaze.at[2]))};
  }
  return {std::clamp(direction[0], -kWidestYaw * kDegree, kWidestYaw * kDegree),
          std::clamp(direction[1], -kWidestPitch * kDegree, kWidestPitch * kDegree)};
}

}  // namespace parlante
