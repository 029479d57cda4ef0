#include "track_line.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

#include "core/curves.hpp"
#include "face/head_pose.hpp"
#include "motion/face_code_json.hpp"

namespace parlante::app {
namespace {

using Json = nlohmann::ordered_json;

constexpr float kGazeYawPerScore = 14 * kDegree, kGazePitchPerScore = 18 * kDegree;
constexpr std::size_t kUpperInnerLip = 13, kLowerInnerLip = 14, kRightEyeOuter = 33, kLeftEyeOuter = 263;

double rounded(float value) {
  return std::round(static_cast<double>(value) * 100) / 100;
}

Json start_of(const TrackMoment& moment) {
  return {{"frame", moment.frame}, {"seconds", std::round(moment.seconds * 1e6) / 1e6}};
}

}  // namespace

FaceCode picture_code(const Face& face) {
  FaceCode code;
  code.weights = face.scores;
  const HeadPose pose = head_pose(face.landmarks);
  code.yaw = pose.yaw;
  code.pitch = pose.pitch;
  code.roll = pose.roll;
  const auto& w = face.scores;
  using enum Blendshape;
  code.gaze_yaw =
      kGazeYawPerScore * ((w[eyeLookOutLeft] - w[eyeLookInLeft]) + (w[eyeLookInRight] - w[eyeLookOutRight]));
  code.gaze_pitch = kGazePitchPerScore * .5f *
                    (w[eyeLookUpLeft] + w[eyeLookUpRight] - w[eyeLookDownLeft] - w[eyeLookDownRight]);
  const float gap = (face.landmarks[kUpperInnerLip] - face.landmarks[kLowerInnerLip]).head<2>().norm();
  const float eyes = (face.landmarks[kRightEyeOuter] - face.landmarks[kLeftEyeOuter]).norm();
  code.aperture = eyes > 0 ? gap / eyes : 0;
  return code;
}

std::string track_line(const TrackMoment& moment) {
  Json line = start_of(moment);
  line["face"] = nullptr;
  return line.dump();
}

std::string track_line(const Face& face, const FaceCode& code, const TrackMoment& moment,
                       bool with_landmarks) {
  Json line = start_of(moment);
  line["face"] = moment.face_number;
  line["score"] = rounded(face.presence);
  line["box"] = {rounded(face.x0), rounded(face.y0), rounded(face.x1), rounded(face.y1)};
  line.update(Json::parse(face_code_line(code)));
  if (with_landmarks) {
    Json points = Json::array();
    for (const auto& point : face.landmarks)
      points.push_back({rounded(point.x()), rounded(point.y()), rounded(point.z())});
    line["landmarks"] = std::move(points);
  }
  return line.dump();
}

}  // namespace parlante::app
