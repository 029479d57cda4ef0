#include "avatar/framing.hpp"

#include <opencv2/imgproc.hpp>

#include "avatar/pixels.hpp"

namespace parlante {
namespace {

constexpr float kSmallFace = .105f;                     // iris distance over the picture's shorter side
constexpr float kFrameWidth = 6.3f, kFrameDrop = .75f;  // in iris distances

}  // namespace

cv::Rect framing_square(int width, int height, const Landmarks& landmarks) noexcept {
  const int shorter = std::min(width, height);
  const Eigen::Vector2f right = landmarks[kIrisRight].head<2>(), left = landmarks[kIrisLeft].head<2>();
  const float distance = (right - left).norm();
  int side = shorter;
  if (distance < kSmallFace * static_cast<float>(shorter))
    side = std::clamp(static_cast<int>(std::lround(kFrameWidth * distance)), 1, shorter);
  const Eigen::Vector2f centre = (right + left) / 2 + Eigen::Vector2f(0, kFrameDrop * distance);
  const auto start = [side](float middle, int limit) {
    return static_cast<int>(std::clamp(std::round(middle - static_cast<float>(side) / 2), 0.0f,
                                       static_cast<float>(limit - side)));
  };
  return {start(centre.x(), width), start(centre.y(), height), side, side};
}

Result<FramedPhoto> frame_photo(const ImageU8& photo, const Face& face, FaceTracker& tracker) {
  FramedPhoto framed;
  framed.crop = framing_square(photo.width, photo.height, face.landmarks);
  const cv::Mat whole(photo.height, photo.width, CV_8UC(photo.channels),
                      const_cast<std::uint8_t*>(photo.pixels.data()));
  cv::Mat square = whole(framed.crop);
  if (photo.channels == 4) cv::cvtColor(square, square, cv::COLOR_RGBA2RGB);
  const bool shrinks = framed.crop.width > kWorkingSize;
  if (framed.crop.width != kWorkingSize)
    cv::resize(square, square, {kWorkingSize, kWorkingSize}, 0, 0,
               shrinks ? cv::INTER_AREA : cv::INTER_CUBIC);
  square.convertTo(framed.picture, CV_32F);

  const float scale = static_cast<float>(kWorkingSize) / static_cast<float>(framed.crop.width);
  const Eigen::Vector2f offset(static_cast<float>(framed.crop.x), static_cast<float>(framed.crop.y));
  const Eigen::Vector2f expected = (face.landmarks[1].head<2>() - offset) * scale;  // the nose's tip
  const float reach = face.outer_eye_distance() * scale;
  float nearest = reach;
  for (const Face& found : tracker.find(to_u8(framed.picture))) {
    const float away = (found.landmarks[1].head<2>() - expected).norm();
    if (away >= nearest) continue;
    nearest = away;
    framed.face = found;
  }
  if (nearest >= reach)
    return fail(ErrorKind::no_face,
                "The face could not be followed closely enough; take a sharper photo that shows the face "
                "from the front.");
  return framed;
}

}  // namespace parlante
