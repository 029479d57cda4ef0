#include "face/face_detector.hpp"

#include <algorithm>
#include <cmath>

namespace parlante {
namespace {

// MediaPipe's face_detection_short_range: 128x128 input in -1..1; anchors at the cell centres of a 16x16 grid
// (2 a cell) and an 8x8 grid (6 a cell), all of size 1; scores above .5; boxes that overlap by more than .5
// are averaged by score ("weighted" non-maximum suppression).
constexpr int kSide = 128;
constexpr int kFineGrid = 16, kCoarseGrid = 8, kFinePerCell = 2, kCoarsePerCell = 6;
constexpr int kFineAnchors = kFineGrid * kFineGrid * kFinePerCell;
constexpr int kAnchors = kFineAnchors + kCoarseGrid * kCoarseGrid * kCoarsePerCell;
constexpr int kValuesPerAnchor = 16;  // centre x, y, width, height, six points
constexpr float kLeastScore = .5F, kSameFace = .5F;

struct Anchor {
  float x, y;
};

Anchor anchor(int index) noexcept {
  const bool fine = index < kFineAnchors;
  const int grid = fine ? kFineGrid : kCoarseGrid;
  const int cell = fine ? index / kFinePerCell : (index - kFineAnchors) / kCoarsePerCell;
  const int column = cell % grid, row = cell / grid;
  return {(static_cast<float>(column) + .5F) / static_cast<float>(grid),
          (static_cast<float>(row) + .5F) / static_cast<float>(grid)};
}

}  // namespace

Region Detection::landmark_region() const noexcept {
  const double side = 1.5 * larger_side();
  return {(x0 + x1) / 2.0, (y0 + y1) / 2.0, side, side,
          std::atan2(points[3] - points[1], points[2] - points[0])};
}

float overlap(const Detection& a, const Detection& b) noexcept {
  const float width = std::min(a.x1, b.x1) - std::max(a.x0, b.x0);
  const float height = std::min(a.y1, b.y1) - std::max(a.y0, b.y0);
  if (width <= 0 || height <= 0) return 0;
  const float both = width * height;
  return both / ((a.x1 - a.x0) * (a.y1 - a.y0) + (b.x1 - b.x0) * (b.y1 - b.y0) - both);
}

FaceDetector::FaceDetector(const Network& network) : inference_(network) {
  candidates_.reserve(kAnchors);
  faces_.reserve(kAnchors);
}

Result<FaceDetector> FaceDetector::open(const Network& network) {
  FaceDetector detector(network);
  if (detector.inference_.inputs() != 1 || detector.inference_.input().size() != kSide * kSide * 3)
    return fail(ErrorKind::broken_model, "The face detector's network does not take a 128x128 picture.");
  const auto boxes = detector.inference_.output_of_size(kAnchors * kValuesPerAnchor);
  const auto scores = detector.inference_.output_of_size(kAnchors);
  if (!boxes || !scores)
    return fail(ErrorKind::broken_model, "The face detector's network has other outputs than expected.");
  detector.boxes_ = *boxes;
  detector.scores_ = *scores;
  return detector;
}

Region FaceDetector::whole(const ImageU8& picture) noexcept {
  const double side = std::max(picture.width, picture.height);
  return {picture.width / 2.0, picture.height / 2.0, side, side, 0};
}

std::span<const Detection> FaceDetector::detect(const ImageU8& picture, const Region& square) noexcept {
  crop(picture, square, kSide, kSide, -1, 1, Beyond::black, inference_.input());
  inference_.run();
  decode(square);
  merge_overlapping();
  return faces_;
}

void FaceDetector::decode(const Region& square) noexcept {
  const auto boxes = inference_.output(boxes_), scores = inference_.output(scores_);
  const float side = static_cast<float>(square.width);
  const float left = static_cast<float>(square.x - square.width / 2),
              top = static_cast<float>(square.y - square.height / 2);
  candidates_.clear();
  for (int i = 0; i < kAnchors; ++i) {
    const float score = 1 / (1 + std::exp(-std::clamp(scores[static_cast<std::size_t>(i)], -100.F, 100.F)));
    if (!(score >= kLeastScore)) continue;
    const auto v = boxes.subspan(static_cast<std::size_t>(i) * kValuesPerAnchor, kValuesPerAnchor);
    const Anchor at = anchor(i);
    const auto to_x = [&](float offset) { return left + side * (offset / kSide + at.x); };
    const auto to_y = [&](float offset) { return top + side * (offset / kSide + at.y); };
    Detection& face = candidates_.emplace_back();
    face.score = score;
    face.x0 = to_x(v[0] - v[2] / 2);
    face.x1 = to_x(v[0] + v[2] / 2);
    face.y0 = to_y(v[1] - v[3] / 2);
    face.y1 = to_y(v[1] + v[3] / 2);
    for (std::size_t k = 0; k < face.points.size(); k += 2) {
      face.points[k] = to_x(v[4 + k]);
      face.points[k + 1] = to_y(v[5 + k]);
    }
  }
  // Ties by position, so that the order does not depend on the sort.
  std::sort(candidates_.begin(), candidates_.end(), [](const Detection& a, const Detection& b) {
    return a.score != b.score ? a.score > b.score : (a.x0 != b.x0 ? a.x0 < b.x0 : a.y0 < b.y0);
  });
}

void FaceDetector::merge_overlapping() noexcept {
  faces_.clear();
  while (!candidates_.empty()) {
    const Detection best = candidates_.front();
    Detection sum;
    float weight = 0;
    const auto add = [&](const Detection& face) {
      weight += face.score;
      sum.x0 += face.score * face.x0;
      sum.y0 += face.score * face.y0;
      sum.x1 += face.score * face.x1;
      sum.y1 += face.score * face.y1;
      for (std::size_t k = 0; k < sum.points.size(); ++k) sum.points[k] += face.score * face.points[k];
    };
    std::size_t kept = 0;
    for (std::size_t i = 0; i < candidates_.size(); ++i) {
      if (i == 0 || overlap(candidates_[i], best) > kSameFace)
        add(candidates_[i]);
      else
        candidates_[kept++] = candidates_[i];
    }
    candidates_.resize(kept);
    sum.score = best.score;
    sum.x0 /= weight;
    sum.y0 /= weight;
    sum.x1 /= weight;
    sum.y1 /= weight;
    for (float& coordinate : sum.points) coordinate /= weight;
    faces_.push_back(sum);
  }
}

}  // namespace parlante
