#include "mark/watermark.hpp"

#include <cassert>

#include "mark/mark_pattern.hpp"

namespace parlante {

Watermark::Watermark(const MarkPayload& payload, int width, int height, int channels, KernelSet kernels)
    : payload_(payload), kernel_(mark_kernel(kernels)), channels_(channels) {
  assert(channels == 3 || channels == 4);
  const int chip = mark_chip_side(width, height);
  side_ = kMarkTile * chip;
  const auto tile = mark_tile(mark_chips(mark_layout(kMarkKey), mark_code_word(payload)), chip);
  tile_.reserve(static_cast<std::size_t>(channels) * tile.size() + kMarkOverrun);
  for (const std::int8_t value : tile) {
    tile_.insert(tile_.end(), 3, value);
    if (channels == 4) tile_.push_back(0);
  }
  tile_.insert(tile_.end(), kMarkOverrun, std::int8_t{0});
}

void Watermark::apply(ImageU8& frame) const noexcept {
  assert(frame.channels == channels_);
  kernel_({tile_.data(), side_, channels_},
          {frame.pixels.data(), static_cast<int>(frame.stride()), frame.width, frame.height});
}

}  // namespace parlante
