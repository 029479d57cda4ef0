#include "render/detail_canvas.hpp"

#include <algorithm>
#include <cmath>

#include "render/source_map.hpp"

namespace parlante {
namespace {

constexpr float kFeather = 4;  // output px over which a region fades into the frame

float rim_weight(int i, int length) noexcept {
  const float from_rim = .5f * (static_cast<float>(std::min(i, length - 1 - i)) + .5f);
  return std::min(from_rim / kFeather, 1.f);
}

}  // namespace

DetailCanvas::DetailCanvas(const FramePlace& place, int photo_size, std::size_t capacity, int attribute_count,
                           std::size_t relief_cells)
    : frame_(place),
      living_(place.living()),
      output_per_photo_(static_cast<float>(place.size) / static_cast<float>(photo_size)),
      capacity_(4 * capacity),
      scale_(2 * output_per_photo_) {
  skin_.reset(capacity_ * static_cast<std::size_t>(attribute_count));
  place_.reset(capacity_ * 2), relief_.reset(capacity_ * 2), colour_.reset(capacity_ * 4);
  for (auto* plane : {&skin_depth_, &relief_depth_, &shade_, &least_alpha_, &halved_, &mask_, &second_mask_})
    plane->reset(capacity_);
  // Tiles cut at the rim: at most twice the pixels, and a row and a column of tiles.
  const std::size_t rim =
      static_cast<std::size_t>(2 * std::max(place.part.width, place.part.height) + 8) * 2 * kTileSide;
  relief_tiles_.reset((capacity_ + rim) * (1 + kReliefAttributes));
  relief_first_.resize(triangle_bands_size(2 * relief_cells)), relief_last_.resize(relief_first_.size());
  blur_scratch_.reset(blur_scratch_size(static_cast<int>(capacity_), 1));
}

bool DetailCanvas::begin(float left, float top, float right, float bottom) noexcept {
  const auto to_output = [&](float photo, bool up, int low, int length) {
    const float value = photo * output_per_photo_;
    const float bounded =
        std::clamp(value == value ? value : 0.f, static_cast<float>(low), static_cast<float>(low + length));
    return static_cast<int>(up ? std::ceil(bounded) : std::floor(bounded));
  };
  const int x0 = living_.x + frame_.part.x, y0 = living_.y + frame_.part.y;
  rect_.x = to_output(left, false, x0, living_.width), rect_.y = to_output(top, false, y0, living_.height);
  rect_.width = to_output(right, true, x0, living_.width) - rect_.x;
  rect_.height = to_output(bottom, true, y0, living_.height) - rect_.y;
  if (rect_.width < 4 || rect_.height < 4) return false;
  const auto area = static_cast<std::size_t>(rect_.width) * static_cast<std::size_t>(rect_.height);
  if (4 * area > capacity_) {
    const float shrink = std::sqrt(static_cast<float>(capacity_) / static_cast<float>(4 * area));
    const int width = static_cast<int>(static_cast<float>(rect_.width) * shrink);
    const int height = static_cast<int>(static_cast<float>(rect_.height) * shrink);
    rect_ = {rect_.x + (rect_.width - width) / 2, rect_.y + (rect_.height - height) / 2, width, height};
    if (width < 4 || height < 4) return false;
  }
  width_ = 2 * rect_.width, height_ = 2 * rect_.height;
  offset_x_ = static_cast<float>(rect_.x) / output_per_photo_;
  offset_y_ = static_cast<float>(rect_.y) / output_per_photo_;
  return true;
}

RasterTarget DetailCanvas::target() const noexcept {
  RasterTarget target;
  target.width = width_, target.height = height_;
  target.offset_x = offset_x_, target.offset_y = offset_y_, target.scale = scale_;
  return target;
}

// By tiles, since most of the relief lies elsewhere and is left out fast, then into rows.
void DetailCanvas::draw_relief(const Kernels& kernels, const RasterMesh& mesh) noexcept {
  TriangleBands bands;
  bands.scale = scale_, bands.top = offset_y_ * scale_, bands.band_height = static_cast<float>(height_);
  bands.bands = 1, bands.first = relief_first_.data(), bands.last = relief_last_.data();
  kernels.sort_bands(mesh, bands);
  TileTarget target;
  target.columns = (width_ + kTileSide - 1) / kTileSide, target.rows = (height_ + kTileSide - 1) / kTileSide;
  target.scale = scale_, target.left = offset_x_ * scale_, target.top = bands.top;
  target.attribute_count = kReliefAttributes, target.tiles = relief_tiles_.data();
  clear_tiles(target);
  kernels.raster_tiles(mesh, bands, 0, target);
  for (int y = 0; y < height_; ++y)
    for (int column = 0; column < target.columns; ++column) {
      const float* tile = target.tile(column, y / kTileSide) + y % kTileSide * kTileSide;
      const int x = column * kTileSide, count = std::min(kTileSide, width_ - x);
      float* depth = relief_depth_.data() + index(x, y);
      float* place = relief_.data() + 2 * index(x, y);
      for (int k = 0; k < count; ++k) {
        depth[k] = tile[k];
        place[2 * k] = tile[kTilePixels + k], place[2 * k + 1] = tile[2 * kTilePixels + k];
      }
    }
}

void DetailCanvas::draw_skin(const Kernels& kernels, const SubMesh& mesh, const ReliefLayer& relief,
                             const RigFrame& frame, const Texture& foreground) noexcept {
  const RasterMesh triangles = mesh.raster_mesh();
  skin_count_ = triangles.attribute_count;
  RasterTarget skin = target();
  skin.depth = skin_depth_.data(), skin.attributes = skin_.data();
  clear_raster(skin);
  kernels.raster(triangles, skin);
  draw_relief(kernels, relief.mesh(frame));

  const auto pixels = static_cast<std::size_t>(width_) * static_cast<std::size_t>(height_);
  combine_sources({skin_.data(), skin_depth_.data(), skin_count_, relief_.data(), relief_depth_.data()},
                  pixels, place_.data(), shade_.data(), least_alpha_.data());
  kernels.warp_bicubic_f32(foreground, {place_.data(), place_.data() + 1, 2, 2 * width_}, width_, height_,
                           colour_.data(), 4 * width_);
  float* rgba = colour_.data();
  for (std::size_t i = 0; i < pixels; ++i, rgba += 4) {
    const float shade = shade_[i];
    rgba[0] *= shade, rgba[1] *= shade, rgba[2] *= shade;
    rgba[3] = std::max(rgba[3] * (1.f / 255), least_alpha_[i]);
  }
}

void DetailCanvas::finish(const Kernels& kernels, ImageU8& frame) noexcept {
  for (int y = 0; y < height_; ++y) {
    const float row_weight = rim_weight(y, height_);
    float* rgba = colour(0, y);
    for (int x = 0; x < width_; ++x, rgba += 4) {
      const float alpha = rgba[3] * std::min(row_weight, rim_weight(x, width_));
      for (int c = 0; c < 3; ++c) rgba[c] = std::clamp(rgba[c], 0.f, 255.f) * alpha;
      rgba[3] = alpha;
    }
  }
  kernels.halve_f32(colour_.data(), 4 * width_, halved_.data(), 4 * rect_.width, rect_.width, rect_.height);
  const int x0 = rect_.x - frame_.part.x, y0 = rect_.y - frame_.part.y;
  kernels.blend(halved_.data(), 4 * rect_.width, frame.at(x0, y0), static_cast<int>(frame.stride()),
                rect_.width, rect_.height);
  if (!alpha_) return;
  const float* over = halved_.data() + 3;
  for (int y = 0; y < rect_.height; ++y) {
    std::uint8_t* covered = alpha_->at(x0, y0 + y);
    for (int x = 0; x < rect_.width; ++x, over += 4) {
      const auto before = static_cast<float>(covered[x]);
      covered[x] = static_cast<std::uint8_t>(std::min(before + *over * (255 - before) + .5f, 255.f));
    }
  }
}

}  // namespace parlante
