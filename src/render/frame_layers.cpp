#include "render/frame_layers.hpp"

#include <algorithm>

#include "render/source_map.hpp"

namespace parlante {
namespace {

constexpr int kBandTiles =
    1024;  // about half a megabyte of both layers: with room to spare in a core's cache
constexpr float kStepCm = .25f, kSteepest = 3;  // of the skin's depth to the next pixel
constexpr int kMostBands = 254;                 // as many as TriangleBands counts

int tiles_along(int pixels) noexcept {
  return (pixels + kTileSide - 1) / kTileSide;
}

}  // namespace

FrameLayers::FrameLayers(const HeadModel& head, const Avatar& avatar, const FramePlace& place,
                         float texture_scale, const FramePlate& plate)
    : head_(head),
      avatar_(avatar),
      plate_(plate),
      place_(place),
      living_(place.living()),
      texture_scale_(texture_scale),
      columns_(tiles_along(living_.width)),
      rows_(tiles_along(living_.height)),
      band_rows_(std::clamp(kBandTiles / std::max(columns_, 1), rows_ / kMostBands + 1, 16)),
      vertex_attributes_(static_cast<std::size_t>(head.face_end()) * kSkinAttributes),
      silhouettes_(living_.width, living_.height) {
  const auto tiles = static_cast<std::size_t>(columns_ * band_rows_);
  skin_.resize(tiles * kSkinTileFloats), relief_.resize(tiles * kReliefTileFloats);
  const auto cells = static_cast<std::size_t>(std::max(avatar.grid.columns * avatar.grid.rows, 0));
  for (Sorted* sorted : {&face_bands_, &relief_bands_}) {
    const std::size_t most = sorted == &face_bands_ ? head.faces(HeadPart::face).size() : 2 * cells;
    sorted->first.resize(triangle_bands_size(most)), sorted->last.resize(triangle_bands_size(most));
  }
}

RasterMesh FrameLayers::face_mesh(const RigFrame& frame) noexcept {
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
  return face;
}

void FrameLayers::begin_silhouettes(const RigFrame& frame) noexcept {
  const float scale = static_cast<float>(place_.size) / static_cast<float>(avatar_.size);
  float left = 1e9f, right = -1e9f;
  for (std::size_t v = 0; v < static_cast<std::size_t>(head_.face_end()); ++v)
    if (avatar_.mesh_weight[v] > 0)
      left = std::min(left, frame.image[v].x()), right = std::max(right, frame.image[v].x());
  const auto tile = [&](float x) noexcept {
    const float px = x * scale - static_cast<float>(living_.x + place_.part.x);
    return static_cast<int>(std::clamp(px, 0.f, static_cast<float>(living_.width))) / kTileSide;
  };
  const float px_cm = 1 / std::max(avatar_.px_per_cm() * scale, 1e-3f);
  silhouettes_.begin(std::max(kStepCm, kSteepest * px_cm), tile(left), tile(right) + 1);
}

TriangleBands FrameLayers::sort(const Kernels& kernels, const RasterMesh& mesh,
                                Sorted& sorted) const noexcept {
  TriangleBands bands;
  bands.scale = static_cast<float>(place_.size) / static_cast<float>(avatar_.size);
  bands.top = static_cast<float>(living_.y + place_.part.y);
  bands.band_height = static_cast<float>(band_rows_ * kTileSide);
  bands.bands = (rows_ + band_rows_ - 1) / band_rows_;
  bands.first = sorted.first.data(), bands.last = sorted.last.data();
  kernels.sort_bands(mesh, bands);
  return bands;
}

void FrameLayers::draw(const Kernels& kernels, const RigFrame& frame, const ReliefLayer& relief,
                       const ForegroundTexture& foreground, ImageU8& picture, ImageU8* alpha) noexcept {
  if (rows_ == 0 || columns_ == 0) return;
  const RasterMesh face = face_mesh(frame), cells = relief.mesh(frame);
  begin_silhouettes(frame);
  const TriangleBands face_bands = sort(kernels, face, face_bands_),
                      cell_bands = sort(kernels, cells, relief_bands_);
  for (int band = 0; band < face_bands.bands; ++band) {
    const int first_row = band * band_rows_;
    TileTarget skin, ground;
    skin.columns = ground.columns = columns_;
    skin.rows = ground.rows = std::min(band_rows_, rows_ - first_row);
    skin.scale = ground.scale = face_bands.scale;
    skin.left = ground.left = static_cast<float>(living_.x + place_.part.x);
    skin.top = ground.top = face_bands.top + static_cast<float>(first_row * kTileSide);
    skin.attribute_count = kSkinAttributes, skin.tiles = skin_.data();
    ground.attribute_count = kReliefAttributes, ground.tiles = relief_.data();
    clear_tiles(skin);
    clear_tiles(ground);
    kernels.raster_tiles(face, face_bands, band, skin);
    kernels.raster_tiles(cells, cell_bands, band, ground);
    write_rows(kernels, foreground.coarse_view(), skin, ground, first_row, picture, alpha);
    silhouettes_.look(kernels.find_steps, skin, first_row);
  }
  silhouettes_.soften(picture, living_.x, living_.y);
}

void FrameLayers::write_rows(const Kernels& kernels, const Texture& texture, const TileTarget& skin,
                             const TileTarget& ground, int first_row, ImageU8& picture,
                             ImageU8* alpha) noexcept {
  for (int r = 0; r < skin.rows; ++r) {
    const int y = (first_row + r) * kTileSide;
    TileRow row;
    row.skin = skin.tile(0, r), row.relief = ground.tile(0, r);
    row.plate = plate_.tiles.data() + static_cast<std::size_t>((first_row + r) * columns_) * kTilePixels * 4;
    row.columns = columns_;
    row.width = living_.width, row.height = std::min(kTileSide, living_.height - y);
    row.out = picture.at(living_.x, living_.y + y), row.out_stride = static_cast<int>(picture.stride());
    if (alpha) {
      row.covered = alpha->at(living_.x, living_.y + y),
      row.covered_stride = static_cast<int>(alpha->stride());
    }
    kernels.compose_tiles(row, texture);
  }
}

}  // namespace parlante
