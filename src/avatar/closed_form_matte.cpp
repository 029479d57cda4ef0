#include "avatar/closed_form_matte.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace parlante {
namespace {

constexpr float kEpsilon = 2e-5f;  // of colour variance: below it a window counts as one colour
constexpr float kNoise = 2;        // times the noise's variance on top of it
constexpr int kWindow = 9;

// The windows that touch an unknown pixel, with the mean and the inverse covariance of their colours.
struct Windows {
  std::vector<int> centre;  // index of the pixel
  std::vector<cv::Vec3f> mean;
  std::vector<std::array<float, 6>> inverse;  // xx xy xz yy yz zz
  std::array<int, kWindow> step{};
};

Windows windows_of(const cv::Mat& picture, const cv::Mat& unknown, float epsilon) {
  Windows w;
  const int width = picture.cols;
  for (int k = 0; k < kWindow; ++k) w.step[static_cast<std::size_t>(k)] = (k / 3 - 1) * width + k % 3 - 1;
  const auto* colours = picture.ptr<cv::Vec3f>();
  const auto* open = unknown.ptr<std::uint8_t>();
  for (int y = 1; y + 1 < picture.rows; ++y)
    for (int x = 1; x + 1 < width; ++x) {
      const int centre = y * width + x;
      bool touches = false;
      for (const int s : w.step) touches |= open[centre + s] != 0;
      if (!touches) continue;
      cv::Vec3f mean(0, 0, 0);
      for (const int s : w.step) mean += colours[centre + s];
      mean *= 1.f / kWindow;
      float xx = 0, xy = 0, xz = 0, yy = 0, yz = 0, zz = 0;
      for (const int s : w.step) {
        const cv::Vec3f d = colours[centre + s] - mean;
        xx += d[0] * d[0], xy += d[0] * d[1], xz += d[0] * d[2];
        yy += d[1] * d[1], yz += d[1] * d[2], zz += d[2] * d[2];
      }
      constexpr float kShare = 1.f / kWindow;
      xx = xx * kShare + epsilon, yy = yy * kShare + epsilon, zz = zz * kShare + epsilon;
      xy *= kShare, xz *= kShare, yz *= kShare;
      const float a = yy * zz - yz * yz, b = xz * yz - xy * zz, c = xy * yz - xz * yy;
      const float determinant = xx * a + xy * b + xz * c;
      const float i = determinant > 0 ? 1 / determinant : 0;
      w.centre.push_back(centre);
      w.mean.push_back(mean);
      w.inverse.push_back(
          {a * i, b * i, c * i, (xx * zz - xz * xz) * i, (xy * xz - xx * yz) * i, (xx * yy - xy * xy) * i});
    }
  return w;
}

// The linear function of colour that fits `alpha` best in window k.
inline void fit_window(const Windows& w, std::size_t k, const cv::Vec3f* colours, const float* alpha,
                       cv::Vec3f& slope, float& offset) {
  const int centre = w.centre[k];
  const cv::Vec3f& mean = w.mean[k];
  float sum = 0, x = 0, y = 0, z = 0;
  for (const int s : w.step) {
    const float a = alpha[centre + s];
    const cv::Vec3f& c = colours[centre + s];
    sum += a, x += a * c[0], y += a * c[1], z += a * c[2];
  }
  constexpr float kShare = 1.f / kWindow;
  sum *= kShare;
  x = x * kShare - sum * mean[0], y = y * kShare - sum * mean[1], z = z * kShare - sum * mean[2];
  const auto& i = w.inverse[k];
  slope = {i[0] * x + i[1] * y + i[2] * z, i[1] * x + i[3] * y + i[4] * z, i[2] * x + i[4] * y + i[5] * z};
  offset = sum - slope.dot(mean);
}

// (L + confidence) · alpha, L the matting Laplacian: what each window's fit leaves over.
void apply(const Windows& w, const cv::Vec3f* colours, const float* confidence, const float* alpha,
           std::vector<float>& out) {
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = confidence[i] * alpha[i];
  for (std::size_t k = 0; k < w.centre.size(); ++k) {
    cv::Vec3f slope;
    float offset = 0;
    fit_window(w, k, colours, alpha, slope, offset);
    for (const int s : w.step) {
      const int p = w.centre[k] + s;
      out[static_cast<std::size_t>(p)] += alpha[p] - slope.dot(colours[p]) - offset;
    }
  }
}

}  // namespace

LinearMatte solve_matte(MatteProblem& problem, int iterations) {
  CV_Assert(problem.picture.isContinuous() && problem.unknown.isContinuous() && problem.alpha.isContinuous());
  CV_Assert(problem.guess.isContinuous() && problem.confidence.isContinuous());
  const Windows w =
      windows_of(problem.picture, problem.unknown, kEpsilon + kNoise * problem.noise * problem.noise);
  const auto pixels = problem.alpha.total();
  const auto* colours = problem.picture.ptr<cv::Vec3f>();
  const auto* guess = problem.guess.ptr<float>();
  auto* alpha = problem.alpha.ptr<float>();
  std::vector<int> open;
  for (std::size_t i = 0; i < pixels; ++i)
    if (problem.unknown.ptr<std::uint8_t>()[i]) open.push_back(static_cast<int>(i));
  std::vector<float> weight(pixels, 0.f);
  for (const int i : open) weight[static_cast<std::size_t>(i)] = problem.confidence.ptr<float>()[i];

  // Conjugate gradients on the unknown pixels, preconditioned by the number of windows that see each.
  std::vector<float> product(pixels), direction(pixels, 0.f), residual(open.size()),
      preconditioned(open.size()), diagonal(pixels, 0.f);
  for (const int c : w.centre)
    for (const int s : w.step) diagonal[static_cast<std::size_t>(c + s)] += 1 - 1.f / kWindow;
  apply(w, colours, weight.data(), alpha, product);
  double power = 0;
  const auto precondition = [&] {
    double sum = 0;
    for (std::size_t j = 0; j < open.size(); ++j) {
      const auto i = static_cast<std::size_t>(open[j]);
      preconditioned[j] = residual[j] / (diagonal[i] + weight[i] + 1e-6f);
      sum += static_cast<double>(preconditioned[j]) * residual[j];
    }
    return sum;
  };
  for (std::size_t j = 0; j < open.size(); ++j) {
    const auto i = static_cast<std::size_t>(open[j]);
    residual[j] = weight[i] * guess[i] - product[i];
  }
  power = precondition();
  for (std::size_t j = 0; j < open.size(); ++j)
    direction[static_cast<std::size_t>(open[j])] = preconditioned[j];
  for (int n = 0; n < iterations && power > 1e-9; ++n) {
    apply(w, colours, weight.data(), direction.data(), product);
    double curvature = 0;
    for (const int i : open)
      curvature +=
          static_cast<double>(direction[static_cast<std::size_t>(i)]) * product[static_cast<std::size_t>(i)];
    if (!(curvature > 0)) break;
    const auto step = static_cast<float>(power / curvature);
    for (std::size_t j = 0; j < open.size(); ++j) {
      const auto i = static_cast<std::size_t>(open[j]);
      alpha[i] += step * direction[i];
      residual[j] -= step * product[i];
    }
    const double next = precondition();
    const auto turn = static_cast<float>(next / power);
    power = next;
    for (std::size_t j = 0; j < open.size(); ++j) {
      float& d = direction[static_cast<std::size_t>(open[j])];
      d = preconditioned[j] + turn * d;
    }
  }
  for (const int i : open) alpha[i] = std::clamp(alpha[i], 0.f, 1.f);

  LinearMatte out{cv::Mat(problem.alpha.size(), CV_32FC3, cv::Scalar::all(0)),
                  cv::Mat(problem.alpha.size(), CV_32F, cv::Scalar(0))};
  std::vector<float> count(pixels, 0.f);
  auto* slopes = out.slope.ptr<cv::Vec3f>();
  auto* offsets = out.offset.ptr<float>();
  for (std::size_t k = 0; k < w.centre.size(); ++k) {
    cv::Vec3f slope;
    float offset = 0;
    fit_window(w, k, colours, alpha, slope, offset);
    for (const int s : w.step) {
      const int p = w.centre[k] + s;
      slopes[p] += slope, offsets[p] += offset, ++count[static_cast<std::size_t>(p)];
    }
  }
  for (std::size_t i = 0; i < pixels; ++i)
    if (count[i] > 0)
      slopes[i] *= 1 / count[i], offsets[i] /= count[i];
    else
      offsets[i] = alpha[i];
  return out;
}

}  // namespace parlante
