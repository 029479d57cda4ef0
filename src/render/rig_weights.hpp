// What the rig's laws need of the head geometry alone: which vertices follow the lips and the lids, and how
// much.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "head/head_model.hpp"

namespace parlante {

/// A vertex and how much of a law's displacement it takes.
struct WeightedVertex {
  std::int32_t vertex = 0;
  float weight = 0;
};

/// Neighbours of each face vertex, in the face's own triangles (compressed rows).
struct Neighbours {
  std::vector<std::int32_t> first;  ///< face vertices + 1
  std::vector<std::int32_t> of;
};

inline constexpr std::size_t kMaxLoop = 128;  ///< vertices of a lip or lid loop

/// One lip ring pair of the opening's measure (design 5b): the opening is the lowest of the upper rings
/// against the highest of the lower ones.
inline constexpr std::array<HeadLoop, 3> kUpperRings = {HeadLoop::lip_upper_ring0, HeadLoop::lip_upper_ring1,
                                                        HeadLoop::lip_upper_ring2};
inline constexpr std::array<HeadLoop, 3> kLowerRings = {HeadLoop::lip_lower_inner, HeadLoop::lip_lower_ring2,
                                                        HeadLoop::lip_lower_ring3};

/// A ring on the mean head, and how each expression moves it: the opening that weights alone would give is
/// measured there, where nobody's own lips disturb it.
struct GenericRing {
  std::vector<Vec2f> neutral;
  std::array<std::vector<Vec2f>, kBlendshapes> expressions;  ///< empty: does not move
};

/// Loops of one eye.
struct LidLoops {
  HeadLoop upper, lower;
};
inline constexpr std::array<LidLoops, 2> kLids = {
    LidLoops{HeadLoop::lid_right_upper, HeadLoop::lid_right_lower},
    LidLoops{HeadLoop::lid_left_upper, HeadLoop::lid_left_lower}};

struct RigWeights {
  explicit RigWeights(const HeadModel& head);

  std::vector<WeightedVertex> upper_lip, lower_lip;  ///< vertices that follow the lips' correction
  std::vector<WeightedVertex> mouth;                 ///< both lips, their corners and the skin about them
  std::array<std::vector<WeightedVertex>, 2> lids;   ///< vertices that follow the upper lid; 0 right, 1 left
  std::array<std::vector<WeightedVertex>, 2> lower_lids;  ///< and those that follow the lower one
  std::array<GenericRing, 6> rings;                       ///< kUpperRings, then kLowerRings
  Neighbours neighbours;
  std::vector<Triangle> face_triangles;      ///< every triangle of the skin that touches a face vertex
  std::vector<Triangle> interior_triangles;  ///< socket, tongue, gums, teeth
};

}  // namespace parlante
