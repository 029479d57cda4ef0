#include "frames.hpp"

#include <cstdio>
#include <utility>

#include "mark/media_type.hpp"
#include "media/picture.hpp"
#include "media/video_reader.hpp"

namespace parlante::mark_study {

std::vector<ImageU8> frames_of(const std::string& file, std::size_t most, int step) {
  std::vector<ImageU8> frames;
  if (media_type_of_file(file).rfind("image/", 0) == 0) {
    if (auto picture = read_picture(file))
      frames.push_back(std::move(*picture));
    else
      std::fprintf(stderr, "%s\n", picture.error().message.c_str());
    return frames;
  }
  auto video = VideoReader::open(file);
  if (!video) {
    std::fprintf(stderr, "%s\n", video.error().message.c_str());
    return frames;
  }
  ImageU8 frame;
  for (int i = 0; frames.size() < most; ++i) {
    const auto more = video->next(frame);
    if (!more || !*more) break;
    if (i % step == 0) frames.push_back(frame);
  }
  return frames;
}

}  // namespace parlante::mark_study
