// A session as fragments of an MP4.
#include <algorithm>

#include "live/socket_sink.hpp"
#include "media/live_encoder.hpp"

namespace parlante {
namespace {

/// What may wait before pictures are left out until the client has caught up: half a second at the usual
/// rate.
constexpr std::size_t kMostWaiting = 150'000;
constexpr int kBitsAt512 = 1'800'000;

/// Bits a second for a size and rate: as many for each pixel as at 512 px and 25 frames a second, fewer for
/// each further frame, which differs less.
int bits_for(const MediaForm& form) {
  const double pixels = static_cast<double>(form.width) * form.height / (512. * 512.);
  return static_cast<int>(kBitsAt512 * pixels * (.5 + .5 * form.rate.value() / 25));
}

class MovieSink final : public MediaSink {
 public:
  MovieSink(std::shared_ptr<SocketLink> link, LiveVideoEncoder video, LiveAudioEncoder audio,
            FragmentedMp4 movie, Metrics& metrics)
      : link_(std::move(link)),
        video_(std::move(video)),
        audio_(std::move(audio)),
        movie_(std::move(movie)),
        metrics_(metrics) {}

  void frame(const LiveFrame& frame) noexcept override try {
    const ImageU8& picture = frame.frame.picture;
    if (picture.width != video_.settings().width || picture.height != video_.settings().height)
      begin_anew(picture);
    if (!begun_)
      link_->send(PacketKind::sound, packed({PacketHead::film_start, 0, 0, 0}), movie_.init_segment());
    begun_ = true;
    add_sound(frame);
    if (link_->kept_bytes() > kMostWaiting) {
      // not encoded at all, so that the next picture builds on what the client has
      ++metrics_.pictures_dropped;
    } else if (const auto encoded = video_.encode(picture, frame.frame.index)) {
      static_cast<void>(movie_.add(*encoded));
    }
    const auto piece = movie_.fragment();
    if (!piece || piece->empty()) return;
    link_->send(PacketKind::sound, packed({PacketHead::film_piece, 0, frame.frame.index, frame.sound_from}),
                *piece);
  } catch (...) {
    // no memory for this piece: the next one may have some
  }

 private:
  /// Pictures of another size need another encoder, and their film another beginning; its times go on.
  void begin_anew(const ImageU8& picture) {
    LiveVideoSettings settings = video_.settings();
    const double pixels = static_cast<double>(picture.width) * picture.height /
                          (static_cast<double>(settings.width) * settings.height);
    settings.width = picture.width;
    settings.height = picture.height;
    settings.bits_per_second = static_cast<int>(pixels * settings.bits_per_second);
    auto video = LiveVideoEncoder::open(settings);
    if (!video) return;
    auto movie = FragmentedMp4::open(*video, &audio_);
    if (!movie) return;
    video_ = std::move(*video);
    movie_ = std::move(*movie);
    begun_ = false;
  }

  /// The encoder takes at most a second at once; skipped frames may have left more.
  void add_sound(const LiveFrame& frame) {
    std::span<const float> rest = frame.sound;
    const auto most = static_cast<std::size_t>(audio_.settings().rate) / 2;
    while (!rest.empty()) {
      const auto part = rest.first(std::min(most, rest.size()));
      rest = rest.subspan(part.size());
      if (!audio_.push(part)) return;
      EncodedSound packet;
      for (auto more = audio_.next(packet); more && *more; more = audio_.next(packet))
        static_cast<void>(movie_.add(packet));
    }
  }

  std::shared_ptr<SocketLink> link_;
  LiveVideoEncoder video_;
  LiveAudioEncoder audio_;
  FragmentedMp4 movie_;
  Metrics& metrics_;
  bool begun_ = false;
};

}  // namespace

Result<FilmSink> make_film_sink(std::shared_ptr<SocketLink> link, const MediaForm& form, Metrics& metrics) {
  auto video = LiveVideoEncoder::open(
      {.width = form.width, .height = form.height, .rate = form.rate, .bits_per_second = bits_for(form)});
  if (!video) return pass_on(std::move(video));
  auto audio = LiveAudioEncoder::open({.rate = form.sound_rate});
  if (!audio) return pass_on(std::move(audio));
  auto movie = FragmentedMp4::open(*video, &*audio);
  if (!movie) return pass_on(std::move(movie));
  std::string mime = movie->mime();
  return FilmSink{std::make_shared<MovieSink>(std::move(link), std::move(*video), std::move(*audio),
                                              std::move(*movie), metrics),
                  std::move(mime)};
}

}  // namespace parlante
