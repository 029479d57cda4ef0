#include "render/frame_layers.hpp"

#include <algorithm>

#include "render/resample.hpp"
#include "render/source_map.hpp"

namespace parlante {

namespace {

ImageU8 cut(const ImageU8& picture, const PixelRect& rect) {
  ImageU8 out(rect.width, rect.height, picture.channels);
  for (int y = 0; y < rect.height; ++y) std::copy_n(picture.at(rect.x, rect.y + y), out.stride(), out.row(y));
  return out;
}

}  // namespace

FrameLayers::FrameLayers(const HeadModel& head, const Avatar& avatar, const FramePlace& place,
                         float texture_scale, const ImageU8* background)
    : head_(head),
      avatar_(avatar),
      place_(place),
      living_(place.living()),
      texture_scale_(texture_scale),
      vertex_attributes_(static_cast<std::size_t>(head.face_end()) * kSkinAttributes) {
  plate_ = background
               ? cut(*background, living_)
               : cut(resize_picture(avatar.plate, place.size, place.size),
                     {living_.x + place.part.x, living_.y + place.part.y, living_.width, living_.height});
  const auto width = static_cast<std::size_t>(living_.width),
             pixels = width * static_cast<std::size_t>(living_.height);
  skin_.resize(pixels * kSkinAttributes), relief_.resize(pixels * kReliefAttributes);
  skin_depth_.resize(pixels), relief_depth_.resize(pixels);
  sources_.resize(width * 2), shade_.resize(width), least_alpha_.resize(width), sampled_.resize(width * 4);
  opaque_.resize(width, 1.f);
}

void FrameLayers::draw(const Kernels& kernels, const RigFrame& frame, const ReliefLayer& relief,
                       const ForegroundTexture& foreground, ImageU8& picture, ImageU8* alpha) noexcept {
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
  skin.width = ground.width = living_.width, skin.height = ground.height = living_.height;
  skin.scale = ground.scale = static_cast<float>(place_.size) / static_cast<float>(avatar_.size);
  skin.offset_x = ground.offset_x = static_cast<float>(living_.x + place_.part.x) / skin.scale;
  skin.offset_y = ground.offset_y = static_cast<float>(living_.y + place_.part.y) / skin.scale;
  skin.depth = skin_depth_.data(), skin.attributes = skin_.data();
  ground.depth = relief_depth_.data(), ground.attributes = relief_.data();
  clear_raster(skin);
  clear_raster(ground);
  kernels.raster(face, skin);
  kernels.raster(relief.mesh(frame), ground);

  for (int y = 0; y < living_.height; ++y) draw_row(kernels, foreground.coarse_view(), y, picture, alpha);
}

void FrameLayers::draw_row(const Kernels& kernels, const Texture& texture, int y, ImageU8& picture,
                           ImageU8* alpha) noexcept {
  const std::size_t row = static_cast<std::size_t>(y) * static_cast<std::size_t>(living_.width);
  const auto empty = [&](int x) {
    const std::size_t i = row + static_cast<std::size_t>(x);
    return skin_depth_[i] <= kRasterFar && relief_depth_[i] <= kRasterFar;
  };
  int first = 0, last = living_.width;
  while (first < last && empty(first)) ++first;
  while (last > first && empty(last - 1)) --last;
  std::uint8_t* out = picture.at(living_.x, living_.y + y);
  std::copy(plate_.row(y), plate_.at(first, y), out);
  std::copy(plate_.at(0, y) + 3 * last, plate_.at(0, y) + 3 * living_.width, out + 3 * last);
  std::uint8_t* covered = alpha ? alpha->at(living_.x, living_.y + y) : nullptr;
  if (covered) std::fill_n(covered, living_.width, std::uint8_t{0});
  if (first == last) return;

  const std::size_t begin = row + static_cast<std::size_t>(first);
  const int width = last - first;
  combine_sources({skin_.data() + begin * kSkinAttributes, skin_depth_.data() + begin, kSkinAttributes,
                   relief_.data() + begin * kReliefAttributes, relief_depth_.data() + begin},
                  static_cast<std::size_t>(width), sources_.data(), shade_.data(), least_alpha_.data());
  kernels.warp_bilinear_u8(texture, {sources_.data(), sources_.data() + 1, 2, 2 * width}, width, 1,
                           sampled_.data(), 4 * width);
  OverPlate over;
  over.layer = sampled_.data(), over.layer_stride = 4 * width;
  over.shade = shade_.data(), over.shade_row = width;
  over.floor = covered ? opaque_.data() : least_alpha_.data(), over.floor_row = width;
  over.plate = plate_.row(y) + 3 * first, over.plate_stride = static_cast<int>(plate_.stride());
  over.out = out + 3 * first, over.out_stride = static_cast<int>(picture.stride());
  kernels.over_plate(over, width, 1);
  if (!covered) return;
  for (int x = 0; x < width; ++x) {
    const auto i = static_cast<std::size_t>(x);
    covered[first + x] =
        std::max(sampled_[4 * i + 3], static_cast<std::uint8_t>(255 * least_alpha_[i] + .5f));
  }
}

}  // namespace parlante
