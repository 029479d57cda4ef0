// One connection that asks by HTTP, request after request. Included by http_plain.cpp and http_tls.cpp.
#pragma once

#include <algorithm>
#include <array>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <boost/optional.hpp>
#include <cctype>
#include <fstream>

#include "live/http_head.hpp"
#include "live/network.hpp"

namespace parlante {

template <class Stream>
class HttpConnection final : public Connection, public std::enable_shared_from_this<HttpConnection<Stream>> {
  static constexpr bool kTls = std::is_same_v<Stream, TlsStream>;
  static constexpr auto kLinger = std::chrono::seconds(2);
  static constexpr std::uint64_t kPiece = 65'536;  ///< bytes of a file that are sent at a time

 public:
  HttpConnection(Stream stream, std::string client, Connections& network)
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

  void upgrade() { open_web_socket(std::move(stream_), parser_->get(), std::move(request_), network_); }

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
    if (!beast::iequals(head[beast::http::field::expect], "100-continue")) return receive();
    head_ = "HTTP/1.1 100 Continue\r\n\r\n";
    content_.clear();
    write(&HttpConnection::receive);
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
    last_ = last;
    left_in_file_ = 0;
    std::uint64_t length = response.body.size();
    if (!response.file.empty()) {
      std::error_code error;
      length = std::filesystem::file_size(response.file, error);
      file_ = std::ifstream(response.file, std::ios::binary);
      if (error || !file_)
        return answer(error_response(404, "not_found", "The file is no longer there."), last);
      if (!head_only_) left_in_file_ = length;
    }
    head_ = response_head(response, length, version_, last);
    content_ = head_only_ ? std::string() : std::move(response.body);
    limit_time(network_.options.body_seconds);
    write(&HttpConnection::go_on);
  }

  /// After a piece of the answer.
  void go_on() {
    if (left_in_file_ == 0) {
      file_.close();
      return last_ ? linger() : read_header();
    }
    head_.clear();
    content_.resize(static_cast<std::size_t>(std::min<std::uint64_t>(left_in_file_, kPiece)));
    file_.read(content_.data(), static_cast<std::streamsize>(content_.size()));
    // cut short meanwhile: the client sees the answer end too soon
    if (static_cast<std::size_t>(file_.gcount()) != content_.size()) return;
    left_in_file_ -= content_.size();
    write(&HttpConnection::go_on);
  }

  /// head_ and content_.
  void write(void (HttpConnection::*then)()) {
    const std::array<asio::const_buffer, 2> pieces{asio::buffer(head_), asio::buffer(content_)};
    asio::async_write(stream_, pieces,
                      [self = this->shared_from_this(), then](BeastError error, std::size_t) {
                        if (!error) (self.get()->*then)();
                      });
  }

  /// Closes so that the answer arrives: a socket that is closed with bytes unread resets the connection.
  void linger() {
    BeastError ignored;
    beast::get_lowest_layer(stream_).socket().shutdown(asio::socket_base::shutdown_send, ignored);
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
  Connections& network_;
  beast::flat_buffer buffer_{131'072};
  boost::optional<Parser> parser_;
  HttpRequest request_;
  std::string head_, content_, rest_;
  std::ifstream file_;
  std::uint64_t left_in_file_ = 0;
  std::size_t held_ = 0;
  unsigned version_ = 11;
  bool keep_alive_ = false, head_only_ = false, last_ = false;
};

}  // namespace parlante
