// Whose face it is, and who agreed. Asked once for each portrait; no name is kept.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.hpp"

namespace parlante {

enum class Consent {
  self,       ///< the user's own face
  permitted,  ///< a person who agreed
  synthetic,  ///< of nobody: made or drawn
  historic    ///< a person of the past, shown as such
};

/// "self", "permitted", "synthetic", "historic".
std::string_view name(Consent consent) noexcept;
std::optional<Consent> consent_named(std::string_view name) noexcept;
/// A sentence for the manifest and for people.
std::string_view sentence(Consent consent) noexcept;

/// What was said of portraits before: a private file of hashes with categories. Not thread-safe; processes
/// may share the file.
class ConsentBook {
 public:
  /// `file` need not exist yet; one that cannot be read is as empty.
  explicit ConsentBook(std::filesystem::path file);
  /// `portrait`: SHA-256 of its file, hex.
  std::optional<Consent> find(const std::string& portrait) const;
  /// Errors: failed (cannot be written).
  Result<> remember(const std::string& portrait, Consent consent);

 private:
  std::filesystem::path file_;
};

/// Puts the question to a person: the answer, or nothing when there is nobody to ask.
using AskConsent = std::function<std::optional<Consent>()>;

/// The category for a portrait: what is said now (`given`, empty: nothing), else what is remembered, else
/// what `ask` answers; new answers are remembered where that is possible. Errors: usage (nobody said it).
Result<Consent> consent_for(const std::string& portrait, const std::string& given, ConsentBook& book,
                            const AskConsent& ask);

}  // namespace parlante
