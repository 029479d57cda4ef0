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

inline constexpr int kPhones = 191;  ///< outputs, the last two are word boundary and blank
inline constexpr int kFeatureWidth = 144;
inline constexpr int kPhoneticHop = 320;  ///< samples a frame: 20 ms at 16 kHz

/// What is known of 20 ms of sound. Frame k covers samples [k·320, (k+1)·320).
struct PhoneticFrame {
  /// Probabilities; peaky (CTC): a phone is one or two frames high, the blank holds the rest. Frame k's
  /// network frame is centred on sample k·320, half a frame before the middle of the samples that energy and
  /// pitch describe.
  std::array<float, kPhones> posterior{};
  std::array<float, kFeatureWidth> layer2{}, layer4{};
  float energy_db = -100;  ///< RMS over the frame, dB of full scale
  float pitch_hz = 0;      ///< fundamental frequency; 0 where unvoiced
  float voice = 0;         ///< voice activity, 0..1, smoothed with hangover
};

/// The network and its list of phones; immutable, shared.
class PhoneticModel {
 public:
  static constexpr int kDefaultWindow = 200;  ///< frames: 4 s

  /// Reads the weight pack (`phonetic.hama`) and builds the graph for windows of `window_frames` (16..3000).
  /// A window costs about 2.5 ms a second of sound in it. Errors: broken_model; usage for an impossible
  /// window.
  static Result<PhoneticModel> load(const std::filesystem::path& file, int threads = 1,
                                    int window_frames = kDefaultWindow);
  int window_frames() const noexcept;
  /// IPA text of an output, UTF-8; empty when there is no such output.
  static std::string_view phone(int index) noexcept;

  struct Data;
  const Data& data() const noexcept { return *data_; }

 private:
  std::shared_ptr<const Data> data_;
};

/// A streaming flow of sound through the model. Not thread-safe. Windows overlap, so that a frame is only
/// given out when `look_ahead` frames of sound behind it were heard (or the end is known). The network runs
/// inside pull(), once a block. Memory: one window, and the sound that was pushed and not yet pulled.
class PhoneticFrontEnd {
 public:
  /// Context takes what the model's window leaves: window_frames() - look_ahead - block. When those two do
  /// not fit, first the block, then the look-ahead is shortened. How often the most likely output is that of
  /// one run over the whole sound (window, look-ahead, block; 33 clips of natural speech): 200, 50, 100:
  /// .984; 150, 50, 50: .979; 125, 25, 50: .966; 100, 12, 2: .918; 100, 6, 2: .902.
  struct Options {
    int look_ahead = 50;   ///< frames of future sound each window sees after the frames it gives out
    int block = 100;       ///< frames given out a window
    bool foresee = false;  ///< describe the look-ahead too: foreseen()
  };
  /// For talking with somebody: 140 ms behind the sound; use a model with a window of about 100 frames.
  static constexpr Options live() { return {.look_ahead = 5, .block = 2, .foresee = true}; }

  PhoneticFrontEnd(const PhoneticModel& model, const Options& options);
  ~PhoneticFrontEnd();
  PhoneticFrontEnd(PhoneticFrontEnd&&) noexcept;
  PhoneticFrontEnd& operator=(PhoneticFrontEnd&&) noexcept;

  /// More mono sound at 16 kHz, any length, full scale ±1; what is not a number counts as silence. Ignored
  /// after end().
  void push(std::span<const float> samples);
  /// Takes what was pushed from `sample` on, counted from the first, for silence, as far as no frame was
  /// given out of it. Ignored after end().
  void forget_from(std::int64_t sample) noexcept;
  /// No more sound comes: every frame that holds a sample of it becomes ready.
  void end();
  /// Forgets everything heard; as new.
  void reset();
  std::size_t ready() const noexcept;
  /// The next frame; false when none is ready.
  bool pull(PhoneticFrame& frame);
  /// The frames after the last one of a block, as its window saw them with little or no sound behind them:
  /// they will come again, surer, in later blocks. Their pitch is not estimated. Empty unless the options ask
  /// for them and the frame pulled last ended its block; after end() as well. Valid until the next pull() or
  /// reset().
  std::span<const PhoneticFrame> foreseen() const noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace parlante
