// One WebSocket: reads messages for its listener, writes what lies in its outbox. Included by
// web_socket_plain.cpp and web_socket_tls.cpp.
#pragma once

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/beast/websocket/error.hpp>
#include <boost/beast/websocket/option.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <string>

#include "live/network.hpp"

namespace parlante {

template <class Stream>
class WebSocket final : public SocketLink,
                        public Connection,
                        public std::enable_shared_from_this<WebSocket<Stream>> {
  using Clock = std::chrono::steady_clock;
  // a client's messages, counted by the work they make: text is parsed, sound only copied
  static constexpr double kWorkPerSecond = 20'000, kWorkAtOnce = 80'000, kTextWork = 40;
  static constexpr auto kFarewell = std::chrono::seconds(3);
  static constexpr int kSendBuffer = 262'144;  ///< bytes: what the system holds of a slow reader's pictures

 public:
  WebSocket(Stream stream, Connections& network)
      : socket_(std::move(stream)), farewell_(socket_.get_executor()), network_(network) {}
  ~WebSocket() override { network_.remove(this); }

  void accept(const UpgradeRequest& upgrade, HttpRequest plain) {
    auto& lowest = beast::get_lowest_layer(socket_);
    lowest.expires_never();  // the WebSocket keeps its own time
    BeastError ignored;
    lowest.socket().set_option(asio::ip::tcp::no_delay(true), ignored);
    lowest.socket().set_option(asio::socket_base::send_buffer_size(kSendBuffer), ignored);
    beast::websocket::stream_base::timeout limits;
    limits.handshake_timeout = milliseconds_of(network_.options.header_seconds);
    limits.idle_timeout = milliseconds_of(network_.options.idle_seconds);
    limits.keep_alive_pings = true;
    socket_.set_option(limits);
    socket_.read_message_max(network_.options.message_bytes);
    socket_.auto_fragment(false);
    socket_.async_accept(upgrade,
                         [self = this->shared_from_this(), plain = std::move(plain)](BeastError error) {
                           if (error) return self->abort();
                           self->open_ = true;
                           self->listener_ = self->network_.handler.listener(plain, self);
                           self->read();
                         });
  }

  Outbox::Put send(PacketKind kind, std::span<const std::uint8_t> head,
                   std::span<const std::uint8_t> body) override {
    const Outbox::Put done = outbox_.put(kind, head, body);
    if (done == Outbox::Put::overflow) {
      if (!overflowed_.exchange(true))
        asio::post(socket_.get_executor(), [self = this->shared_from_this()] { self->abort(); });
      return done;
    }
    if (!scheduled_.exchange(true))
      asio::post(socket_.get_executor(), [self = this->shared_from_this()] { self->pump(); });
    return done;
  }

  std::size_t kept_bytes() const override { return outbox_.kept_bytes(); }

  void close(CloseCode code, std::string_view reason) override {
    asio::post(socket_.get_executor(), [self = this->shared_from_this(), code,
                                        reason = std::string(reason.substr(0, 120))] {
      if (self->closing_) return;
      self->closing_ = true;
      self->reason_ = beast::websocket::close_reason(static_cast<beast::websocket::close_code>(code), reason);
      self->farewell_.expires_after(kFarewell);
      self->farewell_.async_wait([self](BeastError error) {
        if (!error) self->abort();
      });
      self->pump();
    });
  }

  void abort() noexcept override {
    BeastError ignored;
    beast::get_lowest_layer(socket_).socket().close(ignored);
    farewell_.cancel();
    open_ = false;
    gone();
  }

 private:
  void read() {
    socket_.async_read(buffer_, [self = this->shared_from_this()](BeastError error, std::size_t) {
      if (error) return self->abort();
      const auto bytes = self->buffer_.cdata();
      const auto* first = static_cast<const std::uint8_t*>(bytes.data());
      if (!self->allow(self->socket_.got_text() ? kTextWork : 1)) {
        self->close(CloseCode::policy, "Too many messages.");
      } else if (self->listener_ && !self->closing_) {
        if (self->socket_.got_text()) {
          self->listener_->on_text({reinterpret_cast<const char*>(first), bytes.size()});
        } else {
          self->listener_->on_binary({first, bytes.size()});
        }
      }
      self->buffer_.consume(bytes.size());
      self->read();
    });
  }

  /// Writes the next packet, or says goodbye when nothing waits.
  void pump() {
    scheduled_ = false;
    if (!open_ || writing_) return;
    if (!outbox_.take(packet_)) {
      if (closing_) say_goodbye();
      return;
    }
    writing_ = true;
    socket_.binary(packet_.kind != PacketKind::text);
    socket_.async_write(asio::const_buffer(packet_.bytes.data(), packet_.bytes.size()),
                        [self = this->shared_from_this()](BeastError error, std::size_t) {
                          self->writing_ = false;
                          if (error) return self->abort();
                          self->pump();
                        });
  }

  void say_goodbye() {
    if (goodbye_) return;
    goodbye_ = true;
    // the read that is under way ends with the other side's answer
    socket_.async_close(reason_, [self = this->shared_from_this()](BeastError) { self->abort(); });
  }

  bool allow(double work) {
    const auto now = Clock::now();
    const double gained = kWorkPerSecond * std::chrono::duration<double>(now - filled_).count();
    work_left_ = std::min(kWorkAtOnce, work_left_ + gained) - work;
    filled_ = now;
    return work_left_ >= 0;
  }

  void gone() noexcept {
    if (const auto listener = std::exchange(listener_, nullptr)) listener->on_gone();
  }

  beast::websocket::stream<Stream, false> socket_;  // what it carries is compressed already
  Timer farewell_;
  Connections& network_;
  beast::flat_buffer buffer_;
  std::shared_ptr<SocketListener> listener_;
  Outbox outbox_;
  Packet packet_;
  beast::websocket::close_reason reason_;
  std::atomic<bool> scheduled_{false}, overflowed_{false};
  bool open_ = false, writing_ = false, closing_ = false, goodbye_ = false;
  double work_left_ = kWorkAtOnce;
  Clock::time_point filled_ = Clock::now();
};

/// What open_web_socket() does, whatever the stream.
template <class Stream>
void open_web_socket_over(Stream stream, const UpgradeRequest& request, HttpRequest plain,
                          Connections& network) {
  const auto socket = std::make_shared<WebSocket<Stream>>(std::move(stream), network);
  network.add(socket);
  socket->accept(request, std::move(plain));
}

}  // namespace parlante
