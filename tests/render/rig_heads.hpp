// Made-up people on the real head, for tests of the rig.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <deque>
#include <optional>
#include <vector>

#include "avatar/avatar.hpp"
#include "core/random.hpp"
#include "head/head_model.hpp"
#include "head/rotation.hpp"
#include "render/rig.hpp"
#include "support/paths.hpp"

namespace parlante::testing {

inline const Result<HeadModel>& real_head() {
  static const Result<HeadModel> head = load_head_model(models_folder() / "head.plhead");
  return head;
}

/// Ends the test where the head file was not built.
#define PARLANTE_REAL_HEAD(name)                                                                     \
  ASSERT_TRUE(::parlante::testing::real_head()) << ::parlante::testing::real_head().error().message; \
  const HeadModel& name = *::parlante::testing::real_head()

/// A person with a random identity, photographed at a slight angle; `person` 0 is the mean head from the
/// front. A photo with parted lips has its mouth open in `photo_expression`.
inline Avatar made_up_person(const HeadModel& head, std::uint64_t person, bool lips_closed = true) {
  Random random(person);
  Avatar avatar;
  avatar.size = 1024;
  avatar.camera = {1.6 * 1024, 512, 512};
  avatar.translation = Vec3f(.4f, -1, -62);
  avatar.lips_closed = lips_closed;
  avatar.base = head.neutral;
  if (person > 0) {
    avatar.rotation = head_rotation(static_cast<float>(random.uniform(-.2, .2)),
                                    static_cast<float>(random.uniform(-.15, .25)),
                                    static_cast<float>(random.uniform(-.1, .1)));
    for (const IdentityAxis& axis : head.identity) {
      const auto weight = static_cast<float>(.5 * random.normal()) * axis.sigma;
      for (std::size_t i = 0; i < axis.delta.vertices.size(); ++i)
        avatar.base[static_cast<std::size_t>(axis.delta.vertices[i])] += weight * axis.delta.deltas[i];
    }
    for (const Blendshape own : {Blendshape::browDownLeft, Blendshape::mouthFrownLeft,
                                 Blendshape::mouthDimpleRight, Blendshape::eyeSquintLeft})
      avatar.photo_expression[own] = static_cast<float>(random.uniform(0, .4));
  }
  if (!lips_closed) {
    avatar.photo_expression[Blendshape::jawOpen] = .2f;
    avatar.photo_expression[Blendshape::mouthSmileLeft] =
        avatar.photo_expression[Blendshape::mouthSmileRight] = .6f;
  }
  for (const Vec3f& p : avatar.base)
    avatar.texture.push_back(
        avatar.camera.project((avatar.rotation * p + avatar.translation).cast<double>()).cast<float>());
  const std::size_t all = avatar.base.size();
  avatar.lip_slide.assign(all, 0);
  avatar.mesh_weight.assign(all, 1);
  avatar.inner_lip.assign(all, 0);
  avatar.lid_weight.assign(all, 0);
  avatar.light = {.9f, .25f, .1f, .1f, 0, 0, 0, 0, 0};  // from the picture's right
  for (std::size_t k = 0; k < 2; ++k) {
    const VertexRange& ball = head.part(k == 0 ? HeadPart::eye_right : HeadPart::eye_left);
    Vec3f centre = Vec3f::Zero();
    for (std::int32_t v = ball.begin; v < ball.end; ++v)
      centre += avatar.base[static_cast<std::size_t>(v)] / static_cast<float>(ball.size());
    float radius = 0;
    for (std::int32_t v = ball.begin; v < ball.end; ++v)
      radius += (avatar.base[static_cast<std::size_t>(v)] - centre).norm() / static_cast<float>(ball.size());
    avatar.eyes[k].centre = centre;
    avatar.eyes[k].radius = radius;
  }
  avatar.grid.columns = avatar.grid.rows = 41;
  for (int j = 0; j < 41; ++j)
    for (int i = 0; i < 41; ++i) {
      const Vec2f px(static_cast<float>(i) * 32 - 128, static_cast<float>(j) * 32 - 128);
      const Vec3f camera((px.x() - 512) / 1638.4f * 60, -(px.y() - 512) / 1638.4f * 60, -60);
      avatar.grid.source.push_back(px);
      avatar.grid.rest.push_back(avatar.rotation.transpose() * (camera - avatar.translation));
      const float y = avatar.grid.rest.back().y(), t = std::clamp((y + 17.5f) / 9.5f, 0.f, 1.f);
      avatar.grid.head_weight.push_back(t * t * (3 - 2 * t));
    }
  return avatar;
}

/// A made-up person, ready to be posed.
struct MadeUpPerson {
  MadeUpPerson(const HeadModel& head, std::uint64_t person, bool lips_closed = true)
      : number(person),
        avatar(made_up_person(head, person, lips_closed)),
        rig(head, avatar),
        frame(rig.make_frame()) {}
  std::uint64_t number;
  Avatar avatar;
  Rig rig;
  RigFrame frame;
};

/// Persons 0 to `count` - 1, as `auto& [person, avatar, rig, frame]`.
inline std::deque<MadeUpPerson> made_up_people(const HeadModel& head, std::uint64_t count,
                                               bool lips_closed = true) {
  std::deque<MadeUpPerson> people;
  for (std::uint64_t person = 0; person < count; ++person) people.emplace_back(head, person, lips_closed);
  return people;
}

inline FaceCode with(Blendshape shape, float weight, FaceCode code = {}) {
  code.weights[shape] = weight;
  return code;
}

}  // namespace parlante::testing
