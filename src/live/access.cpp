#include "live/access.hpp"

#include <arpa/inet.h>
#include <openssl/crypto.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <cctype>

namespace parlante {
namespace {

constexpr std::size_t kMostClients = 10'000;  ///< remembered at once

std::array<unsigned char, SHA256_DIGEST_LENGTH> digest(std::string_view text) noexcept {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> sum{};
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), sum.data());
  return sum;
}

std::string lower(std::string_view text) {
  std::string made(text);
  std::ranges::transform(made, made.begin(), [](unsigned char c) { return std::tolower(c); });
  return made;
}

/// "name:port" or "[address]:port" without the port and brackets.
std::string_view without_port(std::string_view host) noexcept {
  if (host.starts_with('[')) {
    const auto end = host.find(']');
    const bool plain = end != std::string_view::npos && (end + 1 == host.size() || host[end + 1] == ':');
    return plain ? host.substr(1, end - 1) : host;
  }
  return host.substr(0, host.rfind(':'));
}

bool is_address(const std::string& text) noexcept {
  in6_addr six{};
  in_addr four{};
  return inet_pton(AF_INET, text.c_str(), &four) == 1 || inet_pton(AF_INET6, text.c_str(), &six) == 1;
}

}  // namespace

bool same_secret(std::string_view a, std::string_view b) noexcept {
  // Sums of one length, so that neither the place of a difference nor the secret's length shows.
  const auto first = digest(a), second = digest(b);
  return CRYPTO_memcmp(first.data(), second.data(), first.size()) == 0;
}

bool is_loopback(std::string_view address) noexcept {
  return address == "localhost" || address == "::1" || address.starts_with("127.");
}

bool RateLimit::allow(const std::string& client, Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  if (buckets_.size() >= kMostClients) forget_full(now);
  if (buckets_.size() >= kMostClients && !buckets_.contains(client)) return false;
  Bucket& bucket = buckets_.try_emplace(client, Bucket{burst_, now}).first->second;
  const double gained = std::chrono::duration<double>(now - bucket.filled).count() * per_second_;
  bucket = {std::min(burst_, bucket.left + gained), now};
  if (bucket.left < 1) return false;
  bucket.left -= 1;
  return true;
}

void RateLimit::forget_full(Clock::time_point now) {
  std::erase_if(buckets_, [&](const auto& entry) {
    const Bucket& bucket = entry.second;
    return bucket.left + std::chrono::duration<double>(now - bucket.filled).count() * per_second_ >= burst_;
  });
}

bool Access::known_host(std::string_view host) const noexcept {
  const std::string name = lower(without_port(host));
  return name == "localhost" || name.ends_with(".localhost") || is_address(name) ||
         std::ranges::find(options_.hosts, name) != options_.hosts.end();
}

std::optional<HttpResponse> Access::refuse_caller(const HttpRequest& request) {
  if (!rate_.allow(request.client))
    return error_response(429, "too_many_requests", "Too many requests: wait a moment.");
  const std::string_view host = request.header("host"), origin = request.header("origin");
  if (!token_needed() && !known_host(host))
    return error_response(403, "forbidden_host",
                          "This server is not to be reached under that name; --host allows it.");
  if (!origin.empty()) {
    const std::string own = (request.tls ? "https://" : "http://") + lower(host);
    const std::string from = lower(origin);
    // a proxy in front may speak TLS for us
    const bool same = from == own || from == "https://" + lower(host);
    if (!same && std::ranges::find(options_.origins, from) == options_.origins.end())
      return error_response(403, "forbidden_origin",
                            "Pages of other servers may not use this one; --cors allows one.");
  }
  return std::nullopt;
}

bool Access::right_token(std::string_view token) const noexcept {
  return !token_needed() || same_secret(token, options_.token);
}

bool Access::has_token(const HttpRequest& request) const noexcept {
  if (!token_needed()) return true;
  std::string_view header = request.header("authorization");
  constexpr std::string_view kBearer = "bearer ";
  if (header.size() > kBearer.size() && lower(header.substr(0, kBearer.size())) == kBearer)
    return right_token(header.substr(kBearer.size()));
  const std::string_view in_query = request.query_value("token");
  return !in_query.empty() && right_token(in_query);
}

void Access::add_cors(const HttpRequest& request, HttpResponse& response) const {
  if (options_.origins.empty()) return;
  response.headers.emplace_back("Vary", "Origin");
  const std::string from = lower(request.header("origin"));
  if (from.empty() || std::ranges::find(options_.origins, from) == options_.origins.end()) return;
  response.headers.emplace_back("Access-Control-Allow-Origin", from);
  response.headers.emplace_back("Access-Control-Expose-Headers", "Location");
  if (request.method != "OPTIONS") return;
  response.headers.emplace_back("Access-Control-Allow-Methods", "GET, POST, DELETE");
  response.headers.emplace_back("Access-Control-Allow-Headers", "Authorization, Content-Type");
  response.headers.emplace_back("Access-Control-Max-Age", "600");
}

}  // namespace parlante
