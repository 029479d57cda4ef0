// A server for tests, and small clients that wait for their answers.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "live/live_server.hpp"
#include "support/paths.hpp"

namespace parlante::testing {

using Json = nlohmann::json;

/// Keys and answers of the tests lie apart from the user's.
void set_live_environment();
LiveServerOptions test_options();
std::string file_contents(const std::filesystem::path& file);

/// Waits for a condition.
template <class Condition>
bool eventually(Condition condition, double seconds = 60) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return true;
}

/// A server that is ready, or none with a failure.
std::unique_ptr<LiveServer> ready_server(const LiveServerOptions& options = test_options());

struct HttpAnswer {
  int status = 0;
  std::string body;
  std::map<std::string, std::string> headers;
  Json json() const { return Json::parse(body, nullptr, false); }
  std::string code() const {
    const Json parsed = json();
    return parsed.is_object() && parsed.contains("error") ? parsed["error"].value("code", "") : "";
  }
};

using Headers = std::vector<std::pair<std::string, std::string>>;

/// Asks and waits; status 0 when the connection breaks.
HttpAnswer ask(int port, const std::string& method, const std::string& target, const std::string& body = "",
               const Headers& headers = {});
HttpAnswer post_form(int port, const std::string& target,
                     const std::vector<std::pair<std::string, std::string>>& fields, Headers headers = {});

/// One message of the server.
struct SocketMessage {
  bool text = false, closed = false;
  std::string bytes;
  Json json() const { return text ? Json::parse(bytes, nullptr, false) : Json(); }
  std::string event() const {
    const Json parsed = json();
    return parsed.is_object() ? parsed.value("event", "") : "";
  }
  std::uint32_t kind() const { return text || bytes.size() < 24 ? 0 : static_cast<unsigned char>(bytes[0]); }
  std::int64_t frame() const { return number_at(8); }
  std::int64_t sample() const { return number_at(16); }

 private:
  std::int64_t number_at(std::size_t at) const {
    std::int64_t value = 0;
    std::memcpy(&value, bytes.data() + at, sizeof value);
    return value;
  }
};

/// A WebSocket that waits.
class SocketClient {
 public:
  explicit SocketClient(int port, const Headers& headers = {}, const std::string& target = "/v1/stream");
  ~SocketClient();
  int status = 0;

  bool say(const std::string& text) { return write(text, true); }
  bool say(const Json& json) { return write(json.dump(), true); }
  bool send_sound(const std::vector<float>& samples);
  bool send_bytes(const std::string& bytes) { return write(bytes, false); }
  /// Bytes as they are, past the protocol.
  void send_raw(const std::string& bytes);
  SocketMessage next();
  /// Messages until one is wanted, or the end (closed).
  template <class Wanted>
  SocketMessage until(Wanted wanted, int most = 5000) {
    for (int i = 0; i < most; ++i) {
      SocketMessage message = next();
      if (message.closed || wanted(message)) return message;
    }
    SocketMessage none;
    none.closed = true;
    return none;
  }
  SocketMessage until_event(const std::string& event) {
    return until([&](const SocketMessage& message) { return message.event() == event; });
  }
  int close_code() const;
  std::string close_reason() const;
  /// Without a word.
  void vanish();

 private:
  bool write(const std::string& bytes, bool text);
  struct Link;
  std::unique_ptr<Link> link_;
};

inline const Json kSmallStream = {{"size", 256}, {"output", "jpeg"}};

}  // namespace parlante::testing
