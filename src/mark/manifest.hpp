// What we say, signed, in every file we make.
#pragma once

#include <ctime>
#include <filesystem>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "mark/c2pa_library.hpp"
#include "mark/consent.hpp"
#include "mark/mark_payload.hpp"
#include "mark/signing_keys.hpp"

namespace parlante {

/// A file that went in.
struct UsedFile {
  std::string role;                       ///< "photo", "avatar", "speech", "face codes", "background"
  std::filesystem::path file;             ///< empty: it came through a pipe
  std::string sha256;                     ///< hex; empty: not known
  std::vector<std::uint8_t> manifests{};  ///< of kept_manifests(), where the file is no longer at hand
};

/// What a manifest is made from. No name of a person or file goes into it.
struct ManifestFacts {
  std::string version;  ///< of parlante
  MarkPayload mark;     ///< that is in the frames
  Consent consent = Consent::synthetic;
  std::time_t made = 0;
  std::vector<UsedFile> used;
};

/// Digital source types of the IPTC that mean "made with AI".
constexpr const char* kMadeWithAi =
    "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia";
/// Labels of our own in a manifest.
constexpr const char* kProductName = "parlante";
constexpr const char* kProductionLabel = "parlante.production";
constexpr const char* kMarkAlgorithm = "parlante.mark.1";

/// The mark's payload as it stands in the soft binding: eight hex digits, release and render.
std::string payload_text(const MarkPayload& payload);

/// A used file as the manifest will name it, hashed. Errors: failed (cannot be read).
Result<UsedFile> used_file(std::string role, const std::filesystem::path& file);

/// What a used file carries signed, for what is made later from what was made from it (an avatar). Empty
/// where it carries nothing that can be read.
std::vector<std::uint8_t> kept_manifests(const UsedFile& used);

/// The definition that c2pa_sign() takes.
std::string manifest_definition(const ManifestFacts& facts);

/// Describes a complete file in XMP and signs it in place: the signed copy is written beside it and takes its
/// name, and its hash is checked by our own reader. Errors: failed (a form that cannot carry a manifest, a
/// full disk, refused keys).
Result<> sign_file(const std::filesystem::path& file, const ManifestFacts& facts, const C2paSigner& signer);

/// Can a file of this name's ending be signed? (MP4, MOV, M4V, PNG.)
bool can_be_signed(const std::filesystem::path& file);

}  // namespace parlante
