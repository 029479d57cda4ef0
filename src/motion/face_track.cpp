#include "motion/face_track.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>

#include "motion/code_parts.hpp"
#include "motion/face_code_json.hpp"

namespace parlante {
namespace {

constexpr std::size_t kMostLines = 1'000'000;
constexpr double kUsualFrame_s = 1. / 25;
constexpr double kLongGap_s = 0.25;  ///< a face was lost, not only a frame
constexpr double kShortestLoop_s = 0.2, kLongestSeam_s = 1;
/// Eyes within this (rad) of their mean rest; none rests for less time than it takes to see.
constexpr float kFixation = 0.035F;
constexpr double kShortestFixation_s = 0.12;
constexpr double kMood_s = 0.5;  ///< standard deviation of its smoothing
constexpr std::array kMoodShapes = {Blendshape::mouthSmileLeft, Blendshape::mouthSmileRight,
                                    Blendshape::mouthFrownLeft, Blendshape::mouthFrownRight};

double smoothstep(double t) {
  t = std::clamp(t, 0., 1.);
  return t * t * (3 - 2 * t);
}

struct Line {
  bool face = true;
  std::optional<double> seconds;
};

/// What a line says besides its code. Errors: usage.
Result<Line> line_of(const std::string& text) {
  const auto object = nlohmann::json::parse(text, nullptr, false);
  if (!object.is_object()) return fail(ErrorKind::usage, "not a JSON object");
  Line line;
  if (const auto face = object.find("face"); face != object.end()) line.face = !face->is_null();
  if (const auto seconds = object.find("seconds"); seconds != object.end()) {
    if (!seconds->is_number() || !std::isfinite(seconds->get<double>()) ||
        std::abs(seconds->get<double>()) > 1e6)
      return fail(ErrorKind::usage, "\"seconds\" is not a time");
    line.seconds = seconds->get<double>();
  }
  return line;
}

}  // namespace

Result<FaceTrack> FaceTrack::read(const std::filesystem::path& file) {
  std::ifstream in(file);
  if (!in) return fail(ErrorKind::usage, "Cannot open the track \"" + file.string() + "\".");
  return read(in, file.string());
}

Result<FaceTrack> FaceTrack::read(std::istream& lines, const std::string& name) {
  FaceTrack track;
  std::size_t number = 0, count = 0;
  double first_s = 0, last_s = -1;
  bool timed = false;
  const auto refuse = [&](const std::string& what) {
    return fail(ErrorKind::usage, name + ", line " + std::to_string(number) + ": " + what + ".");
  };
  for (std::string text; std::getline(lines, text);) {
    ++number;
    if (text.find_first_not_of(" \t\r") == std::string::npos) continue;
    if (count == kMostLines) return refuse("more than a million lines");
    const auto line = line_of(text);
    if (!line) return refuse(line.error().message);
    if (count == 0) {
      timed = line->seconds.has_value();
      first_s = line->seconds.value_or(0);
    } else if (line->seconds.has_value() != timed) {
      return refuse("some lines say \"seconds\" and others do not");
    }
    const double now_s = timed ? *line->seconds - first_s : static_cast<double>(count) * kUsualFrame_s;
    // Of several faces in one picture the first is taken.
    if (count > 0 && now_s == last_s) continue;
    if (count > 0 && now_s < last_s) return refuse("\"seconds\" goes back");
    last_s = now_s;
    ++count;
    if (!line->face) continue;
    const auto code = parse_face_code(text);
    if (!code) return refuse(code.error().message);
    track.times_.push_back(now_s);
    track.codes_.push_back(*code);
  }
  if (track.codes_.empty())
    return fail(ErrorKind::usage, "The track \"" + name + "\" holds no frame with a face.");
  // A code describes the middle of the time its frame is shown.
  const double half_frame_s = count > 1 ? 0.5 * last_s / static_cast<double>(count - 1) : 0;
  for (double& time : track.times_) time += half_frame_s;
  track.centre();
  track.keep_mood();
  track.keep_fixations();
  return track;
}

void FaceTrack::centre() {
  Eigen::Vector3d rotation = Eigen::Vector3d::Zero(), translation = Eigen::Vector3d::Zero();
  for (const FaceCode& code : codes_) {
    rotation += Eigen::Vector3f(code.yaw, code.pitch, code.roll).cast<double>();
    translation += code.translation.cast<double>();
  }
  const auto n = static_cast<double>(codes_.size());
  const Eigen::Vector3f mean = (rotation / n).cast<float>(), place = (translation / n).cast<float>();
  for (FaceCode& code : codes_) {
    code.yaw -= mean[0];
    code.pitch -= mean[1];
    code.roll -= mean[2];
    code.translation -= place;
  }
}

void FaceTrack::keep_mood() {
  // Three passes of a box come close to a Gaussian; each box is as wide as twice its deviation.
  const double box_s = 2 * kMood_s;
  for (const Blendshape shape : kMoodShapes) {
    for (int pass = 0; pass < 3; ++pass) {
      std::vector<float> smooth(codes_.size());
      std::size_t begin = 0, end = 0;
      double sum = 0;
      for (std::size_t i = 0; i < codes_.size(); ++i) {
        while (end < codes_.size() && times_[end] <= times_[i] + box_s / 2)
          sum += static_cast<double>(codes_[end++].weights[shape]);
        while (times_[begin] < times_[i] - box_s / 2)
          sum -= static_cast<double>(codes_[begin++].weights[shape]);
        smooth[i] = std::clamp(static_cast<float>(sum / static_cast<double>(end - begin)), 0.F, 1.F);
      }
      for (std::size_t i = 0; i < codes_.size(); ++i) codes_[i].weights[shape] = smooth[i];
    }
  }
}

void FaceTrack::keep_fixations() {
  // In the room, where eyes rest while the head moves. A fixation ends with the first of two frames in a row
  // that look elsewhere.
  std::vector<Eigen::Vector2f> seen(codes_.size());
  for (std::size_t i = 0; i < codes_.size(); ++i) seen[i] = room_gaze(codes_[i]);
  const auto rest = [&](std::size_t begin, std::size_t end) {
    Eigen::Vector2f mean = Eigen::Vector2f::Zero();
    for (std::size_t i = begin; i < end; ++i) mean += seen[i] / static_cast<float>(end - begin);
    for (std::size_t i = begin; i < end; ++i) look_at(mean, codes_[i]);
  };
  std::size_t begin = 0;
  Eigen::Vector2f aim = seen.front();
  for (std::size_t i = 1; i < seen.size(); ++i) {
    const bool elsewhere = (seen[i] - aim).norm() > kFixation &&
                           (i + 1 == seen.size() || (seen[i + 1] - aim).norm() > kFixation);
    const bool long_enough = times_[i] - times_[begin] >= kShortestFixation_s;
    if (elsewhere && long_enough) {
      rest(begin, i);
      begin = i;
      aim = seen[i];
    } else {
      aim += (seen[i] - aim) / static_cast<float>(i - begin + 1);
    }
  }
  rest(begin, seen.size());
}

FaceCode FaceTrack::between_frames(double seconds) const noexcept {
  const auto after = std::upper_bound(times_.begin(), times_.end(), seconds);
  if (after == times_.begin()) return codes_.front();
  if (after == times_.end()) return codes_.back();
  const auto i = static_cast<std::size_t>(after - times_.begin());
  const double gap_s = times_[i] - times_[i - 1];
  double t = (seconds - times_[i - 1]) / gap_s;
  if (gap_s <= kLongGap_s) return between(codes_[i - 1], codes_[i], static_cast<float>(t));
  // Nobody knows what happened here: go over smoothly, with open eyes.
  FaceCode code = between(codes_[i - 1], codes_[i], static_cast<float>(smoothstep(t)));
  const double edge_s = std::min(seconds - times_[i - 1], times_[i] - seconds);
  const auto shut = static_cast<float>(1 - smoothstep(edge_s / (kLongGap_s / 2)));
  const FaceCode& nearest = t < 0.5 ? codes_[i - 1] : codes_[i];
  for (const Blendshape lid : {Blendshape::eyeBlinkLeft, Blendshape::eyeBlinkRight})
    code.weights[lid] = shut * nearest.weights[lid];
  return code;
}

FaceCode FaceTrack::at(double seconds) const noexcept {
  const double length_s = this->seconds();
  if (length_s < kShortestLoop_s) return codes_.front();
  const double seam_s = std::min(kLongestSeam_s, length_s / 3), period_s = length_s - seam_s;
  const double since_s = seconds - times_.front();
  if (since_s <= period_s) return between_frames(seconds);
  const double into_s = since_s - period_s * std::floor(since_s / period_s);
  FaceCode again = between_frames(times_.front() + into_s);
  if (into_s >= seam_s) return again;
  const FaceCode end = between_frames(times_.front() + period_s + into_s);
  return between(end, again, static_cast<float>(smoothstep(into_s / seam_s)));
}

}  // namespace parlante
