// A server for tests, and small clients that wait for their answers.
#pragma once

#include <gtest/gtest.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "live/live_server.hpp"
#include "support/paths.hpp"

namespace parlante::testing {

namespace asio = boost::asio;
namespace beast = boost::beast;
using Json = nlohmann::json;

/// Keys and answers of the tests lie apart from the user's.
inline void set_live_environment() {
  static const std::string home = [] {
    std::string name = (std::filesystem::temp_directory_path() / "parlante-home.XXXXXX").string();
    return std::string(mkdtemp(name.data()));
  }();
  setenv("XDG_DATA_HOME", home.c_str(), 0);
  static const bool once = std::atexit([] {
                             std::error_code ignored;
                             std::filesystem::remove_all(home, ignored);
                           }) == 0;
  static_cast<void>(once);
}

inline LiveServerOptions test_options() {
  set_live_environment();
  LiveServerOptions options;
  options.http.port = 0;
  options.program = std::filesystem::path(PARLANTE_BINARY_DIR) / "bin/parlante";
  options.models = models_folder();
  options.sample_photo = samples_folder() / "portrait.png";
  options.access.requests_per_second = 1000;
  options.access.burst = 10'000;
  options.most_load = 0;  // tests run on machines that do other work
  return options;
}

inline std::string file_contents(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

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
inline std::unique_ptr<LiveServer> ready_server(const LiveServerOptions& options = test_options()) {
  auto server = LiveServer::open(options);
  if (!server) {
    ADD_FAILURE() << server.error().message;
    return nullptr;
  }
  const bool ready = eventually([&] { return (*server)->ready() || (*server)->broken(); }, 120);
  if (const auto broken = (*server)->broken()) ADD_FAILURE() << broken->message;
  EXPECT_TRUE(ready);
  return std::move(*server);
}

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

inline asio::ip::tcp::socket connected(asio::io_context& context, int port) {
  asio::ip::tcp::socket socket(context);
  socket.connect({asio::ip::make_address("127.0.0.1"), static_cast<std::uint16_t>(port)});
  return socket;
}

/// Asks and waits; status 0 when the connection breaks.
inline HttpAnswer ask(int port, const std::string& method, const std::string& target,
                      const std::string& body = "", const Headers& headers = {}) {
  HttpAnswer answer;
  try {
    asio::io_context context;
    auto socket = connected(context, port);
    beast::http::request<beast::http::string_body> request;
    request.method_string(method);
    request.target(target);
    request.set(beast::http::field::host, "localhost:" + std::to_string(port));
    for (const auto& [name, value] : headers) request.set(name, value);
    request.body() = body;
    request.prepare_payload();
    beast::error_code failed;
    beast::http::write(socket, request, failed);  // a refusal may come before all is sent
    beast::flat_buffer buffer;
    beast::http::response_parser<beast::http::string_body> parser;
    parser.body_limit(boost::none);
    beast::http::read(socket, buffer, parser);
    answer.status = static_cast<int>(parser.get().result_int());
    answer.body = parser.get().body();
    for (const auto& field : parser.get()) answer.headers[std::string(field.name_string())] = field.value();
  } catch (const std::exception&) {
  }
  return answer;
}

inline std::string form_of(const std::vector<std::pair<std::string, std::string>>& fields) {
  std::string body;
  for (const auto& [name, content] : fields)
    body +=
        "--formboundary\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + content + "\r\n";
  return body + "--formboundary--\r\n";
}

inline HttpAnswer post_form(int port, const std::string& target,
                            const std::vector<std::pair<std::string, std::string>>& fields,
                            Headers headers = {}) {
  headers.emplace_back("Content-Type", "multipart/form-data; boundary=formboundary");
  return ask(port, "POST", target, form_of(fields), headers);
}

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
  explicit SocketClient(int port, const Headers& headers = {}, const std::string& target = "/v1/stream")
      : socket_(connected(context_, port)) {
    socket_.read_message_max(0);
    socket_.set_option(beast::websocket::stream_base::decorator([&](beast::websocket::request_type& request) {
      for (const auto& [name, value] : headers) request.set(name, value);
    }));
    beast::websocket::response_type response;
    beast::error_code error;
    socket_.handshake(response, "localhost:" + std::to_string(port), target, error);
    status = error && error != beast::websocket::error::upgrade_declined
                 ? 0
                 : static_cast<int>(response.result_int());
  }
  int status = 0;

  bool say(const std::string& text) { return write(text, true); }
  bool say(const Json& json) { return write(json.dump(), true); }
  bool send_sound(const std::vector<float>& samples) {
    std::string bytes;
    for (const float sample : samples) {
      const auto value = static_cast<std::int16_t>(sample * 32767);
      bytes.append(reinterpret_cast<const char*>(&value), 2);
    }
    return write(bytes, false);
  }
  bool send_bytes(const std::string& bytes) { return write(bytes, false); }
  SocketMessage next() {
    SocketMessage message;
    beast::flat_buffer buffer;
    beast::error_code error;
    socket_.read(buffer, error);
    message.closed = static_cast<bool>(error);
    message.text = !error && socket_.got_text();
    message.bytes = beast::buffers_to_string(buffer.data());
    return message;
  }
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
  int close_code() const { return socket_.reason().code; }
  std::string close_reason() const { return std::string(socket_.reason().reason.c_str()); }
  /// Without a word.
  void vanish() {
    beast::error_code ignored;
    socket_.next_layer().set_option(asio::socket_base::linger(true, 0), ignored);
    socket_.next_layer().close(ignored);
  }
  asio::ip::tcp::socket& raw() { return socket_.next_layer(); }

 private:
  bool write(const std::string& bytes, bool text) {
    beast::error_code error;
    socket_.text(text);
    socket_.write(asio::buffer(bytes), error);
    return !error;
  }
  asio::io_context context_;
  beast::websocket::stream<asio::ip::tcp::socket> socket_;
};

inline const Json kSmallStream = {{"size", 256}, {"output", "jpeg"}};

}  // namespace parlante::testing
