// FFmpeg's objects with owners, its messages silenced, its inputs opened with sentences for the user.
// For the sources of this stage only: no header that other stages see includes this one.
#pragma once

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/channel_layout.h>
#include <libavutil/error.h>
#include <libavutil/opt.h>
#include <libswscale/swscale.h>
}

#include <memory>
#include <string>

#include "core/result.hpp"

namespace parlante::ffmpeg {

struct Release {
  void operator()(AVFormatContext* input) const noexcept { avformat_close_input(&input); }
  void operator()(AVCodecContext* codec) const noexcept { avcodec_free_context(&codec); }
  void operator()(AVPacket* packet) const noexcept { av_packet_free(&packet); }
  void operator()(AVFrame* frame) const noexcept { av_frame_free(&frame); }
  void operator()(SwsContext* scaler) const noexcept { sws_freeContext(scaler); }
};
using Input = std::unique_ptr<AVFormatContext, Release>;
using Codec = std::unique_ptr<AVCodecContext, Release>;
using Packet = std::unique_ptr<AVPacket, Release>;
using Frame = std::unique_ptr<AVFrame, Release>;
using Scaler = std::unique_ptr<SwsContext, Release>;

/// Drops FFmpeg's own messages (they would reach stderr). Process-wide in FFmpeg's design; set once.
void silence();

/// FFmpeg's words for an error code, or "error N".
std::string words(int error);

/// How a source is called in a sentence: the path, or "Standard input".
std::string name_of(const std::string& source);

/// Opens a sound or video file ("-": standard input) and reads its streams' parameters. Playlists and
/// everything else that would make FFmpeg open further files or the network are refused. Errors: `kind`.
Result<Input> open_input(const std::string& source, ErrorKind kind);

/// A decoder for `stream`, opened, with its time base set (without it, encoder delay is cut but time stamps
/// are not moved). `threads` 0: as many as there are cores. Errors: `kind`, with `name` in the sentence.
Result<Codec> open_decoder(const AVStream& stream, int threads, ErrorKind kind, const std::string& name);

}  // namespace parlante::ffmpeg
