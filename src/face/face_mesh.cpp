#include "face/face_mesh.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace parlante {
namespace {

constexpr int kSide = 256;  // of the landmark network's picture, 0..1
constexpr std::size_t kScoreInputs = 146, kScoreOutputs = 52;

/// The landmarks that MediaPipe feeds to its blendshape network (face_blendshapes_graph, Apache-2.0, Google).
constexpr std::array<std::size_t, kScoreInputs> kScoreLandmarks{
    0,   1,   4,   5,   6,   7,   8,   10,  13,  14,  17,  21,  33,  37,  39,  40,  46,  52,  53,  54,  55,
    58,  61,  63,  65,  66,  67,  70,  78,  80,  81,  82,  84,  87,  88,  91,  93,  95,  103, 105, 107, 109,
    127, 132, 133, 136, 144, 145, 146, 148, 149, 150, 152, 153, 154, 155, 157, 158, 159, 160, 161, 162, 163,
    168, 172, 173, 176, 178, 181, 185, 191, 195, 197, 234, 246, 249, 251, 263, 267, 269, 270, 276, 282, 283,
    284, 285, 288, 291, 293, 295, 296, 297, 300, 308, 310, 311, 312, 314, 317, 318, 321, 323, 324, 332, 334,
    336, 338, 356, 361, 362, 365, 373, 374, 375, 377, 378, 379, 380, 381, 382, 384, 385, 386, 387, 388, 389,
    390, 397, 398, 400, 402, 405, 409, 415, 454, 466, 468, 469, 470, 471, 472, 473, 474, 475, 476, 477};

/// MediaPipe's order of the scores after its first, "_neutral": alphabetic, without tongueOut.
using S = Blendshape;
constexpr std::array<Blendshape, kScoreOutputs - 1> kScoreOrder{
    S::browDownLeft,      S::browDownRight,      S::browInnerUp,         S::browOuterUpLeft,
    S::browOuterUpRight,  S::cheekPuff,          S::cheekSquintLeft,     S::cheekSquintRight,
    S::eyeBlinkLeft,      S::eyeBlinkRight,      S::eyeLookDownLeft,     S::eyeLookDownRight,
    S::eyeLookInLeft,     S::eyeLookInRight,     S::eyeLookOutLeft,      S::eyeLookOutRight,
    S::eyeLookUpLeft,     S::eyeLookUpRight,     S::eyeSquintLeft,       S::eyeSquintRight,
    S::eyeWideLeft,       S::eyeWideRight,       S::jawForward,          S::jawLeft,
    S::jawOpen,           S::jawRight,           S::mouthClose,          S::mouthDimpleLeft,
    S::mouthDimpleRight,  S::mouthFrownLeft,     S::mouthFrownRight,     S::mouthFunnel,
    S::mouthLeft,         S::mouthLowerDownLeft, S::mouthLowerDownRight, S::mouthPressLeft,
    S::mouthPressRight,   S::mouthPucker,        S::mouthRight,          S::mouthRollLower,
    S::mouthRollUpper,    S::mouthShrugLower,    S::mouthShrugUpper,     S::mouthSmileLeft,
    S::mouthSmileRight,   S::mouthStretchLeft,   S::mouthStretchRight,   S::mouthUpperUpLeft,
    S::mouthUpperUpRight, S::noseSneerLeft,      S::noseSneerRight};

}  // namespace

Region region_of(const Landmarks& landmarks) noexcept {
  float x0 = landmarks[0].x(), x1 = x0, y0 = landmarks[0].y(), y1 = y0;
  for (const auto& point : landmarks) {
    x0 = std::min(x0, point.x());
    x1 = std::max(x1, point.x());
    y0 = std::min(y0, point.y());
    y1 = std::max(y1, point.y());
  }
  const Eigen::Vector3f across = landmarks[263] - landmarks[33];
  const double side = 1.5 * std::max(x1 - x0, y1 - y0);
  return {(x0 + x1) / 2.0, (y0 + y1) / 2.0, side, side, std::atan2(across.y(), across.x())};
}

FaceMesh::FaceMesh(const Network& landmarks, const Network& blendshapes)
    : mesh_(landmarks), blendshapes_(blendshapes) {}

Result<FaceMesh> FaceMesh::open(const Network& landmarks, const Network& blendshapes) {
  FaceMesh mesh(landmarks, blendshapes);
  if (mesh.mesh_.inputs() != 1 || mesh.mesh_.input().size() != kSide * kSide * 3)
    return fail(ErrorKind::broken_model, "The landmark network does not take a 256x256 picture.");
  // Two outputs have one value: the first is the face's presence, the second the tongue's (not used).
  const auto points = mesh.mesh_.output_of_size(kLandmarks * 3), presence = mesh.mesh_.output_of_size(1);
  if (!points || !presence)
    return fail(ErrorKind::broken_model, "The landmark network has other outputs than expected.");
  if (mesh.blendshapes_.inputs() != 1 || mesh.blendshapes_.input().size() != 2 * kScoreInputs)
    return fail(ErrorKind::broken_model, "The blendshape network does not take 146 landmarks.");
  const auto scores = mesh.blendshapes_.output_of_size(kScoreOutputs);
  if (!scores) return fail(ErrorKind::broken_model, "The blendshape network does not give 52 scores.");
  mesh.points_ = *points;
  mesh.presence_ = *presence;
  mesh.scores_ = *scores;
  return mesh;
}

float FaceMesh::read(const ImageU8& picture, const Region& region, Landmarks& landmarks) noexcept {
  crop(picture, region, kSide, kSide, 0, 1, Beyond::nearest_pixel, mesh_.input());
  mesh_.run();
  const auto values = mesh_.output(points_);
  const double cosine = std::cos(region.angle), sine = std::sin(region.angle);
  for (std::size_t i = 0; i < kLandmarks; ++i) {
    const double right = (static_cast<double>(values[3 * i]) / kSide - .5) * region.width;
    const double down = (static_cast<double>(values[3 * i + 1]) / kSide - .5) * region.height;
    landmarks[i] = {static_cast<float>(region.x + cosine * right - sine * down),
                    static_cast<float>(region.y + sine * right + cosine * down),
                    static_cast<float>(static_cast<double>(values[3 * i + 2]) / kSide * region.width)};
  }
  return 1 / (1 + std::exp(-std::clamp(mesh_.output(presence_)[0], -100.F, 100.F)));
}

BlendshapeWeights FaceMesh::scores(const Landmarks& landmarks) noexcept {
  const auto input = blendshapes_.input();
  for (std::size_t i = 0; i < kScoreInputs; ++i) {
    input[2 * i] = landmarks[kScoreLandmarks[i]].x();
    input[2 * i + 1] = landmarks[kScoreLandmarks[i]].y();
  }
  blendshapes_.run();
  const auto values = blendshapes_.output(scores_);
  BlendshapeWeights weights{};
  for (std::size_t i = 0; i < kScoreOrder.size(); ++i)
    weights[kScoreOrder[i]] = std::clamp(values[i + 1], 0.F, 1.F);
  return weights;
}

}  // namespace parlante
