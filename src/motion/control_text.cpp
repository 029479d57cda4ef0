#include "motion/control_text.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <vector>

#include "core/curves.hpp"

namespace parlante {
namespace {

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") + 1 - first);
}

std::optional<float> number(std::string_view text) {
  text = trimmed(text);
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !(std::abs(value) < 1e6)) return {};
  return static_cast<float>(value);
}

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> pieces;
  for (;;) {
    const auto comma = text.find(',');
    pieces.push_back(trimmed(text.substr(0, comma)));
    if (comma == std::string_view::npos) return pieces;
    text.remove_prefix(comma + 1);
  }
}

/// `least` to three numbers.
std::optional<Eigen::Vector3f> numbers(std::string_view text, std::size_t least, std::size_t most) {
  const auto pieces = split(text);
  if (pieces.size() < least || pieces.size() > most) return {};
  Eigen::Vector3f all = Eigen::Vector3f::Zero();
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    const auto value = number(pieces[i]);
    if (!value) return {};
    all[static_cast<Eigen::Index>(i)] = *value;
  }
  return all;
}

std::string quoted(std::string_view text) {
  constexpr std::size_t kMost = 80;
  std::string shown(1, '"');
  shown += text.substr(0, kMost);
  shown += text.size() > kMost ? "…\"" : "\"";
  return shown;
}

}  // namespace

Result<GazeControl> parse_gaze(std::string_view text) {
  using Kind = GazeControl::Kind;
  text = trimmed(text);
  if (text == "viewer") return GazeControl{};
  const auto refused = [&] {
    return fail(ErrorKind::usage, quoted(text) +
                                      " is no gaze: give viewer, YAW,PITCH or head:YAW,PITCH in degrees, "
                                      "screen:X,Y, or point:X,Y,Z in cm.");
  };
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) {
    const auto at = numbers(text, 2, 2);
    if (!at) return refused();
    return GazeControl{Kind::direction, kDegree * *at};
  }
  const std::string_view kind = trimmed(text.substr(0, colon)), where = text.substr(colon + 1);
  const auto at = kind == "point" ? numbers(where, 3, 3) : numbers(where, 2, 2);
  if (!at) return refused();
  if (kind == "head") return GazeControl{Kind::in_head, kDegree * *at};
  if (kind == "screen") return GazeControl{Kind::screen, *at};
  if (kind == "point") return GazeControl{Kind::point, *at};
  return refused();
}

Result<Eigen::Vector3f> parse_pose(std::string_view text) {
  const auto pose = numbers(text, 1, 3);
  if (!pose) return fail(ErrorKind::usage, quoted(text) + " is no pose: give YAW,PITCH,ROLL in degrees.");
  return Eigen::Vector3f(kDegree * *pose);
}

Result<Emotion> emotion_named(std::string_view name) {
  const auto found = std::ranges::find(kEmotionNames, name);
  if (found != kEmotionNames.end()) return static_cast<Emotion>(found - kEmotionNames.begin());
  std::string names;
  for (const std::string_view known : kEmotionNames) {
    if (!names.empty()) names += ", ";
    names += known;
  }
  return fail(ErrorKind::usage, quoted(name) + " is no emotion: there are " + names + ".");
}

Result<std::array<float, kEmotions>> parse_emotions(std::string_view text) {
  std::array<float, kEmotions> strengths{};
  for (const std::string_view piece : split(text)) {
    const auto equals = piece.find('=');
    const auto emotion = emotion_named(trimmed(piece.substr(0, equals)));
    if (!emotion) return tl::unexpected(emotion.error());
    const auto strength =
        equals == std::string_view::npos ? std::optional(1.F) : number(piece.substr(equals + 1));
    if (!strength) {
      return fail(ErrorKind::usage, quoted(piece) +
                                        " is no emotion with its strength: give, for example, "
                                        "happiness=0.6.");
    }
    strengths[static_cast<std::size_t>(*emotion)] = *strength;
  }
  return strengths;
}

}  // namespace parlante
