// What a live stream costs and how late it is:
//
//   bench_live [SECONDS]       core-ms a frame in parts, at 25, 40 and 60 frames a second, 512 x 512
//   bench_live paced SECONDS   real time: packets of 20 ms pushed as they are spoken; latency and late frames
//   bench_live soak MINUTES    of the stream's time, as fast as they go: memory once a minute
//
// CPU time is that of all threads. PARLANTE_MODELS names another models folder than the build's.
#include <unistd.h>
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "avatar/make_avatar.hpp"
#include "core/random.hpp"
#include "media/audio_reader.hpp"
#include "media/picture.hpp"
#include "stream/live_clock.hpp"
#include "stream/live_stream.hpp"
#include "support/paths.hpp"

namespace parlante {
namespace {

constexpr int kSoundRate = 48000;
constexpr std::size_t kPacket = 960;  // 20 ms

double cpu_ms() {
  return 1e3 * static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

std::vector<float> speech(int rate) {
  auto reader = AudioReader::open((testing::samples_folder() / "speech.flac").string(), rate, 1).value();
  std::vector<float> sound, some(4096);
  while (const std::size_t count = reader.read(some).value())
    sound.insert(sound.end(), some.begin(), some.begin() + static_cast<std::ptrdiff_t>(count));
  return sound;
}

struct Stage {
  std::shared_ptr<const Model> model = load_model(testing::models_folder(), {.live = true}).value();
  std::shared_ptr<const Avatar> avatar = [this] {
    FaceTracker tracker(*model->face);
    const ImageU8 photo = read_picture((testing::samples_folder() / "portrait.png").string()).value();
    return std::make_shared<const Avatar>(make_avatar(photo, tracker, *model->head).value());
  }();

  LiveStream open(int rate) const {
    LiveOptions options;
    options.stream.motion.rate = {rate, 1};
    options.sound_rate = kSoundRate;
    return LiveStream::open(model, avatar, options).value();
  }
};

/// CPU time of `frames` frames while somebody speaks (or nobody), each `every`th one drawn.
double cost_ms(const Stage& stage, int rate, int frames, int every, bool speaks) {
  LiveStream stream = stage.open(rate);
  const std::vector<float> sound = speech(kSoundRate);
  LiveFrame frame;
  const auto run = [&](int count) {
    for (int k = 0; k < count; ++k) {
      if (speaks && stream.queued_s() < 1) stream.push(sound);
      if (k % every != 0) {
        stream.skip();
      } else {
        stream.next(frame);
      }
    }
  };
  run(3 * rate);  // idle streams cost nothing once they rest
  const double start = cpu_ms();
  run(frames);
  return cpu_ms() - start;
}

double hearing_ms_a_second(const Stage& stage) {
  PhoneticFrontEnd front_end(*stage.model->speech, PhoneticFrontEnd::live());
  const std::vector<float> sound = speech(kSampleRate);
  PhoneticFrame frame;
  front_end.push(sound);
  while (front_end.pull(frame)) {
  }
  const double start = cpu_ms();
  front_end.push(sound);
  while (front_end.pull(frame)) {
  }
  return (cpu_ms() - start) * kSampleRate / static_cast<double>(sound.size());
}

void parts(double seconds) {
  const Stage stage;
  std::printf(
      "core-ms a frame       hearing  motion  drawing     all   idle    all, ms a second   delay, ms\n");
  for (const int rate : {25, 40, 60}) {
    const int frames = static_cast<int>(seconds * rate);
    constexpr int kEvery = 40;
    const double hearing = hearing_ms_a_second(stage) / rate;
    const double all = cost_ms(stage, rate, frames, 1, true) / frames;
    const double seldom = cost_ms(stage, rate, frames, kEvery, true) / frames;
    const double drawing = (all - seldom) / (1 - 1. / kEvery);
    const double idle = cost_ms(stage, rate, frames, 1, false) / frames;
    std::printf("%3d frames a second   %7.2f %7.2f  %7.2f %7.2f %6.2f   %18.0f   %9.1f\n", rate, hearing,
                all - drawing - hearing, drawing, all, idle, all * rate, stage.open(rate).latency_ms());
    std::fflush(stdout);
  }
}

/// The value below which `share` of them lie.
double quantile(std::vector<double> values, double share) {
  if (values.empty()) return 0;
  std::ranges::sort(values);
  return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
}

void paced(double seconds) {
  using Clock = std::chrono::steady_clock;
  const Stage stage;
  const std::vector<float> sound = speech(kSoundRate);
  for (const int rate : {25, 40, 60}) {
    const auto opening = Clock::now();
    LiveStream stream = stage.open(rate);
    const auto opened = Clock::now();
    LiveFrame frame;
    stream.next(frame);
    const auto first = Clock::now();
    const auto ms = [](Clock::duration d) { return std::chrono::duration<double, std::milli>(d).count(); };
    std::printf("%d frames a second: opened in %.0f ms, first frame after %.0f more\n", rate,
                ms(opened - opening), ms(first - opened));
    const auto start = Clock::now() + std::chrono::milliseconds(10);
    const auto packets = static_cast<std::size_t>(seconds * kSoundRate) / kPacket;
    std::vector<Clock::time_point> sent(packets);
    std::atomic<bool> done{false};
    std::thread speaker([&] {
      for (std::size_t i = 0; i < packets; ++i) {
        std::this_thread::sleep_until(start + std::chrono::milliseconds(7 + 20 * i));
        const std::size_t at = i * kPacket % (sound.size() - kPacket);
        sent[i] = Clock::now();
        stream.push(std::span(sound).subspan(at, kPacket));
      }
      done = true;
    });
    LiveClock clock({rate, 1}, start);
    std::vector<double> latency, busy;
    std::size_t heard = 0;
    while (!done || stream.queued_s() > 0) {
      std::this_thread::sleep_until(clock.due());
      const auto begins = Clock::now();
      if (clock.turn(begins) == LiveClock::Turn::draw || !stream.skip()) {
        stream.next(frame);
        const auto ends = Clock::now();
        busy.push_back(ms(ends - begins));
        const auto spoken = static_cast<std::size_t>(frame.spoken);
        if (spoken == frame.sound.size() && heard + spoken / 2 < packets * kPacket)
          latency.push_back(ms(ends - sent[(heard + spoken / 2) / kPacket]));
        heard += spoken;
      }
      clock.done();
    }
    speaker.join();
    std::printf(
        "%d frames a second: a frame is made in %.1f ms (p50; p95 %.1f); from a sample pushed to its frame "
        "made %.0f "
        "ms (p50; p95 %.0f), by construction %.0f; %lld of %lld frames late, %lld gaps\n",
        rate, quantile(busy, .5), quantile(busy, .95), quantile(latency, .5), quantile(latency, .95),
        stream.latency_ms() - 500. / rate, static_cast<long long>(clock.late()),
        static_cast<long long>(clock.frame()), static_cast<long long>(stream.troubles().late_sound));
    std::fflush(stdout);
  }
}

double resident_mb() {
  long pages = 0, resident = 0;
  std::ifstream("/proc/self/statm") >> pages >> resident;
  return static_cast<double>(resident) * static_cast<double>(sysconf(_SC_PAGESIZE)) / 1e6;
}

/// Somebody speaks for a while, rests, is interrupted, and asks for this and that.
void soak(int minutes) {
  const Stage stage;
  constexpr int kRate = 25;
  LiveStream stream = stage.open(kRate);
  const std::vector<float> sound = speech(kSoundRate);
  Random random(1);
  LiveFrame frame;
  std::int64_t missing = 0, ended = 0, interrupted = 0;
  for (int minute = 0; minute <= minutes; ++minute) {
    std::printf("minute %d: %.1f MB resident, %lld utterances, %lld interrupted, %lld codes missing\n",
                minute, resident_mb(), static_cast<long long>(ended), static_cast<long long>(interrupted),
                static_cast<long long>(missing));
    std::fflush(stdout);
    for (int k = 0; minute < minutes && k < 60 * kRate; ++k) {
      if (random.bits() % (12 * kRate) == 0) {
        const std::size_t from = random.bits() % (sound.size() / 2);
        stream.push(
            std::span(sound).subspan(from, std::min<std::size_t>(sound.size() - from, 6 * kSoundRate)));
        stream.speak_end();
      }
      if (random.bits() % (40 * kRate) == 0) stream.interrupt();
      if (random.bits() % (5 * kRate) == 0) {
        MotionControls controls;
        controls.emotion[random.bits() % kEmotions] = static_cast<float>(random.uniform());
        controls.head_pose[0] = static_cast<float>(random.uniform(-.2, .2));
        stream.control(controls);
      }
      if (k % 10 != 0) {
        stream.skip();
        continue;
      }
      stream.next(frame);
      ended += frame.speak_ended;
      interrupted += frame.interrupted;
    }
    missing = stream.troubles().missing_codes;
  }
}

}  // namespace
}  // namespace parlante

int main(int argc, char** argv) {
  const std::string what = argc > 1 ? argv[1] : "";
  const double amount = argc > 2 ? std::atof(argv[2]) : 10;
  if (what == "paced") {
    parlante::paced(amount);
  } else if (what == "soak") {
    parlante::soak(static_cast<int>(amount));
  } else {
    parlante::parts(argc > 1 ? std::atof(argv[1]) : 8);
  }
  return 0;
}
