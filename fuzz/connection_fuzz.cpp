// Whatever bytes a client sends over TCP (requests, forms, an upgrade and WebSocket frames behind it), the
// server answers in HTTP or not at all, is rid of the connection, and listens on.
#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "live/http_server.hpp"
#include "live/job_options.hpp"
#include "live/multipart.hpp"
#include "live/routes.hpp"
#include "live/stream_messages.hpp"

namespace {

using namespace parlante;

/// Understands what comes as the live server does, and repeats what it was told.
class Repeats final : public SocketListener {
 public:
  explicit Repeats(std::shared_ptr<SocketLink> link) : link_(std::move(link)) {}
  void on_text(std::string_view text) override {
    if (!parse_stream_config(text) && !parse_stream_command(text)) link_->close(CloseCode::policy, "What?");
    link_->send_text(text);
  }
  void on_binary(std::span<const std::uint8_t> bytes) override { link_->send(PacketKind::sound, {}, bytes); }
  void on_gone() override { link_.reset(); }

 private:
  std::shared_ptr<SocketLink> link_;
};

class Handler final : public HttpHandler {
 public:
  Admission admit(const HttpRequest& request) override {
    Admission admission;
    const RouteMatch match = find_route(request.method, request.path);
    admission.web_socket = request.upgrade && match.route && match.route->id == RouteId::stream;
    if (!match.route && !admission.web_socket) admission.refusal = error_response(404, "not_found", "None.");
    admission.most_body = 65'536;
    return admission;
  }
  void handle(HttpRequest request, Reply reply) override {
    const auto form = parse_form(request.header("content-type"), request.body);
    const FormPart* options = form ? find_part(*form, "options") : nullptr;
    if (options && !parse_job_options(options->content))
      return reply(error_response(422, "bad_request", "No."));
    reply({200, "text/plain", std::string(request.query_value("q"))});
  }
  std::shared_ptr<SocketListener> listener(const HttpRequest&, std::shared_ptr<SocketLink> link) override {
    return std::make_shared<Repeats>(std::move(link));
  }
};

class Wire {
 public:
  Wire() : server_(HttpServer::open(options(), handler_)) {
    if (!server_) std::fprintf(stderr, "%s\n", server_.error().message.c_str()), std::abort();
  }

  /// What comes back, until the server closes. A connection that it keeps is a fault, which the driver's
  /// alarm tells.
  std::string exchange(std::string_view bytes) {
    const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(server_->port());
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (socket < 0 || connect(socket, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) std::abort();
    while (!bytes.empty()) {
      const ssize_t sent = send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) break;  // it may have had enough
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    shutdown(socket, SHUT_WR);
    std::string answer;
    char piece[4096];
    for (ssize_t got; (got = recv(socket, piece, sizeof piece, 0)) > 0;)
      answer.append(piece, static_cast<std::size_t>(got));
    close(socket);
    return answer;
  }

 private:
  static HttpServerOptions options() {
    HttpServerOptions options;
    options.port = 0;
    options.message_bytes = 65'536;
    return options;
  }
  Handler handler_;
  Result<HttpServer> server_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Wire wire;
  if (size > 60'000) return 0;  // all of it is sent before any answer is read
  const std::string answer = wire.exchange({reinterpret_cast<const char*>(data), size});
  if (!answer.empty() && answer.compare(0, 7, "HTTP/1.") != 0) __builtin_trap();
  return 0;
}
