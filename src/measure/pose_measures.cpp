#include "measure/pose_measures.hpp"

#include <Eigen/Geometry>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>

#include "measure/sound_heard.hpp"

namespace parlante {
namespace {

constexpr double kDegrees = 180 / std::numbers::pi;
constexpr double kStep_s = .04;
constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
constexpr double kLeastVoice_s = 2, kSmooth_s = .32, kMean_s = 2;
constexpr double kQuietest_db = -80;

struct SteadyPose {
  std::vector<Eigen::Vector3d> turns;  // rad; NaN where unknown
};

SteadyPose every_40_ms(const PoseCurves& pose) {
  const Clock steps{pose.clock.start_s, 1 / kStep_s};
  const auto size = std::min({pose.pitch.size(), pose.yaw.size(), pose.roll.size()});
  const auto count =
      size == 0
          ? 0
          : static_cast<std::size_t>(static_cast<double>(size - 1) / pose.clock.rate / kStep_s + 1e-6) + 1;
  const auto taken = [&](const Series& s) { return on_clock(s, pose.clock, steps, count); };
  const Series pitch = taken(pose.pitch), yaw = taken(pose.yaw), roll = taken(pose.roll);
  SteadyPose steady;
  for (std::size_t i = 0; i < count; ++i) steady.turns.emplace_back(pitch[i], yaw[i], roll[i]);
  return steady;
}

Eigen::Quaterniond rotation(const Eigen::Vector3d& turn) {
  const double angle = turn.norm();
  return angle < 1e-12 ? Eigen::Quaterniond::Identity()
                       : Eigen::Quaterniond(Eigen::AngleAxisd(angle, turn / angle));
}

Series less_its_mean(const Series& values, std::size_t width) {
  const Series around = smoothed(values, width);
  Series left(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) left[i] = values[i] - around[i];
  return left;
}

}  // namespace

PoseMeasures measure_pose(const PoseCurves& pose) {
  PoseMeasures measures;
  measures.pitch_std = kDegrees * standard_deviation(pose.pitch);
  measures.yaw_std = kDegrees * standard_deviation(pose.yaw);
  measures.roll_std = kDegrees * standard_deviation(pose.roll);
  const auto turns = every_40_ms(pose).turns;
  Series steps, off_path;
  for (std::size_t i = 1; i < turns.size(); ++i)
    steps.push_back(turns[i].allFinite() && turns[i - 1].allFinite()
                        ? kDegrees * rotation(turns[i]).angularDistance(rotation(turns[i - 1]))
                        : kUnknown);
  constexpr std::array<double, 5> kParabola{-3. / 35, 12. / 35, 17. / 35, 12. / 35, -3. / 35};
  for (std::size_t i = 2; i + 2 < turns.size(); ++i) {
    Eigen::Vector3d on_path = Eigen::Vector3d::Zero();
    for (std::size_t k = 0; k < 5; ++k) on_path += kParabola[k] * turns[i + k - 2];
    off_path.push_back(kDegrees * (turns[i] - on_path).norm());
  }
  measures.rotation = mean(steps);
  measures.jitter = mean(off_path);
  return measures;
}

PoseWithVoice measure_pose_with_voice(const PoseCurves& pose, const VoiceCurves& voice) {
  const double rate = pose.clock.rate;
  const std::size_t size =
      std::min({pose.pitch.size(), voice.voice.size(), voice.energy_db.size(), voice.pitch_hz.size()});
  Series speed(size, kUnknown), nod(size, kUnknown), energy(size, kUnknown), energy_voiced(size, kUnknown),
      melody(size, kUnknown);
  std::size_t voiced = 0;
  for (std::size_t i = 0; i < size; ++i) {
    nod[i] = pose.pitch[i];
    if (i + 1 < size) {
      const Eigen::Vector3d now(pose.pitch[i], pose.yaw[i], pose.roll[i]),
          next(pose.pitch[i + 1], pose.yaw[i + 1], pose.roll[i + 1]);
      speed[i] = (next - now).norm() * rate;
    }
    energy[i] = std::max(kQuietest_db, voice.energy_db[i]);
    if (!(voice.voice[i] >= kVoiceOn)) continue;
    ++voiced;
    energy_voiced[i] = energy[i];
    if (voice.pitch_hz[i] > 0) melody[i] = std::log(voice.pitch_hz[i]);
  }
  if (static_cast<double>(voiced) < kLeastVoice_s * rate) return {kUnknown, kUnknown, kUnknown};
  const auto frames = [rate](double seconds) {
    return static_cast<std::size_t>(std::lround(seconds * rate));
  };
  const Series nod_alone = less_its_mean(nod, frames(kMean_s));
  return {correlation(smoothed(speed, frames(kSmooth_s)), smoothed(energy, frames(kSmooth_s))),
          correlation(nod_alone, less_its_mean(energy_voiced, frames(kMean_s))),
          correlation(nod_alone, less_its_mean(melody, frames(kMean_s)))};
}

}  // namespace parlante
