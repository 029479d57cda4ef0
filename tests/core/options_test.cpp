#include "core/options.hpp"

#include <gtest/gtest.h>

namespace parlante {

TEST(Options, EnvironmentNamesComeFromTheOption) {
  EXPECT_EQ(environment_name("motion-scale"), "PARLANTE_MOTION_SCALE");
}

TEST(Options, TheTableTellsDefaultAndRange) {
  double scale = .8;
  bool still = false;
  std::string preset = "fast";
  const std::vector<Option> table{{"scale", "Size of it.", &scale, 0, 2, {}, 's'},
                                  {"still", "Rests.", &still, 0, 0, {}},
                                  {"preset", "Speed.", &preset, 0, 0, {"fast", "slow"}}};
  const std::string text = options_markdown(table);
  EXPECT_NE(text.find("| `-s`, `--scale` | Size of it. | 0.8 | 0 to 2 | `PARLANTE_SCALE` |"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("| `--still` | Rests. | off |  | `PARLANTE_STILL` |"), std::string::npos) << text;
  EXPECT_NE(text.find("| fast | one of fast, slow |"), std::string::npos) << text;
}

}  // namespace parlante
