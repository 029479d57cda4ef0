// Who may ask: the token, the names and pages that may be used to reach the server, and how often.
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "live/http_message.hpp"

namespace parlante {

struct AccessOptions {
  std::string token;                 ///< empty: none is asked for
  std::vector<std::string> hosts;    ///< further names of this server, besides localhost and plain addresses
  std::vector<std::string> origins;  ///< pages of other servers that may use this one: "https://example.org"
  double requests_per_second = 50;   ///< of one client, on average
  double burst = 200;                ///< that it may make at once
};

/// Compares in a time that does not depend on where the texts differ.
bool same_secret(std::string_view a, std::string_view b) noexcept;

/// Is it an address of this machine alone: 127.x.x.x, ::1, localhost?
bool is_loopback(std::string_view address) noexcept;

/// How often each client may ask: a bucket of `burst` requests that fills up over time. Thread-safe.
class RateLimit {
 public:
  using Clock = std::chrono::steady_clock;
  RateLimit(double per_second, double burst) noexcept : per_second_(per_second), burst_(burst) {}
  bool allow(const std::string& client, Clock::time_point now = Clock::now());

 private:
  struct Bucket {
    double left;
    Clock::time_point filled;
  };
  void forget_full(Clock::time_point now);
  double per_second_, burst_;
  std::mutex mutex_;
  std::map<std::string, Bucket> buckets_;
};

class Access {
 public:
  explicit Access(AccessOptions options)
      : options_(std::move(options)), rate_(options_.requests_per_second, options_.burst) {}

  /// What is wrong with where a request comes from (403, 429), if anything. A page of another server may not
  /// use this one (Origin), nor may a foreign name lead here (Host; not checked where a token is asked for,
  /// which no such page has).
  std::optional<HttpResponse> refuse_caller(const HttpRequest& request);
  /// Does the request carry the token: `Authorization: Bearer`, or `?token=` for WebSockets of browsers?
  bool has_token(const HttpRequest& request) const noexcept;
  bool token_needed() const noexcept { return !options_.token.empty(); }
  bool right_token(std::string_view token) const noexcept;
  /// Adds the headers that let a page of an allowed origin read the answer.
  void add_cors(const HttpRequest& request, HttpResponse& response) const;

 private:
  bool known_host(std::string_view host) const noexcept;
  AccessOptions options_;
  RateLimit rate_;
};

}  // namespace parlante
