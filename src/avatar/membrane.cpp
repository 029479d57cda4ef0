#include "avatar/membrane.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace parlante {
namespace {

constexpr int kCoarsest = 48;  // side at which relaxation starts from nothing
constexpr int kCoarsestSweeps = 300;
constexpr float kOverRelaxation = 1.6f;

struct Run {  // unknown pixels [begin, end) of a row
  int y, begin, end;
};

std::vector<Run> runs_of(const cv::Mat& unknown) {
  std::vector<Run> runs;
  for (int y = 0; y < unknown.rows; ++y) {
    const auto* row = unknown.ptr<std::uint8_t>(y);
    for (int x = 0; x < unknown.cols; ++x) {
      if (!row[x]) continue;
      const int begin = x;
      while (x < unknown.cols && row[x]) ++x;
      runs.push_back({y, begin, x});
    }
  }
  return runs;
}

template <int K>
void relax(cv::Mat& picture, const std::vector<Run>& runs, int sweeps) {
  const int w = picture.cols, h = picture.rows;
  const auto update = [&](float* p, const float* up, const float* down, std::ptrdiff_t left,
                          std::ptrdiff_t right) {
    for (int c = 0; c < K; ++c) {
      const float mean = .25f * (p[left + c] + p[right + c] + up[c] + down[c]);
      p[c] += kOverRelaxation * (mean - p[c]);
    }
  };
  const auto neighbours = [&](int x) {  // mirrored at the edges
    if (w == 1) return std::pair<std::ptrdiff_t, std::ptrdiff_t>{0, 0};
    return std::pair<std::ptrdiff_t, std::ptrdiff_t>{x > 0 ? -K : K, x < w - 1 ? K : -K};
  };
  for (int sweep = 0; sweep < sweeps; ++sweep) {
    const bool forward = sweep % 2 == 0;
    const std::size_t n = runs.size();
    for (std::size_t i = 0; i < n; ++i) {
      const Run run = runs[forward ? i : n - 1 - i];
      float* row = picture.ptr<float>(run.y);
      const float* up = picture.ptr<float>(run.y > 0 ? run.y - 1 : std::min(1, h - 1));
      const float* down = picture.ptr<float>(run.y < h - 1 ? run.y + 1 : std::max(h - 2, 0));
      const int length = run.end - run.begin;
      for (int k = 0; k < length; ++k) {
        const int x = forward ? run.begin + k : run.end - 1 - k;
        const auto [left, right] = neighbours(x);
        update(row + x * K, up + x * K, down + x * K, left, right);
      }
    }
  }
}

// Means of the known pixels of 2 x 2 blocks; blocks without any become unknown.
template <int K>
void halve(const cv::Mat& picture, const cv::Mat& unknown, cv::Mat& small, cv::Mat& small_unknown) {
  const int w = (picture.cols + 1) / 2, h = (picture.rows + 1) / 2;
  small.create(h, w, picture.type());
  small_unknown.create(h, w, CV_8U);
  for (int y = 0; y < h; ++y) {
    auto* out = small.ptr<float>(y);
    auto* out_unknown = small_unknown.ptr<std::uint8_t>(y);
    for (int x = 0; x < w; ++x) {
      std::array<float, K> sum{};
      int known = 0;
      for (int v = 2 * y; v < std::min(2 * y + 2, picture.rows); ++v)
        for (int u = 2 * x; u < std::min(2 * x + 2, picture.cols); ++u) {
          if (unknown.at<std::uint8_t>(v, u)) continue;
          const float* p = picture.ptr<float>(v) + u * K;
          for (int c = 0; c < K; ++c) sum[static_cast<std::size_t>(c)] += p[c];
          ++known;
        }
      out_unknown[x] = known == 0;
      for (int c = 0; c < K; ++c)
        out[x * K + c] = known ? sum[static_cast<std::size_t>(c)] / static_cast<float>(known) : 0;
    }
  }
}

// Bilinear enlargement, only where it is needed.
template <int K>
void enlarge_into(const cv::Mat& small, cv::Mat& picture, const std::vector<Run>& runs) {
  const auto split = [](int at, int limit, int& low, int& high, float& fraction) {
    const float place =
        std::clamp((static_cast<float>(at) + .5f) / 2 - .5f, 0.0f, static_cast<float>(limit - 1));
    low = static_cast<int>(place);
    high = std::min(low + 1, limit - 1);
    fraction = place - static_cast<float>(low);
  };
  for (const Run& run : runs) {
    int y0 = 0, y1 = 0, x0 = 0, x1 = 0;
    float fy = 0, fx = 0;
    split(run.y, small.rows, y0, y1, fy);
    const auto *above = small.ptr<float>(y0), *below = small.ptr<float>(y1);
    auto* out = picture.ptr<float>(run.y);
    for (int x = run.begin; x < run.end; ++x) {
      split(x, small.cols, x0, x1, fx);
      for (int c = 0; c < K; ++c) {
        const float top = above[x0 * K + c] * (1 - fx) + above[x1 * K + c] * fx;
        const float bottom = below[x0 * K + c] * (1 - fx) + below[x1 * K + c] * fx;
        out[x * K + c] = top * (1 - fy) + bottom * fy;
      }
    }
  }
}

template <int K>
void fill(cv::Mat& picture, const cv::Mat& unknown, int sweeps) {
  const std::vector<Run> runs = runs_of(unknown);
  if (runs.empty()) return;
  if (std::max(picture.cols, picture.rows) <= kCoarsest) {
    const cv::Scalar start = cv::mean(picture, unknown == 0);
    for (const Run& run : runs)
      for (int x = run.begin; x < run.end; ++x)
        for (int c = 0; c < K; ++c) picture.ptr<float>(run.y)[x * K + c] = static_cast<float>(start[c]);
    relax<K>(picture, runs, kCoarsestSweeps);
    return;
  }
  cv::Mat small, small_unknown;
  halve<K>(picture, unknown, small, small_unknown);
  fill<K>(small, small_unknown, std::max(sweeps, 30));
  enlarge_into<K>(small, picture, runs);
  relax<K>(picture, runs, sweeps);
}

}  // namespace

void fill_membrane(cv::Mat& picture, const cv::Mat& unknown, int sweeps) {
  CV_Assert(picture.depth() == CV_32F && unknown.type() == CV_8U && picture.size() == unknown.size());
  if (picture.channels() == 1) return fill<1>(picture, unknown, sweeps);
  CV_Assert(picture.channels() == 3);
  fill<3>(picture, unknown, sweeps);
}

}  // namespace parlante
