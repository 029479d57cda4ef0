#include "film.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iostream>
#include <optional>
#include <vector>

#include "interrupt.hpp"
#include "mark/manifest.hpp"
#include "media/audio_reader.hpp"
#include "media/film_writer.hpp"
#include "motion/face_code_json.hpp"
#include "motion/face_composer.hpp"
#include "speech/resampler.hpp"

namespace parlante::app {
namespace {

constexpr int kFilmRate = 48000, kFilmChannels = 2;
constexpr std::size_t kChunk =
    kFilmRate / 2;  // samples read at a time: bounds memory, however long the sound
constexpr double kHardlyAnySpeech = .02;

MovieSettings movie_settings(const StreamOptions& options, const RenderSettings& render,
                             const MovieForm& form, const LastStep& sign) {
  MovieSettings settings;
  settings.last_step = sign;
  settings.comment = kLabelWords;
  settings.digital_source_type = kMadeWithAi;
  settings.form = form;
  settings.width = options.render.part.width, settings.height = options.render.part.height;
  settings.rate = options.motion.rate;
  settings.crf = render.crf;
  settings.preset = render.preset;
  settings.audio_rate = kFilmRate;
  settings.audio_channels = kFilmChannels;
  return settings;
}

tl::unexpected<Error> stopped() {
  return fail(ErrorKind::cancelled, "Stopped; nothing was written.");
}

/// Sound in pieces of half a second, in the film's form.
class SoundPieces {
 public:
  static Result<SoundPieces> open(const std::string& source, Sink& sink) {
    auto reader = AudioReader::open(source, kFilmRate, kFilmChannels, sink);
    if (!reader) return pass_on(std::move(reader));
    return SoundPieces(std::move(*reader));
  }
  /// The next piece, interleaved; empty at the end.
  Result<std::span<const float>> next() {
    const auto got = reader_.read(piece_);
    if (!got) return tl::unexpected(got.error());
    samples_ += static_cast<std::int64_t>(*got);
    return std::span<const float>(piece_.data(), *got * kFilmChannels);
  }
  /// Frames that the whole sound will take, as far as the file says; 0: not known.
  std::int64_t claimed_frames(Rational rate) const {
    return frames_covering(reader_.claimed_length() * kSampleRate / kFilmRate, rate);
  }
  std::int64_t samples() const noexcept { return samples_; }

 private:
  explicit SoundPieces(AudioReader reader) : reader_(std::move(reader)), piece_(kChunk * kFilmChannels) {}
  AudioReader reader_;
  std::vector<float> piece_;
  std::int64_t samples_ = 0;
};

/// Moves what the stream has ready into the film.
Result<> write_ready(Stream& stream, Frame& frame, FilmWriter& movie, std::int64_t total, Sink& sink) {
  while (stream.ready() > 0 && stream.pull(frame)) {
    if (interrupted()) return stopped();
    if (auto written = movie.write_frame(frame.picture); !written) return written;
    sink.progress("render", frame.index + 1, total);
  }
  return {};
}

/// One code a line, from a file or standard input.
class CodeLines {
 public:
  static Result<CodeLines> open(const std::string& source) {
    CodeLines lines(source);
    if (source != "-") {
      lines.file_.emplace(source);
      if (!*lines.file_) return fail(ErrorKind::usage, "Cannot open the face codes \"" + source + "\".");
    }
    return lines;
  }
  /// The next code, or nothing at the end. Errors: usage, with the number of the line.
  Result<std::optional<FaceCode>> next() {
    std::istream& in = file_ ? *file_ : std::cin;
    do {
      if (!std::getline(in, line_)) return std::nullopt;
      ++number_;
    } while (line_.find_first_not_of(" \t\r") == std::string::npos);
    auto code = parse_face_code(line_);
    if (!code)
      return fail(code.error().kind,
                  source_ + ", line " + std::to_string(number_) + ": " + code.error().message + ".");
    return *code;
  }

 private:
  explicit CodeLines(std::string source) : source_(std::move(source)) {}
  std::string source_, line_;
  std::optional<std::ifstream> file_;
  int number_ = 0;
};

}  // namespace

Result<FilmReport> film_speech(const std::shared_ptr<const Model>& model,
                               const std::shared_ptr<const Avatar>& avatar, const RenderRequest& request,
                               const StreamOptions& options, const MovieForm& form, const LastStep& sign,
                               Sink& sink) {
  auto sound = SoundPieces::open(request.speech, sink);
  if (!sound) return pass_on(std::move(sound));
  auto stream = Stream::open(model, avatar, options);
  if (!stream) return pass_on(std::move(stream));
  auto movie = FilmWriter::open(request.render.output, movie_settings(options, request.render, form, sign));
  if (!movie) return pass_on(std::move(movie));

  const std::int64_t total = sound->claimed_frames(options.motion.rate);
  auto to_speech = Resampler::open(kFilmRate, kFilmChannels);
  if (!to_speech) return pass_on(std::move(to_speech));
  std::vector<float> speech;
  Frame frame;
  for (;;) {
    const auto piece = sound->next();
    if (!piece) return tl::unexpected(piece.error());
    if (interrupted()) return stopped();
    speech.clear();
    if (piece->empty()) {
      to_speech->end(speech);
      stream->push(speech);
      stream->end();
    } else {
      if (auto written = movie->write_audio(*piece); !written) return tl::unexpected(written.error());
      to_speech->push(*piece, speech);
      stream->push(speech);
    }
    if (auto written = write_ready(*stream, frame, *movie, total, sink); !written)
      return tl::unexpected(written.error());
    if (piece->empty()) break;
  }
  {
    const Stream done = std::move(*stream);  // its memory goes before the film is read again to be signed
    if (done.voiced_share() < kHardlyAnySpeech)
      sink.log(LogLevel::warning, "Hardly any speech was found in the sound: the face stays silent.");
  }
  if (auto finished = movie->finish(); !finished) return tl::unexpected(finished.error());
  return FilmReport{frame.index + 1, static_cast<double>(sound->samples()) / kFilmRate};
}

Result<FilmReport> film_codes(const std::shared_ptr<const Model>& model,
                              const std::shared_ptr<const Avatar>& avatar, const RenderRequest& request,
                              const StreamOptions& options, const MovieForm& form, const LastStep& sign,
                              Sink& sink) {
  auto codes = CodeLines::open(request.render.codes);
  if (!codes) return pass_on(std::move(codes));
  std::optional<SoundPieces> sound;
  if (!request.speech.empty()) {
    auto opened = SoundPieces::open(request.speech, sink);
    if (!opened) return pass_on(std::move(opened));
    sound.emplace(std::move(*opened));
  }
  auto movie = FilmWriter::open(request.render.output, movie_settings(options, request.render, form, sign));
  if (!movie) return pass_on(std::move(movie));

  MotionOptions motion = options.motion;
  motion.camera_distance_cm = -avatar->translation.z();
  CodeEditor editor(motion);
  MarkOptions marks = options.marks;
  marks.rate = options.motion.rate;
  FramePainter painter(*model->head, *avatar, options.render, options.render_threads, marks);
  Frame frame;
  std::int64_t frames = 0;
  bool more = true;
  while (more || painter.pending() > 0) {
    if (interrupted()) return stopped();
    while (more && painter.room() > 0) {
      const auto code = codes->next();
      if (!code) return tl::unexpected(code.error());
      more = code->has_value();
      if (more) painter.submit(editor.edit(**code));
    }
    if (!painter.next(frame)) break;
    if (auto written = movie->write_frame(frame.picture); !written) return tl::unexpected(written.error());
    ++frames;
    // the sound of this frame goes along, so that neither runs far ahead
    while (sound &&
           sound->samples() * kSampleRate / kFilmRate < sample_of_frame(frames, options.motion.rate)) {
      const auto piece = sound->next();
      if (!piece) return tl::unexpected(piece.error());
      if (piece->empty()) break;
      if (auto written = movie->write_audio(*piece); !written) return tl::unexpected(written.error());
    }
    sink.progress("render", frames, 0);
  }
  if (frames == 0)
    return fail(ErrorKind::usage, "There are no face codes in \"" + request.render.codes + "\".");
  if (auto finished = movie->finish(); !finished) return tl::unexpected(finished.error());
  return FilmReport{frames, static_cast<double>(frames) / options.motion.rate.value()};
}

}  // namespace parlante::app
