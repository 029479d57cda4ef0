#include "mark/box_reader.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>
#include <vector>

#include "mark/file_hash.hpp"
#include "mark/file_parts.hpp"
#include "mark/jumbf.hpp"

namespace parlante {
namespace {

using Json = nlohmann::json;
using Bytes = std::span<const std::uint8_t>;

constexpr std::uint64_t kLargestStore = 64u << 20;
constexpr std::array<std::uint8_t, 16> kC2paUuid{0xd8, 0xfe, 0xc3, 0xd6, 0x1b, 0x0e, 0x48, 0x3c,
                                                 0x92, 0x97, 0x58, 0x28, 0x87, 0x7e, 0xc4, 0x81};

tl::unexpected<Error> broken(const char* what) {
  return fail(ErrorKind::failed, std::string("The file is damaged: ") + what + ".");
}

/// The store in a C2PA box: uuid (16), version and flags (4), purpose, offset of the first tree (8), store.
std::optional<std::vector<std::uint8_t>> store_in(const ByteSource& file, const FilePart& box) {
  auto content = file.bytes(box.offset + box.header, box.size - box.header, kLargestStore);
  if (!content || content->size() < 20) return std::nullopt;
  const auto purpose_end = std::find(content->begin() + 20, content->end(), 0);
  if (std::string(content->begin() + 20, purpose_end) != "manifest" || content->end() - purpose_end < 9)
    return std::nullopt;
  content->erase(content->begin(), purpose_end + 9);
  return content;
}

bool is_c2pa_box(const ByteSource& file, const FilePart& box) {
  std::array<std::uint8_t, 16> uuid{};
  return box.name() == "uuid" && box.size - box.header >= uuid.size() &&
         file.read(box.offset + box.header, uuid) && uuid == kC2paUuid;
}

void hash_range(const ByteSource& file, std::uint64_t from, std::uint64_t to, Sha256Sum& sum, bool& whole) {
  std::vector<std::uint8_t> piece(static_cast<std::size_t>(std::min<std::uint64_t>(1u << 20, to - from)));
  while (from < to) {
    const auto part =
        std::span(piece).first(static_cast<std::size_t>(std::min<std::uint64_t>(piece.size(), to - from)));
    whole = whole && file.read(from, part);
    if (!whole) return;
    sum.add(part);
    from += part.size();
  }
}

std::optional<std::vector<std::uint8_t>> wanted_hash(const Json& assertion) {
  if (!assertion.is_object() || assertion.value("alg", Json("sha256")) != "sha256") return std::nullopt;
  const auto hash = assertion.find("hash");
  if (hash == assertion.end() || !hash->is_binary() || hash->get_binary().size() != 32) return std::nullopt;
  return static_cast<const std::vector<std::uint8_t>&>(hash->get_binary());
}

Binding compare(Sha256Sum& sum, bool whole, const std::vector<std::uint8_t>& wanted) {
  if (!whole) return Binding::broken;
  const Sha256 got = sum.finish();
  return std::equal(got.begin(), got.end(), wanted.begin(), wanted.end()) ? Binding::intact : Binding::broken;
}

/// The whole file without the ranges named (c2pa.hash.data).
Binding check_ranges(const ByteSource& file, const Json& assertion) {
  const auto wanted = wanted_hash(assertion);
  if (!wanted) return Binding::unchecked;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> left_out;
  if (const auto list = assertion.find("exclusions"); list != assertion.end() && list->is_array()) {
    for (const Json& one : *list) {
      if (!one.is_object() || !one.contains("start") || !one.contains("length")) return Binding::unchecked;
      const Json &start = one["start"], &length = one["length"];
      if (!start.is_number_unsigned() || !length.is_number_unsigned()) return Binding::unchecked;
      const auto from = start.get<std::uint64_t>(), count = length.get<std::uint64_t>();
      if (from > file.size() || count > file.size() - from) return Binding::broken;
      left_out.emplace_back(from, from + count);
    }
  }
  std::sort(left_out.begin(), left_out.end());
  Sha256Sum sum;
  bool whole = true;
  std::uint64_t at = 0;
  for (const auto& [from, to] : left_out) {
    if (from > at) hash_range(file, at, from, sum, whole);
    at = std::max(at, to);
  }
  if (at < file.size()) hash_range(file, at, file.size(), sum, whole);
  return compare(sum, whole, *wanted);
}

/// Is the box left out by this exclusion? Nothing: a rule that is not read here.
std::optional<bool> is_left_out(const ByteSource& file, const FilePart& box, const Json& rule) {
  const auto set = [&rule](const char* name) { return rule.contains(name) && !rule[name].is_null(); };
  if (!rule.is_object() || !rule.contains("xpath") || !rule["xpath"].is_string()) return std::nullopt;
  const auto& path = rule["xpath"].get_ref<const std::string&>();
  if (path.size() < 5 || path[0] != '/') return std::nullopt;
  if (std::string_view(path).substr(1, 4) != box.name()) return false;
  if (path.size() > 5) return std::nullopt;  // a box inside this one
  for (const char* other : {"length", "version", "flags", "exact", "subset"})
    if (set(other)) return std::nullopt;
  if (!set("data")) return true;
  if (!rule["data"].is_array()) return std::nullopt;
  for (const Json& match : rule["data"]) {
    if (!match.is_object() || !match.contains("offset") || !match["offset"].is_number_unsigned() ||
        !match.contains("value") || !match["value"].is_binary())
      return std::nullopt;
    const std::vector<std::uint8_t>& value = match["value"].get_binary();
    const auto offset = match["offset"].get<std::uint64_t>();
    if (offset > box.size || value.size() > box.size - offset) return false;
    const auto there = file.bytes(box.offset + offset, value.size(), kLargestStore);
    if (!there || *there != value) return false;
  }
  return true;
}

/// Every box that no rule leaves out, each after its place in the file as eight bytes (c2pa.hash.bmff.v2,
/// v3).
Binding check_boxes(const ByteSource& file, const std::vector<FilePart>& boxes, const Json& assertion) {
  const auto wanted = wanted_hash(assertion);
  const auto rules = assertion.find("exclusions");
  if (!wanted || rules == assertion.end() || !rules->is_array() || rules->size() > 64)
    return Binding::unchecked;
  Sha256Sum sum;
  bool whole = true;
  for (const FilePart& box : boxes) {
    bool out = false;
    for (const Json& rule : *rules) {
      const auto left_out = is_left_out(file, box, rule);
      if (!left_out) return Binding::unchecked;
      out = out || *left_out;
    }
    if (out) continue;
    std::array<std::uint8_t, 8> place{};
    for (std::size_t i = 0; i < place.size(); ++i)
      place[i] = static_cast<std::uint8_t>(box.offset >> (56 - 8 * i));
    sum.add(place);
    hash_range(file, box.offset, box.offset + box.size, sum, whole);
  }
  return compare(sum, whole, *wanted);
}

/// Reads the store and holds the file against the hash in it.
CredentialBoxes check_store(const ByteSource& file, const std::vector<FilePart>& parts, const FilePart& box,
                            const std::vector<std::uint8_t>& store) {
  CredentialBoxes found;
  found.found = true;
  found.offset = box.offset;
  found.size = store.size();
  const auto root = read_jumbf(store);
  if (!root || root->label != "c2pa" || root->boxes.empty()) return found;
  found.manifests = static_cast<int>(root->boxes.size());
  found.active = root->boxes.back().label;
  found.readable = true;
  const JumbfBox* assertions = root->boxes.back().child("c2pa.assertions");
  for (const JumbfBox& one : assertions ? assertions->boxes : std::vector<JumbfBox>()) {
    const bool by_boxes = one.label == "c2pa.hash.bmff.v2" || one.label == "c2pa.hash.bmff.v3";
    if (!by_boxes && one.label != "c2pa.hash.data") continue;
    const auto assertion = read_cbor(one.content);
    if (!assertion || !assertion->is_object()) {
      found.readable = false;
      return found;
    }
    found.binding = by_boxes ? check_boxes(file, parts, *assertion) : check_ranges(file, *assertion);
  }
  return found;
}

}  // namespace

Result<CredentialBoxes> find_credentials(const ByteSource& file) {
  const PartedFile kind = parted_file(file);
  if (kind == PartedFile::none) return CredentialBoxes{};
  const bool png = kind == PartedFile::png;
  const auto parts = png ? png_chunks(file) : iso_boxes(file);
  if (!parts) return tl::unexpected(parts.error());
  for (const FilePart& part : *parts) {
    if (png ? part.name() != "caBX" : !is_c2pa_box(file, part)) continue;
    const auto store =
        png ? file.bytes(part.offset + 8, part.size - 12, kLargestStore) : store_in(file, part);
    if (!store) {
      if (png || part.size > kLargestStore) return broken("its signed data is too large or cut off");
      continue;  // a tree of hashes, not the store
    }
    return check_store(file, *parts, part, *store);
  }
  return CredentialBoxes{};
}

}  // namespace parlante
