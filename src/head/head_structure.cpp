// What two heads must share so that an avatar made with one can be drawn with the other.
#include "core/arkit.hpp"
#include "core/fnv1a.hpp"
#include "head/byte_codec.hpp"
#include "head/head_model.hpp"

namespace parlante {

std::uint64_t structure_checksum(const HeadModel& model) {
  HeadBytesWriter out;
  out.count(model.neutral.size());
  for (const VertexRange& range : model.parts) {
    out.number(range.begin);
    out.number(range.end);
  }
  for (const auto& triangles : model.triangles) {
    out.count(triangles.size());
    for (const Triangle& triangle : triangles)
      for (const std::int32_t v : triangle) out.number(v);
  }
  for (const auto& loop : model.loops) {
    out.count(loop.size());
    for (const std::int32_t v : loop) out.number(v);
  }
  for (const std::string_view name : kBlendshapeNames) out.text(name);
  out.count(model.identity.size());
  for (const IdentityAxis& axis : model.identity) out.text(axis.name);
  const std::uint64_t sum = fnv1a(out.bytes());
  return sum == 0 ? 1 : sum;  // 0 means: not remembered
}

}  // namespace parlante
