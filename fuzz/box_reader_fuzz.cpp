// Whatever bytes a file holds, our reader of manifests comes back with an answer.
#include <nlohmann/json.hpp>

#include "mark/box_reader.hpp"
#include "mark/jumbf.hpp"
#include "mark/manifest_report.hpp"
#include "mark/media_type.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace parlante;
  const std::span<const std::uint8_t> bytes(data, size);
  const auto found = find_credentials(MemorySource(bytes));
  if (found && found->binding == Binding::intact && !found->readable) __builtin_trap();
  static_cast<void>(read_jumbf(bytes));
  static_cast<void>(read_cbor(bytes));
  static_cast<void>(media_type(bytes));
  static_cast<void>(read_manifest_report({reinterpret_cast<const char*>(data), size}));
  return 0;
}
