#include "treatments.hpp"

#include <algorithm>
#include <opencv2/imgproc.hpp>
#include <utility>

#include "core/random.hpp"
#include "recode.hpp"

namespace parlante::mark_study {
namespace {

using Frames = std::vector<ImageU8>;

cv::Mat view_of(const ImageU8& picture) {
  return {picture.height, picture.width, CV_8UC3, const_cast<std::uint8_t*>(picture.pixels.data())};
}

ImageU8 image_of(const cv::Mat& pixels) {
  ImageU8 picture(pixels.cols, pixels.rows, 3);
  pixels.copyTo(view_of(picture));
  return picture;
}

Result<Frames> coded(const Frames& frames, const std::string& encoder, int crf) {
  auto result = recode(frames, encoder, crf);
  if (!result) return pass_on(std::move(result));
  return std::move(result->frames);
}

Treatment through(const std::string& title, const std::string& encoder, int crf) {
  return {title + " CRF " + std::to_string(crf),
          [=](const Frames& frames) { return coded(frames, encoder, crf); }};
}

/// A change of each picture after it was encoded as films are (H.264, CRF 23).
Treatment each(const std::string& name, std::function<cv::Mat(const cv::Mat&)> change) {
  return {name, [=](const Frames& frames) -> Result<Frames> {
            auto start = coded(frames, "libx264", 23);
            if (!start) return start;
            for (ImageU8& frame : *start) frame = image_of(change(view_of(frame)));
            return start;
          }};
}

Treatment scaled(double scale) {
  return each("scaled by " + std::to_string(scale).substr(0, 4), [=](const cv::Mat& in) {
    cv::Mat out;
    cv::resize(in, out, {}, scale, scale, scale < 1 ? cv::INTER_AREA : cv::INTER_CUBIC);
    return out;
  });
}

cv::Mat part(const cv::Mat& in, double share) {
  const int width = static_cast<int>(in.cols * share), height = static_cast<int>(in.rows * share);
  return in(cv::Rect((in.cols - width) * 2 / 3, (in.rows - height) / 3, width, height)).clone();
}

cv::Mat toned(const cv::Mat& in, double contrast, double brightness) {
  cv::Mat out;
  in.convertTo(out, -1, contrast, brightness);
  return out;
}

cv::Mat with_gamma(const cv::Mat& in, double gamma) {
  cv::Mat table(1, 256, CV_8U), out;
  for (int i = 0; i < 256; ++i)
    table.at<std::uint8_t>(i) = cv::saturate_cast<std::uint8_t>(255 * std::pow(i / 255., gamma));
  cv::LUT(in, table, out);
  return out;
}

cv::Mat noisy(const cv::Mat& in, double deviation) {
  Random random(11);
  cv::Mat out = in.clone();
  for (int y = 0; y < out.rows; ++y)
    for (int i = 0; i < 3 * out.cols; ++i)
      out.ptr(y)[i] = cv::saturate_cast<std::uint8_t>(out.ptr(y)[i] + deviation * random.normal());
  return out;
}

/// A player's window of odd size, in a larger grey screen, photographed by the system.
cv::Mat screenshot(const cv::Mat& in) {
  cv::Mat sized;
  cv::resize(in, sized, {}, 1.173, 1.173, cv::INTER_LINEAR);
  cv::Mat screen(sized.rows + 97, sized.cols + 211, in.type(), cv::Scalar(43, 44, 47));
  sized.copyTo(screen(cv::Rect(131, 60, sized.cols, sized.rows)));
  return screen;
}

Treatment first(std::size_t count, int crf) {
  return {
      (count == 1 ? "one frame" : std::to_string(count) + " frames") + " of H.264 CRF " + std::to_string(crf),
      [=](const Frames& frames) -> Result<Frames> {
        auto start = coded(frames, "libx264", crf);
        if (start) start->resize(std::min(count, start->size()));
        return start;
      }};
}

}  // namespace

std::vector<Treatment> treatments() {
  std::vector<Treatment> all{{"as made", [](const Frames& frames) -> Result<Frames> { return frames; }}};
  for (const int crf : {18, 23, 28, 32, 36, 40}) all.push_back(through("H.264", "libx264", crf));
  for (const int crf : {24, 30, 36}) all.push_back(through("H.265", "libx265", crf));
  for (const int crf : {30, 40, 50}) all.push_back(through("VP9", "libvpx-vp9", crf));
  for (const int crf : {30, 40, 50}) all.push_back(through("AV1", "libsvtav1", crf));
  for (const double scale : {.4, .5, .7, .9, 1.25, 1.5, 2.}) all.push_back(scaled(scale));
  all.push_back(each("cut to 80 %", [](const cv::Mat& in) { return part(in, .8); }));
  all.push_back(each("cut to 50 %", [](const cv::Mat& in) { return part(in, .5); }));
  all.push_back(each("darker by 40 levels", [](const cv::Mat& in) { return toned(in, 1, -40); }));
  all.push_back(each("contrast .6", [](const cv::Mat& in) { return toned(in, .6, 50); }));
  all.push_back(each("contrast 1.4", [](const cv::Mat& in) { return toned(in, 1.4, -40); }));
  all.push_back(each("gamma .6", [](const cv::Mat& in) { return with_gamma(in, .6); }));
  all.push_back(each("gamma 1.6", [](const cv::Mat& in) { return with_gamma(in, 1.6); }));
  all.push_back(each("blurred, sigma 1.5 px", [](const cv::Mat& in) {
    cv::Mat out;
    cv::GaussianBlur(in, out, {}, 1.5);
    return out;
  }));
  all.push_back(each("noise of 8 levels", [](const cv::Mat& in) { return noisy(in, 8); }));
  all.push_back(each("screenshot of a window 1.17 times as large", screenshot));
  all.push_back(each("mirrored", [](const cv::Mat& in) {
    cv::Mat out;
    cv::flip(in, out, 1);
    return out;
  }));
  for (const std::size_t count : {std::size_t{10}, std::size_t{1}})
    for (const int crf : {23, 32}) all.push_back(first(count, crf));
  all.push_back({"every second frame, H.264 CRF 28", [](const Frames& frames) -> Result<Frames> {
                   Frames half;
                   for (std::size_t i = 0; i < frames.size(); i += 2) half.push_back(frames[i]);
                   return coded(half, "libx264", 28);
                 }});
  return all;
}

}  // namespace parlante::mark_study
