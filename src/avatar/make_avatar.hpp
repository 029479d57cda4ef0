// Photo to avatar: the whole preparation (design 5).
#pragma once

#include "avatar/avatar.hpp"
#include "core/image.hpp"
#include "core/result.hpp"
#include "core/sink.hpp"
#include "face/face_tracker.hpp"
#include "head/head_model.hpp"

namespace parlante {

struct AvatarOptions {
  int face = 0;                  ///< 0: the largest; N: the N-th largest, counted from 1
  double focal_px = 0;           ///< of the photo's camera, px of the photo (PictureFacts); 0: unknown
  double focal_over_size = 1.6;  ///< where it is unknown: focal length over the side of the working picture
  bool surround = true;          ///< carry the photo around the square, for frames that show more of it
};

/// Finds the faces of `photo` (RGB or RGBA, any size), takes one and makes an avatar of it. Works on two
/// threads. Same photo and model: same avatar. Says through `sink` what makes the photo less suitable.
/// Errors: no_face (none, turned by more than 35°, mostly outside the picture), usage (face number),
/// bad_picture (empty).
Result<Avatar> make_avatar(const ImageU8& photo, FaceTracker& tracker, const HeadModel& head,
                           const AvatarOptions& options = {}, Sink& sink = null_sink());

/// The same for a face that is already chosen (choose_face). Errors: no_face.
Result<Avatar> make_avatar(const ImageU8& photo, const Face& face, FaceTracker& tracker,
                           const HeadModel& head, const AvatarOptions& options = {},
                           Sink& sink = null_sink());

/// The avatar of a framed picture (RGB, square, 1024 px a side) whose landmarks and head are known. `person`:
/// what FaceTracker::person() says of the picture.
Avatar assemble_avatar(const ImageU8& picture, const ImageF& person, const Landmarks& landmarks,
                       const HeadFit& fit, const HeadModel& head, Sink& sink = null_sink());

}  // namespace parlante
