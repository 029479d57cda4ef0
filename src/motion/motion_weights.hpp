// What the file of a learned motion says: sizes, channels, how to sample, and where the arrays are.
#pragma once

#include <array>
#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "core/arkit.hpp"
#include "core/result.hpp"
#include "motion/phone_targets.hpp"
#include "nn/safetensors.hpp"

namespace parlante {

/// A number that the network makes for each frame, and the member of FaceCode that it is.
struct MotionChannel {
  enum class Kind { aperture, weight, yaw, pitch, roll, gaze_yaw, gaze_pitch };
  Kind kind = Kind::aperture;
  Blendshape shape{};  ///< of a weight

  bool operator==(const MotionChannel&) const = default;
};

/// The channel of that name: "aperture", an ARKit weight that speech or feeling moves (not tongueOut and
/// eyeLook*, which others set), "yaw", "pitch", "roll", "gazeYaw", "gazePitch". Errors: broken_model.
Result<MotionChannel> motion_channel(const std::string& name);

/// Sizes and use of the network, as trained.
struct MotionConfig {
  /// What of a phonetic frame the network hears: layer 2, layer 4, mass of each phone class, energy.
  static constexpr std::size_t kHeardOfFrame = 2 * std::size_t{kFeatureWidth} + kPhoneClasses + 1;
  static constexpr std::size_t kAudio = 2 * kHeardOfFrame;  ///< of the two phonetic frames of a video frame
  static constexpr std::size_t kConditions = 16;
  static constexpr std::size_t kKernel = 5;  ///< of the convolution over what was heard, frames
  static constexpr int kFps = 25;

  bool diffuses = true;  ///< false: a regressor, one evaluation without noise or memory
  std::size_t width = 0, blocks = 0, heads = 0;
  std::size_t reach = 0;     ///< frames of the learned relative bias, either way
  std::size_t window = 0;    ///< frames
  std::size_t previous = 0;  ///< frames at the window's start that continue earlier motion
  int steps = 4;
  float guidance = 1;
  bool knows_emotions = false;  ///< was trained with emotions told; else their inputs stay 0
  std::vector<MotionChannel> channels;
};

/// What the network may be told besides the sound: gaze yaw, pitch (rad, mean of a window), whether known;
/// logarithm of the head's distance over the usual, whether known; strengths of 8 emotions, whether known;
/// spread of the lips' opening over the usual minus 1, whether known.
using MotionCondition = std::array<float, MotionConfig::kConditions>;

/// Where each wish lies in a MotionCondition, its `known` last.
struct WishPlace {
  std::size_t first, count;
};
enum class Wish : std::size_t { gaze, distance, emotion, spread };
inline constexpr std::array<WishPlace, 4> kWishes = {{{0, 3}, {3, 2}, {5, 9}, {14, 2}}};

/// The file, read and checked as far as a table can be: the graph's builder checks the arrays' shapes.
struct MotionWeights {
  MotionConfig config;
  SafeTensors tensors;

  /// Errors: broken_model.
  static Result<MotionWeights> read(const std::filesystem::path& file);
  static Result<MotionWeights> from(SafeTensors tensors);
};

}  // namespace parlante
