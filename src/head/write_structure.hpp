// How the triangles and loops of a head are written: in its file, and for its checksums.
#pragma once

#include "head/byte_codec.hpp"
#include "head/head_model.hpp"

namespace parlante {

/// Every part's triangles, then every loop: a count, and the indices.
inline void write_structure(HeadBytesWriter& out, const HeadModel& model) {
  for (const auto& triangles : model.triangles) {
    out.count(triangles.size());
    for (const Triangle& triangle : triangles)
      for (const std::int32_t v : triangle) out.number(v);
  }
  for (const auto& loop : model.loops) {
    out.count(loop.size());
    for (const std::int32_t v : loop) out.number(v);
  }
}

}  // namespace parlante
