// What a session tells its client, as JSON.
#pragma once

#include <array>
#include <charconv>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace parlante {

/// {"event": …} with a few numbers, written in place: on a thread that must not allocate. Names are plain
/// words. What finds no room is left out.
class EventText {
 public:
  explicit EventText(std::string_view event) noexcept {
    put("{\"event\":\"");
    put(event);
    put("\"}");
  }
  /// Numbers as short as they can be read back exactly; what is not a number is null.
  template <class Number>
  requires std::integral<Number> || std::floating_point<Number> EventText& add(std::string_view name,
                                                                               Number value) noexcept {
    std::array<char, 32> digits;
    std::string_view text;
    if constexpr (std::same_as<Number, bool>) {
      text = value ? "true" : "false";
    } else if (std::floating_point<Number> && !std::isfinite(static_cast<double>(value))) {
      text = "null";
    } else {
      const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
      text = {digits.data(), static_cast<std::size_t>(end - digits.data())};
    }
    if (size_ + name.size() + text.size() + 4 > text_.size()) return *this;
    --size_;  // the brace that closes it
    put(",\"");
    put(name);
    put("\":");
    put(text);
    put("}");
    return *this;
  }
  std::string_view text() const noexcept { return {text_.data(), size_}; }

 private:
  void put(std::string_view piece) noexcept {
    size_ += piece.copy(text_.data() + size_, text_.size() - size_);
  }

  std::array<char, 512> text_;
  std::size_t size_ = 0;
};

}  // namespace parlante
