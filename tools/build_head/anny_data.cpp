#include "anny_data.hpp"

#include <zlib.h>

#include <algorithm>
#include <charconv>
#include <memory>
#include <stdexcept>
#include <string_view>

namespace parlante::build_head {
namespace {

// base.obj is in decimetres with the origin at the feet; this puts the origin inside the head (design 5b).
constexpr double kCentimetres = 10;
const Eigen::RowVector3d kOrigin(0, -69.45, -4.0);

// zlib reads plain files as they are.
std::string read_text(const std::filesystem::path& file) {
  const std::unique_ptr<gzFile_s, int (*)(gzFile)> input(gzopen(file.c_str(), "rb"), gzclose);
  if (!input) throw std::runtime_error("cannot open " + file.string() + "; run tools/setup again");
  std::string text;
  char piece[1 << 16];
  int count;
  while ((count = gzread(input.get(), piece, sizeof piece)) > 0)
    text.append(piece, static_cast<std::size_t>(count));
  if (count < 0) throw std::runtime_error(file.string() + " is damaged; run tools/setup again");
  return text;
}

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  for (std::size_t at = 0; (at = line.find_first_not_of(" \t\r", at)) != std::string_view::npos;) {
    const std::size_t end = std::min(line.find_first_of(" \t\r", at), line.size());
    words.push_back(line.substr(at, end - at));
    at = end;
  }
  return words;
}

template <class Visit>
void for_each_line(std::string_view text, Visit visit) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const auto words = words_of(text.substr(0, end));
    if (!words.empty() && words[0][0] != '#') visit(words);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

template <class Number>
Number number(std::string_view word) {
  Number value{};
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (error != std::errc{} || (end != word.data() + word.size() && *end != '/'))
    throw std::runtime_error("'" + std::string(word) +
                             "' in the head data is no number; run tools/setup again");
  return value;
}

BaseMesh read_mesh(const std::filesystem::path& file) {
  const std::string text = read_text(file);
  BaseMesh mesh;
  std::vector<Eigen::RowVector3d> vertices;
  std::vector<Quad>* group = nullptr;
  for_each_line(text, [&](const std::vector<std::string_view>& words) {
    if (words[0] == "v" && words.size() >= 4) {
      vertices.emplace_back(number<double>(words[1]), number<double>(words[2]), number<double>(words[3]));
    } else if (words[0] == "g" && words.size() >= 2) {
      group = &mesh.groups[std::string(words[1])];
    } else if (words[0] == "f" && words.size() == 5 && group) {
      Quad quad;
      for (std::size_t k = 0; k < 4; ++k) quad[k] = number<int>(words[k + 1]) - 1;
      group->push_back(quad);
    }
  });
  const int count = static_cast<int>(vertices.size());
  if (count < kBodyVertices) throw std::runtime_error(file.string() + " is not the hm08 base mesh");
  mesh.vertices.resize(count, 3);
  for (int v = 0; v < count; ++v)
    mesh.vertices.row(v) = vertices[static_cast<std::size_t>(v)] * kCentimetres + kOrigin;
  for (const auto& [name, quads] : mesh.groups)
    for (const Quad& quad : quads)
      for (int v : quad)
        if (v < 0 || v >= count)
          throw std::runtime_error(file.string() + " has a face with unknown vertices");
  return mesh;
}

}  // namespace

AnnyData::AnnyData(std::filesystem::path folder)
    : folder_(std::move(folder)), mesh_(read_mesh(folder_ / "mpfb2/3dobjs/base.obj")) {}

Points AnnyData::target(const std::string& relative) const {
  const std::string text = read_text(folder_ / relative);
  Points displacement = Points::Zero(mesh_.vertices.rows(), 3);
  for_each_line(text, [&](const std::vector<std::string_view>& words) {
    if (words.size() < 4) throw std::runtime_error(relative + " has a line that is too short");
    const int v = number<int>(words[0]);
    if (v < 0 || v >= displacement.rows()) throw std::runtime_error(relative + " moves an unknown vertex");
    for (int axis = 0; axis < 3; ++axis)
      displacement(v, axis) = number<double>(words[static_cast<std::size_t>(axis) + 1]) * kCentimetres;
  });
  return displacement;
}

std::vector<std::string> AnnyData::names(const std::string& relative, const std::string& ending) const {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder_ / relative)) {
    const std::string name = entry.path().filename().string();
    if (name.size() > ending.size() && name.ends_with(ending)) files.push_back(name);
  }
  std::sort(files.begin(), files.end());
  for (std::string& name : files) name.resize(name.size() - ending.size());
  return files;
}

}  // namespace parlante::build_head
