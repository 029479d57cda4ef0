// A vector for the largest case there may be: its zeros take memory where they are first written to.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/aligned_vector.hpp"

namespace parlante {

/// Memory from calloc, which the system hands out page by page; begins at a cache line.
template <class T>
struct LazyZeroAllocator {
  static_assert(std::is_trivially_copyable_v<T>);
  using value_type = T;
  LazyZeroAllocator() = default;
  template <class U>
  LazyZeroAllocator(const LazyZeroAllocator<U>&) noexcept {}

  T* allocate(std::size_t count) {
    if (count > (SIZE_MAX - kAhead) / sizeof(T)) throw std::bad_alloc();
    auto* whole = static_cast<std::byte*>(std::calloc(1, count * sizeof(T) + kAhead));
    if (!whole) throw std::bad_alloc();
    const std::size_t off = kCacheLine - reinterpret_cast<std::uintptr_t>(whole) % kCacheLine;
    ::new (whole + off - sizeof(void*)) void*(whole);
    return reinterpret_cast<T*>(whole + off);
  }
  void deallocate(T* memory, std::size_t) noexcept {
    std::free(*reinterpret_cast<void**>(reinterpret_cast<std::byte*>(memory) - sizeof(void*)));
  }
  void construct(T*) noexcept {}  // it is 0 already
  template <class... Args>
  void construct(T* at, Args&&... args) {
    ::new (at) T(std::forward<Args>(args)...);
  }
  friend bool operator==(const LazyZeroAllocator&, const LazyZeroAllocator&) noexcept { return true; }

 private:
  static constexpr std::size_t kAhead = kCacheLine;  // calloc's memory is aligned for a pointer at least
};

/// To be resized once: what it grows into later holds whatever was there before.
template <class T>
using LazyZeros = std::vector<T, LazyZeroAllocator<T>>;

}  // namespace parlante
