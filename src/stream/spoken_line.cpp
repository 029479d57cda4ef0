#include "stream/spoken_line.hpp"

#include <algorithm>
#include <bit>

namespace parlante {
namespace {

// Sound that comes as it is spoken comes in packets, so that now one more and now one fewer has come when it
// is looked for. What is kept waiting bridges this; it grows when it was too little.
constexpr double kMargin_s = 0.010, kMostMargin_s = 0.080, kGrows = 2, kShrinks = 0.8;
/// Speech too short to leave a margin does not wait longer.
constexpr double kLongestWait_s = 0.060;

}  // namespace

SpokenLine::SpokenLine(SoundQueue& queue, const Options& options)
    : queue_(queue), options_(options), margin_(kMargin_s * options.rate) {
  const std::int64_t kept = 2 * options.delay + 4 * options.most_a_step + 64;
  samples_.resize(std::bit_ceil(static_cast<std::size_t>(kept)));
  kinds_.resize(samples_.size());
}

float SpokenLine::at(std::int64_t place) const noexcept {
  return place < 0 || place >= end_ ? 0.F : samples_[slot(place)];
}

void SpokenLine::put_silence(std::int64_t count) noexcept {
  for (; count > 0; --count, ++end_) {
    samples_[slot(end_)] = 0;
    kinds_[slot(end_)] = 0;
  }
}

/// How much silence goes before speech that is waiting, `count` samples to come: as little as leaves the
/// margin waiting behind it.
std::int64_t SpokenLine::lead(std::int64_t count) noexcept {
  // What is complete need not wait for more.
  const bool complete = queue_.end_is_known();
  const std::int64_t ready = queue_.readable();
  if (ready == 0 && !complete) return count;
  const auto margin = complete ? 0 : static_cast<std::int64_t>(margin_);
  std::int64_t begins = std::clamp<std::int64_t>(ready - margin, 0, count);
  if (begins == 0 && !complete) {
    held_back_ += count;
    if (static_cast<double>(held_back_) < kLongestWait_s * options_.rate) return count;
    begins = std::min(ready, count);
  }
  held_back_ = 0;
  return complete ? 0 : count - begins;
}

void SpokenLine::speak(std::int64_t count) noexcept {
  const std::int64_t until = end_ + count;
  bool ended = false;
  while (end_ < until && !ended) {
    const auto ring = static_cast<std::int64_t>(samples_.size());
    const std::int64_t place = end_ & (ring - 1);
    const std::int64_t straight = std::min(until - end_, ring - place);
    const SoundQueue::Read read = queue_.read(
        std::span(samples_).subspan(static_cast<std::size_t>(place), static_cast<std::size_t>(straight)));
    if (read.count > 0) {
      std::fill_n(kinds_.begin() + place, read.count, kSpoken);
      if (state_ == State::idle) kinds_[slot(end_)] |= kStart;
      state_ = State::speaking;
      end_ += static_cast<std::int64_t>(read.count);
      last_spoken_ = end_ - 1;
      gap_ = 0;
      spoke_ = true;
    }
    ended = read.ended;
    if (!ended && static_cast<std::int64_t>(read.count) < straight) break;
  }
  if (ended) {
    end_utterance();
  } else if (end_ < until && state_ == State::speaking) {
    state_ = State::gap;
    ++late_;
    late_in_utterance_ = true;
    margin_ = std::min(kGrows * margin_, kMostMargin_s * options_.rate);
  }
}

/// After the last sample that was spoken.
void SpokenLine::end_utterance() noexcept {
  if (state_ == State::idle) return;
  state_ = State::idle;
  if (!late_in_utterance_) margin_ = std::max(kShrinks * margin_, kMargin_s * options_.rate);
  late_in_utterance_ = false;
  if (last_spoken_ >= played_) {
    kinds_[slot(last_spoken_)] |= kEnd;
  } else if (heard_start_) {
    heard_start_ = false;
    note({Event::Kind::ended, false, 1e3 * static_cast<double>(utterance_played_) / options_.rate});
  }
}

void SpokenLine::extend(std::int64_t end) noexcept {
  spoke_ = false;
  const std::int64_t count = end - end_;
  if (count <= 0) return;
  // A pause may turn out to have been the end.
  if (state_ == State::gap) {
    gap_ += count;
    const bool forgotten = static_cast<double>(gap_) > options_.longest_gap_s * options_.rate;
    if (queue_.readable() == 0 && forgotten) end_utterance();
  }
  if (state_ != State::speaking) put_silence(lead(count));
  if (end_ < end) speak(end - end_);
  put_silence(end - end_);
}

bool SpokenLine::cut() noexcept {
  const SoundQueue::Drop drop = queue_.obey();
  if (!drop.asked) return false;
  bool lost = drop.lost || state_ != State::idle || heard_start_;
  for (std::int64_t place = played_; place < end_; ++place) {
    lost |= kinds_[slot(place)] != 0;
    kinds_[slot(place)] = 0;
    const double left = 1 - static_cast<double>(place - played_) / (kFade_s * options_.rate);
    samples_[slot(place)] *= static_cast<float>(std::max(0., left));
  }
  const double played = heard_start_ ? static_cast<double>(utterance_played_) : 0;
  if (lost && (drop.interrupts || heard_start_))
    note({Event::Kind::ended, drop.interrupts, 1e3 * played / options_.rate});
  state_ = State::idle;
  heard_start_ = false;
  late_in_utterance_ = false;
  held_back_ = utterance_played_ = 0;
  last_spoken_ = -1;
  return true;
}

std::span<const float> SpokenLine::play(std::int64_t until, std::span<float> sound) noexcept {
  until = std::min({until, end_, played_ + static_cast<std::int64_t>(sound.size())});
  std::size_t count = 0;
  for (; played_ < until; ++played_) {
    const std::size_t at = slot(played_);
    sound[count++] = samples_[at];
    const std::uint8_t kind = kinds_[at];
    if (kind == 0) continue;
    if (kind & kStart) {
      note({Event::Kind::started, false, 0});
      heard_start_ = true;
      utterance_played_ = 0;
    }
    ++utterance_played_;
    ++spoken_;
    if (kind & kEnd) {
      heard_start_ = false;
      note({Event::Kind::ended, false, 1e3 * static_cast<double>(utterance_played_) / options_.rate});
    }
  }
  return sound.first(count);
}

void SpokenLine::note(const Event& event) noexcept {
  if (event_count_ == events_.size()) return;
  events_[(first_event_ + event_count_++) % events_.size()] = event;
}

bool SpokenLine::take(Event& event) noexcept {
  if (event_count_ == 0) return false;
  event = events_[first_event_];
  first_event_ = (first_event_ + 1) % events_.size();
  --event_count_;
  return true;
}

}  // namespace parlante
