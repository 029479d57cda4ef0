// Whatever clients do, the server stays up, others are untouched, and what they took comes back.
#include <gmock/gmock.h>
#include <sys/resource.h>

#include <cmath>

#include "core/random.hpp"
#include "live/browser_offer.hpp"
#include "live/raw_socket.hpp"
#include "live/routes.hpp"
#include "live/server_fixture.hpp"
#include "support/live_heap.hpp"
#include "support/wav.hpp"

namespace parlante::testing {
namespace {

using ::testing::HasSubstr;

class HostileClients : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    LiveServerOptions options = test_options();
    options.http.idle_seconds = kSanitized ? 15 : 2;  // a client that is busy elsewhere answers no ping
    options.http.header_seconds = 1.5;
    options.http.body_seconds = 4;
    options.photo_bytes = 3'000'000;
    options.job_bytes = 3'000'000;
    options.video_bytes = 3'000'000;
    options.http.body_bytes = 10'000'000;
    options.sessions = 3;
    server = ready_server(options);
  }
  static void TearDownTestSuite() { server.reset(); }
  void SetUp() override { ASSERT_TRUE(server); }
  void TearDown() override {
    EXPECT_EQ(ask(port(), "GET", "/health").status, 200);
    EXPECT_TRUE(eventually([] { return server->sessions() == 0; }, 15)) << server->sessions();
  }
  static int port() { return server->port(); }
  static std::unique_ptr<LiveServer> server;
};
std::unique_ptr<LiveServer> HostileClients::server;

/// Sends bytes as they are, and gives back what comes until the server closes.
std::string exchange(int port, const std::string& bytes) {
  asio::io_context context;
  auto socket = connected(context, port);
  SocketError ignored;
  asio::write(socket, asio::buffer(bytes), ignored);
  socket.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
  std::string answer(65'536, '\0');
  std::size_t got = 0;
  for (SocketError error; !error && got < answer.size();)
    got += socket.read_some(asio::buffer(answer.data() + got, answer.size() - got), error);
  answer.resize(got);
  return answer;
}

TEST_F(HostileClients, GarbageOnEveryRouteIsAnsweredOrDropped) {
  Random random(11);
  for (const Route& route : routes()) {
    std::string target = route.path;
    if (const auto brace = target.find('{'); brace != std::string::npos)
      target.replace(brace, target.find('}') - brace + 1, "abc");
    for (const char* type : {"multipart/form-data; boundary=x", "application/json", "application/sdp", ""}) {
      std::string body(200, '\0');
      for (char& c : body) c = static_cast<char>(random.bits());
      const HttpAnswer answer = ask(port(), route.method, target, body, {{"Content-Type", type}});
      EXPECT_GE(answer.status, 400) << route.method << " " << target;
      EXPECT_LT(answer.status, 502) << route.method << " " << target;
    }
  }
  const std::string start = "POST /v1/avatars HTTP/1.1\r\nHost: localhost\r\n";
  for (const std::string& bytes :
       {std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11), std::string("GET\r\n\r\n"),
        std::string("GET / HTTP/9.9\r\n\r\n"), start + "Content-Length: -1\r\n\r\n",
        start + "Content-Length: 99999999999999999999999\r\n\r\n",
        start + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        start + "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nx",
        start + "Expect: 100-continue\r\nContent-Length: 3\r\n\r\n", start + std::string(100'000, 'A'),
        std::string(100'000, '\n'), std::string("GET /%zz?%=%&&&=%41 HTTP/1.1\r\nHost: localhost\r\n\r\n")}) {
    const std::string answer = exchange(port(), bytes);
    EXPECT_TRUE(answer.empty() || answer.find("HTTP/1.") == 0) << answer.substr(0, 80);
    EXPECT_EQ(answer.find(" 200 "), std::string::npos) << answer.substr(0, 80);
  }
}

/// A client of a live session that sees whether it is left alone.
class Bystander {
 public:
  explicit Bystander(int port) : client_(port) {
    client_.say(kSmallStream);
    EXPECT_FALSE(client_.until_event("ready").closed);
  }
  ~Bystander() { client_.vanish(); }
  /// Sound of so many frames more comes, without a gap.
  void expect_whole_sound(int frames) {
    for (int i = 0; i < frames; ++i) {
      const SocketMessage message = client_.until([](const SocketMessage& m) { return m.kind() == 2; });
      ASSERT_FALSE(message.closed);
      if (next_ >= 0) {
        EXPECT_EQ(message.sample(), next_) << "sound is whole";
      }
      next_ = message.sample() + static_cast<std::int64_t>(message.bytes.size() - 24) / 2;
    }
  }

 private:
  SocketClient client_;
  std::int64_t next_ = -1;
};

TEST_F(HostileClients, GarbageInFormsAndOffersIsRefusedWithASentence) {
  Bystander other(port());
  const std::string photo = file_contents(samples_folder() / "portrait.png");
  for (const std::string& options :
       {std::string("{"), std::string("[[[["), std::string("7"), std::string("{\"fps\":1e999}"),
        std::string("{\"controls\":\"\\ud800\"}"), std::string("\xff\xfe\0{", 4),
        std::string("{\"output\":\"/etc/passwd\"}"), "{\"controls\":" + std::string(5000, '[') + "}",
        std::string("{\"controls\":[{\"time\":null,\"gaze\":{}}]}")}) {
    const HttpAnswer answer =
        post_form(port(), "/v1/jobs", {{"avatar", "sample"}, {"audio", "x"}, {"options", options}});
    EXPECT_EQ(answer.status, 422) << options.substr(0, 40) << answer.body;
    EXPECT_EQ(answer.code(), "bad_request") << options.substr(0, 40);
  }
  for (const std::string& face : {std::string("x"), std::string("99999999999999999999"), std::string("-1")})
    EXPECT_GE(
        post_form(port(), "/v1/avatars", {{"photo", photo}, {"consent", "self"}, {"face", face}}).status, 400)
        << face;
  const std::string part = "--b\r\nContent-Disposition: form-data; name=\"photo\"\r\n\r\n";
  for (const std::string& body :
       {std::string("--b"), std::string("--b--"), part, part + "x", part + "x\r\n--b", std::string(5000, '-'),
        std::string("--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--"),
        "--b\r\n" + std::string(20'000, 'A') + "\r\n\r\nx\r\n--b--\r\n"}) {
    const HttpAnswer answer =
        ask(port(), "POST", "/v1/avatars", body, {{"Content-Type", "multipart/form-data; boundary=b"}});
    EXPECT_TRUE(answer.status == 400 || answer.status == 422) << answer.status << body.substr(0, 60);
    EXPECT_NE(answer.code(), "");
  }
  SocketClient session(port());
  session.say(Json{{"size", 256}, {"output", "none"}});
  const std::string path = "/v1/whep/" + session.until_event("ready").json()["session"].get<std::string>();
  Random random(3);
  for (int round = 0; round < 12; ++round) {
    std::string offer = browser_offer();
    for (int change = 0; change < 1 << (round / 2); ++change)
      offer[random.bits() % offer.size()] = static_cast<char>(random.bits());
    const HttpAnswer answer = ask(port(), "POST", path, offer, {{"Content-Type", "application/sdp"}});
    EXPECT_TRUE(answer.status == 201 || answer.status == 422 || answer.status == 503) << answer.status;
  }
  ask(port(), "DELETE", path);
  other.expect_whole_sound(20);
  session.vanish();
}

TEST_F(HostileClients, GarbageInWebSocketsEndsThatOneOnly) {
  SocketClient other(port());
  other.say(kSmallStream);
  ASSERT_FALSE(other.until_event("ready").closed);
  for (const std::string& text :
       {std::string("x"), std::string("[]"), std::string("{\"fps\":1}"), std::string(60'000, '['),
        std::string("{\"avatar\":\"../../etc/passwd\"}")}) {
    SocketClient client(port());
    client.say(text);
    EXPECT_EQ(client.until_event("error").event(), "error") << text.substr(0, 40);
    EXPECT_TRUE(client.until([](const SocketMessage&) { return false; }).closed);
  }
  {
    SocketClient client(port());
    client.send_bytes("sound before anything was said");
    EXPECT_EQ(client.until_event("error").json()["code"], "bad_request");
  }
  {
    SocketClient client(port());
    client.say(std::string(2'000'000, 'x'));
    EXPECT_TRUE(client.until([](const SocketMessage&) { return false; }).closed);
  }
  {
    SocketClient client(port());
    client.say(kSmallStream);
    client.until_event("ready");
    client.send_bytes("odd");
    client.say(std::string("{\"type\":\"dance\"}"));
    client.say(std::string("no json"));
    std::vector<float> broken(1600, std::nanf(""));
    client.send_sound(broken);
    // a frame with reserved bits: against the protocol
    client.send_raw(std::string(8, '\xff'));
    EXPECT_TRUE(client.until([](const SocketMessage&) { return false; }).closed);
  }
  EXPECT_FALSE(other.until([](const SocketMessage& m) { return m.kind() == 1; }).closed);
  other.vanish();
}

TEST_F(HostileClients, AClientThatVanishesGivesItsPlaceBack) {
  for (int round = 0; round < 4; ++round) {
    SocketClient client(port());
    client.say(kSmallStream);
    ASSERT_FALSE(client.until_event("ready").closed);
    client.send_sound(buzz(5, 16000));
    client.until_event("speak_started");
    client.vanish();
    ASSERT_TRUE(eventually([] { return server->sessions() == 0; }, 10));
  }
}

TEST_F(HostileClients, OneThatVanishesWhileItsSessionOpensLeavesNothing) {
  for (int round = 0; round < 6; ++round) {
    SocketClient client(port());
    client.say(kSmallStream);
    client.vanish();
  }
}

TEST_F(HostileClients, HalfOpenSocketsAreLetGo) {
  SocketClient silent(port());
  silent.say(kSmallStream);
  ASSERT_FALSE(silent.until_event("ready").closed);
  // it reads no more, so that it answers no ping: as a machine that lost its power
  EXPECT_TRUE(eventually([] { return server->sessions() == 0; }, 60));
}

TEST_F(HostileClients, SlowHeadersAndBodiesAreCutOff) {
  const auto began = std::chrono::steady_clock::now();
  for (const std::string& start :
       {std::string("GET /health HTTP/1.1\r\nHost: loc"),
        std::string("POST /v1/verify HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nfew")}) {
    asio::io_context context;
    auto socket = connected(context, port());
    asio::write(socket, asio::buffer(start));
    std::string answer(1000, '\0');
    SocketError error;
    socket.read_some(asio::buffer(answer), error);
    EXPECT_TRUE(error);
  }
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(kSanitized ? 60 : 20));
}

TEST_F(HostileClients, ASlowReaderLosesPicturesAndOthersLoseNothing) {
  SocketClient slow(port()), other(port());
  const Json config = {{"size", 512}, {"output", "raw"}, {"fps", 25}};
  slow.say(config);
  other.say(kSmallStream);
  ASSERT_FALSE(slow.until_event("ready").closed);
  ASSERT_FALSE(other.until_event("ready").closed);
  // reads a little, so that it counts as alive, and far too little for 20 MB a second
  std::atomic<bool> enough{false};
  std::thread reads([&] {
    while (!enough) {
      slow.next();
      std::this_thread::sleep_for(std::chrono::milliseconds(300));
    }
    slow.vanish();
  });
  std::int64_t last = -1, seen = 0;
  std::int64_t next_sample = -1;
  while (seen < 30) {
    const SocketMessage message = other.until([](const SocketMessage& m) { return m.kind() == 2; });
    EXPECT_FALSE(message.closed);
    if (message.closed) break;
    EXPECT_GT(message.frame(), last);
    if (next_sample >= 0) {
      EXPECT_EQ(message.sample(), next_sample) << "sound is whole";
    }
    next_sample = message.sample() + static_cast<std::int64_t>(message.bytes.size() - 24) / 2;
    last = message.frame();
    ++seen;
  }
  std::string dropped;
  const bool lost = eventually(
      [&] {
        const HttpAnswer metrics = ask(port(), "GET", "/metrics");
        const auto at = metrics.body.find("\nparlante_pictures_dropped_total ");
        dropped = at == std::string::npos ? "" : metrics.body.substr(at + 33, 12);
        return !dropped.empty() && std::stoi(dropped) > 0;
      },
      20);
  enough = true;
  reads.join();
  EXPECT_TRUE(lost) << dropped;
  other.vanish();
}

TEST_F(HostileClients, PlacesAreLimitedAndTheNextIsToldToWait) {
  std::vector<std::unique_ptr<SocketClient>> clients;
  for (int i = 0; i < 3; ++i) {
    clients.push_back(std::make_unique<SocketClient>(port()));
    clients.back()->say(kSmallStream);
    ASSERT_FALSE(clients.back()->until_event("ready").closed);
  }
  SocketClient fourth(port());
  fourth.say(kSmallStream);
  EXPECT_EQ(fourth.until_event("error").json()["code"], "busy");
  fourth.until([](const SocketMessage&) { return false; });
  EXPECT_EQ(fourth.close_code(), 1013);
  for (auto& client : clients) client->vanish();
}

TEST_F(HostileClients, AHundredAtOnceAreServed) {
  std::atomic<int> good{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 100; ++i)
    threads.emplace_back([&good] { good += ask(port(), "GET", "/v1/options").status == 200; });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(good, 100);
}

TEST_F(HostileClients, AHundredWebSocketsAtOnceLeaveTheOneThatSpeaksAlone) {
  Bystander other(port());
  std::atomic<int> refused{0}, open{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 100; ++i)
    threads.emplace_back([&, i] {
      SocketClient client(port());
      if (client.status != 101) return;
      client.say(kSmallStream);
      const SocketMessage said =
          client.until([](const SocketMessage& m) { return m.event() == "ready" || m.event() == "error"; });
      ++(said.event() == "ready" ? open : refused);
      if (i % 2) client.vanish();
    });
  other.expect_whole_sound(25);
  for (auto& thread : threads) thread.join();
  EXPECT_GE(open, 2);
  EXPECT_EQ(open + refused, 100) << "each was told";
  other.expect_whole_sound(25);
}

TEST_F(HostileClients, UploadsThatBreakOffGiveTheirRoomBack) {
  const std::string part = "--b\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\n";
  const std::string body = part + std::string(2'500'000, 'x') + "\r\n--b--\r\n";
  const std::string start =
      "POST /v1/verify HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=b\r\n"
      "Content-Length: " +
      std::to_string(body.size()) + "\r\n\r\n";
  for (int i = 0; i < 12; ++i) {  // three times what may be held at once
    asio::io_context context;
    auto socket = connected(context, port());
    asio::write(socket, asio::buffer(start + body.substr(0, body.size() / 2)));
    SocketError ignored;
    socket.set_option(asio::socket_base::linger(i % 2 == 0, 0), ignored);
    socket.close(ignored);
  }
  HttpAnswer whole;
  EXPECT_TRUE(eventually(
      [&] {
        whole =
            ask(port(), "POST", "/v1/verify", body, {{"Content-Type", "multipart/form-data; boundary=b"}});
        return whole.status != 503;
      },
      10));
  EXPECT_EQ(whole.status, 422) << whole.body;
}

TEST_F(HostileClients, OversizedUploadsAreRefusedBeforeTheyAreRead) {
  const HttpAnswer large = post_form(port(), "/v1/avatars", {{"photo", std::string(4'000'000, 'x')}});
  EXPECT_EQ(large.status, 413);
  EXPECT_EQ(large.code(), "too_large");
  std::string chunked = "POST /v1/verify HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (int i = 0; i < 5; ++i) chunked += "f4240\r\n" + std::string(1'000'000, 'x') + "\r\n";
  EXPECT_THAT(exchange(port(), chunked), HasSubstr(" 413 "));
}

TEST_F(HostileClients, MemoryComesBack) {
  const auto round = [] {
    SocketClient client(port());
    client.say(kSmallStream);
    ASSERT_FALSE(client.until_event("ready").closed);
    client.send_sound(buzz(2, 16000));
    client.until([](const SocketMessage& m) { return m.kind() == 1; });
    client.vanish();
    ASSERT_TRUE(eventually([] { return server->sessions() == 0; }, 20));
    post_form(port(), "/v1/verify", {{"file", std::string(1'000'000, 'x')}});
  };
  for (int i = 0; i < 2; ++i) round();
  const std::size_t before = live_heap_bytes();
  for (int i = 0; i < 4; ++i) round();
  // what was uploaded is freed a moment after its answer
  EXPECT_TRUE(eventually([&] { return live_heap_bytes() < before + 1'000'000; }, 10))
      << live_heap_bytes() - before;
}

TEST(ServerEnd, SessionsAreToldAndJobsStopped) {
  LiveServerOptions options = test_options();
  auto server = ready_server(options);
  const int port = server->port();
  const std::filesystem::path folder = server->uploads();
  SocketClient speaking(port), idle(port);
  for (SocketClient* client : {&speaking, &idle}) {
    client->say(kSmallStream);
    ASSERT_FALSE(client->until_event("ready").closed);
  }
  speaking.send_sound(buzz(30, 16000));
  const std::filesystem::path wav = std::filesystem::temp_directory_path() / "parlante-end-test.wav";
  write_wav(wav, buzz(60, 16000), 16000, 1);
  const HttpAnswer job = post_form(port, "/v1/jobs", {{"avatar", "sample"}, {"audio", file_contents(wav)}});
  std::filesystem::remove(wav);
  EXPECT_EQ(job.status, 202);
  const auto began = std::chrono::steady_clock::now();
  std::thread end([&] { server.reset(); });
  for (SocketClient* client : {&idle, &speaking}) {
    EXPECT_FALSE(client->until_event("draining").closed);
    client->until([](const SocketMessage&) { return false; });
    EXPECT_EQ(client->close_code(), 1001);
  }
  end.join();
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(kSanitized ? 30 : 8));
  EXPECT_FALSE(std::filesystem::exists(folder)) << "nothing that was uploaded stays";
}

TEST(ServerEnd, AFullDiskIsSaidAndHurtsNobodyElse) {
  // files of this process, and of those it starts, end at 2 MB: as a disk that is full
  LiveServerOptions options = test_options();
  auto server = ready_server(options);
  const int port = server->port();
  signal(SIGXFSZ, SIG_IGN);
  struct rlimit before {};
  getrlimit(RLIMIT_FSIZE, &before);
  struct rlimit small = before;
  small.rlim_cur = 2'000'000;
  setrlimit(RLIMIT_FSIZE, &small);
  const HttpAnswer refused = post_form(port, "/v1/verify", {{"file", std::string(3'000'000, 'x')}});
  setrlimit(RLIMIT_FSIZE, &before);
  EXPECT_EQ(refused.status, 500) << refused.body;
  EXPECT_THAT(refused.body, HasSubstr("disk is full"));
  EXPECT_EQ(ask(port, "GET", "/health").status, 200);
}

}  // namespace
}  // namespace parlante::testing
