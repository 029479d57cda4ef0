#include "live/http_server.hpp"

#include <pthread.h>
#include <unistd.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <cstring>
#include <thread>

#include "live/network.hpp"

namespace parlante {

struct HttpServer::State {
  Connections network;  // before the context: what is left in its queue when it goes leaves the network
  asio::io_context context{1};
  // keeps the thread while a request waits for its answer and nothing else is under way
  asio::executor_work_guard<Executor> work{context.get_executor()};
  asio::ssl::context tls{asio::ssl::context::tls_server};
  Acceptor acceptor{context};
  Timer pause{context};
  asio::ip::tcp::endpoint peer;
  std::thread thread;
  std::uint16_t port = 0;
  bool use_tls = false;

  State(const HttpServerOptions& options, HttpHandler& handler) : network(options, handler) {}

  Result<> load_keys() {
    const HttpServerOptions& options = network.options;
    if (options.certificate.empty() && options.key.empty()) return {};
    if (options.certificate.empty() || options.key.empty())
      return fail(ErrorKind::usage, "TLS needs both --tls-cert and --tls-key.");
    BeastError error;
    tls.set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_tlsv1 |
                        asio::ssl::context::no_tlsv1_1,
                    error);
    // OpenSSL names its own function for a file that is not there: the system's reason says more
    const auto unusable = [&](std::string_view what, const std::string& file, std::string_view otherwise) {
      const int readable = access(file.c_str(), R_OK);
      const std::string reason = readable == 0 ? std::string(otherwise) : std::strerror(errno);
      return fail(ErrorKind::failed,
                  "The " + std::string(what) + " \"" + file + "\" cannot be used: " + reason + ".");
    };
    tls.use_certificate_chain_file(options.certificate, error);
    if (error) return unusable("certificate", options.certificate, "it holds none in PEM form");
    tls.use_private_key_file(options.key, asio::ssl::context::pem, error);
    if (error)
      return unusable("key", options.key, "it is none in PEM form, or does not belong to the certificate");
    use_tls = true;
    return {};
  }

  Result<> listen() {
    const HttpServerOptions& options = network.options;
    BeastError error;
    const auto address =
        asio::ip::make_address(options.address == "localhost" ? "127.0.0.1" : options.address, error);
    if (error)
      return fail(ErrorKind::usage,
                  "\"" + options.address + "\" is no address to listen on, such as 127.0.0.1.");
    const asio::ip::tcp::endpoint place(address, options.port);
    acceptor.open(place.protocol(), error);
    if (!error) acceptor.set_option(asio::socket_base::reuse_address(true), error);
    if (!error) acceptor.bind(place, error);
    if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
    if (error)
      return fail(ErrorKind::failed, "Cannot listen on " + options.address + ", port " +
                                         std::to_string(options.port) + ": " + error.message() + ".");
    port = acceptor.local_endpoint(error).port();
    return {};
  }

  void accept() {
    acceptor.async_accept(peer, [this](BeastError error, Socket socket) {
      if (error == asio::error::operation_aborted || !acceptor.is_open()) return;
      if (!error && network.count() < network.options.connections) greet(std::move(socket));
      if (!error) return accept();
      // out of files or memory: wait until others have gone
      pause.expires_after(std::chrono::milliseconds(50));
      pause.async_wait([this](BeastError stopped) {
        if (!stopped && acceptor.is_open()) accept();
      });
    });
  }

  void greet(Socket socket) {
    std::string client = peer.address().to_string();
    if (use_tls) return begin_https(std::move(socket), tls, std::move(client), network);
    begin_http(std::move(socket), std::move(client), network);
  }

  void run() {
    thread = std::thread([this] {
      pthread_setname_np(pthread_self(), "network");
      context.run();
    });
  }

  void stop_listening() {
    asio::post(context, [this] {
      BeastError ignored;
      acceptor.close(ignored);
      pause.cancel();
    });
  }

  void stop() {
    if (!thread.joinable()) return;
    stop_listening();
    asio::post(context, [this] {
      network.abort_all();
      work.reset();
    });
    thread.join();
  }
};

HttpServer::HttpServer(std::unique_ptr<State> state) : state_(std::move(state)) {}
HttpServer::HttpServer(HttpServer&&) noexcept = default;
HttpServer::~HttpServer() {
  if (state_) state_->stop();
}

Result<HttpServer> HttpServer::open(const HttpServerOptions& options, HttpHandler& handler) {
  auto state = std::make_unique<State>(options, handler);
  if (auto loaded = state->load_keys(); !loaded) return pass_on(std::move(loaded));
  if (auto listening = state->listen(); !listening) return pass_on(std::move(listening));
  state->accept();
  state->run();
  return HttpServer(std::move(state));
}

std::uint16_t HttpServer::port() const noexcept {
  return state_->port;
}

void HttpServer::stop_listening() {
  state_->stop_listening();
}

void HttpServer::stop() {
  state_->stop();
}

std::size_t HttpServer::connections() const noexcept {
  return state_->network.count();
}

}  // namespace parlante
