// Whatever a WebRTC client sends (its offer, its reports), our readers come back, and hand on only what they
// checked.
#include <algorithm>

#include "live/rtcp.hpp"
#include "live/sdp_offer.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace parlante;
  if (const auto offer = read_offer({reinterpret_cast<const char*>(data), size})) {
    const std::string plain = plain_offer(*offer);
    const auto printable = [](char c) { return c == '\r' || c == '\n' || (c >= ' ' && c <= '~'); };
    if (!std::ranges::all_of(plain, printable) || plain.size() > 4096) __builtin_trap();
    if (!std::ranges::all_of(whole_answer(*offer, plain), printable)) __builtin_trap();
  }
  const auto told = read_feedback({data, size});
  if (told.loss_count > told.losses.size() || told.missing_count > told.missing.size()) __builtin_trap();
  return 0;
}
