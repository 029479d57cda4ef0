#include "stream/stream.hpp"

#include <algorithm>

#include "stream/stream_parts.hpp"

namespace parlante {

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
        front_end(*model->speech, hearing_of(options.pace)),
        motion(motion_of(*model, *avatar, options, learned_of(options))),
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
  if (auto fine = check_stream(*model, *avatar, options); !fine) return pass_on(std::move(fine));
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
