// An avatar of the mean head with painted layers: for tests that must not depend on anybody's photo.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <stdexcept>
#include <vector>

#include "avatar/avatar.hpp"
#include "core/curves.hpp"
#include "support/paths.hpp"

namespace parlante::testing {

inline const HeadModel& mean_head() {
  static const Result<HeadModel> head = load_head_model(models_folder() / "head.plhead");
  if (!head) throw std::runtime_error(head.error().message);
  return *head;
}

inline float distance_to(const HeadModel& head, const std::vector<std::int32_t>& loop, std::size_t vertex) {
  float nearest = 1e9f;
  for (const std::int32_t v : loop)
    nearest = std::min(nearest, (head.neutral[static_cast<std::size_t>(v)] - head.neutral[vertex]).norm());
  return nearest;
}

/// The photo that plain_avatar() pretends to be made from: smooth skin, shaded across, without eyes.
inline void paint_skin(float x_cm, float y_cm, std::uint8_t* rgb) {
  rgb[0] = static_cast<std::uint8_t>(std::clamp(190 + 4 * x_cm, 0.f, 255.f));
  rgb[1] = static_cast<std::uint8_t>(std::clamp(140 + 3 * y_cm, 0.f, 255.f));
  rgb[2] = static_cast<std::uint8_t>(std::clamp(120 - 2 * x_cm, 0.f, 255.f));
}

/// Paints a line of 5 px height into the avatar's photo. `points`: px of its picture.
inline void paint_line(Avatar& avatar, const std::vector<Vec2f>& points,
                       const std::array<std::uint8_t, 3>& rgb) {
  for (std::size_t k = 0; k + 1 < points.size(); ++k)
    for (int step = 0; step <= 40; ++step) {
      const Vec2f p = points[k] + (points[k + 1] - points[k]) * (static_cast<float>(step) / 40);
      for (int dy = -2; dy <= 2; ++dy)
        std::copy(
            rgb.begin(), rgb.end(),
            avatar.foreground.at(static_cast<int>(p.x()), static_cast<int>(p.y()) + dy + avatar.pad_top));
    }
}

/// Where the photo shows the vertices of a loop, px of its picture.
inline std::vector<Vec2f> in_photo(const Avatar& avatar, const std::vector<std::int32_t>& loop) {
  std::vector<Vec2f> points;
  for (const std::int32_t v : loop) points.push_back(avatar.texture[static_cast<std::size_t>(v)]);
  return points;
}

inline constexpr std::uint8_t kSclera = 235, kIris = 20;

/// A frontal photo of `size` px: skin-coloured head and shoulders over a chequered background, white eyeballs
/// with dark irises of 6 mm radius, green teeth, blue tongue, magenta gums and socket, so that tests can tell
/// them apart.
inline Avatar plain_avatar(int size = 512) {
  const HeadModel& head = mean_head();
  Avatar avatar;
  avatar.size = size;
  const auto side = static_cast<float>(size);
  avatar.camera = {1.6 * size, .5 * size, .5 * size};
  avatar.translation = Vec3f(0, -1, -60);
  avatar.base = head.neutral;
  const std::size_t count = head.neutral.size();
  const auto project = [&](const Vec3f& p) -> Vec2f {
    return avatar.camera.project((p + avatar.translation).cast<double>()).cast<float>();
  };
  for (const Vec3f& p : head.neutral) avatar.texture.push_back(project(p));
  avatar.lip_slide.assign(count, 0);
  avatar.inner_lip.assign(count, 0);
  avatar.mesh_weight.assign(count, 0);
  avatar.lid_weight.assign(count, 0);
  for (std::size_t v = 0; v < static_cast<std::size_t>(head.face_end()); ++v) {
    const Vec3f& p = head.neutral[v];
    avatar.mesh_weight[v] =
        p.z() > 0 ? 1 - smoothstep(.7f, 1.f, std::hypot(p.x() / 6.5f, (p.y() - 1) / 8.f)) : 0.f;
    const float to_lid = std::min(distance_to(head, head.loop(HeadLoop::lid_right_upper), v),
                                  distance_to(head, head.loop(HeadLoop::lid_left_upper), v));
    avatar.lid_weight[v] = 1 - smoothstep(.7f, 1.15f, to_lid);
  }

  avatar.pad_top = size / 8;
  avatar.plate = ImageU8(size, size, 3);
  avatar.foreground = ImageU8(size, size + avatar.pad_top, 4);
  const float cm = avatar.px_per_cm();
  const auto x_cm = [&](int x) { return (static_cast<float>(x) + .5f - .5f * side) / cm; };
  const auto y_cm = [&](int y) { return 1 - (static_cast<float>(y) + .5f - .5f * side) / cm; };
  for (int y = 0; y < size; ++y)
    for (int x = 0; x < size; ++x)
      for (int c = 0; c < 3; ++c)
        avatar.plate.at(x, y)[c] =
            static_cast<std::uint8_t>((x / 16 + y / 16) % 2 ? 200 - 20 * c : 60 + 20 * c);
  for (int y = 0; y < size + avatar.pad_top; ++y)
    for (int x = 0; x < size; ++x) {
      const float u = x_cm(x), v = y_cm(y - avatar.pad_top);
      std::uint8_t* rgba = avatar.foreground.at(x, y);
      paint_skin(u, v, rgba);
      const bool is_head = std::hypot(u / 9.5f, v / 13.f) < 1, is_shoulder = v < -11 && std::abs(u) < 15;
      rgba[3] = is_head || is_shoulder ? 255 : 0;
    }

  const int step = 8 * size / 512, border = 64 * size / 512;
  avatar.grid.columns = avatar.grid.rows = (size + 2 * border) / step + 1;
  for (int j = 0; j < avatar.grid.rows; ++j)
    for (int i = 0; i < avatar.grid.columns; ++i) {
      const Vec2f source(static_cast<float>(i * step - border), static_cast<float>(j * step - border));
      const float depth = -avatar.translation.z() - 2;
      const auto focal = static_cast<float>(avatar.camera.focal_px);
      const Vec3f camera((source.x() - .5f * side) / focal * depth,
                         -(source.y() - .5f * side) / focal * depth, -depth);
      avatar.grid.source.push_back(source);
      avatar.grid.rest.push_back(camera - avatar.translation);
      avatar.grid.head_weight.push_back(smoothstep(-17.5f, -8.f, avatar.grid.rest.back().y()));
    }

  for (int k = 0; k < 2; ++k) {
    EyeLayer& eye = avatar.eyes[static_cast<std::size_t>(k)];
    const VertexRange& range = head.part(k == 0 ? HeadPart::eye_right : HeadPart::eye_left);
    Vec3f centre = Vec3f::Zero();
    for (std::int32_t v = range.begin; v < range.end; ++v)
      centre += head.neutral[static_cast<std::size_t>(v)];
    eye.centre = centre / static_cast<float>(range.size());
    eye.radius = (head.neutral[static_cast<std::size_t>(range.begin)] - eye.centre).norm();
    eye.gaze = Vec3f::UnitZ();
    eye.iris_centre = project(eye.centre + eye.radius * eye.gaze);
    eye.iris_radius_px = .6f * cm;
    const int reach = static_cast<int>(2.2f * cm);
    eye.texture.rect = {static_cast<int>(eye.iris_centre.x()) - reach,
                        static_cast<int>(eye.iris_centre.y()) - reach, 2 * reach, 2 * reach};
    eye.texture.texels = ImageU8(2 * reach, 2 * reach, 3, kSclera);
    for (int y = 0; y < 2 * reach; ++y)
      for (int x = 0; x < 2 * reach; ++x) {
        const Vec2f at(static_cast<float>(eye.texture.rect.x + x) + .5f,
                       static_cast<float>(eye.texture.rect.y + y) + .5f);
        if ((at - eye.iris_centre).norm() < eye.iris_radius_px)
          std::fill_n(eye.texture.texels.at(x, y), 3, kIris);
      }
    eye.lash_colour = {30, 25, 20};
    Patch& lid = avatar.lid_skin[k];
    lid.rect = eye.texture.rect;
    lid.texels = ImageU8(lid.rect.width, lid.rect.height, 3);
    for (int y = 0; y < lid.rect.height; ++y)
      for (int x = 0; x < lid.rect.width; ++x)
        paint_skin(x_cm(lid.rect.x + x), y_cm(lid.rect.y + y), lid.texels.at(x, y));
  }

  avatar.light = {1, 0, 0, 0, 0, 0, 0, 0, 0};
  avatar.skin_luma = 145;
  avatar.tooth = {60, 230, 60}, avatar.tongue = {60, 60, 230};
  avatar.gum = avatar.socket = {200, 20, 200};
  avatar.lip = {180, 90, 90};
  avatar.grain.fill(2);
  return avatar;
}

}  // namespace parlante::testing
