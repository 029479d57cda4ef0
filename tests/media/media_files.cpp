#include "media/media_files.hpp"

#include <cstdio>

#include <jpeglib.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <fstream>
#include <iterator>
#include <numbers>
#include <stdexcept>

#include "media/audio_reader.hpp"
#include "media/ffmpeg.hpp"
#include "support/live_heap.hpp"

namespace parlante::testing {

TemporaryFolder::TemporaryFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "parlante-XXXXXX").string();
  if (!mkdtemp(name.data())) throw std::runtime_error("no temporary folder");
  path_ = name;
}
TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::vector<std::uint8_t> bytes_of(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void write_bytes(const std::string& file, const std::vector<std::uint8_t>& bytes) {
  std::ofstream(file, std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

void write_wav(const std::string& file, int rate, int channels, const std::vector<float>& interleaved,
               std::int64_t claimed_samples) {
  std::vector<std::uint8_t> bytes;
  const auto text = [&](const char* four) { bytes.insert(bytes.end(), four, four + 4); };
  const auto number = [&](std::int64_t value, int count) {
    for (int i = 0; i < count; ++i) bytes.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
  };
  const std::int64_t claimed =
      claimed_samples < 0 ? static_cast<std::int64_t>(interleaved.size()) : claimed_samples * channels;
  text("RIFF"), number(36 + claimed * 4, 4), text("WAVE"), text("fmt "), number(16, 4);
  number(3, 2), number(channels, 2), number(rate, 4), number(std::int64_t{rate} * channels * 4, 4),
      number(channels * 4, 2), number(32, 2);
  text("data"), number(claimed * 4, 4);
  for (float sample : interleaved) number(std::bit_cast<std::uint32_t>(sample), 4);
  write_bytes(file, bytes);
}

namespace {

using namespace ffmpeg;

/// One stream, one file: what both encode_ functions share.
bool encode(const std::string& file, const AVCodec* encoder,
            const std::function<void(AVCodecContext&)>& set_up,
            const std::function<bool(AVFrame&, const AVCodecContext&)>& next_frame) {
  silence();
  AVFormatContext* muxer = nullptr;
  if (avformat_alloc_output_context2(&muxer, nullptr, nullptr, file.c_str()) < 0) return false;
  Codec codec(avcodec_alloc_context3(encoder));
  set_up(*codec);
  if (muxer->oformat->flags & AVFMT_GLOBALHEADER) codec->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
  if (avcodec_open2(codec.get(), encoder, nullptr) < 0)
    throw std::runtime_error("encoder refused its settings");
  AVStream* stream = avformat_new_stream(muxer, nullptr);
  avcodec_parameters_from_context(stream->codecpar, codec.get());
  stream->time_base = codec->time_base;
  AVDictionary* options = nullptr;
  if (std::strcmp(muxer->oformat->name, "image2") == 0)
    av_dict_set(&options, "update", "1", 0);
  else if (avio_open(&muxer->pb, file.c_str(), AVIO_FLAG_WRITE) < 0)
    throw std::runtime_error("cannot write " + file);
  if (avformat_write_header(muxer, &options) < 0) throw std::runtime_error("muxer refused");
  av_dict_free(&options);
  Packet packet(av_packet_alloc());
  for (bool more = true; more;) {
    Frame frame(av_frame_alloc());
    more = next_frame(*frame, *codec);
    avcodec_send_frame(codec.get(), more ? frame.get() : nullptr);
    while (avcodec_receive_packet(codec.get(), packet.get()) >= 0) {
      av_packet_rescale_ts(packet.get(), codec->time_base, stream->time_base);
      packet->stream_index = 0;
      av_interleaved_write_frame(muxer, packet.get());
    }
  }
  av_write_trailer(muxer);
  if (muxer->pb) avio_closep(&muxer->pb);
  avformat_free_context(muxer);
  return true;
}

}  // namespace

bool encode_sound(const std::string& file, const char* name, int rate, int channels,
                  const std::vector<float>& interleaved) {
  const AVCodec* encoder = avcodec_find_encoder_by_name(name);
  if (!encoder) return false;
  const bool integers = std::string(name) == "flac" || std::string(name) == "alac";
  const bool opus = std::string(name) == "libopus";
  std::size_t next = 0;
  std::int64_t pts = 0;
  return encode(
      file, encoder,
      [&](AVCodecContext& c) {
        c.sample_rate = rate;
        c.time_base = {1, rate};
        c.bit_rate = 128000;
        c.sample_fmt = std::string(name) == "flac" ? AV_SAMPLE_FMT_S16
                       : integers                  ? AV_SAMPLE_FMT_S16P
                       : opus                      ? AV_SAMPLE_FMT_FLT
                                                   : AV_SAMPLE_FMT_FLTP;
        av_channel_layout_default(&c.ch_layout, channels);
      },
      [&](AVFrame& frame, const AVCodecContext& c) {
        if (next >= interleaved.size()) return false;
        const int whole = c.frame_size > 0 ? c.frame_size : 1024;
        const int left = static_cast<int>((interleaved.size() - next) / static_cast<std::size_t>(channels));
        frame.nb_samples = std::min(whole, left);
        frame.format = c.sample_fmt;
        frame.sample_rate = rate;
        frame.pts = pts;
        pts += frame.nb_samples;
        av_channel_layout_copy(&frame.ch_layout, &c.ch_layout);
        av_frame_get_buffer(&frame, 0);
        const bool planar = av_sample_fmt_is_planar(c.sample_fmt) != 0;
        for (int i = 0; i < frame.nb_samples; ++i)
          for (int channel = 0; channel < channels; ++channel) {
            const float sample = interleaved[next++];
            const int at = planar ? i : i * channels + channel;
            std::uint8_t* plane = frame.extended_data[planar ? channel : 0];
            if (integers)
              reinterpret_cast<std::int16_t*>(plane)[at] =
                  static_cast<std::int16_t>(std::lround(std::clamp(sample, -1.f, 1.f) * 32767));
            else
              reinterpret_cast<float*>(plane)[at] = sample;
          }
        return true;
      });
}

bool encode_picture(const std::string& file, const char* name, const ImageU8& image) {
  const AVCodec* encoder = avcodec_find_encoder_by_name(name);
  if (!encoder) return false;
  bool given = false;
  const bool bgr = std::string(name) == "bmp" || std::string(name) == "libwebp";
  return encode(
      file, encoder,
      [&](AVCodecContext& c) {
        c.width = image.width;
        c.height = image.height;
        c.time_base = {1, 25};
        c.pix_fmt = image.channels == 4              ? (bgr ? AV_PIX_FMT_BGRA : AV_PIX_FMT_RGBA)
                    : std::string(name) == "libwebp" ? AV_PIX_FMT_BGRA
                    : bgr                            ? AV_PIX_FMT_BGR24
                                                     : AV_PIX_FMT_RGB24;
        av_opt_set(c.priv_data, "lossless", "1", 0);
      },
      [&](AVFrame& frame, const AVCodecContext& c) {
        if (std::exchange(given, true)) return false;
        frame.format = c.pix_fmt;
        frame.width = image.width;
        frame.height = image.height;
        av_frame_get_buffer(&frame, 0);
        const int channels = c.pix_fmt == AV_PIX_FMT_BGRA || c.pix_fmt == AV_PIX_FMT_RGBA ? 4 : 3;
        for (int y = 0; y < image.height; ++y)
          for (int x = 0; x < image.width; ++x)
            for (int k = 0; k < channels; ++k) {
              const int source = bgr && k < 3 ? 2 - k : k;
              frame.data[0][y * frame.linesize[0] + x * channels + k] =
                  source < image.channels ? image.at(x, y)[source] : std::uint8_t{255};
            }
        return true;
      });
}

void write_jpeg(const std::string& file, const ImageU8& image, const JpegForm& form) {
  jpeg_compress_struct jpeg{};
  jpeg_error_mgr errors{};
  jpeg.err = jpeg_std_error(&errors);
  jpeg_create_compress(&jpeg);
  std::FILE* out = std::fopen(file.c_str(), "wb");
  jpeg_stdio_dest(&jpeg, out);
  jpeg.image_width = static_cast<JDIMENSION>(image.width);
  jpeg.image_height = static_cast<JDIMENSION>(image.height);
  jpeg.input_components = image.channels;
  jpeg.in_color_space = form.cmyk ? JCS_CMYK : image.channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
  jpeg_set_defaults(&jpeg);
  if (form.cmyk) jpeg_set_colorspace(&jpeg, form.ycck ? JCS_YCCK : JCS_CMYK);
  if (form.cmyk) jpeg.write_Adobe_marker = form.adobe ? TRUE : FALSE;
  jpeg_set_quality(&jpeg, form.quality, TRUE);
  if (form.progressive) jpeg_simple_progression(&jpeg);
  jpeg_start_compress(&jpeg, TRUE);
  if (form.orientation) {
    const auto o = static_cast<std::uint8_t>(form.orientation);
    const std::vector<std::uint8_t> little{'E',  'x', 'i', 'f', 0, 0, 'I', 'I', 42, 0, 8, 0, 0, 0, 1, 0,
                                           0x12, 1,   3,   0,   1, 0, 0,   0,   o,  0, 0, 0, 0, 0, 0, 0};
    const std::vector<std::uint8_t> big{'E', 'x',  'i', 'f', 0, 0, 'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1,
                                        1,   0x12, 0,   3,   0, 0, 0,   1,   0, o,  0, 0, 0, 0, 0, 0};
    const auto& exif = form.big_endian ? big : little;
    jpeg_write_marker(&jpeg, JPEG_APP0 + 1, exif.data(), static_cast<unsigned>(exif.size()));
  }
  std::vector<std::uint8_t> row(image.stride());
  for (int y = 0; y < image.height; ++y) {
    std::copy_n(image.row(y), row.size(), row.begin());
    if (form.cmyk && form.adobe)
      for (auto& ink : row) ink = static_cast<std::uint8_t>(255 - ink);
    JSAMPROW rows = row.data();
    jpeg_write_scanlines(&jpeg, &rows, 1);
  }
  jpeg_finish_compress(&jpeg);
  jpeg_destroy_compress(&jpeg);
  std::fclose(out);
}

void write_jpeg_rows(const std::string& file, int width, int height,
                     const std::function<void(int, std::uint8_t*)>& fill) {
  jpeg_compress_struct jpeg{};
  jpeg_error_mgr errors{};
  jpeg.err = jpeg_std_error(&errors);
  jpeg_create_compress(&jpeg);
  std::FILE* out = std::fopen(file.c_str(), "wb");
  jpeg_stdio_dest(&jpeg, out);
  jpeg.image_width = static_cast<JDIMENSION>(width);
  jpeg.image_height = static_cast<JDIMENSION>(height);
  jpeg.input_components = 3;
  jpeg.in_color_space = JCS_RGB;
  jpeg_set_defaults(&jpeg);
  jpeg_start_compress(&jpeg, TRUE);
  std::vector<std::uint8_t> row(static_cast<std::size_t>(width) * 3);
  for (int y = 0; y < height; ++y) {
    fill(y, row.data());
    JSAMPROW rows = row.data();
    jpeg_write_scanlines(&jpeg, &rows, 1);
  }
  jpeg_finish_compress(&jpeg);
  jpeg_destroy_compress(&jpeg);
  std::fclose(out);
}

std::vector<float> clicks(double seconds, int rate, int channels, const std::vector<double>& at) {
  std::vector<float> samples(
      static_cast<std::size_t>(std::llround(seconds * rate)) * static_cast<std::size_t>(channels), 0.f);
  for (double second : at)
    for (int c = 0; c < channels; ++c)
      samples[static_cast<std::size_t>(std::llround(second * rate)) * static_cast<std::size_t>(channels) +
              static_cast<std::size_t>(c)] = .95f;
  return samples;
}

std::vector<float> tone(double seconds, int rate, int channels, double hertz, float amplitude) {
  std::vector<float> samples;
  const auto count = std::llround(seconds * rate);
  for (std::int64_t i = 0; i < count; ++i)
    samples.insert(samples.end(), static_cast<std::size_t>(channels),
                   amplitude * static_cast<float>(
                                   std::sin(2 * std::numbers::pi * hertz * static_cast<double>(i) / rate)));
  return samples;
}

Result<std::vector<float>> read_sound(const std::string& source, int rate, int channels, Sink& sink) {
  auto reader = AudioReader::open(source, rate, channels, sink);
  if (!reader) return pass_on(std::move(reader));
  std::vector<float> all, piece(static_cast<std::size_t>(777 * channels));
  while (true) {
    auto got = reader->read(piece);
    if (!got) return pass_on(std::move(got));
    if (*got == 0) return all;
    all.insert(all.end(), piece.begin(),
               piece.begin() + static_cast<std::ptrdiff_t>(*got * static_cast<std::size_t>(channels)));
  }
}

double loudest_near(const std::vector<float>& mono, int rate, double about) {
  const auto size = static_cast<std::int64_t>(mono.size());
  const std::int64_t from = std::clamp<std::int64_t>(std::llround((about - .2) * rate), 0, size);
  const std::int64_t to = std::clamp<std::int64_t>(std::llround((about + .2) * rate), 0, size);
  const auto peak = std::max_element(mono.begin() + from, mono.begin() + to,
                                     [](float a, float b) { return std::abs(a) < std::abs(b); });
  return static_cast<double>(peak - mono.begin()) / rate;
}

float loudest(const std::vector<float>& samples) {
  float peak = 0;
  for (float sample : samples) peak = std::max(peak, std::abs(sample));
  return peak;
}

double peak_memory_mib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

double memory_mib() {
  if (kSanitized) return static_cast<double>(live_heap_bytes()) / (1 << 20);
  std::ifstream statm("/proc/self/statm");
  double pages = 0, resident = 0;
  statm >> pages >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE)) / (1 << 20);
}

}  // namespace parlante::testing
