#include "media/movie_form.hpp"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <optional>

#include "media/atomic_file.hpp"
#include "media/picture_series.hpp"

namespace parlante {
namespace {

std::string ending_of(const std::string& target) {
  std::string ending = std::filesystem::path(target).extension().string();
  std::transform(ending.begin(), ending.end(), ending.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return ending;
}

std::optional<Container> container_of(const std::string& ending) {
  if (ending == ".mp4" || ending == ".m4v") return Container::mp4;
  if (ending == ".webm") return Container::webm;
  if (ending == ".mov") return Container::mov;
  return std::nullopt;
}

std::optional<VideoCodec> codec_of(const std::string& name) {
  if (name == "h264") return VideoCodec::h264;
  if (name == "vp9") return VideoCodec::vp9;
  if (name == "av1") return VideoCodec::av1;
  if (name == "prores") return VideoCodec::prores;
  return std::nullopt;
}

bool holds(Container container, VideoCodec codec) noexcept {
  switch (container) {
    case Container::mp4:
      return codec == VideoCodec::h264;
    case Container::webm:
      return codec == VideoCodec::vp9 || codec == VideoCodec::av1;
    case Container::mov:
      return codec == VideoCodec::prores || codec == VideoCodec::h264;
  }
  return false;
}

constexpr const char* kWithAlpha =
    "write a .webm (VP9), a .mov (ProRes 4444) or a folder of PNG pictures instead.";

}  // namespace

const char* name_of(VideoCodec codec) noexcept {
  switch (codec) {
    case VideoCodec::h264:
      return "H.264";
    case VideoCodec::vp9:
      return "VP9";
    case VideoCodec::av1:
      return "AV1";
    case VideoCodec::prores:
      return "ProRes";
  }
  return "";
}

Result<MovieForm> movie_form(const std::string& target, const std::string& codec, bool alpha) {
  MovieForm form;
  form.alpha = alpha;
  const auto asked = codec_of(codec);
  const bool in_place = target == "-" || is_special_file(target);
  if (!in_place && is_picture_series(target)) {
    if (asked) return fail(ErrorKind::usage, "Pictures have no video codec: leave it out.");
    form.pictures = true;
    return form;
  }
  const std::string ending = ending_of(target);
  auto container = in_place && !container_of(ending)
                       ? std::optional(asked == VideoCodec::vp9 || asked == VideoCodec::av1 ? Container::webm
                                                                                            : Container::mp4)
                       : container_of(ending);
  if (!container && ending == ".png")
    return fail(ErrorKind::usage, "\"" + target +
                                      "\" is one picture, and a video has many: give a folder (frames/) or a "
                                      "pattern (frame%05d.png).");
  if (!container)
    return fail(ErrorKind::usage, "\"" + target +
                                      "\" has no ending that says what to write: .mp4, .webm, .mov, a folder "
                                      "(frames/) or a pattern (frame%05d.png).");
  form.container = *container;
  form.codec = asked                           ? *asked
               : *container == Container::mp4  ? VideoCodec::h264
               : *container == Container::webm ? VideoCodec::vp9
                                               : VideoCodec::prores;
  if (!holds(form.container, form.codec)) {
    const char* fitting = form.codec == VideoCodec::h264     ? ".mp4 or .mov"
                          : form.codec == VideoCodec::prores ? ".mov"
                                                             : ".webm";
    return fail(ErrorKind::usage, std::string(name_of(form.codec)) + " goes into " + fitting +
                                      ", not into \"" + target + "\".");
  }
  if (in_place && form.container == Container::mov)
    return fail(ErrorKind::usage, "A .mov cannot be written to a pipe: name a file.");
  if (alpha && form.codec != VideoCodec::vp9 && form.codec != VideoCodec::prores)
    return fail(ErrorKind::usage,
                std::string(form.container == Container::mp4 ? "MP4" : name_of(form.codec)) +
                    " has no transparency: " + kWithAlpha);
  return form;
}

}  // namespace parlante
