// How often this test program has asked for memory: for tests of functions that must not.
#pragma once

#include <cstddef>

namespace parlante::testing {

/// Calls of operator new so far, in all threads.
std::size_t allocations() noexcept;

}  // namespace parlante::testing
