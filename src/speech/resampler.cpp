#include "speech/resampler.hpp"

#include <soxr.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "core/time.hpp"

namespace parlante {

struct Resampler::State {
  soxr_t soxr = nullptr;
  std::size_t channels = 1;
  bool fed = false;  // libsoxr may not be drained before its first sample
  std::array<float, 1024> mixed{}, made{};

  ~State() { soxr_delete(soxr); }

  void process(const float* input, std::size_t count, std::vector<float>& mono) {
    // A null input tells libsoxr that no more comes; then it is asked until it gives nothing.
    std::size_t used = 0, got = 0;
    do {
      std::size_t taken = 0;
      soxr_process(soxr, input ? input + used : nullptr, count - used, &taken, made.data(), made.size(),
                   &got);
      used += taken;
      mono.insert(mono.end(), made.begin(), made.begin() + static_cast<std::ptrdiff_t>(got));
    } while (used < count || got == made.size());
  }
};

Resampler::Resampler(std::unique_ptr<State> state) : state_(std::move(state)) {}
Resampler::~Resampler() = default;
Resampler::Resampler(Resampler&&) noexcept = default;
Resampler& Resampler::operator=(Resampler&&) noexcept = default;

Result<Resampler> Resampler::open(double rate, int channels) {
  if (!(rate >= 1000 && rate <= 768000))
    return fail(ErrorKind::bad_audio, "The sound's rate must lie between 1 and 768 kHz.");
  if (channels < 1 || channels > 64)
    return fail(ErrorKind::bad_audio, "The sound must have 1 to 64 channels.");
  auto state = std::make_unique<State>();
  state->channels = static_cast<std::size_t>(channels);
  const soxr_io_spec_t io = soxr_io_spec(SOXR_FLOAT32_I, SOXR_FLOAT32_I);
  const soxr_quality_spec_t quality = soxr_quality_spec(SOXR_HQ, 0);
  const soxr_runtime_spec_t one_thread = soxr_runtime_spec(1);
  soxr_error_t error = nullptr;
  state->soxr = soxr_create(rate, kSampleRate, 1, &error, &io, &quality, &one_thread);
  if (error || !state->soxr)
    return fail(ErrorKind::bad_audio, "The sound's rate cannot be converted to 16 kHz.");
  return Resampler(std::move(state));
}

void Resampler::push(std::span<const float> interleaved, std::vector<float>& mono) {
  State& s = *state_;
  std::size_t frames = interleaved.size() / s.channels;
  const float* next = interleaved.data();
  while (frames > 0) {
    const std::size_t count = std::min(frames, s.mixed.size());
    for (std::size_t i = 0; i < count; ++i) {
      float sum = 0;
      for (std::size_t c = 0; c < s.channels; ++c, ++next) sum += std::isfinite(*next) ? *next : 0.F;
      s.mixed[i] = sum / static_cast<float>(s.channels);
    }
    s.fed = true;
    s.process(s.mixed.data(), count, mono);
    frames -= count;
  }
}

void Resampler::end(std::vector<float>& mono) {
  State& s = *state_;
  if (s.fed) s.process(nullptr, 0, mono);
  soxr_clear(s.soxr);
  s.fed = false;
}

}  // namespace parlante
