#include "stream/frame_gate.hpp"

#include <algorithm>

#include "core/random.hpp"

namespace parlante {

MarkPayload mark_payload(std::uint32_t render_id, std::uint64_t seed, const Avatar& avatar) noexcept {
  MarkPayload payload{PARLANTE_MARK_RELEASE, render_id & 0xffffffU};
  if (payload.render != 0) return payload;
  // FNV-1a over some of the portrait's pixels: enough to tell portraits apart.
  std::uint64_t digest = 0xcbf29ce484222325ULL ^ seed;
  for (std::size_t i = 0; i < avatar.foreground.pixels.size(); i += 61)
    digest = (digest ^ avatar.foreground.pixels[i]) * 0x100000001b3ULL;
  payload.render = std::max<std::uint32_t>(1, static_cast<std::uint32_t>(Random(digest).bits() & 0xffffff));
  return payload;
}

}  // namespace parlante
