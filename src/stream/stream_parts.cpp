#include "stream/stream_parts.hpp"

#include "motion/rule_mouth.hpp"
#include "render/rig.hpp"
#include "stream/frame_form.hpp"

namespace parlante {

Result<> check_stream(const Model& model, const Avatar& avatar, const StreamOptions& options) {
  if (!model.speech || !model.head)
    return fail(ErrorKind::broken_model, "The model was loaded without its speech or head part.");
  const double rate = options.motion.rate.den > 0 ? options.motion.rate.value() : 0;
  if (rate < 1 || rate > 120)
    return fail(ErrorKind::usage, "The frame rate must lie between 1 and 120 frames a second.");
  if (auto fine = check_frames(options.render); !fine) return fine;
  if (!Rig::fits(*model.head, avatar)) {
    return fail(ErrorKind::bad_avatar,
                "The avatar was made with another head file; make it again from the photo.");
  }
  return {};
}

PhoneticFrontEnd::Options hearing_of(Pace pace) noexcept {
  return pace == Pace::live ? PhoneticFrontEnd::live() : PhoneticFrontEnd::Options{};
}

bool is_learned(const Model& model, const StreamOptions& options) noexcept {
  return model.motion && !options.rules;
}

std::unique_ptr<Motion> motion_of(const Model& model, const Avatar& avatar, const StreamOptions& options,
                                  const LearnedFaceOptions& learned) {
  MotionOptions before_avatar = options.motion;
  before_avatar.camera_distance_cm = -avatar.translation.z();
  const SpeechFace::Parts& used = options.motion.learned;
  LearnedFaceOptions maker = learned;
  before_avatar.ticks_at_middles = options.pace == Pace::live;
  maker.mouth_only = !(used.brows || used.blinks || used.head || used.gaze);
  return make_motion(is_learned(model, options) ? make_learned_face(*model.motion, maker) : make_rule_mouth(),
                     before_avatar);
}

LearnedFaceOptions learned_of(const StreamOptions& options) {
  const std::uint64_t seed = options.motion.seed;
  return options.pace == Pace::live ? LearnedFaceOptions::live(seed) : LearnedFaceOptions::offline(seed);
}

MarkOptions marks_of(const StreamOptions& options) {
  MarkOptions marks = options.marks;
  marks.rate = options.motion.rate;
  return marks;
}

}  // namespace parlante
