// Picture to faces: detector, 478 landmarks, 52 blendshape scores (MediaPipe's networks, run by OpenVINO).
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

#include "core/arkit.hpp"
#include "core/image.hpp"
#include "core/result.hpp"
#include "face/landmarks.hpp"
#include "nn/network.hpp"

namespace parlante {

/// One face of a picture, px.
struct Face {
  float score = 0;     ///< of the detector, 0..1
  float presence = 0;  ///< of the landmark network, 0..1
  float x0 = 0, y0 = 0, x1 = 0, y1 = 0;  ///< box of the landmarks
  Landmarks landmarks{};
  BlendshapeWeights scores{};  ///< Apple's order; tongueOut is always 0 (the network does not know it)

  float area() const noexcept { return (x1 - x0) * (y1 - y0); }
  /// Distance of the eyes' outer corners, px.
  float outer_eye_distance() const noexcept { return (landmarks[33] - landmarks[263]).head<2>().norm(); }
};

/// The three networks; immutable, shared.
struct FaceNetworks {
  Network detector, landmarks, blendshapes;
  /// From a folder that holds face_detector.tflite, face_landmarks_detector.tflite and face_blendshapes.tflite.
  static Result<FaceNetworks> load(const std::filesystem::path& folder, int threads = 1);
};

/// Not thread-safe (one a thread).
class FaceTracker {
 public:
  explicit FaceTracker(const FaceNetworks& networks);
  ~FaceTracker();
  FaceTracker(FaceTracker&&) noexcept;

  /// All faces of an RGB (or RGBA) picture, largest first; empty when there is none. The landmark pass is repeated
  /// from the landmarks' own region, so that small and turned faces are read at full resolution.
  std::vector<Face> find(const ImageU8& picture);
  /// The face of the next frame of a video: looks where it was, searches anew when it is lost.
  std::optional<Face> follow(const ImageU8& frame);
  /// Forgets where the face was.
  void reset() noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace parlante
