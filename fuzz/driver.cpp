// Runs a fuzz target without libFuzzer, by the same options:
//   fuzz_form [-runs=N] [-max_total_time=SECONDS] [-seed=N] FOLDER_OR_FILE...
// Changes what lies there at random. What a target falls over is written to ./crash-input.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "core/random.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr unsigned kSecondsOfOne = 60;  ///< a single input that takes longer is a fault
constexpr std::size_t kMostGrowth = 1 << 20;

const Bytes* now_tried = nullptr;

/// Keeps the input, then lets the signal do what it would have done.
extern "C" void keep_input(int signal) {
  const int file = open("crash-input", O_WRONLY | O_CREAT | O_TRUNC, 0600);
  if (file >= 0 && now_tried) static_cast<void>(!write(file, now_tried->data(), now_tried->size()));
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

void try_one(const Bytes& bytes) {
  now_tried = &bytes;
  alarm(kSecondsOfOne);
  LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
}

class Changes {
 public:
  Changes(const std::vector<Bytes>& seeds, std::uint64_t seed) : seeds_(seeds), random_(seed) {}

  Bytes next() {
    Bytes bytes = seeds_[below(seeds_.size())];
    for (auto count = 1 + below(8); count > 0 && !bytes.empty(); --count) change(bytes);
    return bytes;
  }

 private:
  std::size_t below(std::size_t limit) { return random_.bits() % limit; }
  std::uint8_t any() { return static_cast<std::uint8_t>(random_.bits()); }
  static Bytes::iterator place(Bytes& bytes, std::size_t at) {
    return bytes.begin() + static_cast<std::ptrdiff_t>(at);
  }

  /// Bytes and lengths change most where boxes begin, so half of all changes are in the first kilobytes.
  void change(Bytes& bytes) {
    const std::size_t at = below(below(2) ? bytes.size() : std::min<std::size_t>(bytes.size(), 8192));
    switch (below(8)) {
      case 0:
        bytes[at] ^= static_cast<std::uint8_t>(1u << below(8));
        break;
      case 1:
        bytes[at] = below(2) ? 0xff : 0;
        break;
      case 2:
        if (below(4) == 0) bytes.resize(at);
        break;
      case 3: {  // over this, a piece from elsewhere
        const std::size_t from = below(bytes.size());
        const std::size_t length = std::min(below(64), bytes.size() - std::max(at, from));
        std::copy_n(Bytes(place(bytes, from), place(bytes, from + length)).begin(), length, place(bytes, at));
        break;
      }
      case 4:
        bytes.erase(place(bytes, at), place(bytes, std::min(at + 1 + below(32), bytes.size())));
        break;
      case 5: {  // between this, a piece of another
        const Bytes& other = seeds_[below(seeds_.size())];
        if (other.empty() || bytes.size() > kMostGrowth) break;
        const std::size_t from = below(other.size());
        const std::size_t length = std::min(below(below(8) ? 64 : 4096), other.size() - from);
        const auto first = other.begin() + static_cast<std::ptrdiff_t>(from);
        bytes.insert(place(bytes, at), first, first + static_cast<std::ptrdiff_t>(length));
        break;
      }
      case 6: {  // a number, where there is one
        static constexpr const char* kNumbers[] = {"0", "-1", "4294967296", "1e999", "18446744073709551615"};
        const auto digit = [](std::uint8_t c) { return c >= '0' && c <= '9'; };
        const auto first = std::find_if(place(bytes, at), bytes.end(), digit);
        const auto end = std::find_if_not(first, bytes.end(), digit);
        if (first == end) break;
        const std::string number = kNumbers[below(std::size(kNumbers))];
        bytes.insert(bytes.erase(first, end), number.begin(), number.end());
        break;
      }
      default:
        bytes[at] = any();
    }
  }

  const std::vector<Bytes>& seeds_;
  parlante::Random random_;
};

void add(std::vector<Bytes>& seeds, const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  seeds.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
}

}  // namespace

int main(int argc, char** argv) {
  using Clock = std::chrono::steady_clock;
  long long most_runs = -1, seconds = 0;
  auto seed = static_cast<unsigned long long>(std::chrono::system_clock::now().time_since_epoch().count());
  std::vector<std::filesystem::path> files;
  for (int i = 1; i < argc; ++i) {
    const std::filesystem::path path = argv[i];
    if (std::sscanf(argv[i], "-runs=%lld", &most_runs) == 1 ||
        std::sscanf(argv[i], "-max_total_time=%lld", &seconds) == 1 ||
        std::sscanf(argv[i], "-seed=%llu", &seed) == 1)
      continue;
    if (!std::filesystem::is_directory(path)) {
      files.push_back(path);
      continue;
    }
    for (const auto& entry : std::filesystem::directory_iterator(path)) files.push_back(entry.path());
  }
  std::ranges::sort(files);  // so that a seed says which inputs are made
  std::vector<Bytes> seeds;
  for (const auto& file : files) add(seeds, file);
  if (seeds.empty())
    return std::fprintf(stderr, "usage: %s [-runs=N] [-max_total_time=SECONDS] [-seed=N] FOLDER_OR_FILE...\n",
                        argv[0]),
           2;
  for (const int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGALRM})
    std::signal(signal, keep_input);
  for (const Bytes& one : seeds) try_one(one);
  Changes changes(seeds, seed);
  const auto end = Clock::now() + std::chrono::seconds(seconds);
  long long runs = 0;
  for (; (most_runs < 0 || runs < most_runs) && (seconds == 0 || Clock::now() < end); ++runs)
    try_one(changes.next());
  std::printf("%lld runs, seed %llu\n", runs, seed);
  return 0;
}
