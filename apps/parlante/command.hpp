// What the sub-commands share.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "settings.hpp"
#include "terminal.hpp"

namespace parlante::app {

/// The surroundings of a sub-command while it runs.
struct Context {
  CommonSettings common;
  TerminalSink& sink;
  nlohmann::json result;  ///< printed on standard output with --json
  int exit = 0;           ///< code of a work that was done
};

/// A sub-command after parsing: does its work. Errors end the program with their exit code.
using Work = std::function<Result<>(Context&)>;

/// Adds a table's options to the command line, with their environment names, ranges and defaults in the help.
void add_options(CLI::App& command, const std::vector<Option>& table);

/// Each adds its sub-command to `app` and sets `work` when it is chosen.
void add_render_command(CLI::App& app, Work& work);
void add_avatar_command(CLI::App& app, Work& work);
void add_sheet_command(CLI::App& app, Work& work);
void add_track_command(CLI::App& app, Work& work);
void add_measure_command(CLI::App& app, Work& work);
void add_verify_command(CLI::App& app, Work& work);
void add_keys_command(CLI::App& app, Work& work);
void add_serve_command(CLI::App& app, Work& work);
void add_options_command(CLI::App& app, Work& work);

/// Loads the parts of the model that are needed.
Result<std::shared_ptr<const Model>> load(const Context& context, const ModelParts& parts);
/// The same into a model that may have some of them.
Result<> load(const Context& context, const ModelParts& parts, Model& model);
/// `source` is a photo or an avatar file (by its content); a photo needs the model's face part, and its
/// avatar carries what lies around the head's square when `surround` is set.
Result<std::shared_ptr<const Avatar>> load_or_make_avatar(const std::string& source,
                                                          const PhotoSettings& photo, bool surround,
                                                          const Model& model, Sink& sink);
/// Is it a file that `parlante avatar` wrote?
bool is_avatar_file(const std::string& source);

}  // namespace parlante::app
