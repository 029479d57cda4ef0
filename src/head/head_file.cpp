// The head file: 8 bytes magic, u32 version, u64 length and u64 FNV-1a of the content, then the content as
// read below.
#include <algorithm>
#include <cmath>
#include <fstream>
#include <system_error>

#include "core/fnv1a.hpp"
#include "head/write_structure.hpp"

namespace parlante {
namespace {

constexpr std::string_view kMagic = "PLHEAD\r\n";
constexpr std::uint32_t kVersion = 1;
constexpr std::size_t kHeaderBytes = 8 + 4 + 8 + 8;
constexpr std::uintmax_t kLargestFile = 64u << 20;
constexpr std::size_t kMostVertices = 1u << 20;
constexpr float kFarthest = 1000;  // cm; nothing of a head lies or moves so far

// ---------------------------------------------------------------- writing

void write_vector(HeadBytesWriter& out, const Vec3f& v) {
  for (int axis = 0; axis < 3; ++axis) out.number(v[axis]);
}

void write_field(HeadBytesWriter& out, const std::vector<float>& field) {
  out.count(field.size());
  for (const float value : field) out.number(value);
}

// A scale, then per vertex its distance from the one before and three 16-bit multiples of the scale.
void write_delta(HeadBytesWriter& out, const SparseDelta& delta) {
  float largest = 0;
  for (const Vec3f& d : delta.deltas) largest = std::max(largest, d.cwiseAbs().maxCoeff());
  const float scale = largest / 32767;
  std::vector<std::pair<std::int32_t, Eigen::Vector3i>> kept;
  for (std::size_t k = 0; k < delta.vertices.size() && scale > 0; ++k) {
    const Eigen::Vector3i steps = (delta.deltas[k] / scale).array().round().cast<int>();
    if (!steps.isZero()) kept.emplace_back(delta.vertices[k], steps);
  }
  out.number(scale);
  out.count(kept.size());
  std::int32_t before = 0;
  for (const auto& [vertex, steps] : kept) {
    out.varint(static_cast<std::uint32_t>(vertex - before));
    before = vertex;
    for (int axis = 0; axis < 3; ++axis)
      out.number(static_cast<std::int16_t>(std::clamp(steps[axis], -32767, 32767)));
  }
}

std::vector<std::uint8_t> content_of(const HeadModel& model) {
  HeadBytesWriter out;
  out.count(model.neutral.size());
  for (const Vec3f& v : model.neutral) write_vector(out, v);
  for (const Vec3f& v : model.reference) write_vector(out, v);
  for (const VertexRange& range : model.parts) out.number(range.end);
  write_structure(out, model);
  for (const auto* field : {&model.lip_side, &model.lip_depth, &model.lid_thickness, &model.ear})
    write_field(out, *field);
  for (const SurfacePoint& point : model.landmarks) {
    for (const std::int32_t v : point.vertices) out.number(v);
    for (const float w : point.weights) out.number(w);
  }
  for (const SparseDelta& expression : model.expressions) write_delta(out, expression);
  out.count(model.identity.size());
  for (const IdentityAxis& axis : model.identity) {
    out.text(axis.name);
    out.number(axis.sigma);
    for (const Affine& motion : axis.motion)
      for (Eigen::Index k = 0; k < motion.size(); ++k) out.number(motion.data()[k]);
    write_delta(out, axis.delta);
  }
  return out.bytes();
}

// ---------------------------------------------------------------- reading

/// Reads in the order content_of() writes; `fault` names the first thing that is wrong.
class Content {
 public:
  explicit Content(std::span<const std::uint8_t> bytes) : in_(bytes) {}

  bool read(HeadModel& model) {
    const std::size_t vertices = in_.count(24);
    if (vertices == 0 || vertices > kMostVertices) return wrong("number of vertices");
    vertices_ = static_cast<std::int32_t>(vertices);
    model.neutral.resize(vertices);
    model.reference.resize(vertices);
    for (auto* points : {&model.neutral, &model.reference})
      for (Vec3f& v : *points)
        if (!vector(v)) return wrong("vertices");
    return parts(model) && triangles(model) && loops(model) && fields(model) && landmarks(model) &&
           expressions(model) && identity(model) && (in_.remaining() == 0 || wrong("length"));
  }
  const std::string& fault() const noexcept { return fault_; }

 private:
  bool wrong(const char* what) {
    if (fault_.empty()) fault_ = what;
    return false;
  }
  bool real(float& value, float most = kFarthest) noexcept {
    value = in_.real();
    return in_.ok() && std::abs(value) <= most;  // false for NaN too
  }
  bool vector(Vec3f& v) noexcept { return real(v.x()) && real(v.y()) && real(v.z()); }
  bool index(std::int32_t& v) noexcept {
    v = in_.number<std::int32_t>();
    return in_.ok() && v >= 0 && v < vertices_;
  }

  bool parts(HeadModel& model) {
    std::int32_t begin = 0;
    for (VertexRange& range : model.parts) {
      range = {begin, in_.number<std::int32_t>()};
      if (!in_.ok() || range.end <= begin || range.end > vertices_) return wrong("parts");
      begin = range.end;
    }
    return begin == vertices_ || wrong("parts");
  }
  bool triangles(HeadModel& model) {
    for (auto& part : model.triangles) {
      part.resize(in_.count(12));
      for (Triangle& triangle : part)
        for (std::int32_t& v : triangle)
          if (!index(v)) return wrong("triangles");
      if (part.empty()) return wrong("triangles");
    }
    return true;
  }
  bool loops(HeadModel& model) {
    for (auto& loop : model.loops) {
      loop.resize(in_.count(4));
      for (std::int32_t& v : loop)
        if (!index(v) || v >= model.skin_end()) return wrong("loops");
      if (loop.size() < 3) return wrong("loops");
    }
    return true;
  }
  bool fields(HeadModel& model) {
    const auto surface = static_cast<std::size_t>(model.part(HeadPart::socket).end);
    for (auto* field : {&model.lip_side, &model.lip_depth, &model.lid_thickness, &model.ear}) {
      field->resize(in_.count(4));
      if (field->size() != surface) return wrong("fields");
      for (float& value : *field)
        if (!real(value)) return wrong("fields");
    }
    return true;
  }
  bool landmarks(HeadModel& model) {
    for (SurfacePoint& point : model.landmarks) {
      float sum = 0;
      for (std::int32_t& v : point.vertices)
        if (!index(v) || v >= model.skin_end()) return wrong("landmarks");
      for (float& w : point.weights) {
        if (!real(w, 1.0001f) || w < -1e-4f) return wrong("landmarks");
        sum += w;
      }
      if (std::abs(sum - 1) > 1e-3f) return wrong("landmarks");
    }
    return true;
  }
  bool delta(SparseDelta& delta) {
    float scale = 0;
    if (!real(scale, kFarthest / 32767) || scale < 0) return false;
    const std::size_t count = in_.count(7);
    delta.vertices.resize(count);
    delta.deltas.resize(count);
    std::int64_t vertex = 0;
    for (std::size_t k = 0; k < count; ++k) {
      const std::uint32_t step = in_.varint();
      vertex += step;
      if (vertex >= vertices_ || (k > 0 && step == 0)) return false;
      delta.vertices[k] = static_cast<std::int32_t>(vertex);
      for (int axis = 0; axis < 3; ++axis)
        delta.deltas[k][axis] = scale * static_cast<float>(in_.number<std::int16_t>());
    }
    return in_.ok();
  }
  bool expressions(HeadModel& model) {
    for (SparseDelta& expression : model.expressions)
      if (!delta(expression)) return wrong("expressions");
    return true;
  }
  bool identity(HeadModel& model) {
    model.identity.resize(in_.count(4 + 4 + kHeadParts * 48 + 8));
    for (IdentityAxis& axis : model.identity) {
      axis.name = in_.text(255);
      if (!real(axis.sigma) || axis.sigma <= 0) return wrong("identity");
      for (Affine& motion : axis.motion)
        for (Eigen::Index k = 0; k < motion.size(); ++k)
          if (!real(motion.data()[k])) return wrong("identity");
      if (!delta(axis.delta)) return wrong("identity");
    }
    return in_.ok() || wrong("identity");
  }

  HeadBytesReader in_;
  std::int32_t vertices_ = 0;
  std::string fault_;
};

tl::unexpected<Error> broken(const std::string& name, const std::string& reason) {
  return fail(ErrorKind::broken_model,
              "The head file " + name + " " + reason + "; run `make` or tools/setup again.");
}

}  // namespace

Result<HeadModel> read_head_model(std::span<const std::uint8_t> bytes, const std::string& name) {
  if (bytes.size() < kHeaderBytes) return broken(name, "is damaged (too short)");
  if (!std::equal(kMagic.begin(), kMagic.end(), bytes.begin())) return broken(name, "is not a head file");
  HeadBytesReader header(bytes.subspan(kMagic.size(), kHeaderBytes - kMagic.size()));
  if (header.number<std::uint32_t>() != kVersion) return broken(name, "is of another version");
  const std::span<const std::uint8_t> content = bytes.subspan(kHeaderBytes);
  if (header.number<std::uint64_t>() != content.size()) return broken(name, "is damaged (wrong length)");
  if (header.number<std::uint64_t>() != fnv1a(content)) return broken(name, "is damaged (wrong checksum)");
  HeadModel model;
  Content reader(content);
  if (!reader.read(model)) return broken(name, "is damaged (" + reader.fault() + ")");
  model.checksum = structure_checksum(model);
  return model;
}

Result<HeadModel> load_head_model(const std::filesystem::path& file) {
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(file, error);
  if (error) return broken(file.string(), "is missing or cannot be read");
  if (size > kLargestFile) return broken(file.string(), "is damaged (too large)");
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(size));
  std::ifstream input(file, std::ios::binary);
  if (!input.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(size)))
    return broken(file.string(), "cannot be read");
  return read_head_model(bytes, file.string());
}

Result<> save_head_model(const HeadModel& model, const std::filesystem::path& file) {
  const std::vector<std::uint8_t> content = content_of(model);
  HeadBytesWriter header;
  for (const char c : kMagic) header.number(static_cast<std::uint8_t>(c));
  header.number(kVersion);
  header.number(static_cast<std::uint64_t>(content.size()));
  header.number(fnv1a(content));
  const std::filesystem::path unfinished = file.string() + ".part";
  std::ofstream output(unfinished, std::ios::binary);
  for (const auto* bytes : {&header.bytes(), &content})
    output.write(reinterpret_cast<const char*>(bytes->data()), static_cast<std::streamsize>(bytes->size()));
  output.close();
  std::error_code error;
  if (output) std::filesystem::rename(unfinished, file, error);
  if (!output || error) {
    std::filesystem::remove(unfinished, error);
    return fail(ErrorKind::failed, "Cannot write the head file " + file.string() + ".");
  }
  return {};
}

}  // namespace parlante
