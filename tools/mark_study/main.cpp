// mark_study robust FILM...          what the mark bears: films without a mark are marked, treated and read
// mark_study unmarked KEPT FILE...   how high films and pictures without a mark score; results stay in KEPT
// mark_study smooth [FOLDER]         what is to be seen of it on flat and shaded backdrops
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "frames.hpp"
#include "mark/mark_reader.hpp"
#include "mark/watermark.hpp"
#include "smooth.hpp"
#include "treatments.hpp"
#include "unmarked.hpp"

namespace parlante::mark_study {
namespace {

constexpr std::size_t kFrames = 50;
constexpr MarkPayload kPayload{1, 0xabcdef};

MarkFound look(const std::vector<ImageU8>& frames) {
  MarkReader reader;
  for (const ImageU8& frame : frames) reader.add(frame);
  return reader.find(MarkEffort::thorough);
}

double psnr(const std::vector<ImageU8>& a, const std::vector<ImageU8>& b) {
  double squares = 0, count = 0;
  for (std::size_t f = 0; f < a.size(); ++f)
    for (std::size_t i = 0; i < a[f].pixels.size(); ++i, ++count)
      squares += std::pow(static_cast<double>(a[f].pixels[i]) - b[f].pixels[i], 2);
  return 10 * std::log10(255. * 255. * count / squares);
}

int robust(const std::vector<std::string>& files) {
  std::vector<std::vector<ImageU8>> films;
  for (const std::string& file : files) {
    const auto plain = frames_of(file, kFrames, 1);
    if (plain.empty()) return 1;
    auto marked = plain;
    const Watermark mark(kPayload, plain.front().width, plain.front().height);
    for (ImageU8& frame : marked) mark.apply(frame);
    std::printf("%s: %d x %d, PSNR %.1f dB\n", file.c_str(), plain.front().width, plain.front().height,
                psnr(plain, marked));
    films.push_back(std::move(marked));
  }
  std::printf(
      "| treatment | found | id read | z, lowest and mean | strongest decoy |\n| --- | --- | --- | --- | --- "
      "|\n");
  for (const Treatment& treatment : treatments()) {
    int found = 0, read = 0;
    double lowest = 1e9, sum = 0, decoy = 0;
    for (const auto& film : films) {
      const auto treated = treatment.apply(film);
      if (!treated) {
        std::printf("| %s | %s |\n", treatment.name.c_str(), treated.error().message.c_str());
        break;
      }
      const MarkFound result = look(*treated);
      found += result.marked;
      read += result.payload == kPayload;
      lowest = std::min(lowest, result.z()), sum += result.z(),
      decoy = std::max(decoy, result.strongest_decoy);
    }
    std::printf("| %s | %d of %zu | %d | %.1f, %.1f | %.1f |\n", treatment.name.c_str(), found, films.size(),
                read, lowest, sum / static_cast<double>(films.size()), decoy);
    std::fflush(stdout);
  }
  return 0;
}

}  // namespace
}  // namespace parlante::mark_study

int main(int count, char** words) {
  setenv("SVT_LOG", "1", 0);  // errors only: that encoder has no other way to be quiet
  const std::vector<std::string> rest(words + std::min(count, 2), words + count);
  const std::string task = count > 1 ? words[1] : "";
  if (task == "robust" && !rest.empty()) return parlante::mark_study::robust(rest);
  if (task == "unmarked" && !rest.empty())
    return parlante::mark_study::unmarked(rest.front(), {rest.begin() + 1, rest.end()});
  if (task == "smooth") return parlante::mark_study::smooth(rest.empty() ? "" : rest.front());
  std::fprintf(stderr,
               "mark_study robust FILM... | mark_study unmarked KEPT FILE... | mark_study smooth [FOLDER]\n");
  return 2;
}
