// Lips move with the sound that is given out with them, as they do in a film made offline; the face stays
// whole when it is interrupted. With the real motion.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "media/audio_reader.hpp"
#include "motion/learned_face.hpp"
#include "motion/motion.hpp"
#include "stream/live_model.hpp"

namespace parlante::testing {
namespace {

std::vector<float> sample_speech(int rate) {
  auto reader = AudioReader::open((samples_folder() / "speech.flac").string(), rate, 1).value();
  std::vector<float> sound, some(4096);
  while (const std::size_t count = reader.read(some).value())
    sound.insert(sound.end(), some.begin(), some.begin() + static_cast<std::ptrdiff_t>(count));
  return sound;
}

std::shared_ptr<const Model> speaking_model(bool live) {
  auto loaded = load_model(models_folder(), {.face = false, .live = live});
  if (!loaded) throw std::runtime_error(loaded.error().message);
  return *loaded;
}

/// Openings of the mouth, `rate` a second from the sound's start.
std::vector<float> offline_openings(int rate) {
  const auto model = speaking_model(false);
  PhoneticFrontEnd front_end(*model->speech, {});
  MotionOptions options;
  options.rate = {rate, 1};
  const auto motion = make_motion(make_learned_face(*model->motion, LearnedFaceOptions::offline(1)), options);
  front_end.push(sample_speech(16000));
  front_end.end();
  PhoneticFrame heard;
  while (front_end.pull(heard)) motion->push(heard);
  motion->end();
  std::vector<float> openings;
  FaceCode code;
  while (motion->pull(code)) openings.push_back(code.aperture);
  return openings;
}

struct Row {
  std::vector<float> openings, sound;
};

/// A stream to which everything is pushed after `before` frames.
Row live_row(int rate, int sound_rate, int before) {
  LiveOptions options = small_live(rate, sound_rate);
  options.stream.render.part = {0, 0, 16, 16};
  LiveStream stream = LiveStream::open(speaking_model(true), small_avatar(), options).value();
  Row row;
  LiveFrame frame;
  const auto play = [&](int frames) {
    for (; frames > 0; --frames) {
      stream.next(frame);
      row.openings.push_back(frame.code.aperture);
      row.sound.insert(row.sound.end(), frame.sound.begin(), frame.sound.end());
    }
  };
  play(before);
  const std::vector<float> speech = sample_speech(sound_rate);
  stream.push(speech);
  stream.speak_end();
  play(static_cast<int>(speech.size() / static_cast<std::size_t>(sound_rate)) * rate + rate);
  return row;
}

/// Loudness of the sound of each frame.
std::vector<float> loudness(const std::vector<float>& sound, int rate, int sound_rate) {
  std::vector<float> values;
  const auto place = [&](std::size_t k) {
    return k * static_cast<std::size_t>(sound_rate) / static_cast<std::size_t>(rate);
  };
  for (std::size_t k = 0; place(k + 1) <= sound.size(); ++k) {
    double sum = 0;
    for (std::size_t i = place(k); i < place(k + 1); ++i) sum += static_cast<double>(sound[i] * sound[i]);
    values.push_back(static_cast<float>(std::sqrt(sum / static_cast<double>(place(k + 1) - place(k)))));
  }
  return values;
}

/// Correlation of a, moved by `lag` steps to the later, with b.
double correlation(const std::vector<float>& a, const std::vector<float>& b, int lag) {
  double n = 0, sa = 0, sb = 0, saa = 0, sbb = 0, sab = 0;
  for (int i = 0; i < static_cast<int>(b.size()); ++i) {
    const int j = i - lag;
    if (j < 0 || j >= static_cast<int>(a.size())) continue;
    const double x = a[static_cast<std::size_t>(j)], y = b[static_cast<std::size_t>(i)];
    n += 1, sa += x, sb += y, saa += x * x, sbb += y * y, sab += x * y;
  }
  return (n * sab - sa * sb) / std::sqrt((n * saa - sa * sa) * (n * sbb - sb * sb));
}

/// The lag of `a` behind `b` with the highest correlation, in steps and parts of one.
double lag_of(const std::vector<float>& a, const std::vector<float>& b) {
  int best = 0;
  for (int lag = -30; lag <= 30; ++lag)
    if (correlation(a, b, -lag) > correlation(a, b, -best)) best = lag;
  const double l = correlation(a, b, -best + 1), m = correlation(a, b, -best),
               r = correlation(a, b, -best - 1);
  return best + .5 * (r - l) / (2 * m - l - r);
}

TEST(LiveSync, LipsMoveWithTheSoundAsTheyDoOffline) {
  for (const auto& [rate, sound_rate] : {std::pair{25, 48000}, {60, 24000}}) {
    const Row live = live_row(rate, sound_rate, rate / 2);
    const std::vector<float> offline = offline_openings(rate);
    const std::vector<float> speech = sample_speech(sound_rate);

    // Where the sound begins in the stream.
    const auto at = std::search(live.sound.begin(), live.sound.end(), speech.begin() + sound_rate,
                                speech.begin() + 2 * sound_rate);
    ASSERT_NE(at, live.sound.end());
    const auto begins = static_cast<double>(at - live.sound.begin() - sound_rate) / sound_rate;
    const double frame_ms = 1e3 / rate;
    std::vector<float> openings(
        live.openings.begin() + static_cast<std::ptrdiff_t>(std::floor(begins * rate)), live.openings.end());
    const double rest_ms = (begins * rate - std::floor(begins * rate)) * frame_ms;
    EXPECT_NEAR(lag_of(openings, offline) * frame_ms - rest_ms, 0, 10) << rate;

    // Loudness of 40 ms is too coarse to tell lags by.
    if (rate >= 50) {
      const double live_lag = lag_of(live.openings, loudness(live.sound, rate, sound_rate)) * frame_ms;
      const double offline_lag = lag_of(offline, loudness(speech, rate, sound_rate)) * frame_ms;
      EXPECT_NEAR(live_lag, offline_lag, 20);
      std::printf("lips lag %.1f ms behind the sound live, %.1f offline\n", live_lag, offline_lag);
    }
    const int whole = static_cast<int>(std::lround(rest_ms / frame_ms));
    EXPECT_GT(correlation(offline, openings, whole), .8) << rate;
    std::printf("%d fps: live lips lag %.1f ms behind offline ones, r %.3f\n", rate,
                lag_of(openings, offline) * frame_ms - rest_ms, correlation(offline, openings, whole));
  }
}

TEST(LiveSync, AnInterruptedMouthClosesAndHeadAndEyesGoOn) {
  LiveOptions options = small_live(25, 16000);
  options.stream.render.part = {0, 0, 16, 16};
  const auto model = speaking_model(true);
  const std::vector<float> speech = sample_speech(16000);
  int open_mouths = 0;
  for (const int at : {40, 52, 64}) {
    LiveStream stream = LiveStream::open(model, small_avatar(), options).value();
    stream.push(speech);
    LiveFrame frame;
    FaceCode before;
    float fastest = 0;
    for (int k = 0; k < at; ++k) {
      before = frame.code;
      stream.next(frame);
      if (k > 0)
        fastest = std::max(fastest, std::hypot(frame.code.yaw - before.yaw, frame.code.pitch - before.pitch,
                                               frame.code.roll - before.roll));
    }
    open_mouths += frame.code.aperture > .03F;
    stream.interrupt();
    float opening = frame.code.aperture;
    for (int k = 0; k < 12; ++k) {
      before = frame.code;
      stream.next(frame);
      EXPECT_LT(std::hypot(frame.code.yaw - before.yaw, frame.code.pitch - before.pitch,
                           frame.code.roll - before.roll),
                std::max(1.5F * fastest, .03F))
          << "the head jumps, frame " << k;
      EXPECT_LE(frame.code.aperture, k == 0 ? 1 : k < 3 ? .5F * opening + .002F : .01F) << at << " " << k;
      for (std::size_t i = k == 0 ? 64 : 0; i < frame.sound.size(); ++i) ASSERT_EQ(frame.sound[i], 0);
    }
    // Whoever speaks again is seen to.
    stream.push(speech);
    float widest = 0;
    for (int k = 0; k < 40; ++k) {
      stream.next(frame);
      widest = std::max(widest, frame.code.aperture);
    }
    EXPECT_GT(widest, .05F);
  }
  EXPECT_GE(open_mouths, 2) << "nothing was to be closed";
}

}  // namespace
}  // namespace parlante::testing
