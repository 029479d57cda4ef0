#include "motion/learned_face.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/queue.hpp"
#include "motion/code_parts.hpp"
#include "motion/denoiser.hpp"
#include "motion/motion_model_data.hpp"
#include "motion/mouth_laws.hpp"

namespace parlante {
namespace {

constexpr std::int64_t kMostForeseen = 50;  ///< phonetic frames
constexpr int kMostAhead = 2;               ///< phonetic frames
constexpr std::int64_t kRested = 100;       ///< phonetic frames without a voice after which the mouth rests
constexpr float kLargestChannel = 20;       ///< standard deviations; nothing learned lies beyond
constexpr float kWidestTurn_rad = 0.6F;     ///< of head and eyes
constexpr float kVoiced = 0.05F;            ///< share of a moment that is voice, for somebody to speak
constexpr float kSilence_db = -80, kEnergyMiddle_db = -40, kEnergySpread_db = 20;

/// Channels of the same number of consecutive frames by their number, in one piece of memory: the newest
/// `frames` ones are kept.
class FrameRing {
 public:
  FrameRing(std::int64_t frames, std::size_t width)
      : frames_(frames), width_(width), values_(static_cast<std::size_t>(frames) * width) {}
  std::span<float> at(std::int64_t frame) noexcept {
    return std::span(values_).subspan(
        static_cast<std::size_t>((frame % frames_ + frames_) % frames_) * width_, width_);
  }

 private:
  std::int64_t frames_;
  std::size_t width_;
  std::vector<float> values_;
};

/// Catmull-Rom weights of the four values around a place t of the way from the second to the third.
std::array<float, 4> around(float t) {
  const float t2 = t * t, t3 = t2 * t;
  return {0.5F * (-t + 2 * t2 - t3), 0.5F * (2 - 5 * t2 + 3 * t3), 0.5F * (t + 4 * t2 - 3 * t3),
          0.5F * (t3 - t2)};
}

float energy_of(const PhoneticFrame& frame) {
  return (std::clamp(frame.energy_db, kSilence_db, 0.F) - kEnergyMiddle_db) / kEnergySpread_db;
}

/// What is not wished for is as in the photo: eyes at the viewer, head where it is, lips as wide as people's
/// on average.
MotionCondition condition_of(const SpeechWish& wish, bool knows_emotions) {
  MotionCondition condition{};
  condition[2] = condition[4] = condition[15] = 1;
  if (wish.gaze_known) condition[0] = wish.gaze_yaw, condition[1] = wish.gaze_pitch;
  if (wish.distance_known) condition[3] = wish.log_distance;
  if (wish.emotion_known && knows_emotions) {
    std::ranges::copy(wish.emotion, condition.begin() + 5);
    condition[13] = 1;
  }
  return condition;
}

void put_channel(const MotionChannel& channel, float value, FaceCode& code) {
  using enum MotionChannel::Kind;
  const float turn = std::clamp(value, -kWidestTurn_rad, kWidestTurn_rad);
  switch (channel.kind) {
    case aperture:
      code.aperture = std::max(value, 0.F);
      break;
    case weight:
      code.weights[channel.shape] = std::clamp(value, 0.F, 1.F);
      break;
    case yaw:
      code.yaw = turn;
      break;
    case pitch:
      code.pitch = turn;
      break;
    case roll:
      code.roll = turn;
      break;
    case gaze_yaw:
      code.gaze_yaw = turn;
      break;
    case gaze_pitch:
      code.gaze_pitch = turn;
      break;
  }
}

SpeechFace::Parts parts_of(const std::vector<MotionChannel>& channels) {
  using enum MotionChannel::Kind;
  const auto has = [&](const MotionChannel& channel) {
    return std::ranges::find(channels, channel) != channels.end();
  };
  const auto brow = [](const MotionChannel& c) { return c.kind == weight && is_brow(c.shape); };
  return {.brows = std::ranges::any_of(channels, brow),
          .blinks = has({weight, Blendshape::eyeBlinkLeft}) && has({weight, Blendshape::eyeBlinkRight}),
          .head = has({yaw, {}}) && has({pitch, {}}) && has({roll, {}}),
          .gaze = has({gaze_yaw, {}}) && has({gaze_pitch, {}})};
}

/// Where windows lie. In video frames of 25 a second, two phonetic frames each, unless said otherwise.
struct Layout {
  std::int64_t window, previous, hop, look_ahead_phonetic, look_ahead;

  static Layout of(const MotionModel& model, const LearnedFaceOptions& options) {
    Layout layout{};
    layout.window = static_cast<std::int64_t>(model.window(options.pace));
    layout.previous = static_cast<std::int64_t>(model.config().previous);
    const std::int64_t free = layout.window - layout.previous;
    layout.look_ahead_phonetic = std::clamp<std::int64_t>(options.look_ahead, 0, 2 * (free - 1));
    layout.look_ahead = (layout.look_ahead_phonetic + 1) / 2;
    const std::int64_t most = free - layout.look_ahead;
    layout.hop = options.pace == Pace::live ? std::clamp<std::int64_t>(options.hop, 1, most) : most;
    return layout;
  }
  /// The first frame of the window that gives out frames from `next` on.
  std::int64_t start(std::int64_t next) const { return next + hop + look_ahead - window; }
};

class LearnedFace final : public SpeechFace {
 public:
  LearnedFace(const MotionModel& model, const LearnedFaceOptions& options)
      : model_(model),
        live_(options.pace == Pace::live),
        layout_(Layout::of(model, options)),
        ahead_(live_ ? std::clamp(options.ahead, 0, kMostAhead) : 0),
        parts_(parts_of(model.config().channels)),
        mouth_only_(options.mouth_only || !(parts_.brows || parts_.blinks || parts_.head || parts_.gaze)),
        denoiser_(model, options.pace,
                  {.seed = options.seed,
                   .steps = options.steps,
                   .guidance = options.guidance.value_or(model.config().guidance),
                   .wish_guidance = options.wish_guidance}),
        kept_phonetic_(2 * layout_.window + kMostForeseen + 2 * kLawSpan),
        heard_(kept_phonetic_, MotionConfig::kHeardOfFrame),
        moments_(static_cast<std::size_t>(kept_phonetic_)),
        made_(layout_.window + 8, model.config().channels.size()) {}

  Parts parts() const noexcept override { return parts_; }
  int ahead() const noexcept override { return ahead_; }

  void push(const PhoneticFrame& frame) override {
    if (now_.ended) return;
    hear(now_.pushed, frame, now_.levels);
    if (moment(now_.pushed).voice > kVoiced) now_.last_voiced = now_.pushed;
    if (moment(now_.pushed).voice > 0) now_.last_heard = now_.pushed;
    ++now_.pushed;
    now_.known = std::max(now_.known, now_.pushed);
    advance();
  }

  void foresee(std::span<const PhoneticFrame> frames) override {
    if (now_.ended || frames.empty()) return;
    SpeechLevels levels = now_.levels;
    std::int64_t index = now_.pushed;
    for (const PhoneticFrame& frame :
         frames.first(std::min(frames.size(), static_cast<std::size_t>(kMostForeseen))))
      hear(index++, frame, levels);
    now_.known = index;
    advance();
  }

  void wish(const SpeechWish& wish) override {
    now_.condition = condition_of(wish, model_.config().knows_emotions);
  }

  void end() override {
    if (now_.ended) return;
    now_.ended = true;
    now_.known = now_.pushed;
    advance();
  }

  void reset() override { now_ = {}; }
  std::size_t ready() const noexcept override { return now_.codes.size(); }
  bool pull(FaceCode& code) override { return now_.codes.pop(code); }

 private:
  /// Everything that reset() makes new.
  struct Now {
    SpeechLevels levels;
    MotionCondition condition = condition_of({}, false);
    std::int64_t pushed = 0, known = 0;  ///< phonetic frames; known: also foreseen
    std::int64_t next = 0, end = 0;      ///< video frames: given out; drawn at all
    std::int64_t given = 0;              ///< codes
    std::int64_t last_voiced = -1;       ///< phonetic frame
    std::int64_t last_heard = -1;        ///< the same, of the faintest voice
    MouthLaws laws;
    Queue<FaceCode> codes;
    bool ended = false;
  };

  SpeechMoment& moment(std::int64_t index) noexcept {
    return moments_[static_cast<std::size_t>(index % kept_phonetic_)];
  }

  void hear(std::int64_t index, const PhoneticFrame& frame, SpeechLevels& levels) noexcept {
    const SpeechMoment& heard_now = moment(index) = levels.hear(frame);
    const std::span<float> row = heard_.at(index);
    auto out = std::ranges::copy(frame.layer2, row.begin()).out;
    out = std::ranges::copy(frame.layer4, out).out;
    out = std::ranges::copy(heard_now.classes, out).out;
    *out = energy_of(frame);
    const auto& data = model_.data();
    for (std::size_t i = 0; i < row.size(); ++i)
      row[i] = (row[i] - data.audio_mean[i]) / data.audio_spread[i];
  }

  void advance() {
    for (;;) {
      const bool heard_enough = now_.known >= 2 * (now_.next + layout_.hop) + layout_.look_ahead_phonetic;
      const bool rest = now_.ended && 2 * now_.next < now_.pushed;
      if (!heard_enough && !rest) break;
      if (live_ && rests()) {
        hold();
      } else {
        draw();
      }
      give();
    }
    if (now_.ended) give();
  }

  /// Whether the laws leave nothing of the window's mouth, and the mouth is all that counts: nobody has
  /// spoken for long, and nobody is about to.
  bool rests() noexcept {
    if (!mouth_only_ || 2 * now_.next - now_.last_heard < kRested) return false;
    for (std::int64_t k = now_.pushed; k < now_.known; ++k)
      if (moment(k).voice > 0) return false;
    return now_.next > layout_.window;
  }

  /// In place of draw(): the last frame goes on.
  void hold() noexcept {
    const std::int64_t end = layout_.start(now_.next) + layout_.window;
    for (std::int64_t frame = now_.next; frame < end; ++frame)
      std::ranges::copy(made_.at(now_.next - 1), made_.at(frame).begin());
    now_.next += layout_.hop;
    now_.end = end;
  }

  /// One window.
  void draw() noexcept {
    const std::int64_t start = layout_.start(now_.next);
    // No more than a window waits for, whatever is foreseen.
    const std::int64_t end_known =
        std::min(now_.known, 2 * (now_.next + layout_.hop) + layout_.look_ahead_phonetic);
    denoiser_.wish(now_.condition);
    denoiser_.start_anew();
    for (std::int64_t t = 0; t < layout_.window; ++t) {
      const std::span<float> row = denoiser_.heard(static_cast<std::size_t>(t));
      for (std::int64_t half = 0; half < 2; ++half) {
        // Before the sound and after what is known of it, its first and last moments go on.
        const std::int64_t index = std::clamp<std::int64_t>(2 * (start + t) + half, 0, end_known - 1);
        std::ranges::copy(heard_.at(index),
                          row.begin() + half * static_cast<std::ptrdiff_t>(MotionConfig::kHeardOfFrame));
      }
    }
    const std::int64_t flagged = std::min(start + layout_.previous, now_.next);
    for (std::int64_t frame = std::max<std::int64_t>(0, start); frame < flagged; ++frame)
      denoiser_.go_on_from(static_cast<std::size_t>(frame - start), made_.at(frame));
    denoiser_.run(start);
    const std::int64_t end = start + layout_.window;
    for (std::int64_t frame = now_.next; frame < end; ++frame)
      keep(denoiser_.clean(static_cast<std::size_t>(frame - start)), made_.at(frame));
    now_.next += layout_.hop;
    now_.end = end;
  }

  /// What a face can do of what was drawn, since later windows go on from it.
  void keep(std::span<const float> clean, std::span<float> row) noexcept {
    const auto& data = model_.data();
    for (std::size_t c = 0; c < row.size(); ++c) {
      const float value =
          std::isfinite(clean[c]) ? std::clamp(clean[c], -kLargestChannel, kLargestChannel) : 0;
      const MotionChannel::Kind kind = data.config.channels[c].kind;
      float low = -kLargestChannel, high = kLargestChannel;
      if (kind == MotionChannel::Kind::weight || kind == MotionChannel::Kind::aperture) {
        low = -data.channel_mean[c] / data.channel_spread[c];
        high = (1 - data.channel_mean[c]) / data.channel_spread[c];
      }
      row[c] = std::clamp(value, low, std::max(low, high));
    }
  }

  /// Codes of the moments that will not change any more: offline, those with two frames behind them that
  /// were given out; live does not wait for these, takes them as drawn, and goes a little beyond.
  void give() {
    const bool all = now_.ended && 2 * now_.next >= now_.pushed;
    std::int64_t until = live_ || all ? 2 * now_.next + ahead_ : 2 * (now_.next - 2);
    if (now_.ended) until = std::min(until, now_.pushed);
    for (; now_.given < until; ++now_.given) {
      FaceCode code = drawn_code(now_.given);
      now_.laws.apply(moments_around(now_.given), code, now_.ended && now_.given > now_.last_voiced);
      now_.codes.push(code);
    }
  }

  /// Phonetic frame k's middle lies a quarter of a video frame before (k even) or after the middle of its
  /// video frame.
  FaceCode drawn_code(std::int64_t k) noexcept {
    const bool early = k % 2 == 0;
    const std::int64_t before = k / 2 - (early ? 1 : 0);
    const std::array<float, 4> shares = around(early ? 0.75F : 0.25F);
    std::array<std::span<const float>, 4> rows;
    for (std::int64_t i = 0; i < 4; ++i)
      rows[static_cast<std::size_t>(i)] = made_.at(std::clamp<std::int64_t>(before - 1 + i, 0, now_.end - 1));
    FaceCode code;
    const auto& data = model_.data();
    for (std::size_t c = 0; c < data.config.channels.size(); ++c) {
      float value = 0;
      for (std::size_t i = 0; i < 4; ++i) value += shares[i] * rows[i][c];
      put_channel(data.config.channels[c], data.channel_mean[c] + data.channel_spread[c] * value, code);
    }
    return code;
  }

  SpeechMoments moments_around(std::int64_t k) noexcept {
    for (std::int64_t offset = -kLawPast; offset <= kLawFuture; ++offset) {
      const std::int64_t index = k + offset;
      around_[static_cast<std::size_t>(kLawPast + offset)] =
          index >= 0 && index < now_.known ? moment(index) : SpeechMoment{};
    }
    return around_;
  }

  MotionModel model_;
  bool live_;
  Layout layout_;
  int ahead_;
  Parts parts_;
  bool mouth_only_;
  Denoiser denoiser_;
  std::int64_t kept_phonetic_;
  FrameRing heard_;                    ///< normalised, a phonetic frame a row
  std::vector<SpeechMoment> moments_;  ///< a ring as well
  FrameRing made_;                     ///< normalised channels, a video frame a row
  std::array<SpeechMoment, kLawSpan> around_{};
  Now now_;
};

}  // namespace

LearnedFaceOptions LearnedFaceOptions::offline(std::uint64_t seed) {
  return {.seed = seed, .pace = Pace::offline};
}

LearnedFaceOptions LearnedFaceOptions::live(std::uint64_t seed) {
  return {.seed = seed, .pace = Pace::live, .look_ahead = 5, .hop = 1};
}

std::unique_ptr<SpeechFace> make_learned_face(const MotionModel& model, const LearnedFaceOptions& options) {
  return std::make_unique<LearnedFace>(model, options);
}

}  // namespace parlante
