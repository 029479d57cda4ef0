#include "live/microphone_pace.hpp"

#include <algorithm>
#include <cmath>

namespace parlante {
namespace {

constexpr double kWindow_s = 2;
constexpr int kFirstWindows = 3;  ///< that say what usually waits
constexpr int kMostUneven = 4;
/// Sound of a window may come earlier or later by so much and still be called as it is spoken.
constexpr double kUneven = .05, kPacket_s = .06;

/// Catmull-Rom between `p[1]` and `p[2]`.
float between(const float* p, float t) noexcept {
  const float a = 2 * p[1], b = p[2] - p[0], c = 2 * p[0] - 5 * p[1] + 4 * p[2] - p[3],
              d = 3 * (p[1] - p[2]) + p[3] - p[0];
  return .5F * (a + t * (b + t * (c + t * d)));
}

}  // namespace

void MicrophonePace::reset() noexcept {
  began_ = {};
  windows_ = uneven_ = 0;
  reserve_s_ = 0;
  hurries_ = false;
  kept_.clear();  // two samples at most
}

void MicrophonePace::end_window(double seconds) noexcept {
  if (std::abs(came_s_ - seconds) > kUneven * seconds + kPacket_s) {
    // a stall and what comes after it are two or three such windows; more is another way of speaking
    if (++uneven_ < kMostUneven) return;
    windows_ = 0;
    hurries_ = false;
    return;
  }
  uneven_ = 0;
  if (windows_ == 0) usual_s_ = least_s_;
  if (windows_ < kFirstWindows) usual_s_ = std::min(usual_s_, least_s_);
  if (windows_++ < kFirstWindows) return;
  // nothing waited: perhaps it came too late, and will again
  if (least_s_ <= 0) reserve_s_ = kReserve_s;
  const double wanted = std::max(usual_s_, reserve_s_);
  if (least_s_ > wanted + kTooMuch_s) hurries_ = true;
  if (least_s_ < wanted + kEnough_s) hurries_ = false;
}

void MicrophonePace::look(double waiting_s, Clock::time_point now) {
  if (began_ == Clock::time_point{}) {
    began_ = now, came_s_ = 0, least_s_ = waiting_s;
    return;
  }
  least_s_ = std::min(least_s_, waiting_s);
  const double seconds = std::chrono::duration<double>(now - began_).count();
  if (seconds < kWindow_s) return;
  end_window(seconds);
  began_ = now, came_s_ = 0, least_s_ = waiting_s;
}

std::span<const float> MicrophonePace::take(std::span<const float> samples, double waiting_s,
                                            Clock::time_point now) {
  look(waiting_s, now);
  came_s_ += static_cast<double>(samples.size()) / rate_;
  if (!hurries_ && kept_.empty()) return samples;
  out_.clear();
  squeeze(samples);
  return out_;
}

/// From kept_ and `samples`, every kStep-th place; back on whole samples once it need not hurry any more.
void MicrophonePace::squeeze(std::span<const float> samples) {
  if (kept_.empty()) {
    // the sample before the first is taken for the same: it only bends the curve
    if (samples.empty()) return;
    kept_.push_back(samples.front());
    at_ = 1;
  }
  kept_.insert(kept_.end(), samples.begin(), samples.end());
  while (at_ + 2 < static_cast<double>(kept_.size())) {
    const double whole = std::floor(at_), part = at_ - whole;
    if (!hurries_ && part < kStep - 1) {
      out_.insert(out_.end(), kept_.begin() + static_cast<std::ptrdiff_t>(whole), kept_.end());
      kept_.clear();
      return;
    }
    out_.push_back(between(kept_.data() + static_cast<std::ptrdiff_t>(whole) - 1, static_cast<float>(part)));
    at_ += kStep;
  }
  const auto done = static_cast<std::ptrdiff_t>(at_) - 1;
  kept_.erase(kept_.begin(), kept_.begin() + std::min(done, static_cast<std::ptrdiff_t>(kept_.size())));
  at_ -= static_cast<double>(done);
}

}  // namespace parlante
