// How many bits a second a receiver gets, from what it reports.
#pragma once

#include <algorithm>
#include <cstdint>

namespace parlante {

/// Loss as in Google's congestion control for WebRTC (draft-ietf-rmcat-gcc-02, section 6): more than a tenth
/// of the packets lost makes less of it, under a fiftieth a little more each time; never more than what the
/// receiver says that it can take. A pure function of the reports.
class BitrateGovernor {
 public:
  BitrateGovernor(int least, int start, int most) noexcept
      : least_(least), most_(most), by_loss_(std::clamp<double>(start, least, most)) {}

  /// A report of the share of packets lost since the last one, about once a second.
  void loss(double share) noexcept {
    if (!(share >= 0)) return;
    if (share > .1)
      by_loss_ *= 1 - .5 * std::min(share, 1.);
    else if (share < .02)
      by_loss_ *= 1.05;
    by_loss_ = std::clamp<double>(by_loss_, least_, most_);
  }
  void receiver_takes(std::uint64_t bits) noexcept {
    receiver_ = std::min<std::uint64_t>(bits, 1'000'000'000);
  }

  /// Bits a second, within the limits.
  int bits() const noexcept {
    double bits = by_loss_;
    if (receiver_ > 0) bits = std::min(bits, static_cast<double>(receiver_));
    return static_cast<int>(std::clamp<double>(bits, least_, most_));
  }

 private:
  int least_, most_;
  double by_loss_;
  std::uint64_t receiver_ = 0;
};

}  // namespace parlante
