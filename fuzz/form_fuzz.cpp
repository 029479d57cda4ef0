// Whatever a form holds, its parts lie inside it.
#include "live/multipart.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace parlante;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  // the first line is the header
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos) return 0;
  const std::string_view body = text.substr(end + 1);
  const auto form = parse_form(text.substr(0, end), body);
  if (!form) return 0;
  for (const FormPart& part : *form) {
    if (part.content.empty()) continue;
    if (part.content.data() < body.data() ||
        part.content.data() + part.content.size() > body.data() + body.size())
      __builtin_trap();
  }
  return 0;
}
