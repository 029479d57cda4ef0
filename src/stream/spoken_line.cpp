#include "stream/spoken_line.hpp"

#include <algorithm>
#include <bit>
#include <limits>

namespace parlante {
namespace {

// Sound that comes as it is spoken comes in packets, and some of them later than others. How much later they
// may come when speech begins; it grows when it was too little.
constexpr double kMargin_s = 0.004, kGrownMargin_s = 0.010, kMostMargin_s = 0.080, kGrows = 2, kShrinks = 0.8;
/// Speech too short to leave a margin does not wait longer.
constexpr double kLongestWait_s = 0.060;
constexpr std::int64_t kNotYet = std::numeric_limits<std::int64_t>::max();

}  // namespace

SpokenLine::SpokenLine(SoundQueue& queue, const LineNeeds& needs, double longest_gap_s)
    : queue_(queue),
      needs_(needs),
      rate_(needs.sound_rate()),
      longest_gap_s_(longest_gap_s),
      margin_(kMargin_s * needs.sound_rate()) {
  const std::int64_t kept = 2 * needs.delay() + 4 * needs.longest() + 64;
  samples_.resize(std::bit_ceil(static_cast<std::size_t>(kept)));
  kinds_.resize(samples_.size());
}

float SpokenLine::at(std::int64_t place) const noexcept {
  return place < 0 || place >= end_ ? 0.F : samples_[slot(place)];
}

/// Up to `end`.
void SpokenLine::put_silence(std::int64_t end) noexcept {
  for (; end_ < end; ++end_) {
    samples_[slot(end_)] = 0;
    kinds_[slot(end_)] = 0;
  }
}

/// Where speech that waits begins; none before the end of what the frame needs: not yet.
std::int64_t SpokenLine::begin_of_speech(std::int64_t frame, double age_s) noexcept {
  const std::int64_t least = needs_.needed(frame);
  // What is complete need not wait for more.
  const bool complete = queue_.end_is_known();
  const std::int64_t ready = queue_.readable();
  if (complete) return held_back_ = 0, end_;
  if (ready == 0) return kNotYet;
  const auto age = static_cast<std::int64_t>(age_s * rate_ - margin_);
  const std::int64_t begins = needs_.speech_begins(frame, {ready, queue_.packet(), age});
  if (begins < least) return held_back_ = 0, std::max(begins, end_);
  held_back_ += std::max<std::int64_t>(0, least - end_);
  if (static_cast<double>(held_back_) < kLongestWait_s * rate_) return kNotYet;
  held_back_ = 0;
  return std::max(least - ready, end_);
}

/// Speech as far as it is there, up to `most`. Where it ends before `least` it came too late.
void SpokenLine::speak(std::int64_t most, std::int64_t least) noexcept {
  bool ended = false;
  while (end_ < most && !ended) {
    const auto ring = static_cast<std::int64_t>(samples_.size());
    const std::int64_t place = end_ & (ring - 1);
    const std::int64_t straight = std::min(most - end_, ring - place);
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
  } else if (end_ < least && state_ == State::speaking) {
    state_ = State::gap;
    ++late_;
    late_in_utterance_ = true;
    margin_ = std::clamp(kGrows * margin_, kGrownMargin_s * rate_, kMostMargin_s * rate_);
  }
}

/// After the last sample that was spoken.
void SpokenLine::end_utterance() noexcept {
  if (state_ == State::idle) return;
  state_ = State::idle;
  if (!late_in_utterance_) margin_ = std::max(kShrinks * margin_, kMargin_s * rate_);
  late_in_utterance_ = false;
  if (last_spoken_ >= played_) {
    kinds_[slot(last_spoken_)] |= kEnd;
  } else if (heard_start_) {
    heard_start_ = false;
    note({Event::Kind::ended, false, 1e3 * static_cast<double>(utterance_played_) / rate_, last_spoken_ + 1});
  }
}

void SpokenLine::extend(std::int64_t frame, double age_s) noexcept {
  spoke_ = false;
  const std::int64_t least = needs_.needed(frame), most = needs_.place(frame) + needs_.delay();
  // A pause may turn out to have been the end.
  if (state_ == State::gap) {
    gap_ += std::max<std::int64_t>(0, least - end_);
    const bool forgotten = static_cast<double>(gap_) > longest_gap_s_ * rate_;
    if (queue_.readable() == 0 && forgotten) end_utterance();
  }
  if (state_ == State::speaking) {
    speak(most, least);
  } else if (const std::int64_t begins = begin_of_speech(frame, age_s); begins < kNotYet) {
    put_silence(begins);
    speak(most, least);
  }
  put_silence(least);
}

SpokenLine::Wait SpokenLine::waits(std::int64_t frame) const noexcept {
  if (queue_.drop_is_asked()) return Wait::come;
  if (state_ != State::speaking) return Wait::none;
  return queue_.end_is_known() || end_ + queue_.readable() >= needs_.needed(frame) ? Wait::come
                                                                                   : Wait::missing;
}

bool SpokenLine::cut() noexcept {
  const SoundQueue::Drop drop = queue_.obey();
  if (!drop.asked) return false;
  bool lost = drop.lost || state_ != State::idle || heard_start_;
  for (std::int64_t place = played_; place < end_; ++place) {
    lost |= kinds_[slot(place)] != 0;
    kinds_[slot(place)] = 0;
    const double left = 1 - static_cast<double>(place - played_) / (kFade_s * rate_);
    samples_[slot(place)] *= static_cast<float>(std::max(0., left));
  }
  const double played = heard_start_ ? static_cast<double>(utterance_played_) : 0;
  if (lost && (drop.interrupts || heard_start_))
    note({Event::Kind::ended, drop.interrupts, 1e3 * played / rate_, played_});
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
      note({Event::Kind::started, false, 0, played_});
      heard_start_ = true;
      utterance_played_ = 0;
    }
    ++utterance_played_;
    ++spoken_;
    if (kind & kEnd) {
      heard_start_ = false;
      note({Event::Kind::ended, false, 1e3 * static_cast<double>(utterance_played_) / rate_, played_ + 1});
    }
  }
  return sound.first(count);
}

}  // namespace parlante
