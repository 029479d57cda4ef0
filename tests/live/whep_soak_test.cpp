// A face that speaks by WHEP for a while, from the whole server: what its viewer gets, and what it costs the
// server. PARLANTE_SOAK_SECONDS makes it longer.
#include <gtest/gtest.h>

#include "cli/command.hpp"
#include "live/server_fixture.hpp"
#include "live/whep_viewer.hpp"
#include "support/live_heap.hpp"
#include "support/server_process.hpp"
#include "support/wav.hpp"

namespace parlante::testing {
namespace {

double soak_seconds() {
  const char* asked = std::getenv("PARLANTE_SOAK_SECONDS");
  return asked ? std::max(5., std::atof(asked)) : 8;
}

/// How much later the newest whole frame's picture is than the last packet of its sound, s, by
/// the newest reports: the same also where pictures were left out before it.
double picture_ahead(Viewer& viewer) {
  const auto pictures = viewer.of_video(), sounds = viewer.of_audio();
  const auto video = viewer.reports(true), audio = viewer.reports(false);
  if (pictures.empty() || sounds.empty() || video.empty() || audio.empty()) return 0;
  const auto next = std::ranges::find(pictures, pictures.back().time, &Viewer::Packet::time);
  if (next == pictures.begin()) return 0;
  const auto after = std::ranges::find_if(sounds, [&](const auto& sound) { return sound.at >= next->at; });
  if (after == sounds.begin()) return 0;
  return moment(video.back(), std::prev(next)->time, 90000) -
         moment(audio.back(), std::prev(after)->time, 48000);
}

TEST(WhepSoak, PictureAndSoundStayInStepNothingIsLostAndMemoryIsFlat) {
  set_live_environment();
  ServerProcess server(std::string(PARLANTE_BINARY_DIR) + "/bin/parlante", {"--load", "0"});
  ASSERT_NE(server.port(), 0);
  ASSERT_TRUE(
      eventually([&] { return ask(server.port(), "GET", "/health").status == 200; }, kSanitized ? 300 : 120));
  SocketClient session(server.port());
  session.say(Json{{"size", 256}, {"output", "none"}});
  const std::string path = "/v1/whep/" + session.until_event("ready").json()["session"].get<std::string>();
  Viewer viewer;
  const HttpAnswer answer =
      ask(server.port(), "POST", path, viewer.offer(), {{"Content-Type", "application/sdp"}});
  ASSERT_EQ(answer.status, 201) << answer.body;
  viewer.answered(answer.body);
  ASSERT_TRUE(eventually([&] { return viewer.reports(false).size() >= 3; }, 30));

  const double early = picture_ahead(viewer);
  const auto began = std::chrono::steady_clock::now();
  const auto passed = [&] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  };
  double memory_after_third = 0, memory = 0;
  std::int64_t pictures = 0, gaps = 0;
  while (passed() < soak_seconds()) {
    session.send_sound(buzz(.6, 16000));
    session.say(Json{{"type", "speak_end"}});
    std::this_thread::sleep_for(std::chrono::seconds(1));
    const auto packets = viewer.of_video();
    for (std::size_t i = 0; i < packets.size(); ++i) {
      pictures += packets[i].marker;
      gaps += i > 0 && static_cast<std::uint16_t>(packets[i].number - packets[i - 1].number) != 1;
    }
    memory = usage_of(server.pid()).memory_mb;
    if (memory_after_third == 0 && passed() > soak_seconds() / 3) memory_after_third = memory;
    if (passed() < soak_seconds()) viewer.forget();
  }
  const double late = picture_ahead(viewer);
  RecordProperty("picture_ahead_ms", std::to_string(1000 * late));
  RecordProperty("drift_ms", std::to_string(1000 * (late - early)));
  RecordProperty("memory_mb", std::to_string(memory));
  std::printf(
      "%.0f s: %.1f pictures a second, %ld packets missing, picture ahead by %.1f ms at first and %.1f at "
      "the "
      "end, memory %.0f MB after a third and %.0f at the end\n",
      passed(), static_cast<double>(pictures) / passed(), static_cast<long>(gaps), 1000 * early, 1000 * late,
      memory_after_third, memory);
  EXPECT_GT(pictures, passed() * (kSanitized ? 1 : 5)) << "of 25 a second, on a busy machine";
  // sound comes in packets of 20 ms, whatever a frame's length
  EXPECT_NEAR(late, early, .025) << "no drift";
  EXPECT_LT(memory, memory_after_third + (kSanitized ? 100 : 8));
  session.vanish();
  EXPECT_EQ(server.end(), 0);
}

}  // namespace
}  // namespace parlante::testing
