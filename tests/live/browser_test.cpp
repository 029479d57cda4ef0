// A real browser (Chromium without a window) watches what we send, by WebRTC and by MediaSource.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <nlohmann/json.hpp>

#include "live/browser_page.hpp"
#include "live/small_web_server.hpp"
#include "live/whep.hpp"
#include "media/live_encoder.hpp"

extern char** environ;

namespace parlante {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using testing::SmallWebServer;

constexpr int kSide = 512, kRate = 25;

std::string chromium() {
  for (const char* name : {"/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"})
    if (std::filesystem::exists(name)) return name;
  return {};
}

class Browser {
 public:
  explicit Browser(const std::string& address) {
    std::string name = (std::filesystem::temp_directory_path() / "parlante-browser-XXXXXX").string();
    profile_ = mkdtemp(name.data());
    std::vector<std::string> words{chromium(),
                                   "--headless=new",
                                   "--no-sandbox",  // tests may run as root
                                   "--disable-gpu",
                                   "--disable-dev-shm-usage",
                                   "--no-first-run",
                                   "--disable-extensions",
                                   "--disable-background-networking",
                                   "--disable-component-update",
                                   "--autoplay-policy=no-user-gesture-required",
                                   "--user-data-dir=" + profile_.string(),
                                   address};
    std::vector<char*> argv;
    for (auto& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    posix_spawn_file_actions_t quiet;
    posix_spawn_file_actions_init(&quiet);
    posix_spawn_file_actions_addopen(&quiet, 1, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&quiet, 2, "/dev/null", O_WRONLY, 0);
    posix_spawnattr_t group;
    posix_spawnattr_init(&group);
    posix_spawnattr_setflags(&group, POSIX_SPAWN_SETPGROUP);
    if (posix_spawn(&process_, words[0].c_str(), &quiet, &group, argv.data(), environ) != 0) process_ = -1;
    posix_spawn_file_actions_destroy(&quiet);
    posix_spawnattr_destroy(&group);
  }
  ~Browser() {
    if (process_ > 0) {
      kill(-process_, SIGKILL);
      waitpid(process_, nullptr, 0);
    }
    std::error_code ignored;
    std::filesystem::remove_all(profile_, ignored);
  }

 private:
  pid_t process_ = -1;
  std::filesystem::path profile_;
};

/// A picture with its time in 16 squares, and once a second white with a click in its sound.
class Clapper {
 public:
  Clapper() : sound_(48000 / kRate) { live_.frame.picture = ImageU8(kSide, kSide, 3); }
  const LiveFrame& next() {
    const std::int64_t index = index_++;
    const bool clap = index % kRate == 0;
    ImageU8& picture = live_.frame.picture;
    for (int y = 0; y < kSide; ++y)
      for (int x = 0; x < 3 * kSide; ++x)
        picture.row(y)[x] = static_cast<std::uint8_t>(clap ? 235 : 40 + ((x / 3 + y + 3 * index) & 63));
    const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(
                         std::chrono::system_clock::now().time_since_epoch())
                         .count();
    for (int bit = 0; bit < 16; ++bit)
      for (int y = 0; y < 32; ++y)
        std::fill_n(picture.at(32 * bit, y), 3 * 32,
                    static_cast<std::uint8_t>(now >> (15 - bit) & 1 ? 235 : 20));
    std::ranges::fill(sound_, 0.f);
    if (clap)
      for (std::size_t i = 0; i < 240; ++i) sound_[i] = i / 24 % 2 ? .8f : -.8f;  // 5 ms of 1 kHz
    live_.frame.index = index;
    live_.sound = sound_;
    live_.sound_from = index * static_cast<std::int64_t>(sound_.size());
    return live_;
  }

 private:
  LiveFrame live_;
  std::vector<float> sound_;
  std::int64_t index_ = 0;
};

/// Calls `frame` when each is due, until told to end.
template <class Take>
void play(const std::atomic<bool>& ending, Take take) {
  Clapper clapper;
  auto due = std::chrono::steady_clock::now();
  while (!ending) {
    std::this_thread::sleep_until(due);
    due += std::chrono::milliseconds(1000 / kRate);
    if (!take(clapper.next())) return;
  }
}

class InABrowser : public ::testing::Test {
 protected:
  void SetUp() override {
    if (chromium().empty()) GTEST_SKIP() << "no Chromium here: apt-get install chromium";
  }
  /// What the page tells after eight seconds.
  json watch(const std::string& way) {
    SmallWebServer server([this](const auto& request) { return answer(request); });
    const Browser browser("http://127.0.0.1:" + std::to_string(server.port()) + "/?" + way);
    std::unique_lock lock(mutex_);
    const bool came = changed_.wait_for(lock, 60s, [this] { return !told_.is_null(); });
    lock.unlock();
    ending_ = true;
    if (playing_.joinable()) playing_.join();
    EXPECT_TRUE(came) << "the page told nothing";
    if (std::getenv("PARLANTE_PRINT")) std::puts(told_.dump(1).c_str());
    return told_;
  }

 private:
  SmallWebServer::Answer answer(const SmallWebServer::Request& request) {
    if (request.path == "/whep") return whep(request.body);
    if (request.path == "/mime") return {.type = "text/plain", .body = mime()};
    if (request.path == "/fmp4")
      return {.type = "application/octet-stream", .body = {}, .endless = fragments()};
    if (request.path == "/told") {
      const std::lock_guard lock(mutex_);
      told_ = json::parse(request.body);
      changed_.notify_all();
      return {.body = "thanks"};
    }
    if (!request.path.starts_with("/?")) return {.status = 404};
    return {.body = testing::kBrowserPage};
  }
  SmallWebServer::Answer whep(const std::string& offer) {
    WhepOptions options;
    options.bind_address = "127.0.0.1";
    auto link = WhepLink::answer(
        offer, {.width = kSide, .height = kSide, .rate = {kRate, 1}, .sound_rate = 48000}, options);
    if (!link) return {.status = 400, .type = "text/plain", .body = link.error().message};
    playing_ = std::thread([this, link = *link] {
      play(ending_, [&](const LiveFrame& frame) {
        link->frame(frame);
        return link->open();
      });
    });
    return {.status = 201, .type = "application/sdp", .body = (*link)->sdp()};
  }
  static std::string mime() {
    const auto video = LiveVideoEncoder::open({});
    const auto audio = LiveAudioEncoder::open({});
    return FragmentedMp4::open(*video, &*audio)->mime();
  }
  std::function<void(const SmallWebServer::More&)> fragments() {
    return [this](const SmallWebServer::More& more) {
      auto video = LiveVideoEncoder::open({});
      auto audio = LiveAudioEncoder::open({});
      auto movie = FragmentedMp4::open(*video, &*audio);
      const auto send = [&](std::span<const std::uint8_t> bytes) {
        std::vector<std::uint8_t> framed{
            static_cast<std::uint8_t>(bytes.size() >> 24), static_cast<std::uint8_t>(bytes.size() >> 16),
            static_cast<std::uint8_t>(bytes.size() >> 8), static_cast<std::uint8_t>(bytes.size())};
        framed.insert(framed.end(), bytes.begin(), bytes.end());
        return more(framed);
      };
      if (!send(movie->init_segment())) return;
      play(ending_, [&](const LiveFrame& frame) {
        EncodedSound packet;
        EXPECT_TRUE(movie->add(video->encode(frame.frame.picture, frame.frame.index).value()));
        EXPECT_TRUE(audio->push(frame.sound));
        while (audio->next(packet).value()) EXPECT_TRUE(movie->add(packet));
        return send(movie->fragment().value());
      });
    };
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  json told_;
  std::atomic<bool> ending_ = false;
  std::thread playing_;
};

double median(const json& list) {
  std::vector<double> values = list.get<std::vector<double>>();
  if (values.empty()) return -1;
  std::ranges::sort(values);
  return values[values.size() / 2];
}

/// Of each flash to the click nearest to it, ms; positive: the sound comes later.
std::vector<double> offsets(const json& told) {
  std::vector<double> found;
  for (const double flash : told["flashes"]) {
    double best = 1e9;
    for (const double click : told["clicks"])
      if (std::abs(click - flash) < std::abs(best)) best = click - flash;
    if (std::abs(best) < 450) found.push_back(best);
  }
  return found;
}

/// Whether times can be judged: who does not see all frames, or these late, was kept from his work.
bool machine_kept_up(const json& told) {
  return told["frames"].get<int>() > 190 && median(told["latency"]) < (told.contains("buffers") ? 300 : 100);
}

void expect_a_living_picture(const json& told) {
  ASSERT_FALSE(told.contains("trouble")) << told["trouble"];
  EXPECT_EQ(told["width"], kSide);
  EXPECT_GT(told["frames"].get<int>(), 60) << "of 200; the machine may be busy";
  EXPECT_GT(told["changed"].get<int>(), told["frames"].get<int>() / 2);
  EXPECT_LT(told["black"].get<int>(), 3);
  EXPECT_GE(told["flashes"].size(), 3u);
  EXPECT_GE(told["clicks"].size(), 3u) << "heard";
  EXPECT_GT(told["loudest"].get<double>(), .2);
  auto apart = offsets(told);
  ASSERT_GE(apart.size(), 3u);
  ::testing::Test::RecordProperty("av_ms", std::to_string(apart.back()));
  ::testing::Test::RecordProperty("latency_ms", std::to_string(median(told["latency"])));
  ::testing::Test::RecordProperty("first_frame_ms", std::to_string(told["first_frame_ms"].get<double>()));
}

TEST_F(InABrowser, WhepIsSeenAndHeardInStep) {
  const json told = watch("whep");
  expect_a_living_picture(told);
  EXPECT_GT(told["audio_packets"].get<int>(), 200);
  // By the browser's own account of which moment of each stream it plays.
  ASSERT_GE(told["ahead"].size(), 8u);
  json last(told["ahead"].end() - 8, told["ahead"].end());
  RecordProperty("picture_ahead_ms", std::to_string(median(last)));
  if (!machine_kept_up(told)) GTEST_SKIP() << "seen and heard, but the machine is too busy to judge times";
  EXPECT_LT(std::abs(median(last)), 60) << "ms";
}

TEST_F(InABrowser, FragmentsPlayByMediaSource) {
  const json told = watch("mse");
  EXPECT_TRUE(told["can"].get<bool>()) << told["mime"];
  expect_a_living_picture(told);
  EXPECT_EQ(told["buffers"], 1) << "no gaps between fragments";
  const auto apart = offsets(told);
  if (!machine_kept_up(told)) GTEST_SKIP() << "seen and heard, but the machine is too busy to judge times";
  EXPECT_LT(std::abs(apart.back()), 120) << "ms; about 36 of it are the clocks' of the browser";
}

}  // namespace
}  // namespace parlante
