// Media files that the tests make for themselves.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "core/image.hpp"
#include "core/result.hpp"
#include "core/sink.hpp"

namespace parlante::testing {

/// A folder of its own, removed at the end.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  std::string operator/(const std::string& name) const { return (path_ / name).string(); }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

class RecordingSink final : public Sink {
 public:
  void log(LogLevel level, std::string_view sentence) override {
    if (level == LogLevel::warning) warnings.emplace_back(sentence);
  }
  void progress(std::string_view, std::int64_t, std::int64_t) override {}
  std::vector<std::string> warnings;
};

std::vector<std::uint8_t> bytes_of(const std::string& file);
void write_bytes(const std::string& file, const std::vector<std::uint8_t>& bytes);

/// A WAV file of 32-bit floats. `claimed_samples` < 0: as many as there are.
void write_wav(const std::string& file, int rate, int channels, const std::vector<float>& interleaved,
               std::int64_t claimed_samples = -1);

/// Encodes mono or stereo sound with one of FFmpeg's encoders into the container that the file's ending
/// names; false when this FFmpeg has no such encoder.
bool encode_sound(const std::string& file, const char* encoder, int rate, int channels,
                  const std::vector<float>& interleaved);

/// Encodes one RGB(A) picture with one of FFmpeg's encoders; false when this FFmpeg has no such encoder.
bool encode_picture(const std::string& file, const char* encoder, const ImageU8& image);

struct JpegForm {
  int orientation = 0;      ///< 0: no EXIF block
  bool big_endian = false;  ///< of the EXIF block
  bool progressive = false;
  bool cmyk = false;  ///< `image` has four channels: inks, 255 = full
  bool adobe = true;  ///< CMYK with Adobe's marker, and so inverted
  bool ycck = false;
  int quality = 95;
};
void write_jpeg(const std::string& file, const ImageU8& image, const JpegForm& form = {});
/// A huge JPEG without holding it: `row(y, rgb)` fills one row.
void write_jpeg_rows(const std::string& file, int width, int height,
                     const std::function<void(int, std::uint8_t*)>& row);

/// Silence with single full-scale samples at the given seconds, in every channel.
std::vector<float> clicks(double seconds, int rate, int channels, const std::vector<double>& at);
std::vector<float> tone(double seconds, int rate, int channels, double hertz, float amplitude = .5f);

/// Everything the file holds as read by AudioReader.
Result<std::vector<float>> read_sound(const std::string& source, int rate = 16000, int channels = 1,
                                      Sink& sink = null_sink());
/// Seconds of the loudest sample within ±.2 s of `about`.
double loudest_near(const std::vector<float>& mono, int rate, double about);
float loudest(const std::vector<float>& samples);

/// Peak resident memory of this process so far, MiB.
double peak_memory_mib();
/// Resident memory now, MiB; in sanitizer builds what is allocated.
double memory_mib();

}  // namespace parlante::testing
