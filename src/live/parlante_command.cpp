#include "live/parlante_command.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "core/error_name.hpp"
#include "live/child_process.hpp"

namespace parlante {
namespace {

using Json = nlohmann::json;
constexpr std::size_t kMostNotes = 8;
constexpr int kNotMarked = 10;

ErrorKind kind_named(std::string_view text) {
  for (const ErrorKind kind : {ErrorKind::usage, ErrorKind::broken_model, ErrorKind::no_face,
                               ErrorKind::bad_audio, ErrorKind::bad_picture, ErrorKind::bad_avatar})
    if (name(kind) == text) return kind;
  return ErrorKind::failed;
}

/// Hears what the command tells on its standard error.
class Told {
 public:
  explicit Told(const ParlanteCommand::Progress& progress) : progress_(progress) {}

  void line(std::string_view text) {
    const Json json = Json::parse(text, nullptr, false);
    if (!json.is_object()) {
      plain_ = text;  // wrong options are told in words
      return;
    }
    const std::string event = json.value("event", "");
    if (event == "progress") {
      const double total = json.value("total", 0.);
      if (progress_ && total > 0) progress_(json.value("stage", ""), json.value("done", 0.) / total);
    } else if (event == "error") {
      error_ = Error{kind_named(json.value("kind", "")), json.value("message", "It failed.")};
    } else if (event == "warning" && notes_.size() < kMostNotes) {
      notes_.push_back(json.value("message", ""));
    }
  }

  Error error(int exit) const {
    if (error_) return *error_;
    if (exit == exit_code(ErrorKind::usage)) return {ErrorKind::usage, plain_};
    return {ErrorKind::failed, "The work came to a bad end."};
  }
  std::vector<std::string> take_notes() { return std::move(notes_); }

 private:
  const ParlanteCommand::Progress& progress_;
  std::optional<Error> error_;
  std::string plain_;
  std::vector<std::string> notes_;
};

}  // namespace

Result<CommandOutcome> ParlanteCommand::run(std::vector<std::string> arguments, const std::atomic<bool>& stop,
                                            const Progress& progress) const {
  arguments.insert(arguments.begin(), program_.string());
  arguments.insert(arguments.end(), {"--json", "--models=" + models_.string()});
  Told told(progress);
  auto done =
      run_child(arguments, {.seconds = most_seconds_}, stop, [&](std::string_view line) { told.line(line); });
  if (!done) return pass_on(std::move(done));
  if (done->stopped) return fail(ErrorKind::cancelled, "Stopped.");
  if (done->timed_out) return fail(ErrorKind::failed, "The work took too long and was stopped.");
  if (done->exit != 0 && done->exit != kNotMarked) return tl::unexpected(told.error(done->exit));
  return CommandOutcome{done->exit, std::move(done->out), told.take_notes()};
}

}  // namespace parlante
