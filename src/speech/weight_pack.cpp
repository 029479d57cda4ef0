#include "speech/weight_pack.hpp"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <cstring>
#include <fstream>

namespace parlante {
namespace {

constexpr std::string_view kMagic("HAMAPK\x01\x02", 8);
constexpr std::size_t kMostArrays = 4096, kMostRank = 8, kMostBytes = std::size_t{1} << 30;
/// No weight of a trained network comes near this; a flipped exponent bit does.
constexpr float kLargestWeight = 1e4f;

/// Takes numbers from the front of a byte range; after the first read past the end `ok` stays false.
struct Reader {
  std::span<const std::uint8_t> bytes;
  std::size_t position = 0;
  bool ok = true;

  std::span<const std::uint8_t> take(std::size_t count) {
    if (!ok || count > bytes.size() - position) {
      ok = false;
      return {};
    }
    position += count;
    return bytes.subspan(position - count, count);
  }
  template <class T>
  T number() {
    T value{};
    if (const auto raw = take(sizeof(T)); ok) std::memcpy(&value, raw.data(), sizeof(T));
    return value;
  }
};

tl::unexpected<Error> broken(const std::string& what) {
  return fail(ErrorKind::broken_model,
              "The phonetic weight pack is damaged: " + what + ". Run tools/setup again.");
}

tl::unexpected<Error> broken(std::string_view array, std::string_view what) {
  std::string sentence("the array ");
  sentence.append(array).append(" ").append(what);
  return broken(sentence);
}

struct Entry {
  std::string name;
  std::uint8_t type = 0;
  std::vector<std::size_t> shape;
  std::uint64_t offset = 0, length = 0;
};

Result<Entry> read_entry(Reader& reader) {
  Entry entry;
  const auto name = reader.take(reader.number<std::uint16_t>());
  entry.name.assign(name.begin(), name.end());
  entry.type = reader.number<std::uint8_t>();
  const std::size_t rank = reader.number<std::uint8_t>();
  if (!reader.ok || entry.type > 1 || rank > kMostRank) return broken("its table cannot be read");
  std::uint64_t count = 1;
  for (std::size_t d = 0; d < rank; ++d) {
    entry.shape.push_back(reader.number<std::uint32_t>());
    if (entry.shape.back() == 0 || entry.shape.back() > kMostBytes / count)
      return broken("an array has an impossible size");
    count *= entry.shape.back();
  }
  entry.offset = reader.number<std::uint64_t>();
  entry.length = reader.number<std::uint64_t>();
  if (!reader.ok) return broken("its table is cut off");
  if (entry.length != count * (entry.type == 0 ? 4 : 2)) return broken(entry.name, "has a wrong length");
  return entry;
}

bool convert(const std::uint8_t* raw, std::uint8_t type, std::vector<float>& values) {
  if (type == 0) {
    std::memcpy(values.data(), raw, values.size() * sizeof(float));
  } else {
    for (std::size_t i = 0; i < values.size(); ++i) {
      std::uint16_t half = 0;
      std::memcpy(&half, raw + 2 * i, 2);
      values[i] = static_cast<float>(Eigen::numext::bit_cast<Eigen::half>(half));
    }
  }
  // Written so that NaN fails too.
  return std::all_of(values.begin(), values.end(), [](float v) { return std::abs(v) < kLargestWeight; });
}

}  // namespace

Result<WeightPack> WeightPack::read(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary | std::ios::ate);
  const std::streamoff size = stream ? static_cast<std::streamoff>(stream.tellg()) : -1;
  if (size < 0) {
    return fail(ErrorKind::broken_model,
                "The phonetic model " + file.string() + " cannot be read. Run tools/setup first.");
  }
  if (static_cast<std::uint64_t>(size) > kMostBytes) return broken("it is too large");
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(size));
  stream.seekg(0);
  stream.read(reinterpret_cast<char*>(bytes.data()), size);
  if (!stream) return broken("it cannot be read to its end");
  return parse(bytes);
}

Result<WeightPack> WeightPack::parse(std::span<const std::uint8_t> bytes) {
  Reader reader{bytes};
  const auto magic = reader.take(kMagic.size());
  if (!reader.ok || !std::equal(kMagic.begin(), kMagic.end(), magic.begin()))
    return broken("it is not a weight pack");
  const std::size_t count = reader.number<std::uint32_t>();
  if (!reader.ok || count > kMostArrays) return broken("its table cannot be read");
  std::vector<Entry> entries;
  for (std::size_t i = 0; i < count; ++i) {
    auto entry = read_entry(reader);
    if (!entry) return pass_on(std::move(entry));
    entries.push_back(std::move(*entry));
  }
  const std::size_t start = std::min((reader.position + 15) / 16 * 16, bytes.size());
  const auto numbers = bytes.subspan(start);

  WeightPack pack;
  for (const Entry& entry : entries) {
    if (entry.length > numbers.size() || entry.offset > numbers.size() - entry.length) {
      return broken(entry.name, "lies beyond its end");
    }
    Array array{entry.shape, std::vector<float>(entry.length / (entry.type == 0 ? 4 : 2))};
    if (!convert(numbers.data() + entry.offset, entry.type, array.values)) {
      return broken(entry.name, "holds impossible numbers");
    }
    if (!pack.arrays_.emplace(entry.name, std::move(array)).second) return broken(entry.name, "occurs twice");
  }
  return pack;
}

Result<std::span<const float>> WeightPack::array(std::string_view name,
                                                 std::initializer_list<std::size_t> shape) const {
  const auto found = arrays_.find(name);
  if (found == arrays_.end()) return broken(name, "is missing");
  const Array& array = found->second;
  if (!std::equal(shape.begin(), shape.end(), array.shape.begin(), array.shape.end())) {
    return broken(name, "has a wrong shape");
  }
  return std::span<const float>(array.values);
}

}  // namespace parlante
