// A real speaker, tracked by our own tracker: GRID's "bin blue at f two now" (bbaf2n), 75 frames.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "face/face_tracker.hpp"
#include "media/video_reader.hpp"
#include "support/paths.hpp"
#include "track/face_code_solver.hpp"

namespace parlante::testing {
namespace {

using enum Blendshape;

double correlation(const std::vector<double>& a, const std::vector<double>& b) {
  const auto n = static_cast<double>(a.size());
  const double ma = std::accumulate(a.begin(), a.end(), 0.0) / n,
               mb = std::accumulate(b.begin(), b.end(), 0.0) / n;
  double ab = 0, aa = 0, bb = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    ab += (a[i] - ma) * (b[i] - mb);
    aa += (a[i] - ma) * (a[i] - ma);
    bb += (b[i] - mb) * (b[i] - mb);
  }
  return ab / std::sqrt(aa * bb);
}

class RealClip : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    const auto file = shared_data() / "grid_s1" / "clips" / "bbaf2n.mkv";
    if (!std::filesystem::exists(file)) return;
    const auto networks = FaceNetworks::load(models_folder());
    ASSERT_TRUE(networks) << networks.error().message;
    const auto head = load_head_model(models_folder() / "head.plhead");
    ASSERT_TRUE(head) << head.error().message;
    FaceTracker tracker(*networks);
    auto video = VideoReader::open(file.string());
    ASSERT_TRUE(video) << video.error().message;
    std::vector<TrackedFrame> frames;
    ImageU8 picture;
    for (auto more = video->next(picture); more && *more; more = video->next(picture)) {
      const auto face = tracker.follow(picture);
      ASSERT_TRUE(face);
      TrackedFrame frame;
      frame.landmarks = face->landmarks;
      frame.scores = face->scores;
      frame.picture_size = static_cast<float>(std::max(picture.width, picture.height));
      frames.push_back(frame);
    }
    const FaceCodeSolver solver(*head);
    const auto person = solver.calibrate(frames);
    ASSERT_TRUE(person) << person.error().message;
    for (const TrackedFrame& frame : frames) {
      const auto solved = solver.solve(frame, *person);
      ASSERT_TRUE(solved);
      solved_.push_back(*solved);
    }
  }
  void SetUp() override {
    if (solved_.empty()) GTEST_SKIP() << "The GRID clips are not on this machine.";
  }
  /// Least or largest of a measure over frames first to last.
  template <class Measure>
  static std::pair<float, float> range(std::size_t first, std::size_t last, Measure measure) {
    std::pair<float, float> found{measure(solved_[first]), measure(solved_[first])};
    for (std::size_t i = first; i <= last; ++i) {
      found.first = std::min(found.first, measure(solved_[i]));
      found.second = std::max(found.second, measure(solved_[i]));
    }
    return found;
  }
  static float aperture(const SolvedFrame& solved) { return solved.code.aperture; }
  static float jaw(const SolvedFrame& solved) { return solved.code.weights[jawOpen]; }
  static float blink(const SolvedFrame& solved) {
    return std::min(solved.code.weights[eyeBlinkLeft], solved.code.weights[eyeBlinkRight]);
  }
  static inline std::vector<SolvedFrame> solved_;
};

}  // namespace

TEST_F(RealClip, TheSolvedLipsOpenAsTheSeenOnes) {
  std::vector<double> seen, solved;
  for (const SolvedFrame& frame : solved_) {
    seen.push_back(static_cast<double>(frame.seen_gap_change));
    solved.push_back(static_cast<double>(frame.solved_gap_change));
    EXPECT_LT(frame.mouth_residual, .05F);
    EXPECT_LT(frame.pose_residual, .03F);
  }
  EXPECT_GT(correlation(seen, solved), .998);
}

TEST_F(RealClip, TheLipsShutAndOpenWhereTheyDoInThePicture) {
  EXPECT_LT(range(0, 6, aperture).second, .01F) << "he waits with shut lips";
  EXPECT_LT(range(22, 24, aperture).first, .008F) << "the b of blue";
  EXPECT_GT(range(35, 37, aperture).second, .1F) << "f";
  EXPECT_LT(range(66, 74, aperture).second, .015F) << "he has said it";
  EXPECT_GT(range(35, 37, jaw).second, range(0, 6, jaw).second + .1F) << "the jaw takes part";
}

TEST_F(RealClip, HeBlinksTwice) {
  EXPECT_GT(range(43, 45, blink).second, .75F);
  EXPECT_GT(range(50, 53, blink).second, .75F);
  EXPECT_LT(range(0, 38, blink).second, .25F);
}

TEST_F(RealClip, TheHeadHardlyMoves) {
  const auto [low, high] = range(0, 74, [](const SolvedFrame& solved) { return solved.code.yaw; });
  EXPECT_LT(high - low, .12F);
  double mean = 0;
  for (const SolvedFrame& frame : solved_) mean += static_cast<double>(frame.code.pitch) / 75;
  EXPECT_NEAR(mean, 0, .01);
}

}  // namespace parlante::testing
