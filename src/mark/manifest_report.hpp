// What a file's signed manifest says, and how far it can be believed.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "mark/mark_payload.hpp"

namespace parlante {

enum class ManifestState {
  none,     ///< there is no manifest
  damaged,  ///< there is one, and it cannot be read
  changed,  ///< it can be read, and does not fit the file or itself
  intact,   ///< it fits, and nobody we trust signed it
  trusted   ///< it fits, and the signer is trusted
};
/// "none", "damaged"…
std::string_view name(ManifestState state) noexcept;

struct ManifestReport {
  ManifestState state = ManifestState::none;
  std::string signer, issuer;         ///< of the certificate
  std::string program, version;       ///< that made the file, by its own words
  std::string made;                   ///< "2026-11-23": of the time stamp, else the maker's own words
  bool time_stamped = false;          ///< and the service that did it is trusted
  bool says_ai = false;               ///< a digital source type of trained algorithms
  std::string consent;                ///< category, of files of ours
  std::optional<MarkPayload> mark;    ///< that the picture should carry, of files of ours
  std::vector<std::string> inputs;    ///< titles of the ingredients
  int manifests = 0;                  ///< with those of the ingredients
  std::vector<std::string> problems;  ///< codes of what failed

  bool ours() const noexcept { return program == "parlante"; }
};

/// From the library's JSON. What is missing or of another type is left out; texts come without control
/// characters and not longer than 200 bytes, as a stranger wrote them.
ManifestReport read_manifest_report(const std::string& json);

}  // namespace parlante
