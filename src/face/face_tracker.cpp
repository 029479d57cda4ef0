#include "face/face_tracker.hpp"

#include <algorithm>
#include <cmath>

#include "face/carried_region.hpp"
#include "face/face_mesh.hpp"
#include "face/face_search.hpp"
#include "face/person_mask.hpp"

namespace parlante {
namespace {

constexpr float kLeastPresence = .5F;  // MediaPipe's default for both modes
/// Detections below are often texture (random clouds gave up to .66, portraits .79 and more): they count only
/// in the whole picture, and only when nothing better is found.
constexpr float kSureScore = .7F;
constexpr float kSameFace = .3F;  // overlap of the landmarks' boxes
constexpr std::size_t kMostFaces = 32;

bool usable(const ImageU8& picture) noexcept {
  return picture.width > 0 && picture.height > 0 && (picture.channels == 3 || picture.channels == 4) &&
         picture.pixels.size() == picture.stride() * static_cast<std::size_t>(picture.height);
}

void set_box(Face& face) noexcept {
  Eigen::Vector3f low = face.landmarks[0], high = low;
  for (const auto& point : face.landmarks) {
    low = low.cwiseMin(point);
    high = high.cwiseMax(point);
  }
  face.x0 = low.x();
  face.y0 = low.y();
  face.x1 = high.x();
  face.y1 = high.y();
}

float overlap_of(const Face& a, const Face& b) noexcept {
  Detection box_a, box_b;
  box_a.x0 = a.x0, box_a.y0 = a.y0, box_a.x1 = a.x1, box_a.y1 = a.y1;
  box_b.x0 = b.x0, box_b.y0 = b.y0, box_b.x1 = b.x1, box_b.y1 = b.y1;
  return overlap(box_a, box_b);
}

/// Whether the landmarks still fill their region as a face does; if not, the region has run away.
bool fits(const Region& region, const Landmarks& landmarks) noexcept {
  const Region own = region_of(landmarks);
  return own.width > .6 * region.width && own.width < 1.6 * region.width &&
         std::hypot(own.x - region.x, own.y - region.y) < .3 * region.width;
}

}  // namespace

Result<FaceNetworks> FaceNetworks::load(const std::filesystem::path& folder, int threads,
                                        const std::filesystem::path& cache) {
  auto detector = Network::load(folder / "face_detector.tflite", threads, cache);
  if (!detector) return pass_on(std::move(detector));
  auto landmarks = Network::load(folder / "face_landmarks_detector.tflite", threads, cache);
  if (!landmarks) return pass_on(std::move(landmarks));
  auto blendshapes = Network::load(folder / "face_blendshapes.tflite", threads, cache);
  if (!blendshapes) return pass_on(std::move(blendshapes));
  if (auto opened = FaceDetector::open(*detector); !opened) return pass_on(std::move(opened));
  if (auto opened = FaceMesh::open(*landmarks, *blendshapes); !opened) return pass_on(std::move(opened));
  return FaceNetworks{*detector, *landmarks, *blendshapes, folder / "person_segmenter.tflite"};
}

struct FaceTracker::State {
  struct Found {
    Face face;  ///< without scores
    Region region;
  };

  explicit State(const FaceNetworks& networks)
      : search(FaceDetector::open(networks.detector).value()),
        mesh(FaceMesh::open(networks.landmarks, networks.blendshapes).value()),
        person(networks.person) {
    found.reserve(kMostFaces);
  }

  bool read(const ImageU8& picture, const Region& region, Face& face) noexcept;
  void search_all(const ImageU8& picture) noexcept;
  bool start(const ImageU8& frame, Face& face) noexcept;

  FaceSearch search;
  FaceMesh mesh;
  std::filesystem::path person;
  std::vector<Found> found;  // of the last search_all(), largest first
  // What follow() remembers
  bool following = false;
  float score = 0;
  CarriedRegion carried;
  Landmarks last{};
};

/// Landmarks and box of the face in the region; false when there is none.
bool FaceTracker::State::read(const ImageU8& picture, const Region& region, Face& face) noexcept {
  if (!(region.width >= 1) || !std::isfinite(region.x) || !std::isfinite(region.y)) return false;
  face.presence = mesh.read(picture, region, face.landmarks);
  if (!(face.presence >= kLeastPresence)) return false;
  set_box(face);
  return std::isfinite(face.area());
}

/// Fills `found`. Parts of the picture are searched as long as no face of a good size is sure.
void FaceTracker::State::search_all(const ImageU8& picture) noexcept {
  found.clear();
  bool good_size = false;
  Found next;
  for (const int per_side : {1, 2, 3, 5}) {
    if (good_size) break;
    for (const Detection& detection : search.search(picture, per_side)) {
      const bool sure = detection.score >= kSureScore;
      if (found.size() == kMostFaces || (per_side > 1 && !sure)) continue;
      next.region = detection.landmark_region();
      next.face.score = detection.score;
      if (!read(picture, next.region, next.face)) continue;
      const auto same = [&](const Found& known) { return overlap_of(known.face, next.face) > kSameFace; };
      if (std::any_of(found.begin(), found.end(), same)) continue;
      found.push_back(next);
      good_size = good_size || (sure && !FaceSearch::is_small(detection, picture));
    }
  }
  const auto unsure = [](const Found& known) { return known.face.score < kSureScore; };
  if (!std::all_of(found.begin(), found.end(), unsure)) std::erase_if(found, unsure);
  std::sort(found.begin(), found.end(), [](const Found& a, const Found& b) {
    return a.face.area() != b.face.area() ? a.face.area() > b.face.area() : a.face.x0 < b.face.x0;
  });
}

/// Begins to follow the largest face; false when there is none.
bool FaceTracker::State::start(const ImageU8& frame, Face& face) noexcept {
  search_all(frame);
  following = !found.empty();
  if (!following) return false;
  face = found.front().face;
  score = face.score;
  carried = CarriedRegion(found.front().region, face.landmarks);
  return true;
}

FaceTracker::FaceTracker(const FaceNetworks& networks) : state_(std::make_unique<State>(networks)) {}
FaceTracker::~FaceTracker() = default;
FaceTracker::FaceTracker(FaceTracker&&) noexcept = default;

std::vector<Face> FaceTracker::find(const ImageU8& picture) {
  std::vector<Face> faces;
  if (!usable(picture)) return faces;
  state_->search_all(picture);
  for (const State::Found& found : state_->found) {
    faces.push_back(found.face);
    faces.back().scores = state_->mesh.scores(found.face.landmarks);
  }
  return faces;
}

std::optional<Face> FaceTracker::follow(const ImageU8& frame) noexcept {
  State& s = *state_;
  if (!usable(frame)) {
    s.following = false;
    return std::nullopt;
  }
  Face face;
  bool found = false;
  if (s.following) {
    const Region region = s.carried.at(s.last);
    face.score = s.score;
    found = s.read(frame, region, face) && fits(region, face.landmarks);
  }
  if (!found && !s.start(frame, face)) return std::nullopt;
  s.last = face.landmarks;
  face.scores = s.mesh.scores(face.landmarks);
  return face;
}

Result<ImageF> FaceTracker::person(const ImageU8& picture) const {
  return person_mask(state_->person, picture);
}

void FaceTracker::reset() noexcept {
  state_->following = false;
}

}  // namespace parlante
