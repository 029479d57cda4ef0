// parlante render: a face and a clip of speech become a video.
#include "film.hpp"
#include "frame_settings.hpp"
#include "media/atomic_file.hpp"
#include "media/audio_reader.hpp"
#include "signing.hpp"
#include "stream/frame_gate.hpp"

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

/// Everything that goes into the film, for its manifest.
Result<Signing> open_signing(const RenderRequest& request, Sink& sink) {
  auto signing = Signing::open(request.consent, request.sign, request.face, sink);
  if (!signing) return signing;
  const std::string& background = request.draw.background;
  std::error_code error;
  for (const auto& [role, source] :
       {std::pair("speech", request.speech), std::pair("face codes", request.render.codes),
        std::pair("background", std::filesystem::is_regular_file(background, error) ? background : ""),
        std::pair("controls", request.control.controls),
        std::pair("head movement", request.control.pose_from),
        std::pair("expression", request.control.expression_from)})
    signing->use(role, source);
  return signing;
}

LabelTimes label_times(const std::string& name) {
  return name == "off"      ? LabelTimes::off
         : name == "start"  ? LabelTimes::start
         : name == "always" ? LabelTimes::always
                            : LabelTimes::repeat;
}

/// The forms that cannot carry a manifest are said.
bool can_be_signed(const std::string& output, const MovieForm& form, Sink& sink) {
  const char* what = form.pictures                              ? nullptr
                     : form.container == Container::webm        ? "WebM files"
                     : output == "-" || is_special_file(output) ? "Films that go through a pipe"
                                                                : nullptr;
  if (what == nullptr) return true;
  sink.log(LogLevel::warning,
           std::string(what) + " cannot carry signed data: this one is marked in its picture only.");
  return false;
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
  auto signing = open_signing(request, context.sink);
  if (!signing) return tl::unexpected(signing.error());
  options->marks.label = label_times(request.label.label);
  options->marks.render_id = signing->render_id(options->render.seed);
  const bool from_codes = !request.render.codes.empty();
  const bool from_photo = !is_avatar_file(request.face);
  const auto model = std::make_shared<Model>();
  if (auto loaded = load(context, {.face = from_photo, .head = true, .speech = false}, *model); !loaded)
    return loaded;
  options->rules = request.control.motion == "rules";
  const auto avatar =
      load_or_make_avatar(request.face, request.photo, goes_beyond_square(*form), *model, context.sink);
  if (!avatar) return tl::unexpected(avatar.error());
  // What reads photos goes before what hears comes: both at once would be the most memory that is needed.
  model->face.reset();
  if (auto loaded = load(context, {.face = false, .head = false, .speech = !from_codes}, *model); !loaded)
    return loaded;
  signing->use_photo_of(**avatar);
  if (auto shaped = shape_frames(**avatar, *form, options->render, context.sink); !shaped) return shaped;
  const MarkPayload mark = mark_payload(options->marks.render_id, options->render.seed, **avatar);
  const LastStep sign =
      can_be_signed(request.render.output, *movie, context.sink) ? signing->last_step(mark) : LastStep();
  const auto film =
      (from_codes ? film_codes : film_speech)(model, *avatar, request, *options, *movie, sign, context.sink);
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
  add_options(*command, option_table(request->consent));
  add_options(*command, option_table(request->sign));
  add_options(*command, option_table(request->label));
  command->callback(
      [&work, request] { work = [request](Context& context) { return render(context, *request); }; });
}

}  // namespace parlante::app
