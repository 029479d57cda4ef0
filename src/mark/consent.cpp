#include "mark/consent.hpp"

#include <array>
#include <sstream>

#include "mark/private_file.hpp"

namespace parlante {
namespace {

struct Category {
  Consent consent;
  std::string_view name, sentence;
};
constexpr std::array<Category, 4> kCategories{{
    {Consent::self, "self", "The maker says that the face is the maker's own."},
    {Consent::permitted, "permitted", "The maker says that the person shown agreed."},
    {Consent::synthetic, "synthetic", "The maker says that the face is of nobody: made or drawn."},
    {Consent::historic, "historic", "The maker says that the face is of a person of the past."},
}};
constexpr std::size_t kHashLetters = 64;
constexpr std::size_t kMostBytes = 900'000;  // some 12,000 portraits; then the oldest are forgotten

std::string contents(const std::filesystem::path& file) {
  auto text = read_private_file(file, false);
  return text ? std::move(*text) : std::string();
}

}  // namespace

std::string_view name(Consent consent) noexcept {
  return kCategories[static_cast<std::size_t>(consent)].name;
}

std::string_view sentence(Consent consent) noexcept {
  return kCategories[static_cast<std::size_t>(consent)].sentence;
}

std::optional<Consent> consent_named(std::string_view wanted) noexcept {
  for (const Category& category : kCategories)
    if (category.name == wanted) return category.consent;
  return std::nullopt;
}

ConsentBook::ConsentBook(std::filesystem::path file) : file_(std::move(file)) {}

std::optional<Consent> ConsentBook::find(const std::string& portrait) const {
  std::optional<Consent> found;
  std::istringstream lines(contents(file_));
  for (std::string line; std::getline(lines, line);)
    if (line.size() > kHashLetters + 1 && line.compare(0, kHashLetters + 1, portrait + " ") == 0)
      if (const auto consent = consent_named(std::string_view(line).substr(kHashLetters + 1)))
        found = consent;
  return found;
}

Result<> ConsentBook::remember(const std::string& portrait, Consent consent) {
  if (portrait.size() != kHashLetters)
    return fail(ErrorKind::usage, "A portrait is remembered by its SHA-256 only.");
  if (find(portrait) == consent) return {};
  if (auto made = make_private_folder(file_.parent_path()); !made) return made;
  const auto lock = FolderLock::take(file_.parent_path());
  if (!lock) return tl::unexpected(lock.error());
  std::string text = contents(file_);
  if (text.size() > kMostBytes) text.erase(0, text.find('\n', text.size() / 2) + 1);
  if (!text.empty() && text.back() != '\n') text += '\n';
  return write_private_file(file_, text + portrait + " " + std::string(name(consent)) + "\n");
}

Result<Consent> consent_for(const std::string& portrait, const std::string& given, ConsentBook& book,
                            const AskConsent& ask) {
  std::optional<Consent> consent = consent_named(given);
  if (!given.empty() && !consent)
    return fail(ErrorKind::usage,
                "There is no consent \"" + given + "\": it is self, permitted, synthetic or historic.");
  if (!consent) {
    if (const auto remembered = book.find(portrait)) return *remembered;
    if (ask) consent = ask();
  }
  if (!consent)
    return fail(ErrorKind::usage,
                "Say once whose face this is: --consent self (your own), permitted (of a person who agreed), "
                "synthetic "
                "(of nobody) or historic (of a person of the past).");
  // It is asked again where it cannot be remembered; the answer counts all the same.
  static_cast<void>(book.remember(portrait, *consent));
  return *consent;
}

}  // namespace parlante
