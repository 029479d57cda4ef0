#include "unmarked.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "frames.hpp"
#include "mark/mark_reader.hpp"

namespace parlante::mark_study {
namespace {

constexpr std::size_t kMostFrames = 40;
constexpr int kStep = 12;

/// A line of the file that is kept.
struct Score {
  std::string file;
  std::size_t frame = 0;
  double whole_z = 0, search_z = 0;
  bool marked = false;
};

std::vector<Score> scores_in(const std::string& kept) {
  std::vector<Score> scores;
  std::ifstream in(kept);
  for (std::string line; std::getline(in, line);) {
    std::istringstream words(line);
    Score one;
    if (std::getline(words, one.file, '\t') &&
        words >> one.frame >> one.whole_z >> one.search_z >> one.marked)
      scores.push_back(std::move(one));
  }
  return scores;
}

/// Folder and the one above: "portraits/female".
std::string source_of(const std::string& file) {
  const auto folder = std::filesystem::absolute(file).parent_path();
  return (folder.parent_path().filename() / folder.filename()).string();
}

void print_row(const std::string& source, const std::vector<Score>& scores) {
  std::set<std::string> files;
  double whole = 0, search = 0;
  int marked = 0;
  for (const Score& one : scores) {
    files.insert(one.file);
    whole = std::max(whole, one.whole_z), search = std::max(search, one.search_z);
    marked += one.marked;
  }
  std::printf("| %s | %zu | %zu | %d | %.2f | %.2f |\n", source.c_str(), files.size(), scores.size(), marked,
              whole, search);
}

void print_table(const std::vector<Score>& scores) {
  std::printf(
      "| source | files | frames | taken for marked | highest z of a whole pattern (limit %.1f) | of a "
      "search "
      "pattern (limit %.1f) |\n| --- | --- | --- | --- | --- | --- |\n",
      kMarkedWhole, kMarkedSearch);
  std::map<std::string, std::vector<Score>> by_source;
  for (const Score& one : scores) by_source[source_of(one.file)].push_back(one);
  for (const auto& [source, of_it] : by_source) print_row(source, of_it);
  print_row("all", scores);
}

}  // namespace

int unmarked(const std::string& kept, const std::vector<std::string>& files) {
  std::set<std::pair<std::string, std::size_t>> done;
  for (const Score& one : scores_in(kept)) done.emplace(one.file, one.frame);
  std::ofstream out(kept, std::ios::app);
  for (std::size_t n = 0; n < files.size(); ++n) {
    const auto frames = frames_of(files[n], kMostFrames, kStep);
    for (std::size_t i = 0; i < frames.size(); ++i) {
      if (done.count({files[n], i})) continue;
      MarkReader reader;
      reader.add(frames[i]);
      const MarkFound found = reader.find(MarkEffort::thorough);
      out << files[n] << '\t' << i << '\t' << found.whole_z << '\t' << found.search_z << '\t' << found.marked
          << std::endl;
    }
    if (n % 20 == 19) std::fprintf(stderr, "%zu of %zu files\n", n + 1, files.size());
  }
  if (!out) return std::fprintf(stderr, "%s cannot be written.\n", kept.c_str()), 1;
  const auto scores = scores_in(kept);
  if (scores.empty()) return 1;
  print_table(scores);
  return std::any_of(scores.begin(), scores.end(), [](const Score& one) { return one.marked; }) ? 10 : 0;
}

}  // namespace parlante::mark_study
