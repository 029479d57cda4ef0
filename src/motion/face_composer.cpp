#include "motion/face_composer.hpp"

#include <algorithm>

#include "motion/code_parts.hpp"

namespace parlante {
namespace {

constexpr float kIntoRest_s = 0.3F, kOutOfRest_s = 0.05F;
constexpr float kHushed_s = 0.09F;  ///< in which a mouth that is told to closes

void set_both(BlendshapeWeights& weights, Blendshape left, Blendshape right, float value) {
  weights[left] = weights[right] = value;
}

LifeManner life_manner(const ControlsNow& asked, const EmotionManner& manner) {
  LifeManner life;
  if (asked.gaze.kind == GazeControl::Kind::in_head) {
    life.gaze = asked.gaze.at.head<2>();
    life.head_follows_gaze = false;
  } else if (asked.gaze.kind != GazeControl::Kind::viewer) {
    life.gaze = gaze_direction(asked.gaze);
  }
  life.gaze_shift_blinks = !asked.still;
  life.blinks_per_minute = asked.blinks_per_minute * manner.blink_rate;
  life.head_tempo = manner.head_tempo;
  life.idle = asked.idle;
  return life;
}

bool is_mood(Blendshape shape) {
  return shape >= Blendshape::mouthSmileLeft && shape <= Blendshape::mouthFrownRight;
}

/// A recorded expression: upper face as it is, the mouth's mood on top of speech.
void put_expression(const FaceCode& face, FaceCode& code) {
  for (std::size_t i = 0; i < kBlendshapes; ++i) {
    const auto shape = static_cast<Blendshape>(i);
    float& weight = code.weights[i];
    if (is_brow(shape)) weight = face.weights[i];
    if (is_mood(shape)) weight += face.weights[i] * (1 - weight);
  }
}

}  // namespace

FaceComposer::FaceComposer(const MotionOptions& options, const Given& given)
    : timed_(options.timed),
      pose_from_(options.pose_from),
      expression_from_(options.expression_from),
      camera_distance_cm_(options.camera_distance_cm),
      later_(options.ticks_at_middles ? 0.5 : 0),
      given_(given),
      life_(options.seed),
      controls_(options.controls) {
  std::ranges::stable_sort(timed_, {}, &TimedControls::time_s);
}

void FaceComposer::control(const MotionControls& controls) noexcept {
  if (ticks_ == 0) {
    controls_ = EasedControls(controls);
  } else {
    controls_.ask(controls);
  }
}

FaceCode FaceComposer::step(const ProsodyCues& cues, bool first_tick_of_frame,
                            const FaceCode& given) noexcept {
  const double now_s = next_s();
  while (due_ < timed_.size() && timed_[due_].time_s <= now_s + 0.5 / kTicksPerSecond)
    control(timed_[due_++].controls);
  ++ticks_;
  const ControlsNow asked = controls_.step();
  const EmotionManner manner = emotion_manner(asked.emotion);
  const LifeMoment life = life_.step(cues, first_tick_of_frame, life_manner(asked, manner));

  speaks_.step(quiet_ ? 0.F : 1.F, kHushed_s);
  const float speaks = std::clamp(speaks_.value, 0.F, 1.F);
  FaceCode code = mouth_of(given, speaks * asked.mouth_scale * manner.mouth_scale);
  code.breath = life.breath;
  if (given_.everything) {
    for (std::size_t i = 0; i < kBlendshapes; ++i)
      if (!is_mouth(static_cast<Blendshape>(i))) code.weights[i] = given.weights[i];
    code.breath = given.breath;
  }
  const bool silent = !cues.voice && !cues.voice_ahead;
  at_rest_ += ((silent ? 1.F : 0.F) - at_rest_) * kTick_s / (silent ? kIntoRest_s : kOutOfRest_s);
  if (manner.parted * at_rest_ > 1e-4F) code.aperture = std::max(code.aperture, manner.parted * at_rest_);

  const FaceCode pose = pose_from_ ? pose_from_->at(now_s) : given;
  const Head head = put_head(asked, manner, life, pose, code);
  put_brows(asked, life, given, code);
  put_lids(life, given, code);

  FaceCode face;
  if (expression_from_) {
    face = expression_from_->at(now_s);
    put_expression(face, code);
    for (Blendshape lid : {Blendshape::eyeBlinkLeft, Blendshape::eyeBlinkRight})
      code.weights[lid] = face.weights[lid];
  }

  using Kind = GazeControl::Kind;
  if (asked.gaze.kind == Kind::in_head) {
    code.gaze_yaw = life.gaze.yaw;
    code.gaze_pitch = life.gaze.pitch;
  } else {
    Eigen::Vector2f room(life.gaze.yaw, life.gaze.pitch);
    if (asked.gaze.kind == Kind::viewer) {
      if (expression_from_) {
        room = room_gaze(face);
      } else if (given_.parts.gaze) {
        room = room_gaze(given);
      }
      room *= asked.lively;
      room.y() += manner.gaze_pitch;
    }
    code.gaze_yaw = room.x() - kEyesHoldTheirAim * head.own[0] - head.placed[0];
    code.gaze_pitch = room.y() + kEyesHoldTheirAim * head.own[1] + head.placed[1];
  }
  add_emotions(asked.emotion, code);
  return code;
}

FaceComposer::Head FaceComposer::put_head(const ControlsNow& asked, const EmotionManner& manner,
                                          const LifeMoment& life, const FaceCode& source,
                                          FaceCode& code) const noexcept {
  const bool recorded = pose_from_ || given_.everything;
  const float scale =
      asked.head_scale * asked.lively * (1 - asked.fixed) * (recorded ? 1 : manner.head_scale);
  Head head;
  head.own = recorded || given_.parts.head ? Eigen::Vector3f(source.yaw, source.pitch, source.roll)
                                           : Eigen::Vector3f(life.head.yaw, life.head.pitch, life.head.roll);
  head.own *= scale;
  head.placed = asked.head_pose + asked.fixed * asked.fixed_pose + (1 - asked.fixed) * manner.head_pose;
  code.yaw = head.own[0] + head.placed[0];
  code.pitch = head.own[1] + head.placed[1];
  code.roll = head.own[2] + head.placed[2];
  code.translation = scale * (recorded ? source.translation : life.head.translation);
  code.translation.z() += camera_distance_cm_ * (1 - asked.distance) + manner.nearer_cm;
  return head;
}

void FaceComposer::put_brows(const ControlsNow& asked, const LifeMoment& life, const FaceCode& given,
                             FaceCode& code) const noexcept {
  using enum Blendshape;
  if (given_.parts.brows) {
    for (std::size_t i = 0; i < kBlendshapes; ++i)
      if (is_brow(static_cast<Blendshape>(i))) code.weights[i] = asked.lively * given.weights[i];
    return;
  }
  const float raise = asked.lively * life.brow_raise;
  code.weights[browInnerUp] = std::clamp(raise, 0.F, 1.F);
  set_both(code.weights, browOuterUpLeft, browOuterUpRight, std::clamp(0.7F * raise, 0.F, 1.F));
  set_both(code.weights, browDownLeft, browDownRight, std::clamp(-0.4F * raise, 0.F, 1.F));
}

void FaceComposer::put_lids(const LifeMoment& life, const FaceCode& given, FaceCode& code) const noexcept {
  using enum Blendshape;
  const BlendshapeWeights& w = given.weights;
  code.weights[eyeBlinkLeft] = given_.parts.blinks ? w[eyeBlinkLeft] : life.lids.left;
  code.weights[eyeBlinkRight] = given_.parts.blinks ? w[eyeBlinkRight] : life.lids.right;
}

CodeEditor::CodeEditor(const MotionOptions& options)
    : rate_(options.rate),
      composer_(options,
                {.parts = {.brows = true, .blinks = true, .head = true, .gaze = true}, .everything = true}) {}

FaceCode CodeEditor::edit(const FaceCode& code) noexcept {
  const double shown_s = (static_cast<double>(frames_++) + 0.5) / rate_.value();
  // Nobody listens in a code that was made elsewhere: it is taken as speech.
  ProsodyCues cues;
  cues.voice = cues.talking = true;
  FaceCode edited;
  do {
    edited = composer_.step(cues, true, code);
  } while (composer_.next_s() <= shown_s);
  return edited;
}

}  // namespace parlante
