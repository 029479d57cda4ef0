// parlante avatar: prepare a photo once, for many videos.
#include <filesystem>

#include "avatar/avatar_file.hpp"
#include "command.hpp"
#include "signing.hpp"

namespace parlante::app {
namespace {

struct AvatarRequest {
  std::string photo_file, output;
  PhotoSettings photo;
  AvatarSettings avatar;
  ConsentSettings consent;
};

Result<> make(Context& context, const AvatarRequest& request) {
  const auto model = load(context, {.face = true, .head = true, .speech = false});
  if (!model) return tl::unexpected(model.error());
  const auto avatar = load_or_make_avatar(request.photo_file, request.photo, !request.avatar.square_only,
                                          **model, context.sink);
  if (!avatar) return tl::unexpected(avatar.error());
  Avatar with_origin = **avatar;
  with_origin.origin = photo_origin(request.photo_file);
  if (auto saved = save_avatar(with_origin, request.output); !saved) return saved;
  if (auto said = remember_avatar(request.consent, request.photo_file, request.output); !said) return said;
  context.result = {
      {"output", request.output}, {"size", (*avatar)->size}, {"lips_closed", (*avatar)->lips_closed}};
  return {};
}

}  // namespace

void add_avatar_command(CLI::App& app, Work& work) {
  CLI::App* command =
      app.add_subcommand("avatar", "Prepare a photo once: the avatar file makes later videos start faster.");
  auto request = std::make_shared<AvatarRequest>();
  command->add_option("photo", request->photo_file, "A photo (JPEG, PNG, WebP…), or - for standard input.")
      ->required();
  command->add_option("-o,--output", request->output, "The avatar file to write.")->required();
  add_options(*command, option_table(request->avatar));
  add_options(*command, option_table(request->photo));
  add_options(*command, option_table(request->consent));
  command->callback(
      [&work, request] { work = [request](Context& context) { return make(context, *request); }; });
}

}  // namespace parlante::app
