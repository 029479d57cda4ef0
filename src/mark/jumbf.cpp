#include "mark/jumbf.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace parlante {
namespace {

constexpr int kDeepest = 16, kMostBoxes = 20000;
constexpr std::size_t kDeepestCbor = 32;
constexpr std::size_t kLongestLabel = 1024;
using Bytes = std::span<const std::uint8_t>;

std::uint64_t big_endian(Bytes bytes) noexcept {
  std::uint64_t value = 0;
  for (const std::uint8_t byte : bytes) value = value << 8 | byte;
  return value;
}

struct Box {
  std::uint32_t type = 0;
  Bytes content;
};
constexpr std::uint32_t letters(const char (&name)[5]) {
  std::uint32_t value = 0;
  for (int i = 0; i < 4; ++i) value = value << 8 | static_cast<std::uint8_t>(name[i]);
  return value;
}

/// Takes the first box off `bytes`.
std::optional<Box> take_box(Bytes& bytes) {
  if (bytes.size() < 8) return std::nullopt;
  std::uint64_t size = big_endian(bytes.first(4)), header = 8;
  if (size == 1) {
    if (bytes.size() < 16) return std::nullopt;
    size = big_endian(bytes.subspan(8, 8));
    header = 16;
  } else if (size == 0) {
    size = bytes.size();
  }
  if (size < header || size > bytes.size()) return std::nullopt;
  const auto whole = static_cast<std::size_t>(size), start = static_cast<std::size_t>(header);
  const Box box{static_cast<std::uint32_t>(big_endian(bytes.subspan(4, 4))),
                bytes.subspan(start, whole - start)};
  bytes = bytes.subspan(whole);
  return box;
}

/// The label in a description box: type (16 bytes), toggles, label.
std::optional<std::string> label_of(const Box& description) {
  constexpr std::size_t kLabelAt = 17;
  const Bytes content = description.content;
  if (description.type != letters("jumd") || content.size() < kLabelAt) return std::nullopt;
  if ((content[16] & 2) == 0) return std::string();
  const auto end = std::find(content.begin() + kLabelAt, content.end(), 0);
  if (end == content.end() || end - content.begin() > static_cast<std::ptrdiff_t>(kLongestLabel))
    return std::nullopt;
  return std::string(content.begin() + kLabelAt, end);
}

bool read_super(Bytes content, JumbfBox& into, int depth, int& left) {
  const auto description = take_box(content);
  if (depth > kDeepest || !description) return false;
  const auto label = label_of(*description);
  if (!label) return false;
  into.label = *label;
  while (!content.empty()) {
    const auto box = take_box(content);
    if (!box || --left < 0) return false;
    if (box->type == letters("jumb")) {
      if (!read_super(box->content, into.boxes.emplace_back(), depth + 1, left)) return false;
    } else if (into.content.empty()) {
      into.content = box->content;
    }
  }
  return true;
}

/// Walks over one item's head: what it is and its number, or nothing at the end.
struct Head {
  int major = 0, info = 0;
  std::uint64_t number = 0;
};
std::optional<Head> take_head(Bytes& bytes) {
  if (bytes.empty()) return std::nullopt;
  Head head{bytes[0] >> 5, bytes[0] & 31, static_cast<std::uint64_t>(bytes[0] & 31)};
  bytes = bytes.subspan(1);
  if (head.info >= 24 && head.info <= 27) {
    const std::size_t count = std::size_t{1} << (head.info - 24);
    if (bytes.size() < count) return std::nullopt;
    head.number = big_endian(bytes.first(count));
    bytes = bytes.subspan(count);
  } else if (head.info > 27 && head.info < 31) {
    return std::nullopt;
  }
  return head;
}

/// Is it whole, and nested no deeper than allowed? Asked first, as the parser calls itself for each level.
bool is_flat_enough(Bytes bytes) {
  constexpr std::uint64_t kUntilBreak = ~std::uint64_t{0};
  std::vector<std::uint64_t> open{1};  // items still to come, a level each
  while (!open.empty()) {
    if (open.back() == 0) {
      open.pop_back();
      continue;
    }
    const auto head = take_head(bytes);
    if (!head) return false;
    if (head->major == 7 && head->info == 31) {  // break
      if (open.back() != kUntilBreak) return false;
      open.pop_back();
      continue;
    }
    if (open.back() != kUntilBreak) --open.back();
    const bool endless = head->info == 31;
    if (head->major == 2 || head->major == 3) {
      if (endless) {
        open.push_back(kUntilBreak);
      } else {
        if (head->number > bytes.size()) return false;
        bytes = bytes.subspan(static_cast<std::size_t>(head->number));
      }
    } else if (head->major == 4 || head->major == 5) {
      if (!endless && head->number > bytes.size()) return false;  // an item takes a byte at least
      open.push_back(endless ? kUntilBreak : head->number << (head->major - 4));
    } else if (head->major == 6) {
      open.push_back(1);
    } else if (endless) {
      return false;
    }
    if (open.size() > kDeepestCbor) return false;
  }
  return true;
}

}  // namespace

const JumbfBox* JumbfBox::child(std::string_view name) const noexcept {
  const auto found =
      std::find_if(boxes.begin(), boxes.end(), [name](const JumbfBox& box) { return box.label == name; });
  return found == boxes.end() ? nullptr : &*found;
}

std::optional<JumbfBox> read_jumbf(Bytes bytes) {
  const auto box = take_box(bytes);
  if (!box || box->type != letters("jumb")) return std::nullopt;
  JumbfBox read;
  int left = kMostBoxes;
  if (!read_super(box->content, read, 0, left)) return std::nullopt;
  return read;
}

std::optional<nlohmann::json> read_cbor(Bytes bytes) {
  using Json = nlohmann::json;
  if (!is_flat_enough(bytes)) return std::nullopt;
  auto value = Json::from_cbor(bytes.begin(), bytes.end(), false, false, Json::cbor_tag_handler_t::ignore);
  if (value.is_discarded()) return std::nullopt;
  return value;
}

}  // namespace parlante
