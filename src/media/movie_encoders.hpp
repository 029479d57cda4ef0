// The two encoders of a movie: of its pictures and of its sound.
#pragma once

#include <cstdint>
#include <functional>
#include <span>

#include "core/image.hpp"
#include "media/ffmpeg.hpp"
#include "media/movie_writer.hpp"

namespace parlante {

/// Takes over an encoded packet (time stamps in the encoder's time base).
using PacketTaker = std::function<Result<>(ffmpeg::Packet)>;

/// BT.709 limited range, a key frame every 2 s. Not thread-safe.
class VideoEncoder {
 public:
  /// Errors: failed (no such encoder, refused settings).
  Result<> open(const MovieSettings& settings);
  /// RGB, or RGBA where the form has alpha. Errors: usage (another size or form).
  Result<> encode(const ImageU8& picture, const PacketTaker& take);
  /// Only for codecs that take 4:2:0 without alpha.
  Result<> encode(std::span<const std::uint8_t> y, std::span<const std::uint8_t> u,
                  std::span<const std::uint8_t> v, const PacketTaker& take);
  /// Gives out what the encoder still holds. Nothing may be encoded afterwards.
  Result<> flush(const PacketTaker& take);
  /// Gives the memory back; what was counted stays.
  void close() noexcept { codec_.reset(), frame_.reset(), rgb_to_yuv_.reset(); }
  std::int64_t frames() const noexcept { return frames_; }
  const AVCodecContext* codec() const noexcept { return codec_.get(); }

 private:
  Result<> send(const PacketTaker& take);
  ffmpeg::Codec codec_;
  ffmpeg::Frame frame_;
  ffmpeg::Scaler rgb_to_yuv_;
  std::int64_t frames_ = 0;
};

/// AAC-LC, Opus or PCM. The encoder's priming is in the packets' time stamps (the first is negative). Not
/// thread-safe.
class AudioEncoder {
 public:
  Result<> open(const MovieSettings& settings);
  /// Interleaved samples; values that are not finite become 0, others are clipped to [-1,1].
  Result<> encode(std::span<const float> interleaved, const PacketTaker& take);
  /// Fills up with silence to `samples` samples in all where fewer were given, and gives out the rest.
  Result<> flush(std::int64_t samples, const PacketTaker& take);
  std::int64_t samples() const noexcept { return samples_; }
  const AVCodecContext* codec() const noexcept { return codec_.get(); }

 private:
  Result<> send(const PacketTaker& take);
  void put(std::span<const float> interleaved, int count) noexcept;
  ffmpeg::Codec codec_;
  ffmpeg::Frame frame_;
  int piece_ = 0;   // samples a frame
  int filled_ = 0;  // samples in frame_
  std::int64_t samples_ = 0;
};

}  // namespace parlante
