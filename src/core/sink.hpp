// Progress and log go to a sink given per object: the library never prints.
#pragma once

#include <cstdint>
#include <string_view>

namespace parlante {

enum class LogLevel { debug, info, warning };

/// Receives what a user may want to know. Calls come from the thread that works with the object the sink was
/// given to; none is made from per-frame code.
class Sink {
 public:
  virtual ~Sink() = default;
  virtual void log(LogLevel level, std::string_view sentence) = 0;
  /// `done` of `total` units of `stage` are finished; total 0: not known.
  virtual void progress(std::string_view stage, std::int64_t done, std::int64_t total) = 0;
};

/// A sink that drops everything.
Sink& null_sink() noexcept;

}  // namespace parlante
