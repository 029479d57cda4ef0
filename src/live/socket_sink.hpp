// A session's frames as binary messages of its WebSocket.
#pragma once

#include <memory>
#include <string>

#include "core/result.hpp"
#include "live/media_sink.hpp"
#include "live/metrics.hpp"
#include "live/socket.hpp"
#include "live/stream_messages.hpp"

namespace parlante {

/// Pictures as JPEG or plain RGB, sound as 16-bit samples. `metrics` must outlive it.
std::shared_ptr<MediaSink> make_socket_sink(std::shared_ptr<SocketLink> link, StreamOutput output,
                                            const MediaForm& form, Metrics& metrics);

/// Both as fragments of an MP4, for a browser's MediaSource.
struct FilmSink {
  std::shared_ptr<MediaSink> sink;
  std::string mime;
};
/// Errors: usage (a sound rate that Opus does not have), failed (no encoder).
Result<FilmSink> make_film_sink(std::shared_ptr<SocketLink> link, const MediaForm& form, Metrics& metrics);

}  // namespace parlante
