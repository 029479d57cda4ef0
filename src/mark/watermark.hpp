// Puts the invisible mark into frames.
#pragma once

#include <cstdint>
#include <vector>

#include "core/image.hpp"
#include "mark/mark_kernel.hpp"
#include "mark/mark_payload.hpp"

namespace parlante {

/// The mark of one render, ready for pictures of one size. Immutable: threads may share it.
class Watermark {
 public:
  /// For pictures of about that size, which decides how large chips are, with 3 (RGB) or 4 channels (RGBA).
  Watermark(const MarkPayload& payload, int width, int height, int channels = 3,
            KernelSet kernels = KernelSet::best);

  /// Adds the mark in place; alpha stays. `frame` has the channels given. Allocates nothing.
  void apply(ImageU8& frame) const noexcept;
  const MarkPayload& payload() const noexcept { return payload_; }

 private:
  MarkPayload payload_;
  MarkFn kernel_;
  int side_ = 0, channels_ = 3;
  std::vector<std::int8_t> tile_;  ///< a value for each channel
};

}  // namespace parlante
