#include "live/http_message.hpp"

#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>

namespace parlante {
namespace {

constexpr std::size_t kMostParameters = 64;

std::string_view value_of(const HttpFields& fields, std::string_view name) noexcept {
  for (const auto& [key, value] : fields)
    if (key == name) return value;
  return {};
}

std::optional<std::string> percent_decoded(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      plain += text[i] == '+' ? ' ' : text[i];
      continue;
    }
    unsigned char byte = 0;
    if (i + 3 > text.size()) return std::nullopt;
    const char* end = text.data() + i + 3;
    if (std::from_chars(end - 2, end, byte, 16).ptr != end) return std::nullopt;
    plain += static_cast<char>(byte);
    i += 2;
  }
  return plain;
}

}  // namespace

std::string_view HttpRequest::header(std::string_view name) const noexcept {
  return value_of(headers, name);
}

std::string_view HttpRequest::query_value(std::string_view name) const noexcept {
  return value_of(query, name);
}

bool split_target(std::string_view target, std::string& path, HttpFields& query) {
  const auto mark = target.find('?');
  path = target.substr(0, mark);
  query.clear();
  if (mark == std::string_view::npos) return true;
  for (std::string_view rest = target.substr(mark + 1); !rest.empty();) {
    const auto end = rest.find('&');
    const std::string_view pair = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    if (pair.empty()) continue;
    const auto equals = pair.find('=');
    auto name = percent_decoded(pair.substr(0, equals));
    auto value =
        percent_decoded(equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1));
    if (!name || !value || query.size() == kMostParameters) return false;
    query.emplace_back(std::move(*name), std::move(*value));
  }
  return true;
}

HttpResponse error_response(int status, std::string_view code, std::string_view message) {
  const nlohmann::json json = {{"error", {{"code", code}, {"message", message}}}};
  HttpResponse response{status, "application/json",
                        json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n"};
  if (status == 429 || status == 503) response.headers.emplace_back("Retry-After", "2");
  if (status == 401) response.headers.emplace_back("WWW-Authenticate", "Bearer");
  return response;
}

}  // namespace parlante
