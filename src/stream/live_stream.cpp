#include "stream/live_stream.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <utility>
#include <vector>

#include "core/queue.hpp"
#include "motion/mouth_laws.hpp"
#include "stream/frame_form.hpp"
#include "stream/frame_gate.hpp"
#include "stream/handed_over.hpp"
#include "stream/latest_value.hpp"
#include "stream/live_delay.hpp"
#include "stream/live_resampler.hpp"
#include "stream/sound_queue.hpp"
#include "stream/spoken_line.hpp"
#include "stream/stream_parts.hpp"

namespace parlante {
namespace {

constexpr double kLowestRate = 10, kHighestRate = 60;
constexpr std::size_t kMostEvents = 256;  ///< of frames that were skipped

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

}  // namespace

namespace {

/// Sound and motion of a frame.
struct HeardFrame {
  FaceCode code;
  std::vector<float> sound;
  std::size_t sound_count = 0;
  std::int64_t spoken = 0;
  std::int64_t cuts = 0;  ///< obeyed
  std::array<SpokenLine::Event, 4> events{};
  std::size_t event_count = 0;
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
  HandedOver<FrameGate> gates;
  std::atomic<std::int64_t> cuts_asked{0};  ///< counted after the queue was told

  // The listener's.
  LiveResampler resampler;
  LiveWaits waits;
  LineNeeds needs;
  SpokenLine line;
  PhoneticFrontEnd front_end;
  std::unique_ptr<Motion> motion;
  PhoneticFrame phonetic;
  FaceCode code;
  std::int64_t heard = 0;  ///< samples at 16 kHz
  std::array<float, 512> converted{};
  std::int64_t told_spoken = 0;
  std::int64_t codes = 0, missing = 0;

  // From the listener to the consumer: frame k lies in place k % kMostListened.
  std::array<HeardFrame, kMostListened> frames;
  std::atomic<std::int64_t> listened{0}, taken{0};

  // The consumer's.
  std::int64_t label_from = 0;  ///< the frame that the label's time counts from
  std::vector<float> sound;     ///< of the frames skipped, and the next
  std::size_t sound_count = 0;
  std::int64_t spoken = 0;                       ///< in it
  Queue<SpokenLine::Event> events{kMostEvents};  ///< in order, while frames are skipped
  std::int64_t cuts = 0;                         ///< obeyed by the frames taken
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
        gates(new_gate(options.stream.render)),
        resampler(options.sound_rate),
        waits(waits_of(*model, options.stream)),
        needs(rate, waits, options.sound_rate, resampler.reach()),
        line(queue, needs, options.longest_gap_s),
        front_end(*model->speech, hearing_with(waits)),
        motion(motion_of(*model, *avatar, options.stream, learned_with(waits, options.stream))),
        sound(static_cast<std::size_t>((kMostSkipped + 1) * needs.longest())) {
    for (HeardFrame& one : frames) one.sound.resize(static_cast<std::size_t>(needs.longest()));
  }

  std::unique_ptr<FrameGate> new_gate(const RenderOptions& render) const {
    auto made = std::make_unique<FrameGate>(*model->head, *avatar, render, marks_of(options.stream));
    // The first frame takes longer than others: it is drawn where nobody waits for it.
    ImageU8 nobodys = made->blank();
    made->frame(FaceCode(), 0, nobodys);
    return made;
  }

  double age_s() const noexcept {
    if (!options.now) return 0;
    return std::max(0., std::chrono::duration<double>(options.now() - queue.came()).count());
  }

  void listen() noexcept {
    const std::int64_t frame = listened.load(std::memory_order_relaxed);
    HeardFrame& out = frames[static_cast<std::size_t>(frame % kMostListened)];
    if (const MotionControls* asked = controls.take()) motion->control(*asked);
    out.cuts = cuts_asked.load(std::memory_order_acquire);
    if (line.cut()) {
      front_end.forget_from(line.played() * kSampleRate / options.sound_rate);
      motion->hush(true);
    }
    line.extend(frame, age_s());
    if (line.speaking()) motion->hush(false);
    hear();
    // The first window comes a little late for the first frames: these show the photo's own face.
    while (codes <= frame && motion->pull(code)) ++codes;
    if (codes > 0 && codes <= frame) ++missing;
    out.code = code;
    out.sound_count = line.play(needs.place(frame + 1), out.sound).size();
    out.spoken = line.spoken() - std::exchange(told_spoken, line.spoken());
    for (out.event_count = 0; out.event_count < out.events.size() && line.take(out.events[out.event_count]);)
      ++out.event_count;
    listened.store(frame + 1, std::memory_order_release);
  }

  /// The next frame, whose sound and events go behind those of frames skipped before it.
  const HeardFrame& take() noexcept {
    const std::int64_t frame = taken.load(std::memory_order_relaxed);
    if (listened.load(std::memory_order_acquire) == frame) listen();
    const HeardFrame& next = frames[static_cast<std::size_t>(frame % kMostListened)];
    std::copy_n(next.sound.begin(), next.sound_count,
                sound.begin() + static_cast<std::ptrdiff_t>(sound_count));
    sound_count += next.sound_count;
    spoken += next.spoken;
    cuts = next.cuts;
    for (std::size_t i = 0; i < next.event_count; ++i) events.push_into_room(next.events[i]);
    return next;
  }

  /// The frame that take() gave may be written over.
  void done() noexcept { taken.fetch_add(1, std::memory_order_release); }

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
    out.next_from = -1;
    out.cuts = cuts;
    while (!out.speak_ended && (holds || events.pop(held))) {
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
    if (!out.speak_ended) return;
    holds = events.pop(held);
    if (holds && held.kind == SpokenLine::Event::Kind::started) out.next_from = held.place;
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
  const auto now = state_->options.now;
  return state_->queue.push(sound, now ? now() : SoundQueue::Time());
}
void LiveStream::speak_end() noexcept {
  state_->queue.end_utterance();
}
std::int64_t LiveStream::interrupt() noexcept {
  state_->queue.drop(true);
  return 1 + state_->cuts_asked.fetch_add(1, std::memory_order_release);
}
std::int64_t LiveStream::clear() noexcept {
  state_->queue.drop(false);
  return 1 + state_->cuts_asked.fetch_add(1, std::memory_order_release);
}
void LiveStream::control(const MotionControls& controls) noexcept {
  state_->controls.put(controls);
}
Result<> LiveStream::reshape(const RenderOptions& render) {
  if (auto fine = check_frames(render); !fine) return fine;
  state_->gates.offer(state_->new_gate(render));
  return {};
}
double LiveStream::queued_s() const noexcept {
  return static_cast<double>(state_->queue.waiting()) / state_->options.sound_rate;
}

bool LiveStream::listen() noexcept {
  State& state = *state_;
  const std::int64_t waiting =
      state.listened.load(std::memory_order_relaxed) - state.taken.load(std::memory_order_acquire);
  if (waiting >= kMostListened) return false;
  state.listen();
  return true;
}

LiveStream::Wait LiveStream::waits() const noexcept {
  switch (state_->line.waits(state_->listened.load(std::memory_order_relaxed))) {
    case SpokenLine::Wait::come:
      return Wait::come;
    case SpokenLine::Wait::missing:
      return Wait::missing;
    case SpokenLine::Wait::none:
      break;
  }
  return Wait::none;
}

bool LiveStream::next(LiveFrame& out) noexcept {
  State& state = *state_;
  const std::int64_t index = state.taken.load(std::memory_order_relaxed);
  out.code = state.take().code;
  state.done();
  ImageU8& picture = out.frame.picture;
  FrameGate& gate = state.gates.newest();
  if (!gate.fits(picture)) picture = gate.blank();
  gate.frame(out.code, index, picture, state.label_from);
  out.frame.index = index;
  out.frame.sample = sample_of_frame(index, state.rate);
  out.sound = std::span(state.sound).first(state.sound_count);
  out.sound_from = state.needs.place(index + 1) - static_cast<std::int64_t>(state.sound_count);
  out.spoken = std::exchange(state.spoken, 0);
  state.sound_count = 0;
  state.skipped = 0;
  state.tell(out);
  return true;
}

bool LiveStream::skip() noexcept {
  if (state_->skipped == kMostSkipped) return false;
  ++state_->skipped;
  static_cast<void>(state_->take());
  state_->done();
  return true;
}

void LiveStream::show_label() noexcept {
  state_->label_from = state_->taken.load(std::memory_order_relaxed);
}

LiveStream::Troubles LiveStream::troubles() const noexcept {
  return {state_->line.late(), state_->missing};
}

double LiveStream::latency_ms() const noexcept {
  return 1e3 * static_cast<double>(state_->needs.delay()) / state_->options.sound_rate;
}
Rational LiveStream::rate() const noexcept {
  return state_->rate;
}
int LiveStream::sound_rate() const noexcept {
  return state_->options.sound_rate;
}

}  // namespace parlante
