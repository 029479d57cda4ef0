#include "measure/report.hpp"

#include <cmath>
#include <cstdio>
#include <limits>

namespace parlante {
namespace {

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
constexpr double kMs = 1000;

std::string number(double value, int digits) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", digits, value);
  return text;
}

std::string of(const Count& count) {
  return std::to_string(count.met) + " of " + std::to_string(count.of);
}

/// What real people do, and what is to be reached.
struct Aim {
  std::string real = {};
  std::optional<double> low = {}, high = {};
};

/// Writes rows with what is common to a group.
class Rows {
 public:
  void group(std::string name) { group_ = std::move(name); }
  MeasureRow& add(std::string key, std::string name, std::string unit, int digits, double value,
                  Aim aim = {}) {
    rows_.push_back({group_,
                     std::move(key),
                     std::move(name),
                     std::move(unit),
                     digits,
                     value,
                     {},
                     {},
                     std::move(aim.real),
                     aim.low,
                     aim.high});
    return rows_.back();
  }
  std::vector<MeasureRow> take() { return std::move(rows_); }

 private:
  std::string group_;
  std::vector<MeasureRow> rows_;
};

void add_film(Rows& rows, const Measures& m) {
  rows.group("film");
  rows.add("seconds", "length", "s", 2, m.seconds);
  rows.add("frames_per_second", "frames a second", "", 2, m.rate);
  rows.add("frames_without_face", "frames without a face", "", 0, m.frames_without_face, {"0", {}, 0.}).note =
      "of " + std::to_string(m.frames);
  rows.add("eye_distance", "distance of the outer eye corners", "px", 0, m.eye_distance_px);
  MeasureRow& voiced =
      rows.add("voiced", "share with a voice", "", 2, m.voice ? m.voice->voiced_share : kUnknown);
  if (!m.voice) voiced.note = "no sound";
}

// What real people do: docs/measure.md says who they were; median (10th to 90th percentile of the people).
// Aims: section 9 of the design, there without a figure from what real people do.
void add_lips(Rows& rows, const Measures& m) {
  rows.group("lips");
  rows.add("floor", "gap of shut lips (3rd percentile)", "", 3, m.lips.floor, {".004 (.002–.009)", {}, .03});
  rows.add("gap_std", "gap, std", "", 3, m.lips.gap_std, {".054 (.039–.068)", .043, .065});
  rows.add("gap_p95", "gap, 95th percentile", "", 3, m.lips.gap_p95, {".191 (.122–.227)", .149, .223});
  rows.add("fastest", "fastest 1 % of the changes in 40 ms", "", 3, m.lips.fastest,
           {".105 (.066–.133)", {}, .133});
  const char* no_sound = "no sound";
  if (m.wanted_closures)
    rows.add("closures_wanted", "closures made, of those asked for", "", 2, m.wanted_closures->share(),
             {"1", .95, {}})
        .note = of(*m.wanted_closures);
  rows.add("closures_heard", "closures made, of the b, p, m heard", "", 2,
           m.voice ? m.voice->bilabials.share() : kUnknown, {".88 (.74–1)", .95, {}})
      .note = m.voice ? of(m.voice->bilabials) : no_sound;
  MeasureRow& closure_lag = rows.add(
      "closure_lag", "lips shut after b, p, m is heard", "ms", 0,
      m.voice && m.voice->closure_lag_s ? kMs * *m.voice->closure_lag_s : kUnknown, {"-75 (-123–-15)"});
  if (!m.voice)
    closure_lag.note = no_sound;
  else if (!m.voice->closure_lag_s)
    closure_lag.note = "fewer than 3";
  MeasureRow& lag = rows.add("reading_lag", "lips behind the opening read from the sound", "ms", 0,
                             m.voice && m.voice->reading_lag ? kMs * m.voice->reading_lag->seconds : kUnknown,
                             {"-7 (-89–52)", -60., 20.});
  lag.note = !m.voice               ? no_sound
             : m.voice->reading_lag ? "r " + number(m.voice->reading_lag->correlation, 2)
                                    : "does not follow the sound";
  MeasureRow& silence = rows.add("silence_std", "movement in silence (std of the gap)", "", 3,
                                 m.voice ? m.voice->silence_std : kUnknown, {".053 (.036–.080)", {}, .026});
  if (!m.voice)
    silence.note = no_sound;
  else if (!std::isfinite(m.voice->silence_std))
    silence.note = "less than .5 s of silence";
}

void add_head(Rows& rows, const Measures& m) {
  rows.group("head");
  rows.add("pitch_std", "pitch, std", "°", 2, m.pose.pitch_std, {"2.8 (1.6–4.9)", 1.9, 4.4});
  rows.add("yaw_std", "yaw, std", "°", 2, m.pose.yaw_std, {"2.5 (1.2–6.0)", 1.7, 6.8});
  rows.add("roll_std", "roll, std", "°", 2, m.pose.roll_std, {"2.6 (1.0–6.6)", 1.7, 5.});
  rows.add("rotation", "rotation in 40 ms", "°", 2, m.pose.rotation, {".88 (.51–1.12)", .45, 1.1});
  rows.add("jitter", "jitter", "°", 3, m.pose.jitter, {".20 (.13–.26)", {}, .198});
  const auto with_voice = [&](double PoseWithVoice::*value) {
    return m.voice ? m.voice->pose.*value : kUnknown;
  };
  const std::string note = m.voice ? "" : "no sound";
  rows.add("speed_with_energy", "speed of rotation with loudness, r", "", 2,
           with_voice(&PoseWithVoice::speed_with_energy), {".29 (-.13–.48)"})
      .note = note;
  rows.add("nod_with_energy", "pitch (down +) with loudness, r", "", 2,
           with_voice(&PoseWithVoice::nod_with_energy), {"-.02 (-.22–.27)"})
      .note = note;
  rows.add("nod_with_melody", "pitch (down +) with the voice's pitch, r", "", 2,
           with_voice(&PoseWithVoice::nod_with_melody), {"-.10 (-.37–.06)"})
      .note = note;
}

void add_eyes(Rows& rows, const Measures& m) {
  rows.group("eyes");
  rows.add("blinks", "blinks a minute", "", 1, m.blinks.per_minute, {"29 (3–66)", 15., 30.}).note =
      std::to_string(m.blinks.count) + (m.blinks.count == 1 ? " blink" : " blinks");
  rows.add("blink_down", "lids go down in", "ms", 0, kMs * m.blinks.down_s, {"83 (69–170)", 60., 130.});
  rows.add("blink_shut", "stay down for", "ms", 0, kMs * m.blinks.shut_s, {"49 (24–78)", {}, 80.});
  rows.add("blink_up", "go up in", "ms", 0, kMs * m.blinks.up_s, {"212 (145–374)", 145., 374.});
  rows.add("blink_complete", "complete blinks", "", 2, m.blinks.complete, {".79 (.22–1)", .8, {}});
  rows.add("gaze_yaw_std", "gaze to the sides, std", "°", 1, m.gaze.yaw_std, {"1.9 (1.3–4.2)"});
  rows.add("gaze_pitch_std", "gaze up and down, std", "°", 1, m.gaze.pitch_std, {"1.4 (.9–2.1)"});
  rows.add("gaze_ahead", "share of gaze within 5° of its middle", "", 2, m.gaze.ahead, {".96 (.79–1)"});
  rows.add("gaze_shifts", "gaze shifts a minute", "", 0, m.gaze.shifts_per_minute, {"16 (0–44)"});
}

void add_picture(Rows& rows, const Measures& m) {
  rows.group("picture");
  const PictureMeasures picture = m.picture.value_or(PictureMeasures{kUnknown, kUnknown, kUnknown, kUnknown});
  const std::string note = m.picture ? "" : "a track has no pixels";
  rows.add("mouth_against_cheeks", "gradient, mouth over cheeks", "", 2, picture.mouth_against_cheeks,
           {"3.3 (2.1–7.0)"})
      .note = note;
  rows.add("open_against_shut", "the same, open over shut lips", "", 2, picture.open_against_shut,
           {"1.2 (.96–1.4)", .8, {}})
      .note = note;
  rows.add("mouth_fineness", "fineness of detail, mouth over cheeks", "", 2, picture.mouth_fineness,
           {".86 (.47–1.4)", .47, {}})
      .note = note;
  MeasureRow& background = rows.add("background_std", "background, std in time", "of 255", 2,
                                    picture.background_std, {".55 (.39–.81)", {}, .3});
  background.note = m.picture && !std::isfinite(picture.background_std) ? "too little of it" : note;
}

std::vector<MeasureRow> film_rows(const Measures& m) {
  Rows rows;
  add_film(rows, m);
  add_lips(rows, m);
  add_head(rows, m);
  add_eyes(rows, m);
  add_picture(rows, m);
  return rows.take();
}

std::vector<MeasureRow> against_rows(const AgainstMeasures& a) {
  const LipsAgainst& lips = a.lips;
  Rows rows;
  rows.group("against");
  rows.add("seconds", "seconds in common", "s", 2, lips.seconds);
  rows.add("sound_likeness", "likeness of the sounds, r", "", 2, a.sound_likeness, {"1", kSameSound, {}})
      .note = std::isfinite(a.sound_likeness) ? "" : "no sound";
  rows.add("sound_shift", "our sound later by", "ms", 0, kMs * a.sound_shift_s);
  rows.add("correlation", "lip opening follows theirs, r", "", 3, lips.correlation, {"1", .75, {}});
  rows.add("correlation_voiced", "the same where a voice is on, r", "", 3, lips.correlation_voiced,
           {"1", .75, {}});
  rows.add("amplitude", "std of the gap over theirs", "", 2, lips.amplitude, {"1", .8, 1.2});
  rows.add("p95_ratio", "95th percentile of the opening over theirs", "", 2, lips.p95_ratio, {"1", .8, 1.2});
  MeasureRow& lag = rows.add("lag", "lips behind theirs", "ms", 0,
                             lips.lag ? kMs * lips.lag->seconds : kUnknown, {"0", -20., 20.});
  if (!lips.lag) lag.note = "none within 300 ms";
  rows.add("correlation_at_lag", "r at that lag", "", 3, lips.lag ? lips.lag->correlation : kUnknown, {"1"});
  rows.add("closures_kept", "their closures that ours make", "", 2, lips.kept.share(), {"1", .95, {}}).note =
      of(lips.kept);
  rows.add("closures_wrong", "our closures where theirs are open", "", 2, lips.wrong.share(), {"0", {}, .15})
      .note = of(lips.wrong);
  return rows.take();
}

std::vector<MeasureRow> asked_rows(const AskedMeasures& asked) {
  Rows rows;
  rows.group("asked");
  const auto add = [&](const std::string& key, const std::string& name, const Following& seen,
                       const Aim& slope) {
    rows.add(key + "_correlation", name + " against what was asked, r", "", 3, seen.correlation,
             {"", .95, {}});
    rows.add(key + "_slope", "its slope", "", 2, seen.slope, slope);
  };
  add("pitch", "pitch", asked.pitch, {"", .9, 1.1});
  add("yaw", "yaw", asked.yaw, {"", .9, 1.1});
  add("roll", "roll", asked.roll, {"", .9, 1.1});
  add("aperture", "lip gap", asked.aperture, {"", .9, 1.1});
  add("blink", "lids", asked.blink, {});
  add("gaze_yaw", "gaze to the sides", asked.gaze_yaw, {});
  return rows.take();
}

}  // namespace

std::optional<bool> MeasureRow::reached() const {
  if ((!low && !high) || !std::isfinite(value)) return std::nullopt;
  // as shown: a value is not missed by a digit nobody sees
  const double unit_of_last = std::pow(10., -digits);
  return (!low || value > *low - .5 * unit_of_last) && (!high || value < *high + .5 * unit_of_last);
}

std::vector<MeasureRow> report_rows(const Measures& measures, const AgainstMeasures* against,
                                    const AskedMeasures* asked) {
  std::vector<MeasureRow> rows = film_rows(measures);
  const auto append = [&](const std::vector<MeasureRow>& more) {
    rows.insert(rows.end(), more.begin(), more.end());
  };
  if (against != nullptr) {
    const std::vector<MeasureRow> theirs = film_rows(against->theirs);
    for (MeasureRow& row : rows)
      for (const MeasureRow& other : theirs)
        if (other.group == row.group && other.key == row.key) row.theirs = other.value;
    append(against_rows(*against));
  }
  if (asked != nullptr) append(asked_rows(*asked));
  return rows;
}

}  // namespace parlante
