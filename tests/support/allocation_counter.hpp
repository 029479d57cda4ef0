// How often a test program has asked for memory: for tests of functions that must not. A program that uses it
// compiles support/allocation_counter.cpp (one file of its tests includes it).
#pragma once

#include <cstddef>

namespace parlante::testing {

/// Calls so far, in all threads, of malloc and what is like it; with sanitizers or another C library than
/// GNU's, of operator new alone.
std::size_t allocations() noexcept;
/// Those of this thread.
std::size_t allocations_of_thread() noexcept;

}  // namespace parlante::testing
