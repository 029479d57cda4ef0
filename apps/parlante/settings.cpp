#include "settings.hpp"

#include <charconv>
#include <cmath>
#include <thread>

#include "control_settings.hpp"
#include "mark_settings.hpp"
#include "serve_settings.hpp"

namespace parlante::app {

std::vector<Option> option_table(CommonSettings& s) {
  return {{"models", "Folder with the networks and the head file; empty: beside the program.", &s.models},
          {"json", "Print the result as JSON on standard output, and log as JSON lines.", &s.json},
          {"verbose", "Say more.", &s.verbose, 0, 0, {}, 'v'},
          {"quiet", "Say nothing but errors.", &s.quiet, 0, 0, {}, 'q'}};
}

std::vector<Option> option_table(PhotoSettings& s) {
  return {{"face", "Which face of the photo, counted from 1 by size; 0: the largest.", &s.face, 0, 100}};
}

std::vector<Option> option_table(AvatarSettings& s) {
  return {{"square-only",
           "Keep nothing of the photo around the head's square: a smaller file, which cannot fill wider or "
           "taller frames.",
           &s.square_only}};
}

std::vector<Option> option_table(DrawSettings& s) {
  return {
      {"size",
       "Size of the video, pixels (even, 256 to 1024): 512, or WIDTHxHEIGHT such as 720x1024. With "
       "--frame full the long side, up to 3840. auto: 512; for the full photo its own, up to 1920.",
       &s.size},
      {"frame",
       "What the video shows: the head and what is near it, or the full photo.",
       &s.frame,
       0,
       0,
       {"head", "full"}},
      {"background",
       "What is behind the person: photo, transparent (to .webm, .mov or PNG pictures), a colour such as "
       "#1e90ff, or a picture, cut to fit.",
       &s.background},
      {"grain", "Strength of the photo's own grain, made anew in each frame.", &s.grain, 0, 4},
      {"seed", "Seed of all that is random; the same seed gives the same video.", &s.seed, 0, 2147483647},
      {"kernels", "Which kernels draw.", &s.kernels, 0, 0, {"best", "reference", "avx2", "avx512", "neon"}}};
}

std::vector<Option> option_table(RenderSettings& s) {
  return {
      {"output",
       "The video to write: .mp4 (H.264), .webm (VP9, AV1), .mov (ProRes), a folder or a pattern such as "
       "frame%05d.png for pictures; - is standard output.",
       &s.output,
       0,
       0,
       {},
       'o'},
      {"codes", "Face codes as JSON lines (a file, or -) instead of motion made from the sound.", &s.codes},
      {"fps", "Frames a second: a number such as 25, 30, 50, 60, or a fraction such as 30000/1001.", &s.fps},
      {"codec",
       "Codec of the video; auto: by the output's ending.",
       &s.codec,
       0,
       0,
       {"auto", "h264", "vp9", "av1", "prores"}},
      {"crf",
       "Quality of the video: x264's constant rate factor, lower is better; VP9 and AV1 take what comes "
       "nearest.",
       &s.crf, 0, 40},
      {"preset",
       "Speed of the encoder.",
       &s.preset,
       0,
       0,
       {"ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow"}},
      {"threads", "Threads that draw; 0: one a core.", &s.threads, 0, 64}};
}

std::vector<Option> option_table(SheetSettings& s) {
  return {{"output", "The picture to write (PNG).", &s.output, 0, 0, {}, 'o'},
          {"columns", "Tiles in a row.", &s.columns, 1, 16},
          {"tile", "Side of a tile, pixels.", &s.tile, 64, 1024},
          {"zoom", "Add rows of close-ups of mouth and eyes.", &s.zoom}};
}

std::vector<Option> option_table(TrackSettings& s) {
  return {{"output", "Where the JSON lines go, or - for standard output.", &s.output, 0, 0, {}, 'o'},
          {"landmarks", "Add the 478 landmarks of each frame.", &s.landmarks}};
}

std::vector<Option> option_table(MeasureSettings& s) {
  return {
      {"against", "Another video, or track, of the same sound, to hold the lips against.", &s.against},
      {"ahead", "How far the mouth of that video is ahead of its sound, ms: it is moved back.", &s.ahead,
       -1000, 1000},
      {"asked", "The face codes that the video was drawn from (JSON lines), to hold it against.", &s.asked},
      {"closures", "Times at which the lips should shut: JSON array or lines of seconds.", &s.closures},
      {"sound", "The sound that belongs to the video; empty: the video's own.", &s.sound}};
}

std::string options_document() {
  CommonSettings common;
  PhotoSettings photo;
  AvatarSettings avatar;
  DrawSettings draw;
  RenderSettings render;
  ControlSettings control;
  SheetSettings sheet;
  TrackSettings track;
  MeasureSettings measure;
  ConsentSettings consent;
  SignSettings sign;
  LabelSettings label;
  VerifySettings verify;
  KeySettings keys;
  ServeSettings serve;
  const auto section = [](const char* title, const std::vector<Option>& table) {
    return std::string("\n## ") + title + "\n\n" + options_markdown(table);
  };
  return "# Options\n\nMade by `parlante options`; a test fails when this page is stale. An option on the "
         "command line goes "
         "before the\nvariable of the environment, which goes before the default.\n" +
         section("All commands", option_table(common)) +
         section("`render`, `avatar`, `sheet`", option_table(photo)) +
         section("`render`, `avatar`, `sheet`: whose face it is", option_table(consent)) +
         section("`render`, `sheet`: who signs", option_table(sign)) +
         section("`render`: the visible label", option_table(label)) +
         section("`avatar`", option_table(avatar)) + section("`render`, `sheet`", option_table(draw)) +
         section("`render`", option_table(render)) +
         section("`render`: how the face moves", option_table(control)) +
         section("`sheet`", option_table(sheet)) + section("`track`", option_table(track)) +
         section("`measure`", option_table(measure)) + section("`verify`", option_table(verify)) +
         section("`keys`", option_table(keys)) + section("`serve`", option_table(serve));
}

namespace {

bool parse_number(std::string_view text, double& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size() && std::isfinite(number);
}

}  // namespace

Result<Rational> parse_rate(const std::string& text) {
  const auto slash = text.find('/');
  double num = 0, den = 1;
  const bool good =
      parse_number(std::string_view(text).substr(0, slash), num) &&
      (slash == std::string::npos || parse_number(std::string_view(text).substr(slash + 1), den));
  if (!good || num <= 0 || den <= 0 || num / den < 1 || num / den > 120 || num > 1e6 || den > 1e6) {
    return fail(
        ErrorKind::usage,
        "\"" + text +
            "\" is no frame rate: --fps takes a number from 1 to 120, or a fraction such as 30000/1001.");
  }
  if (slash != std::string::npos) return Rational{std::llround(num), std::llround(den)};
  if (num == std::round(num)) return Rational{std::llround(num), 1};
  // 23.976, 29.97 and 59.94 mean 24, 30 and 60 times 1000/1001
  const double whole = std::round(num * 1.001);
  if (std::abs(whole / 1.001 - num) < .006) return Rational{std::llround(whole) * 1000, 1001};
  return Rational{std::llround(num * 1000), 1000};
}

RenderOptions render_options(const DrawSettings& draw) {
  RenderOptions options;
  options.grain = static_cast<float>(draw.grain);
  options.seed = static_cast<std::uint64_t>(draw.seed);
  options.kernels = draw.kernels == "reference" ? KernelSet::reference
                    : draw.kernels == "avx2"    ? KernelSet::avx2
                    : draw.kernels == "avx512"  ? KernelSet::avx512
                    : draw.kernels == "neon"    ? KernelSet::neon
                                                : KernelSet::best;
  return options;
}

int drawing_threads(int threads) {
  if (threads > 0) return threads;
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

Result<StreamOptions> stream_options(const RenderSettings& render, const DrawSettings& draw) {
  auto rate = parse_rate(render.fps);
  if (!rate) return pass_on(std::move(rate));
  StreamOptions options;
  options.motion.rate = *rate;
  options.motion.seed = static_cast<std::uint64_t>(draw.seed);
  options.render = render_options(draw);
  options.render_threads = drawing_threads(render.threads);
  return options;
}

}  // namespace parlante::app
