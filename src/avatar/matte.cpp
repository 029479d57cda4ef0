#include "avatar/matte.hpp"

#include <opencv2/imgproc.hpp>

#include "avatar/guided_filter.hpp"
#include "avatar/membrane.hpp"
#include "avatar/numeric.hpp"
#include "avatar/pixels.hpp"

namespace parlante {
namespace {

constexpr int kCoarseRounds = 5, kFineRounds = 1;  // of GrabCut, at a quarter and at half of the size
constexpr float kFineBand = 7;  // px of half size in which the fine rounds may change anything

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
  const cv::Mat away = distance_inside(head == 0), within = distance_inside(head);
  const float eyes = g.landmark(168).y() / 2;
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
      // well inside the skull: a hat's dark band, a highlight on a bald head
      if (static_cast<float>(y) < eyes && within.at<float>(y, x) > 1.2f * u) label = cv::GC_FGD;
      if (below > 9 * u && aside < 8 * u) label = cv::GC_FGD;
      if (y >= h - 3 && aside < 9 * u) label = cv::GC_FGD;
      map.at<std::uint8_t>(y, x) = label;
    }
  return map;
}

// One piece (the one with the face), without holes that cannot be seen through: small ones, and larger ones
// above `eyes` (the row of the eyes), where a hat's band or a highlight differs from the rest. `cm`: px.
cv::Mat clean(cv::Mat person, cv::Point in_face, float cm, int eyes) {
  cv::Mat labels, stats, centres;
  int count = cv::connectedComponentsWithStats(person, labels, stats, centres);
  int keep = labels.at<int>(in_face);
  if (person.at<std::uint8_t>(in_face) == 0) {
    keep = 0;
    for (int i = 1; i < count; ++i)
      if (keep == 0 || stats.at<int>(i, cv::CC_STAT_AREA) > stats.at<int>(keep, cv::CC_STAT_AREA)) keep = i;
  }
  const cv::Mat rest = (labels != keep) / 255;
  count = cv::connectedComponentsWithStats(rest, labels, stats, centres);
  std::vector<std::uint8_t> background(static_cast<std::size_t>(count), 0);
  for (int i = 1; i < count; ++i) {
    const auto stat = [&](int which) { return stats.at<int>(i, which); };
    const auto area = static_cast<float>(stat(cv::CC_STAT_AREA));
    const int left = stat(cv::CC_STAT_LEFT), top = stat(cv::CC_STAT_TOP),
              bottom = top + stat(cv::CC_STAT_HEIGHT);
    const bool enclosed =
        left > 0 && top > 0 && left + stat(cv::CC_STAT_WIDTH) < person.cols && bottom < person.rows;
    const bool on_the_head = enclosed && bottom <= eyes && area < 16 * cm * cm;
    background[static_cast<std::size_t>(i)] = area >= 30 * cm && !on_the_head;
  }
  for (int y = 0; y < person.rows; ++y)
    for (int x = 0; x < person.cols; ++x)
      person.at<std::uint8_t>(y, x) = !background[static_cast<std::size_t>(labels.at<int>(y, x))];
  return person;
}

// Settles what is far from the coarse outline and leaves the band around it to the fine rounds.
cv::Mat narrowed(const cv::Mat& coarse, const cv::Mat& map) {
  cv::Mat person;
  cv::resize((coarse & 1) != 0, person, map.size(), 0, 0, cv::INTER_LINEAR);
  person = person > 127;
  const cv::Mat inside = distance_inside(person), outside = distance_inside(person == 0);
  cv::Mat out = map.clone();
  for (int y = 0; y < map.rows; ++y)
    for (int x = 0; x < map.cols; ++x) {
      std::uint8_t& label = out.at<std::uint8_t>(y, x);
      if (label == cv::GC_FGD || label == cv::GC_BGD) continue;
      const float in = inside.at<float>(y, x), away = outside.at<float>(y, x);
      if (in > 0)
        label = in > kFineBand ? cv::GC_FGD : cv::GC_PR_FGD;
      else
        label = away > kFineBand ? cv::GC_BGD : cv::GC_PR_BGD;
    }
  return out;
}

// 1 where the person is, at half size.
cv::Mat cut_out(const PhotoGeometry& g, const cv::Mat& photo) {
  cv::Mat small, smaller, map = trimap(g), coarse, background, foreground;
  half_size(photo, cv::INTER_AREA).convertTo(small, CV_8U);
  smaller = half_size(small, cv::INTER_AREA);
  coarse = half_size(map, cv::INTER_NEAREST);
  const auto both = [](const cv::Mat& labels) {  // GrabCut needs some of each
    const int person = cv::countNonZero(labels & 1);
    return person > 0 && person < labels.rows * labels.cols;
  };
  if (both(coarse)) {
    cv::setRNGSeed(1);  // of this thread: the same photo gives the same avatar
    cv::grabCut(smaller, coarse, {}, background, foreground, kCoarseRounds, cv::GC_INIT_WITH_MASK);
    if (both(coarse)) {
      map = narrowed(coarse, map);
      if (both(map)) cv::grabCut(small, map, {}, background, foreground, kFineRounds, cv::GC_EVAL);
    }
  }
  const cv::Mat person = (map & 1) != 0;  // sure and probable foreground are odd
  const auto inside = [&](float v) { return std::clamp(static_cast<int>(v), 0, small.cols - 1); };
  const cv::Point in_face(inside(g.landmark(1).x() / 2),
                          inside((g.landmark(152).y() + g.landmark(10).y()) / 4));
  return clean(person / 255, in_face, g.px_per_cm / 2, static_cast<int>(g.landmark(168).y() / 2));
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
