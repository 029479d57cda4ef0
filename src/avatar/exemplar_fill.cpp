#include "avatar/exemplar_fill.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include "core/random.hpp"

namespace parlante {
namespace {

constexpr int kRadius = kExemplarRadius, kPatch = 2 * kRadius + 1;
constexpr float kFar = .35f;      // squared colour a pixel, for each px between target and source
constexpr float kNoEdge = .05f;   // priority of a rim that no edge runs into
constexpr float kFading = .95f;   // confidence of what is filled, of its surroundings'
constexpr int kWider = 2;         // times the reach, where what is near brings something new
constexpr int kMostShift = 10;    // of 255, between a patch and its copy
constexpr int kClearEdge = 3000;  // squared colour between neighbours: no edge counts for more
constexpr int kNovelty = 3;       // cost of an edge that nothing seen asks for, of its squared colour
constexpr int kNoCost = std::numeric_limits<int>::max();

struct Known {
  int dx, dy;
  std::array<int, 3> colour;
};

class Filling {
 public:
  Filling(ExemplarProblem& problem, cv::Mat& from)
      : p_(problem),
        from_(from),
        frame_(0, 0, problem.picture.cols, problem.picture.rows),
        open_(problem.wanted.clone()),
        known_(problem.hole == 0),
        confidence_(problem.hole.size(), CV_32F),
        priority_(problem.hole.size(), CV_32F, cv::Scalar(-1)),
        detail_(problem.hole.size(), CV_32S, cv::Scalar(0)) {
    for (int y = 0; y < frame_.height; ++y)
      for (int x = 0; x < frame_.width; ++x)
        confidence_.at<float>(y, x) = known_.at<std::uint8_t>(y, x) ? 1.f : 0.f;
    // early comparisons should tell much: the patch's pixels in a mixed order
    for (int dy = -kRadius; dy <= kRadius; ++dy)
      for (int dx = -kRadius; dx <= kRadius; ++dx) order_.push_back({dx, dy});
    Random random(1);
    for (std::size_t i = order_.size() - 1; i > 0; --i)
      std::swap(order_[i], order_[static_cast<std::size_t>(random.uniform() * static_cast<double>(i + 1))]);
    rank(frame_);
    for (int y = 0; y < frame_.height; ++y)
      for (int x = 0; x < frame_.width; ++x) detail_.at<int>(y, x) = detail({x, y});
  }

  cv::Mat run(int reach) {
    cv::Mat done(open_.size(), CV_8U, cv::Scalar(0));
    for (cv::Point target; next(target);) {
      const cv::Point source = best(target, reach);
      if (source.x < 0) break;
      copy(target, source, done);
      rank(cv::Rect(target.x - kPatch, target.y - kPatch, 2 * kPatch + 1, 2 * kPatch + 1) & frame_);
    }
    return done;
  }

 private:
  bool is_open(int y, int x) const { return open_.at<std::uint8_t>(y, x) != 0; }
  bool is_known(cv::Point q) const { return q.inside(frame_) && known_.at<std::uint8_t>(q) != 0; }

  // Priorities of the rim's pixels in a part of the picture.
  void rank(const cv::Rect& part) {
    for (int y = part.y; y < part.y + part.height; ++y)
      for (int x = part.x; x < part.x + part.width; ++x) {
        float& priority = priority_.at<float>(y, x);
        priority = -1;
        if (!is_open(y, x)) continue;
        const cv::Point here(x, y);
        if (is_known(here + cv::Point(1, 0)) || is_known(here - cv::Point(1, 0)) ||
            is_known(here + cv::Point(0, 1)) || is_known(here - cv::Point(0, 1)))
          priority = sureness(here) * (kNoEdge + edge(here));
      }
  }

  float sureness(cv::Point at) const {
    float sum = 0;
    for (int dy = -kRadius; dy <= kRadius; ++dy)
      for (int dx = -kRadius; dx <= kRadius; ++dx)
        if (const cv::Point q = at + cv::Point(dx, dy); q.inside(frame_)) sum += confidence_.at<float>(q);
    return sum / (kPatch * kPatch);
  }

  // How clear an edge lies between the pixel and those right and below of it, squared colour.
  int detail(cv::Point at) const {
    int most = 0;
    for (const cv::Point step : {cv::Point(1, 0), cv::Point(0, 1)})
      if (is_known(at) && is_known(at + step)) {
        const auto &a = p_.picture.at<cv::Vec4b>(at), &b = p_.picture.at<cv::Vec4b>(at + step);
        const int r = a[0] - b[0], g = a[1] - b[1], blue = a[2] - b[2];
        most = std::max(most, r * r + g * g + blue * blue);
      }
    return std::min(most, kClearEdge);
  }

  // How strong an edge runs into the rim here, 0..1.
  float edge(cv::Point at) const {
    cv::Point2f normal(0, 0), along(0, 0);
    float strongest = 0;
    for (int dy = -2; dy <= 2; ++dy)
      for (int dx = -2; dx <= 2; ++dx) {
        const cv::Point q = at + cv::Point(dx, dy);
        if (!is_known(q)) continue;
        normal += cv::Point2f(static_cast<float>(dx), static_cast<float>(dy));
        if (!is_known(q + cv::Point(1, 0)) || !is_known(q - cv::Point(1, 0)) ||
            !is_known(q + cv::Point(0, 1)) || !is_known(q - cv::Point(0, 1)))
          continue;
        const float gx = light(q + cv::Point(1, 0)) - light(q - cv::Point(1, 0)),
                    gy = light(q + cv::Point(0, 1)) - light(q - cv::Point(0, 1));
        if (const float size = gx * gx + gy * gy; size > strongest) strongest = size, along = {-gy, gx};
      }
    const float length = std::hypot(normal.x, normal.y);
    return length > 0 ? std::abs(along.x * normal.x + along.y * normal.y) / (length * 510) : 0;
  }

  float light(cv::Point q) const {
    const auto& c = p_.picture.at<cv::Vec4b>(q);
    return .3f * c[0] + .59f * c[1] + .11f * c[2];
  }

  bool next(cv::Point& target) const {
    double most = 0;
    cv::minMaxLoc(priority_, nullptr, &most, nullptr, &target);
    return most >= 0;
  }

  int cost(const std::vector<Known>& known, cv::Point target, cv::Point source, int limit) const {
    const float far =
        std::hypot(static_cast<float>(target.x - source.x), static_cast<float>(target.y - source.y));
    int sum = static_cast<int>(kFar * far * static_cast<float>(known.size()));
    for (std::size_t i = 0; i < known.size() && sum < limit; ++i) {
      const Known& k = known[i];
      const auto& c = p_.picture.at<cv::Vec4b>(source.y + k.dy, source.x + k.dx);
      const int r = c[0] - k.colour[0], g = c[1] - k.colour[1], b = c[2] - k.colour[2];
      sum += r * r + g * g + b * b;
    }
    return sum;
  }

  // What a source brings along where nothing is known yet, beyond what is usual about the target: things that
  // nothing seen asks for.
  int novelty(const std::vector<cv::Point>& unknown, int usual, cv::Point source) const {
    int sum = 0;
    for (const cv::Point d : unknown) sum += detail_.at<int>(source + d);
    return kNovelty * std::max(sum - usual * static_cast<int>(unknown.size()), 0);
  }

  // The source patch that agrees best with what is known about `target`; x < 0: there is none.
  cv::Point best(cv::Point target, int reach) const {
    std::vector<Known> known;
    std::vector<cv::Point> unknown;
    int usual = 0;
    for (const cv::Point d : order_)
      if (const cv::Point q = target + d; is_known(q)) {
        const auto& c = p_.picture.at<cv::Vec4b>(q);
        known.push_back({d.x, d.y, {c[0], c[1], c[2]}});
        usual += detail(q);
      } else {
        unknown.push_back(d);
      }
    usual /= std::max(static_cast<int>(known.size()), 1);
    cv::Point found(-1, -1);
    int least = kNoCost, brought = 0;
    const auto offer = [&](cv::Point s) {
      if (s.x < kRadius || s.y < kRadius || s.x >= frame_.width - kRadius || s.y >= frame_.height - kRadius)
        return;
      if (!p_.source.at<std::uint8_t>(s)) return;
      const int c = cost(known, target, s, least);
      if (c >= least) return;
      const int more = novelty(unknown, usual, s);
      if (c + more < least) least = c + more, brought = more, found = s;
    };
    // what the neighbours were taken from goes on
    for (int dy = -kRadius; dy <= kRadius; dy += 2)
      for (int dx = -kRadius; dx <= kRadius; dx += 2) {
        const cv::Point q = target + cv::Point(dx, dy);
        if (!is_known(q) || !p_.hole.at<std::uint8_t>(q)) continue;
        const auto& f = from_.at<cv::Vec2s>(q);
        offer(cv::Point(f[0], f[1]) - cv::Point(dx, dy));
      }
    for (const int far : {reach, kWider * reach, std::max(frame_.width, frame_.height)}) {
      for (int y = std::max(target.y - far, 0); y <= std::min(target.y + far, frame_.height - 1); ++y)
        for (int x = std::max(target.x - far, 0); x <= std::min(target.x + far, frame_.width - 1); ++x)
          offer({x, y});
      // rather from farther away than with something new
      if (found.x >= 0 && (far > reach || brought == 0)) break;
    }
    return found;
  }

  // How much brighter the target's surroundings are than the source's: a wall's shade goes on.
  std::array<int, 3> shift(cv::Point target, cv::Point source) const {
    std::array<int, 3> sum{};
    int count = 0;
    for (const cv::Point d : order_)
      if (is_known(target + d)) {
        const auto &a = p_.picture.at<cv::Vec4b>(target + d), &b = p_.picture.at<cv::Vec4b>(source + d);
        for (int c = 0; c < 3; ++c) sum[static_cast<std::size_t>(c)] += a[c] - b[c];
        ++count;
      }
    for (int& s : sum) s = std::clamp(count > 0 ? s / count : 0, -kMostShift, kMostShift);
    return sum;
  }

  void copy(cv::Point target, cv::Point source, cv::Mat& done) {
    const float sure = kFading * sureness(target);
    const std::array<int, 3> brighter = shift(target, source);
    for (const cv::Point d : order_) {
      const cv::Point q = target + d;
      if (!q.inside(frame_) || !is_open(q.y, q.x)) continue;
      const auto& from = p_.picture.at<cv::Vec4b>(source + d);
      for (int c = 0; c < 3; ++c)
        p_.picture.at<cv::Vec4b>(q)[c] =
            cv::saturate_cast<std::uint8_t>(from[c] + brighter[static_cast<std::size_t>(c)]);
      from_.at<cv::Vec2s>(q) = {static_cast<short>(source.x + d.x), static_cast<short>(source.y + d.y)};
      open_.at<std::uint8_t>(q) = 0;
      known_.at<std::uint8_t>(q) = 255;
      confidence_.at<float>(q) = sure;
      done.at<std::uint8_t>(q) = 1;
    }
  }

  ExemplarProblem& p_;
  cv::Mat& from_;
  cv::Rect frame_;
  cv::Mat open_, known_, confidence_, priority_;
  cv::Mat detail_;  // CV_32S, of what was known at first
  std::vector<cv::Point> order_;
};

}  // namespace

cv::Mat fill_by_exemplars(ExemplarProblem& problem, int reach, cv::Mat& from) {
  return Filling(problem, from).run(reach);
}

}  // namespace parlante
