// Those who get a session's frames.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "live/media_sink.hpp"
#include "stream/handed_over.hpp"

namespace parlante {

/// Sinks come and go on any thread. The thread that makes frames sees them without a lock; it neither copies
/// nor frees one.
class SinkRow {
 public:
  struct Seat {
    std::shared_ptr<MediaSink> sink;
    bool greeted = false;  ///< seen by the frames' thread, and its alone
  };
  using Seats = std::vector<std::shared_ptr<Seat>>;

  // Any thread but that of the frames.

  /// It gets frames from the next now() on.
  void attach(std::shared_ptr<MediaSink> sink);
  /// Lets go of sinks that are not open any more, and frees those that no frame is on its way to.
  void sweep();

  // The frames' thread.

  /// Who is there, in the order in which they came. Valid until the next call.
  const Seats& now() noexcept { return handed_.newest(); }

 private:
  std::mutex mutex_;  // over the next one, and the maker's side of the one after it
  Seats all_;
  HandedOver<Seats> handed_{std::make_unique<Seats>()};
};

}  // namespace parlante
