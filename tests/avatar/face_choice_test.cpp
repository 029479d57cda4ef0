#include "avatar/face_choice.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <Eigen/Geometry>

#include <string>
#include <vector>

#include "avatar/framing.hpp"

namespace parlante {
namespace {

struct Notes final : Sink {
  void log(LogLevel level, std::string_view sentence) override {
    if (level == LogLevel::warning) warnings.emplace_back(sentence);
  }
  void progress(std::string_view, std::int64_t, std::int64_t) override {}
  std::vector<std::string> warnings;
};

// A face of the given width in px (between the eyes' outer corners) around a point.
Face face_at(float x, float y, float eyes) {
  Face face;
  for (std::size_t i = 0; i < kLandmarks; ++i) {
    const auto angle = static_cast<float>(i);
    face.landmarks[i] = {x + .8f * eyes * std::cos(angle), y + eyes * std::sin(angle), 0};
  }
  face.landmarks[33] = {x - eyes / 2, y, 0};
  face.landmarks[263] = {x + eyes / 2, y, 0};
  face.landmarks[kIrisRight] = {x - eyes / 3, y, 0};
  face.landmarks[kIrisLeft] = {x + eyes / 3, y, 0};
  face.x0 = x - .8f * eyes, face.x1 = x + .8f * eyes, face.y0 = y - eyes, face.y1 = y + eyes;
  return face;
}

HeadFit turned_by(double degrees) {
  HeadFit fit;
  fit.rotation = Eigen::AngleAxisd(degrees / 57.29577951, Vec3d::UnitY()).toRotationMatrix();
  fit.translation = {0, 0, -60};
  return fit;
}

}  // namespace

TEST(FaceChoice, TakesTheLargestOfSeveralAndSaysSo) {
  Notes notes;
  const std::vector<Face> faces = {face_at(500, 500, 200), face_at(100, 100, 90)};
  const auto face = choose_face(faces, 1000, 1000, 0, notes);
  ASSERT_TRUE(face);
  EXPECT_EQ(face->landmarks[33], faces[0].landmarks[33]);
  ASSERT_EQ(notes.warnings.size(), 1u);
  EXPECT_THAT(notes.warnings[0], ::testing::HasSubstr("2 faces"));
}

TEST(FaceChoice, TakesTheFaceThatWasAskedForInSilence) {
  Notes notes;
  const std::vector<Face> faces = {face_at(500, 500, 200), face_at(200, 200, 90)};
  const auto face = choose_face(faces, 1000, 1000, 2, notes);
  ASSERT_TRUE(face);
  EXPECT_EQ(face->landmarks[33], faces[1].landmarks[33]);
  EXPECT_TRUE(notes.warnings.empty());
}

TEST(FaceChoice, RefusesAFaceThatIsNotThere) {
  Notes notes;
  const auto none = choose_face({}, 1000, 1000, 0, notes);
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().kind, ErrorKind::no_face);
  const std::vector<Face> faces = {face_at(500, 500, 200)};
  for (int wanted : {2, 100, -1}) {
    const auto third = choose_face(faces, 1000, 1000, wanted, notes);
    ASSERT_FALSE(third);
    EXPECT_EQ(third.error().kind, ErrorKind::usage);
  }
}

TEST(FaceChoice, WarnsOfSmallAndCutFacesAndRefusesLostOnes) {
  Notes notes;
  const std::vector<Face> small = {face_at(500, 500, 60)}, cut = {face_at(110, 500, 150)},
                          lost = {face_at(10, 5, 200)};
  EXPECT_TRUE(choose_face(small, 1000, 1000, 0, notes));
  ASSERT_EQ(notes.warnings.size(), 1u);
  EXPECT_THAT(notes.warnings[0], ::testing::HasSubstr("60 px"));
  EXPECT_TRUE(choose_face(cut, 1000, 1000, 0, notes));
  ASSERT_EQ(notes.warnings.size(), 2u);
  EXPECT_THAT(notes.warnings[1], ::testing::HasSubstr("edge cuts"));
  const auto gone = choose_face(lost, 1000, 1000, 0, notes);
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().kind, ErrorKind::no_face);
}

TEST(FaceChoice, RefusesProfiles) {
  Notes notes;
  EXPECT_TRUE(check_turn(turned_by(10), notes));
  EXPECT_TRUE(notes.warnings.empty());
  EXPECT_TRUE(check_turn(turned_by(-30), notes));
  EXPECT_EQ(notes.warnings.size(), 1u);
  for (double degrees : {40.0, -40.0, 90.0, 170.0}) {
    const auto turn = check_turn(turned_by(degrees), notes);
    ASSERT_FALSE(turn);
    EXPECT_EQ(turn.error().kind, ErrorKind::no_face);
  }
}

TEST(Framing, IsASquareInsideThePhotoAroundTheFace) {
  for (const auto& [width, height] : {std::pair{1000, 1000}, {600, 1600}, {3000, 800}, {5000, 5000}})
    for (float eyes : {30.0f, 120.0f, 300.0f})
      for (float x : {0.0f, .3f, 1.0f})
        for (float y : {0.0f, .5f, 1.0f}) {
          const Face face = face_at(x * static_cast<float>(width), y * static_cast<float>(height), eyes);
          const cv::Rect square = framing_square(width, height, face.landmarks);
          EXPECT_EQ(square.width, square.height);
          EXPECT_EQ(square, square & cv::Rect(0, 0, width, height));
          EXPECT_GT(square.width, 0);
        }
  const Face small = face_at(2000, 1500, 150);  // irises 100 px apart
  const cv::Rect square = framing_square(5000, 5000, small.landmarks);
  EXPECT_EQ(square.width, 630);
  EXPECT_NEAR(square.x + square.width / 2, 2000, 1);
}

}  // namespace parlante
