// X.509 certificates and keys through OpenSSL.
#pragma once

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <ctime>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace parlante {

struct FreeKey {
  void operator()(EVP_PKEY* key) const noexcept { EVP_PKEY_free(key); }
};
struct FreeCertificate {
  void operator()(X509* certificate) const noexcept { X509_free(certificate); }
};
using Key = std::unique_ptr<EVP_PKEY, FreeKey>;
using Certificate = std::unique_ptr<X509, FreeCertificate>;

/// What a new certificate says.
struct CertificateWish {
  std::string name;
  std::time_t from = 0, until = 0;
  bool authority = false;
};

/// A new P-256 key, or null.
Key new_key();
/// Signed by `issuer` (null: by itself), or null.
Certificate new_certificate(const CertificateWish& wish, EVP_PKEY* key, X509* issuer, EVP_PKEY* issuer_key);

std::string to_pem(X509* certificate);
/// PKCS #8, not encrypted.
std::string to_pem(EVP_PKEY* key);
/// All certificates of a PEM text, in order.
std::vector<Certificate> certificates_in(const std::string& pem);
/// The private key of a PEM text; null when there is none, or only an encrypted one. Never asks for a
/// passphrase.
Key key_in(const std::string& pem);

std::time_t valid_from(const X509* certificate);
std::time_t valid_until(const X509* certificate);
/// The common name, else the whole subject.
std::string subject_name(const X509* certificate);
/// SHA-256, hex.
std::string fingerprint(const X509* certificate);
/// May it sign media (C2PA's certificate profile)? An extended key usage of emailProtection, documentSigning
/// or C2PA's own, and no authority.
bool may_sign_media(X509* certificate);
/// Name of the signature algorithm for C2PA, or empty when the key is of no usable kind.
std::string signature_algorithm(const EVP_PKEY* key);

}  // namespace parlante
