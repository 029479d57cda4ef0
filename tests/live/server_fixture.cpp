#include "live/server_fixture.hpp"

#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "live/raw_socket.hpp"
#include "support/live_heap.hpp"

namespace parlante::testing {

namespace beast = boost::beast;

namespace {
std::string form_of(const std::vector<std::pair<std::string, std::string>>& fields) {
  std::string body;
  for (const auto& [name, content] : fields)
    body +=
        "--formboundary\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + content + "\r\n";
  return body + "--formboundary--\r\n";
}

}  // namespace

void set_live_environment() {
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

LiveServerOptions test_options() {
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

std::string file_contents(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::unique_ptr<LiveServer> ready_server(const LiveServerOptions& options) {
  auto server = LiveServer::open(options);
  if (!server) {
    ADD_FAILURE() << server.error().message;
    return nullptr;
  }
  const bool ready =
      eventually([&] { return (*server)->ready() || (*server)->broken(); }, kSanitized ? 400 : 120);
  if (const auto broken = (*server)->broken()) ADD_FAILURE() << broken->message;
  EXPECT_TRUE(ready);
  return std::move(*server);
}

HttpAnswer ask(int port, const std::string& method, const std::string& target, const std::string& body,
               const Headers& headers) {
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

HttpAnswer post_form(int port, const std::string& target,
                     const std::vector<std::pair<std::string, std::string>>& fields, Headers headers) {
  headers.emplace_back("Content-Type", "multipart/form-data; boundary=formboundary");
  return ask(port, "POST", target, form_of(fields), headers);
}

struct SocketClient::Link {
  asio::io_context context;
  beast::websocket::stream<asio::ip::tcp::socket, false> socket;
  explicit Link(int port) : socket(connected(context, port)) {}
};

SocketClient::SocketClient(int port, const Headers& headers, const std::string& target)
    : link_(std::make_unique<Link>(port)) {
  auto& socket = link_->socket;
  socket.read_message_max(0);
  socket.set_option(beast::websocket::stream_base::decorator([&](beast::websocket::request_type& request) {
    for (const auto& [name, value] : headers) request.set(name, value);
  }));
  beast::websocket::response_type response;
  beast::error_code error;
  socket.handshake(response, "localhost:" + std::to_string(port), target, error);
  status = error && error != beast::websocket::error::upgrade_declined
               ? 0
               : static_cast<int>(response.result_int());
}

SocketClient::~SocketClient() = default;

bool SocketClient::send_sound(const std::vector<float>& samples) {
  std::string bytes;
  for (const float sample : samples) {
    const auto value = static_cast<std::int16_t>(sample * 32767);
    bytes.append(reinterpret_cast<const char*>(&value), 2);
  }
  return write(bytes, false);
}

void SocketClient::send_raw(const std::string& bytes) {
  beast::error_code ignored;
  asio::write(link_->socket.next_layer(), asio::buffer(bytes), ignored);
}

SocketMessage SocketClient::next() {
  SocketMessage message;
  beast::flat_buffer buffer;
  beast::error_code error;
  link_->socket.read(buffer, error);
  message.closed = static_cast<bool>(error);
  message.text = !error && link_->socket.got_text();
  message.bytes = beast::buffers_to_string(buffer.data());
  return message;
}

int SocketClient::close_code() const {
  return link_->socket.reason().code;
}

std::string SocketClient::close_reason() const {
  return std::string(link_->socket.reason().reason.c_str());
}

void SocketClient::vanish() {
  beast::error_code ignored;
  link_->socket.next_layer().set_option(asio::socket_base::linger(true, 0), ignored);
  link_->socket.next_layer().close(ignored);
}

bool SocketClient::write(const std::string& bytes, bool text) {
  beast::error_code error;
  link_->socket.text(text);
  link_->socket.write(asio::buffer(bytes), error);
  return !error;
}

}  // namespace parlante::testing
