#include "render/fold_lines.hpp"

#include <algorithm>

#include "core/curves.hpp"

namespace parlante {
namespace {

using enum Blendshape;

/// The landmark on the other side of the face, of those that the lines below use.
std::size_t mirrored(std::size_t landmark) {
  constexpr std::array<std::array<std::size_t, 2>, 27> kPairs{
      {{129, 358}, {203, 423}, {206, 426}, {216, 436}, {212, 432}, {55, 285},  {107, 336},
       {108, 337}, {226, 446}, {156, 383}, {139, 368}, {162, 389}, {143, 372}, {34, 264},
       {127, 356}, {31, 261},  {111, 340}, {116, 345}, {234, 454}, {182, 406}, {106, 335},
       {83, 313},  {66, 296},  {63, 293},  {105, 334}, {109, 338}, {67, 297}}};
  for (const auto& [right, left] : kPairs)
    if (right == landmark) return left;
  return landmark;  // on the middle
}

std::vector<Furrow> on_the_left(std::vector<Furrow> furrows) {
  for (Furrow& furrow : furrows) {
    for (Between& place : furrow.path) place.a = mirrored(place.a), place.b = mirrored(place.b);
    furrow.side = -furrow.side, furrow.facing[0] = -furrow.facing[0];
  }
  return furrows;
}

std::vector<Furrow> smile_line() {
  Furrow line;
  line.path = {{129, 203, .2f}, {203, 206, .05f}, {206, 216, .05f}, {216, 212, .05f}, {216, 212, .6f}};
  line.width = .085f, line.dark = .15f, line.shadow = .11f;
  line.bulge = .12f, line.bulge_away = .55f, line.bulge_width = .42f, line.side = 1;
  line.fade_in = .2f, line.fade_out = .45f, line.facing = {-.45f, -.05f, .89f};
  return {line};
}

/// From the right to the left across the forehead at a share of the way from the brows to the hair.
Furrow forehead_line(float up, float dark) {
  Furrow line;
  for (const auto& [brow, hair] : {std::array<std::size_t, 2>{63, 67},
                                   {105, 67},
                                   {66, 109},
                                   {107, 109},
                                   {9, 10},
                                   {336, 338},
                                   {296, 338},
                                   {334, 297},
                                   {293, 297}})
    line.path.push_back({brow, hair, up});
  line.width = .075f, line.dark = dark, line.shadow = .5f * dark;
  line.bulge = .016f, line.bulge_away = .13f, line.bulge_width = .11f, line.side = 1;
  line.fade_in = line.fade_out = .3f, line.wander = .1f, line.facing = {0, .2f, .98f};
  return line;
}

Furrow frown_line() {
  Furrow line;
  line.path = {{55, 8, .42f}, {107, 9, .45f}, {108, 151, .45f}};
  line.width = .085f, line.dark = .10f, line.shadow = .05f;
  line.bulge = .02f, line.bulge_away = .2f, line.bulge_width = .15f, line.side = 1;
  line.fade_in = .35f, line.fade_out = .7f, line.facing = {-.1f, .1f, .98f};
  return line;
}

std::vector<Furrow> crow_lines() {
  const std::array<std::vector<Between>, 3> paths{{{{226, 156, .35f}, {156, 139, .3f}, {139, 162, .3f}},
                                                   {{226, 143, .35f}, {143, 34, .4f}, {34, 127, .5f}},
                                                   {{31, 143, .45f}, {143, 111, .45f}, {116, 234, .3f}}}};
  std::vector<Furrow> lines;
  for (const auto& path : paths) {
    Furrow line;
    line.path = path, line.width = .055f, line.dark = .08f, line.shadow = .02f;
    line.bulge = .010f, line.bulge_away = .1f, line.bulge_width = .08f, line.side = 1;
    line.fade_in = .3f, line.fade_out = .8f, line.wander = .05f, line.facing = {-.6f, .1f, .8f};
    lines.push_back(line);
  }
  return lines;
}

Furrow chin_line() {
  Furrow line;
  line.path = {{182, 106, .35f}, {83, 83, 0}, {18, 18, 0}, {313, 313, 0}, {406, 335, .35f}};
  line.width = .14f, line.dark = .07f, line.shadow = .07f;
  line.bulge = .05f, line.bulge_away = .6f, line.bulge_width = .35f, line.side = 1;
  line.fade_in = line.fade_out = .45f, line.facing = {0, -.1f, .99f};
  return line;
}

/// A pull that starts and ends smoothly.
float over(float value, float threshold, float full) noexcept {
  return smoothstep(threshold, full, value);
}

}  // namespace

std::vector<Furrow> furrows_of(Fold fold) {
  switch (fold) {
    case Fold::smile_right:
      return smile_line();
    case Fold::smile_left:
      return on_the_left(smile_line());
    case Fold::forehead_middle:
      return {forehead_line(.28f, .07f), forehead_line(.49f, .085f), forehead_line(.72f, .06f)};
    case Fold::forehead_right:
    case Fold::forehead_left:
      return {};
    case Fold::frown_right:
      return {frown_line()};
    case Fold::frown_left:
      return on_the_left({frown_line()});
    case Fold::crow_right:
      return crow_lines();
    case Fold::crow_left:
      return on_the_left(crow_lines());
    case Fold::chin:
      return {chin_line()};
  }
  return {};
}

std::array<float, kFolds> fold_pull(const BlendshapeWeights& e) noexcept {
  std::array<float, kFolds> pull{};
  const auto set = [&](Fold fold, float value) {
    pull[static_cast<std::size_t>(fold)] = std::clamp(value, 0.f, 1.f);
  };
  const float round = .8f * e[mouthPucker] + .5f * e[mouthFunnel];
  const auto smile = [&](float corner, float dimple, float lip, float sneer, float cheek, float stretch) {
    return over(corner + .5f * dimple + .3f * lip + .5f * sneer + .3f * cheek + .25f * stretch, .05f, .95f) -
           round;
  };
  set(Fold::smile_right, smile(e[mouthSmileRight], e[mouthDimpleRight], e[mouthUpperUpRight],
                               e[noseSneerRight], e[cheekSquintRight], e[mouthStretchRight]));
  set(Fold::smile_left, smile(e[mouthSmileLeft], e[mouthDimpleLeft], e[mouthUpperUpLeft], e[noseSneerLeft],
                              e[cheekSquintLeft], e[mouthStretchLeft]));
  set(Fold::forehead_middle, over(e[browInnerUp], .12f, .95f));
  set(Fold::forehead_right, over(e[browOuterUpRight] + .2f * e[browInnerUp], .12f, .95f));
  set(Fold::forehead_left, over(e[browOuterUpLeft] + .2f * e[browInnerUp], .12f, .95f));
  set(Fold::frown_right, over(e[browDownRight], .15f, .95f));
  set(Fold::frown_left, over(e[browDownLeft], .15f, .95f));
  set(Fold::crow_right,
      over(e[eyeSquintRight] + .8f * e[cheekSquintRight] + .6f * e[mouthSmileRight], .3f, 1.3f));
  set(Fold::crow_left,
      over(e[eyeSquintLeft] + .8f * e[cheekSquintLeft] + .6f * e[mouthSmileLeft], .3f, 1.3f));
  set(Fold::chin,
      over(e[mouthShrugLower] + .3f * e[mouthPucker] + .3f * (e[mouthPressLeft] + e[mouthPressRight]), .25f,
           1.f));
  return pull;
}

}  // namespace parlante
