#include "speech/phonetic_front_end.hpp"

#include <algorithm>
#include <cmath>

#include "speech/phonetic_model.hpp"
#include "speech/pitch.hpp"
#include "speech/voice_activity.hpp"

namespace parlante {
namespace {

constexpr int kWordBoundary = kPhones - 2;  ///< this and the blank are no phones
constexpr int kFirstPhone = 7;              ///< <pad>, <sos>, <eos>, <unk>, space, %, comma
constexpr std::int64_t kPhonesBefore = 15, kPhonesAfter = 10;  ///< neighbourhood of VoiceActivity, frames
constexpr std::int64_t kShortestSound = 400;  ///< one transform; shorter sound is followed by silence
constexpr float kLoudest = 4;
constexpr std::int64_t kTransformReach = 40;  ///< samples past a window's last frame that its spectra cover

/// A pitch estimate is centred on its frame and so reaches this far past the frame's end.
constexpr std::int64_t kPitchReach = (static_cast<std::int64_t>(PitchDetector::kSpan) - kPhoneticHop) / 2 + 1;

float mean_square_db(std::span<const float> samples) {
  double sum = 1e-10 * static_cast<double>(samples.size());
  for (const float s : samples) sum += static_cast<double>(s) * static_cast<double>(s);
  return static_cast<float>(10 * std::log10(sum / static_cast<double>(samples.size())));
}

}  // namespace

struct PhoneticFrontEnd::State {
  PhoneticModel model;  // keeps the network alive
  Inference inference;
  std::int64_t window, context, block, look_ahead;  // frames

  std::vector<float> heard;  // the sound from sample `heard_start` on
  std::int64_t heard_start = 0, heard_end = 0;
  std::int64_t sound_length = -1, frames_total = -1;  // known after end()
  std::int64_t next_frame = 0;                        // the first frame that no window has given out
  std::vector<PhoneticFrame> given;                   // the current block
  std::vector<PhoneticFrame> foreseen;                // what its window saw behind it
  std::size_t given_count = 0, given_taken = 0;
  bool silent_before = false;     // what the network said last, it said of silence
  std::vector<float> phone_mass;  // per frame of the window
  std::array<float, PitchDetector::kSpan> pitch_span{};
  PitchDetector pitch;
  VoiceActivity voice;

  State(const PhoneticModel& model_, const Options& options)
      : model(model_), inference(model_.data().network), window(model_.window_frames()) {
    block = std::clamp<std::int64_t>(options.block, 1, window);
    look_ahead = std::clamp<std::int64_t>(options.look_ahead, 0, window - 1);
    block = std::min(block, window - look_ahead);
    context = window - block - look_ahead;
    given.resize(static_cast<std::size_t>(block));
    if (options.foresee) foreseen.resize(static_cast<std::size_t>(look_ahead));
    phone_mass.resize(static_cast<std::size_t>(window));
    heard.reserve(2 * model.data().window.samples());
  }

  bool ended() const { return frames_total >= 0; }

  /// The sound at any index: mirrored at its true start and end, as the network was trained.
  float sample(std::int64_t index) const { return sample(index, heard_end); }

  float sample(std::int64_t index, std::int64_t sound_end) const {
    if (index < 0) index = -index;
    if (index >= sound_end) index = 2 * sound_end - 2 - index;
    return index >= heard_start && index < heard_end ? heard[static_cast<std::size_t>(index - heard_start)]
                                                     : 0.F;
  }

  /// The sound that a window needs until its end before it can run.
  std::int64_t needed(std::int64_t first_frame) const {
    const std::int64_t last = first_frame + block;
    return std::max(window_end(last) + (hurries() ? 0 : kTransformReach), last * kPhoneticHop + kPitchReach);
  }

  /// The end of the last frame of the window that gives out frames up to `last`.
  std::int64_t window_end(std::int64_t last) const { return (last + look_ahead) * kPhoneticHop; }

  /// Who foresees does not wait for the last sound that a window's last transform covers, less than a frame
  /// after the last of frames that are guesses: it is mirrored.
  bool hurries() const { return !foreseen.empty(); }

  bool can_run() const { return ended() ? next_frame < frames_total : heard_end >= needed(next_frame); }

  void fill_inputs(std::int64_t first) {
    const std::span<float> samples = inference.input(0), spectra = inference.input(1),
                           frames = inference.input(2);
    const std::int64_t start = first * kPhoneticHop - static_cast<std::int64_t>(ConformerWindow::kLead);
    // What else was heard by now must not matter.
    const std::int64_t end =
        hurries() && !ended() ? std::min(heard_end, window_end(first + context + block)) : heard_end;
    for (std::size_t i = 0; i < samples.size(); ++i)
      samples[i] = sample(start + static_cast<std::int64_t>(i), end);
    constexpr std::int64_t hop = ConformerWindow::kSpectrumHop;
    for (std::size_t i = 0; i < spectra.size(); ++i) {
      const std::int64_t k = 2 * first - 1 + static_cast<std::int64_t>(i);
      spectra[i] = k >= 0 && (!ended() || k <= sound_length / hop) ? 1.F : 0.F;
    }
    for (std::size_t i = 0; i < frames.size(); ++i) {
      const std::int64_t k = first + static_cast<std::int64_t>(i);
      frames[i] = k >= 0 && (!ended() || k <= sound_length / kPhoneticHop) ? 1.F : 0.F;
    }
  }

  /// No sound, and all of the window within the sound's ends.
  bool is_silence() {
    const auto all = [](std::span<const float> values, float wanted) {
      return std::ranges::all_of(values, [=](float v) { return v == wanted; });
    };
    return all(inference.input(0), 0) && all(inference.input(1), 1) && all(inference.input(2), 1);
  }

  void find_phone_mass() {
    const std::span<const float> posterior = inference.output(0);
    for (std::size_t i = 0; i < phone_mass.size(); ++i) {
      const float* row = posterior.data() + i * kPhones;
      float sum = 0;
      for (int p = kFirstPhone; p < kWordBoundary; ++p) sum += row[p];
      phone_mass[i] = inference.input(2)[i] > 0 ? sum : 0.F;
    }
  }

  void describe(std::int64_t frame, std::int64_t first, PhoneticFrame& out) {
    describe_without_pitch(frame, first, voice, out);
    out.pitch_hz = pitch.estimate(pitch_span);
  }

  /// Leaves the sound around the frame in `pitch_span`.
  void describe_without_pitch(std::int64_t frame, std::int64_t first, VoiceActivity& activity,
                              PhoneticFrame& out) {
    const auto row = static_cast<std::size_t>(frame - first);
    std::copy_n(inference.output(0).begin() + static_cast<std::ptrdiff_t>(row * kPhones), kPhones,
                out.posterior.begin());
    std::copy_n(inference.output(1).begin() + static_cast<std::ptrdiff_t>(row * kFeatureWidth), kFeatureWidth,
                out.layer2.begin());
    std::copy_n(inference.output(2).begin() + static_cast<std::ptrdiff_t>(row * kFeatureWidth), kFeatureWidth,
                out.layer4.begin());

    const std::int64_t middle = frame * kPhoneticHop + kPhoneticHop / 2;
    const std::int64_t span_start = middle - static_cast<std::int64_t>(PitchDetector::kSpan) / 2;
    for (std::size_t i = 0; i < pitch_span.size(); ++i) {
      const std::int64_t index = span_start + static_cast<std::int64_t>(i);
      pitch_span[i] = index < 0 || index >= heard_end ? 0.F : sample(index);
    }
    out.energy_db = mean_square_db(
        std::span(pitch_span).subspan((PitchDetector::kSpan - kPhoneticHop) / 2, kPhoneticHop));
    out.pitch_hz = 0;

    const auto from = phone_mass.begin() + std::max<std::int64_t>(0, frame - first - kPhonesBefore);
    const auto to = phone_mass.begin() + std::min(window, frame - first + kPhonesAfter + 1);
    out.voice = activity.update(out.energy_db, *std::max_element(from, to));
  }

  void run_window() {
    const std::int64_t first = next_frame - context;
    fill_inputs(first);
    // A window of nothing but silence, as a live stream's long pauses are, sounds like the one before it.
    const bool silent = is_silence();
    if (!silent || !silent_before) inference.run();
    silent_before = silent;
    find_phone_mass();
    const std::int64_t count = ended() ? std::min(block, frames_total - next_frame) : block;
    for (std::int64_t i = 0; i < count; ++i)
      describe(next_frame + i, first, given[static_cast<std::size_t>(i)]);
    if (!ended()) {
      VoiceActivity guessed = voice;
      for (std::size_t i = 0; i < foreseen.size(); ++i)
        describe_without_pitch(next_frame + count + static_cast<std::int64_t>(i), first, guessed,
                               foreseen[i]);
    }
    given_count = static_cast<std::size_t>(count);
    given_taken = 0;
    next_frame += count;
    forget_the_past();
  }

  /// Drops the sound that no later window reaches, in large steps, so that the cost of moving is spread.
  void forget_the_past() {
    const std::int64_t reach = static_cast<std::int64_t>(ConformerWindow::kLead) + kPhoneticHop;
    const std::int64_t keep_from = (next_frame - context) * kPhoneticHop - reach;
    const std::int64_t unneeded = keep_from - heard_start;
    if (unneeded <= 0 ||
        (2 * unneeded < static_cast<std::int64_t>(heard.size()) && unneeded < window * kPhoneticHop))
      return;
    heard.erase(heard.begin(),
                heard.begin() + std::min<std::int64_t>(unneeded, static_cast<std::int64_t>(heard.size())));
    heard_start = heard_end - static_cast<std::int64_t>(heard.size());
  }
};

PhoneticFrontEnd::PhoneticFrontEnd(const PhoneticModel& model, const Options& options)
    : state_(std::make_unique<State>(model, options)) {}
PhoneticFrontEnd::~PhoneticFrontEnd() = default;
PhoneticFrontEnd::PhoneticFrontEnd(PhoneticFrontEnd&&) noexcept = default;
PhoneticFrontEnd& PhoneticFrontEnd::operator=(PhoneticFrontEnd&&) noexcept = default;

void PhoneticFrontEnd::push(std::span<const float> samples) {
  State& s = *state_;
  if (s.ended()) return;
  for (const float value : samples)
    s.heard.push_back(std::isfinite(value) ? std::clamp(value, -kLoudest, kLoudest) : 0.F);
  s.heard_end += static_cast<std::int64_t>(samples.size());
}

void PhoneticFrontEnd::forget_from(std::int64_t sample) noexcept {
  State& s = *state_;
  if (s.ended()) return;
  const std::int64_t from = std::clamp(sample, s.heard_start, s.heard_end) - s.heard_start;
  std::fill(s.heard.begin() + from, s.heard.end(), 0.F);
}

void PhoneticFrontEnd::end() {
  State& s = *state_;
  if (s.ended()) return;
  s.frames_total = (s.heard_end + kPhoneticHop - 1) / kPhoneticHop;
  if (s.heard_end > 0 && s.heard_end < kShortestSound) {
    s.heard.resize(kShortestSound, 0.F);
    s.heard_end = kShortestSound;
  }
  s.sound_length = s.heard_end;
}

void PhoneticFrontEnd::reset() {
  State& s = *state_;
  s.heard.clear();
  s.heard_start = s.heard_end = s.next_frame = 0;
  s.sound_length = s.frames_total = -1;
  s.given_count = s.given_taken = 0;
  s.voice.reset();
}

std::size_t PhoneticFrontEnd::ready() const noexcept {
  const State& s = *state_;
  const std::size_t held = s.given_count - s.given_taken;
  if (s.ended()) return held + static_cast<std::size_t>(s.frames_total - s.next_frame);
  const std::int64_t beyond = s.heard_end - s.needed(s.next_frame);
  if (beyond < 0) return held;
  return held + static_cast<std::size_t>((beyond / (s.block * kPhoneticHop) + 1) * s.block);
}

bool PhoneticFrontEnd::pull(PhoneticFrame& frame) {
  State& s = *state_;
  if (s.given_taken == s.given_count) {
    if (!s.can_run()) return false;
    s.run_window();
  }
  frame = s.given[s.given_taken++];
  return true;
}

std::span<const PhoneticFrame> PhoneticFrontEnd::foreseen() const noexcept {
  const State& s = *state_;
  if (s.ended() || s.given_count == 0 || s.given_taken < s.given_count) return {};
  return s.foreseen;
}

}  // namespace parlante
