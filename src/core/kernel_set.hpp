// Which implementation of the pixel kernels runs, and what this CPU can run.
#pragma once

namespace parlante {

/// Which kernels draw and mark: the fastest the CPU has, or one forced for tests.
enum class KernelSet { best, reference, avx2, avx512, neon };

/// Whether this build and CPU have the instructions that files named for the set are compiled for
/// (cmake/stages.cmake). `best` and `reference` run everywhere.
bool cpu_runs(KernelSet set) noexcept;

}  // namespace parlante
