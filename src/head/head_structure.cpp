// What two heads must share so that an avatar made with one can be drawn with the other.
#include "core/arkit.hpp"
#include "core/fnv1a.hpp"
#include "head/write_structure.hpp"

namespace parlante {

std::uint64_t structure_checksum(const HeadModel& model) {
  HeadBytesWriter out;
  out.count(model.neutral.size());
  for (const VertexRange& range : model.parts) {
    out.number(range.begin);
    out.number(range.end);
  }
  write_structure(out, model);
  for (const std::string_view name : kBlendshapeNames) out.text(name);
  out.count(model.identity.size());
  for (const IdentityAxis& axis : model.identity) out.text(axis.name);
  const std::uint64_t sum = fnv1a(out.bytes());
  return sum == 0 ? 1 : sum;  // 0 means: not remembered
}

}  // namespace parlante
