// parlante keys: the keys of this installation.
#include <cstdio>
#include <ctime>
#include <fstream>

#include "command.hpp"
#include "mark/private_file.hpp"
#include "mark/signing_keys.hpp"
#include "mark_settings.hpp"
#include "output_lines.hpp"

namespace parlante::app {
namespace {

Result<> keys(Context& context, const KeySettings& settings) {
  const auto folder = private_folder();
  if (!folder) return tl::unexpected(folder.error());
  const std::time_t now = std::time(nullptr);
  const auto made = settings.renew ? renew_installation_keys(*folder, now) : installation_keys(*folder, now);
  if (!made) return tl::unexpected(made.error());
  if (!settings.export_to.empty()) {
    auto out = OutputLines::open(settings.export_to);
    if (!out) return pass_on(std::move(out));
    if (auto written = out->write(made->authority.substr(0, made->authority.find_last_not_of('\n') + 1));
        !written)
      return written;
    if (auto done = out->finish(); !done) return done;
  }
  context.result = {{"folder", folder->string()},
                    {"signer", made->name},
                    {"valid_until", date_text(made->valid_until)},
                    {"ca_sha256", made->fingerprint}};
  if (context.common.json || settings.export_to == "-") return {};
  std::printf("signer       %s, valid until %s\n", made->name.c_str(), date_text(made->valid_until).c_str());
  std::printf("CA           SHA-256 %s\n", made->fingerprint.c_str());
  std::printf("kept in      %s\n", folder->c_str());
  if (settings.export_to.empty())
    std::printf(
        "Give others the CA's certificate, and they can trust what you sign: parlante keys --export "
        "ca.pem\n");
  return {};
}

}  // namespace

void add_keys_command(CLI::App& app, Work& work) {
  CLI::App* command =
      app.add_subcommand("keys", "Show the keys that sign on this machine; made where there are none.");
  auto settings = std::make_shared<KeySettings>();
  add_options(*command, option_table(*settings));
  command->callback(
      [&work, settings] { work = [settings](Context& context) { return keys(context, *settings); }; });
}

}  // namespace parlante::app
