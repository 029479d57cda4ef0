// Encoders that give bytes for each frame as it comes, in memory: H.264, Opus, and both as fragments of an
// MP4 (for a browser's MediaSource). Nothing waits for the future.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "core/image.hpp"
#include "core/result.hpp"
#include "core/time.hpp"

namespace parlante {

inline constexpr int kLeastVideoBits = 100'000, kMostVideoBits = 20'000'000;  ///< a second

struct LiveVideoSettings {
  int width = 512, height = 512;  ///< even, 32 to 4096
  Rational rate{25, 1};           ///< frames a second, 1 to 120
  int bits_per_second = 1'500'000;
  double key_every_s = 4;  ///< a key frame at least so often; further ones when asked for
  int threads = 1;         ///< 1 to 8; more cut a frame into slices: less delay, a little more work in all
};

/// A frame as H.264 in Annex B form (NAL units behind start codes). Valid until the encoder's next call.
struct EncodedPicture {
  std::span<const std::uint8_t> bytes;  ///< a key frame begins with the stream's headers (SPS, PPS)
  std::size_t header_bytes = 0;         ///< how many of them are headers
  std::int64_t index = 0;               ///< the frame's, as it was given
  bool key = false;                     ///< decoding may begin here
};

/// H.264, constrained baseline, BT.709 limited range: one frame in, one packet out. encode() by one thread at
/// a time; set_bitrate() and ask_key_frame() by any.
class LiveVideoEncoder {
 public:
  /// Errors: usage (size, rate or threads out of range), failed (no such encoder here).
  static Result<LiveVideoEncoder> open(const LiveVideoSettings& settings);
  ~LiveVideoEncoder();
  LiveVideoEncoder(LiveVideoEncoder&&) noexcept;
  LiveVideoEncoder& operator=(LiveVideoEncoder&&) noexcept;

  /// RGB of the size given. `index` counts frames at the rate given and must rise; left out frames are a gap
  /// in time. Errors: usage (another size or form, an index that does not rise), failed (the encoder).
  Result<EncodedPicture> encode(const ImageU8& rgb, std::int64_t index);
  /// From the next frame on; the nearest in range. In the mean of about a second it is kept.
  void set_bitrate(int bits_per_second) noexcept;
  int bitrate() const noexcept;
  /// The next frame can be decoded without those before it.
  void ask_key_frame() noexcept;

  const LiveVideoSettings& settings() const noexcept;
  /// SPS and PPS in Annex B form.
  std::span<const std::uint8_t> headers() const noexcept;
  /// As browsers name it: "avc1." and profile, constraints and level, like "avc1.42C01F".
  std::string codec_name() const;

 private:
  struct State;
  explicit LiveVideoEncoder(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

struct LiveAudioSettings {
  int rate = 48000;  ///< of the samples given, 8000 to 48000
  int channels = 1;  ///< 1 or 2
  int bits_per_second = 40'000;
};

/// 20 ms of Opus. Valid until the encoder's next call.
struct EncodedSound {
  std::span<const std::uint8_t> bytes;
  /// When the first of its decoded samples is heard, in 1/48000 s, counted from the first sample given: the
  /// encoder's delay is taken off, so the first packet's is negative.
  std::int64_t at_48k = 0;
  int samples_48k = 960;
};

/// Opus in packets of 20 ms that carry what was said before once more at a lower rate (in-band error
/// correction). Not thread-safe.
class LiveAudioEncoder {
 public:
  /// Errors: usage (settings out of range), failed (no such encoder here).
  static Result<LiveAudioEncoder> open(const LiveAudioSettings& settings);
  ~LiveAudioEncoder();
  LiveAudioEncoder(LiveAudioEncoder&&) noexcept;
  LiveAudioEncoder& operator=(LiveAudioEncoder&&) noexcept;

  /// Further interleaved samples, at most a second of them untaken; values that are not finite become 0,
  /// others are clipped to [-1, 1]. Errors: usage (not whole samples of every channel, more than a second).
  Result<> push(std::span<const float> interleaved);
  /// The next packet; false when less than 20 ms is there. Errors: failed.
  Result<bool> next(EncodedSound& sound);
  const LiveAudioSettings& settings() const noexcept;

 private:
  friend class FragmentedMp4;
  struct State;
  explicit LiveAudioEncoder(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// An MP4 in pieces, for MediaSource: first the init segment, then fragments. Times are those of the frames'
/// indices and the sound's samples, so pieces may be left out, and a new MP4 (of another size) may go on
/// where one ended. Not thread-safe.
class FragmentedMp4 {
 public:
  /// Takes their headers; the encoders need not outlive it. Errors: failed (no memory, no MP4 here).
  static Result<FragmentedMp4> open(const LiveVideoEncoder& video, const LiveAudioEncoder* audio);
  ~FragmentedMp4();
  FragmentedMp4(FragmentedMp4&&) noexcept;
  FragmentedMp4& operator=(FragmentedMp4&&) noexcept;

  std::span<const std::uint8_t> init_segment() const noexcept;
  /// For MediaSource.addSourceBuffer(), like `video/mp4; codecs="avc1.42C01F, opus"`.
  std::string mime() const;
  /// Sound that would be heard before the first frame's time 0 is left out. Errors: failed.
  Result<> add(const EncodedPicture& picture);
  Result<> add(const EncodedSound& sound);
  /// What was added since the last fragment; empty when nothing was. Valid until the next call. Errors:
  /// failed.
  Result<std::span<const std::uint8_t>> fragment();

 private:
  struct State;
  explicit FragmentedMp4(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace parlante
