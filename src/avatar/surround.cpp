#include "avatar/surround.hpp"

#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cmath>

#include "avatar/framing.hpp"
#include "media/encode_jpeg.hpp"
#include "media/picture.hpp"

namespace parlante {
namespace {

constexpr double kMostPixels = 8e6;
constexpr int kLongestSide = 6000, kLeastSide = 64;
constexpr int kQuality = 92;
constexpr double kHidden = .05;  // of the square's side: what is kept inside its border for the passage
constexpr int kHiddenPx = 17;    // and at least a JPEG block beyond that
constexpr double kNearlyAll = 1.02;

}  // namespace

Result<Surround> make_surround(const ImageU8& photo, const PixelRect& crop) {
  Surround surround;
  const double longer = std::max(photo.width, photo.height), shorter = std::min(photo.width, photo.height);
  if (longer < kNearlyAll * crop.width || shorter < kLeastSide) return surround;
  const double pixels = static_cast<double>(photo.width) * photo.height;
  const double scale = std::min({1.0, static_cast<double>(kWorkingSize) / crop.width,
                                 std::sqrt(kMostPixels / pixels), kLongestSide / longer});
  cv::Mat picture(photo.height, photo.width, CV_8UC(photo.channels),
                  const_cast<std::uint8_t*>(photo.pixels.data()));
  // the resized picture is our own: it is painted into
  cv::Mat small;
  cv::resize(picture, small,
             {std::max(16, static_cast<int>(std::lround(photo.width * scale))),
              std::max(16, static_cast<int>(std::lround(photo.height * scale)))},
             0, 0, scale < 1 ? cv::INTER_AREA : cv::INTER_NEAREST);
  if (photo.channels == 4) cv::cvtColor(small, small, cv::COLOR_RGBA2RGB);
  const double x = static_cast<double>(small.cols) / photo.width,
               y = static_cast<double>(small.rows) / photo.height;
  surround.width = small.cols, surround.height = small.rows;
  surround.left = crop.x * x, surround.top = crop.y * y, surround.side = crop.width * x;
  const double kept = kHidden * surround.side + kHiddenPx;
  const cv::Rect square(static_cast<int>(surround.left), static_cast<int>(surround.top),
                        static_cast<int>(surround.side), static_cast<int>(surround.side));
  cv::Rect hidden(cv::Point(static_cast<int>(square.x + kept), static_cast<int>(square.y + kept)),
                  cv::Point(static_cast<int>(square.x + square.width - kept),
                            static_cast<int>(square.y + square.height - kept)));
  if (hidden.x > square.x && hidden.width > 0 && hidden.br().x < square.br().x && hidden.height > 0)
    small(hidden & cv::Rect(0, 0, small.cols, small.rows)).setTo(cv::mean(small));
  ImageU8 image(small.cols, small.rows, 3);
  small.copyTo(cv::Mat(small.rows, small.cols, CV_8UC3, image.pixels.data()));
  auto jpeg = encode_jpeg(image, kQuality);
  if (!jpeg) return pass_on(std::move(jpeg));
  surround.jpeg = std::move(*jpeg);
  return surround;
}

Result<ImageU8> surround_picture(const Surround& surround) {
  if (surround.width == 0)
    return fail(ErrorKind::usage, "The avatar carries nothing around its square picture.");
  auto picture = decode_picture(surround.jpeg, "The avatar");
  if (!picture || picture->width != surround.width || picture->height != surround.height)
    return fail(ErrorKind::bad_avatar,
                "The avatar's surroundings are damaged; make it again from the photo.");
  return picture;
}

}  // namespace parlante
