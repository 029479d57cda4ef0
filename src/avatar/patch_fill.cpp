#include "avatar/patch_fill.hpp"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "avatar/exemplar_fill.hpp"
#include "avatar/membrane.hpp"
#include "avatar/pixels.hpp"
#include "core/random.hpp"

namespace parlante {
namespace {

constexpr int kRadius = 3, kPatch = 2 * kRadius + 1, kArea = kPatch * kPatch;
constexpr int kShrinkFirst = 4;
constexpr float kExemplarReach = .16f;              // of the side
constexpr float kFreeShift = 10, kShiftCost = .5f;  // a patch may differ by this much, of 255, at this cost
constexpr float kDistanceCost = 1.5f;  // squared colour a pixel, for a patch a whole picture away
constexpr float kOutwards = 1.25f;     // a px nearer to the rim, a vote weighs this much more
constexpr int kSweeps = 2;             // of the search, a round

struct Level {
  int side = 0;
  cv::Mat known;   // CV_8UC4: what is seen, and the present fill
  cv::Mat mean;    // CV_8UC4 of each patch
  cv::Mat hole;    // CV_8U
  cv::Mat source;  // CV_8U: centres of patches that may be taken
  cv::Mat target;  // CV_8U: centres of patches to be found
  cv::Mat rim;     // CV_32F: px to the rim of the hole
  cv::Mat match;   // CV_16SC2: centre of the patch found
  cv::Mat cost;    // CV_32F
};

cv::Mat padded(const cv::Mat& rgb) {
  cv::Mat out(rgb.size(), CV_8UC4, cv::Scalar::all(0));
  for (int y = 0; y < rgb.rows; ++y)
    for (int x = 0; x < rgb.cols; ++x) {
      const cv::Vec3f& c = rgb.at<cv::Vec3f>(y, x);
      out.at<cv::Vec4b>(y, x) = {cv::saturate_cast<std::uint8_t>(c[0]), cv::saturate_cast<std::uint8_t>(c[1]),
                                 cv::saturate_cast<std::uint8_t>(c[2]), 0};
    }
  return out;
}

Level make_level(const cv::Mat& picture, const cv::Mat& hole, const cv::Mat& wanted, const cv::Mat& avoid) {
  Level l;
  l.side = picture.rows;
  l.known = padded(picture);
  l.hole = hole;
  const cv::Mat whole(l.side, l.side, CV_8U, cv::Scalar(0));
  cv::Mat inside = whole.clone();
  const int room = l.side - 2 * kRadius;
  inside(cv::Rect(kRadius, kRadius, room, room)).setTo(1);
  cv::Mat blocked = (hole != 0) | (avoid != 0);
  cv::dilate(blocked, blocked, square(kRadius));
  l.source = inside & (blocked == 0);
  cv::dilate(wanted, l.target, square(kRadius));
  l.target = inside & (l.target != 0);
  l.rim = distance_inside(hole);
  l.match = cv::Mat(l.side, l.side, CV_16SC2, cv::Scalar::all(0));
  l.cost = cv::Mat(l.side, l.side, CV_32F, cv::Scalar(1e9));
  return l;
}

void update_means(Level& l) {
  cv::blur(l.known, l.mean, {kPatch, kPatch});
}

// Colour that the patch at `s` is shifted by to stand at `t`.
inline float shift(float target, float source) {
  return std::clamp(target - source, -kFreeShift, kFreeShift);
}

float patch_cost(const Level& l, cv::Point t, cv::Point s, float limit) {
  const cv::Vec4b &a = l.mean.at<cv::Vec4b>(t), &b = l.mean.at<cv::Vec4b>(s);
  float cost = 0;
  for (int c = 0; c < 3; ++c) {
    // what the shift takes away: sum of (d)² - sum of (d - f)² = n (2 f D - f²), D the mean difference
    const auto difference = static_cast<float>(a[c] - b[c]);
    const float free = shift(a[c], b[c]);
    cost -= (1 - kShiftCost) * kArea * (2 * free * difference - free * free);
  }
  const float far = std::hypot(static_cast<float>(t.x - s.x), static_cast<float>(t.y - s.y));
  cost += kDistanceCost * kArea * far / static_cast<float>(l.side);
  int sum = 0;
  for (int v = -kRadius; v <= kRadius; ++v) {
    const auto* p = l.known.ptr<std::uint8_t>(t.y + v) + 4 * (t.x - kRadius);
    const auto* q = l.known.ptr<std::uint8_t>(s.y + v) + 4 * (s.x - kRadius);
    int row = 0;
    for (int i = 0; i < 4 * kPatch; ++i) {
      const int d = p[i] - q[i];
      row += d * d;
    }
    sum += row;
    if (static_cast<float>(sum) + cost > limit) return limit;
  }
  return cost + static_cast<float>(sum);
}

// Improves the matches of all targets: from neighbours, then at random ever nearer.
void search(Level& l, Random& random) {
  const auto draw = [&](int low, int high) {
    return low + static_cast<int>(random.uniform() * static_cast<double>(high - low + 1));
  };
  for (int y = 0; y < l.side; ++y)
    for (int x = 0; x < l.side; ++x) {
      if (!l.target.at<std::uint8_t>(y, x)) continue;
      auto& m = l.match.at<cv::Vec2s>(y, x);
      cv::Point s(m[0], m[1]);
      if (!s.inside({0, 0, l.side, l.side}) || !l.source.at<std::uint8_t>(s)) {
        for (int n = 0; n < 200; ++n) {
          s = {draw(kRadius, l.side - 1 - kRadius), draw(kRadius, l.side - 1 - kRadius)};
          if (l.source.at<std::uint8_t>(s)) break;
        }
        if (!l.source.at<std::uint8_t>(s)) s = {kRadius, kRadius};
        m = {static_cast<short>(s.x), static_cast<short>(s.y)};
      }
      l.cost.at<float>(y, x) = patch_cost(l, {x, y}, s, 1e9f);
    }
  for (int sweep = 0; sweep < kSweeps; ++sweep) {
    const bool forward = sweep % 2 == 0;
    const int back = forward ? -1 : 1;
    for (int j = 0; j < l.side; ++j)
      for (int i = 0; i < l.side; ++i) {
        const cv::Point t(forward ? i : l.side - 1 - i, forward ? j : l.side - 1 - j);
        if (!l.target.at<std::uint8_t>(t)) continue;
        auto& m = l.match.at<cv::Vec2s>(t);
        float& best = l.cost.at<float>(t);
        const auto offer = [&](cv::Point s) {
          if (s.x < kRadius || s.y < kRadius || s.x >= l.side - kRadius || s.y >= l.side - kRadius) return;
          if (!l.source.at<std::uint8_t>(s) || (s.x == m[0] && s.y == m[1])) return;
          const float cost = patch_cost(l, t, s, best);
          if (cost < best) best = cost, m = {static_cast<short>(s.x), static_cast<short>(s.y)};
        };
        for (const cv::Point step : {cv::Point(back, 0), cv::Point(0, back)}) {
          const cv::Point n = t + step;
          if (!l.target.at<std::uint8_t>(n)) continue;
          const auto& other = l.match.at<cv::Vec2s>(n);
          offer(cv::Point(other[0], other[1]) - step);
        }
        for (int reach = l.side / 2; reach >= 1; reach /= 2)
          offer({draw(m[0] - reach, m[0] + reach), draw(m[1] - reach, m[1] + reach)});
      }
  }
}

// The wanted pixels of the hole as the patches over them would have them.
void vote(Level& l, const cv::Mat& wanted, float sharpness) {
  std::vector<float> costs;
  for (int y = 0; y < l.side; y += 2)
    for (int x = 0; x < l.side; x += 2)
      if (l.target.at<std::uint8_t>(y, x)) costs.push_back(l.cost.at<float>(y, x));
  if (costs.empty()) return;
  const auto typical = costs.begin() + static_cast<std::ptrdiff_t>(3 * costs.size() / 4);
  std::nth_element(costs.begin(), typical, costs.end());
  const float spread = 1 / (std::max(*typical, 20.f * kArea) * sharpness);
  cv::Mat sum(l.side, l.side, CV_32FC4, cv::Scalar::all(0));
  for (int y = kRadius; y + kRadius < l.side; ++y)
    for (int x = kRadius; x + kRadius < l.side; ++x) {
      if (!l.target.at<std::uint8_t>(y, x)) continue;
      const auto& m = l.match.at<cv::Vec2s>(y, x);
      const cv::Vec4b &a = l.mean.at<cv::Vec4b>(y, x), &b = l.mean.at<cv::Vec4b>(m[1], m[0]);
      const cv::Vec3f add(shift(a[0], b[0]), shift(a[1], b[1]), shift(a[2], b[2]));
      const float weight = std::exp(-std::max(l.cost.at<float>(y, x), 0.f) * spread) *
                               std::pow(kOutwards, -std::min(l.rim.at<float>(y, x), 40.f)) +
                           1e-12f;
      for (int v = -kRadius; v <= kRadius; ++v)
        for (int u = -kRadius; u <= kRadius; ++u) {
          if (!wanted.at<std::uint8_t>(y + v, x + u)) continue;
          const auto& c = l.known.at<cv::Vec4b>(m[1] + v, m[0] + u);
          auto& s = sum.at<cv::Vec4f>(y + v, x + u);
          for (int k = 0; k < 3; ++k) s[k] += weight * (static_cast<float>(c[k]) + add[k]);
          s[3] += weight;
        }
    }
  for (int y = 0; y < l.side; ++y)
    for (int x = 0; x < l.side; ++x) {
      const auto& s = sum.at<cv::Vec4f>(y, x);
      if (!wanted.at<std::uint8_t>(y, x) || !(s[3] > 0)) continue;
      for (int k = 0; k < 3; ++k)
        l.known.at<cv::Vec4b>(y, x)[k] = cv::saturate_cast<std::uint8_t>(s[k] / s[3]);
    }
}

cv::Mat shrunk(const cv::Mat& mask, int side) {  // set where any of it is
  cv::Mat out, any;
  cv::resize(mask, out, {side, side}, 0, 0, cv::INTER_AREA);
  any = out > 0;
  return any / 255;
}

// Means of what is seen alone, so that the person does not bleed into the small pictures.
cv::Mat shrunk_picture(const cv::Mat& picture, const cv::Mat& hole, int side) {
  cv::Mat seen = picture.clone(), small, hidden;
  seen.setTo(cv::Scalar::all(0), hole);
  cv::resize(seen, small, {side, side}, 0, 0, cv::INTER_AREA);
  cv::resize(hole * 255, hidden, {side, side}, 0, 0, cv::INTER_AREA);
  for (int y = 0; y < side; ++y)
    for (int x = 0; x < side; ++x)
      if (const int h = hidden.at<std::uint8_t>(y, x); h < 255)
        small.at<cv::Vec3f>(y, x) *= 255.f / static_cast<float>(255 - h);
  return small;
}

void copy_where(const cv::Mat& bytes, const cv::Mat& mask, cv::Mat& picture) {
  for (int y = 0; y < picture.rows; ++y)
    for (int x = 0; x < picture.cols; ++x) {
      const auto& c = bytes.at<cv::Vec4b>(y, x);
      if (mask.at<std::uint8_t>(y, x)) picture.at<cv::Vec3f>(y, x) = cv::Vec3f(c[0], c[1], c[2]);
    }
}

// The matches of a level at twice the size.
void carry_matches(const Level& from, Level& to) {
  for (int y = 0; y < to.side; ++y)
    for (int x = 0; x < to.side; ++x) {
      const cv::Point p(std::clamp(x / 2, kRadius, from.side - 1 - kRadius),
                        std::clamp(y / 2, kRadius, from.side - 1 - kRadius));
      const auto& m = from.match.at<cv::Vec2s>(p);
      to.match.at<cv::Vec2s>(y, x) = {static_cast<short>(2 * m[0] + x % 2),
                                      static_cast<short>(2 * m[1] + y % 2)};
    }
}

// The wanted pixels as their matches have them: sharp, so that sharp patches are found next, where an
// enlarged picture would be like blurred ones.
void copy_matches(const cv::Mat& wanted, Level& l) {
  update_means(l);
  const cv::Mat before = l.mean.clone();
  const cv::Rect frame(0, 0, l.side, l.side);
  for (int y = 0; y < l.side; ++y)
    for (int x = 0; x < l.side; ++x) {
      if (!wanted.at<std::uint8_t>(y, x)) continue;
      const auto& m = l.match.at<cv::Vec2s>(y, x);
      const cv::Point from(m[0], m[1]);
      if (from.inside(frame) && !l.hole.at<std::uint8_t>(from))
        l.known.at<cv::Vec4b>(y, x) = l.known.at<cv::Vec4b>(from);
    }
  update_means(l);
  for (int y = 0; y < l.side; ++y)
    for (int x = 0; x < l.side; ++x) {
      if (!wanted.at<std::uint8_t>(y, x)) continue;
      const auto &was = before.at<cv::Vec4b>(y, x), &is = l.mean.at<cv::Vec4b>(y, x);
      auto& c = l.known.at<cv::Vec4b>(y, x);
      for (int k = 0; k < 3; ++k)
        c[k] = cv::saturate_cast<std::uint8_t>(static_cast<float>(c[k]) + shift(was[k], is[k]));
    }
}

// The first size: whole patches from the rim inwards.
void start_from_exemplars(Level& l, const cv::Mat& wanted, const cv::Mat& avoid) {
  ExemplarProblem problem{l.known, l.hole, wanted, cv::Mat(l.side, l.side, CV_8U, cv::Scalar(0))};
  cv::Mat blocked = (l.hole != 0) | (avoid != 0);
  cv::dilate(blocked, blocked, square(kExemplarRadius));
  const int room = l.side - 2 * kExemplarRadius;
  problem.source(cv::Rect(kExemplarRadius, kExemplarRadius, room, room)).setTo(1);
  problem.source.setTo(0, blocked);
  for (int y = 0; y < l.side; ++y)
    for (int x = 0; x < l.side; ++x)
      l.match.at<cv::Vec2s>(y, x) = {static_cast<short>(x), static_cast<short>(y)};
  if (cv::countNonZero(problem.source) < kArea) return;
  const cv::Mat filled =
      fill_by_exemplars(problem, static_cast<int>(kExemplarReach * static_cast<float>(l.side)), l.match);
  // Patches about seen pixels reach into the hole too: they go on as their nearest filled neighbour.
  for (int y = kRadius; y + kRadius < l.side; ++y)
    for (int x = kRadius; x + kRadius < l.side; ++x) {
      if (!l.target.at<std::uint8_t>(y, x) || filled.at<std::uint8_t>(y, x)) continue;
      int nearest = 2 * kRadius * kRadius + 1;
      for (int v = -kRadius; v <= kRadius; ++v)
        for (int u = -kRadius; u <= kRadius; ++u) {
          if (!filled.at<std::uint8_t>(y + v, x + u) || u * u + v * v >= nearest) continue;
          nearest = u * u + v * v;
          const auto& m = l.match.at<cv::Vec2s>(y + v, x + u);
          l.match.at<cv::Vec2s>(y, x) = {static_cast<short>(m[0] - u), static_cast<short>(m[1] - v)};
        }
    }
}

}  // namespace

void fill_by_patches(cv::Mat& picture, const cv::Mat& hole, const cv::Mat& seen, const cv::Mat& avoid) {
  const int size = picture.rows;
  CV_Assert(size % kShrinkFirst == 0 && picture.cols == size);
  if (cv::countNonZero(hole) == 0) return;
  Random random(1);
  Level last;
  for (int side = size / kShrinkFirst; side <= size; side *= 2) {
    const bool finest = 2 * side > size;
    const cv::Mat small_hole = finest ? hole : shrunk(hole, side);
    const cv::Mat wanted = (finest ? seen : shrunk(seen, side)) & small_hole;
    cv::Mat small = finest ? picture : shrunk_picture(picture, hole, side);
    const bool first = last.side == 0;
    if (first) {
      fill_membrane(small, small_hole);
    } else {
      cv::Mat larger;
      cv::resize(last.known, larger, {side, side}, 0, 0, cv::INTER_LINEAR);
      copy_where(larger, small_hole, small);
    }
    Level l = make_level(small, small_hole, wanted, finest ? avoid : shrunk(avoid, side));
    if (cv::countNonZero(l.source) < kArea) {  // nothing to take patches from: the membrane stays
      if (finest) small.copyTo(picture, hole);
      last = std::move(l);
      continue;
    }
    if (first) {
      start_from_exemplars(l, wanted, finest ? avoid : shrunk(avoid, side));
    } else {
      carry_matches(last, l);
      copy_matches(wanted, l);
      update_means(l);
      if (!finest) {
        search(l, random);
      } else {  // the finest size takes over the matches of the one before
        for (int y = 0; y < side; ++y)
          for (int x = 0; x < side; ++x) {
            if (!l.target.at<std::uint8_t>(y, x)) continue;
            const auto& m = l.match.at<cv::Vec2s>(y, x);
            if (m[0] < kRadius || m[1] < kRadius || m[0] >= side - kRadius || m[1] >= side - kRadius)
              l.target.at<std::uint8_t>(y, x) = 0;
            else
              l.cost.at<float>(y, x) = patch_cost(l, {x, y}, {m[0], m[1]}, 1e9f);
          }
      }
      vote(l, wanted, finest ? .1f : .15f);
    }
    if (finest) {
      copy_where(l.known, hole, picture);
      return;
    }
    last = std::move(l);
  }
}

}  // namespace parlante
