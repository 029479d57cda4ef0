#include "measure/sound_heard.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "media/audio_reader.hpp"
#include "motion/lip_readout.hpp"
#include "motion/phone_targets.hpp"

namespace parlante {
namespace {

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
constexpr double kPeak = .35, kSamePeak_s = .08;
constexpr std::size_t kChunk = kSampleRate;

/// Takes what the front end has ready; layer 2 is kept for the lip reading, which looks to both sides.
void take(PhoneticFrontEnd& front_end, SoundHeard& sound,
          std::vector<std::array<float, kFeatureWidth>>& layer2) {
  for (PhoneticFrame frame; front_end.pull(frame);) {
    sound.energy_db.push_back(frame.energy_db);
    sound.voice.push_back(frame.voice);
    sound.pitch_hz.push_back(frame.pitch_hz > 0 ? frame.pitch_hz : kUnknown);
    double shut = 0;
    for (int phone = 0; phone < kPhones; ++phone)
      if (phone_class(phone) == PhoneClass::bilabial)
        shut += frame.posterior[static_cast<std::size_t>(phone)];
    sound.bilabial.push_back(shut);
    layer2.push_back(frame.layer2);
  }
}

void read_all_lips(SoundHeard& sound, const std::vector<std::array<float, kFeatureWidth>>& layer2) {
  sound.lip_reading.assign(sound.size(), kUnknown);
  constexpr std::size_t reach = kLipReadingReach;
  for (std::size_t k = reach; k + reach < sound.size(); ++k)
    if (sound.voice[k] >= kVoiceOn)
      sound.lip_reading[k] = read_lips(layer2[k + reach], layer2[k], layer2[k - reach]).gap;
}

/// For sound that comes in pieces.
class Listener {
 public:
  explicit Listener(const PhoneticModel& model) : front_end_(model, {}) {}
  void push(std::span<const float> samples) {
    front_end_.push(samples);
    take(front_end_, sound_, layer2_);
  }
  SoundHeard finish() {
    front_end_.end();
    take(front_end_, sound_, layer2_);
    read_all_lips(sound_, layer2_);
    return std::move(sound_);
  }

 private:
  PhoneticFrontEnd front_end_;
  SoundHeard sound_;
  std::vector<std::array<float, kFeatureWidth>> layer2_;
};

}  // namespace

SoundHeard hear(std::span<const float> samples, const PhoneticModel& model) {
  Listener listener(model);
  for (; !samples.empty(); samples = samples.subspan(std::min(kChunk, samples.size())))
    listener.push(samples.first(std::min(kChunk, samples.size())));
  return listener.finish();
}

Result<SoundHeard> hear_file(const std::string& source, const PhoneticModel& model, Sink& sink) {
  auto reader = AudioReader::open(source, kSampleRate, 1, sink);
  if (!reader) return pass_on(std::move(reader));
  Listener listener(model);
  std::vector<float> piece(kChunk);
  for (;;) {
    const auto got = reader->read(piece);
    if (!got) return tl::unexpected(got.error());
    if (*got == 0) break;
    listener.push(std::span(piece).first(*got));
  }
  return listener.finish();
}

std::vector<double> bilabials_heard(const SoundHeard& sound) {
  const Series& p = sound.bilabial;
  std::vector<double> times;
  double last_height = 0;
  for (std::size_t k = 0; k < p.size(); ++k) {
    if (!(p[k] > kPeak) || (k > 0 && p[k - 1] > p[k]) || (k + 1 < p.size() && p[k + 1] >= p[k])) continue;
    const double time = static_cast<double>(k) * kPhoneticHop / kSampleRate;
    if (!times.empty() && time - times.back() < kSamePeak_s) {
      if (p[k] > last_height) times.back() = time, last_height = p[k];
      continue;
    }
    times.push_back(time);
    last_height = p[k];
  }
  return times;
}

}  // namespace parlante
