#include "avatar/glasses.hpp"

#include <array>
#include <opencv2/imgproc.hpp>

#include "avatar/numeric.hpp"
#include "avatar/pixels.hpp"
#include "core/curves.hpp"

namespace parlante {
namespace {

// The eyes' part of the photo, upright, the irises 100 px apart.
constexpr float kApart = 100;
constexpr int kWidth = 320, kHeight = 220, kEyeRow = 90;

// Decided over 120 portraits without glasses, of which the strongest bridge with a rim below the eyes shows
// .03, and over drawn frames.
constexpr float kLeastBridge = .08f, kLeastRim = .09f;
constexpr float kDarkLens = .56f, kLeastStep = .35f;
constexpr int kNearestRim = 33, kRims = 21;  // px below the iris: nearer are lids, lashes and bags
constexpr float kDarkest = 20;               // luma below which contrasts are not trusted

using Landmark2 = Eigen::Vector2f;

struct Upright {
  cv::Mat luma;
  Landmark2 right, left;  // irises
  std::array<Landmark2, 2> cheeks, nose;
};

Upright upright(const cv::Mat& photo, const Landmarks& landmarks) {
  const Landmark2 a = landmarks[kIrisRight].head<2>(), b = landmarks[kIrisLeft].head<2>();
  const Landmark2 middle = .5f * (a + b), along = b - a;
  const float apart = std::max(along.norm(), 1.f), scale = kApart / apart;
  const Eigen::Vector2f turn = along / apart * scale;
  cv::Matx23f map(turn.x(), turn.y(), 0, -turn.y(), turn.x(), 0);
  map(0, 2) = .5f * kWidth - (turn.x() * middle.x() + turn.y() * middle.y());
  map(1, 2) = kEyeRow - (-turn.y() * middle.x() + turn.x() * middle.y());
  Upright out;
  const cv::Mat fine = scale < 1 ? blurred(luma(photo), .35 / static_cast<double>(scale)) : luma(photo);
  cv::warpAffine(fine, out.luma, map, {kWidth, kHeight}, cv::INTER_LINEAR, cv::BORDER_REPLICATE);
  out.luma = blurred(out.luma, .8);
  const auto place = [&](std::size_t i) {
    const auto& p = landmarks[i];
    return Landmark2(map(0, 0) * p.x() + map(0, 1) * p.y() + map(0, 2),
                     map(1, 0) * p.x() + map(1, 1) * p.y() + map(1, 2));
  };
  out.right = place(kIrisRight), out.left = place(kIrisLeft);
  out.cheeks = {place(50), place(280)}, out.nose = {place(168), place(6)};
  return out;
}

float at(const cv::Mat& luma, float x, float y) {
  const float cx = std::clamp(x, 0.f, static_cast<float>(luma.cols) - 1.001f),
              cy = std::clamp(y, 0.f, static_cast<float>(luma.rows) - 1.001f);
  const int i = static_cast<int>(cx), j = static_cast<int>(cy);
  const float fx = cx - static_cast<float>(i), fy = cy - static_cast<float>(j);
  const auto* upper = luma.ptr<float>(j);
  const auto* lower = luma.ptr<float>(j + 1);
  return (upper[i] * (1 - fx) + upper[i + 1] * fx) * (1 - fy) +
         (lower[i] * (1 - fx) + lower[i + 1] * fx) * fy;
}

struct Line {
  float contrast = 0;  // mean of the weaker half
  float place = 0;     // mean row
};

// The strongest line through all columns that moves by a row a column at most.
Line strongest_line(const cv::Mat& response) {
  const int rows = response.rows, columns = response.cols;
  cv::Mat total = response.clone(), from(response.size(), CV_32S);
  for (int x = 1; x < columns; ++x)
    for (int y = 0; y < rows; ++y) {
      float best = -1e9f;
      for (int step = -1; step <= 1; ++step) {
        const int before = y + step;
        if (before < 0 || before >= rows) continue;
        const float value = total.at<float>(before, x - 1) - (step != 0 ? .004f : 0.f);
        if (value > best) best = value, from.at<std::int32_t>(y, x) = before;
      }
      total.at<float>(y, x) = best + response.at<float>(y, x);
    }
  int y = 0;
  for (int k = 1; k < rows; ++k)
    if (total.at<float>(k, columns - 1) > total.at<float>(y, columns - 1)) y = k;
  std::vector<float> values;
  Line line;
  for (int x = columns - 1; x >= 0; --x) {
    values.push_back(response.at<float>(y, x));
    line.place += static_cast<float>(y) / static_cast<float>(columns);
    if (x > 0) y = from.at<std::int32_t>(y, x);
  }
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2 + 1;
  for (std::size_t i = 0; i < half; ++i) line.contrast += values[i] / static_cast<float>(half);
  return line;
}

Line bridge_line(const Upright& u) {
  constexpr int kHalf = 8, kRows = 38, kAbove = 14;
  const float column = .5f * (u.nose[0].x() + u.nose[1].x());
  std::vector<float> skin;
  for (int y = 60; y < 130; ++y)
    for (int x = -kHalf; x <= kHalf; ++x)
      skin.push_back(at(u.luma, column + static_cast<float>(x), static_cast<float>(y)));
  const float typical = std::max(median(std::move(skin)), kDarkest);
  cv::Mat response(kRows, 2 * kHalf + 1, CV_32F);
  for (int y = 0; y < kRows; ++y)
    for (int x = -kHalf; x <= kHalf; ++x) {
      const float px = column + static_cast<float>(x), py = static_cast<float>(kEyeRow - kAbove + y);
      const float here = at(u.luma, px, py);
      float best = -1e9f;
      for (const float reach : {4.f, 6.f, 8.f, 10.f})
        best = std::max(best, std::min(at(u.luma, px, py - reach), at(u.luma, px, py + reach)) - here);
      response.at<float>(y, x + kHalf) = best / typical;
    }
  return strongest_line(response);
}

// Along rays that leave the iris downwards, 40° to 140°: a dark line far below the eye; and a step to bright.
struct Below {
  Line rim, step;
};
Below below_eye(const Upright& u, const Landmark2& iris, float cheek) {
  constexpr int kRays = 26, kSteps = 30;
  cv::Mat rim(kRims, kRays, CV_32F), step(kSteps, kRays, CV_32F);
  for (int ray = 0; ray < kRays; ++ray) {
    const float angle = (40.f + 4.f * static_cast<float>(ray)) * 3.14159265f / 180;
    const float dx = std::cos(angle), dy = std::sin(angle);
    const auto value = [&](float radius) {
      return at(u.luma, iris.x() + radius * dx, iris.y() + radius * dy);
    };
    for (int k = 0; k < kRims; ++k) {
      const auto radius = static_cast<float>(kNearestRim + k);
      const float here = value(radius);
      float best = -1e9f;
      for (const float reach : {4.f, 6.f, 8.f}) {
        const float in = value(radius - reach), out = value(radius + reach);
        best = std::max(best, (std::min(in, out) - here) / std::max({in, out, kDarkest}));
      }
      rim.at<float>(k, ray) = best;
    }
    for (int k = 0; k < kSteps; ++k) {
      const auto radius = static_cast<float>(24 + k);
      step.at<float>(k, ray) = (value(radius + 8) - value(radius)) / cheek;
    }
  }
  return {strongest_line(rim), strongest_line(step)};
}

}  // namespace

Glasses find_glasses(const cv::Mat& photo, const Landmarks& landmarks) {
  const Upright u = upright(photo, landmarks);
  Glasses found;
  found.bridge = bridge_line(u).contrast;
  found.rim = found.step = 1e9f;
  for (std::size_t eye = 0; eye < 2; ++eye) {
    const Landmark2& iris = eye == 0 ? u.right : u.left;
    const Landmark2& on_cheek = u.cheeks[eye];
    float cheek = 0;
    for (int y = -4; y <= 4; ++y)
      for (int x = -4; x <= 4; ++x)
        cheek += at(u.luma, on_cheek.x() + static_cast<float>(x), on_cheek.y() + static_cast<float>(y)) / 81;
    cheek = std::max(cheek, kDarkest);
    const Below below = below_eye(u, iris, cheek);
    found.rim = std::min(found.rim, below.rim.contrast);
    found.step = std::min(found.step, below.step.contrast);
    found.low_rim += .5f * (static_cast<float>(kNearestRim) + below.rim.place) / kApart;
    std::vector<float> lens;
    for (int y = -20; y <= 20; ++y)
      for (int x = -20; x <= 20; ++x)
        if (x * x + y * y < 400)
          lens.push_back(at(u.luma, iris.x() + static_cast<float>(x), iris.y() + static_cast<float>(y)));
    found.brightest = std::max(found.brightest, percentile(std::move(lens), .95) / cheek);
  }
  found.dark = found.brightest < kDarkLens && found.step > kLeastStep;
  found.worn = found.dark || (found.bridge > kLeastBridge && found.rim > kLeastRim);
  return found;
}

std::vector<float> glasses_weight(const HeadModel& head, const Glasses& glasses) {
  if (!glasses.worn) return {};
  std::vector<std::int32_t> margins;
  std::array<Vec3f, 2> eyes{Vec3f::Zero(), Vec3f::Zero()};
  for (int eye = 0; eye < 2; ++eye) {
    const std::size_t before = margins.size();
    for (const HeadLoop lid : {upper_lid(eye), lower_lid(eye)})
      margins.insert(margins.end(), head.loop(lid).begin(), head.loop(lid).end());
    for (std::size_t i = before; i < margins.size(); ++i)
      eyes[static_cast<std::size_t>(eye)] +=
          head.neutral[static_cast<std::size_t>(margins[i])] / static_cast<float>(margins.size() - before);
  }
  const float apart = (eyes[0] - eyes[1]).norm(), level = .5f * (eyes[0].y() + eyes[1].y());
  // From the middle of the brows to below the lower rim; the lids move free inside the lenses.
  const float top = level + .36f * apart;
  const float bottom = level - (std::clamp(glasses.low_rim, .36f, .52f) + .05f) * apart;
  std::vector<float> weight(static_cast<std::size_t>(head.face_end()));
  for (std::size_t v = 0; v < weight.size(); ++v) {
    const Vec3f& p = head.neutral[v];
    const float zone =
        smoothstep(top + .22f * apart, top, p.y()) * smoothstep(bottom - .2f * apart, bottom, p.y());
    if (zone <= 0) continue;
    const float free = nearest_vertex(head.neutral, margins, p).distance;
    weight[v] = zone * (glasses.dark ? 1.f : smoothstep(.35f, .95f, free));
  }
  return weight;
}

}  // namespace parlante
