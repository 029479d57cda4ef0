// The phonetic conformer as an OpenVINO graph: sound in, posteriors and two layers out.
#pragma once

#include <cstddef>
#include <memory>

#include "core/result.hpp"
#include "speech/weight_pack.hpp"

namespace ov {
class Model;
}

namespace parlante {

/// Sizes of one window of `frames` frames (20 ms each). The window's first sample lies `kLead` samples before
/// the first sample of its first frame, so that no edge of the window needs padding: padding belongs to the
/// sound's true ends only.
struct ConformerWindow {
  static constexpr std::size_t kLead = 360;  ///< 160 for the stem's neighbour + half a transform of 400
  static constexpr std::size_t kSpectrumHop = 160;  ///< samples between two log-mel spectra

  std::size_t frames = 0;
  std::size_t spectra() const noexcept { return 2 * frames + 1; }
  std::size_t samples() const noexcept { return 2 * kSpectrumHop * frames + 400; }
};

/// Builds the graph of `hama` 1.7.0's acoustic model for a fixed window: STFT by convolution (400, hop 160),
/// 80 log-mel bands, convolution of stride 2 with GELU, four conformer blocks (d 144, 4 heads, SiLU, GLU,
/// depthwise 31), projection, softmax. No positional encoding, so a window may lie anywhere in the sound.
///
/// Inputs: 0 samples [1,1,samples()]; 1 spectra that exist [1,spectra(),1], 1 or 0; 2 frames that exist
/// [1,frames,1], 1 or 0. What does not exist (before the start or past the end of the sound) acts exactly as
/// the zero padding of a run over the whole sound. Outputs: posterior [1,frames,191], layer 2 and layer 4
/// [1,frames,144]. Errors: broken_model when the pack lacks an array or one has a wrong shape.
Result<std::shared_ptr<ov::Model>> build_conformer(const WeightPack& pack, ConformerWindow window);

}  // namespace parlante
