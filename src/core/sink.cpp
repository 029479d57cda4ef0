#include "core/sink.hpp"

namespace parlante {
namespace {

class NullSink final : public Sink {
 public:
  void log(LogLevel, std::string_view) override {}
  void progress(std::string_view, std::int64_t, std::int64_t) override {}
};

}  // namespace

Sink& null_sink() noexcept {
  static NullSink sink;  // stateless, so sharing it between threads is safe
  return sink;
}

}  // namespace parlante
