#include "face/person_mask.hpp"

#include <algorithm>

#include "nn/network.hpp"

namespace parlante {

Result<ImageF> person_mask(const std::filesystem::path& file, const ImageU8& picture) {
  const auto network = Network::load(file);
  if (!network) return fail(network.error().kind, network.error().message);
  Inference inference(*network);
  constexpr int kSide = kPersonMaskSide;
  constexpr std::size_t kPixels = std::size_t{kSide} * kSide;
  if (inference.inputs() != 1 || inference.input().size() != 3 * kPixels || inference.outputs() != 1 ||
      inference.output(0).size() != kPixels)
    return fail(ErrorKind::broken_model,
                "The person segmenter's network does not make a 256x256 mask of a 256x256 picture.");
  float* value = inference.input().data();  // RGB, 0..1: means over the pixels that a value covers
  const auto span = [](int index, int size, int& from, int& to) {
    from = index * size / kSide;
    to = std::max(from + 1, (index + 1) * size / kSide);
  };
  for (int y = 0; y < kSide; ++y)
    for (int x = 0; x < kSide; ++x) {
      int left = 0, right = 0, top = 0, bottom = 0, sum[3] = {};
      span(x, picture.width, left, right);
      span(y, picture.height, top, bottom);
      for (int v = top; v < bottom; ++v)
        for (int u = left; u < right; ++u)
          for (int c = 0; c < 3; ++c) sum[c] += picture.at(u, v)[c];
      for (const int s : sum)
        *value++ = static_cast<float>(s) / (255.F * static_cast<float>((right - left) * (bottom - top)));
    }
  inference.run();
  ImageF out(kSide, kSide, 1);
  std::ranges::copy(inference.output(0), out.pixels.begin());
  return out;
}

}  // namespace parlante
