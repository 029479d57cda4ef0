// Movies, sound and picture exactly in step: H.264 + AAC in MP4, VP9 or AV1 + Opus in WebM, ProRes + PCM in
// MOV.
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>

#include "core/image.hpp"
#include "core/result.hpp"
#include "core/time.hpp"
#include "media/atomic_file.hpp"
#include "media/movie_form.hpp"

namespace parlante {

struct MovieSettings {
  int width = 512, height = 512;  ///< even
  Rational rate{25, 1};
  MovieForm form;                   ///< as movie_form() makes it; not pictures
  int crf = 18;                     ///< x264's constant rate factor; other codecs: what comes nearest
  std::string preset = "veryfast";  ///< x264's name; other codecs: what comes nearest
  int threads = 0;                  ///< of the encoder; 0: all
  int audio_rate = 48000, audio_channels = 2;
  int audio_bits_per_second = 160000;
  std::string comment;  ///< words about the film in its metadata: for players and screen readers
  /// How the film was made, by the IPTC's word for it: a tag of WebM, which can carry no signed data.
  std::string digital_source_type;
  LastStep last_step;  ///< taken before the file gets its name; not for a pipe or device
};

/// Writes a temporary file beside the target; finish() moves it into place, the destructor without finish()
/// removes it. "-" writes a fragmented MP4 (or a WebM) to standard output, and an existing device or pipe is
/// written in the same way; there, give sound along with the frames. The picture's length decides: short
/// sound is filled up with silence, longer sound is cut (when it is not more than a minute ahead of the
/// frames). After an error every call repeats it. Not thread-safe.
class MovieWriter {
 public:
  /// Errors: failed (folder not writable, encoder missing), usage (size or rate not possible).
  static Result<MovieWriter> open(const std::string& target, const MovieSettings& settings);
  ~MovieWriter();
  MovieWriter(MovieWriter&&) noexcept;
  MovieWriter& operator=(MovieWriter&&) noexcept;

  /// The next frame, RGB, or RGBA for a form with alpha. The encoder takes frames on its own threads; this
  /// call waits only when they are behind.
  Result<> write_frame(const ImageU8& rgb);
  /// The next frame as planar 4:2:0 BT.709 limited range (the renderer's fast way): y, u, v of width x
  /// height.
  Result<> write_frame_yuv420(std::span<const std::uint8_t> y, std::span<const std::uint8_t> u,
                              std::span<const std::uint8_t> v);
  /// Further interleaved samples at audio_rate; the first sample is heard with the first frame.
  Result<> write_audio(std::span<const float> interleaved);
  /// Flushes encoders, writes the index in front (fast start), takes the last step,
  /// moves the file to its name. Errors: failed (disk full…), those of the last step.
  Result<> finish();

 private:
  struct State;
  explicit MovieWriter(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace parlante
