// The frames are tracked again: what was asked of the face comes back.
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <numbers>
#include <vector>

#include "avatar/make_avatar.hpp"
#include "face/head_pose.hpp"
#include "media/picture.hpp"
#include "stream/frame_painter.hpp"
#include "stream/model.hpp"
#include "support/paths.hpp"

namespace parlante::testing {
namespace {

constexpr int kFrames = 120;

double correlation(const std::vector<double>& a, const std::vector<double>& b) {
  double ma = 0, mb = 0, ab = 0, aa = 0, bb = 0;
  for (std::size_t i = 0; i < a.size(); ++i) ma += a[i], mb += b[i];
  ma /= static_cast<double>(a.size());
  mb /= static_cast<double>(b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    ab += (a[i] - ma) * (b[i] - mb);
    aa += (a[i] - ma) * (a[i] - ma);
    bb += (b[i] - mb) * (b[i] - mb);
  }
  return ab / std::sqrt(aa * bb);
}

/// Slope of b over a.
double slope(const std::vector<double>& a, const std::vector<double>& b) {
  double ma = 0, mb = 0, ab = 0, aa = 0;
  for (std::size_t i = 0; i < a.size(); ++i) ma += a[i], mb += b[i];
  ma /= static_cast<double>(a.size());
  mb /= static_cast<double>(b.size());
  for (std::size_t i = 0; i < a.size(); ++i) ab += (a[i] - ma) * (b[i] - mb), aa += (a[i] - ma) * (a[i] - ma);
  return ab / aa;
}

/// Between the lids, in eye widths, mean of both eyes. Lids tell how far they are shut by themselves: the
/// tracker's score of a blink is no measure of it.
double lid_gap(const Landmarks& p) {
  constexpr std::array<std::array<std::size_t, 8>, 2> kEyes = {
      {{159, 145, 158, 153, 160, 144, 33, 133}, {386, 374, 385, 380, 387, 373, 263, 362}}};
  double gap = 0;
  for (const auto& e : kEyes) {
    const auto apart = [&](std::size_t a, std::size_t b) { return (p[e[a]] - p[e[b]]).head<2>().norm(); };
    gap += (apart(0, 1) + apart(2, 3) + apart(4, 5)) / apart(6, 7) / 6;
  }
  return gap;
}

/// A little of everything, at frequencies that have nothing to do with each other.
FaceCode code_at(int frame) {
  const float t = static_cast<float>(frame) / 25.0f;
  const auto wave = [t](float hertz, float phase) {
    return std::sin(2 * std::numbers::pi_v<float> * (hertz * t + phase));
  };
  FaceCode code;
  code.yaw = .14f * wave(.31f, 0);
  code.pitch = .08f * wave(.43f, .2f);
  code.roll = .08f * wave(.23f, .4f);
  code.gaze_yaw = .18f * wave(.53f, .1f);
  code.aperture = std::max(0.f, .11f * wave(1.1f, 0));
  code.weights[Blendshape::jawOpen] = 3.2f * code.aperture;
  const float blink = std::max(0.f, 6 * wave(.9f, .5f) - 5);
  code.weights[Blendshape::eyeBlinkLeft] = code.weights[Blendshape::eyeBlinkRight] = blink;
  return code;
}

}  // namespace

TEST(Retrack, WhatWasAskedComesBack) {
  const auto model = load_model(models_folder(), {.face = true, .head = true, .speech = false});
  ASSERT_TRUE(model) << model.error().message;
  const auto photo = read_picture((samples_folder() / "portrait.png").string());
  ASSERT_TRUE(photo) << photo.error().message;
  FaceTracker tracker(*(*model)->face);
  const auto avatar = make_avatar(*photo, tracker, *(*model)->head);
  ASSERT_TRUE(avatar) << avatar.error().message;

  FramePainter painter(*(*model)->head, *avatar, {}, 2);
  struct Curve {
    std::vector<double> asked, seen;
  } yaw, pitch, roll, gap, blink, gaze, gaze_by_head;
  Frame frame;
  double widest_pressed_gap = 0;
  for (int asked = 0, got = 0; got < kFrames;) {
    while (asked < kFrames && painter.room() > 0) painter.submit(code_at(asked++));
    ASSERT_TRUE(painter.next(frame));
    const FaceCode code = code_at(got++);
    const auto face = tracker.follow(frame.picture);
    ASSERT_TRUE(face) << "the tracker sees no face in frame " << frame.index;
    const HeadPose pose = head_pose(face->landmarks);
    const float opening = (face->landmarks[13] - face->landmarks[14]).head<2>().norm() /
                          (face->landmarks[33] - face->landmarks[263]).norm();
    const auto add = [](Curve& curve, double a, double b) {
      curve.asked.push_back(a), curve.seen.push_back(b);
    };
    add(yaw, code.yaw, pose.yaw);
    add(pitch, code.pitch, pose.pitch);
    add(roll, code.roll, pose.roll);
    add(gap, code.aperture, opening);
    const float shut = code.weights[Blendshape::eyeBlinkLeft];
    add(blink, std::min(1.f, shut), -lid_gap(face->landmarks));
    if (shut < .1f) {
      const auto& p = face->landmarks;  // the iris between the corners of its eye, both eyes
      const auto place = [&](int iris, int left, int right) {
        const Eigen::Vector2f axis =
            (p[static_cast<std::size_t>(right)] - p[static_cast<std::size_t>(left)]).head<2>();
        return (p[static_cast<std::size_t>(iris)] - p[static_cast<std::size_t>(left)]).head<2>().dot(axis) /
               axis.squaredNorm();
      };
      add(gaze, code.gaze_yaw, place(468, 33, 133) + place(473, 362, 263));
      add(gaze_by_head, code.yaw, gaze.seen.back());
    }
    if (code.aperture == 0) widest_pressed_gap = std::max(widest_pressed_gap, static_cast<double>(opening));
  }
  // Shut: 1, as open as where no blink is asked for: 0.
  double open_gap = 0;
  int open_frames = 0;
  for (std::size_t i = 0; i < blink.asked.size(); ++i)
    if (blink.asked[i] == 0) open_gap -= blink.seen[i], ++open_frames;
  open_gap /= open_frames;
  for (double& seen : blink.seen) seen = 1 + seen / open_gap;
  // The iris lies before the line of the corners: a turn of the head moves it against them, too.
  const double by_head = slope(gaze_by_head.asked, gaze_by_head.seen);
  for (std::size_t i = 0; i < gaze.seen.size(); ++i) gaze.seen[i] -= by_head * gaze_by_head.asked[i];
  const auto report = [](const char* name, const Curve& curve) {
    const double r = correlation(curve.asked, curve.seen);
    ::testing::Test::RecordProperty(std::string(name) + "_correlation", std::to_string(r));
    std::printf("%-6s correlation %.3f slope %.2f\n", name, r, slope(curve.asked, curve.seen));
    return r;
  };
  EXPECT_GE(report("yaw", yaw), .95);
  EXPECT_GE(report("pitch", pitch), .95);
  EXPECT_GE(report("roll", roll), .95);
  EXPECT_GE(report("gap", gap), .95);
  EXPECT_GE(report("blink", blink), .98);
  EXPECT_NEAR(slope(blink.asked, blink.seen), 1, .12);
  EXPECT_GE(report("gaze", gaze), .95);
  std::printf("widest gap seen while pressed %.4f\n", widest_pressed_gap);
  EXPECT_LT(widest_pressed_gap, .03);
}

}  // namespace parlante::testing
