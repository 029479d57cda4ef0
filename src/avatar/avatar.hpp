// One prepared photo: everything of a face that does not depend on the frame. Immutable after making or
// loading.
#pragma once

#include <Eigen/Core>
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "core/arkit.hpp"
#include "core/image.hpp"
#include "head/crowns.hpp"
#include "head/head_fit.hpp"
#include "head/head_model.hpp"

namespace parlante {

/// A part of the picture's plane with its own texture; texel (i, j) covers photo pixel (rect.x + i, rect.y +
/// j).
struct Patch {
  PixelRect rect;
  ImageU8 texels;  ///< RGB, rect.width x rect.height
};

/// One eye: a ball that carries the photo's eye texture with hidden parts completed (design 5.7).
struct EyeLayer {
  Vec3f centre = Vec3f::Zero();  ///< head frame, cm
  float radius = 1.2f;           ///< cm
  Vec3f gaze =
      Vec3f::UnitZ();  ///< the photo's gaze: unit vector from the centre through the iris, head frame
  float iris_radius_px = 0;
  Vec2f iris_centre = Vec2f::Zero();   ///< px of the photo
  Patch texture;                       ///< iris completed, highlight removed; turns with the gaze
  Patch sclera;                        ///< the white without the iris, with the lids' shade; does not turn
  Patch highlight;                     ///< added on top; goes half the way of the gaze
  std::array<float, 3> lash_colour{};  ///< RGB 0..255
  float lash_amount = .5f;             ///< 0..1, how dark the photo's lashes are
};

/// A regular grid over the picture (and a border beyond it) that carries what is not face: hair, ears, neck,
/// shoulders, in depth (design 5.4).
struct ReliefGrid {
  int columns = 0, rows = 0;
  std::vector<Vec2f> source;                          ///< px of the photo each vertex shows (rows x columns)
  std::vector<Vec3f> rest;                            ///< head frame, cm, at the photo's pose
  std::vector<float> head_weight;                     ///< 1 moves with the head, 0 stays with the shoulders
  std::array<SparseDelta, kBlendshapes> expressions;  ///< cm for weight 1, relative to the photo's expression
};

/// The photo around the square picture, for frames that show more of it. What lies well inside the square is
/// painted over: that is drawn anew in every frame.
struct Surround {
  int width = 0, height = 0;           ///< px; 0: the avatar carries none
  double left = 0, top = 0, side = 0;  ///< of the square in it, px; not whole
  std::vector<std::uint8_t> jpeg;
};

/// Where the photo came from, for the manifests of what is made from the avatar (mark/manifest.hpp).
struct PhotoOrigin {
  std::string sha256;                   ///< of the photo's file, hex; empty: not known
  std::vector<std::uint8_t> manifests;  ///< what the photo carried signed, as c2pa_keep_ingredient() gave it
};

struct Avatar {
  int size = 0;  ///< side of the square working picture, px (at most 1024)
  Camera camera;
  Eigen::Matrix3f rotation = Eigen::Matrix3f::Identity();  ///< of the photo: head frame -> camera
  Vec3f translation = Vec3f::Zero();
  std::uint64_t head_checksum = 0;  ///< of the HeadModel it was made with

  // Geometry, one entry a vertex of the HeadModel
  BlendshapeWeights photo_expression{};
  bool lips_closed = true;     ///< in the photo
  std::vector<Vec3f> base;     ///< person's neutral with the residual: add expressions to it. The mouth's
                               ///< interior holds the mean residual of the upper contact line instead
  std::vector<Vec2f> texture;  ///< px of the photo; the hidden inner lip is mirrored from the vermilion
  std::vector<float>
      lip_slide;  ///< px by which texture.y moves when the mouth opens (design 7, the sliding rim); face only
  std::vector<float> mesh_weight;  ///< m: 1 = show the mesh, 0 = show the relief grid
  std::vector<float> inner_lip;    ///< darkening of the hidden inner lip, 0..1
  std::vector<float> lid_weight;   ///< where the made skin of the closed lid may show
  std::array<EyeLayer, 2> eyes;    ///< 0 right, 1 left (the person's)
  std::vector<float> glasses;  ///< of each face vertex: 1 carries the photo's glasses and keeps its shape;
                               ///< empty without glasses
  bool eyes_hidden = false;    ///< behind dark glasses
  ReliefGrid grid;

  // Layers
  int pad_top = 0;     ///< rows of `foreground` above the picture (a crown cut by the frame goes on there)
  ImageU8 foreground;  ///< RGBA, size x (size + pad_top); colour decontaminated, not premultiplied
  ImageU8 plate;       ///< RGB, size x size: the background without the person
  Patch lid_skin[2];   ///< skin of the closed lid; 0 right, 1 left

  // Light and colour
  std::array<float, 9> light{};  ///< spherical harmonics of luma over the face, relative to skin_luma (order:
                                 ///< 1, x, y, z, xy, yz, xz, x²-y², 3z²-1)
  float skin_luma = 128;         ///< median, 0..255
  std::array<float, 3> tooth{}, tongue{}, gum{}, socket{}, lip{};  ///< RGB 0..255
  std::array<float, kCrowns> crown_light{};  ///< share by which each upper crown is lighter than the row
  std::array<float, 8> grain{};  ///< standard deviation of the photo's luma noise at luma 16, 48, ... 240
  float grain_sigma = .6f;       ///< how coarse it is: px of the photo that white noise would be blurred with
  float edge_blur = .7f;         ///< of the photo's sharpest edges: standard deviation of a bell, px

  Surround surround;
  PhotoOrigin origin;

  float px_per_cm() const noexcept { return static_cast<float>(camera.focal_px / -translation.z()); }
};

}  // namespace parlante
