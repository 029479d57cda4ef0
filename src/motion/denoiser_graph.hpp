// The learned motion's network as OpenVINO graphs: the diffusion transformer of docs/motion.md.
#pragma once

#include <cstddef>
#include <memory>

#include "core/result.hpp"
#include "motion/motion_weights.hpp"

namespace ov {
class Model;
}

namespace parlante {

// Three graphs, so that nothing is computed twice: what was heard does not change from step to step, and the
// step's modulation does not change from window to window. T is the window's length in frames, d the width,
// C the channels.
//
//   heard      = a + gelu(conv(a)),  a = Linear(audio)                       once a window
//   modulation = Linear_block(silu(Linear(silu(Linear(time))) + Linear(condition)))   once a step and wish
//   clean      = transformer(heard + Linear(motion), modulation)             once a step
//
// Errors of all: broken_model when an array is missing or has a wrong shape.

/// Input: audio [1,T,kAudio], normalised. Output: heard [1,T,d].
Result<std::shared_ptr<ov::Model>> build_listener(const MotionWeights& weights, std::size_t frames);

/// Inputs: 0 time [1,d], the step's embedding; 1 condition [1,kConditions]. Output: modulation
/// [1,blocks·6·d].
Result<std::shared_ptr<ov::Model>> build_modulator(const MotionWeights& weights);

/// Inputs: 0 heard [batch,T,d]; 1 motion [1,T,2C+1], a frame's noisy channels, its earlier channels and
/// whether it has any; 2 modulation. Output: clean channels, normalised [batch,T,C].
Result<std::shared_ptr<ov::Model>> build_denoiser(const MotionWeights& weights, std::size_t frames,
                                                  std::size_t batch = 1);

}  // namespace parlante
