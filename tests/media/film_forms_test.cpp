// What each ending of a target gives: containers, codecs, transparency, pictures.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>

extern "C" {
#include <libavutil/pixdesc.h>
}

#include "media/ffmpeg.hpp"
#include "media/film_writer.hpp"
#include "media/media_files.hpp"
#include "media/picture.hpp"
#include "media/video_reader.hpp"

namespace parlante {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::read_sound;
using testing::TemporaryFolder;

MovieSettings settings_for(const std::string& target, bool alpha = false, const std::string& codec = "auto") {
  MovieSettings settings;
  settings.width = 96, settings.height = 64;
  const auto form = movie_form(target, codec, alpha);
  EXPECT_TRUE(form) << form.error().message;
  settings.form = form.value_or(MovieForm{});
  return settings;
}

bool has_encoder(const char* name) {
  return avcodec_find_encoder_by_name(name) != nullptr;
}

/// Orange on the left, a clear right half, half covered between; not premultiplied.
ImageU8 orange() {
  ImageU8 frame(96, 64, 4);
  for (int y = 0; y < 64; ++y)
    for (int x = 0; x < 96; ++x) {
      std::uint8_t* p = frame.at(x, y);
      p[0] = 230, p[1] = 140, p[2] = 30;
      p[3] = static_cast<std::uint8_t>(x < 32 ? 255 : x < 64 ? 128 : 0);
    }
  return frame;
}

ImageU8 without_alpha(const ImageU8& rgba) {
  ImageU8 rgb(rgba.width, rgba.height, 3);
  for (std::size_t i = 0; i < rgb.pixels.size(); ++i) rgb.pixels[i] = rgba.pixels[i / 3 * 4 + i % 3];
  return rgb;
}

Result<> write(const std::string& target, const MovieSettings& settings, const ImageU8& frame,
               int count = 12) {
  auto film = FilmWriter::open(target, settings);
  if (!film) return pass_on(std::move(film));
  const std::vector<float> sound = testing::tone(.5, 48000, 2, 440);
  if (auto written = film->write_audio(sound); !written) return written;
  for (int i = 0; i < count; ++i)
    if (auto written = film->write_frame(frame); !written) return written;
  return film->finish();
}

/// The first picture of a file as RGBA, by the decoder that is named (FFmpeg's own VP9 leaves alpha out).
ImageU8 first_rgba(const std::string& file, const char* decoder_name, std::string& format) {
  AVFormatContext* raw = nullptr;
  if (avformat_open_input(&raw, file.c_str(), nullptr, nullptr) < 0) return {};
  const ffmpeg::Input input(raw);
  avformat_find_stream_info(raw, nullptr);
  const int stream = av_find_best_stream(raw, AVMEDIA_TYPE_VIDEO, -1, -1, nullptr, 0);
  const ffmpeg::Codec codec(avcodec_alloc_context3(avcodec_find_decoder_by_name(decoder_name)));
  avcodec_parameters_to_context(codec.get(), raw->streams[stream]->codecpar);
  if (avcodec_open2(codec.get(), codec->codec, nullptr) < 0) return {};
  const ffmpeg::Packet packet(av_packet_alloc());
  const ffmpeg::Frame frame(av_frame_alloc());
  bool more = true;
  while (avcodec_receive_frame(codec.get(), frame.get()) < 0) {
    if (!more) return {};
    more = av_read_frame(raw, packet.get()) >= 0;
    if (!more || packet->stream_index == stream)
      avcodec_send_packet(codec.get(), more ? packet.get() : nullptr);
    av_packet_unref(packet.get());
  }
  format = av_get_pix_fmt_name(static_cast<AVPixelFormat>(frame->format));
  ImageU8 rgba(frame->width, frame->height, 4);
  const ffmpeg::Scaler scaler(
      sws_getContext(frame->width, frame->height, static_cast<AVPixelFormat>(frame->format), frame->width,
                     frame->height, AV_PIX_FMT_RGBA, SWS_POINT, nullptr, nullptr, nullptr));
  const int* bt709 = sws_getCoefficients(SWS_CS_ITU709);
  sws_setColorspaceDetails(scaler.get(), bt709, 0, bt709, 1, 0, 1 << 16, 1 << 16);
  std::uint8_t* rows[4] = {rgba.pixels.data()};
  const int strides[4] = {rgba.width * 4};
  sws_scale(scaler.get(), frame->data, frame->linesize, 0, frame->height, rows, strides);
  return rgba;
}

void expect_orange(const ImageU8& rgba) {
  ASSERT_EQ(rgba.width, 96);
  const auto near = [&](int x, int alpha) {
    const std::uint8_t* p = rgba.at(x, 32);
    EXPECT_NEAR(p[3], alpha, 3) << x;
    EXPECT_NEAR(p[0], 230, 6) << x;  // straight: the half covered part is not darker
    EXPECT_NEAR(p[1], 140, 6) << x;
    EXPECT_NEAR(p[2], 30, 10) << x;
  };
  near(10, 255), near(48, 128), near(88, 0);
}

std::string refusal(const std::string& target, const std::string& codec = "auto", bool alpha = false) {
  const auto form = movie_form(target, codec, alpha);
  if (form) return "taken";
  EXPECT_EQ(form.error().kind, ErrorKind::usage);
  return form.error().message;
}

}  // namespace

TEST(MovieForm, TheEndingDecides) {
  EXPECT_EQ(movie_form("a.mp4", "auto", false)->codec, VideoCodec::h264);
  EXPECT_EQ(movie_form("A.M4V", "auto", false)->container, Container::mp4);
  EXPECT_EQ(movie_form("a.webm", "auto", true)->codec, VideoCodec::vp9);
  EXPECT_EQ(movie_form("a.webm", "av1", false)->codec, VideoCodec::av1);
  EXPECT_EQ(movie_form("a.mov", "auto", true)->codec, VideoCodec::prores);
  EXPECT_EQ(movie_form("a.mov", "h264", false)->codec, VideoCodec::h264);
  EXPECT_EQ(movie_form("-", "auto", false)->container, Container::mp4);
  EXPECT_EQ(movie_form("-", "vp9", true)->container, Container::webm);
  EXPECT_EQ(movie_form("/dev/null", "auto", false)->container, Container::mp4);
  EXPECT_TRUE(movie_form("frames/", "auto", true)->pictures);
  EXPECT_TRUE(movie_form("f%05d.png", "auto", false)->pictures);
}

TEST(MovieForm, WhatCannotBeIsRefusedWithAWayOut) {
  EXPECT_THAT(refusal("a.mp4", "auto", true), HasSubstr("MP4 has no transparency: write a .webm"));
  EXPECT_THAT(refusal("-", "auto", true), HasSubstr("no transparency"));
  EXPECT_THAT(refusal("a.webm", "av1", true), HasSubstr("AV1 has no transparency"));
  EXPECT_THAT(refusal("a.mov", "h264", true), HasSubstr("H.264 has no transparency"));
  EXPECT_THAT(refusal("a.webm", "h264"), HasSubstr("H.264 goes into .mp4 or .mov"));
  EXPECT_THAT(refusal("a.mp4", "vp9"), HasSubstr("VP9 goes into .webm"));
  EXPECT_THAT(refusal("-", "prores"), HasSubstr("ProRes goes into .mov"));
  EXPECT_THAT(refusal("a.gif"), HasSubstr("no ending that says what to write"));
  EXPECT_THAT(refusal("film"), HasSubstr("no ending"));
  EXPECT_THAT(refusal(".webm"), HasSubstr("no ending"));
  EXPECT_THAT(refusal("a.png"), HasSubstr("is one picture"));
  EXPECT_THAT(refusal("f%05d.png", "vp9"), HasSubstr("no video codec"));
}

TEST(FilmWriter, WebmKeepsTransparencyAndSound) {
  if (!has_encoder("libvpx-vp9") || !has_encoder("libopus") || !avcodec_find_decoder_by_name("libvpx-vp9"))
    GTEST_SKIP() << "this FFmpeg has no VP9 or Opus";
  const TemporaryFolder folder;
  const std::string file = folder / "a.webm";
  const auto written = write(file, settings_for(file, true), orange());
  ASSERT_TRUE(written) << written.error().message;
  std::string format;
  expect_orange(first_rgba(file, "libvpx-vp9", format));
  EXPECT_EQ(format, "yuva420p");
  const auto sound = read_sound(file, 48000, 1);
  ASSERT_TRUE(sound) << sound.error().message;
  EXPECT_NEAR(static_cast<double>(sound->size()), 48000 * 12 / 25, 960 + 1);
}

TEST(FilmWriter, MovKeepsTransparencyAndSound) {
  if (!has_encoder("prores_ks")) GTEST_SKIP() << "this FFmpeg has no ProRes";
  const TemporaryFolder folder;
  const std::string file = folder / "a.mov";
  const auto written = write(file, settings_for(file, true), orange());
  ASSERT_TRUE(written) << written.error().message;
  std::string format;
  expect_orange(first_rgba(file, "prores", format));
  EXPECT_THAT(format, HasSubstr("yuva444p"));
  EXPECT_EQ(read_sound(file, 48000, 1)->size(), 48000U * 12 / 25);
}

TEST(FilmWriter, OpaqueFilmsOfEveryCodecHaveTheRightColours) {
  const TemporaryFolder folder;
  struct Case {
    const char *name, *codec, *encoder;
  };
  for (const Case& c : {Case{"a.mp4", "auto", "libx264"}, Case{"b.webm", "vp9", "libvpx-vp9"},
                        Case{"c.webm", "av1", "libaom-av1"}, Case{"d.mov", "auto", "prores_ks"},
                        Case{"e.mov", "h264", "libx264"}}) {
    if (!has_encoder(c.encoder)) continue;
    const std::string file = folder / c.name;
    const auto written = write(file, settings_for(file, false, c.codec), without_alpha(orange()));
    ASSERT_TRUE(written) << c.name << ": " << written.error().message;
    auto video = VideoReader::open(file);
    ASSERT_TRUE(video) << c.name;
    ImageU8 frame;
    int frames = 0;
    while (video->next(frame).value()) ++frames;
    EXPECT_EQ(frames, 12) << c.name;
    EXPECT_NEAR(frame.at(20, 30)[0], 230, 6) << c.name;
    EXPECT_NEAR(frame.at(20, 30)[1], 140, 6) << c.name;
    EXPECT_NEAR(frame.at(20, 30)[2], 30, 10) << c.name;
  }
}

TEST(FilmWriter, EveryPresetAndRateFactorIsTaken) {
  const TemporaryFolder folder;
  for (const char* preset : {"ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow"})
    for (const char* name : {"a.webm", "b.webm", "c.mp4"}) {
      const std::string file = folder / name;
      if (!has_encoder("libvpx-vp9") || !has_encoder("libaom-av1")) GTEST_SKIP() << "no VP9 or AV1 here";
      MovieSettings settings = settings_for(file, false, std::string(name) == "b.webm" ? "av1" : "auto");
      settings.preset = preset;
      for (const int crf : {0, 40}) {
        settings.crf = crf;
        const auto film = FilmWriter::open(file, settings);
        EXPECT_TRUE(film) << name << " " << preset << " " << crf << ": " << film.error().message;
      }
    }
}

TEST(FilmWriter, FramesMustHaveTheFormsChannels) {
  const TemporaryFolder folder;
  auto film = FilmWriter::open(folder / "a.mp4", settings_for("a.mp4"));
  ASSERT_TRUE(film);
  EXPECT_FALSE(film->write_frame(orange()));
  if (!has_encoder("libvpx-vp9")) return;
  auto clear = FilmWriter::open(folder / "a.webm", settings_for("a.webm", true));
  ASSERT_TRUE(clear);
  EXPECT_FALSE(clear->write_frame(without_alpha(orange())));
}

TEST(PictureSeries, AFolderAppearsWhenAllPicturesAreThere) {
  const TemporaryFolder folder;
  {
    auto series = PictureSeries::open(folder / "out/");
    ASSERT_TRUE(series) << series.error().message;
    ASSERT_TRUE(series->write_frame(orange()));
    ASSERT_TRUE(series->write_frame(orange()));
    EXPECT_FALSE(std::filesystem::exists(folder / "out"));
    ASSERT_TRUE(series->finish());
  }
  EXPECT_TRUE(std::filesystem::exists(folder / "out/frame00000.png"));
  EXPECT_TRUE(std::filesystem::exists(folder / "out/frame00001.png"));
  std::string format;
  const ImageU8 back = first_rgba(folder / "out/frame00001.png", "png", format);
  EXPECT_EQ(back.pixels, orange().pixels);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
  EXPECT_EQ(PictureSeries::open(folder / "out/").error().kind, ErrorKind::failed) << "it is not empty now";
  std::filesystem::create_directory(folder / "empty");
  auto again = PictureSeries::open(folder / "empty");
  ASSERT_TRUE(again);
  ASSERT_TRUE(again->write_frame(without_alpha(orange())));
  EXPECT_TRUE(again->finish());
}

TEST(PictureSeries, APatternNamesThePicturesAndNothingStaysWhenGivenUp) {
  const TemporaryFolder folder;
  {
    auto series = PictureSeries::open(folder / "f%03d.png");
    ASSERT_TRUE(series) << series.error().message;
    for (int i = 0; i < 3; ++i) ASSERT_TRUE(series->write_frame(orange()));
    ASSERT_TRUE(series->finish());
  }
  EXPECT_TRUE(std::filesystem::exists(folder / "f000.png"));
  EXPECT_TRUE(std::filesystem::exists(folder / "f002.png"));
  {
    auto given_up = PictureSeries::open(folder / "g%d.png");
    ASSERT_TRUE(given_up);
    ASSERT_TRUE(given_up->write_frame(orange()));
    auto empty = PictureSeries::open(folder / "h%d.png");
    ASSERT_TRUE(empty);
    EXPECT_FALSE(empty->finish());
  }
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 3);
}

TEST(PictureSeries, RefusesWhatItCannotWrite) {
  const TemporaryFolder folder;
  const auto refused = [](const std::string& target) {
    const auto series = PictureSeries::open(target);
    return series ? std::string("taken") : series.error().message;
  };
  EXPECT_THAT(refused(folder / "no/such/f%d.png"), HasSubstr("There is no folder"));
  EXPECT_THAT(refused(folder / "no/such/"), HasSubstr("There is no folder"));
  EXPECT_THAT(refused(folder / "f%s.png"), HasSubstr("one place for the number"));
  EXPECT_THAT(refused(folder / "f%d-%d.png"), HasSubstr("one place for the number"));
  EXPECT_THAT(refused(folder / "f%123456789d.png"), HasSubstr("one place for the number"));
  testing::write_bytes(folder / "file", {1});
  EXPECT_THAT(refused(folder / "file/"), HasSubstr("is a file, not a folder"));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
}

}  // namespace parlante
