// What a file says of itself: its signed manifest, and the mark in its pictures.
#pragma once

#include <filesystem>
#include <string>

#include "core/result.hpp"
#include "mark/box_reader.hpp"
#include "mark/manifest_report.hpp"
#include "mark/mark_reader.hpp"

namespace parlante {

struct VerifyOptions {
  std::string anchors;   ///< certificates to trust, PEM
  bool thorough = true;  ///< look for scaled marks, too, where none is found at the sizes that parlante makes
};

struct VerifyReport {
  std::string type;  ///< media type; empty: not known
  ManifestReport manifest;
  Binding binding = Binding::unchecked;  ///< by our own reader
  MarkFound mark;
  int frames = 0;  ///< looked at

  /// A mark that says "made by AI" was found and can be believed as far as such marks can.
  bool marked() const noexcept;
  /// One sentence for people.
  std::string verdict() const;
};

/// Reads no network. A minute of video takes about a second. Errors: failed (no such file), bad_picture
/// (neither picture nor video, nor anything signed).
Result<VerifyReport> verify_file(const std::filesystem::path& file, const VerifyOptions& options);

}  // namespace parlante
