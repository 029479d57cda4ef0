#include "motion/emotion.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <span>

namespace parlante {
namespace {

constexpr float kDegree = std::numbers::pi_v<float> / 180;

struct Unit {
  Blendshape shape;
  float weight;
};

using enum Blendshape;

// The numbers are FACS action units.
constexpr Unit kHappiness[] = {{mouthSmileLeft, .55F},                             // 12
                               {mouthSmileRight, .52F},  {cheekSquintLeft, .55F},  // 6
                               {cheekSquintRight, .55F}, {eyeSquintLeft, .28F},    {eyeSquintRight, .28F},
                               {mouthDimpleLeft, .10F},  {mouthDimpleRight, .10F}, {browOuterUpLeft, .08F},
                               {browOuterUpRight, .08F}};
constexpr Unit kSadness[] = {
    {browInnerUp, .75F},                                                        // 1
    {browDownLeft, .18F},                                                       // 4
    {browDownRight, .18F},    {mouthFrownLeft, .55F},                           // 15
    {mouthFrownRight, .55F},  {mouthShrugLower, .25F},                          // 17
    {mouthStretchLeft, .06F}, {mouthStretchRight, .06F}, {eyeBlinkLeft, .14F},  // 43, drooping
    {eyeBlinkRight, .14F},    {eyeSquintLeft, .10F},     {eyeSquintRight, .10F}};
constexpr Unit kAnger[] = {
    {browDownLeft, .85F},                                                                              // 4
    {browDownRight, .85F},   {eyeSquintLeft, .40F},                                                    // 7
    {eyeSquintRight, .40F},  {eyeWideLeft, .15F},                                                      // 5
    {eyeWideRight, .15F},    {noseSneerLeft, .25F},  {noseSneerRight, .25F},  {mouthPressLeft, .35F},  // 24
    {mouthPressRight, .35F}, {mouthRollUpper, .10F},                                                   // 23
    {mouthRollLower, .10F},  {mouthFrownLeft, .15F}, {mouthFrownRight, .15F}, {jawForward, .15F}};
constexpr Unit kFear[] = {{browInnerUp, .80F},                                  // 1
                          {browOuterUpLeft, .35F},                              // 2
                          {browOuterUpRight, .35F},  {browDownLeft, .15F},      // 4
                          {browDownRight, .15F},     {eyeWideLeft, .75F},       // 5
                          {eyeWideRight, .75F},      {mouthStretchLeft, .45F},  // 20
                          {mouthStretchRight, .45F}, {mouthFrownLeft, .12F},
                          {mouthFrownRight, .12F},   {jawOpen, .08F}};             // 26
constexpr Unit kDisgust[] = {{noseSneerLeft, .75F},                                // 9
                             {noseSneerRight, .75F},    {mouthUpperUpLeft, .30F},  // 10
                             {mouthUpperUpRight, .30F}, {mouthFrownLeft, .30F},    // 15
                             {mouthFrownRight, .30F},   {mouthShrugLower, .25F},   // 17
                             {browDownLeft, .45F},                                 // 4, with 9
                             {browDownRight, .45F},     {eyeSquintLeft, .40F},
                             {eyeSquintRight, .40F},    {cheekSquintLeft, .40F},  // 6
                             {cheekSquintRight, .40F}};
constexpr Unit kSurprise[] = {{browInnerUp, .75F},                            // 1
                              {browOuterUpLeft, .80F},                        // 2
                              {browOuterUpRight, .80F}, {eyeWideLeft, .70F},  // 5
                              {eyeWideRight, .70F},     {jawOpen, .16F}};     // 26
constexpr Unit kContempt[] = {{mouthSmileLeft, .38F},                         // 12, one side
                              {mouthDimpleLeft, .45F},                        // 14, one side
                              {mouthPressLeft, .15F},  {cheekSquintLeft, .25F},  {eyeSquintLeft, .20F},
                              {eyeSquintRight, .12F},  {browOuterUpRight, .25F}, {browDownLeft, .15F}};
constexpr Unit kCalm[] = {{mouthSmileLeft, .10F}, {mouthSmileRight, .10F}, {eyeBlinkLeft, .05F},
                          {eyeBlinkRight, .05F},  {eyeSquintLeft, .04F},   {eyeSquintRight, .04F}};

struct EmotionLook {
  std::span<const Unit> units;
  /// At strength 1: factors of the head's amplitude and tempo, the mouth's amplitude and the blinks; head
  /// pitch and roll in degrees; cm nearer; gaze up in degrees; aperture at rest.
  float head, tempo, mouth, blinks, pitch_deg, roll_deg, nearer_cm, gaze_deg, parted;
};

constexpr std::array<EmotionLook, kEmotions> kLooks = {{
    {kHappiness, 1.15F, 1.10F, 1.06F, 1.00F, -1.0F, 1.0F, 0.2F, 0, 0},
    {kSadness, 0.60F, 0.65F, 0.85F, 0.85F, 4.5F, 1.5F, -0.3F, -4, 0},
    {kAnger, 1.20F, 1.25F, 1.10F, 0.60F, 3.0F, 0, 0.8F, 0, 0},
    {kFear, 0.85F, 1.40F, 0.95F, 1.40F, -1.5F, 0, -1.0F, 0, 0.035F},
    {kDisgust, 0.90F, 0.90F, 0.95F, 1.00F, -2.0F, 1.5F, -0.8F, -1, 0},
    {kSurprise, 1.10F, 1.15F, 1.10F, 0.50F, -2.5F, 0, -0.4F, 0, 0.070F},
    {kContempt, 0.80F, 0.85F, 0.92F, 0.80F, -2.5F, -2.0F, -0.3F, -1, 0},
    {kCalm, 0.60F, 0.70F, 0.94F, 0.75F, 0, 0, 0, 0, 0},
}};

float smoothstep(float low, float high, float x) {
  const float t = std::clamp((x - low) / (high - low), 0.F, 1.F);
  return t * t * (3 - 2 * t);
}

/// Weights that part the lips.
bool parts_lips(Blendshape shape) {
  return shape == jawOpen || (shape >= mouthLowerDownLeft && shape <= mouthUpperUpRight);
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
    manner.parted += s * look.parted;
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
    if (parts_lips(shape)) more *= parted;
    if (spreads_lips(shape)) more *= 1 - 0.6F * round;
    if (presses_lips(shape)) more *= 1 - parted;
    // Two that add up come together below 1 without a kink: 1 - (1-a)(1-b).
    code.weights[i] = std::clamp(code.weights[i] + more * (1 - code.weights[i]), 0.F, 1.F);
  }
}

}  // namespace parlante
