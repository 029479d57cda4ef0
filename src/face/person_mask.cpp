#include "face/person_mask.hpp"

#include <algorithm>

namespace parlante {

Result<PersonMask> PersonMask::open(const Network& network) {
  PersonMask mask(network);
  constexpr std::size_t kPixels = std::size_t{kSide} * kSide;
  if (mask.inference_.inputs() != 1 || mask.inference_.input().size() != 3 * kPixels ||
      mask.inference_.outputs() != 1 || mask.inference_.output(0).size() != kPixels)
    return fail(ErrorKind::broken_model,
                "The person segmenter's network does not make a 256x256 mask of a 256x256 picture.");
  return mask;
}

ImageF PersonMask::operator()(const ImageU8& picture) {
  float* value = inference_.input().data();  // RGB, 0..1: means over the pixels that a value covers
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
  inference_.run();
  ImageF out(kSide, kSide, 1);
  std::ranges::copy(inference_.output(0), out.pixels.begin());
  return out;
}

}  // namespace parlante
