// Where an expression folds the skin, and how hard: smile lines, lines of forehead and frown, crow's feet,
// the furrow under the lower lip. On the tracker's landmarks, in cm.
#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "core/arkit.hpp"

namespace parlante {

/// What pulls a fold; "right" and "left" are the person's.
enum class Fold {
  smile_right,
  smile_left,
  forehead_right,
  forehead_middle,
  forehead_left,
  frown_right,
  frown_left,
  crow_right,
  crow_left,
  chin
};
inline constexpr std::size_t kFolds = 10;

/// How strongly an expression (absolute weights) pulls each fold, 0 to 1. A rounded mouth takes smile lines
/// away.
std::array<float, kFolds> fold_pull(const BlendshapeWeights& expression) noexcept;

/// A point of the face between two of the tracker's landmarks.
struct Between {
  std::size_t a, b;
  float share = 0;  ///< of b
};

/// A furrow along a smooth line: a narrow dark line in a wide shadow, and the skin pushed up beside it, which
/// the light strikes otherwise.
struct Furrow {
  std::vector<Between> path;
  float width = .08f;        ///< standard deviation of the narrow line, cm
  float dark = .12f;         ///< share of the light that the line takes
  float shadow = .05f;       ///< and its wide shadow, three times as wide
  float bulge = 0;           ///< height of the skin beside it, cm
  float bulge_away = .5f;    ///< its distance from the line, cm
  float bulge_width = .33f;  ///< its standard deviation, cm
  float side = 1;            ///< of the bulge: +1 to the right hand of who walks the line in the picture
  float fade_in = .2f, fade_out = .3f;   ///< shares of the length
  float wander = .03f;                   ///< by how much the line strays, cm
  std::array<float, 3> facing{0, 0, 1};  ///< the skin's normal there, head frame
};

/// The furrows of a fold; empty for the forehead's sides, which share the middle's.
std::vector<Furrow> furrows_of(Fold fold);

}  // namespace parlante
