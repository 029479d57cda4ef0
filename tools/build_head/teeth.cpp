#include "teeth.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <span>

namespace parlante::build_head {
namespace {

using std::numbers::pi;

enum class ToothKind { incisor, canine, premolar, molar };

/// Widths and heights are means of dental anatomy (Wheeler), thickness at the neck and at the edge ours; cm.
struct Tooth {
  ToothKind kind;
  double width, height, neck, edge;
  double drop;  ///< the edge's place below (lower row: above) the incisors': laterals a little shorter, the
                ///< sides of both rows rise with the plane of the bite
};

constexpr std::array<Tooth, 7> kUpper = {{{ToothKind::incisor, .87, 1.02, .36, .10, 0},
                                          {ToothKind::incisor, .68, .93, .34, .10, -.06},
                                          {ToothKind::canine, .78, 1.04, .42, .16, .00},
                                          {ToothKind::premolar, .70, .94, .46, .40, -.07},
                                          {ToothKind::premolar, .70, .88, .46, .42, -.12},
                                          {ToothKind::molar, 1.00, .80, .52, .50, -.17},
                                          {ToothKind::molar, .96, .76, .52, .50, -.22}}};
constexpr std::array<Tooth, 7> kLower = {{{ToothKind::incisor, .54, .88, .32, .09, 0},
                                          {ToothKind::incisor, .60, .90, .33, .10, 0},
                                          {ToothKind::canine, .69, 1.00, .40, .15, .03},
                                          {ToothKind::premolar, .70, .85, .42, .36, .03},
                                          {ToothKind::premolar, .71, .80, .44, .40, .05},
                                          {ToothKind::molar, 1.08, .75, .52, .50, .06},
                                          {ToothKind::molar, 1.02, .72, .52, .50, .04}}};
constexpr double kGap = .006;         // half the distance between neighbours
constexpr double kArchSetback = .20;  // the arch's line lies behind the labial faces

// ---------------------------------------------------------------- the arch

/// Half an arch in the (x, z) plane from the midline outwards: a quarter of a super-ellipse, then straight
/// back.
class Arch {
 public:
  Arch(double half_width, double depth) {
    constexpr int curved = 4000, straight = 400;
    for (int k = 0; k < curved; ++k) {
      const double t = .5 * pi * k / (curved - 1);
      points_.emplace_back(half_width * std::pow(std::sin(t), .86), depth * (std::cos(t) - 1));
    }
    for (int k = 0; k < straight; ++k) {
      const double t = static_cast<double>(k) / (straight - 1);
      points_.emplace_back(half_width + .01 + .11 * t, -depth - (.005 + 2.595 * t));
    }
    const std::size_t last = points_.size() - 1;
    for (std::size_t k = 0; k <= last; ++k) {
      length_.push_back(k == 0 ? 0 : length_.back() + (points_[k] - points_[k - 1]).norm());
      const Eigen::Vector2d tangent =
          (points_[std::min(k + 1, last)] - points_[k == 0 ? 0 : k - 1]).normalized();
      normals_.emplace_back(-tangent.y(), tangent.x());
    }
  }
  Eigen::Vector2d point(double along) const { return at(points_, along); }
  Eigen::Vector2d outward(double along) const { return at(normals_, along).normalized(); }

 private:
  Eigen::Vector2d at(const std::vector<Eigen::Vector2d>& values, double along) const {
    const auto next = std::upper_bound(length_.begin(), length_.end(), along);
    if (next == length_.begin()) return values.front();
    if (next == length_.end()) return values.back();
    const auto k = static_cast<std::size_t>(next - length_.begin());
    return values[k - 1] +
           (values[k] - values[k - 1]) * (along - length_[k - 1]) / (length_[k] - length_[k - 1]);
  }
  std::vector<Eigen::Vector2d> points_, normals_;
  std::vector<double> length_;
};

// ---------------------------------------------------------------- one crown

double signed_power(double base, double exponent) {
  return std::copysign(std::pow(std::abs(base), exponent), base);
}

// Half the mesio-distal width at height k (0 neck, 1 edge).
double half_width(const Tooth& tooth, double k) {
  const double belly = tooth.kind == ToothKind::canine ? .55 : .62;
  double width = .5 * tooth.width * (.93 + .07 * std::sin(pi * std::min(k / belly, 1.0) / 2));
  if (tooth.kind == ToothKind::canine) width *= 1 - .30 * std::pow(std::max(k - .66, 0.0) / .34, 1.5);
  if (tooth.kind == ToothKind::incisor) width *= 1 - .10 * std::max(k - .90, 0.0) / .10;
  if (tooth.kind >= ToothKind::premolar) width *= 1 - .22 * std::pow(std::max(k - .72, 0.0) / .28, 2);
  return width;
}

/// Closed crown: neck at y = 0, edge at y = height; x mesio-distal, z labial. Rings start a little under the
/// gum.
Mesh crown(const Tooth& tooth) {
  constexpr int around = 20, rings = 13;
  constexpr double exponent = 2 / 3.4;  // of the super-elliptic section
  const bool back = tooth.kind >= ToothKind::premolar;
  Mesh mesh;
  mesh.vertices.resize(rings * around + 1, 3);
  for (int r = 0; r < rings; ++r) {
    const double v = std::min(-.18 + 1.18 * r / (rings - 1), 1.0), k = std::clamp(v, 0.0, 1.0);
    const double wide = half_width(tooth, k);
    double deep = .5 * (tooth.neck + (tooth.edge - tooth.neck) * std::pow(k, 1.1));
    if (back) deep *= 1 - .18 * std::pow(std::max(k - .72, 0.0) / .28, 2);
    // The labial face stays nearly upright, the lingual face slopes.
    const double bulge =
        .055 * std::sin(pi * std::pow(k, .8)) + (back ? 0 : .5 * (tooth.neck - tooth.edge) * .55 * k);
    for (int c = 0; c < around; ++c) {
      const double a = 2 * pi * c / around;
      const double x = signed_power(std::cos(a), exponent), z = signed_power(std::sin(a), exponent);
      double y = v * tooth.height;
      if (!back) {  // rounded corners of the edge: neighbours part in a dark little triangle
        const double edge = std::clamp((v - .7) / .3, 0.0, 1.0);
        y -= .10 * tooth.height * edge * edge * (3 - 2 * edge) * std::pow(std::abs(x), 4);
      }
      if (r == rings - 1 && back) y += -.035 + .035 * std::cos(2 * a);  // shallow cusps
      mesh.vertices.row(r * around + c) << wide * x, y, deep * z + bulge;
    }
  }
  const int tip = rings * around;
  mesh.vertices.row(tip) = mesh.vertices.middleRows((rings - 1) * around, around).colwise().mean();
  mesh.vertices(tip, 1) += back ? -.05 : .02;
  for (int r = 0; r + 1 < rings; ++r)
    for (int c = 0; c < around; ++c) {
      const int a = r * around + c, b = r * around + (c + 1) % around;
      mesh.triangles.push_back({a, b, b + around});
      mesh.triangles.push_back({a, b + around, a + around});
    }
  for (int c = 0; c < around; ++c)
    mesh.triangles.push_back({(rings - 1) * around + c, (rings - 1) * around + (c + 1) % around, tip});
  return mesh;
}

void append(Mesh& mesh, const Points& vertices, const Triangles& triangles, bool flip) {
  const auto offset = static_cast<std::int32_t>(mesh.vertices.rows());
  mesh.vertices.conservativeResize(offset + vertices.rows(), 3);
  mesh.vertices.bottomRows(vertices.rows()) = vertices;
  for (auto triangle : triangles) {
    if (flip) std::swap(triangle[0], triangle[2]);
    for (std::int32_t& v : triangle) v += offset;
    mesh.triangles.push_back(triangle);
  }
}

// ---------------------------------------------------------------- a row

struct RowShape {
  std::span<const Tooth, 7> teeth;
  double half_width, depth, edge_y, front_z;
  bool upper;
  double to_edge() const { return upper ? -1 : 1; }  ///< direction of y from gum to edge
};

/// Centre of each tooth along the arch.
std::array<double, 7> centres(std::span<const Tooth, 7> teeth) {
  std::array<double, 7> along{};
  double position = 0;
  for (std::size_t k = 0; k < teeth.size(); ++k) {
    along[k] = position + teeth[k].width / 2 + kGap;
    position += teeth[k].width + 2 * kGap;
  }
  return along;
}

Mesh crowns(const RowShape& row, const Arch& arch) {
  Mesh mesh;
  const auto along = centres(row.teeth);
  for (std::size_t k = 0; k < row.teeth.size(); ++k) {
    const Tooth& tooth = row.teeth[k];
    const Mesh one = crown(tooth);
    const Eigen::Vector2d origin = arch.point(along[k]), out = arch.outward(along[k]),
                          tangent(out.y(), -out.x());
    for (double side : {1.0, -1.0}) {
      Points placed(one.vertices.rows(), 3);
      for (Eigen::Index v = 0; v < placed.rows(); ++v) {
        const double x = one.vertices(v, 0), y = one.vertices(v, 1), z = one.vertices(v, 2);
        const Eigen::Vector2d at = origin + x * tangent + z * out;
        const double lean = tooth.kind == ToothKind::incisor
                                ? .10 * (1 - std::clamp(y / tooth.height, 0.0, 1.0))
                                : 0;  // forward at the edge
        placed.row(v) << side * at.x(),
            row.edge_y - row.to_edge() * (tooth.height - y) + (row.upper ? -tooth.drop : tooth.drop),
            at.y() - lean + row.front_z - kArchSetback;
      }
      append(mesh, placed, one.triangles, (side > 0) == !row.upper);
    }
  }
  return mesh;
}

/// A ribbon along the arch; its margin lies on the crowns, high at a tooth's middle, with a papilla between
/// teeth, then it swells and runs back to the fold.
Mesh gums(const RowShape& row, const Arch& arch) {
  constexpr int columns = 281, rows = 11;
  const auto along = centres(row.teeth);
  double length = 0;
  for (const Tooth& tooth : row.teeth) length += tooth.width + 2 * kGap;
  Mesh mesh;
  mesh.vertices.resize(columns * rows, 3);
  for (int c = 0; c < columns; ++c) {
    const double q = length * (2.0 * c / (columns - 1) - 1), u = std::abs(q);
    std::size_t nearest = 0;
    for (std::size_t k = 1; k < along.size(); ++k)
      if (std::abs(u - along[k]) < std::abs(u - along[nearest])) nearest = k;
    const Tooth& tooth = row.teeth[nearest];
    const double x = std::clamp(std::abs(u - along[nearest]) / (tooth.width / 2), 0.0, 1.0);
    const Eigen::Vector2d origin = arch.point(u), out = arch.outward(u);
    const double neck = .94 * tooth.height, papilla = .36 * tooth.height * std::pow(x, 3.2);
    const double margin =
        row.edge_y - row.to_edge() * (neck - papilla) - (row.upper ? tooth.drop : -tooth.drop) * .5;
    for (int r = 0; r < rows; ++r) {
      const double f = static_cast<double>(r) / (rows - 1);
      const double thick = (nearest < 3 ? .235 : .275) - .05 * x * x +
                           .10 * std::sin(std::min(f * 2.2, 1.0) * pi / 2) - .35 * std::max(f - .55, 0.0);
      const double half = q == 0 ? 0 : std::copysign(origin.x() + out.x() * thick, q);
      mesh.vertices.row(c * rows + r) << half, margin - row.to_edge() * 1.5 * f,
          origin.y() + out.y() * thick + row.front_z - kArchSetback;
    }
  }
  for (int second : {0, 1})
    for (int c = 0; c + 1 < columns; ++c)
      for (int r = 0; r + 1 < rows; ++r) {
        const int a = c * rows + r, b = a + rows;
        std::array<std::int32_t, 3> triangle = second ? std::array{a, b + 1, a + 1} : std::array{a, b, b + 1};
        if (!row.upper) std::swap(triangle[0], triangle[2]);
        mesh.triangles.push_back(triangle);
      }
  return mesh;
}

ToothRow make_row(const RowShape& row) {
  const Arch arch(row.half_width, row.depth);
  return {crowns(row, arch), gums(row, arch)};
}

}  // namespace

ToothRow upper_teeth(double edge_y, double front_z) {
  return make_row({kUpper, 2.30, 2.8, edge_y, front_z, true});
}
ToothRow lower_teeth(double edge_y, double front_z) {
  return make_row({kLower, 2.12, 2.6, edge_y, front_z, false});
}

Mesh unit_ball() {
  constexpr int meridians = 24, bands = 18;
  Mesh ball;
  ball.vertices.resize(2 + (bands - 1) * meridians, 3);
  ball.vertices.row(0) << 0, 0, 1;
  for (int r = 1; r < bands; ++r)
    for (int c = 0; c < meridians; ++c) {
      const double a = pi * r / bands, b = 2 * pi * c / meridians;
      ball.vertices.row(1 + (r - 1) * meridians + c) << std::sin(a) * std::cos(b), std::sin(a) * std::sin(b),
          std::cos(a);
    }
  const int last = static_cast<int>(ball.vertices.rows()) - 1;
  ball.vertices.row(last) << 0, 0, -1;
  for (int c = 0; c < meridians; ++c) ball.triangles.push_back({0, 1 + c, 1 + (c + 1) % meridians});
  for (int r = 0; r + 2 < bands; ++r)
    for (int c = 0; c < meridians; ++c) {
      const int a = 1 + r * meridians + c, b = 1 + r * meridians + (c + 1) % meridians;
      ball.triangles.push_back({a, a + meridians, b + meridians});
      ball.triangles.push_back({a, b + meridians, b});
    }
  for (int c = 0; c < meridians; ++c)
    ball.triangles.push_back(
        {last, 1 + (bands - 2) * meridians + (c + 1) % meridians, 1 + (bands - 2) * meridians + c});
  return ball;
}

}  // namespace parlante::build_head
