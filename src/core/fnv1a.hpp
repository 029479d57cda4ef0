// A quick hash of bytes.
#pragma once

#include <cstdint>
#include <span>

namespace parlante {

/// FNV-1a, 64 bit (Fowler, Noll, Vo): guards against damage, not against forgery.
inline std::uint64_t fnv1a(std::span<const std::uint8_t> bytes) noexcept {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const std::uint8_t byte : bytes) hash = (hash ^ byte) * 0x100000001b3ULL;
  return hash;
}

}  // namespace parlante
