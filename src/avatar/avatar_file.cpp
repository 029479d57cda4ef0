#include "avatar/avatar_file.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <fstream>
#include <string>
#include <string_view>
#include <system_error>

#include <unistd.h>

#include "avatar/byte_stream.hpp"

namespace parlante {
namespace {

constexpr std::string_view kMagic = "PLAVATAR";
constexpr std::size_t kHeaderBytes = 16;
constexpr std::uintmax_t kLargestFile = 256u << 20;
constexpr std::size_t kLargestSection = 192u << 20;
constexpr std::size_t kMostVertices = 1u << 20;
constexpr int kLargestSurround = 8192;
constexpr std::size_t kHashLetters = 64;
constexpr int kCompression = 6;

// A field that is written and read by the same lines: `Flow` is ByteWriter or ByteReader.
template <class T>
void field(ByteWriter& out, const T& value) {
  if constexpr (std::is_same_v<T, float>)
    out.f32(value);
  else if constexpr (std::is_same_v<T, double>)
    out.f64(value);
  else if constexpr (std::is_same_v<T, bool>)
    out.u8(value ? 1 : 0);
  else if constexpr (std::is_same_v<T, int>)
    out.i32(value);
  else if constexpr (std::is_same_v<T, std::uint64_t>)
    out.u64(value);
  else
    for (const auto& element : value) field(out, element);
}
template <class T>
void field(ByteReader& in, T& value) {
  if constexpr (std::is_same_v<T, float>)
    value = in.f32();
  else if constexpr (std::is_same_v<T, double>)
    value = in.f64();
  else if constexpr (std::is_same_v<T, bool>)
    value = in.u8() != 0;
  else if constexpr (std::is_same_v<T, int>)
    value = in.i32();
  else if constexpr (std::is_same_v<T, std::uint64_t>)
    value = in.u64();
  else
    for (auto& element : value) field(in, element);
}
template <class Flow>
void matrix(Flow& flow, auto& values) {  // row by row
  for (int r = 0; r < values.rows(); ++r)
    for (int c = 0; c < values.cols(); ++c) field(flow, values(r, c));
}

template <class Flow>
void general(Flow& flow, auto& a) {
  field(flow, a.size);
  field(flow, a.camera.focal_px);
  field(flow, a.camera.cx);
  field(flow, a.camera.cy);
  matrix(flow, a.rotation);
  matrix(flow, a.translation);
  field(flow, a.head_checksum);
  field(flow, a.photo_expression);
  field(flow, a.lips_closed);
  field(flow, a.pad_top);
  field(flow, a.light);
  field(flow, a.skin_luma);
  field(flow, a.tooth);
  field(flow, a.tongue);
  field(flow, a.gum);
  field(flow, a.socket);
  field(flow, a.lip);
  field(flow, a.crown_light);
  field(flow, a.grain);
  field(flow, a.grain_sigma);
  field(flow, a.edge_blur);
}

void patch(ByteWriter& out, const Patch& p) {
  out.i32(p.rect.x);
  out.i32(p.rect.y);
  out.picture(p.texels);
}
void patch(ByteReader& in, Patch& p) {
  p.rect.x = in.i32();
  p.rect.y = in.i32();
  p.texels = in.picture(3);
  p.rect.width = p.texels.width;
  p.rect.height = p.texels.height;
  if (std::abs(static_cast<double>(p.rect.x)) > 1e6 || std::abs(static_cast<double>(p.rect.y)) > 1e6)
    in.fail();
}

void glasses(ByteWriter& out, const Avatar& a) {
  field(out, a.eyes_hidden);
  out.u32(static_cast<std::uint32_t>(a.glasses.size()));
  out.floats(a.glasses);
}
void glasses(ByteReader& in, Avatar& a) {
  field(in, a.eyes_hidden);
  const std::size_t n = in.u32();
  if (!in.ok() || n > kMostVertices || in.left() / 4 < n) return in.fail();
  a.glasses.assign(n, 0);
  in.floats(a.glasses);
}

template <class Flow>
void eye(Flow& flow, auto& e) {
  matrix(flow, e.centre);
  field(flow, e.radius);
  matrix(flow, e.gaze);
  field(flow, e.iris_radius_px);
  matrix(flow, e.iris_centre);
  field(flow, e.lash_colour);
  field(flow, e.lash_amount);
  patch(flow, e.texture);
  patch(flow, e.sclera);
  patch(flow, e.highlight);
}

// One coordinate after the other.
template <class Vector>
void vectors(ByteWriter& out, const std::vector<Vector>& values) {
  std::vector<float> plane(values.size());
  for (int k = 0; k < Vector::RowsAtCompileTime; ++k) {
    for (std::size_t i = 0; i < values.size(); ++i) plane[i] = values[i][k];
    out.floats(plane);
  }
}
template <class Vector>
void vectors(ByteReader& in, std::vector<Vector>& values) {
  std::vector<float> plane(values.size());
  for (int k = 0; k < Vector::RowsAtCompileTime; ++k) {
    in.floats(plane);
    for (std::size_t i = 0; i < values.size(); ++i) values[i][k] = plane[i];
  }
}

void vertices(ByteWriter& out, const Avatar& a) {
  out.u32(static_cast<std::uint32_t>(a.base.size()));
  vectors(out, a.base);
  vectors(out, a.texture);
  for (const auto* values : {&a.lip_slide, &a.mesh_weight, &a.inner_lip, &a.lid_weight}) out.floats(*values);
}
void vertices(ByteReader& in, Avatar& a) {
  const std::size_t n = in.count(36);
  if (n == 0 || n > kMostVertices) return in.fail();
  a.base.assign(n, Vec3f::Zero());
  a.texture.assign(n, Vec2f::Zero());
  vectors(in, a.base);
  vectors(in, a.texture);
  for (auto* values : {&a.lip_slide, &a.mesh_weight, &a.inner_lip, &a.lid_weight}) {
    values->assign(n, 0);
    in.floats(*values);
  }
}

// u32 count, f32 unit; indices as differences; per coordinate, 16-bit multiples of the unit as differences,
// lower bytes before upper ones.
void sparse(ByteWriter& out, const SparseDelta& d) {
  float largest = 0;
  for (const Vec3f& v : d.deltas) largest = std::max(largest, v.cwiseAbs().maxCoeff());
  const float unit = largest > 0 ? largest / 32767 : 1;
  out.u32(static_cast<std::uint32_t>(d.vertices.size()));
  out.f32(unit);
  std::int32_t before = 0;
  for (std::int32_t v : d.vertices) {
    out.i32(v - before);
    before = v;
  }
  std::vector<std::uint16_t> steps(d.deltas.size());
  for (int k = 0; k < 3; ++k) {
    int last = 0;
    for (std::size_t i = 0; i < steps.size(); ++i) {
      const int value = static_cast<int>(std::lround(d.deltas[i][k] / unit));
      steps[i] = static_cast<std::uint16_t>(value - last);
      last = value;
    }
    for (std::uint16_t s : steps) out.u8(static_cast<std::uint8_t>(s));
    for (std::uint16_t s : steps) out.u8(static_cast<std::uint8_t>(s >> 8));
  }
}
void sparse(ByteReader& in, SparseDelta& d, std::size_t vertex_count) {
  const std::size_t n = in.u32();
  const float unit = in.f32();
  if (!in.ok() || n > vertex_count || in.left() / 10 < n) return in.fail();
  d.vertices.resize(n);
  d.deltas.assign(n, Vec3f::Zero());
  std::int64_t before = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const std::int64_t vertex = before + in.i32();
    if (vertex < before || (i > 0 && vertex == before) || vertex >= static_cast<std::int64_t>(vertex_count))
      return in.fail();
    d.vertices[i] = static_cast<std::int32_t>(vertex);
    before = vertex;
  }
  for (int k = 0; k < 3; ++k) {
    const auto low = in.take(n), high = in.take(n);
    if (!in.ok()) return;
    std::uint16_t value = 0;
    for (std::size_t i = 0; i < n; ++i) {
      value = static_cast<std::uint16_t>(value + low[i] + (high[i] << 8));
      d.deltas[i][k] = static_cast<float>(static_cast<std::int16_t>(value)) * unit;
    }
  }
}

void grid(ByteWriter& out, const ReliefGrid& g) {
  out.i32(g.columns);
  out.i32(g.rows);
  vectors(out, g.source);
  vectors(out, g.rest);
  out.floats(g.head_weight);
  for (const SparseDelta& d : g.expressions) sparse(out, d);
}
void grid(ByteReader& in, ReliefGrid& g) {
  g.columns = in.i32();
  g.rows = in.i32();
  if (!in.ok() || g.columns < 2 || g.rows < 2 || g.columns > 4096 || g.rows > 4096) return in.fail();
  const std::size_t n = static_cast<std::size_t>(g.columns) * static_cast<std::size_t>(g.rows);
  if (n > kMostVertices || in.left() / 24 < n) return in.fail();
  g.source.assign(n, Vec2f::Zero());
  g.rest.assign(n, Vec3f::Zero());
  g.head_weight.assign(n, 0);
  vectors(in, g.source);
  vectors(in, g.rest);
  in.floats(g.head_weight);
  for (SparseDelta& d : g.expressions) sparse(in, d, n);
}

void surround(ByteWriter& out, const Surround& s) {
  out.i32(s.width);
  out.i32(s.height);
  for (const double value : {s.left, s.top, s.side}) out.f64(value);
  out.u32(static_cast<std::uint32_t>(s.jpeg.size()));
  out.bytes().insert(out.bytes().end(), s.jpeg.begin(), s.jpeg.end());
}
void surround(ByteReader& in, Surround& s) {
  s.width = in.i32();
  s.height = in.i32();
  for (double* value : {&s.left, &s.top, &s.side}) *value = in.f64();
  const auto jpeg = in.take(in.u32());
  const auto inside = [](double at, double length, int limit) {
    return at > -2 && length >= 16 && at + length < limit + 2.0;
  };
  const bool none = s.width == 0 && s.height == 0 && jpeg.empty();
  const bool fine = s.width >= 16 && s.height >= 16 && s.width <= kLargestSurround &&
                    s.height <= kLargestSurround && inside(s.left, s.side, s.width) &&
                    inside(s.top, s.side, s.height) && !jpeg.empty();
  if (!in.ok() || (!none && !fine)) return in.fail();
  s.jpeg.assign(jpeg.begin(), jpeg.end());
}

void origin(ByteWriter& out, const PhotoOrigin& o) {
  out.u8(static_cast<std::uint8_t>(o.sha256.size()));
  for (const char letter : o.sha256) out.u8(static_cast<std::uint8_t>(letter));
  out.u32(static_cast<std::uint32_t>(o.manifests.size()));
  out.bytes().insert(out.bytes().end(), o.manifests.begin(), o.manifests.end());
}
void origin(ByteReader& in, PhotoOrigin& o) {
  const auto sum = in.take(in.u8());
  const auto manifests = in.take(in.u32());
  const bool hex = std::all_of(sum.begin(), sum.end(), [](std::uint8_t c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
  });
  if (!in.ok() || (!sum.empty() && sum.size() != kHashLetters) || !hex) return in.fail();
  o.sha256.assign(sum.begin(), sum.end());
  o.manifests.assign(manifests.begin(), manifests.end());
}

void section(ByteWriter& out, std::string_view letters, const std::vector<std::uint8_t>& content) {
  uLongf stored = compressBound(static_cast<uLong>(content.size()));
  std::vector<std::uint8_t> packed(stored);
  compress2(packed.data(), &stored, content.data(), static_cast<uLong>(content.size()), kCompression);
  for (char letter : letters) out.u8(static_cast<std::uint8_t>(letter));
  out.u32(static_cast<std::uint32_t>(content.size()));
  out.u32(static_cast<std::uint32_t>(stored));
  out.bytes().insert(out.bytes().end(), packed.begin(), packed.begin() + static_cast<std::ptrdiff_t>(stored));
}

// The plain bytes of the next section; empty when it is not `letters` or is damaged.
std::vector<std::uint8_t> section(ByteReader& in, std::string_view letters) {
  const auto found = in.take(4);
  const std::size_t plain = in.u32(), stored = in.u32();
  const auto packed = in.take(stored);
  // deflate cannot expand by more than 1032 : 1, so a size beyond that is a lie
  if (!in.ok() || plain == 0 || plain > kLargestSection || plain / 1032 > packed.size() ||
      !std::equal(found.begin(), found.end(), letters.begin())) {
    in.fail();
    return {};
  }
  std::vector<std::uint8_t> bytes(plain);
  uLongf size = static_cast<uLongf>(plain);
  if (uncompress(bytes.data(), &size, packed.data(), static_cast<uLong>(packed.size())) != Z_OK ||
      size != plain) {
    in.fail();
    return {};
  }
  return bytes;
}

}  // namespace

std::vector<std::uint8_t> pack_avatar(const Avatar& avatar) {
  ByteWriter body;
  const auto add = [&](std::string_view letters, auto&& write) {
    ByteWriter content;
    write(content);
    section(body, letters, content.bytes());
  };
  add("META", [&](ByteWriter& out) { general(out, avatar); });
  add("VERT", [&](ByteWriter& out) { vertices(out, avatar); });
  add("GRID", [&](ByteWriter& out) { grid(out, avatar.grid); });
  add("EYES", [&](ByteWriter& out) {
    for (const EyeLayer& e : avatar.eyes) eye(out, e);
  });
  add("FORE", [&](ByteWriter& out) { out.picture(avatar.foreground); });
  add("PLAT", [&](ByteWriter& out) { out.picture(avatar.plate); });
  add("LIDS", [&](ByteWriter& out) {
    for (const Patch& p : avatar.lid_skin) patch(out, p);
  });
  add("GLAS", [&](ByteWriter& out) { glasses(out, avatar); });
  add("ARND", [&](ByteWriter& out) { surround(out, avatar.surround); });
  add("ORIG", [&](ByteWriter& out) { origin(out, avatar.origin); });

  ByteWriter file;
  for (char letter : kMagic) file.u8(static_cast<std::uint8_t>(letter));
  file.u32(kAvatarFileVersion);
  file.u32(static_cast<std::uint32_t>(crc32_z(0, body.bytes().data(), body.bytes().size())));
  file.bytes().insert(file.bytes().end(), body.bytes().begin(), body.bytes().end());
  return std::move(file.bytes());
}

Result<Avatar> unpack_avatar(std::span<const std::uint8_t> bytes, const std::string& name) {
  if (bytes.size() < kHeaderBytes || !std::equal(kMagic.begin(), kMagic.end(), bytes.begin()))
    return fail(ErrorKind::bad_avatar,
                name + " is not an avatar file; make one from a photo with `parlante avatar`.");
  ByteReader in(bytes.subspan(kMagic.size()));
  const std::uint32_t version = in.u32();
  if (version < kAvatarFileVersion)
    return fail(ErrorKind::bad_avatar,
                name + " was made by an older parlante; make it again from the photo.");
  if (version != kAvatarFileVersion)
    return fail(ErrorKind::bad_avatar,
                name + " is an avatar of format " + std::to_string(version) + ", this program reads format " +
                    std::to_string(kAvatarFileVersion) + "; make it again from the photo.");
  const auto damaged = [&] {
    return fail(ErrorKind::bad_avatar, name + " is damaged or incomplete; make it again from the photo.");
  };
  const std::uint32_t checksum = in.u32();
  const auto body = bytes.subspan(kHeaderBytes);
  if (crc32_z(0, body.data(), body.size()) != checksum) return damaged();

  Avatar a;
  const auto get = [&](std::string_view letters, auto&& read) {
    const auto content = section(in, letters);
    ByteReader reader(content);
    if (in.ok()) read(reader);
    if (!reader.ok() || reader.left() != 0) in.fail();
  };
  get("META", [&](ByteReader& r) { general(r, a); });
  get("VERT", [&](ByteReader& r) { vertices(r, a); });
  get("GRID", [&](ByteReader& r) { grid(r, a.grid); });
  get("EYES", [&](ByteReader& r) {
    for (EyeLayer& e : a.eyes) eye(r, e);
  });
  get("FORE", [&](ByteReader& r) { a.foreground = r.picture(4); });
  get("PLAT", [&](ByteReader& r) { a.plate = r.picture(3); });
  get("LIDS", [&](ByteReader& r) {
    for (Patch& p : a.lid_skin) patch(r, p);
  });
  get("GLAS", [&](ByteReader& r) { glasses(r, a); });
  get("ARND", [&](ByteReader& r) { surround(r, a.surround); });
  get("ORIG", [&](ByteReader& r) { origin(r, a.origin); });
  const bool sound = in.ok() && in.left() == 0 && a.size >= 16 && a.size <= 4096 && a.pad_top >= 0 &&
                     a.pad_top <= a.size && a.camera.focal_px > 0 && a.translation.z() < 0 &&
                     a.foreground.width == a.size && a.foreground.height == a.size + a.pad_top &&
                     a.plate.width == a.size && a.plate.height == a.size;
  if (!sound) return damaged();
  return a;
}

Result<> save_avatar(const Avatar& avatar, const std::filesystem::path& file) {
  const std::vector<std::uint8_t> bytes = pack_avatar(avatar);
  std::filesystem::path temporary = file;
  temporary += std::string(".part").append(std::to_string(::getpid()));
  std::error_code error;
  {
    std::ofstream stream(temporary, std::ios::binary | std::ios::trunc);
    stream.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    stream.close();
    if (!stream) {
      std::filesystem::remove(temporary, error);
      return fail(ErrorKind::failed, "The avatar could not be written to " + file.string() +
                                         "; check that the folder exists, is writable and has room.");
    }
  }
  std::filesystem::rename(temporary, file, error);
  if (error) {
    const std::string reason = error.message();
    std::filesystem::remove(temporary, error);
    return fail(ErrorKind::failed, "The avatar could not be moved to " + file.string() + ": " + reason + ".");
  }
  return {};
}

Result<Avatar> load_avatar(const std::filesystem::path& file) {
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(file, error);
  if (error)
    return fail(ErrorKind::bad_avatar,
                "The avatar " + file.string() + " cannot be opened: " + error.message() + ".");
  if (size > kLargestFile)
    return fail(ErrorKind::bad_avatar, file.string() + " is too large to be an avatar file.");
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(size));
  std::ifstream stream(file, std::ios::binary);
  stream.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  if (!stream) return fail(ErrorKind::bad_avatar, "The avatar " + file.string() + " cannot be read.");
  return unpack_avatar(bytes, file.string());
}

}  // namespace parlante
