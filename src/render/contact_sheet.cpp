#include <algorithm>
#include <cmath>
#include <cstddef>

#include "render/label_text.hpp"
#include "render/picture_window.hpp"
#include "render/renderer.hpp"

namespace parlante {
namespace {

constexpr float kDegree = 3.14159265f / 180.f;

FaceCode closed_lips() {
  FaceCode code;
  code.aperture = 0;
  return code;
}

FaceCode turned(float yaw_deg, float pitch_deg, float roll_deg) {
  FaceCode code = closed_lips();
  code.yaw = yaw_deg * kDegree, code.pitch = pitch_deg * kDegree, code.roll = roll_deg * kDegree;
  return code;
}

struct Weight {
  Blendshape shape;
  float value;
};

FaceCode shaped(std::initializer_list<Weight> weights, float aperture = -1) {
  FaceCode code;
  for (const Weight& w : weights) code.weights[w.shape] = w.value;
  code.aperture = aperture;
  return code;
}

// A transparent picture is shown over grey checks.
std::uint8_t over_checks(const std::uint8_t* pixel, int channels, int c, int x, int y) noexcept {
  if (channels < 4) return pixel[c];
  const int check = (x / 16 + y / 16) % 2 ? 150 : 110;
  return static_cast<std::uint8_t>((pixel[c] * pixel[3] + check * (255 - pixel[3]) + 127) / 255);
}

// Copies `part` of `picture`, resized, to the tile of `sheet` whose corner is (x, y).
void paste_resized(const ImageU8& picture, const PixelRect& part, ImageU8& sheet, int x, int y, int width,
                   int height) {
  const ImageU8 tile = resample_window(picture,
                                       {static_cast<double>(part.x), static_cast<double>(part.y),
                                        static_cast<double>(part.width), static_cast<double>(part.height)},
                                       width, height);
  for (int v = 0; v < height; ++v)
    for (int u = 0; u < width; ++u) {
      const std::uint8_t* p = tile.at(u, v);
      for (int c = 0; c < 3; ++c) sheet.at(x + u, y + v)[c] = over_checks(p, tile.channels, c, u, v);
    }
}

// A rectangle of the given shape around the centre of `box`, `zoom` times as wide as the box, inside the
// frame.
PixelRect framed(const PixelRect& box, float zoom, float height_over_width, const ImageU8& frame) {
  const int width = std::clamp(static_cast<int>(static_cast<float>(box.width) * zoom), 8, frame.width);
  const int height =
      std::clamp(static_cast<int>(static_cast<float>(width) * height_over_width), 8, frame.height);
  return {std::clamp(box.x + box.width / 2 - width / 2, 0, frame.width - width),
          std::clamp(box.y + box.height / 2 - height / 2, 0, frame.height - height), width, height};
}

constexpr float kMouthShape = .8f, kEyesShape = .5f;

}  // namespace

std::vector<SheetPose> sheet_poses() {
  using enum Blendshape;
  FaceCode blink = closed_lips();
  blink.weights[eyeBlinkLeft] = blink.weights[eyeBlinkRight] = 1;
  FaceCode gaze_left = closed_lips(), gaze_up = closed_lips();
  gaze_left.gaze_yaw = -14 * kDegree;
  gaze_up.gaze_pitch = 10 * kDegree;
  return {
      {"neutral", closed_lips()},
      {"p/b/m", shaped({{mouthPressLeft, .5f},
                        {mouthPressRight, .5f},
                        {mouthRollLower, .25f},
                        {mouthRollUpper, .2f},
                        {jawOpen, .05f}},
                       0)},
      {"ah", shaped({{jawOpen, .45f},
                     {mouthLowerDownLeft, .2f},
                     {mouthLowerDownRight, .2f},
                     {mouthUpperUpLeft, .15f},
                     {mouthUpperUpRight, .15f}})},
      {"oo", shaped({{mouthPucker, .75f}, {mouthFunnel, .45f}, {jawOpen, .12f}})},
      {"ee smile", shaped({{mouthSmileLeft, .55f},
                           {mouthSmileRight, .55f},
                           {mouthStretchLeft, .35f},
                           {mouthStretchRight, .35f},
                           {jawOpen, .1f},
                           {mouthLowerDownLeft, .45f},
                           {mouthLowerDownRight, .45f},
                           {mouthUpperUpLeft, .4f},
                           {mouthUpperUpRight, .4f},
                           {cheekSquintLeft, .4f},
                           {cheekSquintRight, .4f}})},
      {"f/v",
       shaped({{mouthRollLower, .6f}, {mouthUpperUpLeft, .12f}, {mouthUpperUpRight, .12f}, {jawOpen, .05f}},
              .022f)},
      {"blink", blink},
      {"gaze left", gaze_left},
      {"gaze up", gaze_up},
      {"yaw +12", turned(12, 0, 0)},
      {"yaw -12", turned(-12, 0, 0)},
      {"pitch +8", turned(0, 8, 0)},
      {"pitch -8", turned(0, -8, 0)},
      {"roll +8", turned(0, 0, 8)},
      {"brow raise", shaped({{browInnerUp, .8f}, {browOuterUpLeft, .8f}, {browOuterUpRight, .8f}}, 0)},
  };
}

ImageU8 contact_sheet(Renderer& renderer, std::span<const SheetPose> poses, int columns, int tile,
                      bool zoom) {
  columns = std::max(columns, 1), tile = std::max(tile, 16);
  const int count = static_cast<int>(poses.size());
  const int tile_height = std::max(8, tile * renderer.height() / renderer.width());
  const int rows = (count + columns - 1) / columns;
  const int mouth_height = static_cast<int>(static_cast<float>(tile) * kMouthShape);
  const int eyes_height = static_cast<int>(static_cast<float>(tile) * kEyesShape);
  ImageU8 sheet(columns * tile, rows * (tile_height + (zoom ? mouth_height + eyes_height : 0)), 3, 32);
  ImageU8 frame(renderer.width(), renderer.height(), renderer.channels());

  // Close-ups follow the face but keep the neutral face's magnification.
  renderer.render(closed_lips(), 0, frame);
  const PixelRect mouth = renderer.report().mouth, eyes = renderer.report().eyes;
  const auto follow = [](const PixelRect& still, const PixelRect& now) -> PixelRect {
    return {now.x + now.width / 2 - still.width / 2, now.y + now.height / 2 - still.height / 2, still.width,
            still.height};
  };
  const int scale = tile >= 480 ? 2 : 1;
  for (int k = 0; k < count; ++k) {
    const SheetPose& pose = poses[static_cast<std::size_t>(k)];
    renderer.render(pose.code, k, frame);
    const int x = k % columns * tile, row = k / columns;
    const auto put = [&](const PixelRect& part, int y, int height) {
      paste_resized(frame, part, sheet, x, y, tile, height);
      draw_label(sheet, x, y, pose.name, scale);
    };
    put({0, 0, frame.width, frame.height}, row * tile_height, tile_height);
    if (!zoom) continue;
    put(framed(follow(mouth, renderer.report().mouth), 1.5f, kMouthShape, frame),
        rows * tile_height + row * mouth_height, mouth_height);
    put(framed(follow(eyes, renderer.report().eyes), 1.25f, kEyesShape, frame),
        rows * (tile_height + mouth_height) + row * eyes_height, eyes_height);
  }
  return sheet;
}

}  // namespace parlante
