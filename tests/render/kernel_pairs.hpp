// Every kernel against its reference, and inputs for both.
#pragma once

#include <gtest/gtest.h>

#include <vector>

#include "core/random.hpp"
#include "render/kernels.hpp"

namespace parlante::testing {

/// The fastest table of this CPU; skips the test when it is the reference itself.
#define PARLANTE_FAST_KERNELS(name)               \
  const Kernels& name = kernels(KernelSet::best); \
  if (&name == &kernels(KernelSet::reference)) GTEST_SKIP() << "this CPU has only the reference kernels"

inline std::vector<std::uint8_t> random_bytes(std::size_t count, std::uint64_t seed) {
  Random random(seed);
  std::vector<std::uint8_t> bytes(count);
  for (std::uint8_t& b : bytes) b = static_cast<std::uint8_t>(random.bits() >> 56);
  return bytes;
}

inline std::vector<float> random_floats(std::size_t count, std::uint64_t seed, double low, double high) {
  Random random(seed);
  std::vector<float> values(count);
  for (float& v : values) v = static_cast<float>(random.uniform(low, high));
  return values;
}

}  // namespace parlante::testing
