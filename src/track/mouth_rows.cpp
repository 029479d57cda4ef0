#include "track/mouth_rows.hpp"

namespace parlante {
namespace {

// By design 6.2 and the prototype: the chin is believed a little less than the lips; the gaps and the width
// count extra (the width twice as much as there, or the ridge takes a sixth of it). The tracker's depth is
// believed less than there, for it does not see lips protrude: with more weight pursed lips come out rolled
// in. Two of our lip points stand for one there, hence the root.
constexpr double kLipWeight = .70710678, kChinWeight = .7, kDepth = .25;
const Vec3d kGapWeight{1, 3, .5}, kWidthWeight{4, .5, .2};
constexpr double kOuterGap = .3;

}  // namespace

MouthRows mouth_rows(const LandmarkShift& shift) noexcept {
  MouthRows rows;
  Eigen::Index row = 0;
  for (std::size_t i = 0; i < kMouthPoints.size(); ++i, row += 3) {
    const Vec3d& moved = shift[kMouthPoints[i]];
    rows.segment<3>(row) = (i < kLipPoints ? kLipWeight : kChinWeight) * moved;
    rows[row + 2] *= kDepth;
  }
  for (std::size_t i = 0; i < kLipPairs.size(); ++i, row += 3)
    rows.segment<3>(row) = (i < kInnerPairs ? 1 : kOuterGap) *
                           kGapWeight.cwiseProduct(shift[kLipPairs[i].upper] - shift[kLipPairs[i].lower]);
  rows.segment<3>(row) = kWidthWeight.cwiseProduct(shift[kMouthCornerLeft] - shift[kMouthCornerRight]);
  return rows;
}

MouthRowMask mouth_row_mask(const LandmarkMask& known) noexcept {
  MouthRowMask mask;
  std::size_t row = 0;
  const auto add = [&](bool is_told) {
    for (int k = 0; k < 3; ++k) mask[row++] = is_told;
  };
  for (const std::size_t point : kMouthPoints) add(known[point]);
  for (const LipPair& pair : kLipPairs) add(known[pair.upper] && known[pair.lower]);
  add(known[kMouthCornerLeft] && known[kMouthCornerRight]);
  return mask;
}

}  // namespace parlante
