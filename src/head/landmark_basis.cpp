#include "head/landmark_basis.hpp"

#include <vector>

namespace parlante {
namespace {

/// For each skin vertex the landmarks that lie on it.
class LandmarkPicker {
 public:
  explicit LandmarkPicker(const HeadModel& model) : first_(static_cast<std::size_t>(model.skin_end()), -1) {
    for (std::size_t n = 0; n < kMeshLandmarks; ++n)
      for (std::size_t k = 0; k < 3; ++k) {
        int& first = first_[static_cast<std::size_t>(model.landmarks[n].vertices[k])];
        uses_.push_back({static_cast<Eigen::Index>(3 * n), model.landmarks[n].weights[k], first});
        first = static_cast<int>(uses_.size()) - 1;
      }
  }
  template <class Column>
  void add(const SparseDelta& delta, Column column) const {
    for (std::size_t k = 0; k < delta.vertices.size(); ++k) {
      const auto v = static_cast<std::size_t>(delta.vertices[k]);
      if (v >= first_.size()) break;
      for (int use = first_[v]; use >= 0; use = uses_[static_cast<std::size_t>(use)].next) {
        const Use& at = uses_[static_cast<std::size_t>(use)];
        column.template segment<3>(at.row) += at.weight * delta.deltas[k].cast<double>();
      }
    }
  }

 private:
  struct Use {
    Eigen::Index row;
    double weight;
    int next;
  };
  std::vector<int> first_;
  std::vector<Use> uses_;
};

}  // namespace

LandmarkPoints landmarks_on(const HeadModel& model, std::span<const Vec3f> vertices) {
  LandmarkPoints points = LandmarkPoints::Zero();
  for (std::size_t n = 0; n < kMeshLandmarks; ++n)
    for (std::size_t k = 0; k < 3; ++k)
      points.col(static_cast<Eigen::Index>(n)) +=
          model.landmarks[n].weights[k] *
          vertices[static_cast<std::size_t>(model.landmarks[n].vertices[k])].cast<double>();
  return points;
}

LandmarkAxes identity_axes_at_landmarks(const HeadModel& model) {
  LandmarkAxes axes =
      LandmarkAxes::Zero(LandmarkAxes::RowsAtCompileTime, static_cast<Eigen::Index>(model.identity.size()));
  const LandmarkPicker picker(model);
  const LandmarkPoints reference = landmarks_on(model, model.reference);
  // All landmarks lie on the skin, whose two parts move alike.
  std::array<std::size_t, kMeshLandmarks> part{};
  for (std::size_t n = 0; n < kMeshLandmarks; ++n)
    part[n] = static_cast<std::size_t>(model.landmarks[n].vertices[0] < model.face_end() ? HeadPart::face
                                                                                         : HeadPart::head);
  for (std::size_t a = 0; a < model.identity.size(); ++a) {
    auto column = axes.col(static_cast<Eigen::Index>(a));
    for (std::size_t n = 0; n < kMeshLandmarks; ++n) {
      const Eigen::Matrix<double, 3, 4> motion = model.identity[a].motion[part[n]].cast<double>();
      column.segment<3>(static_cast<Eigen::Index>(3 * n)) =
          motion.leftCols<3>() * reference.col(static_cast<Eigen::Index>(n)) + motion.col(3);
    }
    picker.add(model.identity[a].delta, axes.col(static_cast<Eigen::Index>(a)));
  }
  return axes;
}

LandmarkAxes expression_axes_at_landmarks(const HeadModel& model) {
  LandmarkAxes axes =
      LandmarkAxes::Zero(LandmarkAxes::RowsAtCompileTime, static_cast<Eigen::Index>(kBlendshapes));
  const LandmarkPicker picker(model);
  for (std::size_t a = 0; a < kBlendshapes; ++a)
    picker.add(model.expressions[a], axes.col(static_cast<Eigen::Index>(a)));
  return axes;
}

LandmarkPoints moved(const LandmarkPoints& points, const LandmarkAxes& axes, const Eigen::VectorXd& weights) {
  const Eigen::VectorXd shift = axes * weights;
  return points + Eigen::Map<const LandmarkPoints>(shift.data());
}

}  // namespace parlante
