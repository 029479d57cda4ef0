#include "face/face_search.hpp"

#include <algorithm>
#include <cmath>

namespace parlante {
namespace {

/// A box smaller than this part of the picture's longer side covers less than 20 of the detector's 128
/// pixels: it is coarse, and smaller faces are missed.
constexpr double kSmallFace = .15;
/// Side of the square around a small face where it is detected again, in sides of its box: as in a portrait.
constexpr double kCloserView = 3;
constexpr float kSameFace = .3F;
constexpr std::size_t kMostFaces = 24;

/// Tiles overlap by a third, so that a face cut by one lies whole in the next.
constexpr double kTileStep = 2.0 / 3;

/// The tiles along one side of the picture.
struct TileRow {
  TileRow(int size_, double tile_, int most) noexcept : size(size_), tile(tile_) {
    count = std::clamp(1 + static_cast<int>(std::ceil((size - tile) / (tile * kTileStep) - 1e-6)), 1, most);
  }
  double centre(int index) const noexcept {
    return count == 1 ? size / 2.0 : tile / 2 + index * (size - tile) / (count - 1);
  }
  int size;
  double tile;
  int count;
};

}  // namespace

FaceSearch::FaceSearch(FaceDetector detector) : detector_(std::move(detector)) {
  faces_.reserve(kMostFaces);
}

bool FaceSearch::is_small(const Detection& face, const ImageU8& picture) noexcept {
  return face.larger_side() < kSmallFace * std::max(picture.width, picture.height);
}

void FaceSearch::add(std::span<const Detection> found) noexcept {
  for (const Detection& face : found) {
    const auto same = std::find_if(faces_.begin(), faces_.end(),
                                   [&](const Detection& known) { return overlap(known, face) > kSameFace; });
    if (same != faces_.end()) {
      if (face.score > same->score) *same = face;
    } else if (faces_.size() < kMostFaces) {
      faces_.push_back(face);
    }
  }
}

Detection FaceSearch::seen_closer(const ImageU8& picture, const Detection& face) noexcept {
  const double side = kCloserView * face.larger_side();
  const Region around{(face.x0 + face.x1) / 2.0, (face.y0 + face.y1) / 2.0, side, side, 0};
  const Detection* best = nullptr;
  for (const Detection& seen : detector_.detect(picture, around))
    if (overlap(seen, face) > (best ? overlap(*best, face) : kSameFace)) best = &seen;
  return best ? *best : face;
}

std::span<const Detection> FaceSearch::search(const ImageU8& picture, int per_side) noexcept {
  faces_.clear();
  if (per_side <= 1) {
    add(detector_.detect(picture, FaceDetector::whole(picture)));
  } else {
    const double tile = std::max(picture.width, picture.height) / (1 + (per_side - 1) * kTileStep);
    const TileRow columns(picture.width, tile, per_side), rows(picture.height, tile, per_side);
    for (int row = 0; row < rows.count; ++row)
      for (int column = 0; column < columns.count; ++column)
        add(detector_.detect(picture, {columns.centre(column), rows.centre(row), tile, tile, 0}));
  }
  for (Detection& face : faces_)
    if (per_side > 1 || is_small(face, picture)) face = seen_closer(picture, face);
  std::sort(faces_.begin(), faces_.end(), [](const Detection& a, const Detection& b) {
    return a.score != b.score ? a.score > b.score : a.x0 < b.x0;
  });
  return faces_;
}

}  // namespace parlante
