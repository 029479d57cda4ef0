#include "render/eye_region.hpp"

#include <Eigen/Geometry>
#include <algorithm>
#include <cmath>

#include "avatar/numeric.hpp"
#include "core/curves.hpp"
#include "render/mouth_region.hpp"
#include "render/rig_lids.hpp"
#include "render/source_map.hpp"

namespace parlante {
namespace {

constexpr float kRimFrom = .06f, kRimTo = .15f;          // cm from the lower margin: the wet rim
constexpr float kCarriedFrom = .75f, kCarriedTo = 1.1f;  // cm from the upper margin: the region ends there
constexpr std::array<std::size_t, 2> kUnderBrow = {52, 282};  // the tracker's landmarks

// Iris radii over which the moving iris goes over into the sclera that stays.
constexpr float kIrisFrom = 1.12f, kIrisTo = 1.24f;

std::vector<std::int32_t> margin_of(const HeadModel& head, int side) {
  using enum HeadLoop;
  std::vector<std::int32_t> all = head.loop(side == 0 ? lid_right_upper : lid_left_upper);
  const auto& lower = head.loop(side == 0 ? lid_right_lower : lid_left_lower);
  all.insert(all.end(), lower.begin(), lower.end());
  return all;
}

// A colour on the ball, looked up where the photo's camera saw that point of the ball.
struct PhotoView {
  Eigen::Matrix3f turn;  ///< camera frame about the ball's centre -> the photo's camera frame
  Vec3f centre;          ///< of the ball in the photo's camera frame
  float focal, cx, cy;
  Vec2f place(const Vec3f& from_centre) const noexcept {
    const Vec3f p = turn * from_centre + centre;
    return {cx + focal * p.x() / -p.z(), cy - focal * p.y() / -p.z()};
  }
};

}  // namespace

EyeRegion::EyeRegion(const HeadModel& head, const Avatar& avatar, int side, std::size_t columns)
    : head_(head),
      avatar_(avatar),
      side_(side),
      margin_(margin_of(head, side)),
      skin_(head, margin_, 2.2f, kEyeSkinAttributes),
      lid_(head, avatar, side),
      lid_edge_(columns) {
  const auto& lower = head.loop(side == 0 ? HeadLoop::lid_right_lower : HeadLoop::lid_left_lower);
  const auto& upper = head.loop(side == 0 ? HeadLoop::lid_right_upper : HeadLoop::lid_left_upper);
  for (const std::int32_t v : skin_.vertices()) {
    const Vec3f& p = head.neutral[static_cast<std::size_t>(v)];
    const float below = nearest_vertex(head.neutral, lower, p).distance,
                above = nearest_vertex(head.neutral, upper, p).distance;
    rim_.push_back(smoothstep(kRimTo, kRimFrom, below));
    upper_.push_back(smoothstep(-.02f, .02f, below - above) * smoothstep(kCarriedTo, kCarriedFrom, above));
  }
  const SurfacePoint& brow = head.landmarks[kUnderBrow[static_cast<std::size_t>(side)]];
  float brow_y = 0;
  for (std::size_t i = 0; i < 3; ++i)
    brow_y += brow.weights[i] * avatar.base[static_cast<std::size_t>(brow.vertices[i])].y();
  const float margin_y = avatar.base[static_cast<std::size_t>(upper[upper.size() / 2])].y();
  reach_ = std::clamp(.62f * (brow_y - margin_y), .16f, .95f);
}

void EyeRegion::draw_ball(const Kernels& kernels, const RigFrame& frame, DetailCanvas& canvas) noexcept {
  const EyeLayer& eye = avatar_.eyes[static_cast<std::size_t>(side_)];
  float* open = canvas.mask();
  std::fill(open, open + canvas.index(0, canvas.height()), 0.f);
  float left = 1e9f, right = -1e9f, top = 1e9f, bottom = -1e9f;
  for (const std::int32_t v : margin_) {
    const Vec2f& p = frame.image[static_cast<std::size_t>(v)];
    left = std::min(left, canvas.to_x(p.x())), right = std::max(right, canvas.to_x(p.x()));
    top = std::min(top, canvas.to_y(p.y())), bottom = std::max(bottom, canvas.to_y(p.y()));
  }
  const int x0 = std::clamp(static_cast<int>(left) - 1, 0, canvas.width()),
            x1 = std::clamp(static_cast<int>(right) + 2, x0, canvas.width());
  const int y0 = std::clamp(static_cast<int>(top) - 1, 0, canvas.height()),
            y1 = std::clamp(static_cast<int>(bottom) + 2, y0, canvas.height());
  open_area_ = 0;
  if (x0 == x1 || y0 == y1) return;

  const Camera& camera = avatar_.camera;
  const auto focal = static_cast<float>(camera.focal_px), cx = static_cast<float>(camera.cx),
             cy = static_cast<float>(camera.cy);
  const Vec3f centre = frame.to_camera * eye.centre + frame.camera_offset;
  const Vec3f photo_centre = avatar_.rotation * eye.centre + avatar_.translation;
  // The cornea's centre lies half as far from the ball's as the iris: its reflections go half the way.
  Eigen::Quaternionf half(frame.gaze[static_cast<std::size_t>(side_)]);
  half.w() += 1;
  half.normalize();
  const Eigen::Matrix3f half_turned =
      avatar_.rotation * half.toRotationMatrix().transpose() * frame.to_camera.transpose();
  const Eigen::Matrix3f turned = avatar_.rotation * frame.gaze[static_cast<std::size_t>(side_)].transpose() *
                                 frame.to_camera.transpose();
  const Eigen::Matrix3f unturned = avatar_.rotation * frame.to_camera.transpose();
  const PhotoView iris{turned, photo_centre, focal, cx, cy}, glint{half_turned, photo_centre, focal, cx, cy},
      still{unturned, photo_centre, focal, cx, cy};
  const float per_radius = 1 / std::max(eye.iris_radius_px, 1.f);
  const float beyond = centre.squaredNorm() - eye.radius * eye.radius;
  const auto front = [&](int x, int y, Vec3f& from_centre, float& depth) {
    const float px = canvas.offset_x() + (static_cast<float>(x) + .5f) / canvas.scale();
    const float py = canvas.offset_y() + (static_cast<float>(y) + .5f) / canvas.scale();
    const Vec3f ray((px - cx) / focal, -(py - cy) / focal, -1.f);
    const float a = ray.squaredNorm(), b = ray.dot(centre), disc = b * b - a * beyond;
    if (disc <= 0) return false;
    const Vec3f point = ray * ((b - std::sqrt(disc)) / a);
    from_centre = point - centre, depth = point.z();
    return true;
  };

  // The photo's texture has the shadow of the open lid; a lid that comes down brings its own.
  std::fill(lid_edge_.begin() + x0, lid_edge_.begin() + x1, 1e9f);
  const float lowered = std::min(4 * frame.blink[static_cast<std::size_t>(side_)], 1.f);
  const float cm = avatar_.px_per_cm() * canvas.scale();
  std::array<float, 64> lit;  // by rows below the lid's edge
  for (std::size_t k = 0; k < lit.size(); ++k) {
    const float below = static_cast<float>(k) / cm;
    lit[k] = 1 - lowered * (.3f * std::exp(-below / .05f) + .28f * std::exp(-below / .18f));
  }

  Vec3f p;
  float depth = 0;
  for (int y = y0; y < y1; ++y)
    for (int x = x0; x < x1; ++x) {
      const std::size_t i = canvas.index(x, y);
      if (!front(x, y, p, depth) || depth <= canvas.skin_depth()[i] + 1e-4f) continue;
      open[i] = 1;
      lid_edge_[static_cast<std::size_t>(x)] =
          std::min(lid_edge_[static_cast<std::size_t>(x)], static_cast<float>(y));
    }
  // The rim is softened over about a canvas pixel; colour exists on both sides of it.
  for (int y = y0; y < y1; ++y)
    for (int x = x0; x < x1; ++x) open_area_ += .25f * open[canvas.index(x, y)];
  const int soft_x0 = std::max(x0 - 3, 0), soft_x1 = std::min(x1 + 3, canvas.width());
  const int soft_y0 = std::max(y0 - 3, 0), soft_y1 = std::min(y1 + 3, canvas.height());
  kernels.blur(open + canvas.index(soft_x0, soft_y0), canvas.width(), soft_x1 - soft_x0, soft_y1 - soft_y0,
               .8f, canvas.blur_scratch());
  for (int y = soft_y0; y < soft_y1; ++y)
    for (int x = soft_x0; x < soft_x1; ++x) {
      const float shown = open[canvas.index(x, y)];
      if (shown < .004f || !front(x, y, p, depth)) continue;
      float ball[3] = {}, light[3] = {};
      // The iris turns; the white keeps its place, and with it the lids' shade and the corner's red.
      const Vec2f at = iris.place(p);
      const float in_iris = eye.sclera.texels.empty()
                                ? 1.f
                                : smoothstep(kIrisTo, kIrisFrom, (at - eye.iris_centre).norm() * per_radius);
      if (in_iris > 0) sample_patch(eye.texture, at.x(), at.y(), ball);
      if (in_iris < 1) {
        const Vec2f white_at = still.place(p);
        float white[3];
        sample_patch(eye.sclera, white_at.x(), white_at.y(), white);
        for (int c = 0; c < 3; ++c)
          ball[c] = in_iris > 0 ? white[c] + in_iris * (ball[c] - white[c]) : white[c];
      }
      if (!eye.highlight.texels.empty()) {
        const Vec2f gleam = glint.place(p);
        sample_patch(eye.highlight, gleam.x(), gleam.y(), light);
      }
      const float below =
          static_cast<float>(y) - lid_edge_[static_cast<std::size_t>(std::clamp(x, x0, x1 - 1))];
      const float shaded = lit[static_cast<std::size_t>(std::clamp(below, 0.f, 63.f))];
      float* out = canvas.colour(x, y);
      for (int c = 0; c < 3; ++c) out[c] += shown * (ball[c] * shaded + light[c] - out[c]);
      out[3] += shown * (1 - out[3]);
    }
}

// Moves what the skin above the margin shows to where it is on the lid's way down: skin_'s attributes.
void EyeRegion::carry_lid(const RigFrame& frame, float texture_scale) noexcept {
  const auto side = static_cast<std::size_t>(side_);
  const LidTravel travel(head_, side, frame.blink[side], frame.head, frame.lid_drop);
  const Vec2f down = Vec2f(-avatar_.rotation(0, 1), avatar_.rotation(1, 1)) * avatar_.px_per_cm();
  const std::vector<std::int32_t>& vertices = skin_.vertices();
  for (std::size_t i = 0; i < vertices.size(); ++i) {
    if (upper_[i] <= 0) continue;
    const auto v = static_cast<std::size_t>(vertices[i]);
    const Vec3f& p = frame.head[v];
    const LidTravel::Place at = travel.at(p.x());
    const UnrollingLid lid{at.dropped, at.left, reach_};
    const float above = p.y() - at.margin;
    const float free = upper_[i] * (avatar_.glasses.empty() ? 1 : 1 - avatar_.glasses[v]);
    const Vec2f photo = down * (free * (frame.lid_drop[v] - lid.carried(above))),
                shut = down * (free * lid.to_go(above));
    float* a = skin_.attributes(i);
    a[kSkinU] += photo.x() * texture_scale, a[kSkinV] += photo.y() * texture_scale;
    a[kLidU] += shut.x(), a[kLidV] += shut.y();
    a[kLidHeight] = lid.height(above);
  }
}

void EyeRegion::draw(const Kernels& kernels, const RigFrame& frame, const ReliefLayer& relief,
                     const ForegroundTexture& foreground, DetailCanvas& canvas, ImageU8& picture) noexcept {
  Vec2f low = Vec2f::Constant(1e9f), high = Vec2f::Constant(-1e9f);
  for (const std::int32_t v : margin_) {
    low = low.cwiseMin(frame.image[static_cast<std::size_t>(v)]);
    high = high.cwiseMax(frame.image[static_cast<std::size_t>(v)]);
  }
  open_area_ = 0;
  const float cm = avatar_.px_per_cm();
  const float right = side_ == 0 ? 1.15f : .8f,
              left = side_ == 0 ? .8f : 1.15f;  // further at the outer corner
  if (!canvas.begin(low.x() - right * cm, low.y() - 1.2f * cm, high.x() + left * cm, high.y() + .6f * cm))
    return;
  const float output = .5f * canvas.scale();
  box_ = {static_cast<int>(low.x() * output), static_cast<int>(low.y() * output),
          static_cast<int>((high.x() - low.x()) * output) + 1,
          static_cast<int>((high.y() - low.y()) * output) + 1};

  skin_.gather(frame);
  write_skin_attributes(frame, avatar_, foreground.scale, skin_);
  const std::vector<std::int32_t>& vertices = skin_.vertices();
  const float hidden = smoothstep(.65f, 1.f, frame.blink[static_cast<std::size_t>(side_)]);
  for (std::size_t i = 0; i < vertices.size(); ++i) {
    const auto v = static_cast<std::size_t>(vertices[i]);
    float* a = skin_.attributes(i);
    const Vec3f seen = avatar_.rotation * frame.head[v] + avatar_.translation;
    const float per_depth = static_cast<float>(avatar_.camera.focal_px) / -seen.z();
    a[kLidWeight] = std::max(avatar_.lid_weight[v], rim_[i] * hidden);
    a[kLidHeight] = 0;
    a[kLidU] = static_cast<float>(avatar_.camera.cx) + per_depth * seen.x();
    a[kLidV] = static_cast<float>(avatar_.camera.cy) - per_depth * seen.y();
  }
  if (frame.blink[static_cast<std::size_t>(side_)] > 0) carry_lid(frame, foreground.scale);
  canvas.draw_skin(kernels, skin_, relief, frame, foreground.fine_view());
  draw_ball(kernels, frame, canvas);
  lid_.draw_skin(frame, canvas.mask(), canvas);
  lid_.draw_lashes(frame, canvas);
  canvas.finish(kernels, picture);
}

}  // namespace parlante
