#include "control_settings.hpp"

#include <algorithm>

#include "motion/control_file.hpp"
#include "motion/control_text.hpp"

namespace parlante::app {
namespace {

/// Takes a parsed value over, or passes the error on with the option's name.
template <class T, class U>
Result<> put(Result<T>&& value, const char* option, U& target) {
  if (!value) return fail(value.error().kind, std::string(option) + ": " + value.error().message);
  target = std::move(*value);
  return {};
}

Result<std::shared_ptr<const FaceTrack>> track(const std::string& file) {
  auto read = FaceTrack::read(std::filesystem::path(file));
  if (!read) return pass_on(std::move(read));
  return std::make_shared<const FaceTrack>(std::move(*read));
}

Result<MotionControls> plain_controls(const ControlSettings& s) {
  MotionControls controls;
  controls.distance = static_cast<float>(s.distance);
  controls.head_scale = static_cast<float>(s.motion_scale);
  controls.mouth_scale = static_cast<float>(s.mouth_scale);
  controls.blinks_per_minute = static_cast<float>(s.blinks);
  controls.still = s.still;
  controls.idle = s.idle != "off";
  Result<> done = put(parse_gaze(s.gaze), "--gaze", controls.gaze);
  if (done) done = put(parse_pose(s.head_pose), "--head-pose", controls.head_pose);
  if (done && !s.fixed_pose.empty())
    done = put(parse_pose(s.fixed_pose), "--fixed-pose", controls.fixed_pose);
  if (done && !s.emotion.empty()) done = put(parse_emotions(s.emotion), "--emotion", controls.emotion);
  if (!done) return tl::unexpected(std::move(done.error()));
  return controls;
}

}  // namespace

std::vector<Option> option_table(ControlSettings& s) {
  const auto clamped = [](Option option) {
    option.clamped = true;
    return option;
  };
  return {
      {"motion",
       "What moves the mouth: the learned model, the rules, or the best there is (the learned model).",
       &s.motion,
       0,
       0,
       {"best", "learned", "rules"}},
      {"gaze",
       "Where the eyes look: viewer (away for moments), YAW,PITCH or head:YAW,PITCH in degrees (in the room, "
       "in the head), screen:X,Y (0 to 1 across and down the picture), point:X,Y,Z in cm from the eyes.",
       &s.gaze},
      clamped({"distance", "Distance of the head from the camera, over that in the photo.", &s.distance, .92,
               1.08}),
      {"head-pose", "YAW,PITCH,ROLL in degrees, added to the head's own movement.", &s.head_pose},
      {"fixed-pose", "YAW,PITCH,ROLL in degrees, in place of the head's own movement.", &s.fixed_pose},
      {"emotion",
       "Emotions and strengths from 0 to 1, such as happiness=0.6,surprise=0.2: happiness, sadness, anger, "
       "fear, disgust, surprise, contempt, calm.",
       &s.emotion},
      clamped({"motion-scale", "Amplitude of the head's movement.", &s.motion_scale, 0, 2}),
      clamped({"mouth-scale", "Amplitude of the mouth.", &s.mouth_scale, 0, 1.5}),
      clamped({"blinks", "Blinks a minute.", &s.blinks, 0, 60}),
      {"still", "Keep head, brows and gaze at rest; mouth and blinks go on.", &s.still},
      {"idle",
       "What the face does while nobody speaks: listening (looks, nods, sways) or off (waits quietly).",
       &s.idle,
       0,
       0,
       {"listening", "off"}},
      {"controls", "All of these over time: a JSON file of keyframes (docs/controls.md).", &s.controls},
      {"pose-from", "Move the head as in this track (JSON lines of `parlante track`).", &s.pose_from},
      {"expression-from",
       "Move brows, eyes, cheeks and mood of the mouth as in this track; the lips speak on.",
       &s.expression_from}};
}

Result<> apply(const ControlSettings& settings, MotionOptions& options, Sink& sink) {
  auto asked = plain_controls(settings);
  if (!asked) return pass_on(std::move(asked));
  std::vector<std::string> warnings;
  options.controls = in_range(*asked, &warnings);
  if (!settings.controls.empty()) {
    auto file = read_control_file(settings.controls, options.controls);
    if (!file) return pass_on(std::move(file));
    options.timed = std::move(file->keyframes);
    for (const std::string& warning : file->warnings)
      if (std::find(warnings.begin(), warnings.end(), warning) == warnings.end()) warnings.push_back(warning);
  }
  for (const std::string& warning : warnings) sink.log(LogLevel::warning, warning);
  Result<> done;
  if (!settings.pose_from.empty()) done = put(track(settings.pose_from), "--pose-from", options.pose_from);
  if (done && !settings.expression_from.empty())
    done = put(track(settings.expression_from), "--expression-from", options.expression_from);
  return done;
}

}  // namespace parlante::app
