#include <opencv2/imgproc.hpp>

#include "avatar/membrane.hpp"
#include "avatar/numeric.hpp"
#include "avatar/pixels.hpp"
#include "avatar/relief.hpp"
#include "core/curves.hpp"

namespace parlante {
namespace {

constexpr int kCells = 128, kBorder = 16;
constexpr float kNeckCm = -12;     // the mesh below is a mannequin's neck, not this person's
constexpr float kSteepest = 1.4f;  // slope of the relief, cm per cm: steeper ones tear at silhouettes
constexpr float kDepthBlurCm = .35f, kExpressionBlurCm = .6f;
constexpr float kNeckHalfCm = 7, kShoulderSlope = .7f;
constexpr float kReachCm = 6;       // expressions fade this far outside the mesh
constexpr float kSmallest = 1e-4f;  // cm: displacements below are dropped

struct Samples {                     // what each grid vertex shows of the mesh
  cv::Mat unknown, far;              // CV_8U: not on the mesh; too far for it to matter
  std::vector<SurfacePoint> points;  // where it is known
};

// max over q of depth(q) - slope · |p - q|, by two chamfer passes (Borgefors 1986: 1 and sqrt 2).
void upper_envelope(cv::Mat& depth, float drop_per_cell) {
  const auto pull = [&](int y, int x, int dy, int dx) {
    const int v = y + dy, u = x + dx;
    if (v < 0 || u < 0 || v >= depth.rows || u >= depth.cols) return;
    const float drop = drop_per_cell * (dy != 0 && dx != 0 ? 1.41421356f : 1.0f);
    float& here = depth.at<float>(y, x);
    here = std::max(here, depth.at<float>(v, u) - drop);
  };
  for (int y = 0; y < depth.rows; ++y) {
    for (int x = 0; x < depth.cols; ++x)
      for (auto [dy, dx] : {std::pair{0, -1}, {-1, -1}, {-1, 0}, {-1, 1}}) pull(y, x, dy, dx);
    for (int x = depth.cols - 1; x >= 0; --x) pull(y, x, 0, 1);
  }
  for (int y = depth.rows - 1; y >= 0; --y) {
    for (int x = depth.cols - 1; x >= 0; --x)
      for (auto [dy, dx] : {std::pair{0, 1}, {1, -1}, {1, 0}, {1, 1}}) pull(y, x, dy, dx);
    for (int x = 0; x < depth.cols; ++x) pull(y, x, 0, -1);
  }
}

Samples sample_mesh(const PhotoGeometry& g, int side, float step) {
  cv::Mat covered(g.size, g.size, CV_8U);
  for (int y = 0; y < g.size; ++y)
    for (int x = 0; x < g.size; ++x) covered.at<std::uint8_t>(y, x) = g.skin.covered(x, y);
  cv::erode(covered, covered, square(4));
  Samples s{cv::Mat(side, side, CV_8U, cv::Scalar(1)),
            {},
            std::vector<SurfacePoint>(static_cast<std::size_t>(side * side))};
  for (int r = 0; r < side; ++r)
    for (int c = 0; c < side; ++c) {
      const int x = static_cast<int>(static_cast<float>(c - kBorder) * step),
                y = static_cast<int>(static_cast<float>(r - kBorder) * step);
      if (x < 0 || y < 0 || x >= g.size || y >= g.size || !covered.at<std::uint8_t>(y, x)) continue;
      const SurfacePoint p = g.skin.surface(x, y);
      float height = 0;
      for (std::size_t k = 0; k < 3; ++k)
        height += p.weights[k] * g.rest[static_cast<std::size_t>(p.vertices[k])].y();
      if (height < kNeckCm) continue;
      s.unknown.at<std::uint8_t>(r, c) = 0;
      s.points[static_cast<std::size_t>(r * side + c)] = p;
    }
  return s;
}

// The depth behind which 92 % of the mesh's pixels lie: about the ears.
float back_depth(const PhotoGeometry& g) {
  std::vector<float> depths;
  for (int y = 0; y < g.size; y += 2)
    for (int x = 0; x < g.size; x += 2)
      if (g.skin.covered(x, y)) depths.push_back(g.skin.depth(x, y));
  return percentile(std::move(depths), .08, g.translation.z());
}

SparseDelta sample_expression(const Samples& s, const SparseDelta& expression, std::size_t vertices,
                              double sigma) {
  std::vector<Vec3f> moves(vertices, Vec3f::Zero());
  for (std::size_t i = 0; i < expression.vertices.size(); ++i)
    moves[static_cast<std::size_t>(expression.vertices[i])] = expression.deltas[i];
  const int side = s.unknown.rows;
  cv::Mat field(side, side, CV_32FC3, cv::Scalar::all(0)), moved(side, side, CV_8U, cv::Scalar(0));
  bool any = false;
  for (int r = 0; r < side; ++r)
    for (int c = 0; c < side; ++c) {
      if (s.unknown.at<std::uint8_t>(r, c)) continue;
      const SurfacePoint& p = s.points[static_cast<std::size_t>(r * side + c)];
      Vec3f d = Vec3f::Zero();
      for (std::size_t k = 0; k < 3; ++k) d += p.weights[k] * moves[static_cast<std::size_t>(p.vertices[k])];
      field.at<cv::Vec3f>(r, c) = {d.x(), d.y(), d.z()};
      const bool here = d.cwiseAbs().maxCoeff() > kSmallest;
      moved.at<std::uint8_t>(r, c) = here;
      any |= here;
    }
  if (!any) return {};
  // Only what moves at the mesh's edge goes on beyond it.
  cv::Mat beside;
  cv::dilate(moved, beside, square(1));
  if (cv::countNonZero(beside & s.unknown) > 0) fill_membrane(field, s.unknown & (s.far == 0));
  cv::GaussianBlur(field, field, {}, sigma);
  SparseDelta out;
  for (int i = 0; i < side * side; ++i) {
    const cv::Vec3f& d = field.at<cv::Vec3f>(i / side, i % side);
    if (std::max({std::abs(d[0]), std::abs(d[1]), std::abs(d[2])}) < kSmallest) continue;
    out.vertices.push_back(i);
    out.deltas.emplace_back(d[0], d[1], d[2]);
  }
  return out;
}

}  // namespace

ReliefGrid relief_grid(const PhotoGeometry& g) {
  const float step = static_cast<float>(g.size) / kCells, step_cm = step / g.px_per_cm;
  const int side = kCells + 2 * kBorder + 1;
  Samples s = sample_mesh(g, side, step);

  cv::Mat depth(side, side, CV_32F, cv::Scalar(0));
  for (int r = 0; r < side; ++r)
    for (int c = 0; c < side; ++c)
      if (!s.unknown.at<std::uint8_t>(r, c))
        depth.at<float>(r, c) = g.skin.depth(static_cast<int>(static_cast<float>(c - kBorder) * step),
                                             static_cast<int>(static_cast<float>(r - kBorder) * step));
  fill_membrane(depth, s.unknown, 60);
  const cv::Mat away = distance_inside(s.unknown) * step_cm;
  const float back = back_depth(g);
  for (int r = 0; r < side; ++r)
    for (int c = 0; c < side; ++c) {
      const float k = smoothstep(0, 5, away.at<float>(r, c));
      float& z = depth.at<float>(r, c);
      z = z * (1 - k) + back * k;
    }
  upper_envelope(depth, kSteepest * step_cm);
  depth = blurred(depth, kDepthBlurCm / step_cm);

  ReliefGrid grid;
  grid.columns = grid.rows = side;
  const auto f = static_cast<float>(g.fit.camera.focal_px), cx = static_cast<float>(g.fit.camera.cx),
             cy = static_cast<float>(g.fit.camera.cy);
  s.far = cv::Mat(side, side, CV_8U);
  for (int r = 0; r < side; ++r)
    for (int c = 0; c < side; ++c) {
      const Vec2f p(static_cast<float>(c - kBorder) * step, static_cast<float>(r - kBorder) * step);
      const float z = depth.at<float>(r, c);
      const Vec3f head =
          g.rotation.transpose() * (Vec3f((p.x() - cx) / f * -z, -(p.y() - cy) / f * -z, z) - g.translation);
      grid.source.push_back(p);
      grid.rest.push_back(head);
      // neck to collar; shoulders, farther to the sides, stay sooner
      const float aside = std::max(0.f, std::abs(head.x()) - kNeckHalfCm);
      grid.head_weight.push_back(smoothstep(-17.5f, -8, head.y() - kShoulderSlope * aside));
      const bool outside = c < kBorder || r < kBorder || c >= kBorder + kCells || r >= kBorder + kCells;
      s.far.at<std::uint8_t>(r, c) = outside || away.at<float>(r, c) > kReachCm;
    }
  const double sigma = std::max(1.2f, kExpressionBlurCm / step_cm);
  for (std::size_t k = 0; k < kBlendshapes; ++k)
    grid.expressions[k] = sample_expression(s, g.head.expressions[k], g.rest.size(), sigma);
  return grid;
}

}  // namespace parlante
