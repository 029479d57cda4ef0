// Our own look at a file's signed manifest: where it lies, and whether the hash in it is that of the file. It
// shares no code with the library that writes manifests; signatures and certificates are the library's to
// check.
#pragma once

#include <cstdint>
#include <string>

#include "core/result.hpp"
#include "mark/byte_source.hpp"

namespace parlante {

/// Does the file's content have the hash that its manifest gives?
enum class Binding {
  intact,
  broken,
  unchecked,  ///< a form of hash that is not ours to read: parts, trees
};

/// What was found.
struct CredentialBoxes {
  bool found = false;        ///< a manifest store is there
  bool readable = false;     ///< and its boxes fit into each other
  std::uint64_t offset = 0;  ///< of its box or chunk in the file
  std::uint64_t size = 0;    ///< of the store, bytes
  int manifests = 0;
  std::string active;  ///< label of the file's own manifest, the last
  Binding binding = Binding::unchecked;
};

/// Looks into ISO media files (MP4, MOV, M4A, HEIF…) and PNG; any other is one in which nothing is found.
/// Takes memory for the store only (64 MiB at most), whatever lengths the file claims. Errors: failed (boxes
/// or chunks that do not fit, a store that is too large or cut off).
Result<CredentialBoxes> find_credentials(const ByteSource& file);

}  // namespace parlante
