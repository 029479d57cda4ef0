// What streams of both kinds are put together from.
#pragma once

#include <memory>

#include "motion/learned_face.hpp"
#include "stream/stream.hpp"

namespace parlante {

/// Errors: usage (size or rate out of range), broken_model (no speech or head part), bad_avatar.
Result<> check_stream(const Model& model, const Avatar& avatar, const StreamOptions& options);

PhoneticFrontEnd::Options hearing_of(Pace pace) noexcept;

/// The motion of `options` before this avatar: its mouth as learned (with the seed of `learned`), or by
/// rules.
std::unique_ptr<Motion> motion_of(const Model& model, const Avatar& avatar, const StreamOptions& options,
                                  const LearnedFaceOptions& learned);
LearnedFaceOptions learned_of(const StreamOptions& options);
bool is_learned(const Model& model, const StreamOptions& options) noexcept;

/// Marks whose label goes by the stream's rate.
MarkOptions marks_of(const StreamOptions& options);

}  // namespace parlante
