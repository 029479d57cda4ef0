#include "stream/live_stream.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <utility>
#include <vector>

#include "motion/mouth_laws.hpp"
#include "stream/frame_form.hpp"
#include "stream/frame_gate.hpp"
#include "stream/latest_value.hpp"
#include "stream/live_delay.hpp"
#include "stream/live_resampler.hpp"
#include "stream/sound_queue.hpp"
#include "stream/spoken_line.hpp"
#include "stream/stream_parts.hpp"

namespace parlante {
namespace {

constexpr double kLowestRate = 10, kHighestRate = 60;

/// The waits with which frames of this rate come soonest. The mouth's model makes 40 ms at a time. Where it
/// also gives out what lies ahead of these, no code of a window waits longer than others; and hearing that
/// looks 20 ms further makes good for what codes ahead do not know (docs/live-stream.md).
LiveWaits waits_of(const Model& model, const StreamOptions& options) {
  const int block = hearing_of(Pace::live).block, foreseen = hearing_of(Pace::live).look_ahead;
  if (!is_learned(model, options))
    return {.block = block, .foreseen = foreseen, .future = kLawFuture, .video_frame = 1};
  const Rational rate = options.motion.rate;
  LiveWaits least{.block = block, .foreseen = foreseen};
  for (const auto& [more, ahead] : {std::pair{0, 1}, {1, 2}}) {
    const LiveWaits waits{.block = block, .foreseen = foreseen + more, .ahead = ahead};
    if (live_delay(rate, waits) < live_delay(rate, least)) least = waits;
  }
  return least;
}

PhoneticFrontEnd::Options hearing_with(const LiveWaits& waits) {
  return {.look_ahead = waits.foreseen, .block = waits.block, .foresee = true};
}

LearnedFaceOptions learned_with(const LiveWaits& waits, const StreamOptions& options) {
  LearnedFaceOptions learned = LearnedFaceOptions::live(options.motion.seed);
  learned.look_ahead = waits.foreseen;
  learned.ahead = waits.ahead;
  return learned;
}

/// The sample that frame `frame` begins with.
std::int64_t place_of(std::int64_t frame, Rational rate, int sound_rate) {
  return frame * rate.den * sound_rate / rate.num;
}

std::int64_t longest_frame(Rational rate, int sound_rate) {
  return rate.den * sound_rate / rate.num + 1;
}

/// In samples of `sound_rate`, what converting waits for as well.
std::int64_t delay_of(const LiveWaits& waits, Rational rate, int sound_rate, const LiveResampler& resampler) {
  const std::int64_t known = live_delay(rate, waits);
  return (known * sound_rate + kSampleRate - 1) / kSampleRate + resampler.reach() + (resampler.reach() > 0);
}

}  // namespace

namespace {

/// A gate that is on its way from one thread to the other.
struct Passed {
  FrameGate gate;
  Passed* next = nullptr;
};

/// Gates that the consumer no longer needs; the producer frees them. No lock: one side adds one, the other
/// takes all.
class Retired {
 public:
  ~Retired() { free_all(); }
  void add(Passed* gate) noexcept {
    gate->next = first_.load(std::memory_order_relaxed);
    while (!first_.compare_exchange_weak(gate->next, gate, std::memory_order_release,
                                         std::memory_order_relaxed)) {
    }
  }
  void free_all() noexcept {
    Passed* gate = first_.exchange(nullptr, std::memory_order_acquire);
    while (gate) delete std::exchange(gate, gate->next);
  }

 private:
  std::atomic<Passed*> first_{nullptr};
};

}  // namespace

struct LiveStream::State {
  std::shared_ptr<const Model> model;
  std::shared_ptr<const Avatar> avatar;
  LiveOptions options;
  Rational rate;

  // Between the threads.
  SoundQueue queue;
  LatestValue<MotionControls> controls;
  std::atomic<Passed*> offered{nullptr};
  Retired retired;

  // The consumer's.
  LiveWaits waits;
  LiveResampler resampler;
  std::int64_t delay;
  SpokenLine line;
  PhoneticFrontEnd front_end;
  std::unique_ptr<Motion> motion;
  Passed* drawing;
  PhoneticFrame phonetic;
  FaceCode code;
  std::int64_t frame = 0;       ///< the next one
  std::int64_t label_from = 0;  ///< the frame that the label's time counts from
  std::int64_t heard = 0;       ///< samples at 16 kHz
  std::array<float, 512> converted{};
  std::vector<float> sound;  ///< of the frames skipped, and the next
  std::size_t sound_count = 0;
  std::int64_t told_spoken = 0;
  std::int64_t codes = 0, missing = 0;
  SpokenLine::Event held{};
  bool holds = false;
  int skipped = 0;

  State(std::shared_ptr<const Model> model_, std::shared_ptr<const Avatar> avatar_,
        const LiveOptions& options_)
      : model(std::move(model_)),
        avatar(std::move(avatar_)),
        options(options_),
        rate(options.stream.motion.rate),
        queue(std::llround(options.most_queued_s * options.sound_rate)),
        waits(waits_of(*model, options.stream)),
        resampler(options.sound_rate),
        delay(delay_of(waits, rate, options.sound_rate, resampler)),
        line(queue, {.rate = options.sound_rate,
                     .delay = delay,
                     .most_a_step = longest_frame(rate, options.sound_rate),
                     .longest_gap_s = options.longest_gap_s}),
        front_end(*model->speech, hearing_with(waits)),
        motion(motion_of(*model, *avatar, options.stream, learned_with(waits, options.stream))),
        drawing(new_gate(options.stream.render)),
        sound(static_cast<std::size_t>((kMostSkipped + 1) * longest_frame(rate, options.sound_rate))) {}

  ~State() {
    delete drawing;
    delete offered.load();
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  Passed* new_gate(const RenderOptions& render) const {
    return new Passed{FrameGate(*model->head, *avatar, render, marks_of(options.stream))};
  }

  /// The consumer's.
  FrameGate& gate() noexcept {
    if (Passed* other = offered.exchange(nullptr, std::memory_order_acquire)) {
      retired.add(drawing);
      drawing = other;
    }
    return drawing->gate;
  }

  std::int64_t place(std::int64_t of_frame) const noexcept {
    return place_of(of_frame, rate, options.sound_rate);
  }

  /// Sound and motion of the next frame.
  void advance() {
    if (const MotionControls* asked = controls.take()) motion->control(*asked);
    if (line.cut()) {
      front_end.forget_from(line.played() * kSampleRate / options.sound_rate);
      motion->hush(true);
    }
    line.extend(place(frame) + delay);
    if (line.speaking()) motion->hush(false);
    hear();
    // The first window comes a little late for the first frames: these show the photo's own face.
    while (codes <= frame && motion->pull(code)) ++codes;
    if (codes > 0 && codes <= frame) ++missing;
    ++frame;
    sound_count += line.play(place(frame), std::span(sound).subspan(sound_count)).size();
  }

  void hear() {
    const auto at = [this](std::int64_t index) { return line.at(index); };
    for (const std::int64_t ready = resampler.ready(line.end()); heard < ready;) {
      std::size_t count = 0;
      while (count < converted.size() && heard < ready) converted[count++] = resampler.convert(heard++, at);
      front_end.push(std::span(converted).first(count));
      while (front_end.pull(phonetic)) {
        motion->push(phonetic);
        motion->foresee(front_end.foreseen());
      }
    }
  }

  /// Events until an utterance has ended: what starts after that is said with the next frame.
  void tell(LiveFrame& out) noexcept {
    out.speak_started = out.speak_ended = out.interrupted = false;
    out.played_ms = 0;
    while (!out.speak_ended && (holds || line.take(held))) {
      holds = held.kind == SpokenLine::Event::Kind::started && out.speak_started;
      if (holds) return;
      if (held.kind == SpokenLine::Event::Kind::started) {
        out.speak_started = true;
      } else {
        out.speak_ended = true;
        out.interrupted = held.interrupted;
        out.played_ms = held.played_ms;
      }
    }
  }
};

LiveStream::LiveStream(std::unique_ptr<State> state) : state_(std::move(state)) {}
LiveStream::~LiveStream() = default;
LiveStream::LiveStream(LiveStream&&) noexcept = default;
LiveStream& LiveStream::operator=(LiveStream&&) noexcept = default;

Result<LiveStream> LiveStream::open(std::shared_ptr<const Model> model, std::shared_ptr<const Avatar> avatar,
                                    const LiveOptions& options) {
  LiveOptions live = options;
  live.stream.pace = Pace::live;
  if (auto fine = check_stream(*model, *avatar, live.stream); !fine) return pass_on(std::move(fine));
  const double rate = live.stream.motion.rate.value();
  if (rate < kLowestRate || rate > kHighestRate)
    return fail(ErrorKind::usage, "Live frames come 10 to 60 times a second.");
  if (live.sound_rate < 8000 || live.sound_rate > 48000)
    return fail(ErrorKind::usage, "The rate of live sound must lie between 8000 and 48000 samples a second.");
  if (!(live.most_queued_s > 0 && live.most_queued_s <= 86400) || !(live.longest_gap_s >= 0))
    return fail(ErrorKind::usage, "The longest queue and gap of live sound are seconds, up to a day.");
  return LiveStream(std::make_unique<State>(std::move(model), std::move(avatar), live));
}

bool LiveStream::push(std::span<const float> sound) {
  return state_->queue.push(sound);
}
void LiveStream::speak_end() noexcept {
  state_->queue.end_utterance();
}
void LiveStream::interrupt() noexcept {
  state_->queue.drop(true);
}
void LiveStream::clear() noexcept {
  state_->queue.drop(false);
}
void LiveStream::control(const MotionControls& controls) noexcept {
  state_->controls.put(controls);
}
Result<> LiveStream::reshape(const RenderOptions& render) {
  if (auto fine = check_frames(render); !fine) return fine;
  Passed* made = state_->new_gate(render);
  state_->retired.free_all();
  delete state_->offered.exchange(made, std::memory_order_acq_rel);
  return {};
}
double LiveStream::queued_s() const noexcept {
  return static_cast<double>(state_->queue.waiting()) / state_->options.sound_rate;
}

bool LiveStream::next(LiveFrame& out) noexcept {
  State& state = *state_;
  state.advance();
  const std::int64_t index = state.frame - 1;
  ImageU8& picture = out.frame.picture;
  FrameGate& gate = state.gate();
  if (!gate.fits(picture)) picture = gate.blank();
  gate.frame(state.code, index, picture, state.label_from);
  out.frame.index = index;
  out.frame.sample = sample_of_frame(index, state.rate);
  out.sound = std::span(state.sound).first(state.sound_count);
  out.sound_from = state.place(state.frame) - static_cast<std::int64_t>(state.sound_count);
  out.spoken = state.line.spoken() - state.told_spoken;
  out.code = state.code;
  state.told_spoken = state.line.spoken();
  state.sound_count = 0;
  state.skipped = 0;
  state.tell(out);
  return true;
}

bool LiveStream::skip() noexcept {
  if (state_->skipped == kMostSkipped) return false;
  ++state_->skipped;
  state_->advance();
  return true;
}

void LiveStream::show_label() noexcept {
  state_->label_from = state_->frame;
}

LiveStream::Troubles LiveStream::troubles() const noexcept {
  return {state_->line.late(), state_->missing};
}

double LiveStream::latency_ms() const noexcept {
  return 1e3 * static_cast<double>(state_->delay) / state_->options.sound_rate;
}
Rational LiveStream::rate() const noexcept {
  return state_->rate;
}
int LiveStream::sound_rate() const noexcept {
  return state_->options.sound_rate;
}

}  // namespace parlante
