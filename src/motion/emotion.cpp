#include "motion/emotion.hpp"

#include <algorithm>
#include <cmath>
#include <span>

#include "core/curves.hpp"

namespace parlante {
namespace {

struct Unit {
  Blendshape shape;
  float weight;
};

using enum Blendshape;

// The numbers are FACS action units.
constexpr Unit kHappiness[] = {
    {mouthSmileLeft, .70F},   {mouthSmileRight, .66F},   // 12
    {cheekSquintLeft, .80F},  {cheekSquintRight, .80F},  // 6
    {eyeSquintLeft, .38F},    {eyeSquintRight, .38F},   {mouthDimpleLeft, .15F},
    {mouthDimpleRight, .15F}, {mouthUpperUpLeft, .20F}, {mouthUpperUpRight, .20F},  // 25
    {browOuterUpLeft, .15F},  {browOuterUpRight, .15F}, {browInnerUp, .10F}};
constexpr Unit kSadness[] = {{browInnerUp, .95F},                                // 1
                             {browDownLeft, .25F},     {browDownRight, .25F},    // 4
                             {mouthFrownLeft, .70F},   {mouthFrownRight, .70F},  // 15
                             {mouthShrugLower, .40F},                            // 17
                             {eyeBlinkLeft, .16F},     {eyeBlinkRight, .16F},    // 43, drooping
                             {eyeSquintLeft, .10F},    {eyeSquintRight, .10F},
                             {mouthStretchLeft, .08F}, {mouthStretchRight, .08F}};
constexpr Unit kAnger[] = {{browDownLeft, 1.0F},    {browDownRight, 1.0F},   // 4
                           {eyeSquintLeft, .50F},   {eyeSquintRight, .50F},  // 7
                           {eyeWideLeft, .25F},     {eyeWideRight, .25F},    // 5
                           {noseSneerLeft, .45F},   {noseSneerRight, .45F},  {mouthPressLeft, .50F},
                           {mouthPressRight, .50F},                          // 24
                           {mouthRollUpper, .15F},  {mouthRollLower, .15F},  // 23
                           {mouthFrownLeft, .28F},  {mouthFrownRight, .28F}, {jawForward, .20F}};
constexpr Unit kFear[] = {{browInnerUp, 1.0F},  // 1
                          {browOuterUpLeft, .40F},
                          {browOuterUpRight, .40F},  // 2
                          {browDownLeft, .28F},
                          {browDownRight, .28F},  // 4
                          {eyeWideLeft, 1.0F},
                          {eyeWideRight, 1.0F},  // 5
                          {mouthStretchLeft, .75F},
                          {mouthStretchRight, .75F},  // 20
                          {mouthFrownLeft, .25F},
                          {mouthFrownRight, .25F},
                          {mouthLowerDownLeft, .20F},
                          {mouthLowerDownRight, .20F},
                          {jawOpen, .08F}};                                        // 26
constexpr Unit kDisgust[] = {{noseSneerLeft, 1.0F},    {noseSneerRight, 1.0F},     // 9
                             {mouthUpperUpLeft, .50F}, {mouthUpperUpRight, .50F},  // 10
                             {mouthFrownLeft, .45F},   {mouthFrownRight, .45F},    // 15
                             {mouthShrugLower, .35F},                              // 17
                             {browDownLeft, .65F},     {browDownRight, .65F},      // 4, with 9
                             {eyeSquintLeft, .55F},    {eyeSquintRight, .55F},
                             {cheekSquintLeft, .65F},  {cheekSquintRight, .65F}};  // 6
constexpr Unit kSurprise[] = {{browInnerUp, .95F},                                 // 1
                              {browOuterUpLeft, 1.0F}, {browOuterUpRight, 1.0F},   // 2
                              {eyeWideLeft, .85F},     {eyeWideRight, .85F},       // 5
                              {jawOpen, .20F}};                                    // 26
constexpr Unit kContempt[] = {{mouthSmileLeft, .55F},                              // 12, one side
                              {mouthDimpleLeft, .75F},                             // 14, one side
                              {mouthPressLeft, .30F},  {mouthUpperUpLeft, .15F}, {cheekSquintLeft, .40F},
                              {eyeSquintLeft, .30F},   {eyeSquintRight, .22F},   {browOuterUpRight, .45F},
                              {browDownLeft, .30F},    {mouthFrownRight, .12F}};
constexpr Unit kCalm[] = {{mouthSmileLeft, .12F}, {mouthSmileRight, .12F}, {eyeBlinkLeft, .06F},
                          {eyeBlinkRight, .06F},  {eyeSquintLeft, .05F},   {eyeSquintRight, .05F}};

struct EmotionLook {
  std::span<const Unit> units;
  /// At strength 1: factors of the head's amplitude and tempo, the mouth's amplitude and the blinks; head
  /// pitch and roll in degrees; cm nearer; gaze up in degrees; aperture at rest.
  float head, tempo, mouth, blinks, pitch_deg, roll_deg, nearer_cm, gaze_deg, parted;
};

constexpr std::array<EmotionLook, kEmotions> kLooks = {{
    {kHappiness, 1.15F, 1.10F, 1.06F, 1.00F, -1.0F, 1.0F, 0.2F, 0, 0.045F},
    {kSadness, 0.60F, 0.65F, 0.85F, 0.85F, 4.5F, 1.5F, -0.3F, -4, 0},
    {kAnger, 1.20F, 1.25F, 1.10F, 0.60F, 3.0F, 0, 0.8F, 0, 0},
    {kFear, 0.85F, 1.40F, 0.95F, 1.40F, -1.5F, 0, -1.0F, 0, 0.040F},
    {kDisgust, 0.90F, 0.90F, 0.95F, 1.00F, -2.0F, 1.5F, -0.8F, -1, 0},
    {kSurprise, 1.10F, 1.15F, 1.10F, 0.50F, -2.5F, 0, -0.4F, 0, 0.080F},
    {kContempt, 0.80F, 0.85F, 0.92F, 0.80F, -2.5F, -2.0F, -0.3F, -1, 0},
    {kCalm, 0.60F, 0.70F, 0.94F, 0.75F, 0, 0, 0, 0, 0},
}};

bool bares_teeth(Blendshape shape) {
  return shape >= mouthLowerDownLeft && shape <= mouthUpperUpRight;
}
bool spreads_lips(Blendshape shape) {
  return (shape >= mouthSmileLeft && shape <= mouthStretchRight);
}
/// Weights that shut them; they yield to lips that speech opens.
bool presses_lips(Blendshape shape) {
  return shape == mouthPressLeft || shape == mouthPressRight || shape == mouthRollUpper ||
         shape == mouthRollLower || shape == mouthShrugLower;
}

}  // namespace

EmotionManner emotion_manner(const std::array<float, kEmotions>& strengths) noexcept {
  EmotionManner manner;
  for (std::size_t i = 0; i < kEmotions; ++i) {
    const EmotionLook& look = kLooks[i];
    const float s = strengths[i];
    manner.head_scale += s * (look.head - 1);
    manner.head_tempo += s * (look.tempo - 1);
    manner.mouth_scale += s * (look.mouth - 1);
    manner.blink_rate += s * (look.blinks - 1);
    manner.head_pose += s * kDegree * Eigen::Vector3f(0, look.pitch_deg, look.roll_deg);
    manner.nearer_cm += s * look.nearer_cm;
    manner.gaze_pitch += s * kDegree * look.gaze_deg;
    // Lips that are hardly apart look forgotten, not moved.
    manner.parted += smoothstep(0.3F, 1, s) * look.parted;
  }
  return manner;
}

void add_emotions(const std::array<float, kEmotions>& strengths, FaceCode& code) noexcept {
  const auto& w = code.weights;
  const float parted = smoothstep(0.005F, 0.06F, code.aperture);
  const float round = std::min(1.F, w[mouthPucker] + w[mouthFunnel]);
  BlendshapeWeights sum{};
  for (std::size_t i = 0; i < kEmotions; ++i) {
    if (strengths[i] <= 0) continue;
    for (const Unit& unit : kLooks[i].units) sum[unit.shape] += strengths[i] * unit.weight;
  }
  for (std::size_t i = 0; i < kBlendshapes; ++i) {
    if (sum[i] <= 0) continue;
    const auto shape = static_cast<Blendshape>(i);
    float more = sum[i];
    if (shape == jawOpen) more *= parted;
    if (bares_teeth(shape)) more *= 0.4F + 0.6F * parted;
    if (spreads_lips(shape) || bares_teeth(shape)) more *= 1 - 0.8F * round;
    if (presses_lips(shape)) more *= 1 - parted;
    // Two that add up come together below 1 without a kink: 1 - (1-a)(1-b).
    code.weights[i] = std::clamp(code.weights[i] + more * (1 - code.weights[i]), 0.F, 1.F);
  }
}

}  // namespace parlante
