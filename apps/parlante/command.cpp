#include "command.hpp"

#include <iostream>

namespace parlante::app {

void add_options(CLI::App& command, const std::vector<Option>& table) {
  for (const Option& option : table) {
    const std::string flags =
        (option.letter ? std::string("-") + option.letter + "," : std::string()) + "--" + option.name;
    CLI::Option* added = nullptr;
    if (const auto* flag = std::get_if<bool*>(&option.target)) {
      added = command.add_flag(flags, **flag, option.help);
    } else if (const auto* integer = std::get_if<int*>(&option.target)) {
      added = command.add_option(flags, **integer, option.help)->capture_default_str();
      if (option.low != option.high)
        added->check(CLI::Range(static_cast<int>(option.low), static_cast<int>(option.high)));
    } else if (const auto* number = std::get_if<double*>(&option.target)) {
      added = command.add_option(flags, **number, option.help)->capture_default_str();
      if (option.low != option.high && !option.clamped) added->check(CLI::Range(option.low, option.high));
    } else {
      added = command.add_option(flags, *std::get<std::string*>(option.target), option.help)
                  ->capture_default_str();
      if (!option.choices.empty()) added->check(CLI::IsMember(option.choices));
    }
    added->envname(environment_name(option.name));
  }
}

void add_options_command(CLI::App& app, Work& work) {
  CLI::App* command = app.add_subcommand("options", "Print docs/options.md, the table of all options.");
  command->callback([&work] {
    work = [](Context&) -> Result<> {
      std::cout << options_document();
      return {};
    };
  });
}

Result<> load(const Context& context, const ModelParts& parts, Model& model) {
  auto folder = find_models_folder(context.common.models);
  if (!folder) return pass_on(std::move(folder));
  return add_parts(*folder, parts, model);
}

Result<std::shared_ptr<const Model>> load(const Context& context, const ModelParts& parts) {
  auto model = std::make_shared<Model>();
  if (auto loaded = load(context, parts, *model); !loaded) return pass_on(std::move(loaded));
  return model;
}

}  // namespace parlante::app
