// Small films and pictures to sign.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "mark/manifest.hpp"
#include "mark/watermark.hpp"
#include "media/movie_writer.hpp"
#include "media/picture.hpp"
#include "support/paths.hpp"

namespace parlante::testing {

constexpr std::time_t kNow = 1800000000;  // 2027-01-15
constexpr MarkPayload kPayload{1, 0xc0ffee};

/// A folder of its own, removed at the end.
class MarkFolder {
 public:
  MarkFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "parlante-mark-XXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  ~MarkFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  MarkFolder(const MarkFolder&) = delete;
  MarkFolder& operator=(const MarkFolder&) = delete;
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

inline std::vector<std::uint8_t> bytes_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

inline void write_bytes(const std::filesystem::path& file, const std::vector<std::uint8_t>& bytes) {
  std::ofstream(file, std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

inline std::filesystem::path portrait_file() {
  return samples_folder() / "portrait.png";
}

/// The sample portrait, shifted a little each frame, with or without the mark; and a tone.
inline void write_film(const std::filesystem::path& file, int frames, bool marked) {
  const auto photo = read_picture(portrait_file().string());
  ASSERT_TRUE(photo) << photo.error().message;
  constexpr int kSide = 512;
  MovieSettings settings;
  settings.preset = "ultrafast";
  settings.threads = 1;
  auto movie = MovieWriter::open(file.string(), settings);
  ASSERT_TRUE(movie) << movie.error().message;
  const Watermark mark(kPayload, kSide, kSide);
  std::vector<ImageU8> shifted(8, ImageU8(kSide, kSide, 3));
  for (std::size_t n = 0; n < shifted.size(); ++n) {
    for (int y = 0; y < kSide; ++y)
      for (int x = 0; x < kSide; ++x)
        for (int c = 0; c < 3; ++c) {
          const int from_x = (x * photo->width / kSide + static_cast<int>(n)) % photo->width;
          const int from_y = y * photo->height / kSide;
          shifted[n].pixels[static_cast<std::size_t>((y * kSide + x) * 3 + c)] =
              photo->pixels[static_cast<std::size_t>((from_y * photo->width + from_x) * photo->channels + c)];
        }
    if (marked) mark.apply(shifted[n]);
  }
  for (int n = 0; n < frames; ++n) {
    ASSERT_TRUE(movie->write_frame(shifted[static_cast<std::size_t>(n) % shifted.size()]));
    std::vector<float> tone(2 * 1920);
    for (std::size_t i = 0; i < tone.size(); ++i) tone[i] = .2f * std::sin(static_cast<float>(i / 2) * .05f);
    ASSERT_TRUE(movie->write_audio(tone));
  }
  const auto finished = movie->finish();
  ASSERT_TRUE(finished) << finished.error().message;
}

inline void write_marked_picture(const std::filesystem::path& file) {
  auto photo = read_picture(portrait_file().string());
  ASSERT_TRUE(photo);
  Watermark(kPayload, photo->width, photo->height).apply(*photo);
  ASSERT_TRUE(write_png(*photo, file));
}

inline ManifestFacts facts_of(std::vector<UsedFile> used = {}) {
  return {"0.1.0", kPayload, Consent::synthetic, kNow, std::move(used)};
}

inline SigningKeys keys_in(const std::filesystem::path& folder) {
  auto keys = installation_keys(folder, std::time(nullptr));
  EXPECT_TRUE(keys) << keys.error().message;
  return keys ? *keys : SigningKeys{};
}

}  // namespace parlante::testing
