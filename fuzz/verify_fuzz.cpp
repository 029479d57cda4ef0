// Whatever bytes a file holds, `verify` comes back with a verdict or a sentence: broken and giant pictures
// and films reach the decoders and the mark's reader, broken manifests the C2PA library.
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "mark/verify.hpp"

namespace {

/// A name of one's own, for the process's life; in memory where the system has such a folder.
const std::filesystem::path& scratch_file() {
  struct File {
    std::filesystem::path name;
    File() {
      const bool memory = std::filesystem::is_directory("/dev/shm");
      name = (memory ? std::filesystem::path("/dev/shm") : std::filesystem::temp_directory_path()) /
             ("parlante-fuzz-" + std::to_string(getpid()));
    }
    ~File() {
      std::error_code ignored;
      std::filesystem::remove(name, ignored);
    }
  };
  static const File file;
  return file.name;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace parlante;
  std::ofstream(scratch_file(), std::ios::binary)
      .write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
  const auto report = verify_file(scratch_file(), {{}, size % 8 == 0});  // some as thoroughly as can be
  if (report && (report->verdict().empty() || report->manifest.state == ManifestState::trusted))
    __builtin_trap();  // nobody is trusted here
  if (!report && report.error().message.empty()) __builtin_trap();
  return 0;
}
