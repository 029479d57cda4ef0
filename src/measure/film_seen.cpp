#include "measure/film_seen.hpp"

#include <algorithm>
#include <cmath>

#include "media/video_reader.hpp"

namespace parlante {
namespace {

constexpr double kLongestBridge_s = .5;

/// The nominal rate, or the mean one where the frames' times contradict it.
double true_rate(const FilmSeen& film) {
  const double span_s = film.frames.back().seconds - film.frames.front().seconds;
  const auto steps = static_cast<double>(film.frames.size() - 1);
  if (!(span_s > 0) || steps < 1) return film.rate;
  return std::abs(span_s * film.rate - steps) <= 1 + .01 * steps ? film.rate : steps / span_s;
}

}  // namespace

Result<FilmSeen> watch_film(const std::string& source, const FaceNetworks& networks, Sink& sink,
                            const std::function<bool()>& stop) {
  auto video = VideoReader::open(source);
  if (!video) return pass_on(std::move(video));
  FaceTracker tracker(networks);
  Background background;
  FilmSeen film;
  film.rate = video->rate().value();
  film.has_pictures = true;
  ImageU8 picture;
  bool anybody = false;
  for (;;) {
    if (stop()) return fail(ErrorKind::cancelled, "Stopped before the video's end.");
    const auto more = video->next(picture);
    if (!more) return tl::unexpected(more.error());
    if (!*more) break;
    const auto face = tracker.follow(picture);
    background.add(picture, face ? &*face : nullptr);
    FrameSeen frame;
    frame.seconds = video->seconds() + .5 / film.rate;
    frame.has_face = face.has_value();
    if (face) {
      frame.face = face_seen(face->landmarks);
      frame.sharpness = sharpness_seen(picture, face->landmarks);
      anybody = true;
    }
    film.frames.push_back(frame);
    sink.progress("track", static_cast<std::int64_t>(film.frames.size()), 0);
  }
  if (!anybody) return fail(ErrorKind::no_face, "No face was found in \"" + source + "\".");
  film.background_std = background.temporal_std();
  return film;
}

FaceCurves curves_of(const FilmSeen& film) {
  FaceCurves curves;
  if (film.frames.empty()) return curves;
  const double first = film.frames.front().seconds;
  const double last = std::max(first, film.frames.back().seconds);
  curves.clock = {first, true_rate(film)};
  const auto count = static_cast<std::size_t>(std::lround((last - first) * curves.clock.rate)) + 1;
  Series seconds;
  for (const FrameSeen& frame : film.frames)
    if (frame.has_face) seconds.push_back(frame.seconds);
  const auto curve = [&](double FaceSeen::*value) {
    Series seen;
    for (const FrameSeen& frame : film.frames)
      if (frame.has_face) seen.push_back(frame.face.*value);
    return on_clock(seconds, seen, curves.clock, count, kLongestBridge_s, .6 / curves.clock.rate);
  };
  curves.lip_gap = curve(&FaceSeen::lip_gap);
  curves.lip_width = curve(&FaceSeen::lip_width);
  curves.lid_gap = curve(&FaceSeen::lid_gap);
  curves.pitch = curve(&FaceSeen::pitch);
  curves.yaw = curve(&FaceSeen::yaw);
  curves.roll = curve(&FaceSeen::roll);
  curves.gaze_pitch = curve(&FaceSeen::gaze_pitch);
  curves.gaze_yaw = curve(&FaceSeen::gaze_yaw);
  return curves;
}

}  // namespace parlante
