// A client's messages and the host they are for.
#include "live/stream_socket.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace parlante::testing {
namespace {

class Link final : public SocketLink {
 public:
  Outbox::Put send(PacketKind, std::span<const std::uint8_t>, std::span<const std::uint8_t> body) override {
    said.emplace_back(body.begin(), body.end());
    return Outbox::Put::taken;
  }
  std::size_t kept_bytes() const override { return 0; }
  void close(CloseCode code, std::string_view) override { closed = code; }
  std::vector<std::string> said;
  std::optional<CloseCode> closed;
};

/// A host that opens nothing.
class BusyHost final : public StreamHost {
 public:
  std::optional<Refusal> refuse(const StreamConfig&, bool) override { return std::nullopt; }
  bool open_session(const StreamConfig&, TellClient, Opened) override { return false; }
  void start(const std::shared_ptr<Session>&, std::function<void()>) override { ADD_FAILURE(); }
  Metrics& metrics() override { return counts; }
  Metrics counts;
};

TEST(StreamSocket, IsToldToComeAgainWhereTooManySessionsAreBeingOpened) {
  BusyHost host;
  const auto link = std::make_shared<Link>();
  const auto socket = std::make_shared<StreamSocket>(host, link, true);
  socket->on_text("{}");
  socket->on_binary({});
  socket->on_text(R"({"type":"speak_end"})");
  socket->on_gone();
  ASSERT_EQ(link->said.size(), 1U);
  EXPECT_EQ(nlohmann::json::parse(link->said[0]).at("code"), "busy");
  EXPECT_EQ(link->closed, CloseCode::try_again);
}

}  // namespace
}  // namespace parlante::testing
