// A photo or an avatar file becomes an avatar.
#include <fstream>

#include "avatar/avatar_file.hpp"
#include "avatar/make_avatar.hpp"
#include "command.hpp"
#include "media/picture.hpp"
#include "render/rig.hpp"

namespace parlante::app {
namespace {

constexpr std::string_view kAvatarMagic = "PLAVATAR";

}  // namespace

bool is_avatar_file(const std::string& source) {
  std::ifstream file(source, std::ios::binary);
  std::string start(kAvatarMagic.size(), '\0');
  return file.read(start.data(), static_cast<std::streamsize>(start.size())) && start == kAvatarMagic;
}

Result<std::shared_ptr<const Avatar>> load_or_make_avatar(const std::string& source,
                                                          const PhotoSettings& photo, bool surround,
                                                          const Model& model, Sink& sink) {
  if (is_avatar_file(source)) {
    auto avatar = load_avatar(source);
    if (!avatar) return pass_on(std::move(avatar));
    if (!Rig::fits(*model.head, *avatar) ||
        (avatar->head_checksum != 0 && avatar->head_checksum != model.head->checksum)) {
      return fail(
          ErrorKind::bad_avatar,
          "The avatar \"" + source + "\" was made with another head file; make it again from the photo.");
    }
    return std::make_shared<const Avatar>(std::move(*avatar));
  }
  PictureFacts facts;
  auto picture = read_picture(source, {.facts = &facts});
  if (!picture) return pass_on(std::move(picture));
  FaceTracker tracker(*model.face);
  AvatarOptions options;
  options.face = photo.face;
  options.focal_px = facts.focal_px;
  options.surround = surround;
  auto avatar = make_avatar(*picture, tracker, *model.head, options, sink);
  if (!avatar) return pass_on(std::move(avatar));
  return std::make_shared<const Avatar>(std::move(*avatar));
}

}  // namespace parlante::app
