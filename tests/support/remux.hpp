// A film's streams put into another file without their manifest, as sites and tools do.
#pragma once

#include <gtest/gtest.h>

#include <string>

extern "C" {
#include <libavformat/avformat.h>
#include <libavutil/dict.h>
}

namespace parlante::testing {

/// The packets of all streams as they are, those that begin before `seconds`, into a file of the name's form.
inline void remux(const std::string& from, const std::string& to, double seconds = 1e9) {
  AVFormatContext *in = nullptr, *out = nullptr;
  ASSERT_EQ(avformat_open_input(&in, from.c_str(), nullptr, nullptr), 0);
  ASSERT_GE(avformat_find_stream_info(in, nullptr), 0);
  ASSERT_GE(avformat_alloc_output_context2(&out, nullptr, nullptr, to.c_str()), 0);
  for (unsigned i = 0; i < in->nb_streams; ++i) {
    AVStream* stream = avformat_new_stream(out, nullptr);
    ASSERT_GE(avcodec_parameters_copy(stream->codecpar, in->streams[i]->codecpar), 0);
    stream->codecpar->codec_tag = 0;
    stream->time_base = in->streams[i]->time_base;
  }
  ASSERT_GE(avio_open(&out->pb, to.c_str(), AVIO_FLAG_WRITE), 0);
  ASSERT_GE(avformat_write_header(out, nullptr), 0);
  AVPacket* packet = av_packet_alloc();
  while (av_read_frame(in, packet) >= 0) {
    const AVStream *source = in->streams[packet->stream_index], *target = out->streams[packet->stream_index];
    if (static_cast<double>(packet->pts) * av_q2d(source->time_base) < seconds) {
      av_packet_rescale_ts(packet, source->time_base, target->time_base);
      packet->pos = -1;
      ASSERT_GE(av_interleaved_write_frame(out, packet), 0);
    }
    av_packet_unref(packet);
  }
  EXPECT_EQ(av_write_trailer(out), 0);
  av_packet_free(&packet);
  avio_closep(&out->pb);
  avformat_free_context(out);
  avformat_close_input(&in);
}

/// A tag of the whole film; empty where there is none.
inline std::string film_tag(const std::string& file, const char* key) {
  AVFormatContext* in = nullptr;
  if (avformat_open_input(&in, file.c_str(), nullptr, nullptr) != 0) return {};
  const AVDictionaryEntry* tag = av_dict_get(in->metadata, key, nullptr, 0);
  std::string value = tag ? tag->value : "";
  avformat_close_input(&in);
  return value;
}

}  // namespace parlante::testing
