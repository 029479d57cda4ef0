// The program itself, from its start to SIGTERM.
#include <gmock/gmock.h>

#include "cli/command.hpp"
#include "live/raw_socket.hpp"
#include "live/server_fixture.hpp"
#include "support/certificate.hpp"
#include "support/live_heap.hpp"
#include "support/server_process.hpp"
#include "support/wav.hpp"

namespace parlante::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string program() {
  return std::string(PARLANTE_BINARY_DIR) + "/bin/parlante";
}

TEST(ServeProgram, OnSigtermItTellsItsClientsLetsThemEndAndLeavesNothing) {
  set_live_environment();
  const Folder folder;
  ServerProcess server(program(), {"--load", "0", "--uploads", folder.path().string()});
  ASSERT_NE(server.port(), 0);
  ASSERT_TRUE(
      eventually([&] { return ask(server.port(), "GET", "/health").status == 200; }, kSanitized ? 300 : 120));
  SocketClient speaking(server.port()), idle(server.port()), says_nothing(server.port());
  for (SocketClient* client : {&speaking, &idle}) {
    client->say(kSmallStream);
    ASSERT_FALSE(client->until_event("ready").closed);
  }
  write_wav(folder / "speech.wav", buzz(60, 16000), 16000, 1);
  EXPECT_EQ(
      post_form(server.port(), "/v1/jobs", {{"avatar", "sample"}, {"audio", contents(folder / "speech.wav")}})
          .status,
      202);
  std::filesystem::remove(folder / "speech.wav");
  EXPECT_EQ(folder.files().size(), 1U) << "a private folder of its own";

  speaking.send_sound(buzz(.5, 16000));
  speaking.say(Json{{"type", "speak_end"}});
  ASSERT_FALSE(speaking.until_event("speak_started").closed);
  const auto asked = std::chrono::steady_clock::now();
  ASSERT_EQ(kill(server.pid(), SIGTERM), 0);
  EXPECT_FALSE(speaking.until_event("draining").closed);
  EXPECT_FALSE(speaking.until_event("speak_ended").closed) << "what is being said is said";
  EXPECT_FALSE(idle.until_event("draining").closed);
  for (SocketClient* client : {&speaking, &idle}) {
    EXPECT_TRUE(client->until([](const SocketMessage&) { return false; }).closed);
    EXPECT_EQ(client->close_code(), 1001);
  }
  // on a slow machine it was told before that it came without a configuration
  EXPECT_TRUE(says_nothing.until([](const SocketMessage&) { return false; }).closed);
  EXPECT_EQ(ask(server.port(), "GET", "/health").status, 0) << "nobody new";
  EXPECT_EQ(server.wait(), 0);
  EXPECT_LT(std::chrono::steady_clock::now() - asked, std::chrono::seconds(kSanitized ? 60 : 20));
  EXPECT_THAT(folder.files(), IsEmpty());
}

TEST(ServeProgram, AFullDiskIsSaidAndHurtsNobodyElse) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can make a small disk";
  set_live_environment();
  const Folder folder;
  std::filesystem::create_directory(folder / "disk");
  std::ofstream(folder / "serve")
      << "#!/bin/sh\nexec unshare -m sh -c 'mount -t tmpfs -o size=12m none \"$0\" && "
         "exec \"$@\"' '"
      << (folder / "disk").string() << "' '" << program() << "' \"$@\"\n";
  std::filesystem::permissions(folder / "serve", std::filesystem::perms::owner_all);
  ServerProcess server(folder / "serve", {"--load", "0", "--uploads", folder / "disk"});
  if (server.port() == 0) GTEST_SKIP() << "no small disk can be made here";
  const int port = server.port();
  ASSERT_TRUE(eventually([&] { return ask(port, "GET", "/health").status == 200; }, kSanitized ? 300 : 120));
  SocketClient speaking(port);
  speaking.say(kSmallStream);
  ASSERT_FALSE(speaking.until_event("ready").closed);

  const std::string large(16'000'000, 'x');
  const HttpAnswer job = post_form(port, "/v1/jobs", {{"avatar", "sample"}, {"audio", large}});
  EXPECT_EQ(job.status, 500) << job.body;
  EXPECT_THAT(job.body, HasSubstr("disk is full"));
  EXPECT_THAT(post_form(port, "/v1/verify", {{"file", large}}).body, HasSubstr("disk is full"));
  // room for the photo, none for what is made of it
  const std::string disk = "/proc/" + std::to_string(server.pid()) + "/root" + (folder / "disk").string();
  const std::string photo = contents(samples_folder() / "portrait.png");
  const auto room = std::filesystem::space(disk).available;
  std::ofstream(disk + "/filler") << std::string(room - photo.size() - 100'000, 'x');
  const HttpAnswer avatar = post_form(port, "/v1/avatars", {{"photo", photo}, {"consent", "synthetic"}});
  EXPECT_EQ(avatar.status, 500) << avatar.body;
  EXPECT_THAT(avatar.body, HasSubstr("message"));
  EXPECT_THAT(avatar.body, ::testing::Not(HasSubstr(folder.path().string())))
      << "our folders are nobody's business";

  EXPECT_FALSE(speaking.until([](const SocketMessage& m) { return m.kind() == 1; }).closed) << "it goes on";
  std::filesystem::remove(disk + "/filler");
  EXPECT_EQ(post_form(port, "/v1/verify", {{"file", photo}}).status, 200) << "once there is room again";
  EXPECT_EQ(server.end(), 0);
}

TEST(ServeProgram, WithACertificateItSaysItsAddressAsHttps) {
  set_live_environment();
  const Folder folder;
  ASSERT_TRUE(make_certificate(folder / "own.pem", folder / "own.key"));
  ServerProcess server(program(), {"--tls-cert", folder / "own.pem", "--tls-key", folder / "own.key"});
  EXPECT_THAT(server.address(), HasSubstr("https://127.0.0.1:"));
  EXPECT_EQ(server.end(), 0) << "also while it loads";
}

TEST(ServeProgram, AnAddressThatIsTakenIsAFailure) {
  asio::io_context context;
  asio::ip::tcp::acceptor taken(context, {asio::ip::make_address("127.0.0.1"), 0});
  const Outcome outcome = run({"serve", "--port", std::to_string(taken.local_endpoint().port())});
  EXPECT_EQ(outcome.exit, 1);
  EXPECT_THAT(outcome.err, HasSubstr("Cannot listen on 127.0.0.1"));
}

}  // namespace
}  // namespace parlante::testing
