// One connection that asks by HTTP, request after request. Included by Beast's translation unit alone.
#pragma once

#include <algorithm>
#include <boost/beast/http.hpp>
#include <boost/optional.hpp>
#include <cctype>
#include <limits>

#include "live/web_socket.hpp"

namespace parlante {

template <class Stream>
class HttpConnection final : public Connection, public std::enable_shared_from_this<HttpConnection<Stream>> {
  static constexpr bool kTls = std::is_same_v<Stream, TlsStream>;
  static constexpr auto kLinger = std::chrono::seconds(2);

 public:
  HttpConnection(Stream stream, std::string client, Network& network)
      : stream_(std::move(stream)), client_(std::move(client)), network_(network) {}
  ~HttpConnection() override {
    release_body();
    network_.remove(this);
  }

  void start() {
    if constexpr (kTls) {
      limit_time(network_.options.header_seconds);
      stream_.async_handshake(asio::ssl::stream_base::server,
                              [self = this->shared_from_this()](BeastError error) {
                                if (!error) self->read_header();
                              });
    } else {
      read_header();
    }
  }

  void abort() noexcept override {
    BeastError ignored;
    beast::get_lowest_layer(stream_).socket().close(ignored);
  }

 private:
  using Parser = beast::http::request_parser<beast::http::string_body>;

  void limit_time(double seconds) {
    beast::get_lowest_layer(stream_).expires_after(milliseconds_of(seconds));
  }

  void read_header() {
    release_body();
    parser_.emplace();
    parser_->header_limit(static_cast<std::uint32_t>(network_.options.header_bytes));
    parser_->body_limit(boost::none);  // the route's limit is set when the header is known
    limit_time(network_.options.header_seconds);
    beast::http::async_read_header(
        stream_, buffer_, *parser_,
        [self = this->shared_from_this()](BeastError error, std::size_t) { self->on_header(error); });
  }

  void on_header(BeastError error) {
    if (error == beast::http::error::header_limit || error == beast::http::error::buffer_overflow)
      return refuse(error_response(431, "header_too_large", "The request's header is too long."));
    if (error &&
        error.category() == beast::http::make_error_code(beast::http::error::bad_method).category() &&
        error != beast::http::error::end_of_stream && error != beast::http::error::partial_message)
      return refuse(error_response(400, "bad_request", "That is no HTTP request."));
    if (error) return;
    if (!read_plain())
      return refuse(error_response(400, "bad_request", "The request's address or header cannot be read."));
    const Admission admission = network_.handler.admit(request_);
    if (admission.refusal) return refuse(*admission.refusal);
    if (admission.web_socket) return upgrade();
    read_body(admission.most_body);
  }

  /// The header as plain values.
  bool read_plain() {
    const auto& head = parser_->get();
    request_ = {};
    request_.tls = kTls;
    request_.client = client_;
    request_.method = head.method_string();
    head_only_ = request_.method == "HEAD";
    if (head_only_) request_.method = "GET";
    for (const auto& field : head) {
      std::string name(field.name_string());
      std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
      request_.headers.emplace_back(std::move(name), field.value());
    }
    request_.upgrade = beast::websocket::is_upgrade(head);
    return split_target({head.target().data(), head.target().size()}, request_.path, request_.query);
  }

  void upgrade() {
    const auto socket = std::make_shared<WebSocket<Stream>>(std::move(stream_), network_);
    network_.add(socket);
    socket->accept(parser_->get(), std::move(request_));
  }

  void read_body(std::size_t most) {
    const auto length = parser_->content_length();
    if (length && *length > most)
      return refuse(
          error_response(413, "too_large",
                         "The body is larger than this route takes (" + std::to_string(most) + " bytes)."));
    const std::size_t wanted = length ? static_cast<std::size_t>(*length) : parser_->chunked() ? most : 0;
    if (network_.body_bytes + wanted > network_.options.body_bytes)
      return refuse(
          error_response(503, "busy", "Too much is being uploaded at once: try again in a moment."));
    network_.body_bytes += held_ = wanted;
    parser_->body_limit(most);
    limit_time(network_.options.body_seconds);
    const auto& head = parser_->get();
    if (beast::iequals(head[beast::http::field::expect], "100-continue")) {
      auto go_on = std::make_shared<beast::http::response<beast::http::empty_body>>(
          beast::http::status::continue_, 11);
      beast::http::async_write(stream_, *go_on,
                               [self = this->shared_from_this(), go_on](BeastError error, std::size_t) {
                                 if (!error) self->receive();
                               });
    } else {
      receive();
    }
  }

  void receive() {
    beast::http::async_read(
        stream_, buffer_, *parser_,
        [self = this->shared_from_this()](BeastError error, std::size_t) { self->on_body(error); });
  }

  void on_body(BeastError error) {
    if (error == beast::http::error::body_limit)
      return refuse(error_response(413, "too_large", "The body is larger than this route takes."));
    if (error) return;
    beast::get_lowest_layer(stream_).expires_never();  // the answer may take its time
    keep_alive_ = parser_->get().keep_alive();
    version_ = parser_->get().version();
    request_.body = std::move(parser_->get().body());
    network_.handler.handle(std::move(request_), [self = this->shared_from_this()](HttpResponse response) {
      asio::post(self->stream_.get_executor(), [self, response = std::move(response)]() mutable {
        self->answer(std::move(response), !self->keep_alive_);
      });
    });
  }

  /// Answers without having read the body; what is still on its way would be taken for a request.
  void refuse(HttpResponse response) {
    version_ = 11;
    answer(std::move(response), true);
  }

  void answer(HttpResponse response, bool last) {
    release_body();
    if (head_only_) {
      auto message = prepared<beast::http::empty_body>(response, last);
      message->content_length(response.body.size());
      return write(std::move(message), last);
    }
    if (response.file.empty()) {
      auto message = prepared<beast::http::string_body>(response, last);
      message->body() = std::move(response.body);
      message->prepare_payload();
      return write(std::move(message), last);
    }
    auto message = prepared<beast::http::file_body>(response, last);
    BeastError error;
    message->body().open(response.file.c_str(), beast::file_mode::read, error);
    if (error) return answer(error_response(404, "not_found", "The file is no longer there."), last);
    message->prepare_payload();
    write(std::move(message), last);
  }

  template <class Body>
  std::shared_ptr<beast::http::response<Body>> prepared(const HttpResponse& response, bool last) const {
    auto message = std::make_shared<beast::http::response<Body>>();
    message->version(version_);
    message->result(static_cast<unsigned>(response.status));
    if (!response.type.empty()) message->set(beast::http::field::content_type, response.type);
    message->set("X-Content-Type-Options", "nosniff");
    for (const auto& [name, value] : response.headers) message->set(name, value);
    message->keep_alive(!last);
    return message;
  }

  template <class Body>
  void write(std::shared_ptr<beast::http::response<Body>> message, bool last) {
    limit_time(network_.options.body_seconds);
    beast::http::async_write(stream_, *message,
                             [self = this->shared_from_this(), message, last](BeastError error, std::size_t) {
                               if (error) return;
                               last ? self->linger() : self->read_header();
                             });
  }

  /// Closes so that the answer arrives: a socket that is closed with bytes unread resets the connection.
  void linger() {
    BeastError ignored;
    beast::get_lowest_layer(stream_).socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
    beast::get_lowest_layer(stream_).expires_after(kLinger);
    swallow();
  }
  void swallow() {
    rest_.resize(65'536);
    beast::get_lowest_layer(stream_).async_read_some(
        asio::buffer(rest_), [self = this->shared_from_this()](BeastError error, std::size_t) {
          if (!error) self->swallow();
        });
  }

  void release_body() noexcept { network_.body_bytes -= std::exchange(held_, 0); }

  Stream stream_;
  std::string client_;
  Network& network_;
  beast::flat_buffer buffer_{131'072};
  boost::optional<Parser> parser_;
  HttpRequest request_;
  std::string rest_;
  std::size_t held_ = 0;
  unsigned version_ = 11;
  bool keep_alive_ = false, head_only_ = false;
};

}  // namespace parlante
