#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "measure/film_seen.hpp"

namespace parlante {
namespace {

using Json = nlohmann::json;

/// What is wrong with a line, or nothing.
std::string read_line(const std::string& line, FrameSeen& frame) {
  const Json json = Json::parse(line, nullptr, false);
  if (!json.is_object()) return "is no JSON object";
  const auto seconds = json.find("seconds");
  if (seconds == json.end() || !seconds->is_number()) return "has no \"seconds\"";
  frame.seconds = seconds->get<double>();
  const auto face = json.find("face");
  if (face == json.end() || face->is_null()) return {};
  const auto points = json.find("landmarks");
  if (points == json.end() || !points->is_array() || points->size() != kLandmarks)
    return "has no 478 landmarks: make the track with \"parlante track --landmarks\"";
  Landmarks landmarks;
  for (std::size_t i = 0; i < kLandmarks; ++i) {
    const Json& point = (*points)[i];
    if (!point.is_array() || point.size() != 3 ||
        !std::all_of(point.begin(), point.end(), [](const Json& v) { return v.is_number(); }))
      return "has a landmark that is not three numbers";
    landmarks[i] = {point[0].get<float>(), point[1].get<float>(), point[2].get<float>()};
  }
  frame.face = face_seen(landmarks);
  frame.has_face = std::isfinite(frame.face.lip_gap);
  return {};
}

}  // namespace

Result<FilmSeen> read_track(const std::string& file) {
  std::ifstream in(file);
  if (!in) return fail(ErrorKind::usage, "Cannot open the track \"" + file + "\".");
  FilmSeen film;
  std::string line;
  bool anybody = false;
  for (int number = 1; std::getline(in, line); ++number) {
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    FrameSeen frame;
    if (const std::string wrong = read_line(line, frame); !wrong.empty())
      return fail(ErrorKind::usage, "\"" + file + "\", line " + std::to_string(number) + " " + wrong + ".");
    if (!film.frames.empty() && !(frame.seconds > film.frames.back().seconds))
      return fail(ErrorKind::usage,
                  "\"" + file + "\", line " + std::to_string(number) +
                      " is not later than the line before it: measure takes the track of a video.");
    anybody |= frame.has_face;
    film.frames.push_back(frame);
  }
  if (!anybody) return fail(ErrorKind::no_face, "There is no face in the track \"" + file + "\".");
  Series steps;
  for (std::size_t i = 1; i < film.frames.size(); ++i)
    steps.push_back(film.frames[i].seconds - film.frames[i - 1].seconds);
  if (const double step = median(steps); step > 0) film.rate = 1 / step;
  for (FrameSeen& frame : film.frames) frame.seconds += .5 / film.rate;
  return film;
}

bool is_track(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  char first = 0;
  return in >> std::ws >> first && first == '{';
}

}  // namespace parlante
