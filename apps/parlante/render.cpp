// parlante render: a face and a clip of speech become a video.
#include "film.hpp"
#include "frame_settings.hpp"
#include "media/audio_reader.hpp"

namespace parlante::app {
namespace {

Result<> check(const RenderRequest& request) {
  if (request.render.output.empty())
    return fail(ErrorKind::usage,
                "Say where the video goes: -o out.mp4 (or .webm, .mov, a folder for pictures, - for standard "
                "output).");
  if (request.speech.empty() && request.render.codes.empty()) {
    return fail(ErrorKind::usage, "Give a sound file after the photo, or face codes with --codes.");
  }
  const int standard_inputs = (request.face == "-") + (request.speech == "-") + (request.render.codes == "-");
  if (standard_inputs > 1)
    return fail(ErrorKind::usage, "Only one of photo, sound and codes can come from standard input.");
  return {};
}

/// Tells of a sound that cannot be read before time is spent on the photo.
Result<> check_sound(const std::string& source) {
  if (source.empty() || source == "-") return {};
  const auto reader = AudioReader::open(source, kSampleRate, 1);
  if (!reader) return tl::unexpected(reader.error());
  return {};
}

Result<> render(Context& context, const RenderRequest& request) {
  if (auto checked = check(request); !checked) return checked;
  if (request.render.output == "-" && context.common.json) {
    return fail(ErrorKind::usage,
                "Standard output takes the video or the result, not both: leave out --json or name a file.");
  }
  if (auto checked = check_sound(request.speech); !checked) return checked;
  const auto form = frame_form(request.draw, context.sink);
  if (!form) return tl::unexpected(form.error());
  auto movie = movie_form(request.render.output, request.render.codec, form->transparent);
  if (!movie) return pass_on(std::move(movie));
  auto options = stream_options(request.render, request.draw);
  if (!options) return pass_on(std::move(options));
  if (auto asked = apply(request.control, options->motion, context.sink); !asked) return asked;
  const bool from_codes = !request.render.codes.empty();
  const auto model =
      load(context, {.face = !is_avatar_file(request.face), .head = true, .speech = !from_codes});
  if (!model) return tl::unexpected(model.error());
  options->rules = request.control.motion == "rules";
  const auto avatar =
      load_or_make_avatar(request.face, request.photo, goes_beyond_square(*form), **model, context.sink);
  if (!avatar) return tl::unexpected(avatar.error());
  if (auto shaped = shape_frames(**avatar, *form, options->render, context.sink); !shaped) return shaped;
  const auto film =
      (from_codes ? film_codes : film_speech)(*model, *avatar, request, *options, *movie, context.sink);
  if (!film) return tl::unexpected(film.error());
  context.result = {{"output", request.render.output},       {"frames", film->frames},
                    {"fps", options->motion.rate.value()},   {"width", options->render.part.width},
                    {"height", options->render.part.height}, {"seconds", film->seconds}};
  return {};
}

}  // namespace

void add_render_command(CLI::App& app, Work& work) {
  CLI::App* command = app.add_subcommand("render", "Make a video of a face that speaks.");
  auto request = std::make_shared<RenderRequest>();
  command
      ->add_option("face", request->face,
                   "A photo (JPEG, PNG, WebP…), or an avatar made by `parlante avatar`.")
      ->required();
  command->add_option("speech", request->speech,
                      "Sound: WAV, MP3, FLAC, OGG, M4A, the sound of a video, or - for standard input.");
  add_options(*command, option_table(request->render));
  add_options(*command, option_table(request->control));
  add_options(*command, option_table(request->draw));
  add_options(*command, option_table(request->photo));
  command->callback(
      [&work, request] { work = [request](Context& context) { return render(context, *request); }; });
}

}  // namespace parlante::app
