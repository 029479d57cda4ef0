// An array for the largest case there may be: its zeros take memory where they are first written to.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

#include "core/aligned_vector.hpp"

namespace parlante {

/// Zeros from calloc, which the system hands out page by page; begin at a cache line. It can be moved, and is
/// not copied.
template <class T>
class LazyZeros {
  static_assert(std::is_arithmetic_v<T>);

 public:
  LazyZeros() = default;
  explicit LazyZeros(std::size_t count) { reset(count); }
  LazyZeros(LazyZeros&& other) noexcept
      : memory_(std::move(other.memory_)),
        first_(std::exchange(other.first_, nullptr)),
        size_(std::exchange(other.size_, 0)) {}
  LazyZeros& operator=(LazyZeros&& other) noexcept {
    memory_ = std::move(other.memory_);
    first_ = std::exchange(other.first_, nullptr);
    size_ = std::exchange(other.size_, 0);
    return *this;
  }

  /// `count` zeros; what was there before is gone. Throws std::bad_alloc and leaves all as it was.
  void reset(std::size_t count) {
    if (count > (SIZE_MAX - kCacheLine) / sizeof(T)) throw std::bad_alloc();
    auto* whole = static_cast<std::byte*>(std::calloc(1, count * sizeof(T) + kCacheLine));
    if (!whole) throw std::bad_alloc();
    memory_.reset(whole);
    first_ = reinterpret_cast<T*>(whole + kCacheLine - reinterpret_cast<std::uintptr_t>(whole) % kCacheLine);
    size_ = count;
  }

  T* data() noexcept { return first_; }
  const T* data() const noexcept { return first_; }
  std::size_t size() const noexcept { return size_; }
  T* begin() noexcept { return first_; }
  T* end() noexcept { return first_ + size_; }
  const T* begin() const noexcept { return first_; }
  const T* end() const noexcept { return first_ + size_; }
  T& operator[](std::size_t at) noexcept { return first_[at]; }
  const T& operator[](std::size_t at) const noexcept { return first_[at]; }

 private:
  struct Free {
    void operator()(std::byte* memory) const noexcept { std::free(memory); }
  };
  std::unique_ptr<std::byte, Free> memory_;
  T* first_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace parlante
