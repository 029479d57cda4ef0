// Film: frames and sound into a file, signed as those of `parlante render`.
#include <nanobind/stl/string.h>

#include <cstdint>
#include <ctime>
#include <filesystem>
#include <mutex>
#include <optional>
#include <utility>

#include "handles.hpp"
#include "mark/manifest.hpp"
#include "mark/private_file.hpp"
#include "mark/signing_keys.hpp"
#include "media/film_writer.hpp"
#include "stream/frame_gate.hpp"

namespace parlante::python {
namespace {

constexpr std::int64_t kMostLeftOut = 3600;  ///< frames between two that are written

/// WebM and pictures carry no manifest; they are marked in the picture only.
LastStep signed_as(const Flow& flow, const std::string& target) {
  if (!can_be_signed(target)) return {};
  ManifestFacts facts;
  facts.version = PARLANTE_VERSION;
  facts.mark = mark_payload(flow.options.marks.render_id, flow.options.render.seed, *flow.avatar.avatar);
  facts.consent = flow.avatar.consent;
  facts.made = std::time(nullptr);
  const PhotoOrigin& photo = flow.avatar.avatar->origin;
  facts.used.push_back({flow.avatar.role, {}, flow.avatar.sha256});
  if (flow.avatar.role == "photo")
    facts.used.back().manifests = photo.manifests;
  else if (!photo.sha256.empty())
    facts.used.push_back({"photo", {}, photo.sha256, photo.manifests});
  facts.used.push_back({"speech", {}, {}});
  const C2paSigner signer = or_raise(installation_keys(or_raise(private_folder()), facts.made)).signer;
  return [facts, signer](const std::filesystem::path& file) { return sign_file(file, facts, signer); };
}

class Film {
 public:
  Film(nb::handle target, const Flow& stream) : flow_(stream) {
    const auto file = nb::cast<std::string>(nb::str(nb::module_::import_("os").attr("fspath")(target)));
    const nb::gil_scoped_release other_threads_may_run;
    MovieSettings settings;
    settings.width = flow_.width(), settings.height = flow_.height();
    settings.rate = flow_.options.motion.rate;
    settings.form = or_raise(movie_form(file, "auto", flow_.options.render.transparent));
    settings.audio_rate = flow_.sound_rate;
    settings.audio_channels = 1;
    settings.comment = kLabelWords;
    settings.last_step = signed_as(flow_, file);
    writer_.emplace(or_raise(FilmWriter::open(file, settings)));
  }

  void write(const PyFrame& frame) {
    const nb::gil_scoped_release other_threads_may_run;
    const std::scoped_lock lock(mutex_);
    // A live stream leaves late pictures out; here the next one stands in for them, as on a screen it stood
    // longer.
    const std::int64_t pictures = last_ < 0 ? 1 : frame.frame.index - last_;
    if (pictures < 1 || pictures > kMostLeftOut)
      throw Failure({ErrorKind::usage, "A film takes a stream's frames in their order, all of them."});
    for (std::int64_t i = 0; i < pictures; ++i) or_raise(open_writer().write_frame(frame.frame.picture));
    last_ = frame.frame.index;
    if (!frame.sound.empty()) or_raise(writer_->write_audio(frame.sound));
  }
  void write_sound(nb::handle sound) {
    const std::vector<float> mono = mono_of(sound);
    const nb::gil_scoped_release other_threads_may_run;
    const std::scoped_lock lock(mutex_);
    or_raise(open_writer().write_audio(mono));
  }
  void finish() {
    const nb::gil_scoped_release other_threads_may_run;
    const std::scoped_lock lock(mutex_);
    or_raise(open_writer().finish());
    writer_.reset();
  }
  /// Leaves nothing behind.
  void drop() {
    const nb::gil_scoped_release other_threads_may_run;
    const std::scoped_lock lock(mutex_);
    writer_.reset();
  }

 private:
  FilmWriter& open_writer() {
    if (!writer_) throw Failure({ErrorKind::usage, "The film is finished."});
    return *writer_;
  }

  Flow flow_;
  std::mutex mutex_;
  std::optional<FilmWriter> writer_;
  std::int64_t last_ = -1;  ///< index of the frame before
};

}  // namespace

void add_films(nb::module_& m) {
  using namespace nb::literals;
  nb::class_<Film>(
      m, "Film",
      "A film of a stream's frames: MP4, MOV, WebM or pictures by the file's name, signed as those of "
      "`parlante render`. It appears under its name when it is complete.")
      .def(nb::init<nb::handle, const Flow&>(), "file"_a, "stream"_a,
           "Takes size, rate and consent from the stream.")
      .def("write", &Film::write, "frame"_a, "The next frame, with its sound where it has some.")
      .def("write_sound", &Film::write_sound, "sound"_a,
           "Further sound at the stream's rate, for frames without their own.")
      .def("finish", &Film::finish, "Completes the file, signs it and gives it its name.")
      .def("__enter__", [](nb::object self) { return self; })
      .def(
          "__exit__",
          [](Film& self, nb::handle type, nb::handle, nb::handle) {
            if (type.is_none())
              self.finish();
            else
              self.drop();
          },
          "type"_a.none(), "value"_a.none(), "traceback"_a.none());
}

}  // namespace parlante::python
