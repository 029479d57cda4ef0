#include "avatar/shoulders.hpp"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "avatar/membrane.hpp"
#include "avatar/pixels.hpp"
#include "core/curves.hpp"

namespace parlante {
namespace {

constexpr float kMouthCm = -3;   // height from which gaps count
constexpr float kJawCm = -6.5f;  // nothing that begins above is shoulder: jaws lie below hollow cheeks
constexpr float kGapCm = .8f;    // less is a gap between strands
constexpr float kSoftCm = 1.2f;  // how softly shoulders go over into the neck, standard deviation
constexpr int kRim = 2;          // cells beyond an outline that go with it

// 1 where a vertex shows the person.
cv::Mat shown_person(const ImageU8& foreground, int pad_top, const ReliefGrid& grid) {
  cv::Mat shown(grid.rows, grid.columns, CV_32F);
  for (int i = 0; i < grid.rows * grid.columns; ++i) {
    const Vec2f& source = grid.source[static_cast<std::size_t>(i)];
    const int x = std::clamp(static_cast<int>(source.x()), 0, foreground.width - 1),
              y = std::clamp(static_cast<int>(source.y()) + pad_top, 0, foreground.height - 1);
    shown.at<float>(i / grid.columns, i % grid.columns) = foreground.at(x, y)[3] > 127;
  }
  return shown;
}

// 1 on what lies below a gap, from the gap's end down.
cv::Mat below_gaps(const cv::Mat& shown, const ReliefGrid& grid, float step_cm) {
  cv::Mat below(shown.size(), CV_32F, cv::Scalar(0));
  for (int c = 0; c < grid.columns; ++c) {
    float gap = 0;
    for (int r = 0; r < grid.rows; ++r) {
      const float height = grid.rest[static_cast<std::size_t>(r * grid.columns + c)].y();
      if (height > kMouthCm) continue;
      if (shown.at<float>(r, c) > 0 && gap > kGapCm && height < kJawCm) {
        below.col(c).rowRange(r, grid.rows) = 1;
        break;
      }
      gap = shown.at<float>(r, c) > 0 ? 0 : gap + step_cm;
    }
  }
  return below.mul(shown);
}

// The mean of the known among each vertex and its eight neighbours; 0 where none is.
cv::Mat mean_of_known(const cv::Mat& values, const cv::Mat& known) {
  cv::Mat sum, count;
  cv::boxFilter(values.mul(known), sum, CV_32F, {3, 3}, {-1, -1}, false, cv::BORDER_REPLICATE);
  cv::boxFilter(known, count, CV_32F, {3, 3}, {-1, -1}, false, cv::BORDER_REPLICATE);
  return sum / cv::max(count, 1.f);
}

}  // namespace

void hold_shoulders(const ImageU8& foreground, int pad_top, float px_per_cm, ReliefGrid& grid) {
  if (grid.columns < 2 || grid.rows < 2) return;
  const float step_cm = (grid.source[1] - grid.source[0]).norm() / px_per_cm;
  cv::Mat known = shown_person(foreground, pad_top, grid);
  cv::Mat held = below_gaps(known, grid, step_cm);
  // Softly along the person, never across a gap: a step's variance is 2/3 of a cell's square.
  const int steps = static_cast<int>(std::ceil(1.5f * kSoftCm * kSoftCm / (step_cm * step_cm)));
  for (int n = 0; n < steps; ++n) held = mean_of_known(held, known).mul(known);
  for (int n = 0; n < kRim; ++n) {
    held = held.mul(known) + mean_of_known(held, known).mul(1 - known);
    cv::dilate(known, known, square(1));
  }
  fill_membrane(held, known == 0);
  for (int i = 0; i < grid.rows * grid.columns; ++i)
    grid.head_weight[static_cast<std::size_t>(i)] *=
        1 - unit(held.at<float>(i / grid.columns, i % grid.columns));
}

}  // namespace parlante
