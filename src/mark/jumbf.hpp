// The boxes inside a C2PA manifest store (JUMBF, ISO 19566-5), and the CBOR inside those.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace parlante {

/// A superbox: its label, the superboxes in it, and its first plain content box.
struct JumbfBox {
  std::string label;
  std::vector<JumbfBox> boxes;
  std::span<const std::uint8_t> content;  ///< of the bytes it was read from

  const JumbfBox* child(std::string_view name) const noexcept;
};

/// The superbox at the start of `bytes`, or nothing where lengths do not fit into each other, labels are
/// missing, or it is deeper or fuller than any manifest store is.
std::optional<JumbfBox> read_jumbf(std::span<const std::uint8_t> bytes);

/// CBOR as JSON (byte strings as binary, tags left out), or nothing where it is broken or nested deeper
/// than 32.
std::optional<nlohmann::json> read_cbor(std::span<const std::uint8_t> bytes);

}  // namespace parlante
