// The words of WS /v1/stream (docs/server.md): what clients send as text, and what they are told.
#pragma once

#include <array>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "motion/controls.hpp"

namespace parlante {

enum class SampleFormat { s16, f32 };
enum class StreamOutput { jpeg, raw, film, none };

/// The first message.
struct StreamConfig {
  std::string avatar = "sample", token;
  int sample_rate = 16000;
  SampleFormat format = SampleFormat::s16;
  int fps = 25, size = 512;
  double longest_gap_s = 2;  ///< of an utterance that nobody ended
  StreamOutput output = StreamOutput::jpeg;
  bool keep_size = false;       ///< under load pictures come less often, but not smaller
  std::string controls = "{}";  ///< JSON object
};

inline constexpr std::array<int, 5> kFrameRates{25, 30, 40, 50, 60};
inline constexpr int kMostStreamSide = 1024;
inline constexpr std::size_t kMostText = 65'536;  ///< bytes of one message

/// Errors: usage, with what is wrong.
Result<StreamConfig> parse_stream_config(std::string_view text);

/// A later message.
struct StreamCommand {
  enum class Kind { speak_end, interrupt, clear, controls, keep_alive } kind = Kind::keep_alive;
  std::string controls;  ///< JSON object
};
Result<StreamCommand> parse_stream_command(std::string_view text);

/// Controls as asked so far, with those of `change` put over them; null takes one back. JSON objects, members
/// as in docs/controls.md. Errors: usage.
Result<std::string> merge_controls(std::string_view controls, std::string_view change);
/// What such an object asks for. Errors: usage.
Result<MotionControls> parse_controls(std::string_view controls);

/// "film" is "fmp4" in messages.
std::string_view name(StreamOutput output) noexcept;

/// What begins every binary message to the client, little-endian.
struct PacketHead {
  enum Kind : std::uint32_t { video = 1, audio = 2, film_start = 3, film_piece = 4 };
  std::uint32_t kind = video;
  std::uint32_t flags = 0;  ///< of sound: how many of its samples were pushed
  std::int64_t frame = 0;   ///< counted from the stream's start
  std::int64_t sample = 0;  ///< at the stream's rate, heard first with it
};
inline constexpr std::size_t kPacketHead = 24;
std::array<std::uint8_t, kPacketHead> packed(const PacketHead& head) noexcept;

/// {"event": "error", "code": …, "message": …}
std::string error_event(std::string_view code, std::string_view message);

}  // namespace parlante
