// Runs a fuzz target without libFuzzer: changes the given files at random, for a while.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <vector>

#include "core/random.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using Bytes = std::vector<std::uint8_t>;

/// Bytes and lengths change most where boxes begin, so half of all changes are in the first kilobytes.
void change(Bytes& bytes, parlante::Random& random) {
  for (auto count = 1 + random.bits() % 8; count > 0 && !bytes.empty(); --count) {
    const std::size_t reach = random.bits() % 2 ? bytes.size() : std::min<std::size_t>(bytes.size(), 8192);
    const std::size_t at = random.bits() % reach;
    switch (random.bits() % 5) {
      case 0:
        bytes[at] ^= static_cast<std::uint8_t>(1u << random.bits() % 8);
        break;
      case 1:
        bytes[at] = random.bits() % 2 ? 0xff : 0;
        break;
      case 2:
        bytes.resize(at);
        break;
      case 3: {  // a piece from elsewhere
        const std::size_t from = random.bits() % bytes.size(), length = random.bits() % 64;
        for (std::size_t i = 0; i < length && at + i < bytes.size() && from + i < bytes.size(); ++i)
          bytes[at + i] = bytes[from + i];
        break;
      }
      default:
        bytes[at] = static_cast<std::uint8_t>(random.bits());
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return std::fprintf(stderr, "usage: %s SECONDS FILE...\n", argv[0]), 2;
  std::vector<Bytes> seeds;
  for (int i = 2; i < argc; ++i) {
    std::ifstream in(argv[i], std::ios::binary);
    seeds.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
    LLVMFuzzerTestOneInput(seeds.back().data(), seeds.back().size());
  }
  parlante::Random random(
      static_cast<std::uint64_t>(std::chrono::system_clock::now().time_since_epoch().count()));
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(std::atoi(argv[1]));
  long runs = 0;
  for (; std::chrono::steady_clock::now() < end; ++runs) {
    Bytes bytes = seeds[random.bits() % seeds.size()];
    change(bytes, random);
    LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
  }
  std::printf("%ld runs\n", runs);
  return 0;
}
