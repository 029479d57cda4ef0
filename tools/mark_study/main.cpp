// mark_study robust FILM...     what the mark bears: films without a mark are marked, treated and read
// mark_study unmarked FILE...   how high films and pictures without a mark score
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

#include "mark/mark_reader.hpp"
#include "mark/watermark.hpp"
#include "media/video_reader.hpp"
#include "treatments.hpp"

namespace parlante::mark_study {
namespace {

constexpr std::size_t kFrames = 50;
constexpr MarkPayload kPayload{1, 0xabcdef};

/// Frames of a film or one picture, every `step`-th, `most` of them at most.
std::vector<ImageU8> frames_of(const std::string& file, std::size_t most, int step) {
  std::vector<ImageU8> frames;
  auto video = VideoReader::open(file);
  if (!video) {
    std::fprintf(stderr, "%s\n", video.error().message.c_str());
    return frames;
  }
  ImageU8 frame;
  for (int i = 0; frames.size() < most; ++i) {
    const auto more = video->next(frame);
    if (!more || !*more) break;
    if (i % step == 0) frames.push_back(frame);
  }
  return frames;
}

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
      lowest = std::min(lowest, result.z), sum += result.z, decoy = std::max(decoy, result.strongest_decoy);
    }
    std::printf("| %s | %d of %zu | %d | %.1f, %.1f | %.1f |\n", treatment.name.c_str(), found, films.size(),
                read, lowest, sum / static_cast<double>(films.size()), decoy);
    std::fflush(stdout);
  }
  return 0;
}

int unmarked(const std::vector<std::string>& files) {
  constexpr int kStep = 12;
  int looked = 0, found = 0;
  std::vector<double> scores;
  for (const std::string& file : files)
    for (const ImageU8& frame : frames_of(file, 100, kStep)) {
      const MarkFound result = look({frame});
      ++looked, found += result.marked;
      scores.push_back(result.z);
      if (result.marked) std::printf("%s: %.2f\n", file.c_str(), result.z);
    }
  std::sort(scores.begin(), scores.end());
  if (scores.empty()) return 1;
  std::printf("%d pictures, %d taken for marked; z: median %.2f, highest %.2f\n", looked, found,
              scores[scores.size() / 2], scores.back());
  return 0;
}

}  // namespace
}  // namespace parlante::mark_study

int main(int count, char** words) {
  const std::vector<std::string> files(words + std::min(count, 2), words + count);
  const std::string task = count > 1 ? words[1] : "";
  if (task == "robust" && !files.empty()) return parlante::mark_study::robust(files);
  if (task == "unmarked" && !files.empty()) return parlante::mark_study::unmarked(files);
  std::fprintf(stderr, "mark_study robust FILM... | mark_study unmarked FILE...\n");
  return 2;
}
