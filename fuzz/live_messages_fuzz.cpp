// Whatever a client of the server says as JSON, it is understood or refused.
#include "live/http_message.hpp"
#include "live/job_options.hpp"
#include "live/routes.hpp"
#include "live/stream_messages.hpp"
#include "live/text_voice.hpp"
#include "motion/control_file.hpp"
#include "motion/face_code_json.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace parlante;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto config = parse_stream_config(text); config && !parse_controls(config->controls))
    __builtin_trap();
  static_cast<void>(parse_stream_command(text));
  static_cast<void>(parse_job_options(text));
  if (const auto merged = merge_controls(R"({"still":true})", text); merged && !parse_controls(*merged))
    __builtin_trap();
  if (const auto spoken = parse_spoken_text(text); spoken && spoken->text.size() > size) __builtin_trap();
  static_cast<void>(parse_control_file(text, {}));
  static_cast<void>(parse_face_code(text));
  std::string path;
  HttpFields query;
  static_cast<void>(split_target(text, path, query));
  static_cast<void>(find_route("GET", path));
  return 0;
}
