// An HTTP server for a browser in a test: one request a connection, a thread each, on 127.0.0.1.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <thread>
#include <vector>

namespace parlante::testing {

class SmallWebServer {
 public:
  struct Request {
    std::string method, path, body = {};
  };
  /// Sends more of an answer that has no end; false when the browser is gone.
  using More = std::function<bool(std::span<const std::uint8_t>)>;
  struct Answer {
    int status = 200;
    std::string type = "text/html; charset=utf-8", body = {};
    std::function<void(const More&)> endless = {};  ///< runs after the body was sent
  };
  using Handler = std::function<Answer(const Request&)>;

  explicit SmallWebServer(Handler handler) : handler_(std::move(handler)) {
    listening_ = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (bind(listening_, reinterpret_cast<sockaddr*>(&address), size) != 0 || listen(listening_, 16) != 0)
      return;
    getsockname(listening_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    accepting_ = std::thread([this] { accept_all(); });
  }
  ~SmallWebServer() {
    ending_ = true;
    shutdown(listening_, SHUT_RDWR);
    if (accepting_.joinable()) accepting_.join();
    close(listening_);
    for (auto& thread : connections_) thread.join();
  }
  int port() const noexcept { return port_; }
  bool ending() const noexcept { return ending_; }

 private:
  void accept_all() {
    while (!ending_) {
      const int connection = accept(listening_, nullptr, nullptr);
      if (connection < 0) continue;
      connections_.emplace_back([this, connection] {
        serve(connection);
        close(connection);
      });
    }
  }
  static bool send_all(int connection, const void* data, std::size_t size) {
    for (const char* at = static_cast<const char*>(data); size > 0;) {
      const ssize_t sent = send(connection, at, size, MSG_NOSIGNAL);
      if (sent <= 0) return false;
      at += sent;
      size -= static_cast<std::size_t>(sent);
    }
    return true;
  }
  void serve(int connection) {
    std::string text;
    char buffer[4096];
    std::size_t head = text.npos, length = 0;
    while (head == text.npos || text.size() < head + 4 + length) {
      const ssize_t count = recv(connection, buffer, sizeof buffer, 0);
      if (count <= 0) return;
      text.append(buffer, static_cast<std::size_t>(count));
      if (head != text.npos || (head = text.find("\r\n\r\n")) == text.npos) continue;
      for (const char* name : {"\r\nContent-Length: ", "\r\ncontent-length: "})
        if (const auto at = text.find(name); at < head) length = std::stoul(text.substr(at + 18));
    }
    Request request;
    const auto space = text.find(' ');
    request.method = text.substr(0, space);
    request.path = text.substr(space + 1, text.find(' ', space + 1) - space - 1);
    request.body = text.substr(head + 4);
    const Answer answer = handler_(request);
    std::string reply = "HTTP/1.1 " + std::to_string(answer.status) + " .\r\nContent-Type: " + answer.type +
                        "\r\nCache-Control: no-store\r\nConnection: close\r\n";
    if (!answer.endless) reply += "Content-Length: " + std::to_string(answer.body.size()) + "\r\n";
    reply += "\r\n" + answer.body;
    if (!send_all(connection, reply.data(), reply.size()) || !answer.endless) return;
    answer.endless([&](std::span<const std::uint8_t> bytes) {
      return !ending_ && send_all(connection, bytes.data(), bytes.size());
    });
  }

  Handler handler_;
  int listening_ = -1, port_ = 0;
  std::atomic<bool> ending_ = false;
  std::thread accepting_;
  std::vector<std::thread> connections_;
};

}  // namespace parlante::testing
