// Where tests find what they need.
#pragma once

#include <cstdlib>
#include <filesystem>

namespace parlante::testing {

/// The folder with the networks and the head file: $PARLANTE_MODELS or the build's own.
inline std::filesystem::path models_folder() {
  if (const char* folder = std::getenv("PARLANTE_MODELS")) return folder;
  return std::filesystem::path(PARLANTE_BINARY_DIR) / "models";
}

/// Our own portraits and speech, part of the project.
inline std::filesystem::path samples_folder() {
  return std::filesystem::path(PARLANTE_SOURCE_DIR) / "samples";
}

/// Larger data that only our own machines have: skip the test when it is absent.
inline std::filesystem::path shared_data() {
  return std::filesystem::path(PARLANTE_SOURCE_DIR) / ".." / "shared" / "data";
}

}  // namespace parlante::testing
