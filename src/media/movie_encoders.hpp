// The two encoders of a movie: pictures to H.264, sound to AAC.
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

/// H.264 by x264: yuv420p, BT.709 limited range, a key frame every 2 s. Not thread-safe.
class VideoEncoder {
 public:
  /// Errors: failed (no x264, refused settings).
  Result<> open(const MovieSettings& settings);
  Result<> encode(const ImageU8& rgb, const PacketTaker& take);
  Result<> encode(std::span<const std::uint8_t> y, std::span<const std::uint8_t> u,
                  std::span<const std::uint8_t> v, const PacketTaker& take);
  /// Gives out what the encoder still holds. Nothing may be encoded afterwards.
  Result<> flush(const PacketTaker& take);
  std::int64_t frames() const noexcept { return frames_; }
  const AVCodecContext* codec() const noexcept { return codec_.get(); }

 private:
  Result<> send(const PacketTaker& take);
  ffmpeg::Codec codec_;
  ffmpeg::Frame frame_;
  ffmpeg::Scaler rgb_to_yuv_;
  std::int64_t frames_ = 0;
};

/// AAC-LC. The encoder's priming is in the packets' time stamps (the first is negative). Not thread-safe.
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
  ffmpeg::Codec codec_;
  ffmpeg::Frame frame_;
  int filled_ = 0;  // samples in frame_
  std::int64_t samples_ = 0;
};

}  // namespace parlante
