#include "stream/quality_ladder.hpp"

#include <algorithm>
#include <cmath>

namespace parlante {

QualityLadder::QualityLadder(Rational rate, int size, int least_size)
    : frame_s_(1 / rate.value()), frames_a_look_(std::max<std::int64_t>(1, rate.num / rate.den)) {
  steps_.push_back({rate, size});
  for (const int pictures : {40, 30, 25, 20})
    if (pictures * rate.den < rate.num) steps_.push_back({{pictures, 1}, size});
  const Rational fewest = steps_.back().pictures;
  for (const int quarters : {3, 2}) {
    const int smaller = size * quarters / 4 / 2 * 2;
    if (smaller >= least_size) steps_.push_back({fewest, smaller});
  }
}

bool QualityLadder::add(double busy_s, Made made) noexcept {
  Spent& spent = made == Made::drawn ? drawn_ : skipped_;
  spent.busy_s += std::isfinite(busy_s) ? std::max(0., busy_s) : 0;
  ++spent.frames;
  late_ += made == Made::late;
  if (drawn_.frames + skipped_.frames < frames_a_look_) return false;
  const bool changed = look();
  drawn_ = skipped_ = {};
  late_ = 0;
  return changed;
}

/// Frames that were skipped tell what motion costs; without any, all is taken for the pictures' cost.
double QualityLadder::load_of_step_up() const noexcept {
  const Quality &more = steps_[step_ - 1], &now = steps_[step_];
  const double sides = static_cast<double>(more.size) / now.size;
  const double dearer = more.pictures.value() / now.pictures.value() * sides * sides;
  const double motion_s = skipped_.frames > 0 ? skipped_.busy_s / static_cast<double>(skipped_.frames) : 0;
  const double pictures = std::max(0., drawn_.busy_s - motion_s * static_cast<double>(drawn_.frames));
  const double all = static_cast<double>(drawn_.frames + skipped_.frames);
  return load_ + (dearer - 1) * pictures / (all * frame_s_);
}

bool QualityLadder::look() noexcept {
  const auto frames = static_cast<double>(drawn_.frames + skipped_.frames);
  load_ = (drawn_.busy_s + skipped_.busy_s) / (frames * frame_s_);
  looks_since_up_ = std::min(looks_since_up_ + 1, 2 * kMostPatience);
  const bool late = static_cast<double>(late_) > kMostLate * frames;
  const bool full = load_ > kFull || (late && was_late_);
  was_late_ = late;
  if (full) {
    free_looks_ = 0;
    if (step_ + 1 == steps_.size()) return false;
    if (looks_since_up_ <= patience_) patience_ = std::min(2 * patience_, kMostPatience);
    ++step_;
    return true;
  }
  if (step_ == 0) {
    if (looks_since_up_ > kMostPatience) patience_ = kPatience;
    return false;
  }
  free_looks_ = load_of_step_up() < kFree ? free_looks_ + 1 : 0;
  if (free_looks_ < patience_) return false;
  free_looks_ = looks_since_up_ = 0;
  --step_;
  return true;
}

}  // namespace parlante
