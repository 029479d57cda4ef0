// Videos to landmarks and scores.
#include <nanobind/stl/string.h>
#include <nanobind/stl/string_view.h>
#include <nanobind/stl/vector.h>

#include <array>
#include <limits>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/arkit.hpp"
#include "face/face_tracker.hpp"
#include "media/video_reader.hpp"
#include "module.hpp"

namespace parlante::python {
namespace {

/// Loaded networks are kept, by folder, and never destroyed.
const FaceNetworks& face_networks(const std::string& models) {
  static std::mutex mutex;
  static auto& loaded = *new std::map<std::string, FaceNetworks>;  // OpenVINO is gone before statics are
  const std::scoped_lock lock(mutex);
  auto found = loaded.find(models);
  if (found == loaded.end()) found = loaded.emplace(models, or_raise(FaceNetworks::load(models))).first;
  return found->second;
}

struct Tracked {
  Rows<float> landmarks{kLandmarks, 3}, scores{kBlendshapes}, presence;
  Rows<double> seconds;
  int width = 0, height = 0;

  void add(const std::optional<Face>& face) {
    constexpr float unknown = std::numeric_limits<float>::quiet_NaN();
    static const std::vector<float> no_landmarks(3 * kLandmarks, unknown);
    if (!face) {
      landmarks.add(no_landmarks);
      scores.add(std::array<float, kBlendshapes>{});
    } else {
      for (const Eigen::Vector3f& point : face->landmarks) landmarks.add(std::span(point.data(), 3));
      scores.add(face->scores);
    }
    presence.add_value(face ? face->presence : 0);
  }
};

nb::dict track_video(const std::string& file, const std::string& models) {
  Tracked tracked;
  double fps = 0;
  {
    const nb::gil_scoped_release other_threads_may_run;
    FaceTracker tracker(face_networks(models));
    auto video = or_raise(VideoReader::open(file));
    fps = video.rate().value();
    ImageU8 picture;
    while (or_raise(video.next(picture))) {
      tracked.add(tracker.follow(picture));
      tracked.seconds.add_value(video.seconds());
      tracked.width = picture.width;
      tracked.height = picture.height;
    }
  }
  nb::dict result;
  result["landmarks"] = std::move(tracked.landmarks).to_python();
  result["scores"] = std::move(tracked.scores).to_python();
  result["presence"] = std::move(tracked.presence).to_python();
  result["seconds"] = std::move(tracked.seconds).to_python();
  result["fps"] = fps;
  result["size"] = nb::make_tuple(tracked.width, tracked.height);
  return result;
}

}  // namespace

void add_tracking(nb::module_& m) {
  using namespace nb::literals;
  m.attr("BLENDSHAPES") =
      nb::cast(std::vector<std::string_view>(kBlendshapeNames.begin(), kBlendshapeNames.end()));
  m.def("track_video", &track_video, "file"_a, "models"_a,
        "The largest face of a video, followed: landmarks (T, 478, 3) in px (not a number where no face was "
        "found), "
        "scores (T, 52) in Apple's order, presence (T; 0 where no face was found), seconds (T: when each "
        "frame is "
        "shown), fps, size (width, height). `models`: folder that holds the face networks.");
}

}  // namespace parlante::python
