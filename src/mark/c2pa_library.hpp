// Content credentials (C2PA manifests) written into files and read from them, through libc2pa.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/result.hpp"

namespace parlante {

/// Who signs, and how. Certificates and key are PEM.
struct C2paSigner {
  std::string algorithm;       ///< of the key: es256, es384, es512, ps256, ed25519
  std::string certificates;    ///< the signer's first, then those above it
  std::string private_key;     ///< PKCS #8
  std::string time_stamp_url;  ///< of an RFC 3161 service, asked for the time of signing; empty: none
};

/// A file that went into the one that is signed. What is signed in it is carried along.
struct C2paIngredient {
  std::filesystem::path file;  ///< empty: the description alone
  std::string format;          ///< media type; empty: one that the library does not read
  std::string description;     ///< JSON: title, relationship, label
  /// Of c2pa_keep_ingredient(), where the file itself is no longer at hand.
  std::vector<std::uint8_t> kept;
};

/// Can files of this media type carry a manifest?
bool c2pa_can_sign(const std::string& format);

/// Writes `source` with a signed manifest to `target`. `definition` is the manifest's JSON. An ingredient
/// that cannot be read is named without its own manifest. Thread-safe. Errors: failed (refused certificate,
/// full disk, no answer from the time stamp service).
Result<> c2pa_sign(const std::string& definition, std::span<const C2paIngredient> ingredients,
                   const std::string& format, const std::filesystem::path& source,
                   const std::filesystem::path& target, const C2paSigner& signer);

/// The manifests that `ingredient` carries, checked now, in the library's own form, so that they can go into
/// what is made later from what was made from it. Thread-safe. Errors: failed (carries none, or cannot be
/// read).
Result<std::vector<std::uint8_t>> c2pa_keep_ingredient(const C2paIngredient& ingredient);

/// The manifests in a file as the library's JSON, checked against the file and the certificates `anchors`
/// (PEM); nothing when there are none. Reads no network. Thread-safe. Errors: failed (what is there cannot be
/// read).
Result<std::optional<std::string>> c2pa_read(const std::filesystem::path& file, const std::string& format,
                                             const std::string& anchors);

}  // namespace parlante
