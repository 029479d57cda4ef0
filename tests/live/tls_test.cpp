// HTTPS and secure WebSockets, with a certificate made for the test.
#include <gmock/gmock.h>

#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>

#include "cli/command.hpp"
#include "live/raw_socket.hpp"
#include "live/server_fixture.hpp"
#include "support/certificate.hpp"

namespace parlante::testing {
namespace {

using ::testing::HasSubstr;
namespace beast = boost::beast;
using TlsSocket = beast::ssl_stream<asio::ip::tcp::socket>;

class Tls : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder = std::make_unique<Folder>();
    ASSERT_TRUE(make_certificate(certificate(), key()));
    ASSERT_TRUE(make_certificate(*folder / "other.pem", *folder / "other.key"));
    LiveServerOptions options = test_options();
    options.http.certificate = certificate();
    options.http.key = key();
    options.http.header_seconds = 3;
    options.access.token = "s3cret";
    server = ready_server(options);
  }
  static void TearDownTestSuite() {
    server.reset();
    folder.reset();
  }
  void SetUp() override { ASSERT_TRUE(server); }
  static std::string certificate() { return *folder / "own.pem"; }
  static std::string key() { return *folder / "own.key"; }
  static int port() { return server->port(); }

  /// A client that trusts the server's certificate and no other.
  static asio::ssl::context trusting(const std::string& trusted) {
    asio::ssl::context context(asio::ssl::context::tls_client);
    context.load_verify_file(trusted);
    context.set_verify_mode(asio::ssl::verify_peer);
    return context;
  }
  static HttpAnswer ask_securely(const std::string& target, const Headers& headers,
                                 const std::string& trusted) {
    HttpAnswer answer;
    try {
      asio::io_context context;
      auto trust = trusting(trusted);
      TlsSocket socket(connected(context, port()), trust);
      socket.handshake(asio::ssl::stream_base::client);
      beast::http::request<beast::http::empty_body> request(beast::http::verb::get, target, 11);
      request.set(beast::http::field::host, "localhost:" + std::to_string(port()));
      for (const auto& [name, value] : headers) request.set(name, value);
      beast::http::write(socket, request);
      beast::flat_buffer buffer;
      beast::http::response<beast::http::string_body> response;
      beast::http::read(socket, buffer, response);
      answer.status = static_cast<int>(response.result_int());
      answer.body = response.body();
    } catch (const std::exception& error) {
      answer.body = error.what();
    }
    return answer;
  }

  static std::unique_ptr<Folder> folder;
  static std::unique_ptr<LiveServer> server;
};
std::unique_ptr<Folder> Tls::folder;
std::unique_ptr<LiveServer> Tls::server;

TEST_F(Tls, AnswersOverHttpsThoseWhoHaveTheToken) {
  EXPECT_EQ(ask_securely("/health", {}, certificate()).status, 200);
  EXPECT_EQ(ask_securely("/metrics", {}, certificate()).status, 401);
  EXPECT_EQ(ask_securely("/metrics", {{"Authorization", "Bearer wrong"}}, certificate()).status, 401);
  EXPECT_EQ(ask_securely("/metrics", {{"Authorization", "Bearer s3cret"}}, certificate()).status, 200);
  const std::string own = "localhost:" + std::to_string(port());
  EXPECT_EQ(ask_securely("/health", {{"Origin", "https://" + own}}, certificate()).status, 200);
  EXPECT_EQ(ask_securely("/health", {{"Origin", "http://" + own}}, certificate()).status, 403)
      << "a page that came without TLS is another's";
}

TEST_F(Tls, AClientThatTrustsSomebodyElseSaysNothing) {
  const HttpAnswer answer = ask_securely("/health", {}, *folder / "other.pem");
  EXPECT_EQ(answer.status, 0);
  EXPECT_THAT(answer.body, HasSubstr("verify failed"));
}

TEST_F(Tls, PlainHttpAndGarbageAreRefused) {
  EXPECT_EQ(ask(port(), "GET", "/health").status, 0);
  EXPECT_EQ(ask(port(), "GET", "/health", "", {{"Authorization", "Bearer s3cret"}}).status, 0);
  for (const std::string& bytes :
       {std::string("GET / HTTP/1.1\r\n\r\n"), std::string(5000, '\xff'),
        std::string("\x16\x03\x01\x40\x00\x01\x00", 7) + std::string(20'000, 'a'), std::string()}) {
    asio::io_context context;
    auto socket = connected(context, port());
    beast::error_code error;
    asio::write(socket, asio::buffer(bytes), error);
    std::string answer(1000, '\0');
    std::size_t got = 0;  // an alert at most
    for (error = {}; !error;) got += socket.read_some(asio::buffer(answer), error);
    EXPECT_LT(got, 32U);
    EXPECT_EQ(answer.find("HTTP"), std::string::npos);
  }
  EXPECT_EQ(ask_securely("/health", {}, certificate()).status, 200) << "it goes on";
}

TEST_F(Tls, AFaceSpeaksOverASecureWebSocket) {
  asio::io_context context;
  auto trust = trusting(certificate());
  beast::websocket::stream<TlsSocket> socket(connected(context, port()), trust);
  socket.next_layer().handshake(asio::ssl::stream_base::client);
  socket.handshake("localhost:" + std::to_string(port()), "/v1/stream");
  Json config = kSmallStream;
  config["token"] = "s3cret";
  socket.write(asio::buffer(config.dump()));
  socket.binary(true);
  socket.write(asio::buffer(std::string(16'000, '\x20')));
  socket.text(true);
  socket.write(asio::buffer(std::string(R"({"type":"speak_end"})")));
  bool ended = false;
  int pictures = 0;
  for (int i = 0; i < 500 && !(ended && pictures > 3); ++i) {
    beast::flat_buffer buffer;
    socket.read(buffer);
    const std::string message = beast::buffers_to_string(buffer.data());
    ended |= message.find("speak_ended") != std::string::npos;
    pictures += !socket.got_text() && message[0] == 1;
  }
  EXPECT_TRUE(ended);
  EXPECT_GT(pictures, 3);
  // without goodbye, as a browser that was killed
  socket.next_layer().next_layer().close();
  EXPECT_TRUE(eventually([] { return server->sessions() == 0; }, 20));
}

TEST(TlsStart, WithoutATokenOthersStayOutAlsoWithTls) {
  const Folder folder;
  ASSERT_TRUE(make_certificate(folder / "own.pem", folder / "own.key"));
  LiveServerOptions options = test_options();
  options.http.address = "0.0.0.0";
  options.http.certificate = folder / "own.pem";
  options.http.key = folder / "own.key";
  const auto refused = LiveServer::open(options);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("--token"));
}

TEST(TlsStart, WhatIsNoCertificateIsSaidWithTheExitCodeOfAFailure) {
  const Folder folder;
  ASSERT_TRUE(make_certificate(folder / "own.pem", folder / "own.key"));
  ASSERT_TRUE(make_certificate(folder / "other.pem", folder / "other.key"));
  std::ofstream(folder / "text.pem") << "no certificate\n";
  const std::string own = folder / "own.pem", key = folder / "own.key";
  const auto serve = [](const std::vector<std::string>& tls) {
    std::vector<std::string> arguments{"serve", "--port", "0"};
    arguments.insert(arguments.end(), tls.begin(), tls.end());
    return run(arguments);
  };
  const Outcome missing = serve({"--tls-cert", folder / "none.pem", "--tls-key", key});
  EXPECT_EQ(missing.exit, 1);
  EXPECT_THAT(missing.err, HasSubstr("none.pem\" cannot be used"));
  EXPECT_THAT(missing.err, HasSubstr("No such file"));
  const Outcome text = serve({"--tls-cert", folder / "text.pem", "--tls-key", key});
  EXPECT_EQ(text.exit, 1);
  EXPECT_THAT(text.err, HasSubstr("text.pem\" cannot be used"));
  const Outcome no_key = serve({"--tls-cert", own, "--tls-key", folder / "none.key"});
  EXPECT_EQ(no_key.exit, 1);
  EXPECT_THAT(no_key.err, HasSubstr("none.key\" cannot be used"));
  const Outcome others_key = serve({"--tls-cert", own, "--tls-key", folder / "other.key"});
  EXPECT_EQ(others_key.exit, 1);
  EXPECT_THAT(others_key.err, HasSubstr("does not belong to the certificate"));
  const Outcome half = serve({"--tls-cert", own});
  EXPECT_EQ(half.exit, 2);
  EXPECT_THAT(half.err, HasSubstr("TLS needs both --tls-cert and --tls-key."));
  for (const Outcome& outcome : {missing, text, no_key, others_key, half}) EXPECT_EQ(outcome.out, "");
}

}  // namespace
}  // namespace parlante::testing
