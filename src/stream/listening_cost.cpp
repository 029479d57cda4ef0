#include "stream/listening_cost.hpp"

#include <chrono>
#include <vector>

#include "core/random.hpp"
#include "motion/motion.hpp"
#include "motion/rule_mouth.hpp"
#include "stream/stream_parts.hpp"

namespace parlante {
namespace {
constexpr double kSound_s = 0.5;
}

double listening_cost_s(const Model& model) {
  StreamOptions options;
  options.pace = Pace::live;
  PhoneticFrontEnd front_end(*model.speech, hearing_of(Pace::live));
  const auto motion =
      make_motion(model.motion ? make_learned_face(*model.motion, learned_of(options)) : make_rule_mouth(),
                  options.motion);
  std::vector<float> noise(static_cast<std::size_t>(kSound_s * kSampleRate));
  Random random(1);
  for (float& value : noise) value = static_cast<float>(random.uniform(-.3, .3));
  PhoneticFrame frame;
  const auto hear = [&] {
    front_end.push(noise);
    while (front_end.pull(frame)) {
      motion->push(frame);
      motion->foresee(front_end.foreseen());
    }
  };
  const auto began = std::chrono::steady_clock::now();
  hear();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count() / kSound_s;
}

}  // namespace parlante
