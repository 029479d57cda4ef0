// Lines of text to standard output, or to a file that appears only when it is complete.
#pragma once

#include <cstdio>
#include <string>

#include "core/result.hpp"

namespace parlante::app {

class OutputLines {
 public:
  /// "-" is standard output. Errors: failed (not writable).
  static Result<OutputLines> open(const std::string& target);
  ~OutputLines();
  OutputLines(OutputLines&& other) noexcept;
  OutputLines& operator=(OutputLines&&) = delete;

  Result<> write(const std::string& line);
  /// Moves the file to its name; without it the file is removed.
  Result<> finish();

 private:
  OutputLines(std::FILE* file, std::string target, std::string temporary)
      : file_(file), target_(std::move(target)), temporary_(std::move(temporary)) {}
  std::FILE* file_;
  std::string target_, temporary_;  ///< both empty: standard output
};

}  // namespace parlante::app
