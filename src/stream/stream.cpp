#include "stream/stream.hpp"

#include <algorithm>

#include "motion/learned_face.hpp"
#include "motion/rule_mouth.hpp"
#include "render/rig.hpp"
#include "stream/frame_form.hpp"

namespace parlante {

namespace {

MotionOptions with_distance(MotionOptions options, const Avatar& avatar) {
  options.camera_distance_cm = -avatar.translation.z();
  return options;
}

MarkOptions marks_of(const StreamOptions& options) {
  MarkOptions marks = options.marks;
  marks.rate = options.motion.rate;
  return marks;
}

PhoneticFrontEnd::Options hearing(Pace pace) {
  return pace == Pace::live ? PhoneticFrontEnd::live() : PhoneticFrontEnd::Options{};
}

std::unique_ptr<SpeechFace> speech_face(const Model& model, const StreamOptions& options) {
  if (!model.motion || options.rules) return make_rule_mouth();
  const std::uint64_t seed = options.motion.seed;
  return make_learned_face(*model.motion, options.pace == Pace::live ? LearnedFaceOptions::live(seed)
                                                                     : LearnedFaceOptions::offline(seed));
}

}  // namespace

struct Stream::State {
  std::shared_ptr<const Model> model;
  std::shared_ptr<const Avatar> avatar;
  StreamOptions options;
  PhoneticFrontEnd front_end;
  std::unique_ptr<Motion> motion;
  FramePainter painter;
  PhoneticFrame heard;
  FaceCode last_code;
  std::int64_t samples = 0, codes = 0;
  std::int64_t phonetic_frames = 0, voiced_frames = 0;
  bool ended = false;

  State(std::shared_ptr<const Model> model_, std::shared_ptr<const Avatar> avatar_,
        const StreamOptions& options_)
      : model(std::move(model_)),
        avatar(std::move(avatar_)),
        options(options_),
        front_end(*model->speech, hearing(options.pace)),
        motion(make_motion(speech_face(*model, options), with_distance(options.motion, *avatar))),
        painter(*model->head, *avatar, options.render, options.render_threads, marks_of(options)) {}

  std::int64_t frames_in_all() const noexcept { return frames_covering(samples, options.motion.rate); }

  void move() {
    while (front_end.pull(heard)) {
      ++phonetic_frames;
      voiced_frames += heard.voice > .5f;
      motion->push(heard);
      motion->foresee(front_end.foreseen());
    }
  }

  /// Codes that can be had now. After the end there is one for each frame, since the last one is held.
  std::int64_t codes_ready() const noexcept {
    const auto made = static_cast<std::int64_t>(motion->ready());
    const std::int64_t left = frames_in_all() - codes;
    return std::max<std::int64_t>(0, ended ? left : std::min(made, left));
  }

  void fill_painter() {
    for (std::int64_t wanted = codes_ready(); wanted > 0 && painter.room() > 0; --wanted) {
      FaceCode code;
      if (motion->pull(code)) last_code = code;
      painter.submit(last_code);
      ++codes;
    }
  }
};

Stream::Stream(std::unique_ptr<State> state) : state_(std::move(state)) {}
Stream::~Stream() = default;
Stream::Stream(Stream&&) noexcept = default;
Stream& Stream::operator=(Stream&&) noexcept = default;

Result<Stream> Stream::open(std::shared_ptr<const Model> model, std::shared_ptr<const Avatar> avatar,
                            const StreamOptions& options) {
  if (!model->speech || !model->head)
    return fail(ErrorKind::broken_model, "The model was loaded without its speech or head part.");
  const double rate = options.motion.rate.den > 0 ? options.motion.rate.value() : 0;
  if (rate < 1 || rate > 120)
    return fail(ErrorKind::usage, "The frame rate must lie between 1 and 120 frames a second.");
  if (auto fine = check_frames(options.render); !fine) return pass_on(std::move(fine));
  if (!Rig::fits(*model->head, *avatar)) {
    return fail(ErrorKind::bad_avatar,
                "The avatar was made with another head file; make it again from the photo.");
  }
  return Stream(std::make_unique<State>(std::move(model), std::move(avatar), options));
}

void Stream::push(std::span<const float> samples) {
  if (state_->ended) return;
  state_->samples += static_cast<std::int64_t>(samples.size());
  state_->front_end.push(samples);
  state_->move();
}

void Stream::control(const MotionControls& controls) noexcept {
  state_->motion->control(controls);
}

void Stream::end() {
  if (state_->ended) return;
  state_->front_end.end();
  state_->move();
  state_->motion->end();
  state_->ended = true;
}

void Stream::cancel() {
  State& state = *state_;
  state.front_end.reset();
  state.motion->reset();
  state.painter.cancel();
  state.last_code = {};
  state.samples = state.codes = state.phonetic_frames = state.voiced_frames = 0;
  state.ended = false;
}

std::size_t Stream::ready() const noexcept {
  return state_->painter.pending() + static_cast<std::size_t>(state_->codes_ready());
}

bool Stream::pull(Frame& frame) {
  State& state = *state_;
  state.fill_painter();
  if (!state.painter.next(frame)) return false;
  frame.sample = sample_of_frame(frame.index, state.options.motion.rate);
  state.fill_painter();
  return true;
}

double Stream::voiced_share() const noexcept {
  return state_->phonetic_frames
             ? static_cast<double>(state_->voiced_frames) / static_cast<double>(state_->phonetic_frames)
             : 0;
}

}  // namespace parlante
