// Small WAV files for tests.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <numbers>
#include <span>
#include <vector>

namespace parlante::testing {

/// Writes interleaved 32-bit float samples (so that NaN can be written too).
inline void write_wav(const std::filesystem::path& file, std::span<const float> samples, int rate,
                      int channels) {
  std::ofstream out(file, std::ios::binary);
  const auto u32 = [&](std::uint32_t v) { out.write(reinterpret_cast<const char*>(&v), 4); };
  const auto u16 = [&](std::uint16_t v) { out.write(reinterpret_cast<const char*>(&v), 2); };
  const auto bytes = static_cast<std::uint32_t>(samples.size_bytes());
  out.write("RIFF", 4), u32(36 + bytes), out.write("WAVEfmt ", 8), u32(16), u16(3),
      u16(static_cast<std::uint16_t>(channels));
  u32(static_cast<std::uint32_t>(rate)), u32(static_cast<std::uint32_t>(rate * channels * 4));
  u16(static_cast<std::uint16_t>(channels * 4)), u16(32), out.write("data", 4), u32(bytes);
  out.write(reinterpret_cast<const char*>(samples.data()),
            static_cast<std::streamsize>(samples.size_bytes()));
}

/// Something like a voice: a buzz of 120 Hz whose loudness comes and goes four times a second.
inline std::vector<float> buzz(double seconds, int rate, int channels = 1) {
  std::vector<float> samples;
  const auto count = static_cast<std::int64_t>(seconds * rate);
  for (std::int64_t i = 0; i < count; ++i) {
    const double t = static_cast<double>(i) / rate;
    double wave = 0;
    for (int harmonic = 1; harmonic <= 12; ++harmonic)
      wave += std::sin(2 * std::numbers::pi * 120 * harmonic * t) / harmonic;
    const double loud = .5 - .5 * std::cos(2 * std::numbers::pi * 4 * t);
    for (int c = 0; c < channels; ++c) samples.push_back(static_cast<float>(.15 * loud * wave));
  }
  return samples;
}

}  // namespace parlante::testing
