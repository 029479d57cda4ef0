// Which implementation of the pixel kernels draws.
#pragma once

namespace parlante {

/// Which kernels draw: fastest the CPU has, or one forced for tests.
enum class KernelSet { best, reference, avx2, avx512, neon };

}  // namespace parlante
