#include "render/relief_layer.hpp"

#include <algorithm>
#include <cmath>

namespace parlante {
namespace {

// Grid vertices around which only the mesh shows: mesh weight 1 in the photo, with `margin` vertices to spare
// on every side for what the mesh moves more than the grid.
std::vector<char> hidden_by_mesh(const HeadModel& head, const Avatar& avatar, int margin) {
  const ReliefGrid& grid = avatar.grid;
  const float step = grid.source[1].x() - grid.source[0].x();
  const auto count = grid.source.size();
  std::vector<float> depth(count), weight(count, 0.f);
  RasterTarget target;
  target.width = grid.columns, target.height = grid.rows;
  target.scale = 1 / step;
  target.offset_x = grid.source[0].x() - .5f * step, target.offset_y = grid.source[0].y() - .5f * step;
  target.depth = depth.data(), target.attributes = weight.data();
  clear_raster(target);
  std::vector<float> flat(avatar.texture.size(), 0.f);
  RasterMesh mesh;
  mesh.xy = avatar.texture[0].data(), mesh.z = flat.data();
  mesh.attributes = avatar.mesh_weight.data(), mesh.attribute_count = 1;
  mesh.triangles = head.faces(HeadPart::face)[0].data(),
  mesh.triangle_count = head.faces(HeadPart::face).size();
  raster_ref(mesh, target);

  // Lips and lids are cut open: behind their holes the photo stays as the ground.
  const float keep = 1.2f * avatar.px_per_cm();
  using enum HeadLoop;
  for (const HeadLoop loop :
       {lip_upper_outer, lip_lower_outer, lid_right_upper, lid_right_lower, lid_left_upper, lid_left_lower})
    for (const std::int32_t v : head.loop(loop))
      for (std::size_t i = 0; i < count; ++i)
        if ((grid.source[i] - avatar.texture[static_cast<std::size_t>(v)]).squaredNorm() < keep * keep)
          weight[i] = 0;

  std::vector<char> hidden(count, 0);
  for (int y = margin; y + margin < grid.rows; ++y)
    for (int x = margin; x + margin < grid.columns; ++x) {
      bool all = true;
      for (int j = -margin; j <= margin && all; ++j)
        for (int i = -margin; i <= margin && all; ++i)
          all = weight[static_cast<std::size_t>((y + j) * grid.columns + x + i)] > .999f;
      hidden[static_cast<std::size_t>(y * grid.columns + x)] = all;
    }
  return hidden;
}

// Whether any foreground lies within the photo rectangle.
bool any_foreground(const Avatar& avatar, float left, float top, float right, float bottom) {
  const ImageU8& layer = avatar.foreground;
  const int x0 = std::clamp(static_cast<int>(left), 0, layer.width),
            x1 = std::clamp(static_cast<int>(right) + 1, 0, layer.width);
  const int y0 = std::clamp(static_cast<int>(top) + avatar.pad_top, 0, layer.height);
  const int y1 = std::clamp(static_cast<int>(bottom) + 1 + avatar.pad_top, 0, layer.height);
  for (int y = y0; y < y1; ++y)
    for (int x = x0; x < x1; ++x)
      if (layer.at(x, y)[3] > 0) return true;
  return false;
}

}  // namespace

ReliefLayer::ReliefLayer(const HeadModel& head, const Avatar& avatar, float texture_scale) {
  const ReliefGrid& grid = avatar.grid;
  for (const Vec2f& source : grid.source) {
    attributes_.push_back(source.x() * texture_scale);
    attributes_.push_back(source.y() * texture_scale);
  }
  const std::vector<char> hidden = hidden_by_mesh(head, avatar, 3);
  const auto size = static_cast<float>(avatar.size);
  for (int y = 0; y + 1 < grid.rows; ++y) {
    row_begin_.push_back(triangles_.size() / 3);
    row_top_.push_back(grid.source[static_cast<std::size_t>(y * grid.columns)].y());
    for (int x = 0; x + 1 < grid.columns; ++x) {
      const std::int32_t a = y * grid.columns + x, b = a + 1, c = b + grid.columns, d = a + grid.columns;
      const auto is_hidden = [&](std::int32_t v) { return hidden[static_cast<std::size_t>(v)] != 0; };
      if (is_hidden(a) && is_hidden(b) && is_hidden(c) && is_hidden(d)) continue;
      const Vec2f from = grid.source[static_cast<std::size_t>(a)],
                  to = grid.source[static_cast<std::size_t>(c)];
      // Beyond the picture the border's texels are repeated: what is there counts as the nearest rows and
      // columns.
      const float left = std::clamp(from.x() - 2, 0.f, size - 1),
                  right = std::clamp(to.x() + 2, 0.f, size - 1);
      const float top = std::clamp(from.y() - 2, static_cast<float>(-avatar.pad_top), size - 1);
      const float bottom = std::clamp(to.y() + 2, static_cast<float>(-avatar.pad_top), size - 1);
      if (!any_foreground(avatar, left, top, right, bottom)) continue;
      triangles_.insert(triangles_.end(), {a, b, c, a, c, d});
    }
  }
  row_begin_.push_back(triangles_.size() / 3);
  row_top_.push_back(grid.source.back().y());
}

RasterMesh ReliefLayer::mesh(const RigFrame& frame, float top, float bottom) const noexcept {
  const auto first = std::max<std::ptrdiff_t>(
      0, std::upper_bound(row_top_.begin(), row_top_.end(), top) - row_top_.begin() - 1);
  auto last = std::upper_bound(row_top_.begin(), row_top_.end(), bottom) - row_top_.begin();
  last = std::clamp<std::ptrdiff_t>(last, first, static_cast<std::ptrdiff_t>(row_begin_.size()) - 1);
  const std::size_t begin = row_begin_[static_cast<std::size_t>(first)],
                    end = row_begin_[static_cast<std::size_t>(last)];
  RasterMesh mesh;
  mesh.xy = frame.grid_image[0].data(), mesh.xy_stride = 2;
  mesh.z = frame.grid_camera[0].data() + 2, mesh.z_stride = 3;
  mesh.attributes = attributes_.data(), mesh.attribute_count = kReliefAttributes;
  mesh.triangles = triangles_.data() + 3 * begin, mesh.triangle_count = end - begin;
  return mesh;
}

}  // namespace parlante
