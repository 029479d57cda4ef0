#include "mark/file_hash.hpp"

#include <openssl/evp.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <vector>

namespace parlante {

struct Sha256Sum::State {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  ~State() { EVP_MD_CTX_free(context); }
};

Sha256Sum::Sha256Sum() : state_(std::make_unique<State>()) {
  EVP_DigestInit_ex(state_->context, EVP_sha256(), nullptr);
}
Sha256Sum::~Sha256Sum() = default;
Sha256Sum::Sha256Sum(Sha256Sum&&) noexcept = default;

void Sha256Sum::add(std::span<const std::uint8_t> bytes) {
  EVP_DigestUpdate(state_->context, bytes.data(), bytes.size());
}

Sha256 Sha256Sum::finish() {
  Sha256 sum{};
  EVP_DigestFinal_ex(state_->context, sum.data(), nullptr);
  return sum;
}

Result<std::string> file_sha256(const std::filesystem::path& file) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(file, error))
    return fail(ErrorKind::failed, file.string() + " is no file that can be read.");
  std::FILE* in = std::fopen(file.c_str(), "rb");
  if (in == nullptr)
    return fail(ErrorKind::failed, file.string() + " cannot be read: " + std::strerror(errno) + ".");
  Sha256Sum sum;
  std::vector<std::uint8_t> piece(1u << 18);
  std::size_t got = 0;
  while ((got = std::fread(piece.data(), 1, piece.size(), in)) > 0) sum.add({piece.data(), got});
  const bool bad = std::ferror(in) != 0;
  std::fclose(in);
  if (bad) return fail(ErrorKind::failed, file.string() + " cannot be read to its end.");
  return hex(sum.finish());
}

std::string bytes_sha256(std::span<const std::uint8_t> bytes) {
  Sha256Sum sum;
  sum.add(bytes);
  return hex(sum.finish());
}

std::string hex(std::span<const std::uint8_t> bytes) {
  std::string text;
  text.reserve(2 * bytes.size());
  for (const std::uint8_t byte : bytes)
    for (const int digit : {byte >> 4, byte & 15}) text += "0123456789abcdef"[digit];
  return text;
}

}  // namespace parlante
