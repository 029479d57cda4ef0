#include "render/frame_layers.hpp"

#include <algorithm>

#include "render/resample.hpp"
#include "render/source_map.hpp"

namespace parlante {

FrameLayers::FrameLayers(const HeadModel& head, const Avatar& avatar, int size, float texture_scale)
    : head_(head),
      avatar_(avatar),
      size_(size),
      texture_scale_(texture_scale),
      plate_(resize_picture(avatar.plate, size, size)),
      vertex_attributes_(static_cast<std::size_t>(head.face_end()) * kSkinAttributes) {
  const auto side = static_cast<std::size_t>(size), pixels = side * side;
  skin_.resize(pixels * kSkinAttributes), relief_.resize(pixels * kReliefAttributes);
  skin_depth_.resize(pixels), relief_depth_.resize(pixels);
  place_.resize(side * 2), shade_.resize(side), least_alpha_.resize(side), sampled_.resize(side * 4);
}

void FrameLayers::draw(const Kernels& kernels, const RigFrame& frame, const ReliefLayer& relief,
                       const ForegroundTexture& foreground, ImageU8& picture) noexcept {
  float* a = vertex_attributes_.data();
  for (std::size_t v = 0; v < static_cast<std::size_t>(head_.face_end()); ++v, a += kSkinAttributes) {
    a[kSkinU] = frame.texture[v].x() * texture_scale_, a[kSkinV] = frame.texture[v].y() * texture_scale_;
    a[kSkinWeight] = avatar_.mesh_weight[v], a[kSkinShade] = frame.shade[v];
  }
  RasterMesh face;
  face.xy = frame.image[0].data();
  face.z = frame.camera[0].data() + 2, face.z_stride = 3;
  face.attributes = vertex_attributes_.data(), face.attribute_count = kSkinAttributes;
  face.triangles = head_.faces(HeadPart::face)[0].data(),
  face.triangle_count = head_.faces(HeadPart::face).size();

  RasterTarget skin, ground;
  skin.width = skin.height = ground.width = ground.height = size_;
  skin.scale = ground.scale = static_cast<float>(size_) / static_cast<float>(avatar_.size);
  skin.depth = skin_depth_.data(), skin.attributes = skin_.data();
  ground.depth = relief_depth_.data(), ground.attributes = relief_.data();
  clear_raster(skin);
  clear_raster(ground);
  kernels.raster(face, skin);
  kernels.raster(relief.mesh(frame), ground);

  for (int y = 0; y < size_; ++y) draw_row(kernels, foreground.coarse_view(), y, picture);
}

void FrameLayers::draw_row(const Kernels& kernels, const Texture& texture, int y, ImageU8& picture) noexcept {
  const std::size_t row = static_cast<std::size_t>(y) * static_cast<std::size_t>(size_);
  const auto empty = [&](int x) {
    const std::size_t i = row + static_cast<std::size_t>(x);
    return skin_depth_[i] <= kRasterFar && relief_depth_[i] <= kRasterFar;
  };
  int first = 0, last = size_;
  while (first < last && empty(first)) ++first;
  while (last > first && empty(last - 1)) --last;
  std::copy(plate_.row(y), plate_.at(first, y), picture.row(y));
  std::copy(plate_.row(y) + 3 * last, plate_.row(y) + 3 * size_, picture.row(y) + 3 * last);
  if (first == last) return;

  const std::size_t begin = row + static_cast<std::size_t>(first);
  const int width = last - first;
  combine_sources({skin_.data() + begin * kSkinAttributes, skin_depth_.data() + begin, kSkinAttributes,
                   relief_.data() + begin * kReliefAttributes, relief_depth_.data() + begin},
                  static_cast<std::size_t>(width), place_.data(), shade_.data(), least_alpha_.data());
  kernels.warp_bilinear_u8(texture, {place_.data(), place_.data() + 1, 2, 2 * width}, width, 1,
                           sampled_.data(), 4 * width);
  OverPlate over;
  over.layer = sampled_.data(), over.layer_stride = 4 * width;
  over.shade = shade_.data(), over.shade_row = width;
  over.floor = least_alpha_.data(), over.floor_row = width;
  over.plate = plate_.row(y) + 3 * first, over.plate_stride = static_cast<int>(plate_.stride());
  over.out = picture.row(y) + 3 * first, over.out_stride = static_cast<int>(picture.stride());
  kernels.over_plate(over, width, 1);
}

}  // namespace parlante
