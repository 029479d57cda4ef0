// A request and an answer as plain values: what the routes see of HTTP.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace parlante {

using HttpFields = std::vector<std::pair<std::string, std::string>>;

struct HttpRequest {
  std::string method;  ///< "GET"
  std::string path;    ///< without the query, as it came
  HttpFields query;    ///< percent-decoded
  HttpFields headers;  ///< names in lower case
  std::string body;
  std::string client;                 ///< the peer's address, without its port
  bool tls = false, upgrade = false;  ///< upgrade: to a WebSocket

  /// The first value of that name (lower case); empty when there is none.
  std::string_view header(std::string_view name) const noexcept;
  std::string_view query_value(std::string_view name) const noexcept;
};

struct HttpResponse {
  int status = 200;
  std::string type;
  std::string body;
  HttpFields headers = {};
  std::filesystem::path file = {};  ///< sent in place of `body`, if not empty
};

/// Path and decoded query of a request's target. False: more than 64 parameters, or bad percent-coding.
bool split_target(std::string_view target, std::string& path, HttpFields& query);

/// {"error": {"code": …, "message": …}}. `code` is a word for programs, `message` a sentence for people.
HttpResponse error_response(int status, std::string_view code, std::string_view message);

}  // namespace parlante
