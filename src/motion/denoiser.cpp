#include "motion/denoiser.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "core/random.hpp"
#include "motion/motion_model_data.hpp"

namespace parlante {
namespace {

constexpr double kFirstTime = 0.999;  ///< at 1 nothing of the signal is left to steer by
constexpr int kMostSteps = 100;

/// Sines and cosines of 1000 t at falling frequencies (Vaswani et al. 2017).
void embed(float time, std::span<float> embedding) {
  const std::size_t half = embedding.size() / 2;
  for (std::size_t i = 0; i < half; ++i) {
    const float frequency =
        std::exp(static_cast<float>(i) * static_cast<float>(-std::log(1e4)) / static_cast<float>(half));
    const float angle = 1000 * time * frequency;
    embedding[i] = std::sin(angle);
    embedding[half + i] = std::cos(angle);
  }
}

/// Cosine schedule (Nichol and Dhariwal 2021): shares of signal and noise.
struct Shares {
  float signal, noise;
};
Shares shares_at(float time) {
  const double angle = static_cast<double>(time) * std::numbers::pi / 2;
  return {static_cast<float>(std::cos(angle)), static_cast<float>(std::sin(angle))};
}

float usable(float guidance) {
  return std::isfinite(guidance) ? std::clamp(guidance, -20.F, 20.F) : 1.F;
}

}  // namespace

struct Denoiser::State {
  MotionModel model;  // keeps the networks alive
  std::size_t frames, channels, row;
  std::uint64_t seed;
  float guidance;
  /// A wish whose effect is made stronger or weaker.
  struct Guided {
    WishPlace place;
    float more;                                   ///< guidance - 1
    std::vector<std::vector<float>> modulations;  ///< of each step, without the wish
  };
  std::vector<Guided> guided;
  bool diffuses;
  Inference listener, modulator, denoiser;
  std::vector<float> times;                     ///< of the steps, and 0
  std::vector<std::vector<float>> modulations;  ///< of each step
  bool wished = true;                           ///< the modulations are not those of the condition
  std::vector<float> noisy, clean, seen, deaf;

  State(const MotionModel& model_, Pace pace, const Options& options)
      : model(model_),
        frames(model.window(pace)),
        channels(model.config().channels.size()),
        row(2 * channels + 1),
        seed(options.seed),
        guidance(usable(options.guidance)),
        diffuses(model.config().diffuses),
        listener(model.data().at(pace).listener),
        modulator(model.data().modulator),
        denoiser(model.data().at(pace).denoiser),
        noisy(frames * channels),
        clean(frames * channels),
        seen(frames * channels) {
    if (diffuses) {
      const int steps = std::clamp(options.steps > 0 ? options.steps : model.config().steps, 1, kMostSteps);
      for (int step = 0; step <= steps; ++step)
        times.push_back(static_cast<float>(kFirstTime * (1 - static_cast<double>(step) / steps)));
    } else {
      times = {0, 0};
      guidance = 1;
    }
    modulations.assign(times.size() - 1, std::vector<float>(modulator.output(0).size()));
    for (std::size_t wish = 0; diffuses && wish < kWishes.size(); ++wish)
      if (const float more = usable(options.wish_guidance[wish]) - 1; more != 0)
        guided.push_back({kWishes[wish], more, modulations});
    for (std::size_t t = 0; t < frames; ++t)
      deaf.insert(deaf.end(), model.data().deaf.begin(), model.data().deaf.end());
  }

  void modulate() {
    if (!wished) return;
    wished = false;
    modulate_into(modulations);
    const std::span<float> condition = modulator.input(1);
    for (Guided& wish : guided) {
      MotionCondition all{};
      std::ranges::copy(condition, all.begin());
      std::ranges::fill(condition.subspan(wish.place.first, wish.place.count), 0.F);
      modulate_into(wish.modulations);
      std::ranges::copy(all, condition.begin());
    }
  }

  void modulate_into(std::vector<std::vector<float>>& steps) {
    for (std::size_t step = 0; step < steps.size(); ++step) {
      embed(times[step], modulator.input(0));
      modulator.run();
      std::ranges::copy(modulator.output(0), steps[step].begin());
    }
  }

  void draw_noise(std::int64_t first) {
    for (std::size_t t = 0; t < frames; ++t)
      noise(seed, first + static_cast<std::int64_t>(t), std::span(noisy).subspan(t * channels, channels));
  }

  void put_noisy() {
    const std::span<float> motion = denoiser.input(1);
    for (std::size_t t = 0; t < frames; ++t)
      std::copy_n(noisy.begin() + static_cast<std::ptrdiff_t>(t * channels), channels,
                  motion.begin() + static_cast<std::ptrdiff_t>(t * row));
  }

  /// The network's view of the clean channels at a step, conditions guided.
  void look(std::size_t step) {
    std::ranges::copy(modulations[step], denoiser.input(2).begin());
    std::ranges::copy(listener.output(0), denoiser.input(0).begin());
    denoiser.run();
    std::ranges::copy(denoiser.output(0), seen.begin());
    clean = seen;
    for (const Guided& wish : guided) {
      std::ranges::copy(wish.modulations[step], denoiser.input(2).begin());
      denoiser.run();
      move_away(wish.more);
    }
    if (guidance == 1) return;
    std::ranges::copy(modulations[step], denoiser.input(2).begin());
    std::ranges::copy(deaf, denoiser.input(0).begin());
    denoiser.run();
    move_away(guidance - 1);
  }

  /// From what the last run saw.
  void move_away(float more) {
    const std::span<const float> without = denoiser.output(0);
    for (std::size_t i = 0; i < clean.size(); ++i) clean[i] += more * (seen[i] - without[i]);
  }
};

Denoiser::Denoiser(const MotionModel& model, Pace pace, const Options& options)
    : state_(std::make_unique<State>(model, pace, options)) {}
Denoiser::~Denoiser() = default;
Denoiser::Denoiser(Denoiser&&) noexcept = default;
Denoiser& Denoiser::operator=(Denoiser&&) noexcept = default;

void Denoiser::noise(std::uint64_t seed, std::int64_t frame, std::span<float> values) noexcept {
  // The generator steps by a constant, so that starts at multiples of it would give shifted copies of one
  // row: the frame's number is scattered first.
  Random scatter(seed ^ (static_cast<std::uint64_t>(frame) * 0xd1342543de82ef95ULL));
  scatter.bits();
  Random random(scatter.bits());
  for (float& value : values) value = static_cast<float>(random.normal());
}

std::size_t Denoiser::frames() const noexcept {
  return state_->frames;
}
std::size_t Denoiser::channels() const noexcept {
  return state_->channels;
}

std::span<float> Denoiser::heard(std::size_t frame) noexcept {
  return state_->listener.input(0).subspan(frame * MotionConfig::kAudio, MotionConfig::kAudio);
}

void Denoiser::wish(const MotionCondition& condition) noexcept {
  const std::span<float> input = state_->modulator.input(1);
  if (std::ranges::equal(condition, input)) return;
  std::ranges::copy(condition, input.begin());
  state_->wished = true;
}

void Denoiser::start_anew() noexcept {
  std::ranges::fill(state_->denoiser.input(1), 0.F);
}

void Denoiser::go_on_from(std::size_t frame, std::span<const float> clean) noexcept {
  if (!state_->diffuses) return;
  float* row = state_->denoiser.input(1).data() + frame * state_->row;
  std::ranges::copy(clean, row + state_->channels);
  row[2 * state_->channels] = 1;
}

void Denoiser::run(std::int64_t first) noexcept {
  State& s = *state_;
  s.modulate();
  s.listener.run();
  if (!s.diffuses) return s.look(0);
  s.draw_noise(first);
  for (std::size_t step = 0; step + 1 < s.times.size(); ++step) {
    s.put_noisy();
    s.look(step);
    // Deterministic step (DDIM, Song et al. 2021).
    const Shares now = shares_at(s.times[step]), after = shares_at(s.times[step + 1]);
    for (std::size_t i = 0; i < s.noisy.size(); ++i)
      s.noisy[i] =
          after.signal * s.clean[i] + after.noise * (s.noisy[i] - now.signal * s.clean[i]) / now.noise;
  }
}

std::span<const float> Denoiser::clean(std::size_t frame) const noexcept {
  return std::span<const float>(state_->clean).subspan(frame * state_->channels, state_->channels);
}

}  // namespace parlante
