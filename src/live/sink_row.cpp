#include "live/sink_row.hpp"

#include <algorithm>

namespace parlante {

void SinkRow::attach(std::shared_ptr<MediaSink> sink) {
  const std::lock_guard lock(mutex_);
  all_.push_back(std::make_shared<Seat>(Seat{std::move(sink)}));
  handed_.offer(std::make_unique<Seats>(all_));
}

void SinkRow::sweep() {
  const std::lock_guard lock(mutex_);
  if (std::erase_if(all_, [](const auto& seat) { return !seat->sink->open(); }) > 0)
    handed_.offer(std::make_unique<Seats>(all_));
  handed_.free_returned();
}

}  // namespace parlante
