#include "live/http_head.hpp"

#include <boost/beast/http/status.hpp>

namespace parlante {

std::string response_head(const HttpResponse& response, std::uint64_t length, unsigned version, bool last) {
  const auto status = static_cast<unsigned>(response.status);
  const auto reason = boost::beast::http::obsolete_reason(boost::beast::http::int_to_status(status));
  std::string head = version >= 11 ? "HTTP/1.1 " : "HTTP/1.0 ";
  head += std::to_string(status) + ' ';
  head.append(reason.data(), reason.size());
  const auto add = [&head](std::string_view name, std::string_view value) {
    head.append("\r\n").append(name).append(": ").append(value);
  };
  if (!response.type.empty()) add("Content-Type", response.type);
  add("X-Content-Type-Options", "nosniff");
  for (const auto& [name, value] : response.headers) add(name, value);
  // these have no body, and may not say how long it is (RFC 9110, 8.6)
  if (status >= 200 && status != 204 && status != 304) add("Content-Length", std::to_string(length));
  if (version >= 11 && last) add("Connection", "close");
  if (version < 11 && !last) add("Connection", "keep-alive");
  return head += "\r\n\r\n";
}

}  // namespace parlante
