// Whatever bytes are brought as a photo, they are a picture or refused.
#include "media/picture.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace parlante;
  PictureFacts facts;
  const auto picture = decode_picture({data, size}, "photo", {.max_side = 512, .facts = &facts});
  if (!picture) {
    if (picture.error().message.empty()) __builtin_trap();
    return 0;
  }
  const std::size_t bytes =
      static_cast<std::size_t>(picture->width) * static_cast<std::size_t>(picture->height) * 3;
  if (picture->width < 1 || picture->height < 1 || picture->pixels.size() != bytes || !(facts.focal_px >= 0))
    __builtin_trap();
  return 0;
}
