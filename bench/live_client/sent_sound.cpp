#include "sent_sound.hpp"

#include <algorithm>

namespace parlante::bench {
namespace {

constexpr std::size_t kWindow = 48;  ///< samples that tell a place
constexpr int kLoud = 200;           ///< a window without such a sample may occur anywhere

bool loud(int sample) {
  return sample > kLoud || sample < -kLoud;
}
bool tells(std::span<const std::int16_t> window) {
  return std::ranges::any_of(window, loud);
}

}  // namespace

void SentSound::sent(std::span<const std::int16_t> samples, Clock::time_point now) {
  pieces_.push_back({sound_.size(), now});
  sound_.insert(sound_.end(), samples.begin(), samples.end());
}

SentSound::Clock::time_point SentSound::when(std::size_t sample) const {
  const auto after = std::ranges::upper_bound(pieces_, sample, {}, &Piece::begin);
  return std::prev(after)->at;
}

std::optional<SentSound::Found> SentSound::find(std::span<const std::int16_t> samples, bool may_break) {
  if (following_) {
    const std::size_t known = std::min(samples.size(), sound_.size() - next_);
    if (known > 0 && std::equal(samples.begin(), samples.begin() + static_cast<std::ptrdiff_t>(known),
                                sound_.begin() + static_cast<std::ptrdiff_t>(next_))) {
      const Found found{next_, known};
      next_ += known;
      found_ += static_cast<std::int64_t>(known);
      return found;
    }
    following_ = false;
    if (known > 0 && tells(samples) && !may_break) ++breaks_;
  }
  for (std::size_t at = 0; at + kWindow <= samples.size(); at += kWindow / 2) {
    const auto window = samples.subspan(at, kWindow);
    if (!tells(window)) continue;
    const auto place = std::search(sound_.begin() + static_cast<std::ptrdiff_t>(next_), sound_.end(),
                                   window.begin(), window.end());
    if (place == sound_.end()) continue;
    const auto begin = static_cast<std::size_t>(place - sound_.begin());
    const std::size_t rest = std::min(samples.size() - at, sound_.size() - begin);
    following_ = std::equal(samples.begin() + static_cast<std::ptrdiff_t>(at),
                            samples.begin() + static_cast<std::ptrdiff_t>(at + rest), place);
    // what stands between has not come; sound that is not loud may have, and was not known again
    const auto between = std::span(sound_).subspan(next_, begin - next_);
    const std::size_t heard_before = std::min(at + kWindow, between.size());
    if (!may_leave_out_ && std::ranges::any_of(between.first(between.size() - heard_before), loud)) ++losses_;
    may_leave_out_ = may_break;
    next_ = begin + rest;
    found_ += static_cast<std::int64_t>(rest);
    return Found{begin, rest};
  }
  return std::nullopt;
}

}  // namespace parlante::bench
