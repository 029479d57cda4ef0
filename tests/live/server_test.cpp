// The server as its clients see it.
#include <gmock/gmock.h>
#include <sys/stat.h>

#include "live/routes.hpp"
#include "live/server_fixture.hpp"
#include "media/picture.hpp"
#include "support/wav.hpp"

namespace parlante::testing {
namespace {

using ::testing::HasSubstr;

class Server : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { server = ready_server(); }
  static void TearDownTestSuite() { server.reset(); }
  void SetUp() override { ASSERT_TRUE(server); }
  static int port() { return server->port(); }
  static std::unique_ptr<LiveServer> server;
};
std::unique_ptr<LiveServer> Server::server;

std::string speech_wav(double seconds) {
  const std::filesystem::path file =
      std::filesystem::temp_directory_path() / ("parlante-live-" + std::to_string(getpid()) + ".wav");
  write_wav(file, buzz(seconds, 16000), 16000, 1);
  std::string bytes = file_contents(file);
  std::filesystem::remove(file);
  return bytes;
}

TEST_F(Server, SaysThatItIsWellAndWhatItCanDo) {
  const HttpAnswer health = ask(port(), "GET", "/health");
  EXPECT_EQ(health.status, 200);
  EXPECT_EQ(health.json()["status"], "ok");
  const HttpAnswer options = ask(port(), "GET", "/v1/options");
  EXPECT_EQ(options.json()["fps"]["default"], 25);
  EXPECT_EQ(options.json()["controls"]["emotion"]["names"].size(), 8U);
  const HttpAnswer metrics = ask(port(), "GET", "/metrics");
  EXPECT_THAT(metrics.body, HasSubstr("# TYPE parlante_render_seconds histogram"));
  EXPECT_THAT(metrics.body, HasSubstr("parlante_sessions "));
}

TEST_F(Server, GivesThePageWithItsFilesAndAStrictPolicy) {
  const HttpAnswer page = ask(port(), "GET", "/");
  EXPECT_EQ(page.status, 200);
  EXPECT_THAT(page.headers.at("Content-Type"), HasSubstr("text/html"));
  EXPECT_THAT(page.headers.at("Content-Security-Policy"), HasSubstr("default-src 'none'"));
  EXPECT_EQ(page.headers.at("X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(ask(port(), "GET", "/", "", {{"If-None-Match", page.headers.at("ETag")}}).status, 304);
  EXPECT_EQ(page.body, file_contents(std::filesystem::path(PARLANTE_SOURCE_DIR) / "web/index.html"));
  for (const auto& entry :
       std::filesystem::directory_iterator(std::filesystem::path(PARLANTE_SOURCE_DIR) / "web")) {
    const std::string name = entry.path().filename().string();
    if (entry.path().extension() == ".md") continue;
    const HttpAnswer file = ask(port(), "GET", "/" + name);
    EXPECT_EQ(file.status, 200) << name;
    EXPECT_EQ(file.body, file_contents(entry.path())) << name;
  }
  const HttpAnswer head = ask(port(), "HEAD", "/health");
  EXPECT_TRUE(head.status == 200 || head.status == 0) << "this small client may wait for a body";
}

TEST_F(Server, DescribesItsRoutesAsTheyAre) {
  const Json description = ask(port(), "GET", "/openapi.json").json();
  EXPECT_EQ(description["openapi"], "3.1.0");
  std::size_t operations = 0;
  for (const auto& [path, methods] : description["paths"].items()) {
    for (const auto& [method, operation] : methods.items()) {
      ++operations;
      std::string target = path, upper = method;
      for (char& c : upper) c = static_cast<char>(std::toupper(c));
      if (const auto brace = target.find('{'); brace != std::string::npos)
        target.replace(brace, target.find('}') - brace + 1, "nobody");
      const HttpAnswer answer = ask(port(), upper, target);
      EXPECT_NE(answer.status, 0) << upper << " " << target;
      EXPECT_NE(answer.status, 405) << upper << " " << target;
      // what the route answers is described, or is an error in the common form
      const std::string status = std::to_string(answer.status);
      EXPECT_TRUE(operation["responses"].contains(status) || !answer.code().empty())
          << upper << " " << target << ": " << status;
    }
  }
  EXPECT_EQ(operations, routes().size());
}

TEST_F(Server, RefusesWhatItDoesNotKnow) {
  EXPECT_EQ(ask(port(), "GET", "/nothing").code(), "not_found");
  EXPECT_EQ(ask(port(), "GET", "/../../etc/passwd").status, 404);
  EXPECT_EQ(ask(port(), "GET", "/v1/jobs/..%2f..%2fetc").status, 404);
  EXPECT_EQ(ask(port(), "DELETE", "/health").status, 405);
  EXPECT_EQ(ask(port(), "GET", "/v1/stream").status, 426);
  EXPECT_EQ(ask(port(), "POST", "/health", "body").status, 405);
  EXPECT_EQ(ask(port(), "GET", "/health", "body").status, 413);
  EXPECT_EQ(ask(port(), "GET", "/health", "", {{"Host", "evil.example"}}).code(), "forbidden_host");
  EXPECT_EQ(ask(port(), "GET", "/health", "", {{"Origin", "http://evil.example"}}).code(),
            "forbidden_origin");
  EXPECT_EQ(ask(port(), "OPTIONS", "/v1/jobs").status, 204);
}

TEST_F(Server, APhotoBecomesAnAvatarThatSpeaksAndIsForgotten) {
  const std::string photo = file_contents(samples_folder() / "portrait.png");
  const HttpAnswer refused = post_form(port(), "/v1/avatars", {{"photo", photo}});
  EXPECT_EQ(refused.status, 422);
  EXPECT_EQ(refused.code(), "no_consent");
  EXPECT_EQ(post_form(port(), "/v1/avatars", {{"photo", photo}, {"consent", "maybe"}}).code(), "no_consent");
  const HttpAnswer made = post_form(port(), "/v1/avatars", {{"photo", photo}, {"consent", "synthetic"}});
  ASSERT_EQ(made.status, 201) << made.body;
  const std::string id = made.json()["id"];
  EXPECT_EQ(ask(port(), "GET", "/v1/avatars/" + id).json()["consent"], "synthetic");
  SocketClient client(port());
  Json config = kSmallStream;
  config["avatar"] = id;
  client.say(config);
  EXPECT_EQ(client.until_event("ready").json()["width"], 256);
  EXPECT_EQ(ask(port(), "DELETE", "/v1/avatars/" + id).status, 204);
  EXPECT_EQ(ask(port(), "GET", "/v1/avatars/" + id).status, 404);
  EXPECT_EQ(ask(port(), "DELETE", "/v1/avatars/sample").status, 404) << "the sample stays";
  EXPECT_FALSE(client.until([](const SocketMessage& m) { return m.kind() == 1; }).closed)
      << "a session that has it goes on";
}

TEST_F(Server, PicturesWithoutAFaceAreRefusedWithASentence) {
  const HttpAnswer empty = post_form(port(), "/v1/avatars", {{"photo", "no picture"}, {"consent", "self"}});
  EXPECT_EQ(empty.status, 422);
  EXPECT_EQ(empty.code(), "bad_photo");
  EXPECT_THAT(empty.body, ::testing::Not(HasSubstr(server->uploads().string())))
      << "our folders are nobody's business";
}

TEST_F(Server, AJobBecomesASignedFilm) {
  const HttpAnswer made = post_form(
      port(), "/v1/jobs",
      {{"avatar", "sample"},
       {"audio", speech_wav(.6)},
       {"options",
        R"({"size":256,"fps":25,"controls":[{"time":0,"gaze":"viewer"},{"time":0.3,"blinks":5}]})"}});
  ASSERT_EQ(made.status, 202) << made.body;
  const std::string path = "/v1/jobs/" + made.json()["id"].get<std::string>();
  Json status;
  ASSERT_TRUE(eventually([&] {
    status = ask(port(), "GET", path).json();
    return status["state"] == "done" || status["state"] == "failed";
  })) << status;
  ASSERT_EQ(status["state"], "done") << status;
  EXPECT_EQ(status["progress"], 1);
  const HttpAnswer film = ask(port(), "GET", path + "/result");
  EXPECT_EQ(film.headers.at("Content-Type"), "video/mp4");
  const HttpAnswer verdict = post_form(port(), "/v1/verify", {{"file", film.body}});
  ASSERT_EQ(verdict.status, 200) << verdict.body;
  EXPECT_EQ(verdict.json()["manifest"]["consent"], "synthetic") << verdict.body;
  EXPECT_EQ(verdict.json()["mark"]["found"], true);
  EXPECT_EQ(verdict.json()["file"], "upload");
  EXPECT_EQ(ask(port(), "DELETE", path).status, 204);
  EXPECT_EQ(ask(port(), "GET", path).status, 404);
}

TEST_F(Server, AJobThatCannotBeDoneSaysWhy) {
  EXPECT_EQ(post_form(port(), "/v1/jobs", {{"avatar", "sample"}}).code(), "no_audio");
  EXPECT_EQ(post_form(port(), "/v1/jobs", {{"avatar", "nobody"}, {"audio", "x"}}).code(), "no_avatar");
  EXPECT_EQ(post_form(port(), "/v1/jobs", {{"photo", "x"}, {"audio", "x"}}).code(), "no_consent");
  EXPECT_EQ(post_form(port(), "/v1/jobs",
                      {{"avatar", "sample"}, {"audio", "x"}, {"options", R"({"codes":"/etc/passwd"})"}})
                .code(),
            "bad_request");
  const HttpAnswer made =
      post_form(port(), "/v1/jobs", {{"avatar", "sample"}, {"audio", "this is no sound"}});
  ASSERT_EQ(made.status, 202);
  const std::string path = "/v1/jobs/" + made.json()["id"].get<std::string>();
  Json status;
  ASSERT_TRUE(eventually([&] {
    status = ask(port(), "GET", path).json();
    return status["state"] == "failed";
  }));
  EXPECT_EQ(status["error"]["code"], "bad_audio") << status;
  EXPECT_EQ(ask(port(), "GET", path + "/result").status, 409);
}

TEST_F(Server, AFaceSpeaksLiveWithItsSoundAndSaysSo) {
  SocketClient client(port());
  ASSERT_EQ(client.status, 101);
  client.say(kSmallStream);
  const Json ready = client.until_event("ready").json();
  EXPECT_EQ(ready["sound_rate"], 16000);
  EXPECT_GT(ready["latency_ms"], 0);
  client.send_sound(buzz(.5, 16000));
  client.say(Json{{"type", "speak_end"}});
  std::int64_t pictures = 0, sounds = 0, samples = 0, loud = 0, last = -1;
  bool started = false;
  const auto note = [&](const SocketMessage& message) {
    started |= message.event() == "speak_started";
    if (message.kind() == 2) {
      ++sounds;
      samples += static_cast<std::int64_t>(message.bytes.size() - 24) / 2;
      for (std::size_t i = 24; i < message.bytes.size(); ++i) loud += message.bytes[i] != 0;
      EXPECT_GT(message.frame(), last);
      last = message.frame();
    }
    if (message.kind() == 1) {
      ++pictures;
      const auto picture = decode_picture(
          {reinterpret_cast<const std::uint8_t*>(message.bytes.data()) + 24, message.bytes.size() - 24},
          "jpeg");
      EXPECT_TRUE(picture);
      if (picture) {
        EXPECT_EQ(picture->width, 256);
      }
    }
  };
  const SocketMessage ended = client.until([&](const SocketMessage& message) {
    note(message);
    return message.event() == "speak_ended";
  });
  ASSERT_FALSE(ended.closed);
  client.until([&](const SocketMessage& message) {
    note(message);
    return message.kind() == 1;  // the frame in which it ended
  });
  EXPECT_TRUE(started);
  EXPECT_NEAR(ended.json()["played_ms"].get<double>(), 500, 25);
  EXPECT_EQ(ended.json()["interrupted"], false);
  EXPECT_GT(pictures, 0);
  EXPECT_LE(pictures, sounds);
  EXPECT_GT(loud, 5000);
  EXPECT_EQ(client.until_event("stats").json()["size"], 256);
}

TEST_F(Server, AnInterruptSilencesTheFaceAtOnce) {
  SocketClient client(port());
  client.say(kSmallStream);
  client.until_event("ready");
  client.send_sound(buzz(20, 16000));
  ASSERT_FALSE(client.until_event("speak_started").closed);
  client.say(Json{{"type", "interrupt"}});
  const SocketMessage ended = client.until_event("speak_ended");
  ASSERT_FALSE(ended.closed);
  EXPECT_EQ(ended.json()["interrupted"], true);
  EXPECT_LT(ended.json()["played_ms"].get<double>(), 5000);
  const auto is_sound = [](const SocketMessage& m) { return m.kind() == 2; };
  client.until(is_sound);  // what happened in a frame is said before it: this one fades
  EXPECT_EQ(client.until(is_sound).bytes.find_first_not_of('\0', 24), std::string::npos);
}

TEST_F(Server, ACutIsCountedInFrontOfItsFrameAlsoWhereNobodySpoke) {
  SocketClient client(port());
  client.say(kSmallStream);
  EXPECT_GT(client.until_event("ready").json()["max_speech_s"], 0);
  client.say(Json{{"type", "interrupt"}});
  client.say(Json{{"type", "clear"}});
  Json cut;
  do {
    cut = client.until_event("cut").json();
    ASSERT_TRUE(cut.is_object()) << "the connection ended";
  } while (cut["count"] < 2);
  EXPECT_EQ(cut["count"], 2);
  const SocketMessage sound = client.until([](const SocketMessage& m) { return m.kind() == 2; });
  EXPECT_EQ(sound.frame(), cut["frame"].get<std::int64_t>());
}

TEST_F(Server, SoundSaysHowMuchOfItWasSaid) {
  SocketClient client(port());
  client.say(kSmallStream);
  client.until_event("ready");
  client.send_sound(buzz(.5, 16000));
  client.say(Json{{"type", "speak_end"}});
  std::int64_t spoken = 0;
  const SocketMessage ended = client.until([&](const SocketMessage& message) {
    if (message.kind() == 2)
      spoken += static_cast<unsigned char>(message.bytes[4]) | static_cast<unsigned char>(message.bytes[5])
                                                                   << 8;
    return message.event() == "stats" && spoken == 8000;
  });
  EXPECT_FALSE(ended.closed);
  EXPECT_EQ(spoken, 8000);
}

TEST_F(Server, AFilmInPiecesIsForBrowsers) {
  SocketClient client(port());
  client.say(Json{{"size", 256}, {"output", "fmp4"}, {"sample_rate", 24000}});
  EXPECT_THAT(client.until_event("ready").json()["mime"].get<std::string>(), HasSubstr("avc1."));
  const SocketMessage start = client.until([](const SocketMessage& m) { return m.kind() != 0; });
  EXPECT_EQ(start.kind(), 3U);
  EXPECT_EQ(start.bytes.substr(28, 4), "ftyp");
  const SocketMessage piece = client.until([](const SocketMessage& m) { return m.kind() == 4; });
  EXPECT_EQ(piece.bytes.substr(28, 4), "moof");
}

TEST_F(Server, RawPicturesAndControlsAreTaken) {
  SocketClient client(port());
  client.say(Json{{"size", 256}, {"output", "raw"}, {"controls", {{"emotion", {{"happiness", 1}}}}}});
  client.until_event("ready");
  const SocketMessage picture = client.until([](const SocketMessage& m) { return m.kind() == 1; });
  EXPECT_EQ(picture.bytes.size(), 24U + 256 * 256 * 3);
  client.say(Json{{"type", "controls"}, {"controls", {{"gaze", "screen:.2,.5"}}}});
  client.say(Json{{"type", "controls"}, {"controls", {{"nose", 1}}}});
  const SocketMessage error = client.until_event("error");
  EXPECT_THAT(error.bytes, HasSubstr("nose"));
  EXPECT_FALSE(client.until([](const SocketMessage& m) { return m.kind() == 1; }).closed) << "it goes on";
}

TEST_F(Server, OffersOfWebRtcNeedASessionAndSense) {
  const Headers sdp = {{"Content-Type", "application/sdp"}};
  EXPECT_EQ(ask(port(), "POST", "/v1/whep/nobody", "v=0", sdp).status, 404);
  SocketClient client(port());
  client.say(Json{{"size", 256}, {"output", "none"}});
  const std::string path = "/v1/whep/" + client.until_event("ready").json()["session"].get<std::string>();
  EXPECT_EQ(ask(port(), "POST", path, "no sdp at all", sdp).status, 422);
  EXPECT_EQ(ask(port(), "POST", path, "v=0").status, 415);
  EXPECT_EQ(ask(port(), "DELETE", path).status, 404);
  EXPECT_FALSE(client.until_event("stats").closed) << "the session goes on";
}

TEST_F(Server, UploadsLieInAPrivateFolder) {
  struct stat status {};
  ASSERT_EQ(stat(server->uploads().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0700U);
}

TEST(ServerStart, OthersAreLetInOnlyWithAToken) {
  LiveServerOptions options = test_options();
  options.http.address = "0.0.0.0";
  const auto refused = LiveServer::open(options);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::usage);
  EXPECT_THAT(refused.error().message, HasSubstr("--token"));
}

TEST(ServerStart, SaysWhileItLoadsAndEndsAlsoThen) {
  std::filesystem::path folder;
  {
    const auto server = LiveServer::open(test_options());
    ASSERT_TRUE(server);
    folder = (*server)->uploads();
    const int port = (*server)->port();
    EXPECT_EQ(ask(port, "GET", "/health").status, 503);
    EXPECT_EQ(post_form(port, "/v1/avatars", {{"photo", "x"}}).code(), "loading");
    SocketClient early(port);
    early.say(kSmallStream);
    EXPECT_EQ(early.until_event("error").json()["code"], "loading");
  }
  EXPECT_FALSE(std::filesystem::exists(folder));
}

TEST(ServerStart, AllowedPagesMayReadEveryAnswer) {
  LiveServerOptions options = test_options();
  options.access.origins = {"https://friend.example"};
  const auto server = ready_server(options);
  const Headers from = {{"Origin", "https://friend.example"}};
  const auto allowed = [](const HttpAnswer& answer) {
    const auto found = answer.headers.find("Access-Control-Allow-Origin");
    return found == answer.headers.end() ? std::string() : found->second;
  };
  EXPECT_EQ(allowed(ask(server->port(), "GET", "/health", "", from)), from[0].second);
  for (const char* path : {"/v1/avatars", "/v1/jobs", "/v1/verify"})
    EXPECT_EQ(allowed(post_form(server->port(), path, {{"nothing", "x"}}, from)), from[0].second) << path;
}

TEST(ServerStart, WithATokenOnlyPageAndHealthAreOpen) {
  LiveServerOptions options = test_options();
  options.access.token = "s3cret";
  const auto server = ready_server(options);
  const int port = server->port();
  EXPECT_EQ(ask(port, "GET", "/").status, 200);
  EXPECT_EQ(ask(port, "GET", "/health").status, 200);
  EXPECT_EQ(ask(port, "GET", "/v1/options").json().contains("fps"), false);
  EXPECT_EQ(ask(port, "GET", "/metrics").status, 401);
  EXPECT_EQ(post_form(port, "/v1/avatars", {{"photo", "x"}}).status, 401);
  EXPECT_EQ(ask(port, "GET", "/metrics", "", {{"Authorization", "Bearer wrong"}}).status, 401);
  EXPECT_EQ(ask(port, "GET", "/metrics", "", {{"Authorization", "Bearer s3cret"}}).status, 200);
  SocketClient without(port);
  without.say(kSmallStream);
  EXPECT_EQ(without.until_event("error").json()["code"], "unauthorized");
  without.until([](const SocketMessage&) { return false; });
  EXPECT_EQ(without.close_code(), 1008);
  Json wrong = kSmallStream;
  for (const char* token : {"", "s3cre", "s3cret1", "S3cret"}) {
    wrong["token"] = token;
    SocketClient other(port, {{"Authorization", std::string("Bearer ") + token}},
                       std::string("/v1/stream?token=") + (token[0] == 'S' ? token : ""));
    other.say(wrong);
    EXPECT_EQ(other.until_event("error").json()["code"], "unauthorized") << token;
  }
  EXPECT_EQ(ask(port, "POST", "/v1/whep/abc", "v=0", {{"Content-Type", "application/sdp"}}).status, 401);
  SocketClient in_query(port, {}, "/v1/stream?token=s3cret");
  in_query.say(kSmallStream);
  EXPECT_FALSE(in_query.until_event("ready").closed);
  Json config = kSmallStream;
  config["token"] = "s3cret";
  SocketClient in_message(port);
  in_message.say(config);
  EXPECT_FALSE(in_message.until_event("ready").closed);
}

}  // namespace
}  // namespace parlante::testing
