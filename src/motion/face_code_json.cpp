#include "motion/face_code_json.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "core/curves.hpp"

namespace parlante {
namespace {

using Json = nlohmann::json;

constexpr float kLargestAngleDeg = 45;

/// Reads numbers of an object and remembers the first thing that was wrong.
class Reader {
 public:
  explicit Reader(const Json& object) : object_(object) {}

  float number(const char* name, float missing, float low, float high) {
    const auto found = object_.find(name);
    if (found == object_.end()) return missing;
    return checked(*found, name, low, high);
  }
  float angle(const char* name) { return kDegree * number(name, 0, -kLargestAngleDeg, kLargestAngleDeg); }

  void weights(BlendshapeWeights& weights) {
    const auto found = object_.find("weights");
    if (found == object_.end()) return;
    if (!found->is_object()) return complain("\"weights\" is not an object");
    for (const auto& [name, value] : found->items()) {
      const auto shape = blendshape_named(name);
      if (!shape) return complain("\"" + name + "\" is not a blendshape of ARKit");
      weights[*shape] = checked(value, name.c_str(), 0, 1);
    }
  }
  void vector(const char* name, Eigen::Vector3f& vector) {
    const auto found = object_.find(name);
    if (found == object_.end()) return;
    if (!found->is_array() || found->size() != 3)
      return complain(std::string("\"") + name + "\" is not a list of three numbers");
    for (int i = 0; i < 3; ++i) vector[i] = checked((*found)[static_cast<std::size_t>(i)], name, -50, 50);
  }
  const std::string& complaint() const noexcept { return complaint_; }

 private:
  float checked(const Json& value, const char* name, float low, float high) {
    if (!value.is_number() || !std::isfinite(value.get<double>())) {
      complain(std::string("\"") + name + "\" is not a number");
      return 0;
    }
    return std::clamp(static_cast<float>(value.get<double>()), low, high);
  }
  void complain(std::string what) {
    if (complaint_.empty()) complaint_ = std::move(what);
  }
  const Json& object_;
  std::string complaint_;
};

double rounded(float value) {
  return std::round(static_cast<double>(value) * 1e4) / 1e4;
}

}  // namespace

Result<FaceCode> parse_face_code(std::string_view line) {
  const Json object = Json::parse(line, nullptr, false);
  if (!object.is_object()) return fail(ErrorKind::usage, "not a JSON object");
  FaceCode code;
  Reader reader(object);
  reader.weights(code.weights);
  code.yaw = reader.angle("yaw_deg");
  code.pitch = reader.angle("pitch_deg");
  code.roll = reader.angle("roll_deg");
  code.gaze_yaw = reader.angle("gaze_yaw_deg");
  code.gaze_pitch = reader.angle("gaze_pitch_deg");
  reader.vector("translation_cm", code.translation);
  code.aperture = reader.number("aperture", -1, -1, 1);
  code.breath = reader.number("breath", 0, -1, 1);
  if (!reader.complaint().empty()) return fail(ErrorKind::usage, reader.complaint());
  return code;
}

std::string face_code_line(const FaceCode& code) {
  Json weights = Json::object();
  for (std::size_t i = 0; i < kBlendshapes; ++i) {
    if (code.weights[i] >= .0005f) weights[std::string(kBlendshapeNames[i])] = rounded(code.weights[i]);
  }
  Json object = {
      {"weights", weights},
      {"yaw_deg", rounded(code.yaw / kDegree)},
      {"pitch_deg", rounded(code.pitch / kDegree)},
      {"roll_deg", rounded(code.roll / kDegree)},
      {"gaze_yaw_deg", rounded(code.gaze_yaw / kDegree)},
      {"gaze_pitch_deg", rounded(code.gaze_pitch / kDegree)},
      {"translation_cm",
       {rounded(code.translation.x()), rounded(code.translation.y()), rounded(code.translation.z())}},
      {"breath", rounded(code.breath)}};
  if (code.aperture >= 0) object["aperture"] = rounded(code.aperture);
  return object.dump();
}

}  // namespace parlante
