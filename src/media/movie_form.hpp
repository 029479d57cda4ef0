// Which kind of output a target is: a movie in one of three containers, or a series of pictures.
#pragma once

#include <string>

#include "core/result.hpp"

namespace parlante {

enum class VideoCodec { h264, vp9, av1, prores };
enum class Container { mp4, webm, mov };

struct MovieForm {
  Container container = Container::mp4;
  VideoCodec codec = VideoCodec::h264;
  bool alpha = false;     ///< frames are RGBA, not premultiplied
  bool pictures = false;  ///< PNG files; container and codec do not matter
};

/// By the target's ending: .mp4 or .m4v (H.264, AAC), .webm (VP9, Opus), .mov (ProRes, PCM), a folder or a
/// pattern such as frame%05d.png (pictures, no sound); "-" and pipes get MP4, or WebM for its codecs.
/// `codec`: "auto", "h264", "vp9", "av1" or "prores". Errors: usage (an ending that is none of these, a codec
/// the container has not, transparency where it cannot be: MP4, AV1, H.264).
Result<MovieForm> movie_form(const std::string& target, const std::string& codec, bool alpha);

/// "H.264", "VP9", "AV1", "ProRes".
const char* name_of(VideoCodec codec) noexcept;

}  // namespace parlante
