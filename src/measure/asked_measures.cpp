#include "measure/asked_measures.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>

#include "motion/face_code_json.hpp"

namespace parlante {
namespace {

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
constexpr double kOpenLids = .1;  // a blink below this hides nothing

Following following(const Series& seen, const Series& asked) {
  const double r = correlation(seen, asked);
  if (!std::isfinite(r)) return {kUnknown, kUnknown};
  Series both_seen = seen, both_asked = asked;
  for (std::size_t i = 0; i < seen.size(); ++i)
    if (!std::isfinite(seen[i]) || !std::isfinite(asked[i])) both_seen[i] = both_asked[i] = kUnknown;
  return {r, r * standard_deviation(both_seen) / standard_deviation(both_asked)};
}

}  // namespace

AskedMeasures measure_asked(const FilmSeen& film, std::span<const FaceCode> asked) {
  const std::size_t count = std::min(film.frames.size(), asked.size());
  Series open;
  for (const FrameSeen& frame : film.frames)
    if (frame.has_face) open.push_back(frame.face.lid_gap);
  const double open_lids = percentile(open, 80);
  const auto follow = [&](auto seen_of, auto asked_of) {
    Series seen(count, kUnknown), wanted(count, kUnknown);
    for (std::size_t i = 0; i < count; ++i) {
      if (film.frames[i].has_face) seen[i] = seen_of(film.frames[i].face);
      wanted[i] = asked_of(asked[i]);
    }
    return following(seen, wanted);
  };
  const auto blink = [](const FaceCode& code) {
    return std::max(static_cast<double>(code.weights[Blendshape::eyeBlinkLeft]),
                    static_cast<double>(code.weights[Blendshape::eyeBlinkRight]));
  };
  AskedMeasures measures;
  measures.pitch = follow([](const FaceSeen& f) { return f.pitch; },
                          [](const FaceCode& c) { return static_cast<double>(c.pitch); });
  measures.yaw = follow([](const FaceSeen& f) { return f.yaw; },
                        [](const FaceCode& c) { return static_cast<double>(c.yaw); });
  measures.roll = follow([](const FaceSeen& f) { return f.roll; },
                         [](const FaceCode& c) { return static_cast<double>(c.roll); });
  measures.aperture =
      follow([](const FaceSeen& f) { return f.lip_gap; },
             [](const FaceCode& c) { return c.aperture < 0 ? kUnknown : static_cast<double>(c.aperture); });
  measures.blink = follow([&](const FaceSeen& f) { return 1 - f.lid_gap / open_lids; }, blink);
  measures.gaze_yaw = follow(
      [](const FaceSeen& f) { return f.gaze_yaw; },
      [&](const FaceCode& c) { return blink(c) > kOpenLids ? kUnknown : static_cast<double>(c.gaze_yaw); });
  return measures;
}

Result<std::vector<FaceCode>> read_face_codes(const std::string& file) {
  std::ifstream in(file);
  if (!in) return fail(ErrorKind::usage, "Cannot open the face codes \"" + file + "\".");
  std::vector<FaceCode> codes;
  std::string line;
  for (int number = 1; std::getline(in, line); ++number) {
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    const auto code = parse_face_code(line);
    if (!code)
      return fail(ErrorKind::usage,
                  "\"" + file + "\", line " + std::to_string(number) + ": " + code.error().message + ".");
    codes.push_back(*code);
  }
  if (codes.empty()) return fail(ErrorKind::usage, "There are no face codes in \"" + file + "\".");
  return codes;
}

}  // namespace parlante
