#include "live/text_voice.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>
#include <vector>

#include "live/child_process.hpp"

namespace parlante {
namespace {

using Json = nlohmann::json;
constexpr ChildLimits kLimits{.seconds = 30, .file_bytes = 100'000'000, .output_bytes = 50'000'000};
constexpr std::size_t kRiffHead = 12, kChunkHead = 8;

/// The program's path, as the shell would find it; empty: not installed.
std::string find_program(const char* name) {
  const char* path = std::getenv("PATH");
  std::istringstream folders(path ? path : "/usr/bin:/bin");
  for (std::string folder; std::getline(folders, folder, ':');) {
    const std::string file = (std::filesystem::path(folder) / name).string();
    if (folder.starts_with('/') && access(file.c_str(), X_OK) == 0) return file;
  }
  return {};
}

/// Groups of two to eight letters or digits with hyphens between, the first of letters: what no program takes
/// for an option or a path.
bool is_language(std::string_view text) {
  std::size_t group = 0;
  bool first = true;
  for (const char c : text) {
    if (c == '-') {
      if (group < 2) return false;
      group = 0;
      first = false;
    } else if ((c < 'a' || c > 'z') && (first || c < '0' || c > '9')) {
      return false;
    } else if (++group > 8) {
      return false;
    }
  }
  return group >= 2 && text.size() <= 20;
}

std::uint32_t word_at(std::string_view bytes, std::size_t at) {
  std::uint32_t word = 0;
  for (std::size_t i = 0; i < 4; ++i)
    word |= static_cast<std::uint32_t>(static_cast<std::uint8_t>(bytes[at + i])) << (8 * i);
  return word;
}

void put_word(std::string& bytes, std::size_t at, std::size_t word) {
  for (std::size_t i = 0; i < 4; ++i) bytes[at + i] = static_cast<char>(word >> (8 * i) & 255);
}

}  // namespace

Result<SpokenText> parse_spoken_text(std::string_view text) {
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object()) return fail(ErrorKind::usage, "Send a JSON object with \"text\".");
  const auto words = json.find("text"), language = json.find("language");
  if (words == json.end() || !words->is_string())
    return fail(ErrorKind::usage, "\"text\" must be what is to be said.");
  SpokenText spoken{words->get<std::string>(), {}};
  if (spoken.text.size() > kMostSpokenText)
    return fail(ErrorKind::usage,
                "The text is too long: " + std::to_string(kMostSpokenText) + " bytes at most.");
  if (std::ranges::all_of(spoken.text, [](unsigned char c) { return c <= ' '; }))
    return fail(ErrorKind::usage, "There is nothing to say.");
  if (language == json.end() || language->is_null()) return spoken;
  if (language->is_string()) spoken.language = language->get<std::string>();
  std::ranges::transform(spoken.language, spoken.language.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  if (!is_language(spoken.language))
    return fail(ErrorKind::usage, "\"language\" must be a language tag, such as \"en\" or \"pt-br\".");
  return spoken;
}

Result<std::string> whole_wav(std::string wav) {
  const auto wrong = [] { return fail(ErrorKind::failed, "The voice program gave no sound."); };
  const std::string_view all = wav;
  if (all.size() < kRiffHead || all.substr(0, 4) != "RIFF" || all.substr(8, 4) != "WAVE") return wrong();
  bool sound = false;
  for (std::size_t at = kRiffHead; !sound && at + kChunkHead <= wav.size();) {
    const std::size_t from = at + kChunkHead,
                      size = std::min<std::size_t>(word_at(wav, at + 4), wav.size() - from);
    sound = size > 0 && wav.compare(at, 4, "data") == 0;
    if (sound) wav.resize(from + size);
    put_word(wav, at + 4, size);
    at = from + size + size % 2;
  }
  if (!sound) return wrong();
  put_word(wav, 4, wav.size() - kChunkHead);
  return wav;
}

TextVoice TextVoice::find(const std::string& command) {
  TextVoice voice;
  if (command.empty()) {
    voice.espeak_ = find_program("espeak-ng");
  } else if (command != "none") {
    voice.shell_ = command;
  }
  return voice;
}

Result<std::string> TextVoice::speak(const SpokenText& spoken, const std::atomic<bool>& stop) const {
  if (!shell_.empty()) return run({"/bin/sh", "-c", shell_}, spoken.text, stop);
  if (espeak_.empty()) return fail(ErrorKind::failed, "This server has no voice for typed text.");
  // the nearest language that it has: "en-ca", or else "en"; then its own choice
  for (std::string language = spoken.language; !language.empty();) {
    auto said = run({espeak_, "--stdin", "--stdout", "-b", "1", "-v", language}, spoken.text, stop);
    if (said || said.error().kind != ErrorKind::failed) return said;
    const auto hyphen = language.rfind('-');
    language.resize(hyphen == std::string::npos ? 0 : hyphen);
  }
  return run({espeak_, "--stdin", "--stdout", "-b", "1"}, spoken.text, stop);
}

Result<std::string> TextVoice::run(std::vector<std::string> arguments, const std::string& text,
                                   const std::atomic<bool>& stop) const {
  auto done = run_child(arguments, kLimits, stop, {}, text);
  if (!done) return pass_on(std::move(done));
  if (done->stopped) return fail(ErrorKind::cancelled, "Stopped.");
  if (done->timed_out) return fail(ErrorKind::failed, "The voice program took too long and was stopped.");
  if (done->exit != 0) return fail(ErrorKind::failed, "The voice program failed.");
  return whole_wav(std::move(done->out));
}

}  // namespace parlante
