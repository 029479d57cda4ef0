// The denoiser's formulas in plain loops, one after the other, in double precision: what the graph must give.
#pragma once

#include <algorithm>
#include <cmath>
#include <numbers>
#include <span>
#include <string>
#include <vector>

#include "motion/motion_weights.hpp"

namespace parlante::testing {

/// Rows are frames.
using Rows = std::vector<std::vector<double>>;

class ReferenceDenoiser {
 public:
  explicit ReferenceDenoiser(const MotionWeights& weights) : w_(weights), c_(weights.config) {}

  Rows listen(const Rows& audio) const {
    const Rows a = linear(audio, "audio", MotionConfig::kAudio, c_.width);
    const auto kernel = array("conv.weight", {c_.width, c_.width, 5}), bias = array("conv.bias", {c_.width});
    Rows out = a;
    for (std::size_t t = 0; t < a.size(); ++t)
      for (std::size_t o = 0; o < c_.width; ++o) {
        double sum = static_cast<double>(bias[o]);
        for (std::size_t k = 0; k < 5; ++k) {
          if (t + k < 2 || t + k - 2 >= a.size()) continue;
          for (std::size_t i = 0; i < c_.width; ++i)
            sum += static_cast<double>(kernel[(o * c_.width + i) * 5 + k]) * a[t + k - 2][i];
        }
        out[t][o] += gelu(sum);
      }
    return out;
  }

  Rows deaf(std::size_t frames) const {
    const auto null = array("null", {c_.width});
    return Rows(frames, std::vector<double>(null.begin(), null.end()));
  }

  /// `motion`: x, prev and mask of each frame.
  Rows clean(const Rows& heard, const Rows& motion, const std::vector<double>& condition, double time) const {
    const std::size_t d = c_.width, channels = c_.channels.size();
    std::vector<double> embedding(d);
    for (std::size_t i = 0; i < d / 2; ++i) {
      const double angle =
          1000 * time * std::exp(-static_cast<double>(i) * std::log(1e4) / (static_cast<double>(d) / 2));
      embedding[i] = std::sin(angle);
      embedding[d / 2 + i] = std::cos(angle);
    }
    std::vector<double> c = linear({silu(linear({embedding}, "time1", d, d)[0])}, "time2", d, d)[0];
    const auto wish = linear({condition}, "cond", 16, d)[0];
    for (std::size_t i = 0; i < d; ++i) c[i] += wish[i];

    Rows h = linear(motion, "motion", 2 * channels + 1, d);
    for (std::size_t t = 0; t < h.size(); ++t)
      for (std::size_t i = 0; i < d; ++i) h[t][i] += heard[t][i];
    for (std::size_t b = 0; b < c_.blocks; ++b) {
      const std::string name = "block" + std::to_string(b) + ".";
      const auto ada = linear({silu(c)}, name + "ada", d, 6 * d)[0];
      const auto part = [&](std::size_t k, std::size_t i) { return ada[k * d + i]; };
      const auto modulated = [&](std::size_t k) {
        Rows u = unit(h);
        for (auto& row : u)
          for (std::size_t i = 0; i < d; ++i) row[i] = row[i] * (1 + part(k, i)) + part(k + 1, i);
        return u;
      };
      const auto add = [&](const Rows& more, std::size_t gate) {
        for (std::size_t t = 0; t < h.size(); ++t)
          for (std::size_t i = 0; i < d; ++i) h[t][i] += more[t][i] * (1 + part(gate, i));
      };
      add(linear(mix(linear(modulated(0), name + "qkv", d, 3 * d), name + "bias"), name + "out", d, d), 2);
      Rows wide = linear(modulated(3), name + "fc1", d, 3 * d);
      for (auto& row : wide)
        for (double& value : row) value = gelu(value);
      add(linear(wide, name + "fc2", 3 * d, d), 5);
    }
    h = unit(h);
    const auto gain = array("norm.weight", {d}), shift = array("norm.bias", {d});
    for (auto& row : h)
      for (std::size_t i = 0; i < d; ++i)
        row[i] = row[i] * static_cast<double>(gain[i]) + static_cast<double>(shift[i]);
    return linear(h, "head", d, channels);
  }

  /// DDIM from `noise`, which becomes the clean channels. `motion` holds prev and mask; its x is set here.
  /// `gaze_guidance`: of the condition's first three numbers.
  Rows sample(const Rows& audio, Rows motion, Rows x, const std::vector<double>& condition, int steps,
              double guidance, double gaze_guidance = 1) const {
    std::vector<double> without_gaze = condition;
    std::fill_n(without_gaze.begin(), 3, 0.);
    const Rows heard = listen(audio), nothing = deaf(audio.size());
    for (int step = 0; step < steps; ++step) {
      const double now = 0.999 * (1 - static_cast<double>(step) / steps),
                   after = 0.999 * (1 - static_cast<double>(step + 1) / steps);
      for (std::size_t t = 0; t < x.size(); ++t) std::ranges::copy(x[t], motion[t].begin());
      const Rows with = clean(heard, motion, condition, now),
                 without = clean(nothing, motion, condition, now),
                 unaimed = clean(heard, motion, without_gaze, now);
      for (std::size_t t = 0; t < x.size(); ++t)
        for (std::size_t i = 0; i < x[t].size(); ++i) {
          const double x0 = with[t][i] + (guidance - 1) * (with[t][i] - without[t][i]) +
                            (gaze_guidance - 1) * (with[t][i] - unaimed[t][i]);
          const double angle = now * std::numbers::pi / 2, next = after * std::numbers::pi / 2;
          x[t][i] = std::cos(next) * x0 + std::sin(next) * (x[t][i] - std::cos(angle) * x0) / std::sin(angle);
        }
    }
    return x;
  }

 private:
  std::span<const float> array(const std::string& name, const std::vector<std::size_t>& shape) const {
    return w_.tensors.array(name, shape).value();
  }
  static double gelu(double v) { return 0.5 * v * (1 + std::erf(v / std::numbers::sqrt2)); }
  static std::vector<double> silu(std::vector<double> row) {
    for (double& v : row) v /= 1 + std::exp(-v);
    return row;
  }
  Rows linear(const Rows& in, const std::string& name, std::size_t from, std::size_t to) const {
    const auto weight = array(name + ".weight", {to, from}), bias = array(name + ".bias", {to});
    Rows out(in.size(), std::vector<double>(to));
    for (std::size_t t = 0; t < in.size(); ++t)
      for (std::size_t o = 0; o < to; ++o) {
        double sum = static_cast<double>(bias[o]);
        for (std::size_t i = 0; i < from; ++i) sum += static_cast<double>(weight[o * from + i]) * in[t][i];
        out[t][o] = sum;
      }
    return out;
  }
  static Rows unit(Rows rows) {
    for (auto& row : rows) {
      double mean = 0, variance = 0;
      for (const double v : row) mean += v / static_cast<double>(row.size());
      for (const double v : row) variance += (v - mean) * (v - mean) / static_cast<double>(row.size());
      for (double& v : row) v = (v - mean) / std::sqrt(variance + 1e-5);
    }
    return rows;
  }
  Rows mix(const Rows& qkv, const std::string& bias_name) const {
    const std::size_t d = c_.width, wide = d / c_.heads;
    const auto reach = static_cast<int>(c_.reach);
    const auto bias = array(bias_name, {c_.heads, 2 * c_.reach + 1});
    Rows out(qkv.size(), std::vector<double>(d));
    for (std::size_t head = 0; head < c_.heads; ++head)
      for (std::size_t i = 0; i < qkv.size(); ++i) {
        std::vector<double> share(qkv.size());
        double total = 0;
        for (std::size_t j = 0; j < qkv.size(); ++j) {
          double score = 0;
          for (std::size_t k = 0; k < wide; ++k)
            score += qkv[i][head * wide + k] * qkv[j][d + head * wide + k];
          const int away = std::clamp(static_cast<int>(j) - static_cast<int>(i), -reach, reach) + reach;
          share[j] =
              std::exp(score / std::sqrt(static_cast<double>(wide)) +
                       static_cast<double>(bias[head * (2 * c_.reach + 1) + static_cast<std::size_t>(away)]));
          total += share[j];
        }
        for (std::size_t j = 0; j < qkv.size(); ++j)
          for (std::size_t k = 0; k < wide; ++k)
            out[i][head * wide + k] += share[j] / total * qkv[j][2 * d + head * wide + k];
      }
    return out;
  }

  const MotionWeights& w_;
  const MotionConfig& c_;
};

}  // namespace parlante::testing
