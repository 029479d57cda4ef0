// Which parts of a picture are person: MediaPipe's selfie segmentation.
#pragma once

#include "core/image.hpp"
#include "core/result.hpp"
#include "nn/network.hpp"

namespace parlante {

/// Not thread-safe. The network sees the whole picture squeezed to kSide x kSide: outlines are right to about
/// a pixel of that, and it was trained on people at arm's length, with what they wear.
class PersonMask {
 public:
  static constexpr int kSide = 256;

  /// Errors: broken_model when the network is not this one.
  static Result<PersonMask> open(const Network& network);
  /// Probability of person, kSide x kSide, one channel. `picture` is RGB or RGBA and not empty.
  ImageF operator()(const ImageU8& picture);

 private:
  explicit PersonMask(const Network& network) : inference_(network) {}
  Inference inference_;
};

}  // namespace parlante
