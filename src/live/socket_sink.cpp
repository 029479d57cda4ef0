#include "live/socket_sink.hpp"

#include <algorithm>
#include <cmath>

#include "media/encode_jpeg.hpp"

namespace parlante {
namespace {

constexpr int kJpegQuality = 88;

class SocketSink final : public MediaSink {
 public:
  SocketSink(std::shared_ptr<SocketLink> link, StreamOutput output, const MediaForm& form, Metrics& metrics)
      : link_(std::move(link)), output_(output), metrics_(metrics) {
    // a second covers what a frame and those skipped before it can hold without growing
    samples_.reserve(2 * static_cast<std::size_t>(form.sound_rate));
  }

  void frame(const LiveFrame& frame) noexcept override try {
    PacketHead head{PacketHead::audio, static_cast<std::uint32_t>(frame.spoken), frame.frame.index,
                    frame.sound_from};
    samples_.clear();
    for (const float sample : frame.sound) {
      const auto value = static_cast<std::uint16_t>(
          static_cast<std::int16_t>(std::lrintf(std::clamp(sample * 32768.F, -32768.F, 32767.F))));
      samples_.push_back(static_cast<std::uint8_t>(value));
      samples_.push_back(static_cast<std::uint8_t>(value >> 8));
    }
    link_->send(PacketKind::sound, packed(head), samples_);
    head.kind = PacketHead::video;
    head.flags = 0;
    const ImageU8& picture = frame.frame.picture;
    if (output_ == StreamOutput::raw)
      return count(link_->send(PacketKind::picture, packed(head), picture.pixels));
    if (const auto jpeg = encode_jpeg(picture, kJpegQuality, JpegTables::standard))
      count(link_->send(PacketKind::picture, packed(head), *jpeg));
  } catch (...) {
    // no memory for this picture: the next one may have some
  }

 private:
  void count(Outbox::Put done) noexcept {
    if (done == Outbox::Put::picture_dropped) ++metrics_.pictures_dropped;
  }
  std::shared_ptr<SocketLink> link_;
  StreamOutput output_;
  Metrics& metrics_;
  std::vector<std::uint8_t> samples_;
};

}  // namespace

std::shared_ptr<MediaSink> make_socket_sink(std::shared_ptr<SocketLink> link, StreamOutput output,
                                            const MediaForm& form, Metrics& metrics) {
  return std::make_shared<SocketSink>(std::move(link), output, form, metrics);
}

}  // namespace parlante
