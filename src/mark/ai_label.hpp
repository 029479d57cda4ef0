// The visible label: a small "AI" in the upper right corner, for those who look.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/image.hpp"
#include "core/time.hpp"

namespace parlante {

/// When the label is seen. Who publishes a deep fake must label it at the first exposure and at regular
/// intervals (EU AI Act, Article 50, and its code of practice of June 2026); who turns it off takes that
/// over.
enum class LabelTimes {
  off,
  start,   ///< the first three seconds
  repeat,  ///< those, and two seconds of every thirty
  always
};

/// What the label says in words: for metadata that screen readers read.
constexpr std::string_view kLabelWords =
    "A face that was animated by artificial intelligence. Made with parlante.";

/// The label for frames of one size. Immutable: threads may share it.
class AiLabel {
 public:
  AiLabel(LabelTimes times, Rational rate, int width, int height);

  /// How strongly frame `index` shows it, 0..1: it fades in and out within a quarter of a second, but is
  /// there in full from the first frame on.
  float strength(std::int64_t index) const noexcept;
  /// Draws it over frame `index` (RGB or RGBA, not premultiplied). Allocates nothing.
  void apply(std::int64_t index, ImageU8& frame) const noexcept;
  /// Where it is.
  const PixelRect& box() const noexcept { return box_; }

 private:
  LabelTimes times_;
  double seconds_a_frame_;
  PixelRect box_;
  std::vector<std::uint8_t> plate_, letters_;  ///< cover, 0..255, row by row of the box
};

}  // namespace parlante
