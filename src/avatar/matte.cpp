#include "avatar/matte.hpp"

#include <opencv2/imgproc.hpp>

#include "avatar/guided_filter.hpp"
#include "avatar/membrane.hpp"
#include "avatar/numeric.hpp"
#include "avatar/pixels.hpp"

namespace parlante {
namespace {

constexpr int kGrabCutRounds = 6;

cv::Mat half_size(const cv::Mat& picture, int interpolation) {
  cv::Mat out;
  cv::resize(picture, out, {picture.cols / 2, picture.rows / 2}, 0, 0, interpolation);
  return out;
}

cv::Mat head_mask(const DepthRaster& skin) {
  cv::Mat mask(skin.height(), skin.width(), CV_8U);
  for (int y = 0; y < mask.rows; ++y)
    for (int x = 0; x < mask.cols; ++x) mask.at<std::uint8_t>(y, x) = skin.covered(x, y);
  return mask;
}

// What the mesh alone tells, at half size: sure and probable foreground and background.
cv::Mat trimap(const PhotoGeometry& g) {
  const int h = g.size / 2;
  const float u = g.px_per_cm / 2;  // a centimetre at half size
  const float chin = g.landmark(152).y() / 2, middle = g.landmark(1).x() / 2;
  const cv::Mat head = half_size(head_mask(g.skin), cv::INTER_AREA) > 0;
  const cv::Mat away = distance_inside(head == 0);
  cv::Mat map(h, h, CV_8U);
  std::vector<Vec2f> face;
  for (std::size_t i = 0; i < kMeshLandmarks; ++i) face.push_back(g.landmarks[i].head<2>() / 2);
  cv::Mat face_mask = cv::Mat::zeros(h, h, CV_8U);
  fill_convex_hull(face_mask, face);
  cv::erode(face_mask, face_mask, square(1));
  for (int y = 0; y < h; ++y)
    for (int x = 0; x < h; ++x) {
      const float d = away.at<float>(y, x), below = static_cast<float>(y) - chin,
                  aside = std::abs(static_cast<float>(x) - middle);
      std::uint8_t label = cv::GC_PR_BGD;
      if (d < 2.2f * u) label = cv::GC_PR_FGD;
      if (below > 4 * u && aside < 12 * u) label = cv::GC_PR_FGD;
      if (d > 7.5f * u && below < 0) label = cv::GC_BGD;
      if (face_mask.at<std::uint8_t>(y, x)) label = cv::GC_FGD;
      if (below > 9 * u && aside < 8 * u) label = cv::GC_FGD;
      if (y >= h - 3 && aside < 9 * u) label = cv::GC_FGD;
      map.at<std::uint8_t>(y, x) = label;
    }
  return map;
}

// One piece (the one with the face), without small holes.
cv::Mat clean(cv::Mat person, cv::Point in_face, float smallest_hole) {
  cv::Mat labels, stats, centres;
  int count = cv::connectedComponentsWithStats(person, labels, stats, centres);
  int keep = labels.at<int>(in_face);
  if (person.at<std::uint8_t>(in_face) == 0) {
    for (int i = 1; i < count; ++i)
      if (keep == 0 || stats.at<int>(i, cv::CC_STAT_AREA) > stats.at<int>(keep, cv::CC_STAT_AREA)) keep = i;
  }
  cv::Mat rest = (labels != keep) / 255;
  count = cv::connectedComponentsWithStats(rest, labels, stats, centres);
  std::vector<std::uint8_t> background(static_cast<std::size_t>(count), 1);
  for (int i = 1; i < count; ++i)
    if (static_cast<float>(stats.at<int>(i, cv::CC_STAT_AREA)) < smallest_hole)
      background[static_cast<std::size_t>(i)] = 0;
  background[0] = 0;
  for (int y = 0; y < person.rows; ++y)
    for (int x = 0; x < person.cols; ++x)
      person.at<std::uint8_t>(y, x) = !background[static_cast<std::size_t>(labels.at<int>(y, x))];
  return person;
}

cv::Mat cut_out(const PhotoGeometry& g, const cv::Mat& photo) {
  cv::Mat small, map = trimap(g), background_model, foreground_model;
  half_size(photo, cv::INTER_AREA).convertTo(small, CV_8U);
  const auto has = [&](std::uint8_t a, std::uint8_t b) {
    return cv::countNonZero(map == a) + cv::countNonZero(map == b) > 0;
  };
  if (has(cv::GC_BGD, cv::GC_PR_BGD) && has(cv::GC_FGD, cv::GC_PR_FGD)) {
    cv::setRNGSeed(1);  // of this thread: the same photo gives the same avatar
    cv::grabCut(small, map, {}, background_model, foreground_model, kGrabCutRounds, cv::GC_INIT_WITH_MASK);
  }
  const cv::Mat person = (map & 1) != 0;  // sure and probable foreground are odd
  const auto inside = [&](float v) { return std::clamp(static_cast<int>(v), 0, small.cols - 1); };
  const cv::Point in_face(inside(g.landmark(1).x() / 2),
                          inside((g.landmark(152).y() + g.landmark(10).y()) / 4));
  return clean(person / 255, in_face, 30 * g.px_per_cm / 2);
}

// Colours of `picture` carried from where `known` is set to everywhere; worked out at half size, for they are
// smooth.
cv::Mat spread(const cv::Mat& picture, const cv::Mat& known) {
  cv::Mat small = half_size(picture, cv::INTER_AREA), out;
  fill_membrane(small, half_size(known, cv::INTER_NEAREST) == 0);
  cv::resize(small, out, picture.size(), 0, 0, cv::INTER_LINEAR);
  return out;
}

}  // namespace

cv::Mat person_alpha(const PhotoGeometry& g, const cv::Mat& photo) {
  cv::Mat soft;
  cut_out(g, photo).convertTo(soft, CV_32F);
  cv::resize(soft, soft, photo.size(), 0, 0, cv::INTER_CUBIC);
  soft = cv::min(cv::max(soft, 0), 1);
  const cv::Mat hard = (soft > .5) / 255;

  const int band = std::max(5, static_cast<int>(.28f * g.px_per_cm));
  cv::Mat inner, outer;
  cv::erode(hard, inner, disc(band));
  cv::dilate(hard, outer, disc(static_cast<int>(static_cast<float>(band) * 1.3f)));
  const cv::Mat foreground = spread(photo, inner), background = spread(photo, outer == 0);
  const cv::Mat guided = guided_filter(photo / 255, soft, 5, 1e-5f);
  const cv::Mat depth_in = distance_inside(hard), depth_out = distance_inside(1 - hard);

  cv::Mat alpha(photo.size(), CV_32F);
  for (int y = 0; y < photo.rows; ++y)
    for (int x = 0; x < photo.cols; ++x) {
      float& a = alpha.at<float>(y, x);
      if (inner.at<std::uint8_t>(y, x) || !outer.at<std::uint8_t>(y, x)) {
        a = hard.at<std::uint8_t>(y, x);
        continue;
      }
      const cv::Vec3f &b = background.at<cv::Vec3f>(y, x), contrast = foreground.at<cv::Vec3f>(y, x) - b;
      const float energy = contrast.dot(contrast);
      float q = (photo.at<cv::Vec3f>(y, x) - b).dot(contrast) / std::max(energy, 1.0f);
      q = std::clamp((q - .06f) / .82f, 0.0f, 1.0f);
      // the colour model may not remove what is deep inside or add what is far outside
      const float width = static_cast<float>(band);
      q = std::max(q, smoothstep(.35f, 1, depth_in.at<float>(y, x) / width));
      q = std::min(q, 1 - smoothstep(.5f, 1, depth_out.at<float>(y, x) / (1.3f * width)));
      const float confidence = energy / (energy + 60 * 60);
      const float edge = std::clamp((guided.at<float>(y, x) - .1f) / .8f, 0.0f, 1.0f);
      a = confidence * q + (1 - confidence) * edge;
    }
  return alpha;
}

}  // namespace parlante
