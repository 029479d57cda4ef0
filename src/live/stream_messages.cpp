#include "live/stream_messages.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "motion/control_file.hpp"

namespace parlante {
namespace {

using Json = nlohmann::json;

tl::unexpected<Error> wrong(std::string message) {
  return fail(ErrorKind::usage, std::move(message));
}

Result<Json> parse_object(std::string_view text) {
  if (text.size() > kMostText) return wrong("The message is too long.");
  Json json = Json::parse(text, nullptr, false);
  if (!json.is_object()) return wrong("The message is no JSON object.");
  return json;
}

/// Reads members of an object, and keeps the first thing that is wrong.
class Members {
 public:
  explicit Members(const Json& json) : json_(json) {}

  void text(const char* name, std::string& target, std::size_t longest = 200) {
    if (const Json* value = find(name)) {
      if (!value->is_string() || value->get_ref<const std::string&>().size() > longest)
        return refuse(name, "a short text");
      target = value->get<std::string>();
    }
  }
  void number(const char* name, int& target, int low, int high) {
    if (const Json* value = find(name)) {
      if (!value->is_number_integer() || *value < low || *value > high)
        return refuse(name, "a whole number from " + std::to_string(low) + " to " + std::to_string(high));
      target = value->get<int>();
    }
  }
  void seconds(const char* name, double& target, double most) {
    if (const Json* value = find(name)) {
      if (!value->is_number() || !(*value >= 0 && *value <= most))
        return refuse(name, "seconds, 0 to " + std::to_string(std::lround(most)));
      target = value->get<double>();
    }
  }
  template <class T, std::size_t N>
  void choice(const char* name, T& target, const std::array<std::pair<const char*, T>, N>& choices) {
    if (const Json* value = find(name)) {
      std::string all;
      for (const auto& [word, meaning] : choices) {
        if (value->is_string() && value->get_ref<const std::string&>() == word) {
          target = meaning;
          return;
        }
        all += (all.empty() ? "\"" : ", \"") + std::string(word) + "\"";
      }
      refuse(name, "one of " + all);
    }
  }
  void flag(const char* name, bool& target) {
    if (const Json* value = find(name)) {
      if (!value->is_boolean()) return refuse(name, "true or false");
      target = value->get<bool>();
    }
  }
  void object(const char* name, std::string& target) {
    if (const Json* value = find(name)) {
      if (!value->is_object()) return refuse(name, "an object");
      target = value->dump(-1, ' ', false, Json::error_handler_t::replace);
    }
  }
  void refuse(const std::string& name, const std::string& what) {
    if (problem_.empty()) problem_ = "\"" + name + "\" must be " + what + ".";
  }
  const std::string& problem() const noexcept { return problem_; }

 private:
  const Json* find(const char* name) const {
    const auto found = json_.find(name);
    return found == json_.end() || found->is_null() ? nullptr : &*found;
  }
  const Json& json_;
  std::string problem_;
};

constexpr std::array<std::pair<const char*, StreamOutput>, 4> kOutputs{{{"fmp4", StreamOutput::film},
                                                                        {"jpeg", StreamOutput::jpeg},
                                                                        {"raw", StreamOutput::raw},
                                                                        {"none", StreamOutput::none}}};
constexpr std::array<std::pair<const char*, SampleFormat>, 2> kFormats{
    {{"pcm_s16le", SampleFormat::s16}, {"pcm_f32le", SampleFormat::f32}}};
constexpr std::array<std::pair<const char*, StreamCommand::Kind>, 5> kCommands{
    {{"speak_end", StreamCommand::Kind::speak_end},
     {"interrupt", StreamCommand::Kind::interrupt},
     {"clear", StreamCommand::Kind::clear},
     {"controls", StreamCommand::Kind::controls},
     {"keep_alive", StreamCommand::Kind::keep_alive}}};

}  // namespace

Result<StreamConfig> parse_stream_config(std::string_view text) {
  const auto json = parse_object(text);
  if (!json) return tl::unexpected(json.error());
  StreamConfig config;
  Members members(*json);
  members.text("avatar", config.avatar);
  members.text("token", config.token, 1000);
  members.number("sample_rate", config.sample_rate, 8000, 48000);
  members.choice("format", config.format, kFormats);
  members.number("fps", config.fps, 10, 60);
  members.seconds("longest_gap", config.longest_gap_s, 600);
  members.number("size", config.size, 256, kMostStreamSide);
  members.choice("output", config.output, kOutputs);
  members.flag("keep_size", config.keep_size);
  members.object("controls", config.controls);
  if (std::ranges::find(kFrameRates, config.fps) == kFrameRates.end())
    members.refuse("fps", "25, 30, 40, 50 or 60");
  if (config.size % 2 != 0) members.refuse("size", "even");
  if (!members.problem().empty()) return wrong(members.problem());
  if (const auto controls = parse_controls(config.controls); !controls)
    return tl::unexpected(controls.error());
  return config;
}

Result<StreamCommand> parse_stream_command(std::string_view text) {
  const auto json = parse_object(text);
  if (!json) return tl::unexpected(json.error());
  StreamCommand command;
  Members members(*json);
  if (!json->contains("type")) return wrong("The message has no \"type\".");
  members.choice("type", command.kind, kCommands);
  members.object("controls", command.controls);
  if (!members.problem().empty()) return wrong(members.problem());
  if (command.kind == StreamCommand::Kind::controls && command.controls.empty())
    return wrong("\"controls\" must be an object.");
  return command;
}

Result<std::string> merge_controls(std::string_view controls, std::string_view change) {
  auto all = parse_object(controls);
  const auto more = parse_object(change);
  if (!all || !more) return wrong("\"controls\" must be an object.");
  for (const auto& [name, value] : more->items()) (*all)[name] = value;
  std::string merged = all->dump(-1, ' ', false, Json::error_handler_t::replace);
  if (const auto good = parse_controls(merged); !good) return tl::unexpected(good.error());
  return merged;
}

Result<MotionControls> parse_controls(std::string_view controls) {
  auto json = parse_object(controls);
  if (!json) return tl::unexpected(json.error());
  if (json->contains("time")) return wrong("\"time\" has no meaning in live controls.");
  (*json)["time"] = 0;
  const auto file = parse_control_file(
      Json::array({std::move(*json)}).dump(-1, ' ', false, Json::error_handler_t::replace), MotionControls());
  if (!file) return tl::unexpected(file.error());
  return file->keyframes.empty() ? MotionControls() : file->keyframes.back().controls;
}

std::string_view name(StreamOutput output) noexcept {
  for (const auto& [word, meaning] : kOutputs)
    if (meaning == output) return word;
  return "";
}

std::array<std::uint8_t, kPacketHead> packed(const PacketHead& head) noexcept {
  std::array<std::uint8_t, kPacketHead> bytes{};
  const auto put = [&](std::size_t at, std::uint64_t value, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) bytes[at + i] = static_cast<std::uint8_t>(value >> (8 * i));
  };
  put(0, head.kind, 4);
  put(4, head.flags, 4);
  put(8, static_cast<std::uint64_t>(head.frame), 8);
  put(16, static_cast<std::uint64_t>(head.sample), 8);
  return bytes;
}

std::string error_event(std::string_view code, std::string_view message) {
  return Json{{"event", "error"}, {"code", code}, {"message", message}}.dump(-1, ' ', false,
                                                                             Json::error_handler_t::replace);
}

}  // namespace parlante
