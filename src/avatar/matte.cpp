#include "avatar/matte.hpp"

#include <array>
#include <opencv2/imgproc.hpp>

#include "avatar/closed_form_matte.hpp"
#include "avatar/colour_samples.hpp"
#include "avatar/membrane.hpp"
#include "avatar/pixels.hpp"
#include "avatar/roughness.hpp"
#include "core/curves.hpp"

namespace parlante {
namespace {

constexpr float kSure = .97f, kSurelyNot = .04f;  // of the network
// The band in which nothing is known, cm inside and outside of the network's outline.
constexpr float kHairInside = .35f, kHairOutside = .65f, kBodyInside = .15f, kBodyOutside = .2f;
constexpr float kEarringCm = 2.2f;                                     // round the ears' lobes
constexpr float kEarTopCm = 2, kEarBottomCm = -5, kLobeDropCm = 4.5f;  // head frame
constexpr int kIterations = 40;
constexpr float kColourWeight = .1f, kNetworkWeight = .01f;
constexpr float kInsideWeight =
    .08f;  // of the network where it is sure of person: ears before a wall like skin
constexpr float kOutsideWeight = .03f;   // and of background: less, for it does not see strands
constexpr float kReachCm = 3;            // of the search for known colours
constexpr float kCalm = 7, kRough = 16;  // deviation of the background's fine structure, of 255
constexpr float kRoughOutside = .4f, kRoughInside = .15f;  // of the network before a rough background
constexpr float kSeenCm = 1;                               // from the network's outline: background for sure
constexpr float kWall = .3f;  // of the network where the picture is like the calm background about it
constexpr float kLikeWall = 8, kUnlikeWall = 26;         // of 255, and twice the noise
constexpr float kIslandContrast = 24, kIslandNoise = 3;  // of 255; times the noise
constexpr float kFaint = .1f, kRimCm = .25f;             // opacity; how far a rim reaches

cv::Mat half_size(const cv::Mat& picture, int interpolation) {
  cv::Mat out;
  cv::resize(picture, out, {picture.cols / 2, picture.rows / 2}, 0, 0, interpolation);
  return out;
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

struct Trimap {
  cv::Mat alpha;    // CV_32F: 0 or 1 where it is known, the network's word elsewhere
  cv::Mat unknown;  // CV_8U
  cv::Mat earring;  // CV_32F, 0..1: where the network does not see what hangs there
  cv::Mat rough;    // CV_32F, 0..1: how much goes on in the background
  cv::Mat unlike;   // CV_32F, 0..1: how far the picture differs from the background around
};

// How far each pixel differs from the background as it would go on from what is seen of it.
cv::Mat unlike_background(const cv::Mat& picture, const cv::Mat& hidden, float noise) {
  cv::Mat small, small_hidden, wall;
  cv::resize(picture, small, {picture.cols / 2, picture.rows / 2}, 0, 0, cv::INTER_AREA);
  cv::resize(hidden, small_hidden, small.size(), 0, 0, cv::INTER_NEAREST);
  fill_membrane(small, small_hidden);
  cv::resize(small, wall, picture.size(), 0, 0, cv::INTER_LINEAR);
  cv::Mat unlike(picture.size(), CV_32F);
  for (int y = 0; y < picture.rows; ++y)
    for (int x = 0; x < picture.cols; ++x) {
      const cv::Vec3f d = picture.at<cv::Vec3f>(y, x) - wall.at<cv::Vec3f>(y, x);
      unlike.at<float>(y, x) = smoothstep(kLikeWall + 2 * noise, kUnlikeWall + 2 * noise,
                                          std::max({std::abs(d[0]), std::abs(d[1]), std::abs(d[2])}));
    }
  return unlike;
}

// Takes out of the zones of the earrings what goes on beyond them: the edge of a door, a shelf.
void keep_earrings_only(const cv::Mat& unlike, const cv::Mat& hard, cv::Mat& zone) {
  const cv::Mat beside = (unlike > .5f) & (hard == 0);
  cv::Mat labels;
  const int count = cv::connectedComponents(beside, labels);
  std::vector<std::uint8_t> beyond(static_cast<std::size_t>(count), 0);
  for (int y = 0; y < zone.rows; ++y)
    for (int x = 0; x < zone.cols; ++x) {
      const auto label = static_cast<std::size_t>(labels.at<int>(y, x));
      if (zone.at<float>(y, x) <= 0) beyond[label] = 1;
    }
  for (int y = 0; y < zone.rows; ++y)
    for (int x = 0; x < zone.cols; ++x)
      if (const int label = labels.at<int>(y, x); label > 0 && beyond[static_cast<std::size_t>(label)])
        zone.at<float>(y, x) = 0;
}

// At half size.
Trimap trimap(const PhotoGeometry& g, const cv::Mat& photo, const ImageF& person, float noise) {
  const int h = g.size / 2;
  const float u = g.px_per_cm / 2;  // a centimetre at half size
  cv::Mat likely;
  cv::resize(cv::Mat(person.height, person.width, CV_32F, const_cast<float*>(person.pixels.data())), likely,
             {h, h}, 0, 0, cv::INTER_CUBIC);
  cv::Mat face = cv::Mat::zeros(h, h, CV_8U);
  std::vector<Vec2f> points;
  for (std::size_t i = 0; i < kMeshLandmarks; ++i) points.push_back(g.landmarks[i].head<2>() / 2);
  fill_convex_hull(face, points);
  cv::erode(face, face, square(1));

  const auto inside_picture = [&](float v) { return std::clamp(static_cast<int>(v), 0, h - 1); };
  const cv::Point in_face(inside_picture(g.landmark(1).x() / 2),
                          inside_picture((g.landmark(152).y() + g.landmark(10).y()) / 4));
  const cv::Mat hard =
      clean(((likely > .5f) | (face != 0)) / 255, in_face, u, static_cast<int>(g.landmark(168).y() / 2));
  const cv::Mat within = distance_inside(hard), away = distance_inside(1 - hard);
  const float chin = g.landmark(152).y() / 2;
  const std::array<Vec2f, 2> lobes = ear_lobes(g);
  Trimap map{cv::Mat(h, h, CV_32F), cv::Mat(h, h, CV_8U), cv::Mat(h, h, CV_32F), {}, {}};
  map.rough = roughness(photo, away >= kSeenCm * u, u);
  for (int y = 0; y < h; ++y)
    for (int x = 0; x < h; ++x) {
      float& rough = map.rough.at<float>(y, x);
      rough = smoothstep(kCalm, kRough, rough);
      float lobe = 1e9f;  // earrings hang out of the network's outline
      for (const Vec2f& l : lobes)
        lobe = std::min(lobe, (Vec2f(static_cast<float>(x), static_cast<float>(y)) - l / 2).norm() / u);
      // before leaves or a street nobody could tell them from it
      map.earring.at<float>(y, x) = smoothstep(kEarringCm, .7f * kEarringCm, lobe) * (1 - rough);
    }
  map.unlike = unlike_background(photo, ((away < kSeenCm * u) | (map.earring > 0)) / 255, noise);
  keep_earrings_only(map.unlike, hard, map.earring);
  for (int y = 0; y < h; ++y) {
    const float body = smoothstep(chin + 2 * u, chin + 5 * u, static_cast<float>(y));
    const float inner = u * (kHairInside + body * (kBodyInside - kHairInside));
    const float outer = u * (kHairOutside + body * (kBodyOutside - kHairOutside));
    for (int x = 0; x < h; ++x) {
      const bool in = hard.at<std::uint8_t>(y, x) != 0;
      const float p = likely.at<float>(y, x);
      const float ring = map.earring.at<float>(y, x);
      const float d = in ? within.at<float>(y, x) : away.at<float>(y, x);
      // what the network doubts is open as well, but not far from the outline
      const bool near = d < (in ? inner : outer + ring * kEarringCm * u);
      const bool doubted = (in ? p < kSure : p > kSurelyNot) && d < 2 * (in ? inner : outer);
      const bool open = (near || doubted) && !face.at<std::uint8_t>(y, x);
      map.unknown.at<std::uint8_t>(y, x) = open;
      map.alpha.at<float>(y, x) = open ? std::clamp(p, 0.f, 1.f) : static_cast<float>(in);
    }
  }
  return map;
}

// What floats beside the person is part of it (an earring) only where it stands out from the background, and
// what is fainter than kFaint only as the rim of what is not.
void remove_islands(const cv::Mat& photo, float noise, float px_per_cm, cv::Mat& alpha) {
  cv::Mat labels, stats, centres, present = (alpha > kFaint) / 255;
  const int count = cv::connectedComponentsWithStats(present, labels, stats, centres);
  int person = 1;
  for (int i = 2; i < count; ++i)
    if (stats.at<int>(i, cv::CC_STAT_AREA) > stats.at<int>(person, cv::CC_STAT_AREA)) person = i;
  for (int i = 1; i < count; ++i) {
    if (i == person) continue;
    const int margin = static_cast<int>(.3f * px_per_cm) + 2;
    const cv::Rect box =
        cv::Rect(stats.at<int>(i, cv::CC_STAT_LEFT) - margin, stats.at<int>(i, cv::CC_STAT_TOP) - margin,
                 stats.at<int>(i, cv::CC_STAT_WIDTH) + 2 * margin,
                 stats.at<int>(i, cv::CC_STAT_HEIGHT) + 2 * margin) &
        cv::Rect(0, 0, photo.cols, photo.rows);
    const cv::Mat own = labels(box) == i, around = labels(box) == 0;
    const cv::Scalar d = cv::mean(photo(box), own) - cv::mean(photo(box), around);
    const double contrast = std::max({std::abs(d[0]), std::abs(d[1]), std::abs(d[2])});
    if (contrast < kIslandContrast + kIslandNoise * noise) alpha(box).setTo(0, own);
  }
  cv::Mat solid = alpha > kFaint;
  cv::dilate(solid, solid, disc(std::max(1, static_cast<int>(kRimCm * px_per_cm))));
  alpha.setTo(0, solid == 0);
}

}  // namespace

std::array<Vec2f, 2> ear_lobes(const PhotoGeometry& g) noexcept {
  // the outermost points of the head at the height of the ears are their rims; below hang lobe and earring
  std::array<std::size_t, 2> rim{};
  std::array<float, 2> farthest{};
  for (std::size_t v = 0; v < static_cast<std::size_t>(g.head.skin_end()); ++v) {
    const Vec3f& p = g.rest[v];
    const std::size_t side = p.x() < 0 ? 0 : 1;
    if (p.y() < kEarBottomCm || p.y() > kEarTopCm || std::abs(p.x()) <= farthest[side]) continue;
    farthest[side] = std::abs(p.x()), rim[side] = v;
  }
  std::array<Vec2f, 2> lobes;
  for (std::size_t side = 0; side < 2; ++side) {
    const Vec3f lobe = g.rest[rim[side]] - Vec3f(0, kLobeDropCm, 0);
    lobes[side] = g.fit.camera.project((g.rotation * lobe + g.translation).cast<double>()).cast<float>();
  }
  return lobes;
}

cv::Mat person_alpha(const PhotoGeometry& g, const cv::Mat& photo, const ImageF& person,
                     const PhotoNoise& noise) {
  MatteProblem problem;
  problem.picture = half_size(photo, cv::INTER_AREA);
  problem.noise = *std::max_element(noise.deviation.begin(), noise.deviation.end()) / 255;
  const Trimap map = trimap(g, problem.picture, person, 255 * problem.noise);
  problem.picture /= 255;
  problem.unknown = map.unknown;
  const ColourGuess colours = guess_from_colours(problem.picture, map.alpha, map.unknown,
                                                 static_cast<int>(kReachCm * g.px_per_cm / 2));
  problem.alpha = map.alpha.clone();
  problem.guess = cv::Mat(map.alpha.size(), CV_32F), problem.confidence = cv::Mat(map.alpha.size(), CV_32F);
  for (int y = 0; y < map.alpha.rows; ++y)
    for (int x = 0; x < map.alpha.cols; ++x) {
      const float likely = map.alpha.at<float>(y, x);
      const float rough = map.rough.at<float>(y, x);
      const float inside = kInsideWeight + rough * (kRoughInside - kInsideWeight),
                  outside = kOutsideWeight + rough * (kRoughOutside - kOutsideWeight);
      const float unlike = map.unlike.at<float>(y, x), wall = kWall * (1 - rough) * (1 - unlike);
      const float network =
          kNetworkWeight + inside * smoothstep(.75f, 1, likely) +
          smoothstep(.1f, 0, likely) * std::max(wall, outside * (1 - unlike * map.earring.at<float>(y, x)));
      const float colour = kColourWeight * colours.confidence.at<float>(y, x), all = colour + network;
      const float guess = (colour * colours.alpha.at<float>(y, x) + network * likely) / all;
      problem.guess.at<float>(y, x) = guess, problem.confidence.at<float>(y, x) = all;
      if (map.unknown.at<std::uint8_t>(y, x)) problem.alpha.at<float>(y, x) = guess;
    }
  LinearMatte linear = solve_matte(problem, kIterations);

  cv::Mat slope, offset, unknown, alpha;
  cv::resize(linear.slope, slope, photo.size(), 0, 0, cv::INTER_LINEAR);
  cv::resize(linear.offset, offset, photo.size(), 0, 0, cv::INTER_LINEAR);
  cv::resize(map.unknown, unknown, photo.size(), 0, 0, cv::INTER_NEAREST);
  cv::resize(problem.alpha, alpha, photo.size(), 0, 0, cv::INTER_NEAREST);
  for (int y = 0; y < photo.rows; ++y)
    for (int x = 0; x < photo.cols; ++x) {
      if (!unknown.at<std::uint8_t>(y, x)) continue;
      const float a = slope.at<cv::Vec3f>(y, x).dot(photo.at<cv::Vec3f>(y, x)) / 255 + offset.at<float>(y, x);
      alpha.at<float>(y, x) = std::clamp((a - .07f) / .86f, 0.f, 1.f);
    }
  remove_islands(photo, 255 * problem.noise, g.px_per_cm, alpha);
  return alpha;
}

}  // namespace parlante
