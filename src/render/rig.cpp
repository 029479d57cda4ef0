#include "render/rig.hpp"

#include <Eigen/Geometry>
#include <algorithm>
#include <cmath>
#include <optional>

#include "core/curves.hpp"
#include "head/rotation.hpp"
#include "render/delta_runs.hpp"
#include "render/rig_cheeks.hpp"
#include "render/rig_jaw.hpp"
#include "render/rig_lids.hpp"
#include "render/rig_light.hpp"
#include "render/rig_lip_border.hpp"
#include "render/rig_lips.hpp"
#include "render/rig_mouth.hpp"
#include "render/rig_tongue.hpp"
#include "render/rig_weights.hpp"

namespace parlante {
namespace {

using enum Blendshape;

constexpr float kMostSmile = .7f;          // the photo's own and the code's together (design 5b)
constexpr float kMostPout = 1.25f;         // of pucker and funnel together: their sum is no mouth's
constexpr float kRoundIsNarrow = .25f;     // by so much of its width a full pout's small opening is narrower
constexpr float kTuckIsNarrow = .22f;      // and that over a lip tucked under the teeth
constexpr float kAnatomicalRadius = 1.2f;  // cm, of an eyeball; the rig's are larger because its lids need it
/// cm from the point about which an eye turns, 13.5 mm behind the cornea (Fry and Hill 1962), to the iris's
/// rim, 2.5 mm behind it.
constexpr float kIrisDistance = 1.1f;
constexpr float kLidFollowsDown = .9f, kLidFollowsUp = .7f;  // of the ball's surface, by the upper lid
constexpr float kMostLook = 1.f;                             // weight of eyeLook* at most
constexpr float kBreathLift = .18f, kBreathSpread = .06f;    // cm
constexpr std::size_t kOuterCornerRight = 33, kOuterCornerLeft = 263;  // the tracker's landmarks

/// What is left of the photo's own expression: brows, eyes and some of the smile; parted lips are closed.
BlendshapeWeights own_expression(const Avatar& avatar) {
  BlendshapeWeights own = avatar.photo_expression;
  if (!avatar.lips_closed) {
    for (Blendshape opens :
         {jawOpen, mouthUpperUpLeft, mouthUpperUpRight, mouthLowerDownLeft, mouthLowerDownRight,
          mouthStretchLeft, mouthStretchRight, mouthFunnel, mouthShrugUpper, mouthShrugLower})
      own[opens] *= .15f;
    for (Blendshape smile : {mouthSmileLeft, mouthSmileRight}) own[smile] *= .8f;
  }
  for (Blendshape smile : {mouthSmileLeft, mouthSmileRight}) own[smile] = std::min(own[smile], kMostSmile);
  return own;
}

bool is_blink_or_look(std::size_t k) noexcept {
  for (Blendshape b : {eyeBlinkLeft, eyeLookDownLeft, eyeLookInLeft, eyeLookOutLeft, eyeLookUpLeft,
                       eyeBlinkRight, eyeLookDownRight, eyeLookInRight, eyeLookOutRight, eyeLookUpRight})
    if (static_cast<std::size_t>(b) == k) return true;
  return false;
}

float finite_or_zero(float value) noexcept {
  return std::isfinite(value) ? value : 0.f;
}
float finite_unit(float value) noexcept {
  return unit(finite_or_zero(value));
}

/// Vertical displacement of the middle of an upper lid for weight 1, cm.
float lid_travel(const HeadModel& head, std::size_t eye, Blendshape look) {
  const auto& margin = head.loop(kLids[eye].upper);
  const std::int32_t middle = margin[margin.size() / 2];
  const SparseDelta& delta = head.expressions[static_cast<std::size_t>(look)];
  const auto found = std::lower_bound(delta.vertices.begin(), delta.vertices.end(), middle);
  if (found == delta.vertices.end() || *found != middle) return 0;
  return delta.deltas[static_cast<std::size_t>(found - delta.vertices.begin())].y();
}

}  // namespace

float soft_limit(float value, float limit) noexcept {
  if (std::isnan(value)) return 0;
  const float size = std::abs(value), knee = .7f * limit;
  if (size <= knee) return value;
  return std::copysign(knee + (limit - knee) * std::tanh((size - knee) / (limit - knee)), value);
}

struct Rig::State {
  State(const HeadModel& head_, const Avatar& avatar_);

  void express(const FaceCode& code, RigFrame& frame) const noexcept;
  void move_mouth(const FaceCode& code, RigFrame& frame) const noexcept;
  void move_head(const FaceCode& code, RigFrame& frame) const noexcept;
  void move_grid(const FaceCode& code, RigFrame& frame) const noexcept;
  void light(RigFrame& frame) const noexcept;
  Vec2f project(const Vec3f& p) const noexcept {
    const float scale = focal / -p.z();
    return {cx + scale * p.x(), cy - scale * p.y()};
  }

  const HeadModel& head;
  const Avatar& avatar;
  RigWeights weights;
  LipShaper lips;
  std::optional<LipBorder> border;  // always there; made of `rest`
  CheekLift cheeks;
  JawSeat jaw;
  TongueMover tongue;
  float focal, cx, cy;
  PhotoView view;
  BlendshapeWeights own;    // always on
  std::vector<Vec3f> rest;  // all vertices with `own`; eyeballs on their spheres
  std::vector<Vec3f> grid_rest;
  std::vector<WeightedVertex> glasses;        // vertices that carry glasses: they rest
  std::array<DeltaRuns, kBlendshapes> moves;  // of each expression: all but the eyeballs
  std::array<DeltaRuns, kBlendshapes> grid_moves;
  Opening rest_opening;                         // of the mean head with `own`
  OpeningProfile rest_bow;                      // of the person's own seam
  float eye_corners = 0;                        // cm, at the depth of the lips
  std::array<float, 2> look_down{}, look_up{};  // cm of the upper lid for weight 1
  std::vector<float> rest_light;                // on the photo
  std::vector<float> light_trust;               // 0..1: how far a vertex's light follows its normal
  std::vector<Vec3f> scalp_normals;             // camera frame, at the photo's pose
  Vec3f body_up, body_right;                    // head frame
};

Rig::State::State(const HeadModel& head_, const Avatar& avatar_)
    : head(head_), avatar(avatar_), weights(head_), lips(head_), cheeks(head_), jaw(head_), tongue(head_) {
  focal = static_cast<float>(avatar.camera.focal_px);
  cx = static_cast<float>(avatar.camera.cx);
  cy = static_cast<float>(avatar.camera.cy);
  view = {avatar.rotation, avatar.translation};
  body_up = avatar.rotation.transpose() * Vec3f::UnitY();
  body_right = avatar.rotation.transpose() * Vec3f::UnitX();
  own = own_expression(avatar);

  const std::int32_t eyes_begin = head.interior_end();
  rest = avatar.base;
  std::vector<Vec3f> photo = avatar.base;
  for (std::size_t k = 0; k < kBlendshapes; ++k) {
    const SparseDelta& delta = head.expressions[k];
    const auto moved =
        std::lower_bound(delta.vertices.begin(), delta.vertices.end(), eyes_begin) - delta.vertices.begin();
    moves[k] = DeltaRuns(delta, static_cast<std::size_t>(moved));
    moves[k].add_to(rest, own[k]);
    moves[k].add_to(photo, avatar.photo_expression[k]);
  }
  for (std::size_t eye = 0; eye < 2; ++eye) {
    const VertexRange& ball = head.part(eye == 0 ? HeadPart::eye_right : HeadPart::eye_left);
    Vec3f centre = Vec3f::Zero();
    for (std::int32_t v = ball.begin; v < ball.end; ++v)
      centre += rest[static_cast<std::size_t>(v)] / static_cast<float>(ball.size());
    for (std::int32_t v = ball.begin; v < ball.end; ++v) {
      Vec3f& p = rest[static_cast<std::size_t>(v)];
      p = avatar.eyes[eye].centre + (p - centre).normalized() * avatar.eyes[eye].radius;
    }
    look_down[eye] = lid_travel(head, eye, eye == 0 ? eyeLookDownRight : eyeLookDownLeft);
    look_up[eye] = lid_travel(head, eye, eye == 0 ? eyeLookUpRight : eyeLookUpLeft);
  }
  border.emplace(head, rest, view);
  rest_opening = generic_opening(weights, own);
  rest_bow = seam_bow(seen_opening(head, rest, view));
  for (std::size_t v = 0; v < std::min(avatar.glasses.size(), rest.size()); ++v)
    if (avatar.glasses[v] > .01f) glasses.push_back({static_cast<std::int32_t>(v), avatar.glasses[v]});

  grid_rest = avatar.grid.rest;
  for (std::size_t k = 0; k < kBlendshapes; ++k) {
    grid_moves[k] = DeltaRuns(avatar.grid.expressions[k]);
    grid_moves[k].add_to(grid_rest, own[k] - avatar.photo_expression[k]);
  }

  const auto corner = [&](std::size_t landmark) {
    const SurfacePoint& point = head.landmarks[landmark];
    Vec3f p = Vec3f::Zero();
    for (std::size_t i = 0; i < 3; ++i)
      p += point.weights[i] * photo[static_cast<std::size_t>(point.vertices[i])];
    return p;
  };
  const auto depth = [&](const Vec3f& p) {
    return -(avatar.rotation.row(2).dot(p) + avatar.translation.z());
  };
  const Vec3f right = corner(kOuterCornerRight), left = corner(kOuterCornerLeft);
  const auto& rim = head.loop(HeadLoop::lip_upper_inner);
  eye_corners = (right - left).norm() * depth(photo[static_cast<std::size_t>(rim[rim.size() / 2])]) /
                (.5f * (depth(right) + depth(left)));

  for (Vec3f& p : photo) p = avatar.rotation * p + avatar.translation;
  std::vector<Vec3f> normals(photo.size());
  std::vector<Triangle> skin = head.faces(HeadPart::face);
  skin.insert(skin.end(), head.faces(HeadPart::head).begin(), head.faces(HeadPart::head).end());
  vertex_normals(skin, photo, 0, head.skin_end(), normals);
  scalp_normals.assign(normals.begin() + head.face_end(), normals.begin() + head.skin_end());
  const auto face = static_cast<std::size_t>(head.face_end());
  std::vector<Vec4f> a(face), b(face);
  rest_light.resize(face);
  light_on_face(weights.neighbours, avatar.light, normals, a, b, rest_light);
  // Between lid and brow the mesh unfolds where skin slides: its normals say little of the light there.
  light_trust.resize(face);
  for (std::size_t v = 0; v < face; ++v) {
    const float from_eye = std::min((rest[v] - avatar.eyes[0].centre).norm() - avatar.eyes[0].radius,
                                    (rest[v] - avatar.eyes[1].centre).norm() - avatar.eyes[1].radius);
    light_trust[v] = .9f * (.25f + .75f * smoothstep(.6f, 2.f, from_eye));
  }
}

void Rig::State::express(const FaceCode& code, RigFrame& frame) const noexcept {
  frame.expression = own;
  for (std::size_t k = 0; k < kBlendshapes; ++k)
    if (!is_blink_or_look(k))
      frame.expression[k] = std::min(own[k] + finite_unit(code.weights[k]), std::max(own[k], 1.f));
  // Weights cannot fall below the photo's own, so it is the frown that takes its smile away.
  constexpr std::array<std::array<Blendshape, 3>, 2> kSmiles = {
      {{mouthSmileRight, cheekSquintRight, mouthFrownRight},
       {mouthSmileLeft, cheekSquintLeft, mouthFrownLeft}}};
  for (const auto& [smile, cheek, frown] : kSmiles) {
    const float gone = smoothstep(.1f, .5f, finite_unit(code.weights[frown]));
    frame.expression[smile] = std::min(frame.expression[smile] - gone * own[smile], kMostSmile);
    frame.expression[cheek] -= gone * own[cheek];
  }
  const float most_pout = std::max(kMostPout, own[mouthPucker] + own[mouthFunnel]);
  const float pout = frame.expression[mouthPucker] + frame.expression[mouthFunnel];
  for (Blendshape pouting : {mouthPucker, mouthFunnel})
    frame.expression[pouting] *= most_pout / std::max(pout, most_pout);
  frame.expression[tongueOut] = tongue_protrusion(finite_unit(code.weights[tongueOut]));

  const bool seen = !avatar.eyes_hidden;
  const float yaw = seen ? soft_limit(code.gaze_yaw, kMaxGazeYaw) : 0.f,
              pitch = seen ? soft_limit(code.gaze_pitch, kMaxGazePitch) : 0.f;
  for (std::size_t eye = 0; eye < 2; ++eye) {
    const float scale = kIrisDistance / std::max(avatar.eyes[eye].radius, .1f);
    const float turn = std::asin(std::clamp(scale * std::sin(yaw), -1.f, 1.f));
    const float lift = std::asin(std::clamp(scale * std::sin(pitch), -1.f, 1.f));
    frame.gaze[eye] = (Eigen::AngleAxisf(turn, Vec3f::UnitY()) * Eigen::AngleAxisf(-lift, Vec3f::UnitX()))
                          .toRotationMatrix();

    const float travel = (pitch < 0 ? kLidFollowsDown : kLidFollowsUp) * kAnatomicalRadius * std::sin(pitch);
    const float unit_travel = pitch < 0 ? look_down[eye] : look_up[eye];
    const Blendshape look = pitch < 0 ? (eye == 0 ? eyeLookDownRight : eyeLookDownLeft)
                                      : (eye == 0 ? eyeLookUpRight : eyeLookUpLeft);
    if (std::abs(unit_travel) > .02f)
      frame.expression[look] += std::clamp(travel / unit_travel, 0.f, kMostLook);
    frame.blink[eye] = seen ? finite_unit(code.weights[eye == 0 ? eyeBlinkRight : eyeBlinkLeft]) : 0.f;
  }

  std::copy(rest.begin(), rest.end(), frame.head.begin());
  for (std::size_t k = 0; k < kBlendshapes; ++k)
    if (const float change = frame.expression[k] - own[k]; change != 0) moves[k].add_to(frame.head, change);
  cheeks.lift(CheekLift::pull(own), CheekLift::pull(frame.expression), frame.head);
}

void Rig::State::move_mouth(const FaceCode& code, RigFrame& frame) const noexcept {
  Opening gap = generic_opening(weights, frame.expression);
  for (std::size_t k = 0; k < kOpeningSamples; ++k) gap.gap[k] -= rest_opening.gap[k];
  const float asked =
      code.aperture >= 0 && std::isfinite(code.aperture) ? std::min(code.aperture, 1.f) * eye_corners : -1.f;
  OpeningProfile goal = opening_goal(gap, asked);
  const float opening = std::max(*std::max_element(goal.begin(), goal.end()), 0.f);
  LipPose pose = lip_pose(frame.expression, own);
  const float narrow = kRoundIsNarrow * pose.round * pose.round * smoothstep(2.6f, .5f, opening);
  const float tucked = 1 - kTuckIsNarrow * pose.tuck;
  zip_corners((1 - narrow) * tucked * opening_support(opening, pose.spread), goal);
  pose.open = smoothstep(.1f, 1.1f, opening);
  lips.shape(pose, frame.head);
  Opening drawn = open_mouth(head, weights, view, goal, frame.head, pose.round);
  if (opening > 0) drawn = lower_corners(head, weights, view, rest_bow, pose, drawn, frame.head);
  border->hold(LipBorder::strength(frame.expression, own), pose.tuck, drawn, frame.head);
  frame.asked_opening_cm = std::max(*std::max_element(goal.begin(), goal.end()), 0.f);
  frame.opening_cm = std::max(drawn.widest(), 0.f);
  frame.asked_aperture = frame.asked_opening_cm / eye_corners;
  frame.drawn_aperture = frame.opening_cm / eye_corners;
  frame.lips_closed = frame.asked_opening_cm <= 0;
  if (!frame.lips_closed) {
    const float asked_tongue = finite_unit(code.weights[tongueOut]);
    jaw.seat(pose, asked_tongue, drawn, SeenHeight(head, frame.head, view), frame.head);
    tongue.move(asked_tongue, frame.head);
  }

  const float slide = avatar.lips_closed ? std::min(frame.asked_opening_cm / .18f, 1.f) : .6f;
  for (std::size_t v = 0; v < avatar.lip_slide.size(); ++v)
    frame.texture[v].y() = avatar.texture[v].y() + slide * avatar.lip_slide[v];
}

void Rig::State::move_head(const FaceCode& code, RigFrame& frame) const noexcept {
  frame.head_rotation = head_rotation(soft_limit(code.yaw, kMaxYaw), soft_limit(code.pitch, kMaxPitch),
                                      soft_limit(code.roll, kMaxRoll));
  for (int i = 0; i < 3; ++i) frame.translation[i] = soft_limit(code.translation[i], kMaxTranslation);
  const Vec3f pivot = head_pivot();
  frame.to_camera = view.rotation * frame.head_rotation;
  frame.camera_offset =
      view.rotation * (pivot - frame.head_rotation * pivot + frame.translation) + view.translation;
  for (std::size_t v = 0; v < frame.head.size(); ++v) {
    frame.camera[v] = frame.to_camera * frame.head[v] + frame.camera_offset;
    frame.image[v] = project(frame.camera[v]);
  }
}

void Rig::State::move_grid(const FaceCode& code, RigFrame& frame) const noexcept {
  std::copy(grid_rest.begin(), grid_rest.end(), frame.scratch_grid.begin());
  for (std::size_t k = 0; k < kBlendshapes; ++k)
    if (const float change = frame.expression[k] - own[k]; change != 0)
      grid_moves[k].add_to(frame.scratch_grid, change);
  const float breath = std::clamp(finite_or_zero(code.breath), -1.f, 1.f);
  for (std::size_t v = 0; v < frame.scratch_grid.size(); ++v) {
    const Vec3f& p = frame.scratch_grid[v];
    const float w = avatar.grid.head_weight[v];
    Vec3f& camera = frame.grid_camera[v];
    if (w > 0) camera = frame.to_camera * p + frame.camera_offset;
    if (w < 1) {
      const Vec3f spread = body_right * (kBreathSpread * std::clamp(body_right.dot(p) / 15.f, -1.f, 1.f));
      const Vec3f with_body =
          view.rotation * (p + breath * (kBreathLift * body_up + spread)) + view.translation;
      camera = w > 0 ? Vec3f(w * camera + (1 - w) * with_body) : with_body;
    }
    frame.grid_image[v] = project(camera);
  }
}

void Rig::State::light(RigFrame& frame) const noexcept {
  vertex_normals(weights.face_triangles, frame.camera, 0, head.face_end(), frame.normals);
  const Eigen::Matrix3f turn = frame.to_camera * view.rotation.transpose();
  for (std::size_t i = 0; i < scalp_normals.size(); ++i)
    frame.normals[static_cast<std::size_t>(head.face_end()) + i] = turn * scalp_normals[i];
  if (!frame.lips_closed)
    vertex_normals(weights.interior_triangles, frame.camera, head.skin_end(), head.interior_end(),
                   frame.normals);

  const std::span<float> shade(frame.shade.data(), rest_light.size());
  light_on_face(weights.neighbours, avatar.light, frame.normals, frame.scratch_normals, frame.scratch_smooth,
                shade);
  for (std::size_t v = 0; v < shade.size(); ++v)
    shade[v] =
        std::clamp((std::max(shade[v], .1f) + .35f) / (std::max(rest_light[v], .1f) + .35f), .72f, 1.28f);
  smooth_twice(weights.neighbours, frame.scratch_normals, shade);
  for (std::size_t v = 0; v < shade.size(); ++v)
    shade[v] = (1 + light_trust[v] * (shade[v] - 1)) * (1 - .5f * avatar.inner_lip[v]);
}

bool Rig::fits(const HeadModel& head, const Avatar& avatar) noexcept {
  const std::size_t all = head.neutral.size(), face = static_cast<std::size_t>(head.face_end());
  const std::size_t grid = avatar.grid.rest.size();
  bool ok = all > 0 && avatar.base.size() == all && avatar.texture.size() >= face &&
            avatar.lip_slide.size() >= face && avatar.lip_slide.size() <= avatar.texture.size() &&
            avatar.inner_lip.size() >= face && avatar.grid.head_weight.size() == grid &&
            head.lip_side.size() >= static_cast<std::size_t>(head.skin_end()) &&
            head.lip_depth.size() >= static_cast<std::size_t>(head.skin_end()) &&
            avatar.camera.focal_px > 0 && avatar.translation.z() < 0;
  for (const auto& loop : head.loops) ok = ok && loop.size() >= 9 && loop.size() <= kMaxLoop;
  for (const SparseDelta& delta : avatar.grid.expressions)
    ok = ok && delta.vertices.size() == delta.deltas.size() &&
         std::all_of(delta.vertices.begin(), delta.vertices.end(),
                     [&](std::int32_t v) { return v >= 0 && static_cast<std::size_t>(v) < grid; });
  return ok;
}

Rig::Rig(const HeadModel& head, const Avatar& avatar) : state_(std::make_unique<const State>(head, avatar)) {}
Rig::~Rig() = default;
Rig::Rig(Rig&&) noexcept = default;

RigFrame Rig::make_frame() const {
  const std::size_t all = state_->rest.size(), face = state_->rest_light.size(),
                    grid = state_->grid_rest.size();
  RigFrame frame;
  frame.head.resize(all);
  frame.camera.resize(all);
  frame.image.resize(all);
  frame.normals.assign(all, Vec3f::UnitZ());
  frame.shade.assign(static_cast<std::size_t>(state_->head.skin_end()), 1.f);
  frame.texture = state_->avatar.texture;
  frame.lid_drop.assign(frame.shade.size(), 0.f);
  frame.grid_camera.resize(grid);
  frame.grid_image.resize(grid);
  frame.gaze.fill(Eigen::Matrix3f::Identity());
  frame.scratch_normals.assign(face, Vec4f::Zero());
  frame.scratch_smooth.assign(face, Vec4f::Zero());
  frame.scratch_grid.resize(grid);
  pose(FaceCode{}, frame);
  return frame;
}

void Rig::pose(const FaceCode& code, RigFrame& frame) const noexcept {
  state_->express(code, frame);
  state_->move_mouth(code, frame);
  for (const auto& lid : state_->weights.lids)
    for (const WeightedVertex& w : lid) frame.lid_drop[static_cast<std::size_t>(w.vertex)] = 0;
  for (std::size_t eye = 0; eye < 2; ++eye)
    close_lid(state_->head, state_->weights, eye, frame.blink[eye],
              {state_->avatar.eyes[eye].centre, state_->avatar.eyes[eye].radius}, frame.head, frame.lid_drop);
  for (const WeightedVertex& w : state_->glasses) {
    const auto v = static_cast<std::size_t>(w.vertex);
    frame.head[v] += w.weight * (state_->rest[v] - frame.head[v]);
  }
  state_->move_head(code, frame);
  state_->move_grid(code, frame);
  state_->light(frame);
}

float Rig::eye_corner_distance_cm() const noexcept {
  return state_->eye_corners;
}

}  // namespace parlante
