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
  float score = 0;  ///< of the detector, 0..1; while a face is followed, of the frame where it was detected
  float presence = 0;                    ///< of the landmark network, 0..1
  float x0 = 0, y0 = 0, x1 = 0, y1 = 0;  ///< box of the landmarks
  Landmarks landmarks{};
  BlendshapeWeights scores{};  ///< Apple's order; tongueOut is always 0 (the network does not know it)

  float area() const noexcept { return (x1 - x0) * (y1 - y0); }
  /// Distance of the eyes' outer corners, px.
  float outer_eye_distance() const noexcept { return (landmarks[33] - landmarks[263]).head<2>().norm(); }
};

/// The three networks of every frame, and the file of the one that only a photo needs; immutable, shared.
struct FaceNetworks {
  Network detector, landmarks, blendshapes;
  std::filesystem::path person;  ///< of person_mask()
  /// From a folder that holds face_detector.tflite, face_landmarks_detector.tflite, face_blendshapes.tflite
  /// and person_segmenter.tflite. `cache`: see Network::load(). Errors: broken_model (missing, damaged, or
  /// networks of another kind); usage (threads < 1).
  static Result<FaceNetworks> load(const std::filesystem::path& folder, int threads = 1,
                                   const std::filesystem::path& cache = {});
};

/// Not thread-safe (one a thread). Trackers that share networks take turns in them.
class FaceTracker {
 public:
  /// `networks` must come from FaceNetworks::load(), which checks them; others throw.
  explicit FaceTracker(const FaceNetworks& networks);
  ~FaceTracker();
  FaceTracker(FaceTracker&&) noexcept;

  /// All faces of an RGB (or RGBA) picture, largest first; empty when there is none. Equal to MediaPipe's
  /// image mode where the face fills a good part of the picture; smaller faces are searched and detected
  /// again in enlarged parts of it. Neither uses nor changes what follow() remembers.
  std::vector<Face> find(const ImageU8& picture);
  /// The face of the next frame of a video: looks where it was, searches anew (the largest) when it is lost.
  /// Frames of a still give what find() gives. Allocates nothing of its own.
  std::optional<Face> follow(const ImageU8& frame) noexcept;
  /// Which parts of a picture are person: person_mask() with the networks' file. Errors: broken_model.
  Result<ImageF> person(const ImageU8& picture) const;
  /// Forgets where the face was.
  void reset() noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace parlante
