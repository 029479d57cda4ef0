// parlante sheet: a contact sheet of what a portrait can do.
#include "command.hpp"
#include "frame_settings.hpp"
#include "media/picture.hpp"
#include "signing.hpp"
#include "stream/frame_gate.hpp"

namespace parlante::app {
namespace {

struct SheetRequest {
  std::string face;
  PhotoSettings photo;
  DrawSettings draw;
  SheetSettings sheet;
  ConsentSettings consent;
  SignSettings sign;
};

Result<> sheet(Context& context, const SheetRequest& request) {
  if (request.sheet.output.empty())
    return fail(ErrorKind::usage, "Say where the contact sheet goes: -o sheet.png.");
  const auto form = frame_form(request.draw, context.sink);
  if (!form) return tl::unexpected(form.error());
  auto signing = Signing::open(request.consent, request.sign, request.face, context.sink);
  if (!signing) return tl::unexpected(signing.error());
  const auto model = load(context, {.face = !is_avatar_file(request.face), .head = true, .speech = false});
  if (!model) return tl::unexpected(model.error());
  const auto avatar =
      load_or_make_avatar(request.face, request.photo, goes_beyond_square(*form), **model, context.sink);
  if (!avatar) return tl::unexpected(avatar.error());
  signing->use_photo_of(**avatar);
  RenderOptions options = render_options(request.draw);
  if (auto shaped = shape_frames(**avatar, *form, options, context.sink); !shaped) return shaped;
  FrameGate gate(*(*model)->head, **avatar, options,
                 {.label = LabelTimes::off, .rate = {}, .render_id = signing->render_id(options.seed)});
  const auto poses = sheet_poses();
  const ImageU8 picture = gate.sheet(poses, request.sheet.columns, request.sheet.tile, request.sheet.zoom);
  if (auto written = write_png(picture, request.sheet.output, signing->last_step(gate.payload())); !written)
    return written;
  context.result = {{"output", request.sheet.output},
                    {"width", picture.width},
                    {"height", picture.height},
                    {"poses", poses.size()}};
  return {};
}

}  // namespace

void add_sheet_command(CLI::App& app, Work& work) {
  CLI::App* command =
      app.add_subcommand("sheet", "Draw a contact sheet: mouth shapes, blink, gaze, head poses.");
  auto request = std::make_shared<SheetRequest>();
  command->add_option("face", request->face, "A photo, or an avatar made by `parlante avatar`.")->required();
  add_options(*command, option_table(request->sheet));
  add_options(*command, option_table(request->draw));
  add_options(*command, option_table(request->photo));
  add_options(*command, option_table(request->consent));
  add_options(*command, option_table(request->sign));
  command->callback(
      [&work, request] { work = [request](Context& context) { return sheet(context, *request); }; });
}

}  // namespace parlante::app
