#include "motion/motion_weights.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

namespace parlante {
namespace {

using Json = nlohmann::json;

constexpr std::string_view kFormat = "parlante-motion-1";

tl::unexpected<Error> broken(const std::string& what) {
  return fail(ErrorKind::broken_model, "The motion model does not fit this version: " + what + ".");
}

/// A whole number of the table within [low, high].
Result<std::size_t> whole(const Json& table, const char* name, std::size_t low, std::size_t high) {
  const auto found = table.find(name);
  if (found == table.end() || !found->is_number_unsigned() || found->get<std::uint64_t>() < low ||
      found->get<std::uint64_t>() > high)
    return broken("its " + std::string(name) + " is not a whole number from " + std::to_string(low) + " to " +
                  std::to_string(high));
  return found->get<std::size_t>();
}

Result<std::vector<MotionChannel>> channels_of(const Json& table) {
  const auto found = table.find("channels");
  if (found == table.end() || !found->is_array()) return broken("its channels are not named");
  std::vector<MotionChannel> channels;
  for (const Json& name : *found) {
    if (!name.is_string()) return broken("its channels are not named");
    const auto channel = motion_channel(name.get<std::string>());
    if (!channel) return tl::unexpected<Error>(channel.error());
    if (std::ranges::find(channels, *channel) != channels.end())
      return broken("its channel " + name.get<std::string>() + " occurs twice");
    channels.push_back(*channel);
  }
  if (std::ranges::find(channels, MotionChannel::Kind::aperture, &MotionChannel::kind) == channels.end())
    return broken("it does not make the lips' aperture");
  return channels;
}

Result<MotionConfig> parse_config(std::string_view text) {
  const auto shallow = [](int depth, Json::parse_event_t, Json&) { return depth <= 3; };
  const Json table = Json::parse(text, shallow, /*allow_exceptions=*/false);
  if (!table.is_object()) return broken("its configuration cannot be read");
  MotionConfig config;
  const auto kind = table.find("kind");
  if (kind == table.end() || (*kind != "diffusion" && *kind != "regressor"))
    return broken("its kind is neither diffusion nor regressor");
  config.diffuses = *kind == "diffusion";

  const struct {
    const char* name;
    std::size_t low, high;
    std::size_t* value;
  } sizes[] = {
      {"d", 4, 1024, &config.width},      {"blocks", 1, 24, &config.blocks},
      {"heads", 1, 32, &config.heads},    {"reach", 1, 1000, &config.reach},
      {"window", 4, 300, &config.window}, {"previous", 0, 300, &config.previous},
  };
  for (const auto& size : sizes) {
    const auto value = whole(table, size.name, size.low, size.high);
    if (!value) return tl::unexpected<Error>(value.error());
    *size.value = *value;
  }
  if (config.width % 2 != 0 || config.width % config.heads != 0)
    return broken("its width is not a multiple of its heads");
  if (config.previous >= config.window) return broken("its window holds nothing but earlier frames");
  if (const auto fps = whole(table, "fps", MotionConfig::kFps, MotionConfig::kFps); !fps)
    return tl::unexpected<Error>(fps.error());
  if (const auto steps = whole(table, "steps", 1, 100); steps)
    config.steps = static_cast<int>(*steps);
  else
    return tl::unexpected<Error>(steps.error());
  const auto guidance = table.find("guidance");
  if (guidance == table.end() || !guidance->is_number() || !(std::abs(guidance->get<double>()) <= 20))
    return broken("its guidance is not a number from -20 to 20");
  config.guidance = guidance->get<float>();

  if (const auto emotions = table.find("emotions"); emotions != table.end())
    config.knows_emotions = *emotions == true;

  auto channels = channels_of(table);
  if (!channels) return pass_on(std::move(channels));
  config.channels = std::move(*channels);
  return config;
}

}  // namespace

Result<MotionChannel> motion_channel(const std::string& name) {
  using enum MotionChannel::Kind;
  constexpr std::pair<std::string_view, MotionChannel::Kind> others[] = {
      {"aperture", aperture}, {"yaw", yaw},          {"pitch", pitch},
      {"roll", roll},         {"gazeYaw", gaze_yaw}, {"gazePitch", gaze_pitch},
  };
  for (const auto& [known, kind] : others)
    if (name == known) return MotionChannel{kind};
  const auto shape = blendshape_named(name);
  if (!shape || *shape == Blendshape::tongueOut || name.starts_with("eyeLook"))
    return broken("it makes a channel that is not known, " + name.substr(0, 80));
  return MotionChannel{weight, *shape};
}

Result<MotionWeights> MotionWeights::read(const std::filesystem::path& file) {
  auto tensors = SafeTensors::read(file, "motion model");
  if (!tensors) return pass_on(std::move(tensors));
  return from(std::move(*tensors));
}

Result<MotionWeights> MotionWeights::from(SafeTensors tensors) {
  if (tensors.metadata("format") != kFormat) return broken("its format is not " + std::string(kFormat));
  auto config = parse_config(tensors.metadata("config"));
  if (!config) return pass_on(std::move(config));
  return MotionWeights{std::move(*config), std::move(tensors)};
}

}  // namespace parlante
