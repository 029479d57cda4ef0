// Who gets a session where the machine has no time for one more.
#include "live/server_fixture.hpp"

namespace parlante::testing {
namespace {

/// What the server counts under that name.
double counted(int port, const std::string& name) {
  const std::string text = ask(port, "GET", "/metrics").body;
  const auto at = text.find("\n" + name + " ");
  return at == std::string::npos ? -1 : std::stod(text.substr(at + name.size() + 2));
}

TEST(Admission, ASessionThatWouldMakeOthersLateIsToldToWaitUntilTheyAreGone) {
  LiveServerOptions options = test_options();
  options.most_load = .02;  // less than one face takes anywhere
  const auto server = ready_server(options);
  ASSERT_TRUE(server);
  const int port = server->port();
  SocketClient first(port);
  first.say(kSmallStream);
  ASSERT_FALSE(first.until_event("ready").closed) << "somebody is always served";
  // what it takes is known after a second or two of frames
  ASSERT_FALSE(first.until_event("stats").closed);
  ASSERT_FALSE(first.until_event("stats").closed);
  SocketClient second(port);
  second.say(kSmallStream);
  const SocketMessage refused = second.until_event("error");
  EXPECT_EQ(refused.json().value("code", ""), "busy");
  EXPECT_TRUE(second.until([](const SocketMessage&) { return false; }).closed);
  EXPECT_EQ(second.close_code(), 1013);
  EXPECT_EQ(counted(port, "parlante_sessions_refused_total"), 1);
  EXPECT_FALSE(first.until([](const SocketMessage& m) { return m.kind() == 1; }).closed) << "it goes on";
  first.vanish();
  ASSERT_TRUE(eventually([&] { return server->sessions() == 0; }));
  SocketClient third(port);
  third.say(kSmallStream);
  EXPECT_FALSE(third.until_event("ready").closed);
  third.vanish();
}

TEST(Admission, WhoeverFitsIsServed) {
  LiveServerOptions options = test_options();
  options.most_load = 1000;
  const auto server = ready_server(options);
  ASSERT_TRUE(server);
  SocketClient first(server->port()), second(server->port());
  first.say(kSmallStream);
  ASSERT_FALSE(first.until_event("stats").closed);
  ASSERT_FALSE(first.until_event("stats").closed);
  second.say(kSmallStream);
  EXPECT_FALSE(second.until_event("ready").closed);
  first.vanish();
  second.vanish();
}

}  // namespace
}  // namespace parlante::testing
