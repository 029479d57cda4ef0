// Which face of a photo becomes the avatar, and whether it can.
#pragma once

#include <span>

#include "core/result.hpp"
#include "core/sink.hpp"
#include "face/face_tracker.hpp"
#include "head/head_fit.hpp"

namespace parlante {

/// Chooses among the faces of a photo of `width` x `height` (largest first, as FaceTracker::find gives them).
/// `wanted`: 0 takes the largest and says so when there are several; N takes the N-th largest.
/// Warns about faces with less than 80 px between the eyes' outer corners and faces cut by the photo's edge.
/// Errors: no_face (none, or most of it lies outside the photo), usage (there is no N-th face).
Result<Face> choose_face(std::span<const Face> faces, int width, int height, int wanted, Sink& sink);

/// Errors: no_face when the head is turned by more than 35° from the camera (too much of the face is hidden).
Result<> check_turn(const HeadFit& fit, Sink& sink);

/// How far the landmarks lie from the fitted head, mean over the face, as a share of the distance of the
/// eyes.
double misfit(const HeadFit& fit) noexcept;

/// Warns of a face that no human head fits: a caricature, or features that were guessed.
void check_likeness(const HeadFit& fit, Sink& sink);

}  // namespace parlante
