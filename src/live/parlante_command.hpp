// The work of `parlante avatar`, `render` and `verify`, each in a process of its own.
#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "core/result.hpp"

namespace parlante {

/// What came of it.
struct CommandOutcome {
  int exit = 0;                    ///< 0 done, 10 not marked (verify)
  std::string out;                 ///< JSON
  std::vector<std::string> notes;  ///< warnings, for the user
};

class ParlanteCommand {
 public:
  /// `program`: the command itself; `models`: its folder.
  ParlanteCommand(std::filesystem::path program, std::filesystem::path models, double most_seconds)
      : program_(std::move(program)), models_(std::move(models)), most_seconds_(most_seconds) {}

  using Progress = std::function<void(std::string_view stage, double share)>;
  /// Runs `parlante arguments… --json`. Errors: the command's own, by kind; cancelled; failed (it took too
  /// long, or came to a bad end).
  Result<CommandOutcome> run(std::vector<std::string> arguments, const std::atomic<bool>& stop,
                             const Progress& progress = {}) const;

 private:
  std::filesystem::path program_, models_;
  double most_seconds_;
};

}  // namespace parlante
