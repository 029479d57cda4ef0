#include "motion/control_file.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "core/curves.hpp"
#include "motion/control_text.hpp"

namespace parlante {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMostKeyframes = 100'000, kMostBytes = 64'000'000;
constexpr double kLatest_s = 1e6;

tl::unexpected<Error> wrong(std::string_view name, std::string_view what) {
  std::string sentence(1, '"');
  sentence.append(name).append("\" is ").append(what);
  return fail(ErrorKind::usage, std::move(sentence));
}

bool is_number(const Json& value) {
  return value.is_number() && std::isfinite(value.get<double>()) && std::abs(value.get<double>()) < 1e9;
}

Result<float> number(const Json& value, std::string_view name) {
  if (!is_number(value)) return wrong(name, "not a number");
  return static_cast<float>(value.get<double>());
}

Result<Eigen::Vector3f> angles(const Json& value, std::string_view name, std::size_t count) {
  const bool good = value.is_array() && value.size() == count && std::ranges::all_of(value, is_number);
  if (!good) return wrong(name, "not a list of " + std::to_string(count) + " angles in degrees");
  Eigen::Vector3f all = Eigen::Vector3f::Zero();
  for (std::size_t i = 0; i < count; ++i)
    all[static_cast<Eigen::Index>(i)] = kDegree * static_cast<float>(value[i].get<double>());
  return all;
}

Result<GazeControl> gaze(const Json& value) {
  if (value.is_string()) return parse_gaze(value.get_ref<const std::string&>());
  const auto direction = angles(value, "gaze", 2);
  if (!direction) return wrong("gaze", "not a text such as \"screen:.2,.5\" or a list of yaw and pitch");
  return GazeControl{GazeControl::Kind::direction, *direction};
}

Result<std::array<float, kEmotions>> emotions(const Json& value) {
  if (!value.is_object()) return wrong("emotion", "not an object such as {\"happiness\": 0.6}");
  std::array<float, kEmotions> strengths{};
  for (const auto& [name, strength] : value.items()) {
    const auto emotion = emotion_named(name);
    if (!emotion) return tl::unexpected(emotion.error());
    const auto amount = number(strength, name);
    if (!amount) return tl::unexpected(amount.error());
    strengths[static_cast<std::size_t>(*emotion)] = *amount;
  }
  return strengths;
}

template <class T, class U>
Result<> put(Result<T>&& value, U& target) {
  if (!value) return tl::unexpected(std::move(value.error()));
  target = std::move(*value);
  return {};
}

/// Sets the control `name` from `value`; null: as in `base`.
Result<> set(const std::string& name, const Json& value, const MotionControls& base, MotionControls& now) {
  const bool back = value.is_null();
  const auto from_base = [&](auto member) -> Result<> {
    now.*member = base.*member;
    return {};
  };
  const auto scalar = [&](float MotionControls::*member) {
    return back ? from_base(member) : put(number(value, name), now.*member);
  };
  if (name == "gaze") return back ? from_base(&MotionControls::gaze) : put(gaze(value), now.gaze);
  if (name == "distance") return scalar(&MotionControls::distance);
  if (name == "head_pose")
    return back ? from_base(&MotionControls::head_pose) : put(angles(value, name, 3), now.head_pose);
  if (name == "fixed_pose")
    return back ? from_base(&MotionControls::fixed_pose) : put(angles(value, name, 3), now.fixed_pose);
  if (name == "emotion")
    return back ? from_base(&MotionControls::emotion) : put(emotions(value), now.emotion);
  if (name == "motion_scale") return scalar(&MotionControls::head_scale);
  if (name == "mouth_scale") return scalar(&MotionControls::mouth_scale);
  if (name == "blinks") return scalar(&MotionControls::blinks_per_minute);
  if (name == "ease") return scalar(&MotionControls::ease_s);
  if (name == "still") {
    if (back) return from_base(&MotionControls::still);
    if (!value.is_boolean()) return wrong(name, "not true or false");
    now.still = value.get<bool>();
    return {};
  }
  if (name == "idle") {
    if (back) return from_base(&MotionControls::idle);
    if (value != "listening" && value != "off") return wrong(name, "not \"listening\" or \"off\"");
    now.idle = value == "listening";
    return {};
  }
  return wrong(name, "no control");
}

/// `now`: the controls before this keyframe, and after it.
Result<double> read_keyframe(const Json& keyframe, const MotionControls& base, MotionControls& now) {
  if (!keyframe.is_object()) return fail(ErrorKind::usage, "not an object");
  const auto time = keyframe.find("time");
  if (time == keyframe.end()) return fail(ErrorKind::usage, "\"time\" is missing");
  if (!is_number(*time) || time->get<double>() < 0 || time->get<double>() > kLatest_s)
    return fail(ErrorKind::usage, "\"time\" is not a time in seconds");
  now.ease_s = base.ease_s;
  for (const auto& [name, value] : keyframe.items()) {
    if (name == "time") continue;
    if (auto done = set(name, value, base, now); !done) return tl::unexpected(std::move(done.error()));
  }
  return time->get<double>();
}

std::string with_full_stop(std::string sentence) {
  if (!sentence.ends_with('.')) sentence += '.';
  return sentence;
}

}  // namespace

Result<ControlFile> parse_control_file(std::string_view json, const MotionControls& base) {
  const Json list = Json::parse(json, nullptr, false);
  if (!list.is_array()) return fail(ErrorKind::usage, "not a JSON list of keyframes.");
  if (list.size() > kMostKeyframes) return fail(ErrorKind::usage, "more than 100,000 keyframes.");

  // Each keyframe builds on the ones before it in time, wherever they stand in the file.
  const auto time_of = [](const Json& keyframe) {
    if (!keyframe.is_object()) return 0.;
    const auto time = keyframe.find("time");
    return time != keyframe.end() && is_number(*time) ? time->get<double>() : 0.;
  };
  std::vector<std::size_t> order(list.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return time_of(list[i]); });

  ControlFile file;
  MotionControls now = base;
  for (const std::size_t i : order) {
    const auto time_s = read_keyframe(list[i], base, now);
    if (!time_s) {
      return fail(time_s.error().kind,
                  "keyframe " + std::to_string(i + 1) + ": " + with_full_stop(time_s.error().message));
    }
    now = in_range(now, &file.warnings);
    file.keyframes.push_back({*time_s, now});
  }
  return file;
}

Result<ControlFile> read_control_file(const std::filesystem::path& file, const MotionControls& base) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return fail(ErrorKind::usage, "Cannot open the controls \"" + file.string() + "\".");
  std::string text;
  for (std::array<char, 1 << 16> piece; in.read(piece.data(), piece.size()) || in.gcount() > 0;) {
    text.append(piece.data(), static_cast<std::size_t>(in.gcount()));
    if (text.size() > kMostBytes) return fail(ErrorKind::usage, file.string() + ": more than 64 MB.");
  }
  auto parsed = parse_control_file(text, base);
  if (!parsed) return fail(parsed.error().kind, file.string() + ": " + parsed.error().message);
  return parsed;
}

}  // namespace parlante
