// What the README shows is run as it stands there.
#include <gtest/gtest.h>

#include <sstream>

#include "cli/command.hpp"
#include "support/paths.hpp"

namespace parlante::testing {
namespace {

/// The lines of the README's code blocks in `language`.
std::vector<std::string> code_lines(const std::string& language) {
  std::istringstream readme(contents(fs::path(PARLANTE_SOURCE_DIR) / "README.md"));
  std::vector<std::string> lines;
  bool inside = false;
  for (std::string line; std::getline(readme, line);) {
    if (line.rfind("```", 0) == 0) {
      inside = line == "```" + language;
    } else if (inside) {
      lines.push_back(line);
    }
  }
  return lines;
}

std::vector<std::string> words(const std::string& line) {
  std::istringstream in(line);
  std::vector<std::string> all;
  for (std::string word; in >> word;) all.push_back(word);
  return all;
}

}  // namespace

TEST(Readme, EveryExampleRuns) {
  const Folder folder;
  fs::create_directory_symlink(samples_folder(), folder / "samples");
  const fs::path before = fs::current_path();
  fs::current_path(folder.path());
  int examples = 0;
  for (const std::string& line : code_lines("sh")) {
    std::vector<std::string> command = words(line);
    if (command.empty() || command[0] != "parlante") continue;
    command.erase(command.begin());
    const Outcome outcome = run(command);
    EXPECT_EQ(outcome.exit, 0) << line << "\n" << outcome.err;
    ++examples;
  }
  fs::current_path(before);
  EXPECT_GE(examples, 5);
  for (const char* made : {"out.mp4", "lively.mp4", "portrait.avatar", "sheet.png", "out.jsonl", "happy.mp4",
                           "borrowed.mp4", "again.mp4"}) {
    EXPECT_TRUE(fs::exists(folder / made)) << made;
  }
}

TEST(Readme, TheProgramIsTheOneThatIsTested) {
  const std::string tested = contents(fs::path(PARLANTE_SOURCE_DIR) / "tests/stream/readme_program_test.cpp");
  int lines = 0;
  for (const std::string& line : code_lines("cpp")) {
    if (line.empty()) continue;
    EXPECT_NE(tested.find(line), std::string::npos)
        << "not in tests/stream/readme_program_test.cpp: " << line;
    ++lines;
  }
  EXPECT_GT(lines, 5);
}

}  // namespace parlante::testing
