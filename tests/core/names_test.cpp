// Two types of one name in one namespace are no error to compiler or linker, which then takes the functions
// of either for both (the one definition rule).
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <string>

namespace parlante {
namespace {

TEST(Names, NoTwoHeadersDefineATypeOfTheSameName) {
  const std::regex definition(R"(^(?:struct|class|enum class|enum)\s+(\w+)(?:\s+final)?\s*(?:\{.*|:[^:].*)?$)");
  std::map<std::string, std::string> headers;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(PARLANTE_SOURCE_DIR "/src")) {
    if (entry.path().extension() != ".hpp") continue;
    std::ifstream file(entry.path());
    std::smatch found;
    for (std::string line; std::getline(file, line);) {
      if (!std::regex_match(line, found, definition)) continue;
      const auto [known, is_new] = headers.emplace(found[1], entry.path().string());
      EXPECT_TRUE(is_new) << found[1] << " in " << known->second << " and " << entry.path();
    }
  }
  EXPECT_GT(headers.size(), 200U) << "the headers were read";
}

}  // namespace
}  // namespace parlante
