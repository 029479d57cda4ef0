// What each codec is told: pixel formats, quality and speed on one scale.
#pragma once

#include "media/ffmpeg.hpp"
#include "media/movie_writer.hpp"

namespace parlante {

/// The encoder of the settings' codec, its format, quality and speed set in `context` after it is made.
/// Errors: failed (this machine's FFmpeg has it not).
Result<const AVCodec*> find_video_encoder(const MovieSettings& settings);
/// The private options and pixel format of `encoder`. Errors: usage.
Result<> set_video_options(const MovieSettings& settings, AVCodecContext& context);

/// AAC for MP4, Opus for WebM, PCM for MOV. Errors: failed.
Result<const AVCodec*> find_audio_encoder(const MovieSettings& settings);

}  // namespace parlante
