#include "mark/certificates.hpp"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <array>

namespace parlante {
namespace {

struct FreeBio {
  void operator()(BIO* bio) const noexcept { BIO_free(bio); }
};
using Bio = std::unique_ptr<BIO, FreeBio>;

constexpr const char* kOrganization = "parlante, key of one installation";

std::string text_of(BIO* bio) {
  char* start = nullptr;
  const long size = BIO_get_mem_data(bio, &start);
  return size > 0 ? std::string(start, static_cast<std::size_t>(size)) : std::string();
}

Bio reading(const std::string& text) {
  return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

/// OpenSSL would ask on the terminal.
int no_passphrase(char*, int, int, void*) {
  return -1;
}

bool add_extension(X509* certificate, X509* issuer, int kind, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value);
  const bool added = extension != nullptr && X509_add_ext(certificate, extension, -1) == 1;
  X509_EXTENSION_free(extension);
  return added;
}

/// RFC 5280 wants a positive number of at most 20 bytes, unlike any other of the issuer.
bool set_serial(X509* certificate) {
  std::array<unsigned char, 16> bytes{};
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) return false;
  bytes[0] = static_cast<unsigned char>((bytes[0] & 0x7f) | 0x40);
  BIGNUM* number = BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr);
  const bool set = number && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != nullptr;
  BN_free(number);
  return set;
}

std::time_t seconds(const ASN1_TIME* time) {
  std::tm parts{};
  return ASN1_TIME_to_tm(time, &parts) == 1 ? timegm(&parts) : 0;
}

}  // namespace

Key new_key() {
  return Key(EVP_EC_gen("P-256"));
}

Certificate new_certificate(const CertificateWish& wish, EVP_PKEY* key, X509* issuer, EVP_PKEY* issuer_key) {
  Certificate made(X509_new());
  X509* c = made.get();
  if (c == nullptr) return nullptr;
  X509_NAME* subject = X509_get_subject_name(c);
  const auto entry = [subject](const char* field, const std::string& value) {
    return X509_NAME_add_entry_by_txt(subject, field, MBSTRING_UTF8,
                                      reinterpret_cast<const unsigned char*>(value.data()),
                                      static_cast<int>(value.size()), -1, 0) == 1;
  };
  X509* above = issuer ? issuer : c;
  const bool filled = X509_set_version(c, X509_VERSION_3) == 1 && set_serial(c) &&
                      entry("O", kOrganization) && entry("CN", wish.name) &&
                      X509_set_issuer_name(c, X509_get_subject_name(above)) == 1 &&
                      ASN1_TIME_set(X509_getm_notBefore(c), wish.from) &&
                      ASN1_TIME_set(X509_getm_notAfter(c), wish.until) && X509_set_pubkey(c, key) == 1;
  if (!filled) return nullptr;
  const bool extended = wish.authority
                            ? add_extension(c, above, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") &&
                                  add_extension(c, above, NID_key_usage, "critical,keyCertSign,cRLSign") &&
                                  add_extension(c, above, NID_subject_key_identifier, "hash")
                            : add_extension(c, above, NID_basic_constraints, "critical,CA:FALSE") &&
                                  add_extension(c, above, NID_key_usage, "critical,digitalSignature") &&
                                  add_extension(c, above, NID_ext_key_usage, "emailProtection") &&
                                  add_extension(c, above, NID_subject_key_identifier, "hash") &&
                                  add_extension(c, above, NID_authority_key_identifier, "keyid:always");
  if (!extended || X509_sign(c, issuer_key ? issuer_key : key, EVP_sha256()) == 0) return nullptr;
  return made;
}

std::string to_pem(X509* certificate) {
  const Bio bio(BIO_new(BIO_s_mem()));
  return bio && PEM_write_bio_X509(bio.get(), certificate) == 1 ? text_of(bio.get()) : std::string();
}

std::string to_pem(EVP_PKEY* key) {
  const Bio bio(BIO_new(BIO_s_mem()));
  const bool written =
      bio && PEM_write_bio_PKCS8PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1;
  return written ? text_of(bio.get()) : std::string();
}

std::vector<Certificate> certificates_in(const std::string& pem) {
  std::vector<Certificate> all;
  const Bio bio = reading(pem);
  while (bio) {
    Certificate next(PEM_read_bio_X509(bio.get(), nullptr, no_passphrase, nullptr));
    if (!next) break;
    all.push_back(std::move(next));
  }
  return all;
}

Key key_in(const std::string& pem) {
  const Bio bio = reading(pem);
  return Key(bio ? PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr) : nullptr);
}

std::time_t valid_from(const X509* certificate) {
  return seconds(X509_get0_notBefore(certificate));
}

std::time_t valid_until(const X509* certificate) {
  return seconds(X509_get0_notAfter(certificate));
}

std::string subject_name(const X509* certificate) {
  const X509_NAME* subject = X509_get_subject_name(certificate);
  const int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
  if (at >= 0) {
    unsigned char* utf8 = nullptr;
    const int size = ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
    if (size >= 0) {
      const std::string name(reinterpret_cast<char*>(utf8), static_cast<std::size_t>(size));
      OPENSSL_free(utf8);
      return name;
    }
  }
  const Bio bio(BIO_new(BIO_s_mem()));
  return bio && X509_NAME_print_ex(bio.get(), subject, 0, XN_FLAG_RFC2253) >= 0 ? text_of(bio.get())
                                                                                : std::string();
}

std::string fingerprint(const X509* certificate) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (X509_digest(certificate, EVP_sha256(), digest.data(), &size) != 1) return {};
  std::string hex;
  for (unsigned i = 0; i < size; ++i)
    for (const int digit : {digest[i] >> 4, digest[i] & 15}) hex += "0123456789abcdef"[digit];
  return hex;
}

bool may_sign_media(X509* certificate) {
  if (X509_check_ca(certificate) == 1) return false;
  auto* usage =
      static_cast<EXTENDED_KEY_USAGE*>(X509_get_ext_d2i(certificate, NID_ext_key_usage, nullptr, nullptr));
  bool may = false;
  for (int i = 0; usage != nullptr && i < sk_ASN1_OBJECT_num(usage); ++i) {
    std::array<char, 80> number{};
    OBJ_obj2txt(number.data(), static_cast<int>(number.size()), sk_ASN1_OBJECT_value(usage, i), 1);
    const std::string oid(number.data());
    may = may || oid == "1.3.6.1.5.5.7.3.4" || oid == "1.3.6.1.5.5.7.3.36" || oid == "1.3.6.1.4.1.62558.2.1";
  }
  sk_ASN1_OBJECT_pop_free(usage, ASN1_OBJECT_free);
  return may;
}

std::string signature_algorithm(const EVP_PKEY* key) {
  switch (EVP_PKEY_get_base_id(key)) {
    case EVP_PKEY_EC:
      switch (EVP_PKEY_get_bits(key)) {
        case 256:
          return "es256";
        case 384:
          return "es384";
        case 521:
          return "es512";
        default:
          return {};
      }
    case EVP_PKEY_RSA:
      return EVP_PKEY_get_bits(key) >= 2048 ? "ps256" : "";
    case EVP_PKEY_ED25519:
      return "ed25519";
    default:
      return {};
  }
}

}  // namespace parlante
