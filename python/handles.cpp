// Model and Avatar.
#include "handles.hpp"

#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <string_view>

#include "avatar/avatar_file.hpp"
#include "avatar/make_avatar.hpp"
#include "core/options.hpp"
#include "mark/file_hash.hpp"
#include "mark/manifest.hpp"
#include "mark/private_file.hpp"
#include "media/picture.hpp"
#include "render/rig.hpp"

namespace parlante::python {
namespace {

namespace fs = std::filesystem;
using Bytes = std::vector<std::uint8_t>;
using Picture = nb::ndarray<const std::uint8_t, nb::ndim<3>, nb::c_contig, nb::device::cpu>;

constexpr std::string_view kAvatarMagic = "PLAVATAR";
constexpr std::uintmax_t kMostBytes = 512U << 20U;  ///< of a photo or an avatar file

std::string environment(std::string_view option) {
  const char* value = std::getenv(environment_name(option).c_str());
  return value != nullptr ? value : "";
}

/// The folder asked for, else of the environment, else beside the module: in a wheel, or in a build.
std::string models_folder(const std::optional<std::string>& asked) {
  const std::string named = asked ? *asked : environment("models");
  if (!named.empty()) {
    if (fs::is_directory(named)) return named;
    throw Failure({ErrorKind::broken_model, "There is no models folder \"" + named + "\"."});
  }
  const fs::path module = nb::cast<std::string>(nb::module_::import_("parlante._native").attr("__file__"));
  for (const fs::path& folder :
       {module.parent_path() / "models", module.parent_path().parent_path().parent_path() / "models"}) {
    if (fs::exists(folder / "head.plhead")) return folder.string();
  }
  throw Failure({ErrorKind::broken_model,
                 "The models were not found beside the module; give their folder as Model(models=…) or in "
                 "PARLANTE_MODELS."});
}

ModelHandle load(const std::optional<std::string>& asked, bool live, bool photos) {
  ModelHandle handle;
  handle.folder = models_folder(asked);
  const nb::gil_scoped_release other_threads_may_run;
  handle.model = or_raise(load_model(handle.folder, {.face = photos, .live = live}));
  return handle;
}

Bytes read_bytes(const fs::path& file) {
  std::error_code error;
  const auto size = fs::file_size(file, error);
  std::ifstream in(file, std::ios::binary);
  if (error || !in || size > kMostBytes)
    throw Failure({ErrorKind::failed, "The file \"" + file.string() + "\" cannot be read."});
  Bytes bytes(size);
  in.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(size));
  if (!in) throw Failure({ErrorKind::failed, "The file \"" + file.string() + "\" cannot be read."});
  return bytes;
}

/// What an avatar is made from: the bytes of a file, or a picture as it is.
struct Source {
  std::string name = "the photo";
  Bytes bytes;
  ImageU8 picture;  ///< empty: in `bytes`
  fs::path file;    ///< empty: it came from memory

  explicit Source(nb::handle source) {
    if (nb::isinstance<nb::str>(source) || nb::hasattr(source, "__fspath__")) {
      name = nb::cast<std::string>(nb::str(nb::module_::import_("os").attr("fspath")(source)));
      const nb::gil_scoped_release other_threads_may_run;
      bytes = read_bytes(name);
      file = name;
    } else if (nb::isinstance<nb::bytes>(source) || nb::isinstance<nb::bytearray>(source)) {
      const nb::bytes content(source);
      const auto* start = static_cast<const std::uint8_t*>(content.data());
      bytes.assign(start, start + content.size());
    } else if (Picture pixels; nb::try_cast(source, pixels)) {
      if (pixels.shape(2) != 3 && pixels.shape(2) != 4)
        throw nb::value_error("a picture is (height, width, 3 or 4)");
      picture = ImageU8(static_cast<int>(pixels.shape(1)), static_cast<int>(pixels.shape(0)),
                        static_cast<int>(pixels.shape(2)));
      std::copy_n(pixels.data(), picture.pixels.size(), picture.pixels.begin());
    } else {
      throw nb::type_error("a face is a path, bytes of a file, or a uint8 array (height, width, 3 or 4)");
    }
  }
  bool is_avatar() const {
    return bytes.size() >= kAvatarMagic.size() &&
           std::equal(kAvatarMagic.begin(), kAvatarMagic.end(), bytes.begin());
  }
  std::string sha256() const { return bytes_sha256(picture.empty() ? bytes : picture.pixels); }
};

ConsentBook consent_book() {
  const auto folder = private_folder();
  return ConsentBook(folder ? *folder / "consent.txt" : fs::path("/dev/null/consent.txt"));
}

/// What is said now, or in the environment, or was said before of the same file.
Consent consent_of(const std::string& sha256, const std::optional<std::string>& given) {
  const std::string said = given ? *given : environment("consent");
  ConsentBook book = consent_book();
  if (said.empty() && !book.find(sha256)) {
    throw Failure({ErrorKind::usage,
                   "Say once whose face this is: consent=\"self\" (your own), \"permitted\" (of a person who "
                   "agreed), \"synthetic\" (of nobody) or \"historic\" (of a person of the past)."});
  }
  return or_raise(consent_for(sha256, said, book, {}));
}

Avatar made_avatar(const Model& model, const Source& source, int face, bool surround) {
  if (!model.face || !model.head)
    throw Failure({ErrorKind::usage, "This model was loaded without what photos need: Model(photos=True)."});
  const ImageU8 photo =
      source.picture.empty() ? or_raise(decode_picture(source.bytes, source.name)) : source.picture;
  FaceTracker tracker(*model.face);
  return or_raise(make_avatar(photo, tracker, *model.head, {.face = face, .surround = surround}));
}

/// What the avatar keeps of its photo for the manifests of films: a photo that came as a file may have
/// carried its own.
PhotoOrigin origin_of(const Source& source, const std::string& sha256) {
  if (source.file.empty()) return {sha256, {}};
  return {sha256, kept_manifests({"photo", source.file, sha256})};
}

Avatar loaded_avatar(const Model& model, const Source& source) {
  Avatar avatar = or_raise(unpack_avatar(source.bytes, source.name));
  if (!model.head || !Rig::fits(*model.head, avatar) ||
      (avatar.head_checksum != 0 && avatar.head_checksum != model.head->checksum))
    throw Failure(
        {ErrorKind::bad_avatar, "The avatar \"" + source.name +
                                    "\" was made with another head file; make it again from the photo."});
  return avatar;
}

AvatarHandle avatar_of(const ModelHandle& model, nb::handle face_of,
                       const std::optional<std::string>& consent, int face, bool surround) {
  const Source source(face_of);
  const nb::gil_scoped_release other_threads_may_run;
  AvatarHandle handle;
  handle.role = source.is_avatar() ? "avatar" : "photo";
  handle.sha256 = source.sha256();
  handle.consent = consent_of(handle.sha256, consent);
  Avatar avatar = source.is_avatar() ? loaded_avatar(*model.model, source)
                                     : made_avatar(*model.model, source, face, surround);
  if (!source.is_avatar()) avatar.origin = origin_of(source, handle.sha256);
  handle.avatar = std::make_shared<const Avatar>(std::move(avatar));
  return handle;
}

void save(const AvatarHandle& handle, nb::handle target) {
  const fs::path file = nb::cast<std::string>(nb::str(nb::module_::import_("os").attr("fspath")(target)));
  const nb::gil_scoped_release other_threads_may_run;
  or_raise(save_avatar(*handle.avatar, file));
  // What was said of the photo holds for the avatar made of it, where that can be kept.
  if (const auto sum = file_sha256(file)) static_cast<void>(consent_book().remember(*sum, handle.consent));
}

}  // namespace

void add_handles(nb::module_& m) {
  using namespace nb::literals;
  nb::class_<ModelHandle>(m, "Model", "Networks and head geometry: immutable, shared by avatars and streams.")
      .def(
          "__init__",
          [](ModelHandle* self, const std::optional<std::string>& models, bool live, bool photos) {
            new (self) ModelHandle(load(models, live, photos));
          },
          nb::kw_only(), "models"_a = nb::none(), "live"_a = false, "photos"_a = true,
          "models: folder with the networks and the head file; none: $PARLANTE_MODELS, else the module's "
          "own. live: "
          "hears in short windows, for LiveStream. photos=False: smaller, for avatar files only.")
      .def_ro("folder", &ModelHandle::folder, "The folder it was loaded from.");
  nb::class_<AvatarHandle>(m, "Avatar", "One prepared face: immutable, for any number of streams.")
      .def(
          "__init__",
          [](AvatarHandle* self, const ModelHandle& model, nb::handle source,
             const std::optional<std::string>& consent, int face,
             bool surround) { new (self) AvatarHandle(avatar_of(model, source, consent, face, surround)); },
          "model"_a, "source"_a, "consent"_a = nb::none(), nb::kw_only(), "face"_a = 0, "surround"_a = true,
          "source: a photo or an avatar file, as a path, as bytes, or (photos) as a uint8 array (height, "
          "width, 3 or "
          "4). consent: whose face it is: self, permitted, synthetic or historic; none: $PARLANTE_CONSENT, "
          "else what "
          "was said before of this very file. face: which face of the photo, by size from 1 on; 0: the "
          "largest. "
          "surround=False: keep nothing of the photo around the head's square. Takes about a second for a "
          "photo.")
      .def("save", &save, "file"_a, "Writes an avatar file; it loads in a few ms.")
      .def_prop_ro(
          "consent", [](const AvatarHandle& self) { return std::string(name(self.consent)); },
          "self, permitted, synthetic or historic.");
}

}  // namespace parlante::python
