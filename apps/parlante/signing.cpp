#include "signing.hpp"

#include <unistd.h>

#include <cstdio>
#include <ctime>
#include <filesystem>
#include <iostream>
#include <optional>

#include "mark/file_hash.hpp"
#include "mark/private_file.hpp"
#include "mark/signing_keys.hpp"

namespace parlante::app {
namespace {

/// Asks on the terminal, where there is one.
std::optional<Consent> ask_consent() {
  if (isatty(STDIN_FILENO) != 1 || isatty(STDERR_FILENO) != 1) return std::nullopt;
  std::fputs(
      "Whose face is this? It is asked once for each portrait, kept on this machine and said in the video's "
      "signed "
      "data; no name is.\n"
      "  self       my own\n"
      "  permitted  of a person who agreed\n"
      "  synthetic  of nobody: made or drawn\n"
      "  historic   of a person of the past, shown as such\n",
      stderr);
  for (int attempt = 0; attempt < 3; ++attempt) {
    std::fputs("> ", stderr);
    std::string answer;
    if (!std::getline(std::cin, answer)) return std::nullopt;
    if (const auto consent = consent_named(answer)) return consent;
  }
  return std::nullopt;
}

bool is_file(const std::string& source) {
  std::error_code error;
  return source != "-" && std::filesystem::is_regular_file(source, error);
}

/// Where answers are kept; a folder that cannot be had is as one that cannot be written.
ConsentBook consent_book() {
  const auto folder = private_folder();
  return ConsentBook(folder ? *folder / "consent.txt" : std::filesystem::path("/dev/null/consent.txt"));
}

Result<SigningKeys> load_keys(const SignSettings& settings, std::time_t now) {
  if (settings.certificate.empty() != settings.key.empty())
    return fail(ErrorKind::usage, "A certificate of your own needs both --sign-cert and --sign-key.");
  if (!settings.certificate.empty()) return keys_from_files(settings.certificate, settings.key, now);
  const auto folder = private_folder();
  if (!folder) return tl::unexpected(folder.error());
  return installation_keys(*folder, now);
}

}  // namespace

Result<Signing> Signing::open(const ConsentSettings& consent, const SignSettings& sign,
                              const std::string& face, Sink& sink) {
  Signing signing;
  signing.facts_.version = PARLANTE_VERSION;
  signing.facts_.made = std::time(nullptr);
  std::error_code error;
  if (face != "-" && !std::filesystem::exists(face, error))
    return fail(ErrorKind::failed, "There is no file \"" + face + "\".");
  signing.use(is_avatar_file(face) ? "avatar" : "photo", face);
  ConsentBook book = consent_book();
  const auto said = consent_for(signing.facts_.used.front().sha256, consent.consent, book, ask_consent);
  if (!said) return tl::unexpected(said.error());
  signing.facts_.consent = *said;
  auto keys = load_keys(sign, signing.facts_.made);
  if (!keys) return pass_on(std::move(keys));
  signing.signer_ = std::move(keys->signer);
  signing.signer_.time_stamp_url = sign.time_stamp;
  sink.log(LogLevel::info, "Signs as \"" + keys->name + "\"; " + std::string(sentence(*said)));
  return signing;
}

void Signing::use(const std::string& role, const std::string& source) {
  if (source.empty()) return;
  auto used = is_file(source) ? used_file(role, source) : Result<UsedFile>(UsedFile{role, {}, {}, {}});
  facts_.used.push_back(used ? std::move(*used) : UsedFile{role, {}, {}, {}});
}

void Signing::use_photo_of(const Avatar& avatar) {
  const bool from_avatar = facts_.used.front().role == "avatar";
  if (!from_avatar || (avatar.origin.sha256.empty() && avatar.origin.manifests.empty())) return;
  facts_.used.push_back({"photo", {}, avatar.origin.sha256, avatar.origin.manifests});
}

std::uint32_t Signing::render_id(std::uint64_t seed) const {
  std::string all = std::to_string(seed);
  for (const UsedFile& used : facts_.used) all += " " + used.role + " " + used.sha256;
  const std::string sum = bytes_sha256({reinterpret_cast<const std::uint8_t*>(all.data()), all.size()});
  const auto id = static_cast<std::uint32_t>(std::stoul(sum.substr(0, 6), nullptr, 16));
  return id ? id : 1;
}

LastStep Signing::last_step(const MarkPayload& mark) const {
  ManifestFacts facts = facts_;
  facts.mark = mark;
  return [facts = std::move(facts), signer = signer_](const std::filesystem::path& file) {
    return sign_file(file, facts, signer);
  };
}

PhotoOrigin photo_origin(const std::string& photo) {
  const auto used = is_file(photo) ? used_file("photo", photo) : Result<UsedFile>(UsedFile{});
  return used ? PhotoOrigin{used->sha256, kept_manifests(*used)} : PhotoOrigin{};
}

Result<> remember_avatar(const ConsentSettings& settings, const std::string& photo,
                         const std::string& avatar) {
  const auto of_avatar = file_sha256(avatar);
  if (!of_avatar) return {};  // written to a pipe
  const auto of_photo = is_file(photo) ? file_sha256(photo) : Result<std::string>(std::string());
  if (!of_photo) return tl::unexpected(of_photo.error());
  ConsentBook book = consent_book();
  const auto said = consent_for(*of_photo, settings.consent, book, ask_consent);
  if (!said && !settings.consent.empty()) return tl::unexpected(said.error());
  if (said) static_cast<void>(book.remember(*of_avatar, *said));
  return {};
}

}  // namespace parlante::app
