// Typed text read aloud: by a program beside the server, for pages that cannot do it themselves (a browser's
// own voice gives a page no samples).
#pragma once

#include <atomic>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.hpp"

namespace parlante {

inline constexpr std::size_t kMostSpokenText = 2000;  ///< bytes of UTF-8

/// What is to be said.
struct SpokenText {
  std::string text;
  std::string language;  ///< BCP 47 in lower case ("en-us"); empty: the program's own choice
};

/// {"text": …, "language": …}. Errors: usage, with what is wrong.
Result<SpokenText> parse_spoken_text(std::string_view json);

/// A WAV file written to a pipe does not know its length: sizes that are too large become those of what is
/// there. Errors: failed (no WAV file, or one without sound).
Result<std::string> whole_wav(std::string wav);

class TextVoice {
 public:
  /// `command`: what the shell runs; it reads UTF-8 text on standard input and writes a WAV file to standard
  /// output. Empty: espeak-ng, where it is installed. "none": no voice.
  static TextVoice find(const std::string& command);

  bool there() const noexcept { return !shell_.empty() || !espeak_.empty(); }
  /// Whether it minds the language.
  bool minds_language() const noexcept { return !espeak_.empty(); }

  /// A WAV file of `spoken` read aloud; takes as long as the program takes. No word of a client is part of a
  /// command line but the language, which parse_spoken_text() has checked. Thread-safe. Errors: cancelled;
  /// failed (no voice, or its program fails, is silent, or takes more than half a minute).
  Result<std::string> speak(const SpokenText& spoken, const std::atomic<bool>& stop) const;

 private:
  Result<std::string> run(std::vector<std::string> arguments, const std::string& text,
                          const std::atomic<bool>& stop) const;
  std::string shell_, espeak_;
};

}  // namespace parlante
