#include "avatar/guided_filter.hpp"

#include <opencv2/imgproc.hpp>

namespace parlante {

cv::Mat guided_filter(const cv::Mat& guide, const cv::Mat& mask, int radius, float epsilon) {
  const cv::Size window(2 * radius + 1, 2 * radius + 1);
  const auto mean = [&](const cv::Mat& picture) {
    cv::Mat out;
    cv::blur(picture, out, window, {-1, -1}, cv::BORDER_REFLECT);
    return out;
  };
  // Products: rr rg rb | gg gb bb | pr pg pb, as three pictures of three channels.
  cv::Mat first(guide.size(), CV_32FC3), second(guide.size(), CV_32FC3), with_mask(guide.size(), CV_32FC3);
  for (int y = 0; y < guide.rows; ++y)
    for (int x = 0; x < guide.cols; ++x) {
      const auto& c = guide.at<cv::Vec3f>(y, x);
      first.at<cv::Vec3f>(y, x) = c * c[0];
      second.at<cv::Vec3f>(y, x) = {c[1] * c[1], c[1] * c[2], c[2] * c[2]};
      with_mask.at<cv::Vec3f>(y, x) = c * mask.at<float>(y, x);
    }
  const cv::Mat mean_guide = mean(guide), mean_mask = mean(mask);
  first = mean(first), second = mean(second), with_mask = mean(with_mask);
  cv::Mat slope(guide.size(), CV_32FC3), offset(guide.size(), CV_32F);
  for (int y = 0; y < guide.rows; ++y)
    for (int x = 0; x < guide.cols; ++x) {
      const auto &m = mean_guide.at<cv::Vec3f>(y, x), &f = first.at<cv::Vec3f>(y, x),
                 &s = second.at<cv::Vec3f>(y, x);
      const float p = mean_mask.at<float>(y, x);
      const cv::Matx33f sigma(f[0] - m[0] * m[0] + epsilon, f[1] - m[0] * m[1], f[2] - m[0] * m[2],  //
                              f[1] - m[0] * m[1], s[0] - m[1] * m[1] + epsilon, s[1] - m[1] * m[2],  //
                              f[2] - m[0] * m[2], s[1] - m[1] * m[2], s[2] - m[2] * m[2] + epsilon);
      const cv::Vec3f covariance = with_mask.at<cv::Vec3f>(y, x) - m * p;
      const cv::Vec3f a = sigma.solve(covariance, cv::DECOMP_CHOLESKY);
      slope.at<cv::Vec3f>(y, x) = a;
      offset.at<float>(y, x) = p - a.dot(m);
    }
  slope = mean(slope), offset = mean(offset);
  cv::Mat out(guide.size(), CV_32F);
  for (int y = 0; y < guide.rows; ++y)
    for (int x = 0; x < guide.cols; ++x)
      out.at<float>(y, x) = slope.at<cv::Vec3f>(y, x).dot(guide.at<cv::Vec3f>(y, x)) + offset.at<float>(y, x);
  return out;
}

}  // namespace parlante
