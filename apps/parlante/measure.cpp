// parlante measure: how well a video's face speaks, as the table of docs/measure.md.
#include <iostream>
#include <memory>
#include <optional>

#include "command.hpp"
#include "interrupt.hpp"
#include "measure/closure_times.hpp"
#include "measure/report.hpp"

namespace parlante::app {
namespace {

struct MeasureRequest {
  std::string video;
  MeasureSettings measure;
};

/// A film with its sound.
struct Clip {
  FilmSeen film;
  std::optional<SoundHeard> sound;
};

/// `sound`: a file of its own, which must be readable; empty: the video's own, if it has one.
Result<Clip> take_in(const std::string& video, const std::string& sound, const Model& model, Sink& sink) {
  Clip clip;
  const bool track = is_track(video);
  if (!track || !sound.empty()) {
    auto heard = hear_file(sound.empty() ? video : sound, *model.speech, sink);
    if (heard)
      clip.sound = std::move(*heard);
    else if (!sound.empty())
      return pass_on(std::move(heard));
  }
  auto film = track ? read_track(video) : watch_film(video, *model.face, sink, [] { return interrupted(); });
  if (!film) return pass_on(std::move(film));
  clip.film = std::move(*film);
  if (!clip.sound)
    sink.log(LogLevel::warning, "There is no sound with \"" + video + "\": what needs it is not measured.");
  return clip;
}

Result<> measure(Context& context, const MeasureRequest& request) {
  std::vector<Spell> wanted;
  if (!request.measure.closures.empty()) {
    auto times = read_closure_times(request.measure.closures);
    if (!times) return pass_on(std::move(times));
    wanted = std::move(*times);
  }
  std::vector<FaceCode> codes;
  if (!request.measure.asked.empty()) {
    auto read = read_face_codes(request.measure.asked);
    if (!read) return pass_on(std::move(read));
    codes = std::move(*read);
  }
  const auto model = load(context, {.face = true, .head = false, .speech = true});
  if (!model) return tl::unexpected(model.error());
  const auto clip = take_in(request.video, request.measure.sound, **model, context.sink);
  if (!clip) return tl::unexpected(clip.error());
  const SoundHeard* sound = clip->sound ? &*clip->sound : nullptr;
  const Measures measures = measure_film(clip->film, sound, wanted);

  std::optional<AgainstMeasures> against;
  if (!request.measure.against.empty()) {
    const auto other = take_in(request.measure.against, {}, **model, context.sink);
    if (!other) return tl::unexpected(other.error());
    against = measure_against(clip->film, sound, other->film, other->sound ? &*other->sound : nullptr,
                              request.measure.ahead / 1000);
    if (against->sound_likeness < kSameSound)
      context.sink.log(LogLevel::warning,
                       "The two films do not sound alike: the rows against the other mean little.");
  }
  std::optional<AskedMeasures> asked;
  if (!codes.empty()) asked = measure_asked(clip->film, codes);
  const auto rows = report_rows(measures, against ? &*against : nullptr, asked ? &*asked : nullptr);
  if (context.common.json)
    context.result = nlohmann::json::parse(report_json(rows));
  else
    std::cout << report_text(rows);
  return {};
}

}  // namespace

void add_measure_command(CLI::App& app, Work& work) {
  CLI::App* command =
      app.add_subcommand("measure", "Measure how the face of a video speaks, beside real people's figures.");
  auto request = std::make_shared<MeasureRequest>();
  command
      ->add_option("video", request->video,
                   "A video, or a track: the lines of \"parlante track --landmarks\".")
      ->required();
  add_options(*command, option_table(request->measure));
  command->callback(
      [&work, request] { work = [request](Context& context) { return measure(context, *request); }; });
}

}  // namespace parlante::app
