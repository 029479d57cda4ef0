// parlante track: landmarks and face codes of a picture or video, one JSON object a frame.
#include <algorithm>
#include <memory>
#include <optional>

#include "command.hpp"
#include "face/face_tracker.hpp"
#include "face_log.hpp"
#include "interrupt.hpp"
#include "media/picture.hpp"
#include "media/video_reader.hpp"
#include "output_lines.hpp"
#include "track/face_code_solver.hpp"
#include "track_line.hpp"

namespace parlante::app {
namespace {

struct TrackRequest {
  std::string source;
  TrackSettings track;
};

Result<> track_picture(const ImageU8& picture, FaceTracker& tracker, const TrackSettings& settings,
                       OutputLines& out) {
  const auto faces = tracker.find(picture);
  if (faces.empty()) return fail(ErrorKind::no_face, "No face was found in the picture.");
  for (std::size_t i = 0; i < faces.size(); ++i) {
    const TrackMoment moment{.frame = 0, .seconds = 0, .face_number = static_cast<int>(i) + 1};
    if (auto done = out.write(track_line(faces[i], picture_code(faces[i]), moment, settings.landmarks));
        !done)
      return done;
  }
  return {};
}

/// First pass: the faces of all frames.
Result<> follow_video(VideoReader& video, FaceTracker& tracker, FaceLog& log, Sink& sink) {
  ImageU8 picture;
  for (std::int64_t frame = 0;; ++frame) {
    if (interrupted()) return fail(ErrorKind::cancelled, "Stopped before the video's end.");
    const auto more = video.next(picture);
    if (!more) return tl::unexpected(more.error());
    if (!*more) return {};
    const auto size = static_cast<float>(std::max(picture.width, picture.height));
    if (auto done = log.write({video.seconds(), tracker.follow(picture)}, size); !done) return done;
    sink.progress("track", frame + 1, 0);
  }
}

/// Second pass: codes relative to what the first pass says of the person.
Result<> write_codes(FaceLog& log, const FaceCodeSolver& solver, const Calibration& person,
                     const TrackSettings& settings, OutputLines& out) {
  log.rewind();
  LoggedFace seen;
  for (std::int64_t frame = 0;; ++frame) {
    if (interrupted()) return fail(ErrorKind::cancelled, "Stopped before all codes were written.");
    const auto more = log.read(seen);
    if (!more) return tl::unexpected(more.error());
    if (!*more) return {};
    const TrackMoment moment{.frame = frame, .seconds = seen.seconds, .face_number = 1};
    const auto solved =
        seen.face ? solver.solve(tracked_frame(*seen.face, person.picture_size, seen.seconds), person)
                  : std::nullopt;
    const std::string line =
        solved ? track_line(*seen.face, solved->code, moment, settings.landmarks) : track_line(moment);
    if (auto done = out.write(line); !done) return done;
  }
}

Result<> track_video(VideoReader& video, FaceTracker& tracker, const HeadModel& head,
                     const TrackSettings& settings, OutputLines& out, Sink& sink) {
  auto log = FaceLog::open();
  if (!log) return pass_on(std::move(log));
  if (auto done = follow_video(video, tracker, *log, sink); !done) return done;
  if (log->sample().empty()) return fail(ErrorKind::no_face, "No face was found in the video.");
  const FaceCodeSolver solver(head);
  const auto person = solver.calibrate(log->sample());
  if (!person) return tl::unexpected(person.error());
  return write_codes(*log, solver, *person, settings, out);
}

Result<> track(Context& context, const TrackRequest& request) {
  const auto model = load(context, {.face = true, .head = true, .speech = false});
  if (!model) return tl::unexpected(model.error());
  FaceTracker tracker(*(*model)->face);
  auto out = OutputLines::open(request.track.output);
  if (!out) return pass_on(std::move(out));
  const auto picture = read_picture(request.source);
  Result<> tracked;
  if (picture) {
    tracked = track_picture(*picture, tracker, request.track, *out);
  } else if (auto video = VideoReader::open(request.source)) {
    tracked = track_video(*video, tracker, *(*model)->head, request.track, *out, context.sink);
  } else {
    return tl::unexpected(picture.error());
  }
  return tracked ? out->finish() : tracked;
}

}  // namespace

void add_track_command(CLI::App& app, Work& work) {
  CLI::App* command =
      app.add_subcommand("track", "Print landmarks and face codes of a picture or video as JSON lines.");
  auto request = std::make_shared<TrackRequest>();
  command->add_option("source", request->source, "A picture or a video.")->required();
  add_options(*command, option_table(request->track));
  command->callback(
      [&work, request] { work = [request](Context& context) { return track(context, *request); }; });
}

}  // namespace parlante::app
