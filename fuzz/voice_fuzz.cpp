// Whatever a voice program gives as its sound, what is passed on says of itself how long it is.
#include "live/text_voice.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace parlante;
  const auto wav = whole_wav({reinterpret_cast<const char*>(data), size});
  if (!wav) return 0;
  const auto byte = [&](std::size_t at) {
    return static_cast<std::size_t>(static_cast<unsigned char>((*wav)[at]));
  };
  if (wav->size() < 20 || wav->size() > size) __builtin_trap();
  if ((byte(4) | byte(5) << 8 | byte(6) << 16 | byte(7) << 24) + 8 != wav->size()) __builtin_trap();
  return 0;
}
