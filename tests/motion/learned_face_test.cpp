#include "motion/learned_face.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <ctime>
#include <iterator>
#include <limits>

#include "motion/phonetic_script.hpp"
#include "motion/small_motion_model.hpp"
#include "speech/phonetic_front_end.hpp"
#include "support/paths.hpp"
#include "support/wav.hpp"

namespace parlante {
namespace {

using testing::silent_frame;
using testing::SmallMotion;
using testing::talk;
using testing::voiced_frame;

using Codes = std::vector<FaceCode>;

const MotionModel& small_model() {
  static const MotionModel model = SmallMotion{}.model();
  return model;
}

LearnedFaceOptions paced(Pace pace, std::uint64_t seed = 1) {
  return pace == Pace::live ? LearnedFaceOptions::live(seed) : LearnedFaceOptions::offline(seed);
}

Codes take(SpeechFace& face) {
  Codes codes;
  FaceCode code;
  while (face.pull(code)) codes.push_back(code);
  return codes;
}

Codes speak(SpeechFace& face, const std::vector<PhoneticFrame>& frames) {
  for (const auto& frame : frames) face.push(frame);
  face.end();
  return take(face);
}

Codes speak(const LearnedFaceOptions& options, const std::vector<PhoneticFrame>& frames,
            const MotionModel& model = small_model()) {
  return speak(*make_learned_face(model, options), frames);
}

bool same(const Codes& a, const Codes& b) {
  return std::ranges::equal(a, b, [](const FaceCode& x, const FaceCode& y) {
    return x.weights == y.weights && x.aperture == y.aperture && x.yaw == y.yaw && x.pitch == y.pitch &&
           x.roll == y.roll && x.gaze_yaw == y.gaze_yaw && x.gaze_pitch == y.gaze_pitch;
  });
}

std::vector<PhoneticFrame> voiced(std::size_t frames) {
  std::vector<PhoneticFrame> sound;
  for (std::size_t k = 0; k < frames; ++k) sound.push_back(voiced_frame(k));
  return sound;
}

/// A network that lets the lips follow the energy of each frame and nothing else.
MotionModel echo_of_energy() {
  SmallMotion small{.blocks = 1, .window = 60, .previous = 10, .channels = {"aperture", "jawOpen"}};
  auto file = small.file();
  for (auto& [name, array] : file.arrays) {
    if (!name.ends_with("_std") && !name.ends_with("_mean")) std::ranges::fill(array.values, 0.F);
  }
  const std::size_t hears = MotionConfig::kHeardOfFrame;
  std::ranges::fill(file.arrays["audio_mean"].values, 0.F);
  std::ranges::fill(file.arrays["audio_std"].values, 1.F);
  auto& audio = file.arrays["audio.weight"].values;
  for (const std::size_t half : {hears - 1, 2 * hears - 1}) {
    audio[0 * 2 * hears + half] = 0.5F;
    audio[1 * 2 * hears + half] = -0.5F;
  }
  file.arrays["audio.bias"].values[2] = 2;
  file.arrays["audio.bias"].values[3] = -2;
  std::ranges::fill(file.arrays["norm.weight"].values, 1.F);
  file.arrays["head.weight"].values[0] = 1;  // the first channel is the energy, against the constants
  file.arrays["channel_mean"].values = {0.08F, 0.1F};
  file.arrays["channel_std"].values = {0.05F, 0.05F};
  return MotionModel::build(
             MotionWeights::from(SafeTensors::parse(file.bytes(), "motion model").value()).value(), 1, 22)
      .value();
}

class LearnedFace : public ::testing::TestWithParam<Pace> {};
INSTANTIATE_TEST_SUITE_P(Paces, LearnedFace, ::testing::Values(Pace::offline, Pace::live),
                         [](const auto& pace) { return pace.param == Pace::live ? "live" : "offline"; });

TEST_P(LearnedFace, GivesOneCodeAFrame) {
  for (const std::size_t frames : {0U, 1U, 2U, 3U, 7U, 20U, 39U, 40U, 41U, 200U, 333U}) {
    const auto face = make_learned_face(small_model(), paced(GetParam()));
    EXPECT_EQ(speak(*face, voiced(frames)).size(), frames);
    EXPECT_EQ(face->ready(), 0U);
    face->push(silent_frame());
    EXPECT_EQ(face->ready(), 0U);
  }
}

TEST_P(LearnedFace, GivesTheSameForTheSameSeedAndAnotherForAnother) {
  const auto sound = talk(6);
  EXPECT_TRUE(same(speak(paced(GetParam(), 4), sound), speak(paced(GetParam(), 4), sound)));
  EXPECT_FALSE(same(speak(paced(GetParam(), 4), sound), speak(paced(GetParam(), 5), sound)));
}

TEST_P(LearnedFace, IsAsNewAfterReset) {
  const auto face = make_learned_face(small_model(), paced(GetParam()));
  const Codes first = speak(*face, talk(5));
  face->reset();
  for (const auto& frame : voiced(77)) face->push(frame);
  SpeechWish wish;
  wish.emotion_known = true;
  wish.emotion[0] = 1;
  face->wish(wish);
  face->reset();
  EXPECT_EQ(face->ready(), 0U);
  EXPECT_TRUE(same(speak(*face, talk(5)), first));
}

TEST_P(LearnedFace, DoesNotCareWhenCodesAreTaken) {
  const auto sound = talk(5);
  const auto face = make_learned_face(small_model(), paced(GetParam()));
  Codes now;
  for (const auto& frame : sound) {
    face->push(frame);
    std::ranges::copy(take(*face), std::back_inserter(now));
  }
  face->end();
  std::ranges::copy(take(*face), std::back_inserter(now));
  EXPECT_TRUE(same(now, speak(paced(GetParam()), sound)));
}

/// The codes of a sound that comes in pieces, heard as in a stream that talks with somebody.
Codes listen_and_speak(SpeechFace& face, std::span<const float> sound, std::size_t piece) {
  static const PhoneticModel hearing =
      PhoneticModel::load(testing::models_folder() / "phonetic.hama", 1, 100).value();
  PhoneticFrontEnd front_end(hearing, PhoneticFrontEnd::live());
  PhoneticFrame frame;
  const auto move = [&] {
    while (front_end.pull(frame)) {
      face.push(frame);
      face.foresee(front_end.foreseen());
    }
  };
  for (std::size_t at = 0; at < sound.size(); at += piece) {
    front_end.push(sound.subspan(at, std::min(piece, sound.size() - at)));
    move();
  }
  front_end.end();
  move();
  face.end();
  return take(face);
}

TEST_P(LearnedFace, DoesNotCareHowTheSoundIsCut) {
  const auto sound = testing::buzz(3, kSampleRate);
  const auto run = [&](std::size_t piece) {
    return listen_and_speak(*make_learned_face(small_model(), paced(GetParam())), sound, piece);
  };
  const Codes whole = run(sound.size());
  EXPECT_EQ(whole.size(), 150U);
  EXPECT_TRUE(same(run(333), whole));
  EXPECT_TRUE(same(run(4801), whole));
}

TEST_P(LearnedFace, OutlivesBrokenSound) {
  auto sound = testing::buzz(3, kSampleRate);
  for (std::size_t i = 8000; i < 16000; ++i) sound[i] = std::nanf("");
  for (std::size_t i = 16000; i < 24000; ++i) sound[i] = sound[i] > 0 ? 1e30F : -1e30F;  // clipped
  for (std::size_t i = 24000; i < 32000; ++i) sound[i] = std::numeric_limits<float>::infinity();
  const Codes codes = listen_and_speak(*make_learned_face(small_model(), paced(GetParam())), sound, 640);
  ASSERT_EQ(codes.size(), 150U);
  for (const auto& code : codes) {
    for (const float w : code.weights) ASSERT_TRUE(w >= 0 && w <= 1) << w;
    ASSERT_TRUE(code.aperture >= 0 && code.aperture <= 0.4);
    ASSERT_TRUE(std::isfinite(code.yaw) && std::isfinite(code.gaze_pitch));
  }
}

TEST_P(LearnedFace, KeepsEveryValueInItsRange) {
  SmallMotion wild;
  wild.loudness = 30;
  const MotionModel model = wild.model();
  auto sound = talk(5);
  for (std::size_t k = 60; k < 80; ++k) {
    sound[k].layer2.fill(1e30F);
    sound[k].layer4.fill(-1e30F);
    sound[k].energy_db = 300;
  }
  for (const auto& code : speak(paced(GetParam()), sound, model)) {
    for (const float w : code.weights) ASSERT_TRUE(w >= 0 && w <= 1) << w;
    ASSERT_TRUE(code.aperture >= 0 && code.aperture <= 0.4) << code.aperture;
    for (const float turn : {code.yaw, code.pitch, code.roll, code.gaze_yaw, code.gaze_pitch})
      ASSERT_TRUE(std::abs(turn) < 0.7) << turn;
  }
}

TEST_P(LearnedFace, RestsWhileNobodySpeaks) {
  std::vector<PhoneticFrame> sound(100, silent_frame());
  const auto speech = voiced(100);
  sound.insert(sound.end(), speech.begin(), speech.end());
  sound.resize(400, silent_frame());
  const Codes codes = speak(paced(GetParam()), sound);
  float widest = 0;
  for (std::size_t k = 0; k < codes.size(); ++k) {
    if (k < 90 || k > 280) {
      EXPECT_EQ(codes[k].aperture, 0) << k;
      EXPECT_EQ(codes[k].weights[Blendshape::jawOpen], 0) << k;
    } else if (k > 210) {
      EXPECT_LT(std::abs(codes[k].aperture - codes[k - 1].aperture), 0.02) << k;
    } else {
      widest = std::max(widest, codes[k].aperture);
    }
  }
  EXPECT_GT(widest, 0.02);
}

TEST_P(LearnedFace, ObeysTheSoundAtItsOwnTime) {
  // A pulse of energy in two phonetic frames: the lips open widest between them, whatever their place in the
  // windows.
  const MotionModel model = echo_of_energy();
  for (const std::size_t at : {60U, 61U, 78U, 95U, 96U, 118U, 143U}) {
    auto sound = voiced(200);
    for (std::size_t k = 0; k < sound.size(); ++k) {
      sound[k].layer2.fill(0);
      const double away = std::abs(static_cast<double>(k) - static_cast<double>(at) - 0.5);
      sound[k].energy_db = static_cast<float>(-40 + 30 * std::exp(-away * away / 18));
    }
    const Codes codes = speak(paced(GetParam()), sound, model);
    double weighed = 0, total = 0;
    for (std::size_t k = at - 12; k <= at + 13; ++k) {
      const auto open = static_cast<double>(codes[k].aperture - codes[at - 20].aperture);
      weighed += open * static_cast<double>(k);
      total += open;
    }
    EXPECT_GT(codes[at].aperture, codes[at - 20].aperture + 0.03);
    EXPECT_NEAR(weighed / total, static_cast<double>(at) + 0.5, 0.3) << "pulse at " << at;
  }
}

TEST(LearnedFaceOffline, HasNoSeamsWiderThanWhatLiesBetweenThem) {
  // Windows of 20 frames, 4 of them earlier and 12 ahead: 4 are given out a time.
  double at_seams = 0, between = 0;
  std::size_t seams = 0, others = 0;
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    const Codes codes = speak(LearnedFaceOptions::offline(seed), voiced(600));
    for (std::size_t k = 100; k < codes.size(); k += 2) {  // those that pass from video frame to frame
      const auto jump = static_cast<double>(std::abs(codes[k].yaw - codes[k - 1].yaw));
      (k % 8 == 0 ? at_seams : between) += jump;
      ++(k % 8 == 0 ? seams : others);
    }
  }
  EXPECT_LT(at_seams / static_cast<double>(seams), 1.3 * between / static_cast<double>(others));
}

TEST(LearnedFaceLive, GivesCodesAsSoonAsItsFutureIsForeseen) {
  const auto face = make_learned_face(small_model(), LearnedFaceOptions::live(1));
  const auto sound = voiced(60);
  for (std::size_t k = 0; k + 8 < sound.size(); k += 2) {
    face->push(sound[k]);
    face->push(sound[k + 1]);
    const std::size_t ready = face->ready();
    face->foresee(std::span(sound).subspan(k + 2, 6));
    EXPECT_EQ(ready, k);
    EXPECT_EQ(face->ready(), k + 2);
  }
}

TEST(LearnedFaceLive, LetsTheWholeFaceMoveAsSoonAsItsFutureIsForeseen) {
  const auto sound = talk(8);
  const auto motion = make_motion(make_learned_face(small_model(), LearnedFaceOptions::live(1)), {});
  for (std::size_t k = 0; k < sound.size(); k += 2) {
    motion->push(sound[k]);
    motion->push(sound[k + 1]);
    motion->foresee(std::span(sound).subspan(k + 2, std::min<std::size_t>(6, sound.size() - k - 2)));
    if (k + 8 <= sound.size()) {
      EXPECT_EQ(motion->ready(), k / 2 + 1);
    }
  }
  motion->end();
  const Codes live = testing::take_all(*motion);
  const Codes waited =
      testing::move(*make_motion(make_learned_face(small_model(), LearnedFaceOptions::live(1)), {}), sound);
  EXPECT_EQ(live.size(), waited.size());
  EXPECT_FALSE(same(live, waited));  // the head's movement comes 40 ms later
  EXPECT_EQ(live[60].aperture, waited[60].aperture);
}

TEST(LearnedFaceLive, ForeseenFramesGiveWhatPushedOnesGive) {
  const auto sound = talk(4);
  const auto face = make_learned_face(small_model(), LearnedFaceOptions::live(1));
  for (std::size_t k = 0; k + 1 < sound.size(); k += 2) {
    face->push(sound[k]);
    face->push(sound[k + 1]);
    face->foresee(std::span(sound).subspan(k + 2, std::min<std::size_t>(6, sound.size() - k - 2)));
  }
  face->end();
  const Codes foreseen = take(*face), pushed = speak(LearnedFaceOptions::live(1), sound);
  ASSERT_EQ(foreseen.size(), pushed.size());
  // The laws see 8 frames of future, two more than are foreseen.
  std::size_t alike = 0;
  for (std::size_t k = 0; k < pushed.size(); ++k) {
    EXPECT_EQ(foreseen[k].yaw, pushed[k].yaw);
    alike += std::abs(foreseen[k].aperture - pushed[k].aperture) < 1e-3F;
  }
  EXPECT_GT(alike, pushed.size() * 8 / 10);
}

TEST(LearnedFaceWishes, ChangeWhatIsDrawnFromThenOn) {
  const auto face = make_learned_face(small_model(), LearnedFaceOptions::offline(1));
  const auto sound = voiced(300);
  const Codes plain = speak(*face, sound);
  face->reset();
  SpeechWish wish;
  wish.gaze_known = true;
  wish.gaze_yaw = 0.5F;
  for (std::size_t k = 0; k < sound.size(); ++k) {
    if (k == 200) face->wish(wish);
    face->push(sound[k]);
  }
  face->end();
  const Codes wished = take(*face);
  EXPECT_TRUE(same({plain.begin(), plain.begin() + 150}, {wished.begin(), wished.begin() + 150}));
  EXPECT_FALSE(same({plain.begin() + 250, plain.end()}, {wished.begin() + 250, wished.end()}));
}

TEST(LearnedFaceWishes, ForEmotionsAreHeardByModelsThatLearnedThem) {
  SpeechWish angry;
  angry.emotion_known = true;
  angry.emotion[2] = 0.8F;
  const auto sound = voiced(100);
  for (const bool emotions : {true, false}) {
    const MotionModel model = SmallMotion{.emotions = emotions}.model();
    const auto face = make_learned_face(model, LearnedFaceOptions::offline(1));
    const Codes plain = speak(*face, sound);
    face->reset();
    face->wish(angry);
    EXPECT_EQ(same(plain, speak(*face, sound)), !emotions);
  }
}

TEST(LearnedFaceParts, AreThoseOfTheModelsChannels) {
  const auto all = make_learned_face(small_model(), {})->parts();
  EXPECT_TRUE(all.brows && all.blinks && all.head && all.gaze);
  const auto mouth =
      make_learned_face(SmallMotion{.channels = {"aperture", "jawOpen", "yaw"}}.model(), {})->parts();
  EXPECT_FALSE(mouth.brows || mouth.blinks || mouth.head || mouth.gaze);
}

/// Somebody speaks, is silent for long, and speaks again; thread seconds of the silence.
Codes talk_and_rest(const MotionModel& model, bool mouth_only, double& rest_s) {
  LearnedFaceOptions options = LearnedFaceOptions::live(1);
  options.mouth_only = mouth_only;
  const auto motion = make_motion(make_learned_face(model, options), {.rate = {50, 1}});
  std::vector<PhoneticFrame> sound = talk(2);
  const std::size_t silence = sound.size();
  sound.resize(silence + 400, silent_frame());
  const std::size_t again = sound.size();
  std::ranges::copy(talk(2), std::back_inserter(sound));
  std::clock_t began = 0;
  for (std::size_t k = 0; k + 8 <= sound.size(); k += 2) {
    if (k == silence + 160) began = std::clock();
    if (k == again - 10) rest_s = static_cast<double>(std::clock() - began) / CLOCKS_PER_SEC;
    motion->push(sound[k]);
    motion->push(sound[k + 1]);
    motion->foresee(std::span(sound).subspan(k + 2, 6));
  }
  motion->end();
  return testing::take_all(*motion);
}

TEST(LearnedFaceLive, WhoUsesTheMouthAloneLetsTheNetworkRestWhileNobodySpeaks) {
  const MotionModel model = SmallMotion{.d = 64, .blocks = 4}.model(45);
  double awake_s = 0, resting_s = 0;
  const Codes awake = talk_and_rest(model, false, awake_s), resting = talk_and_rest(model, true, resting_s);
  EXPECT_LT(resting_s, .5 * awake_s);
  ASSERT_EQ(awake.size(), resting.size());
  float widest = 0, moved = 0;
  for (std::size_t k = 0; k < awake.size(); ++k) {
    // all of the face's life goes on, and the mouth is seen as it was made
    ASSERT_EQ(awake[k].yaw, resting[k].yaw) << k;
    ASSERT_EQ(awake[k].gaze_yaw, resting[k].gaze_yaw) << k;
    ASSERT_EQ(awake[k].breath, resting[k].breath) << k;
    ASSERT_EQ(awake[k].weights[Blendshape::eyeBlinkLeft], resting[k].weights[Blendshape::eyeBlinkLeft]) << k;
    ASSERT_EQ(k < 480 ? awake[k].aperture : 0, k < 480 ? resting[k].aperture : 0) << k;
    widest = std::max(widest, resting[k].aperture);
    if (k > 200 && k < 480) moved += std::abs(resting[k].yaw - resting[k - 1].yaw);
  }
  EXPECT_GT(widest, .03F);
  EXPECT_GT(moved, .01F) << "an idle face is no picture";
}

}  // namespace
}  // namespace parlante
