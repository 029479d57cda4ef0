// No frame leaves but through the gate: nobody else may draw one, encode one, or hand out the pixels of one
// that did not come from there.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "support/paths.hpp"

namespace parlante::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kGate = "src/stream/frame_gate.hpp";

/// What draws faces: the room `src/render` has it, and the gate takes it from there.
constexpr const char* kDrawing[] = {R"(\bRenderer\b[^s])", R"(\bcontact_sheet\s*\()", R"(\bFrameLayers\b)",
                                    R"(\bprepare_avatar\s*\()"};
/// What makes files or packets of pixels: the room `src/media` has it.
constexpr const char* kCodecs[] = {
    R"(\bavcodec_send_frame\b)", R"(\bavcodec_find_encoder)",  R"(\bpng_write_)",
    R"(\bpng_image_write)",      R"(\bjpeg_start_compress\b)", R"(\bjpeg_write_)",
    R"(\bcv::imwrite\b)",        R"(\bcv::imencode\b)",        R"(\bcv::VideoWriter\b)",
    R"(\bx264_encoder_)",        R"(\bvpx_codec_encode\b)",    R"(\bWebPEncode)"};
/// What gives pictures out: writers, live encoders, and pixels taken by hand.
constexpr const char* kSinks[] = {R"(\bMovieWriter\b)",      R"(\bFilmWriter\b)",     R"(\bPictureSeries\b)",
                                  R"(\bLiveVideoEncoder\b)", R"(\bwrite_png\s*\()",   R"(\bencode_jpeg\s*\()",
                                  R"(\byuv420_\w+\s*\()",    R"(\bfast_yuv420\s*\()", R"([.>]pixels\b)"};
/// Who names one of these gets pictures that went through the gate.
constexpr const char* kGated[] = {"stream/frame_gate.hpp", "stream/frame_painter.hpp", "stream/stream.hpp",
                                  "stream/live_stream.hpp"};

/// Files with a sink whose pictures are no frames, and what they are. Before a name is added here: can a
/// frame that speaks leave by it without the gate?
const std::map<std::string, std::string> kNoFrames{
    {"src/avatar/", "the photo and the layers made from it"},
    {"src/face/", "pictures that are looked at"},
    {"src/mark/", "the mark itself, which the gate puts in"},
};

std::string text_of(const fs::path& file) {
  std::ifstream in(file);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

/// Without comments: who only speaks of a thing does not do it.
std::string code_of(const std::string& text) {
  static const std::regex comments(R"(//[^\n]*)");
  return std::regex_replace(text, comments, "");
}

/// All sources of the product, by their path in the project.
std::map<std::string, std::string> sources_in(const fs::path& project) {
  std::map<std::string, std::string> sources;
  for (const char* folder : {"src", "apps", "python", "include"}) {
    if (!fs::is_directory(project / folder)) continue;
    for (const auto& entry : fs::recursive_directory_iterator(project / folder)) {
      static const std::set<std::string> kEndings{".cpp", ".hpp", ".cc", ".c", ".h", ".inc"};
      if (!entry.is_regular_file() || kEndings.count(entry.path().extension().string()) == 0) continue;
      sources[fs::relative(entry.path(), project).generic_string()] = code_of(text_of(entry.path()));
    }
  }
  return sources;
}

template <std::size_t n>
std::string first_match(const std::string& code, const char* const (&patterns)[n]) {
  for (const char* pattern : patterns)
    if (std::smatch match; std::regex_search(code, match, std::regex(pattern))) return match.str();
  return {};
}

bool begins(const std::string& text, const std::string& with) {
  return text.rfind(with, 0) == 0;
}

/// Does the file name a header of the gate's, itself or through the headers it names?
bool takes_from_the_gate(const std::map<std::string, std::string>& sources, const std::string& file) {
  static const std::regex include(R"rx(#include "([^"]+)")rx");
  std::set<std::string> seen;
  std::vector<std::string> open{file};
  while (!open.empty()) {
    const std::string name = open.back();
    open.pop_back();
    const auto code = sources.find(name);
    if (code == sources.end() || !seen.insert(name).second) continue;
    for (std::sregex_iterator at(code->second.begin(), code->second.end(), include), end; at != end; ++at) {
      const std::string header = (*at)[1];
      for (const char* gated : kGated)
        if (header == gated) return true;
      open.push_back("src/" + header);
      open.push_back((fs::path(name).parent_path() / header).generic_string());
    }
  }
  return false;
}

/// Sentences about files by which a frame could leave without its marks.
std::vector<std::string> ways_around(const fs::path& project) {
  std::vector<std::string> ways;
  const auto sources = sources_in(project);
  for (const auto& [file, code] : sources) {
    if (!begins(file, "src/render/") && file != kGate)
      if (const std::string what = first_match(code, kDrawing); !what.empty())
        ways.push_back(file + " draws by itself: " + what);
    if (begins(file, "src/media/")) continue;
    if (const std::string what = first_match(code, kCodecs); !what.empty())
      ways.push_back(file + " encodes by itself: " + what);
    if (begins(file, "src/render/") || begins(file, "src/core/") || begins(file, "src/stream/")) continue;
    const bool no_frames = std::any_of(kNoFrames.begin(), kNoFrames.end(),
                                       [&file = file](const auto& one) { return begins(file, one.first); });
    if (const std::string what = first_match(code, kSinks);
        !what.empty() && !no_frames && !takes_from_the_gate(sources, file))
      ways.push_back(file + " gives out pictures that are not the gate's: " + what);
  }
  return ways;
}

class FakeProject {
 public:
  FakeProject() : root_(fs::path(::testing::TempDir()) / ("gate_" + std::to_string(getpid()))) {}
  ~FakeProject() { fs::remove_all(root_); }
  FakeProject(const FakeProject&) = delete;
  FakeProject& operator=(const FakeProject&) = delete;
  void add(const std::string& file, const std::string& code) {
    fs::create_directories((root_ / file).parent_path());
    std::ofstream(root_ / file) << code;
  }
  const fs::path& root() const { return root_; }

 private:
  fs::path root_;
};

}  // namespace

TEST(Gate, NoFrameLeavesWithoutIt) {
  EXPECT_THAT(ways_around(PARLANTE_SOURCE_DIR), IsEmpty());
  EXPECT_GT(sources_in(PARLANTE_SOURCE_DIR).size(), 100U) << "the sources are not there to be searched";
}

TEST(Gate, TheGateItselfPutsBothMarksIntoEveryFrame) {
  const std::string gate = code_of(text_of(fs::path(PARLANTE_SOURCE_DIR) / kGate));
  const std::size_t draws = gate.find("renderer_.render("), labels = gate.find("label_.apply("),
                    marks = gate.find("mark_.apply(");
  EXPECT_LT(draws, labels);
  EXPECT_LT(labels, marks);
  EXPECT_NE(marks, std::string::npos);
  EXPECT_EQ(gate.find("renderer_.render(", draws + 1), std::string::npos) << "there is one place that draws";
}

TEST(Gate, ANewSinkThatGoesAroundItIsFound) {
  FakeProject project;
  project.add("src/render/renderer.cpp", "Renderer r(head); FrameLayers layers;");
  project.add("src/stream/live_stream.hpp", "#include \"stream/frame_gate.hpp\"\n");
  project.add("src/live/session.hpp", "#include \"stream/live_stream.hpp\"\n");
  project.add("src/live/honest_sink.cpp", "#include \"live/session.hpp\"\nLiveVideoEncoder e;");
  project.add("src/live/talks.cpp", "// nobody calls write_png( here\n");
  EXPECT_THAT(ways_around(project.root()), IsEmpty());

  project.add("src/live/own_renderer.cpp", "Renderer renderer(head, avatar, options);");
  EXPECT_THAT(ways_around(project.root()), Contains(HasSubstr("own_renderer.cpp draws by itself")));
  project.add("src/live/own_codec.cpp", "#include \"live/session.hpp\"\navcodec_send_frame(c, f);");
  EXPECT_THAT(ways_around(project.root()), Contains(HasSubstr("own_codec.cpp encodes by itself")));
  project.add("src/live/raw.cpp", "void send(const ImageU8& i) { write(fd, i.pixels.data(), 9); }");
  EXPECT_THAT(ways_around(project.root()), Contains(HasSubstr("raw.cpp gives out pictures")));
  project.add("apps/other/thumbnail.cpp", "auto j = encode_jpeg(made, 80);");
  EXPECT_THAT(ways_around(project.root()), Contains(HasSubstr("thumbnail.cpp gives out pictures")));
}

}  // namespace parlante::testing
