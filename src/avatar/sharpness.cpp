#include "avatar/sharpness.hpp"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "avatar/numeric.hpp"
#include "avatar/pixels.hpp"

namespace parlante {

float edge_blur_px(const cv::Mat& photo, const Landmarks& face) {
  constexpr float kSharp = .7f, kSoftest = 4.f;
  constexpr int kReach = 7;           // px: an edge's height is looked for so far away
  constexpr float kStrongest = .01f;  // of the places are taken for edges,
  constexpr double kSharpest = .25;   // and of those the sharpest speak: others are two edges, or shading
  constexpr float kLeastHeight = 24;
  std::vector<Vec2f> points;
  for (const auto& landmark : face) points.push_back(landmark.head<2>());
  const cv::Rect inside = box_around(points, 0, photo.rows);
  if (inside.width < 4 * kReach || inside.height < 4 * kReach) return kSharp;
  const cv::Mat light = blurred(luma(photo(inside)), .5);
  cv::Mat dx, dy, slope, highest, lowest;
  const cv::Mat difference = (cv::Mat_<float>(1, 3) << -.5f, 0, .5f);
  cv::filter2D(light, dx, CV_32F, difference);
  cv::filter2D(light, dy, CV_32F, difference.t());
  cv::magnitude(dx, dy, slope);
  cv::dilate(light, highest, square(kReach));
  cv::erode(light, lowest, square(kReach));
  std::vector<float> slopes(slope.begin<float>(), slope.end<float>());
  const float strong = percentile(std::move(slopes), 1 - kStrongest);
  std::vector<float> blurs;
  for (int y = 0; y < light.rows; ++y)
    for (int x = 0; x < light.cols; ++x) {
      const float height = highest.at<float>(y, x) - lowest.at<float>(y, x);
      if (slope.at<float>(y, x) < strong || height < kLeastHeight) continue;
      blurs.push_back(height / (2.5066f * slope.at<float>(y, x)));
    }
  return std::clamp(percentile(std::move(blurs), kSharpest, kSharp), kSharp, kSoftest);
}

}  // namespace parlante
