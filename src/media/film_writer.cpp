#include "media/film_writer.hpp"

namespace parlante {

Result<FilmWriter> FilmWriter::open(const std::string& target, const MovieSettings& settings) {
  if (settings.form.pictures) {
    auto series = PictureSeries::open(target, settings.last_step);
    if (!series) return pass_on(std::move(series));
    return FilmWriter(std::move(*series));
  }
  auto movie = MovieWriter::open(target, settings);
  if (!movie) return pass_on(std::move(movie));
  return FilmWriter(std::move(*movie));
}

Result<> FilmWriter::write_frame(const ImageU8& picture) {
  return std::visit([&](auto& writer) { return writer.write_frame(picture); }, writer_);
}

Result<> FilmWriter::write_audio(std::span<const float> interleaved) {
  auto* movie = std::get_if<MovieWriter>(&writer_);
  return movie ? movie->write_audio(interleaved) : Result<>{};
}

Result<> FilmWriter::finish() {
  return std::visit([](auto& writer) { return writer.finish(); }, writer_);
}

}  // namespace parlante
