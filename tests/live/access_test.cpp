// Who may ask, and how often.
#include "live/access.hpp"

#include <gtest/gtest.h>

namespace parlante::testing {
namespace {

HttpRequest request(HttpFields headers, HttpFields query = {}) {
  HttpRequest made;
  made.method = std::string("GET");
  made.path.push_back('/');
  made.headers = std::move(headers);
  made.query = std::move(query);
  made.client = "127.0.0.1";
  return made;
}

AccessOptions options_of(std::string token, std::vector<std::string> hosts = {},
                         std::vector<std::string> origins = {}) {
  AccessOptions options;
  options.token = std::move(token);
  options.hosts = std::move(hosts);
  options.origins = std::move(origins);
  return options;
}

int refusal(Access& access, HttpFields headers) {
  const auto response = access.refuse_caller(request(std::move(headers)));
  return response ? response->status : 0;
}

TEST(Access, OnlyOwnNamesAndPlainAddressesLeadHere) {
  Access access(options_of("", {"face.example.org"}));
  for (const char* host : {"localhost", "localhost:8080", "LOCALHOST:8080", "127.0.0.1:8080", "[::1]:8080",
                           "[::1]", "192.168.0.7:80", "face.example.org:443"})
    EXPECT_EQ(refusal(access, {{"host", host}}), 0) << host;
  for (const char* host : {"", "evil.example", "evil.example:8080", "localhost.evil.example",
                           "127.0.0.1.evil.example", "[::1].evil", "xn--face.example.org"})
    EXPECT_EQ(refusal(access, {{"host", host}}), 403) << host;
}

TEST(Access, PagesOfOtherServersAreShutOut) {
  Access access(options_of("", {}, {"https://friend.example"}));
  const std::string host = "localhost:8080";
  EXPECT_EQ(refusal(access, {{"host", host}, {"origin", "http://localhost:8080"}}), 0);
  EXPECT_EQ(refusal(access, {{"host", host}, {"origin", "https://friend.example"}}), 0);
  for (const char* origin :
       {"http://localhost:9090", "http://evil.example", "null", "https://friend.example.evil",
        "http://friend.example", "http://localhost:8080@evil.example"})
    EXPECT_EQ(refusal(access, {{"host", host}, {"origin", origin}}), 403) << origin;
  HttpResponse answer;
  access.add_cors(request({{"origin", "https://friend.example"}}), answer);
  bool allowed = false;
  for (const auto& [name, value] : answer.headers)
    allowed |= name == "Access-Control-Allow-Origin" && value == "https://friend.example";
  EXPECT_TRUE(allowed);
  HttpResponse other;
  access.add_cors(request({{"origin", "http://evil.example"}}), other);
  for (const auto& [name, value] : other.headers) EXPECT_NE(name, "Access-Control-Allow-Origin");
  HttpResponse closed;
  Access(AccessOptions()).add_cors(request({{"origin", "http://evil.example"}}), closed);
  EXPECT_TRUE(closed.headers.empty());
}

TEST(Access, ATokenIsTakenFromHeaderOrQueryAndMustBeWhole) {
  const Access access(options_of("s3cret"));
  EXPECT_TRUE(access.has_token(request({{"authorization", "Bearer s3cret"}})));
  EXPECT_TRUE(access.has_token(request({{"authorization", "bearer s3cret"}})));
  EXPECT_TRUE(access.has_token(request({}, {{"token", "s3cret"}})));
  for (const char* header :
       {"", "Bearer", "Bearer ", "Bearer s3cre", "Bearer s3cret ", "Basic s3cret", "s3cret"})
    EXPECT_FALSE(access.has_token(request({{"authorization", header}}))) << header;
  EXPECT_FALSE(access.has_token(request({})));
  EXPECT_FALSE(access.has_token(request({}, {{"token", ""}})));
  EXPECT_TRUE(Access(AccessOptions()).has_token(request({})));
}

TEST(Access, AClientThatAsksTooOftenWaits) {
  RateLimit rate(10, 3);
  const auto now = RateLimit::Clock::now();
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(rate.allow("a", now));
  EXPECT_FALSE(rate.allow("a", now));
  EXPECT_TRUE(rate.allow("b", now)) << "others are not held up";
  EXPECT_FALSE(rate.allow("a", now + std::chrono::milliseconds(50)));
  EXPECT_TRUE(rate.allow("a", now + std::chrono::milliseconds(200)));
}

TEST(Access, ManyClientsTakeBoundedMemory) {
  RateLimit rate(1, 1);
  const auto now = RateLimit::Clock::now();
  int allowed = 0;
  for (int i = 0; i < 30'000; ++i) allowed += rate.allow(std::to_string(i), now);
  EXPECT_LE(allowed, 10'000);
  EXPECT_TRUE(rate.allow("later", now + std::chrono::seconds(5)));
}

TEST(Access, LoopbackIsThisMachineAlone) {
  for (const char* here : {"127.0.0.1", "127.9.9.9", "::1", "localhost"}) EXPECT_TRUE(is_loopback(here));
  for (const char* there : {"0.0.0.0", "::", "10.0.0.1", "example.org", ""}) EXPECT_FALSE(is_loopback(there));
}

}  // namespace
}  // namespace parlante::testing
