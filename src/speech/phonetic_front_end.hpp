// Sound to phonetic features: the conformer of `hama` (191 IPA outputs, 20 ms frames), run in windows.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "core/time.hpp"
#include "nn/network.hpp"

namespace parlante {

inline constexpr int kPhones = 191;          ///< outputs, the last two are word boundary and blank
inline constexpr int kFeatureWidth = 144;
inline constexpr int kPhoneticHop = 320;     ///< samples a frame: 20 ms at 16 kHz

/// What is known of 20 ms of sound. Frame k covers samples [k·320, (k+1)·320).
struct PhoneticFrame {
  std::array<float, kPhones> posterior{};       ///< probabilities
  std::array<float, kFeatureWidth> layer2{}, layer4{};
  float energy_db = -100;   ///< RMS over the frame, dB of full scale
  float pitch_hz = 0;       ///< fundamental frequency; 0 where unvoiced
  float voice = 0;          ///< voice activity, 0..1, smoothed with hangover
};

/// The network and its list of phones; immutable, shared.
class PhoneticModel {
 public:
  /// Reads the weight pack (`phonetic.hama`) and builds the graph for windows of `window_samples`.
  /// Errors: broken_model.
  static Result<PhoneticModel> load(const std::filesystem::path& file, int threads = 1);
  /// IPA text of an output.
  static std::string_view phone(int index) noexcept;

  struct Data;
  const Data& data() const noexcept { return *data_; }

 private:
  std::shared_ptr<const Data> data_;
};

/// A streaming flow of sound through the model. Not thread-safe. Windows overlap, so that a frame is only given out
/// when `look_ahead` frames of sound behind it were heard (or the end is known).
class PhoneticFrontEnd {
 public:
  struct Options {
    int context = 50;     ///< frames of past sound each window sees before the frames it gives out
    int look_ahead = 25;  ///< frames of future sound
    int block = 50;       ///< frames given out a window
  };
  PhoneticFrontEnd(const PhoneticModel& model, const Options& options);
  ~PhoneticFrontEnd();
  PhoneticFrontEnd(PhoneticFrontEnd&&) noexcept;

  /// More mono sound at 16 kHz, any length.
  void push(std::span<const float> samples);
  /// No more sound comes: the rest is padded with silence and given out.
  void end();
  /// Forgets everything heard.
  void reset();
  std::size_t ready() const noexcept;
  /// The next frame; false when none is ready.
  bool pull(PhoneticFrame& frame);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace parlante
