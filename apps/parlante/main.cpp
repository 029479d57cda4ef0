// parlante: one photo and a clip of speech become a video of that face speaking.
#include <cstdio>
#include <cstdlib>
#include <exception>

#include "command.hpp"
#include "interrupt.hpp"

namespace {

constexpr const char* kFooter =
    "Exit codes: 0 done, 1 failed, 2 wrong use, 3 model missing or broken, 4 no usable face, 5 bad audio, "
    "10 not marked (verify), 130 stopped.\n"
    "Every option can be set in the environment: --motion-scale is PARLANTE_MOTION_SCALE.";
constexpr int kStopped = 130;

int run(int argc, char** argv) {
  using namespace parlante;
  using namespace parlante::app;

  // OpenVINO's hwloc tells its troubles (a container without /sys) on standard error, which is ours alone.
  setenv("HWLOC_HIDE_ERRORS", "2", 0);

  CLI::App app("One photo of a face and a clip of speech become a video of that face speaking.", "parlante");
  app.set_version_flag("--version", PARLANTE_VERSION);
  app.require_subcommand(1);
  app.footer(kFooter);
  app.fallthrough();
  CommonSettings common;
  add_options(app, option_table(common));
  Work work;
  add_render_command(app, work);
  add_avatar_command(app, work);
  add_sheet_command(app, work);
  add_track_command(app, work);
  add_measure_command(app, work);
  add_verify_command(app, work);
  add_keys_command(app, work);
  add_serve_command(app, work);
  add_options_command(app, work);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : exit_code(ErrorKind::usage);
  }

  watch_for_interrupt();
  TerminalSink sink(common);
  Context context{common, sink, nlohmann::json::object(), 0};
  const Result<> done = work(context);
  if (!done) {
    sink.error(done.error());
    return done.error().kind == ErrorKind::cancelled ? kStopped : exit_code(done.error().kind);
  }
  if (common.json && !context.result.empty()) std::printf("%s\n", context.result.dump().c_str());
  return context.exit;
}

}  // namespace

// Expected failures are values; what is thrown all the same is mostly memory running out.
int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& unexpected) {
    std::fprintf(stderr, "parlante: This should not happen: %s.\n", unexpected.what());
    return 1;
  }
}
