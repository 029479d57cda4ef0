// Where a film goes: a movie file, or a series of pictures.
#pragma once

#include <span>
#include <string>
#include <variant>

#include "media/movie_writer.hpp"
#include "media/picture_series.hpp"

namespace parlante {

/// A MovieWriter or a PictureSeries, by the settings' form; sound given to pictures is dropped. Not
/// thread-safe.
class FilmWriter {
 public:
  /// Errors: as MovieWriter::open and PictureSeries::open.
  static Result<FilmWriter> open(const std::string& target, const MovieSettings& settings);

  /// The next frame: RGB, or RGBA for a form with alpha.
  Result<> write_frame(const ImageU8& picture);
  Result<> write_audio(std::span<const float> interleaved);
  Result<> finish();

 private:
  explicit FilmWriter(std::variant<MovieWriter, PictureSeries> writer) : writer_(std::move(writer)) {}
  std::variant<MovieWriter, PictureSeries> writer_;
};

}  // namespace parlante
