// The pictures of tests/face/data with what MediaPipe found in them, and pictures made of them.
#pragma once

#include <png.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <span>
#include <stdexcept>
#include <string>

#include "core/image.hpp"
#include "core/random.hpp"
#include "face/crop.hpp"
#include "face/face_tracker.hpp"
#include "support/paths.hpp"

namespace parlante::testing {

inline std::filesystem::path face_data() {
  return std::filesystem::path(PARLANTE_SOURCE_DIR) / "tests" / "face" / "data";
}

/// One of our own rendered portraits, RGB: "man" or "woman" (512x512), or "sample", which is
/// samples/portrait.png.
inline ImageU8 portrait(const std::string& name) {
  png_image png{};
  png.version = PNG_IMAGE_VERSION;
  const std::string file = name == "sample" ? (samples_folder() / "portrait.png").string()
                                            : (face_data() / (name + ".png")).string();
  if (!png_image_begin_read_from_file(&png, file.c_str())) throw std::runtime_error("cannot read " + file);
  png.format = PNG_FORMAT_RGB;
  ImageU8 picture(static_cast<int>(png.width), static_cast<int>(png.height), 3);
  if (!png_image_finish_read(&png, nullptr, picture.pixels.data(), 0, nullptr))
    throw std::runtime_error("cannot decode " + file);
  return picture;
}

struct Reference {
  Landmarks landmarks;
  BlendshapeWeights scores{};
};

/// What MediaPipe's image mode gave for a portrait.
inline Reference reference(const std::string& name) {
  const auto json = nlohmann::json::parse(std::ifstream(face_data() / (name + ".json")));
  Reference made;
  for (std::size_t i = 0; i < kLandmarks; ++i) {
    const auto& point = json.at("landmarks").at(i);
    made.landmarks[i] =
        Eigen::Vector3f(point.at(0).get<float>(), point.at(1).get<float>(), point.at(2).get<float>());
  }
  for (const auto& [shape, score] : json.at("scores").items())
    made.scores[blendshape_named(shape).value()] = score.get<float>();
  return made;
}

/// The region of a picture as a picture of that size; beyond the rim its nearest pixels.
inline ImageU8 resampled(const ImageU8& picture, const Region& region, int width, int height) {
  std::vector<float> values(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 3);
  crop(picture, region, width, height, 0, 255, Beyond::nearest_pixel, values);
  ImageU8 out(width, height, 3);
  std::transform(values.begin(), values.end(), out.pixels.begin(),
                 [](float v) { return static_cast<std::uint8_t>(std::clamp(v + .5F, 0.F, 255.F)); });
  return out;
}

inline ImageU8 scaled(const ImageU8& picture, int width, int height) {
  return resampled(
      picture, {picture.width / 2.0, picture.height / 2.0, double(picture.width), double(picture.height), 0},
      width, height);
}

inline void paste(const ImageU8& part, int x, int y, ImageU8& into) {
  for (int row = 0; row < part.height; ++row) std::copy_n(part.row(row), part.stride(), into.at(x, y + row));
}

inline ImageU8 noise(int width, int height, std::uint64_t seed) {
  ImageU8 picture(width, height, 3);
  Random random(seed);
  for (std::uint8_t& value : picture.pixels) value = static_cast<std::uint8_t>(random.bits());
  return picture;
}

/// Distances in the picture between landmarks, px.
inline float mean_distance(const Landmarks& a, const Landmarks& b) {
  float sum = 0;
  for (std::size_t i = 0; i < kLandmarks; ++i) sum += (a[i] - b[i]).head<2>().norm();
  return sum / float(kLandmarks);
}

inline float largest_distance(const Landmarks& a, const Landmarks& b) {
  float largest = 0;
  for (std::size_t i = 0; i < kLandmarks; ++i) largest = std::max(largest, (a[i] - b[i]).head<2>().norm());
  return largest;
}

}  // namespace parlante::testing
