// parlante serve: live faces for browsers and programs.
#include <malloc.h>

#include <cstdio>
#include <filesystem>
#include <thread>

#include "command.hpp"
#include "interrupt.hpp"
#include "serve_settings.hpp"

namespace parlante::app {
namespace {

constexpr auto kLook = std::chrono::milliseconds(50);
/// Blocks from this size on go back to the system when they are freed. By default glibc keeps what other
/// threads than the first free, up to 32 MB a block: pictures of other sizes under load then take more and
/// more memory, for a thread makes each.
constexpr int kGivenBack = 1 << 20;

Result<> serve(Context& context, const ServeSettings& settings) {
#ifdef M_MMAP_THRESHOLD
  mallopt(M_MMAP_THRESHOLD, kGivenBack);
#endif
  auto models = find_models_folder(context.common.models);
  if (!models) return pass_on(std::move(models));
  LiveServerOptions options = server_options(settings);
  std::error_code error;
  options.program = std::filesystem::read_symlink("/proc/self/exe", error);
  options.models = *models;
  if (options.sample_photo.empty()) options.sample_photo = *models / "sample.png";
  const auto server = LiveServer::open(options);
  if (!server) return tl::unexpected(server.error());
  const std::string address =
      (settings.tls_cert.empty() ? "http://" : "https://") +
      (settings.listen.find(':') == std::string::npos ? settings.listen : "[" + settings.listen + "]") + ":" +
      std::to_string((*server)->port()) + "/";
  // on standard output, for programs that start a server: with --port 0 they learn the port here
  std::printf("%s\n", (context.common.json ? nlohmann::json{{"address", address}}.dump() : address).c_str());
  std::fflush(stdout);
  for (bool said = false; !interrupted(); std::this_thread::sleep_for(kLook)) {
    if (const auto broken = (*server)->broken()) return tl::unexpected(*broken);
    if (!said && (*server)->ready()) context.sink.say("Ready.");
    said |= (*server)->ready();
  }
  context.sink.say("Ending: open sessions are told.");
  (*server)->drain();
  return {};
}

}  // namespace

void add_serve_command(CLI::App& app, Work& work) {
  CLI::App* command =
      app.add_subcommand("serve", "Serve live faces: a page, HTTP and WebSockets (docs/server.md).");
  auto settings = std::make_shared<ServeSettings>();
  add_options(*command, option_table(*settings));
  command->callback(
      [&work, settings] { work = [settings](Context& context) { return serve(context, *settings); }; });
}

}  // namespace parlante::app
