// Opens live sessions, speaks in real time, and prints what came back when.
//
//   live_client --serve build/release/bin/parlante --seconds 60 --sessions 1
#include <CLI/CLI.hpp>
#include <cmath>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <thread>

#include "load_session.hpp"
#include "media/audio_reader.hpp"
#include "stall_watch.hpp"
#include "support/server_process.hpp"

namespace {

using namespace parlante;
using namespace parlante::bench;

std::vector<std::int16_t> read_speech(const std::string& file, int rate) {
  std::vector<std::int16_t> speech;
  auto reader = AudioReader::open(file, rate, 1);
  if (!reader) return speech;
  std::vector<float> piece(4096);
  for (;;) {
    const auto got = reader->read(piece);
    if (!got || *got == 0) return speech;
    for (std::size_t i = 0; i < *got; ++i)
      speech.push_back(static_cast<std::int16_t>(std::lround(32767 * std::fmax(-1, std::fmin(1, piece[i])))));
  }
}

std::vector<double> joined(const std::vector<LoadResult>& results, std::vector<double> LoadResult::*member) {
  std::vector<double> all;
  for (const LoadResult& one : results) all.insert(all.end(), (one.*member).begin(), (one.*member).end());
  return all;
}

void row(const char* what, double value, const char* aim) {
  std::printf("%-46s %10.1f   %s\n", what, value, aim);
}

struct Table {
  double least_fps = 1e9, first_frame = 0, drift = 0;
  std::int64_t missing = 0, breaks = 0, sounds_missing = 0, found = 0;
  std::string problem;
  explicit Table(const std::vector<LoadResult>& results) {
    for (const LoadResult& one : results) {
      least_fps = std::fmin(least_fps, one.fps);
      first_frame = std::fmax(first_frame, one.first_frame);
      drift = std::fmax(drift, std::fabs(one.clock_drift));
      missing += one.missing;
      breaks += one.breaks;
      sounds_missing += one.sounds_missing + one.losses;
      found += one.samples_found;
      if (problem.empty()) problem = one.problem;
    }
  }
};

void print(const LoadOptions& options, const std::vector<LoadResult>& results, const Table& table, double cpu,
           double memory) {
  std::printf("%zu session%s of %.0f s, %d px, %d fps asked, %s\n", results.size(),
              results.size() == 1 ? "" : "s", options.seconds, options.size, options.fps,
              options.output.c_str());
  const auto latency = joined(results, &LoadResult::latency);
  const auto offset = joined(results, &LoadResult::av_offset);
  const auto interval = joined(results, &LoadResult::interval);
  row("frames a second, slowest session", table.least_fps, "");
  row("late frames (not shown)", static_cast<double>(table.missing), "0");
  row("time between frames, p95, ms", quantile(interval, .95), "");
  row("time between frames, longest, ms", quantile(interval, 1), "");
  row("first frame after connect, slowest, ms", table.first_frame, "<= 400");
  row("sample sent to frame shown, p50, ms", quantile(latency, .5), "<= 150");
  row("sample sent to frame shown, p95, ms", quantile(latency, .95), "<= 200");
  const auto first = joined(results, &LoadResult::latency_first);
  row("the same, first sample of each frame, p50, ms", quantile(first, .5), "");
  row("the same, first sample of each frame, p95, ms", quantile(first, .95), "");
  row("promised latency, ms", results.front().latency_promised, "");
  row("picture after its sound at the receiver, p50, ms", quantile(offset, .5), "+-20");
  row("picture after its sound at the receiver, p95, ms", quantile(offset, .95), "+-20");
  row("drift of time stamps, ms", table.drift, "0");
  row("breaks in the sound", static_cast<double>(table.breaks), "0");
  row("sound lost", static_cast<double>(table.sounds_missing), "0");
  row("interrupt to silence, p50, ms", quantile(joined(results, &LoadResult::interrupt_silence), .5),
      "<= 80");
  row("interrupt to silence, slowest, ms", quantile(joined(results, &LoadResult::interrupt_silence), 1),
      "<= 80");
  row("interrupt to its event, p50, ms", quantile(joined(results, &LoadResult::interrupt_event), .5),
      "<= 80");
  if (cpu > 0) row("CPU of the server, cores", cpu, "");
  if (memory > 0) row("memory a further session, MB", memory, "");
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Load and latency of a live server.");
  LoadOptions options;
  std::string program, speech_file = PARLANTE_SOURCE_DIR "/samples/speech.flac";
  int sessions = 1;
  double load = 0;
  bool check = false, no_interrupts = false, json = false;
  app.add_option("--serve", program, "Start this `parlante` as the server and measure it.");
  app.add_option("--server", options.host, "Use the server at this address.")->capture_default_str();
  app.add_option("--port", options.port)->capture_default_str();
  app.add_option("--token", options.token);
  app.add_option("--avatar", options.avatar)->capture_default_str();
  app.add_option("--sessions", sessions)->capture_default_str();
  app.add_option("--load", load,
                 "Share of the cores that the server that is started takes sessions for; 0: any.")
      ->capture_default_str();
  app.add_option("--seconds", options.seconds)->capture_default_str();
  app.add_option("--fps", options.fps)->capture_default_str();
  app.add_option("--size", options.size)->capture_default_str();
  app.add_option("--output", options.output, "jpeg or raw")->capture_default_str();
  app.add_option("--chunk", options.chunk_ms, "Sound is sent in pieces of so many ms.")
      ->capture_default_str();
  app.add_option("--sample-rate", options.sample_rate)->capture_default_str();
  app.add_option("--speech", speech_file)->capture_default_str();
  app.add_flag("--no-interrupts", no_interrupts);
  app.add_flag("--trace", options.trace, "Say when frames were missing.");
  app.add_flag("--json", json, "Print the table as JSON, too.");
  app.add_flag("--check", check, "Fail where something is broken (times are not judged: machines differ).");
  CLI11_PARSE(app, argc, argv);
  options.interrupts = !no_interrupts;
  const auto speech = read_speech(speech_file, options.sample_rate);
  if (speech.empty()) return std::fprintf(stderr, "no speech in %s\n", speech_file.c_str()), 1;

  std::unique_ptr<testing::ServerProcess> server;
  if (!program.empty()) {
    // two more: places are given back a frame later
    const std::vector<std::string> places{"--sessions", std::to_string(sessions + 2), "--load",
                                          std::to_string(load)};
    server = std::make_unique<testing::ServerProcess>(program, places);
    options.port = server->port();
    if (options.port == 0) return std::fprintf(stderr, "%s does not serve\n", program.c_str()), 1;
    if (!wait_until_ready(options)) return std::fprintf(stderr, "the server is not ready in time\n"), 1;
  }
  LoadOptions warm_up = options;
  warm_up.seconds = 1;
  static_cast<void>(run_load_session(warm_up, speech));
  const testing::Usage before = server ? testing::usage_of(server->pid()) : testing::Usage();
  std::vector<LoadResult> results(static_cast<std::size_t>(sessions));
  StallWatch machine(options.trace);
  std::vector<std::thread> clients;
  for (LoadResult& result : results)
    clients.emplace_back([&] { result = run_load_session(options, speech); });
  double memory = 0;
  if (server) {
    std::this_thread::sleep_for(std::chrono::duration<double>(.8 * options.seconds));
    memory = (testing::usage_of(server->pid()).memory_mb - before.memory_mb) / sessions;
  }
  for (std::thread& client : clients) client.join();
  const double stall = machine.end();
  const double cpu = server ? (testing::usage_of(server->pid()).cpu_s - before.cpu_s) / options.seconds : 0;
  const Table table(results);
  print(options, results, table, cpu, memory);
  row("a core of this machine gave no time for, ms", stall, "");
  if (json)
    std::printf("%s\n",
                nlohmann::json{{"fps", table.least_fps},
                               {"late", table.missing},
                               {"first_frame_ms", table.first_frame},
                               {"latency_p50_ms", quantile(joined(results, &LoadResult::latency), .5)},
                               {"latency_p95_ms", quantile(joined(results, &LoadResult::latency), .95)},
                               {"cpu_cores", cpu},
                               {"memory_mb", memory}}
                    .dump()
                    .c_str());
  const int exit = server ? server->end() : 0;
  if (!table.problem.empty()) std::printf("PROBLEM: %s\n", table.problem.c_str());
  if (exit != 0) std::printf("PROBLEM: the server ended with %d\n", exit);
  if (!check) return table.problem.empty() && exit == 0 ? 0 : 1;
  const bool good = table.problem.empty() && exit == 0 && table.least_fps > 1 && table.sounds_missing == 0 &&
                    table.found > options.sample_rate && table.drift < 5 &&
                    !joined(results, &LoadResult::interrupt_silence).empty();
  std::printf("%s\n", good ? "good" : "BROKEN");
  return good ? 0 : 1;
}
