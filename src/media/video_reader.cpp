#include "media/video_reader.hpp"

#include <algorithm>
#include <cmath>

#include "media/ffmpeg.hpp"
#include "media/frame_to_rgb.hpp"
#include "media/orientation.hpp"

namespace parlante {
namespace {

const std::int32_t* display_matrix(const AVStream& stream) {
#if LIBAVFORMAT_VERSION_INT >= AV_VERSION_INT(60, 15, 100)  // FFmpeg 6.1
  const AVPacketSideData* side = av_packet_side_data_get(
      stream.codecpar->coded_side_data, stream.codecpar->nb_coded_side_data, AV_PKT_DATA_DISPLAYMATRIX);
  return side && side->size >= 9 * sizeof(std::int32_t) ? reinterpret_cast<const std::int32_t*>(side->data)
                                                        : nullptr;
#else
  std::size_t size = 0;
  const std::uint8_t* side = av_stream_get_side_data(&stream, AV_PKT_DATA_DISPLAYMATRIX, &size);
  return side && size >= 9 * sizeof(std::int32_t) ? reinterpret_cast<const std::int32_t*>(side) : nullptr;
#endif
}

}  // namespace

struct VideoReader::State {
  std::string name;
  ffmpeg::Input input;
  ffmpeg::Codec decoder;
  ffmpeg::Packet packet{av_packet_alloc()};
  ffmpeg::Frame frame{av_frame_alloc()};
  RgbConverter converter;
  ImageU8 stored;  // before it is turned upright
  AVStream* stream = nullptr;
  Orientation orientation = 1;
  Rational rate;
  double seconds = 0;
  std::int64_t frames = 0;
  bool draining = false, ended = false;

  void read_packet();
  Result<> deliver(ImageU8& out);
};

void VideoReader::State::read_packet() {
  while (true) {
    if (av_read_frame(input.get(), packet.get()) < 0) {
      draining = true;
      avcodec_send_packet(decoder.get(), nullptr);
      return;
    }
    const bool ours = packet->stream_index == stream->index;
    if (ours) avcodec_send_packet(decoder.get(), packet.get());  // a damaged one gives no picture
    av_packet_unref(packet.get());
    if (ours) return;
  }
}

Result<> VideoReader::State::deliver(ImageU8& out) {
  const std::int64_t start =
      input->start_time == AV_NOPTS_VALUE ? 0 : std::max<std::int64_t>(0, input->start_time);
  const std::int64_t pts = frame->best_effort_timestamp;
  seconds = pts == AV_NOPTS_VALUE ? static_cast<double>(frames) / rate.value()
                                  : static_cast<double>(pts) * av_q2d(stream->time_base) -
                                        static_cast<double>(start) / AV_TIME_BASE;
  ++frames;
  const AVRational aspect = av_guess_sample_aspect_ratio(input.get(), stream, frame.get());
  int width = frame->width;
  if (aspect.num > 0 && aspect.den > 0) {
    const double wide = static_cast<double>(width) * aspect.num / aspect.den;
    if (wide >= 1 && wide <= 16384) width = static_cast<int>(std::lround(wide));
  }
  if (orientation == 1) return converter.convert(*frame, width, frame->height, out);
  if (auto converted = converter.convert(*frame, width, frame->height, stored); !converted) return converted;
  out = upright(stored, orientation);
  return {};
}

Result<VideoReader> VideoReader::open(const std::string& source) {
  auto state = std::make_unique<State>();
  auto& s = *state;
  s.name = ffmpeg::name_of(source);
  auto input = ffmpeg::open_input(source, ErrorKind::bad_picture);
  if (!input) return pass_on(std::move(input));
  s.input = std::move(*input);
  const int index = av_find_best_stream(s.input.get(), AVMEDIA_TYPE_VIDEO, -1, -1, nullptr, 0);
  if (index < 0 || (s.input->streams[index]->disposition & AV_DISPOSITION_ATTACHED_PIC))
    return fail(ErrorKind::bad_picture, s.name + " holds no video.");
  for (unsigned i = 0; i < s.input->nb_streams; ++i)
    if (static_cast<int>(i) != index) s.input->streams[i]->discard = AVDISCARD_ALL;
  s.stream = s.input->streams[index];
  auto decoder = ffmpeg::open_decoder(*s.stream, 0, ErrorKind::bad_picture, s.name);
  if (!decoder) return pass_on(std::move(decoder));
  s.decoder = std::move(*decoder);
  if (const std::int32_t* matrix = display_matrix(*s.stream))
    s.orientation = orientation_of_display_matrix(matrix);
  const AVRational rate = av_guess_frame_rate(s.input.get(), s.stream, nullptr);
  if (rate.num > 0 && rate.den > 0) s.rate = {rate.num, rate.den};
  return VideoReader(std::move(state));
}

Result<bool> VideoReader::next(ImageU8& frame) {
  auto& s = *state_;
  while (!s.ended) {
    const int error = avcodec_receive_frame(s.decoder.get(), s.frame.get());
    if (error == 0) {
      auto delivered = s.deliver(frame);
      av_frame_unref(s.frame.get());
      if (!delivered) return fail(ErrorKind::bad_picture, s.name + ": " + delivered.error().message);
      return true;
    }
    if (error == AVERROR_EOF || s.draining)
      s.ended = true;
    else
      s.read_packet();
  }
  if (s.frames == 0)
    return fail(ErrorKind::bad_picture, s.name + " is damaged: not one picture in it can be decoded.");
  return false;
}

bool VideoReader::seek(double seconds) {
  auto& s = *state_;
  const std::int64_t start =
      s.input->start_time == AV_NOPTS_VALUE ? 0 : std::max<std::int64_t>(0, s.input->start_time);
  const double target = seconds * AV_TIME_BASE + static_cast<double>(start);
  if (!(target >= 0 && target < 9e18)) return false;
  const auto at = av_rescale_q(static_cast<std::int64_t>(target), {1, AV_TIME_BASE}, s.stream->time_base);
  if (av_seek_frame(s.input.get(), s.stream->index, at, AVSEEK_FLAG_BACKWARD) < 0) return false;
  avcodec_flush_buffers(s.decoder.get());
  s.draining = s.ended = false;
  return true;
}

Rational VideoReader::rate() const noexcept {
  return state_->rate;
}
double VideoReader::claimed_seconds() const noexcept {
  const std::int64_t length = state_->input->duration;
  return length == AV_NOPTS_VALUE || length < 0 ? 0 : static_cast<double>(length) / AV_TIME_BASE;
}
double VideoReader::seconds() const noexcept {
  return state_->seconds;
}

VideoReader::VideoReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
VideoReader::~VideoReader() = default;
VideoReader::VideoReader(VideoReader&&) noexcept = default;
VideoReader& VideoReader::operator=(VideoReader&&) noexcept = default;

}  // namespace parlante
