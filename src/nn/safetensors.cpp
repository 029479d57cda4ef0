#include "nn/safetensors.hpp"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>

namespace parlante {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMostBytes = std::size_t{1} << 30, kLongestHeader = std::size_t{1} << 20,
                      kMostArrays = 4096, kMostRank = 8;
constexpr int kDeepest = 4;  ///< table, array, its lists
/// No weight of a trained network comes near this; a flipped exponent bit does.
constexpr float kLargestWeight = 1e6F;

enum class Type { f32, f16, bf16 };

std::size_t bytes_of(Type type) {
  return type == Type::f32 ? 4 : 2;
}

std::optional<Type> type_named(const std::string& name) {
  if (name == "F32") return Type::f32;
  if (name == "F16") return Type::f16;
  if (name == "BF16") return Type::bf16;
  return std::nullopt;
}

struct Entry {
  std::string name;
  Type type = Type::f32;
  std::vector<std::size_t> shape;
  std::size_t count = 1, begin = 0, end = 0;
};

/// A whole number that fits, or nothing. JSON's own conversions would round and wrap.
std::optional<std::size_t> whole(const Json& value) {
  if (!value.is_number_unsigned()) return std::nullopt;
  const auto number = value.get<std::uint64_t>();
  if (number > kMostBytes) return std::nullopt;
  return static_cast<std::size_t>(number);
}

/// What is wrong with the entry; empty when it was read.
std::string read_entry(const Json& table, Entry& entry) {
  if (!table.is_object()) return "has no description";
  const auto type = table.find("dtype"), shape = table.find("shape"), offsets = table.find("data_offsets");
  if (type == table.end() || shape == table.end() || offsets == table.end() || !type->is_string() ||
      !shape->is_array() || !offsets->is_array() || offsets->size() != 2)
    return "has no type, shape or place";
  const auto known = type_named(type->get<std::string>());
  if (!known) return "is of a type that is not read";
  entry.type = *known;
  if (shape->size() > kMostRank) return "has too many dimensions";
  for (const Json& length : *shape) {
    const auto size = whole(length);
    if (!size || *size == 0 || *size > kMostBytes / entry.count) return "has an impossible size";
    entry.shape.push_back(*size);
    entry.count *= *size;
  }
  const auto begin = whole((*offsets)[0]), end = whole((*offsets)[1]);
  if (!begin || !end || *end < *begin) return "has an impossible place";
  entry.begin = *begin;
  entry.end = *end;
  if (entry.end - entry.begin != entry.count * bytes_of(entry.type)) return "has a wrong length";
  return {};
}

bool convert(std::span<const std::uint8_t> raw, Type type, std::vector<float>& values) {
  if (type == Type::f32) {
    std::memcpy(values.data(), raw.data(), raw.size());
  } else {
    for (std::size_t i = 0; i < values.size(); ++i) {
      std::uint16_t half = 0;
      std::memcpy(&half, raw.data() + 2 * i, 2);
      values[i] = type == Type::f16 ? static_cast<float>(Eigen::numext::bit_cast<Eigen::half>(half))
                                    : Eigen::numext::bit_cast<float>(std::uint32_t{half} << 16);
    }
  }
  // Written so that NaN fails too.
  return std::all_of(values.begin(), values.end(), [](float v) { return std::abs(v) < kLargestWeight; });
}

/// The header's table; nothing when it is not JSON or nested more deeply than the format is.
std::optional<Json> parse_header(std::span<const std::uint8_t> text) {
  bool deep = false;
  const auto shallow = [&deep](int depth, Json::parse_event_t, Json&) {
    deep |= depth > kDeepest;
    return !deep;
  };
  Json table = Json::parse(text.begin(), text.end(), shallow, /*allow_exceptions=*/false);
  if (deep || !table.is_object()) return std::nullopt;
  return table;
}

tl::unexpected<Error> broken(std::string_view title, std::string_view what) {
  return fail(ErrorKind::broken_model,
              "The " + std::string(title) + " is damaged: " + std::string(what) + ".");
}

tl::unexpected<Error> broken(std::string_view title, std::string_view array, std::string_view what) {
  return broken(title, "its array " + std::string(array.substr(0, 80)) + " " + std::string(what));
}

}  // namespace

Result<SafeTensors> SafeTensors::read(const std::filesystem::path& file, std::string_view title) {
  std::ifstream stream(file, std::ios::binary | std::ios::ate);
  const std::streamoff size = stream ? static_cast<std::streamoff>(stream.tellg()) : -1;
  if (size < 0)
    return fail(ErrorKind::broken_model,
                "The " + std::string(title) + " " + file.string() + " is missing or cannot be read.");
  if (static_cast<std::uint64_t>(size) > kMostBytes) return broken(title, "it is too large");
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(size));
  stream.seekg(0);
  stream.read(reinterpret_cast<char*>(bytes.data()), size);
  if (!stream) return broken(title, "it cannot be read to its end");
  return parse(bytes, title);
}

Result<SafeTensors> SafeTensors::parse(std::span<const std::uint8_t> bytes, std::string_view title) {
  std::uint64_t header = 0;
  if (bytes.size() < sizeof header) return broken(title, "it is cut off");
  std::memcpy(&header, bytes.data(), sizeof header);
  if (header > kLongestHeader || header > bytes.size() - sizeof header)
    return broken(title, "it is no safetensors file, or it is cut off");
  const auto table = parse_header(bytes.subspan(sizeof header, header));
  if (!table) return broken(title, "its table cannot be read");
  if (table->size() > kMostArrays) return broken(title, "it holds too many arrays");
  const auto numbers = bytes.subspan(sizeof header + header);

  SafeTensors file;
  file.title_ = title;
  std::vector<Entry> entries;
  for (const auto& [name, value] : table->items()) {
    if (name == "__metadata__") {
      if (!value.is_object()) return broken(title, "its metadata cannot be read");
      for (const auto& [key, text] : value.items()) {
        if (!text.is_string()) return broken(title, "its metadata cannot be read");
        file.metadata_.emplace(key, text.get<std::string>());
      }
      continue;
    }
    Entry entry;
    entry.name = name;
    if (const std::string what = read_entry(value, entry); !what.empty()) return broken(title, name, what);
    entries.push_back(std::move(entry));
  }

  std::ranges::sort(entries, {}, &Entry::begin);
  std::size_t covered = 0;
  for (const Entry& entry : entries) {
    if (entry.begin != covered) return broken(title, entry.name, "overlaps another or leaves a hole");
    covered = entry.end;
    if (covered > numbers.size()) return broken(title, entry.name, "lies beyond its end");
  }
  if (covered != numbers.size()) return broken(title, "it is longer than its arrays");
  for (const Entry& entry : entries) {
    Array array{entry.shape, std::vector<float>(entry.count)};
    if (!convert(numbers.subspan(entry.begin, entry.end - entry.begin), entry.type, array.values))
      return broken(title, entry.name, "holds impossible numbers");
    file.arrays_.emplace(entry.name, std::move(array));
  }
  return file;
}

Result<std::span<const float>> SafeTensors::array(std::string_view name,
                                                  const std::vector<std::size_t>& shape) const {
  const auto found = arrays_.find(name);
  if (found == arrays_.end()) return broken(title_, name, "is missing");
  if (found->second.shape != shape) return broken(title_, name, "has a wrong shape");
  return std::span<const float>(found->second.values);
}

std::string_view SafeTensors::metadata(std::string_view name) const noexcept {
  const auto found = metadata_.find(name);
  return found == metadata_.end() ? std::string_view() : std::string_view(found->second);
}

}  // namespace parlante
