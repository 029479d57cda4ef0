// What is left of our marks where a film goes through the hands of others.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <span>

#include "mark/signed_files.hpp"
#include "mark/verify.hpp"
#include "media/audio_reader.hpp"
#include "media/video_reader.hpp"
#include "support/remux.hpp"

namespace parlante::testing {
namespace {

constexpr int kFrames = 60;

class Remuxed : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    shared = new MarkFolder;
    write_film(film(), kFrames, true);
    ASSERT_TRUE(sign_file(film(), facts_of(), keys_in(shared->path() / "keys").signer));
  }
  static void TearDownTestSuite() { delete shared; }
  static std::string film() { return (*shared / "film.mp4").string(); }
  static std::string named(const char* name) { return (*shared / name).string(); }

  /// Only the mark is left, and it is enough.
  static void expect_recognised(const std::string& file, bool could_be_signed = true) {
    const auto report = verify_file(file, {});
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_EQ(report->manifest.state, ManifestState::none) << file;
    EXPECT_TRUE(report->marked()) << file;
    EXPECT_EQ(report->mark.payload, kPayload) << file << " z " << report->mark.z();
    if (!could_be_signed) return;
    EXPECT_EQ(report->verdict(), "Marked as made by AI with parlante, but its signed data was removed.");
  }
  static MarkFolder* shared;
};
MarkFolder* Remuxed::shared = nullptr;

std::vector<double> times_of(const std::string& file) {
  std::vector<double> times;
  auto video = VideoReader::open(file);
  ImageU8 frame;
  while (video && *video->next(frame)) times.push_back(video->seconds());
  return times;
}

std::vector<float> sound_of(const std::string& file) {
  std::vector<float> samples(48000 * 5);
  auto sound = AudioReader::open(file, 48000, 1);
  std::size_t count = 0;
  while (sound && count < samples.size()) {
    const auto got = sound->read(std::span(samples).subspan(count));
    if (!got || *got == 0) break;
    count += *got;
  }
  samples.resize(count);
  return samples;
}

TEST_F(Remuxed, AFilmWithoutItsManifestKeepsItsMarkAndItsStep) {
  for (const char* name : {"bare.mp4", "bare.mov"}) {
    remux(film(), named(name));
    expect_recognised(named(name));
    EXPECT_EQ(times_of(named(name)), times_of(film()));
    const auto before = sound_of(film()), after = sound_of(named(name));
    ASSERT_NEAR(static_cast<double>(after.size()), static_cast<double>(before.size()), 1100);
    for (std::size_t i = 0; i < std::min(before.size(), after.size()); i += 101)
      ASSERT_NEAR(before[i], after[i], 1e-4) << name << " sample " << i;
  }
}

TEST_F(Remuxed, InAContainerThatCarriesNoSignedDataItIsRecognised) {
  remux(film(), named("bare.mkv"));
  expect_recognised(named("bare.mkv"), false);
}

TEST_F(Remuxed, APieceIsRecognised) {
  remux(film(), named("piece.mp4"), kFrames / 25. / 2);
  EXPECT_LT(times_of(named("piece.mp4")).size(), kFrames * 2 / 3U);
  expect_recognised(named("piece.mp4"));
}

/// Encoded again from frame `from` on: what `change` makes of each frame.
void recode(const std::string& film, const std::string& to, int from, int crf,
            const std::function<ImageU8(const ImageU8&)>& change) {
  auto video = VideoReader::open(film);
  ASSERT_TRUE(video);
  std::optional<MovieWriter> out;
  ImageU8 frame;
  for (int n = 0; *video->next(frame); ++n) {
    if (n < from) continue;
    const ImageU8 changed = change(frame);
    if (!out) {
      MovieSettings settings;
      settings.width = changed.width, settings.height = changed.height;
      settings.crf = crf;
      auto opened = MovieWriter::open(to, settings);
      ASSERT_TRUE(opened) << opened.error().message;
      out = std::move(*opened);
    }
    ASSERT_TRUE(out->write_frame(changed));
  }
  ASSERT_TRUE(out && out->finish());
}

TEST_F(Remuxed, AfterASiteEncodedItAgainItIsRecognised) {
  recode(film(), named("site.mp4"), 0, 30, [](const ImageU8& frame) { return frame; });
  expect_recognised(named("site.mp4"));
}

TEST_F(Remuxed, CutInTimeAndSpaceAndEncodedAgainItIsRecognised) {
  recode(film(), named("part.mp4"), kFrames / 3, 26, [](const ImageU8& frame) {
    ImageU8 part(410, 410, 3);
    for (int y = 0; y < part.height; ++y)
      std::copy_n(frame.row(y + 33) + std::size_t{3} * 71, part.stride(), part.row(y));
    return part;
  });
  expect_recognised(named("part.mp4"));
}

}  // namespace
}  // namespace parlante::testing
