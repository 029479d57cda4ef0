#include "mark/signing_keys.hpp"

#include <openssl/err.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <optional>

#include "mark/certificates.hpp"
#include "mark/private_file.hpp"

namespace parlante {
namespace {

constexpr std::time_t kDay = 86400, kYear = 365 * kDay + kDay / 4;
constexpr std::time_t kAuthorityLife = 25 * kYear, kSignerLife = 10 * kYear;
constexpr std::time_t kLeastSignerLife = 8 * kYear;  // left; so a file's signature holds at least that long
constexpr std::time_t kBefore = kDay;                // viewers' clocks may be a little behind
constexpr std::time_t kEarliest = 1767225600;  // 2026-01-01: no clock of a machine with this program is right
constexpr std::time_t kLatest = 4102444800;    // before, or after 2100

constexpr const char* kRenew = "`parlante keys --renew` makes new keys";

Result<> check_clock(std::time_t now) {
  if (now >= kEarliest && now < kLatest) return {};
  return fail(ErrorKind::failed,
              "This machine's clock says " + date_text(now) +
                  ", which cannot be: set it, as nobody would accept what is signed with that date.");
}

Result<> check_validity(const X509* certificate, const std::string& where, std::time_t now) {
  const std::time_t from = valid_from(certificate), until = valid_until(certificate);
  if (now < from)
    return fail(ErrorKind::failed, "The certificate in " + where + " is valid from " + date_text(from) +
                                       " on, and this machine's clock says " + date_text(now) +
                                       ": set the clock, or use another certificate (" + kRenew + ").");
  if (now > until)
    return fail(ErrorKind::failed, "The certificate in " + where + " was valid until " + date_text(until) +
                                       ", and this machine's clock says " + date_text(now) +
                                       ": set the clock, or use another certificate (" + kRenew + ").");
  return {};
}

/// A key with its certificate and those above.
struct Pair {
  Key key;
  std::vector<Certificate> chain;
};

Result<Pair> parse(const std::string& certificates, const std::string& key,
                   const std::string& certificate_file, const std::string& key_file) {
  Pair pair{key_in(key), certificates_in(certificates)};
  ERR_clear_error();
  if (pair.chain.empty())
    return fail(ErrorKind::failed, certificate_file + " holds no certificate in PEM form.");
  if (!pair.key) {
    const bool encrypted = key.find("ENCRYPTED") != std::string::npos;
    return fail(ErrorKind::failed,
                key_file + (encrypted ? " is locked with a passphrase: give a key without one."
                                      : " holds no private key in PEM form."));
  }
  if (X509_check_private_key(pair.chain.front().get(), pair.key.get()) != 1) {
    ERR_clear_error();
    return fail(ErrorKind::failed, "The key in " + key_file + " does not belong to the certificate in " +
                                       certificate_file + ".");
  }
  return pair;
}

Result<Pair> read_pair(const std::filesystem::path& file) {
  const auto text = read_private_file(file, true);
  if (!text) return tl::unexpected(text.error());
  auto pair = parse(*text, *text, file.string(), file.string());
  if (!pair) pair.error().message += std::string(" ") + kRenew + ".";
  return pair;
}

Result<> write_pair(const std::filesystem::path& file, const Pair& pair) {
  std::string text = to_pem(pair.key.get());
  for (const Certificate& one : pair.chain) text += to_pem(one.get());
  return write_private_file(file, text);
}

Result<Pair> new_authority(std::time_t now) {
  std::array<unsigned char, 4> number{};
  if (RAND_bytes(number.data(), static_cast<int>(number.size())) != 1)
    return fail(ErrorKind::failed, "This machine gives no random numbers, so no key can be made.");
  std::string name = "parlante ";
  for (const unsigned char byte : number)
    for (const int digit : {byte >> 4, byte & 15}) name += "0123456789abcdef"[digit];
  Pair pair{new_key(), {}};
  pair.chain.push_back(
      new_certificate({name, now - kBefore, now + kAuthorityLife, true}, pair.key.get(), nullptr, nullptr));
  if (!pair.key || !pair.chain.back())
    return fail(ErrorKind::failed, "OpenSSL could not make a certificate.");
  return pair;
}

Result<Pair> new_signer(const Pair& authority, std::time_t now) {
  X509* above = authority.chain.front().get();
  Pair pair{new_key(), {}};
  const std::time_t until = std::min(now + kSignerLife, valid_until(above));
  pair.chain.push_back(new_certificate(
      {subject_name(above) + " signer", std::max(now - kBefore, valid_from(above)), until, false},
      pair.key.get(), above, authority.key.get()));
  if (!pair.key || !pair.chain.back())
    return fail(ErrorKind::failed, "OpenSSL could not make a certificate.");
  X509_up_ref(above);
  pair.chain.emplace_back(above);
  return pair;
}

SigningKeys keys_of(const Pair& pair, bool own) {
  SigningKeys keys;
  keys.signer.algorithm = signature_algorithm(pair.key.get());
  // C2PA wants the chain without the root.
  for (const Certificate& one : pair.chain)
    if (&one == &pair.chain.front() || X509_self_signed(one.get(), 0) != 1)
      keys.signer.certificates += to_pem(one.get());
  keys.signer.private_key = to_pem(pair.key.get());
  keys.authority = to_pem(pair.chain.back().get());
  keys.name = subject_name(pair.chain.front().get());
  keys.fingerprint = fingerprint(pair.chain.back().get());
  keys.valid_until = valid_until(pair.chain.front().get());
  keys.own_installation = own;
  return keys;
}

Result<SigningKeys> make_signer(const std::filesystem::path& folder, const Pair& authority, std::time_t now) {
  auto signer = new_signer(authority, now);
  if (!signer) return pass_on(std::move(signer));
  if (auto written = write_pair(folder / "signer.pem", *signer); !written)
    return tl::unexpected(written.error());
  return keys_of(*signer, true);
}

Result<SigningKeys> make_all(const std::filesystem::path& folder, std::time_t now) {
  if (auto fine = check_clock(now); !fine) return tl::unexpected(fine.error());
  auto authority = new_authority(now);
  if (!authority) return pass_on(std::move(authority));
  if (auto written = write_pair(folder / "ca.pem", *authority); !written)
    return tl::unexpected(written.error());
  return make_signer(folder, *authority, now);
}

bool is_there(const std::filesystem::path& file) {
  std::error_code error;
  return std::filesystem::exists(std::filesystem::symlink_status(file, error));
}

}  // namespace

Result<SigningKeys> installation_keys(const std::filesystem::path& folder, std::time_t now) {
  if (auto made = make_private_folder(folder); !made) return tl::unexpected(made.error());
  const auto signer_file = folder / "signer.pem", authority_file = folder / "ca.pem";
  std::optional<FolderLock> lock;
  if (!is_there(signer_file)) {
    auto taken = FolderLock::take(folder);
    if (!taken) return pass_on(std::move(taken));
    lock.emplace(std::move(*taken));  // another process may have made them meanwhile
    if (!is_there(signer_file)) {
      if (!is_there(authority_file)) return make_all(folder, now);
      auto authority = read_pair(authority_file);
      if (!authority) return pass_on(std::move(authority));
      if (auto fine = check_validity(authority->chain.front().get(), authority_file.string(), now); !fine)
        return tl::unexpected(fine.error());
      return make_signer(folder, *authority, now);
    }
  }
  auto signer = read_pair(signer_file);
  if (!signer) return pass_on(std::move(signer));
  const X509* certificate = signer->chain.front().get();
  const bool old = valid_until(certificate) - now < kLeastSignerLife;
  if (old && now < kLatest && is_there(authority_file)) {
    auto authority = read_pair(authority_file);
    if (!authority) return pass_on(std::move(authority));
    const X509* above = authority->chain.front().get();
    // nothing is gained by one that ends with the same CA
    if (now >= valid_from(above) && valid_until(above) > std::max(now, valid_until(certificate)))
      return make_signer(folder, *authority, now);
  }
  if (auto fine = check_validity(certificate, signer_file.string(), now); !fine)
    return tl::unexpected(fine.error());
  return keys_of(*signer, true);
}

std::string installation_authority(const std::filesystem::path& folder) {
  const auto text = read_private_file(folder / "signer.pem", true);
  if (!text) return {};
  const auto chain = certificates_in(*text);
  ERR_clear_error();
  return chain.empty() ? std::string() : to_pem(chain.back().get());
}

Result<SigningKeys> renew_installation_keys(const std::filesystem::path& folder, std::time_t now) {
  if (auto made = make_private_folder(folder); !made) return tl::unexpected(made.error());
  const auto lock = FolderLock::take(folder);
  if (!lock) return tl::unexpected(lock.error());
  return make_all(folder, now);
}

Result<SigningKeys> keys_from_files(const std::filesystem::path& certificates,
                                    const std::filesystem::path& key, std::time_t now) {
  const auto certificate_text = read_private_file(certificates, false);
  if (!certificate_text) return tl::unexpected(certificate_text.error());
  const auto key_text = read_private_file(key, true);
  if (!key_text) return tl::unexpected(key_text.error());
  auto pair = parse(*certificate_text, *key_text, certificates.string(), key.string());
  if (!pair) return pass_on(std::move(pair));
  X509* signer = pair->chain.front().get();
  if (auto fine = check_validity(signer, certificates.string(), now); !fine)
    return tl::unexpected(fine.error());
  if (!may_sign_media(signer))
    return fail(ErrorKind::failed,
                "The certificate in " + certificates.string() +
                    " may not sign media: C2PA wants a signer's certificate, not a CA's, with the extended "
                    "key usage emailProtection or documentSigning.");
  if (signature_algorithm(pair->key.get()).empty())
    return fail(ErrorKind::failed, "The key in " + key.string() +
                                       " is of no kind that C2PA uses: P-256, P-384, P-521, RSA, Ed25519.");
  return keys_of(*pair, false);
}

std::string date_text(std::time_t time) {
  std::tm parts{};
  if (gmtime_r(&time, &parts) == nullptr) return "an impossible date";
  std::array<char, 40> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%d", &parts);
  return text.data();
}

}  // namespace parlante
