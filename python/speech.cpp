// Sound files, and what the phonetic front end hears in sound.
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <filesystem>
#include <map>
#include <mutex>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "media/audio_reader.hpp"
#include "module.hpp"
#include "motion/lip_readout.hpp"
#include "motion/phone_targets.hpp"
#include "speech/phonetic_front_end.hpp"

namespace parlante::python {
namespace {

using Samples = nb::ndarray<const float, nb::ndim<1>, nb::c_contig, nb::device::cpu>;

/// Windows as PhoneticFrontEnd's documentation advises: 4 s offline, 2 s live.
constexpr int kLiveWindow = 100;

/// Loaded models are kept, by folder and window, and never destroyed.
const PhoneticModel& phonetic_model(const std::string& models, int window) {
  static std::mutex mutex;
  static auto& loaded =
      *new std::map<std::pair<std::string, int>, PhoneticModel>;  // OpenVINO is gone before statics are
  const std::scoped_lock lock(mutex);
  const std::pair key{models, window};
  auto found = loaded.find(key);
  if (found == loaded.end()) {
    const std::filesystem::path file = std::filesystem::path(models) / "phonetic.hama";
    found = loaded.emplace(key, or_raise(PhoneticModel::load(file, 1, window))).first;
  }
  return found->second;
}

struct Heard {
  Rows<float> layer2{kFeatureWidth}, layer4{kFeatureWidth}, posterior{kPhones}, classes{kPhoneClasses};
  Rows<float> energy_db, pitch_hz, voice;

  void add(const PhoneticFrame& frame) {
    layer2.add(frame.layer2);
    layer4.add(frame.layer4);
    posterior.add(frame.posterior);
    std::array<float, kPhoneClasses> masses{};
    for (int phone = 0; phone < kPhones; ++phone)
      masses[static_cast<std::size_t>(phone_class(phone))] +=
          frame.posterior[static_cast<std::size_t>(phone)];
    classes.add(masses);
    energy_db.add_value(frame.energy_db);
    pitch_hz.add_value(frame.pitch_hz);
    voice.add_value(frame.voice);
  }
};

nb::dict hear(const Samples& samples, const std::string& models, bool live) {
  Heard heard;
  {
    const nb::gil_scoped_release other_threads_may_run;
    const int window = live ? kLiveWindow : PhoneticModel::kDefaultWindow;
    const auto options = live ? PhoneticFrontEnd::live() : PhoneticFrontEnd::Options{};
    PhoneticFrontEnd front_end(phonetic_model(models, window), options);
    PhoneticFrame frame;
    const std::span all(samples.data(), samples.size());
    for (std::size_t at = 0; at < all.size(); at += kSampleRate) {
      front_end.push(all.subspan(at, std::min<std::size_t>(kSampleRate, all.size() - at)));
      while (front_end.pull(frame)) heard.add(frame);
    }
    front_end.end();
    while (front_end.pull(frame)) heard.add(frame);
  }
  nb::dict result;
  result["layer2"] = std::move(heard.layer2).to_python();
  result["layer4"] = std::move(heard.layer4).to_python();
  result["posterior"] = std::move(heard.posterior).to_python();
  result["classes"] = std::move(heard.classes).to_python();
  result["energy_db"] = std::move(heard.energy_db).to_python();
  result["pitch_hz"] = std::move(heard.pitch_hz).to_python();
  result["voice"] = std::move(heard.voice).to_python();
  return result;
}

nb::tuple read_lips_of(
    const nb::ndarray<const float, nb::shape<-1, kFeatureWidth>, nb::c_contig, nb::device::cpu>& layer2) {
  Rows<float> gap, width;
  const auto frames = static_cast<std::ptrdiff_t>(layer2.shape(0));
  const auto row = [&](std::ptrdiff_t frame) {
    const auto at = std::clamp<std::ptrdiff_t>(frame, 0, frames - 1) * kFeatureWidth;
    return std::span<const float, kFeatureWidth>(layer2.data() + at, static_cast<std::size_t>(kFeatureWidth));
  };
  for (std::ptrdiff_t k = 0; k < frames; ++k) {
    const LipReading reading = read_lips(row(k + kLipReadingReach), row(k), row(k - kLipReadingReach));
    gap.add_value(reading.gap);
    width.add_value(reading.width);
  }
  return nb::make_tuple(std::move(gap).to_python(), std::move(width).to_python());
}

nb::object read_sound(const std::string& file) {
  Rows<float> samples;
  {
    const nb::gil_scoped_release other_threads_may_run;
    auto reader = or_raise(AudioReader::open(file, kSampleRate, 1));
    std::vector<float> piece(kSampleRate);
    while (const std::size_t count = or_raise(reader.read(piece))) samples.add(std::span(piece).first(count));
  }
  return std::move(samples).to_python();
}

}  // namespace

void add_speech(nb::module_& m) {
  using namespace nb::literals;
  m.attr("SAMPLE_RATE") = kSampleRate;
  m.attr("HOP") = kPhoneticHop;
  m.def("read_sound", &read_sound, "file"_a,
        "The sound of a sound or video file: float32, mono, 16 kHz, full scale 1.");
  m.def(
      "hear", &hear, "samples"_a, "models"_a, "live"_a = false,
      "What the front end hears in float32 samples at 16 kHz, a row each 20 ms: layer2 and layer4 (n, 144), "
      "posterior (n, 191), classes (n, 17: the posterior summed by phone class), energy_db, pitch_hz, voice "
      "(n). `models`: folder that holds phonetic.hama. `live`: with the windows of a live stream (160 ms of "
      "delay) instead of those for files.");
  m.def("read_lips", &read_lips_of, "layer2"_a,
        "The linear readout of the lips, about their means in speech: gap and width (n) over the distance of "
        "the outer eye "
        "corners, not smoothed.");
  m.def(
      "phones",
      [] {
        std::vector<std::string> names;
        for (int phone = 0; phone < kPhones; ++phone) names.emplace_back(PhoneticModel::phone(phone));
        return names;
      },
      "IPA texts of the 191 outputs.");
  m.def(
      "phone_classes",
      [] {
        std::vector<int> classes;
        for (int phone = 0; phone < kPhones; ++phone) classes.push_back(static_cast<int>(phone_class(phone)));
        return classes;
      },
      "The class (0..16, the order of PhoneClass) of each output.");
}

}  // namespace parlante::python
