#include "face/face_tracker.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>

#include "face/face_pictures.hpp"
#include "support/paths.hpp"

namespace parlante {
namespace {

using namespace testing;

class FaceTrackerTest : public ::testing::Test {
 protected:
  // Loaded once. A failure is asserted in SetUp(), since tests of a suite that cannot be set up count as
  // skipped.
  static void SetUpTestSuite() { networks = new Result<FaceNetworks>(FaceNetworks::load(models_folder())); }
  static void TearDownTestSuite() {
    delete networks;
    networks = nullptr;
  }
  void SetUp() override {
    ASSERT_TRUE(networks->has_value()) << networks->error().message;
    tracker = std::make_unique<FaceTracker>(**networks);
  }

  static inline Result<FaceNetworks>* networks = nullptr;
  std::unique_ptr<FaceTracker> tracker;
};

class AgreesWithMediaPipe : public FaceTrackerTest, public ::testing::WithParamInterface<const char*> {};
INSTANTIATE_TEST_SUITE_P(Portraits, AgreesWithMediaPipe, ::testing::Values("man", "woman", "sample"));

TEST_P(AgreesWithMediaPipe, InLandmarksDepthAndScores) {
  const Reference wanted = reference(GetParam());
  const auto faces = tracker->find(portrait(GetParam()));
  ASSERT_EQ(faces.size(), 1U);
  const Face& face = faces[0];
  EXPECT_LT(largest_distance(face.landmarks, wanted.landmarks), .2F);
  EXPECT_LT(mean_distance(face.landmarks, wanted.landmarks), .06F);
  float depth = 0;
  for (std::size_t i = 0; i < kLandmarks; ++i)
    depth += std::abs(face.landmarks[i].z() - wanted.landmarks[i].z()) / float(kLandmarks);
  EXPECT_LT(depth, .1F);
  for (std::size_t i = 0; i < kBlendshapes; ++i)
    EXPECT_NEAR(face.scores[i], wanted.scores[i], .01F) << kBlendshapeNames[i];
  EXPECT_EQ(face.scores[Blendshape::tongueOut], 0);
  EXPECT_GT(face.score, .7F);
  EXPECT_GT(face.presence, .99F);
  EXPECT_LT(face.x0, face.landmarks[234].x() + 1);
  EXPECT_GT(face.y1, face.landmarks[152].y() - 1);
}

TEST_F(FaceTrackerTest, TheSamePictureGivesTheSameNumbers) {
  const ImageU8 picture = portrait("man");
  const auto first = tracker->find(picture), second = tracker->find(picture);
  const auto other = FaceTracker(**networks).find(picture);
  ASSERT_EQ(first.size(), 1U);
  for (const auto* again : {&second, &other}) {
    ASSERT_EQ(again->size(), 1U);
    EXPECT_EQ(again->front().landmarks, first[0].landmarks);
    EXPECT_EQ(again->front().scores, first[0].scores);
  }
}

TEST_F(FaceTrackerTest, SeveralFacesComeLargestFirst) {
  const ImageU8 man = portrait("man"), woman = portrait("woman");
  ImageU8 both(512 + 340, 512, 3, 128);
  paste(scaled(man, 340, 340), 0, 100, both);
  paste(woman, 340, 0, both);
  const auto faces = tracker->find(both);
  ASSERT_EQ(faces.size(), 2U);
  EXPECT_GT(faces[0].area(), faces[1].area());
  EXPECT_GT(faces[0].x0, 340);
  EXPECT_LT(faces[1].x1, 340);
  // The same faces as alone, up to the detector's coarser look.
  Landmarks woman_moved = reference("woman").landmarks;
  for (auto& point : woman_moved) point.x() += 340;
  EXPECT_LT(mean_distance(faces[0].landmarks, woman_moved), .015F * faces[0].outer_eye_distance());
  EXPECT_NEAR(faces[1].outer_eye_distance(), tracker->find(man)[0].outer_eye_distance() * 340 / 512, 6);
}

TEST_F(FaceTrackerTest, ASmallFaceInABigPictureIsReadAtFullResolution) {
  const int side = 600;
  ImageU8 big(4000, 2600, 3, 90);
  paste(scaled(portrait("man"), side, side), 3200, 1900, big);
  const auto faces = tracker->find(big);
  ASSERT_EQ(faces.size(), 1U);
  Landmarks wanted = reference("man").landmarks;
  for (auto& point : wanted) point = point * (side / 512.F) + Eigen::Vector3f(3200, 1900, 0);
  EXPECT_LT(mean_distance(faces[0].landmarks, wanted), .012F * faces[0].outer_eye_distance());
}

TEST_F(FaceTrackerTest, ATransparencyChannelDoesNotMatter) {
  const ImageU8 rgb = portrait("woman");
  ImageU8 rgba(rgb.width, rgb.height, 4);
  for (int y = 0; y < rgb.height; ++y)
    for (int x = 0; x < rgb.width; ++x) {
      std::copy_n(rgb.at(x, y), 3, rgba.at(x, y));
      rgba.at(x, y)[3] = static_cast<std::uint8_t>(x);
    }
  const auto expected = tracker->find(rgb), faces = tracker->find(rgba);
  ASSERT_EQ(faces.size(), 1U);
  EXPECT_EQ(faces[0].landmarks, expected[0].landmarks);
}

TEST_F(FaceTrackerTest, PicturesWithoutAFaceGiveNone) {
  const std::vector<std::pair<const char*, ImageU8>> pictures{
      {"empty", ImageU8()},
      {"one pixel", ImageU8(1, 1, 3, 200)},
      {"one black pixel", ImageU8(1, 1, 3)},
      {"black", ImageU8(512, 512, 3)},
      {"white", ImageU8(300, 700, 4, 255)},
      {"noise", noise(640, 480, 1)},
      {"noise, small", noise(17, 9, 2)},
      {"a wide strip", noise(10000, 20, 3)},
      {"a tall strip", noise(20, 10000, 4)},
      {"grey", ImageU8(64, 64, 1, 100)},
  };
  for (const auto& [name, picture] : pictures) {
    EXPECT_TRUE(tracker->find(picture).empty()) << name;
    EXPECT_FALSE(tracker->follow(picture).has_value()) << name;
  }
  ImageU8 lying(64, 64, 3);
  lying.pixels.resize(10);
  EXPECT_TRUE(tracker->find(lying).empty()) << "fewer pixels than the size says";
}

TEST_F(FaceTrackerTest, FollowingAStillGivesWhatFindGives) {
  const ImageU8 picture = portrait("man");
  const Landmarks found = tracker->find(picture).at(0).landmarks;
  for (int frame = 0; frame < 20; ++frame) {
    const auto face = tracker->follow(picture);
    ASSERT_TRUE(face.has_value());
    EXPECT_LT(largest_distance(face->landmarks, found), .05F) << frame;
  }
}

TEST_F(FaceTrackerTest, FollowsAFaceThatMovesTurnsAndGrows) {
  const ImageU8 picture = portrait("woman");
  const Landmarks still = reference("woman").landmarks;
  for (int frame = 0; frame < 40; ++frame) {
    const double t = frame / 40.0;
    const Region camera{256 + 60 * std::sin(6 * t), 256 + 50 * t, 512 * (1 - .3 * t), 512 * (1 - .3 * t),
                        .35 * std::sin(5 * t)};
    const auto face = tracker->follow(resampled(picture, camera, 512, 512));
    ASSERT_TRUE(face.has_value()) << frame;
    Landmarks back;
    for (std::size_t i = 0; i < kLandmarks; ++i) {
      double x, y;
      camera.to_picture(face->landmarks[i].x() / 512, face->landmarks[i].y() / 512, x, y);
      back[i] = {float(x), float(y), 0};
    }
    EXPECT_LT(mean_distance(back, still), .012F * 128) << frame;
  }
}

TEST_F(FaceTrackerTest, AFaceThatGoesIsLostAndFoundAgainElsewhere) {
  const ImageU8 man = scaled(portrait("man"), 400, 400);
  ImageU8 left(900, 400, 3), right(900, 400, 3);
  paste(man, 0, 0, left);
  paste(man, 500, 0, right);
  const auto first = tracker->follow(left);
  ASSERT_TRUE(first.has_value());
  EXPECT_FALSE(tracker->follow(ImageU8(900, 400, 3)).has_value());
  EXPECT_FALSE(tracker->follow(noise(900, 400, 7)).has_value());
  const auto second = tracker->follow(right);
  ASSERT_TRUE(second.has_value());
  EXPECT_NEAR(second->landmarks[1].x() - first->landmarks[1].x(), 500, 3);
  const auto jump = tracker->follow(left);
  ASSERT_TRUE(jump.has_value()) << "a cut to another place is noticed in the same frame";
  EXPECT_NEAR(jump->landmarks[1].x(), first->landmarks[1].x(), 3);
}

TEST_F(FaceTrackerTest, KeepsToItsFaceUntilReset) {
  const ImageU8 man = portrait("man"), woman = portrait("woman");
  ImageU8 alone(1024, 512, 3, 128), both(1024, 512, 3, 128);
  paste(scaled(man, 400, 400), 0, 50, alone);
  paste(scaled(man, 400, 400), 0, 50, both);
  paste(woman, 512, 0, both);
  ASSERT_LT(tracker->follow(alone).value().x1, 400);
  EXPECT_LT(tracker->follow(both).value().x1, 400) << "a larger face comes, but this one is followed";
  tracker->reset();
  EXPECT_GT(tracker->follow(both).value().x0, 512);
}

TEST_F(FaceTrackerTest, FindDoesNotDisturbFollow) {
  const ImageU8 man = portrait("man"), woman = portrait("woman");
  const Landmarks first = tracker->follow(man).value().landmarks;
  tracker->find(woman);
  EXPECT_LT(largest_distance(tracker->follow(man).value().landmarks, first), .05F);
}

TEST(FaceNetworksFolder, AMissingNetworkIsNamed) {
  const auto loaded = FaceNetworks::load("no/such/folder");
  ASSERT_FALSE(loaded.has_value());
  EXPECT_EQ(loaded.error().kind, ErrorKind::broken_model);
  EXPECT_THAT(loaded.error().message, ::testing::HasSubstr("face_detector.tflite"));
}

TEST(FaceNetworksFolder, AnotherNetworkUnderTheNameIsRefused) {
  const char* names[] = {"face_detector.tflite", "face_landmarks_detector.tflite", "face_blendshapes.tflite",
                         "person_segmenter.tflite"};
  const auto folder =
      std::filesystem::temp_directory_path() / ("mixed-networks-" + std::to_string(::getpid()));
  for (int shift = 1; shift <= 3; ++shift) {
    std::filesystem::create_directories(folder);
    for (int i = 0; i < 4; ++i)
      std::filesystem::copy_file(models_folder() / names[(i + shift) % 4], folder / names[i]);
    const auto loaded = FaceNetworks::load(folder);
    std::filesystem::remove_all(folder);
    ASSERT_FALSE(loaded.has_value());
    EXPECT_EQ(loaded.error().kind, ErrorKind::broken_model);
  }
}

}  // namespace
}  // namespace parlante
