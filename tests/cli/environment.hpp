#pragma once

#include "cli/command.hpp"

namespace parlante::testing {

/// A variable of the environment, for a while.
class Environment {
 public:
  Environment(const char* name, const std::string& value) : name_(name) {
    set_environment();
    const char* old = getenv(name);
    if (old) old_ = old;
    value.empty() ? unsetenv(name) : setenv(name, value.c_str(), 1);
  }
  ~Environment() { old_.empty() ? unsetenv(name_) : setenv(name_, old_.c_str(), 1); }
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

 private:
  const char* name_;
  std::string old_;
};

}  // namespace parlante::testing
