// The keys that sign: made once for this installation, or the user's own.
#pragma once

#include <ctime>
#include <filesystem>
#include <string>

#include "core/result.hpp"
#include "mark/c2pa_library.hpp"

namespace parlante {

/// A certificate with its key, ready to sign. PEM throughout.
struct SigningKeys {
  C2paSigner signer;
  std::string authority;    ///< the topmost certificate: what others must trust
  std::string name;         ///< whom the signer's certificate names
  std::string fingerprint;  ///< SHA-256 of the authority's certificate, hex
  std::time_t valid_until = 0;
  bool own_installation = false;  ///< made by make_keys(), not the user's
};

/// This installation's keys: `signer.pem` and `ca.pem` in `folder`, mode 600, made at the first call, the
/// signer made anew from the CA before it grows old. ES256; a CA for 25 years, a signer for 10 with the
/// extended key usage emailProtection that C2PA asks for. The names in them are random: they tell
/// installations apart, not people. Safe between processes. Errors: failed (a key file others may read,
/// damaged or mixed-up files, a clock far off).
Result<SigningKeys> installation_keys(const std::filesystem::path& folder, std::time_t now);

/// The CA of this installation (PEM), if it has keys; none are made.
std::string installation_authority(const std::filesystem::path& folder);

/// Makes new keys, over the old ones. Files signed before stay valid for whoever trusts the old CA.
Result<SigningKeys> renew_installation_keys(const std::filesystem::path& folder, std::time_t now);

/// The user's certificates (signer first, then those above it) and key, both PEM files; the key P-256, P-384,
/// P-521, RSA or Ed25519. Errors: failed (unreadable, a key file others may read, key and certificate of
/// different pairs, not valid now, not for signing media).
Result<SigningKeys> keys_from_files(const std::filesystem::path& certificates,
                                    const std::filesystem::path& key, std::time_t now);

/// "2026-11-23".
std::string date_text(std::time_t time);

}  // namespace parlante
