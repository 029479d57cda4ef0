// The two ways to a video: speech through a Stream, or codes given frame by frame.
#pragma once

#include <memory>
#include <string>

#include "command.hpp"
#include "control_settings.hpp"
#include "mark_settings.hpp"
#include "media/atomic_file.hpp"
#include "media/movie_form.hpp"

namespace parlante::app {

/// What `render` works on.
struct RenderRequest {
  std::string face, speech;  ///< a photo or an avatar file; a sound file, "-" or nothing
  PhotoSettings photo;
  DrawSettings draw;
  RenderSettings render;
  ControlSettings control;
  ConsentSettings consent;
  SignSettings sign;
  LabelSettings label;
};

struct FilmReport {
  std::int64_t frames = 0;
  double seconds = 0;
};

/// Sound in, video out; `options.render` as shape_frames() makes it; `sign` is taken
/// with each complete file. Errors: bad_audio, failed, cancelled.
Result<FilmReport> film_speech(const std::shared_ptr<const Model>& model,
                               const std::shared_ptr<const Avatar>& avatar, const RenderRequest& request,
                               const StreamOptions& options, const MovieForm& form, const LastStep& sign,
                               Sink& sink);
/// Codes (JSON lines) in, video out; the sound, if any, goes along. Errors: usage (a line that is no code),
/// failed, cancelled.
Result<FilmReport> film_codes(const std::shared_ptr<const Model>& model,
                              const std::shared_ptr<const Avatar>& avatar, const RenderRequest& request,
                              const StreamOptions& options, const MovieForm& form, const LastStep& sign,
                              Sink& sink);

}  // namespace parlante::app
