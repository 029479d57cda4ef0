#include "stream/frame_gate.hpp"

#include <algorithm>

#include "core/fnv1a.hpp"
#include "core/random.hpp"

namespace parlante {

MarkPayload mark_payload(std::uint32_t render_id, std::uint64_t seed, const Avatar& avatar) noexcept {
  MarkPayload payload{PARLANTE_MARK_RELEASE, render_id & 0xffffffU};
  if (payload.render != 0) return payload;
  const std::uint64_t digest = fnv1a(avatar.foreground.pixels) ^ seed;  // tells portraits apart
  payload.render = std::max<std::uint32_t>(1, static_cast<std::uint32_t>(Random(digest).bits() & 0xffffff));
  return payload;
}

}  // namespace parlante
