// The learned motion, loaded: networks and their normalisation; immutable, shared by all streams.
#pragma once

#include <filesystem>
#include <memory>

#include "core/result.hpp"
#include "motion/motion_weights.hpp"

namespace parlante {

/// What the network runs for: whole files, or talking with somebody.
enum class Pace { offline, live };

class MotionModel {
 public:
  /// Frames (25 a second) of a live window: each costs, and each older one steadies. Training's own window is
  /// the file's.
  static constexpr std::size_t kLiveWindow = 45;

  /// Reads `motion.safetensors` (format parlante-motion-1: docs/motion.md) and builds its graphs, in 32-bit
  /// floats, one thread unless asked otherwise. `live_window`: frames of windows for talking with somebody;
  /// 0: none are built, and Pace::live draws whole windows. Errors: broken_model, when anything in the file
  /// is not what the format says.
  static Result<MotionModel> load(const std::filesystem::path& file, int threads = 1,
                                  std::size_t live_window = 0);
  static Result<MotionModel> build(const MotionWeights& weights, int threads = 1,
                                   std::size_t live_window = 0);

  const MotionConfig& config() const noexcept;
  /// Frames of a window.
  std::size_t window(Pace pace) const noexcept;

  struct Data;  ///< networks, hidden
  const Data& data() const noexcept { return *data_; }

 private:
  std::shared_ptr<const Data> data_;
};

}  // namespace parlante
