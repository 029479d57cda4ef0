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

/// Size and rate of the pictures of a film, and what all films of ours share: BT.709 in its limited range,
/// square pixels. The pixel format must be set by others.
void set_picture(int width, int height, Rational rate, AVCodecContext& context) noexcept;
/// Gives `frame` memory for a picture as an opened encoder takes it; false: there is not enough.
bool make_picture(const AVCodecContext& context, AVFrame& frame) noexcept;

/// AAC for MP4, Opus for WebM, PCM for MOV. Errors: failed.
Result<const AVCodec*> find_audio_encoder(const MovieSettings& settings);

}  // namespace parlante
