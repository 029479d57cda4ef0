// No frame leaves but through the gate: nobody else may draw or encode one.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "support/paths.hpp"

namespace parlante::testing {
namespace {

namespace fs = std::filesystem;

std::string text_of(const fs::path& file) {
  std::ifstream in(file);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

/// Files under `folders` that contain `word`, as paths relative to the project.
std::vector<std::string> files_with(const std::string& word, std::initializer_list<const char*> folders) {
  std::vector<std::string> found;
  for (const char* folder : folders) {
    for (const auto& entry : fs::recursive_directory_iterator(fs::path(PARLANTE_SOURCE_DIR) / folder)) {
      const auto extension = entry.path().extension();
      if (extension != ".cpp" && extension != ".hpp") continue;
      if (text_of(entry.path()).find(word) != std::string::npos) {
        found.push_back(fs::relative(entry.path(), PARLANTE_SOURCE_DIR).generic_string());
      }
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace

TEST(Gate, OnlyTheGateHoldsARenderer) {
  EXPECT_EQ(files_with("Renderer ", {"src/stream", "apps"}),
            std::vector<std::string>{"src/stream/frame_gate.hpp"});
  EXPECT_EQ(files_with("contact_sheet(", {"src/stream", "apps"}),
            std::vector<std::string>{"src/stream/frame_gate.hpp"});
}

TEST(Gate, OnlyTheMediaStageEncodesVideo) {
  for (const std::string& file : files_with("avcodec_send_frame", {"src", "apps"}))
    EXPECT_EQ(file.rfind("src/media/", 0), 0U) << file;
}

}  // namespace parlante::testing
