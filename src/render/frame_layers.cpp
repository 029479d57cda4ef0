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
      vertex_attributes_(static_cast<std::size_t>(head.face_end()) * kSkinAttributes),
      sampled_(size, size, 4) {
  const std::size_t pixels = static_cast<std::size_t>(size) * static_cast<std::size_t>(size);
  skin_.resize(pixels * kSkinAttributes);
  relief_.resize(pixels * kReliefAttributes), place_.resize(pixels * 2);
  for (auto* plane : {&skin_depth_, &relief_depth_, &shade_, &least_alpha_}) plane->resize(pixels);
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

  combine_sources({skin_.data(), skin_depth_.data(), kSkinAttributes, relief_.data(), relief_depth_.data()},
                  skin_depth_.size(), place_.data(), shade_.data(), least_alpha_.data());
  kernels.warp_bilinear_u8(foreground.coarse_view(), {place_.data(), place_.data() + 1, 2, 2 * size_}, size_,
                           size_, sampled_.pixels.data(), static_cast<int>(sampled_.stride()));
  OverPlate over;
  over.layer = sampled_.pixels.data(), over.layer_stride = static_cast<int>(sampled_.stride());
  over.shade = shade_.data(), over.shade_row = size_;
  over.floor = least_alpha_.data(), over.floor_row = size_;
  over.plate = plate_.pixels.data(), over.plate_stride = static_cast<int>(plate_.stride());
  over.out = picture.pixels.data(), over.out_stride = static_cast<int>(picture.stride());
  kernels.over_plate(over, size_, size_);
}

}  // namespace parlante
