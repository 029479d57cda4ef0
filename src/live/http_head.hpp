// The head of an answer, as it goes over the wire.
#pragma once

#include "live/http_message.hpp"

namespace parlante {

/// Status line and fields, with the empty line behind them. `length`: of the body, bytes; `version`: 10 or
/// 11; `last`: the connection is closed after it.
std::string response_head(const HttpResponse& response, std::uint64_t length, unsigned version, bool last);

}  // namespace parlante
