// parlante track: landmarks and face codes of a picture or video, one JSON object a frame.
#include <memory>

#include "command.hpp"
#include "face/face_tracker.hpp"
#include "interrupt.hpp"
#include "media/picture.hpp"
#include "media/video_reader.hpp"
#include "output_lines.hpp"
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
    if (auto done = out.write(track_line(&faces[i], moment, settings.landmarks)); !done) return done;
  }
  return {};
}

Result<> track_video(VideoReader& video, FaceTracker& tracker, const TrackSettings& settings,
                     OutputLines& out, Sink& sink) {
  ImageU8 picture;
  std::int64_t frame = 0, found = 0;
  for (;; ++frame) {
    if (interrupted()) return fail(ErrorKind::cancelled, "Stopped before the video's end.");
    const auto more = video.next(picture);
    if (!more) return tl::unexpected(more.error());
    if (!*more) break;
    const auto face = tracker.follow(picture);
    found += face.has_value();
    const TrackMoment moment{.frame = frame, .seconds = video.seconds(), .face_number = 1};
    if (auto done = out.write(track_line(face ? &*face : nullptr, moment, settings.landmarks)); !done)
      return done;
    sink.progress("track", frame + 1, 0);
  }
  if (found == 0) return fail(ErrorKind::no_face, "No face was found in the video.");
  return {};
}

Result<> track(Context& context, const TrackRequest& request) {
  const auto model = load(context, {.face = true, .head = false, .speech = false});
  if (!model) return tl::unexpected(model.error());
  FaceTracker tracker(*(*model)->face);
  auto out = OutputLines::open(request.track.output);
  if (!out) return pass_on(std::move(out));
  const auto picture = read_picture(request.source);
  Result<> tracked;
  if (picture) {
    tracked = track_picture(*picture, tracker, request.track, *out);
  } else if (auto video = VideoReader::open(request.source)) {
    tracked = track_video(*video, tracker, request.track, *out, context.sink);
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
