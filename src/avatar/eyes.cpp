#include "avatar/eyes.hpp"

#include <Eigen/QR>
#include <opencv2/imgproc.hpp>

#include "avatar/membrane.hpp"
#include "avatar/numeric.hpp"
#include "avatar/pixels.hpp"
#include "core/curves.hpp"

namespace parlante {
namespace {

constexpr int kRings = 24;            // of the iris's radial profile, from the pupil to its rim
constexpr float kScleraFrom = 1.24f;  // iris radii; the renderer shows the moving iris to there

// The sphere through the eyeball's vertices, moved with the lids' residual.
void place_ball(const PhotoGeometry& g, int eye, EyeLayer& layer) {
  const VertexRange range = g.head.part(eye == 0 ? HeadPart::eye_right : HeadPart::eye_left);
  Eigen::MatrixX4f a(range.size(), 4);
  Eigen::VectorXf b(range.size());
  for (int i = 0; i < range.size(); ++i) {
    const Vec3f& v = g.fit.base[static_cast<std::size_t>(range.begin + i)];
    a.row(i) << 2 * v.x(), 2 * v.y(), 2 * v.z(), 1;
    b[i] = v.squaredNorm();
  }
  const Eigen::Vector4f x = a.colPivHouseholderQr().solve(b);
  layer.centre = x.head<3>();
  layer.radius = std::sqrt(x[3] + layer.centre.squaredNorm());
  Vec3f shift = Vec3f::Zero();
  int count = 0;
  for (HeadLoop lid : {upper_lid(eye), lower_lid(eye)})
    for (std::int32_t v : g.head.loop(lid)) shift += g.fit.residual[static_cast<std::size_t>(v)], ++count;
  layer.centre += shift / static_cast<float>(std::max(count, 1));
}

// Where the ray through the iris meets the ball.
Vec3f gaze_of(const PhotoGeometry& g, const EyeLayer& layer) {
  const auto f = static_cast<float>(g.fit.camera.focal_px);
  const Vec3f ray((layer.iris_centre.x() - static_cast<float>(g.fit.camera.cx)) / f,
                  -(layer.iris_centre.y() - static_cast<float>(g.fit.camera.cy)) / f, -1);
  const Vec3f from = -(g.rotation.transpose() * g.translation),
              along = g.rotation.transpose() * ray.normalized();
  const Vec3f to_camera = from - layer.centre;
  const float b = along.dot(to_camera), c = to_camera.squaredNorm() - layer.radius * layer.radius;
  const float t = -b - std::sqrt(std::max(b * b - c, 0.0f));
  return (from + t * along - layer.centre).normalized();
}

// The eye's opening in a part of the photo, with its colours, and each pixel's distance from the iris's
// centre in iris radii.
struct Opening {
  cv::Mat photo, core, radius;
  cv::Vec2f iris;  // centre, px of the part
};

cv::Mat whites_of(const Opening& o, const cv::Mat& brightness) {
  cv::Mat white(o.core.size(), CV_8U, cv::Scalar(0));
  std::vector<float> values;
  for (int y = 0; y < white.rows; ++y)
    for (int x = 0; x < white.cols; ++x)
      if (o.core.at<std::uint8_t>(y, x) && o.radius.at<float>(y, x) > 1.18f) {
        white.at<std::uint8_t>(y, x) = 1;
        values.push_back(brightness.at<float>(y, x));
      }
  if (values.size() <= 20) return white;
  const float least = .8f * percentile(std::move(values), .35);  // not lashes, not the corner's shadow
  white.setTo(0, brightness <= least);
  return white;
}

// The iris by rings: the median colour of what is seen of each, the ring inside it where nothing is.
std::array<cv::Vec3f, kRings + 7> iris_profile(const Opening& o) {
  std::array<cv::Vec3f, kRings + 7> profile{};
  for (std::size_t ring = 0; ring < profile.size(); ++ring) {
    cv::Mat seen(o.core.size(), CV_8U, cv::Scalar(0));
    int count = 0;
    for (int y = 0; y < seen.rows; ++y)
      for (int x = 0; x < seen.cols; ++x) {
        const float r = o.radius.at<float>(y, x);
        const bool in =
            o.core.at<std::uint8_t>(y, x) && r <= 1.12f && static_cast<std::size_t>(r * kRings) == ring;
        seen.at<std::uint8_t>(y, x) = in;
        count += in;
      }
    profile[ring] = count > 2  ? percentile(o.photo, seen, .5, {})
                    : ring > 0 ? profile[ring - 1]
                               : cv::Vec3f{};
  }
  for (std::size_t ring = profile.size() - 1;
       ring-- > 0;)  // a pupil that nothing shows takes the ring outside it
    if (profile[ring] == cv::Vec3f{}) profile[ring] = profile[ring + 1];
  return profile;
}

struct EyePictures {
  cv::Mat iris;    // what turns: the photo's eye, completed where lids hide it
  cv::Mat sclera;  // what stays: the photo's eye without its iris
};

EyePictures completed(const Opening& o, const cv::Mat& white) {
  cv::Mat sclera = o.photo.clone(), out(o.photo.size(), CV_32FC3), still(o.photo.size(), CV_32FC3), sight;
  // Far from what is seen it is plain white of the eye, not what the corner's red or the lid's shadow goes
  // over into.
  cv::Mat unknown = white == 0;
  const cv::Vec3f bright = percentile(o.photo, white, .7, {200, 195, 190});
  const float grey = (bright[0] + bright[1] + bright[2]) / 3;
  const cv::Vec3f plain = (bright + cv::Vec3f::all(grey)) * .45f;
  cv::Mat frame(white.size(), CV_8U, cv::Scalar(255));
  frame(cv::Rect(1, 1, white.cols - 2, white.rows - 2)).setTo(0);
  sclera.setTo(cv::Scalar(plain), frame);
  unknown.setTo(0, frame);
  fill_membrane(sclera, unknown);
  const auto profile = iris_profile(o);
  o.core.convertTo(sight, CV_32F);
  sight = blurred(sight, 1.2);
  for (int y = 0; y < out.rows; ++y)
    for (int x = 0; x < out.cols; ++x) {
      const float r = o.radius.at<float>(y, x);
      cv::Vec3f iris = profile[std::min(static_cast<std::size_t>(r * kRings), profile.size() - 1)];
      if (r <= 1.12f && !o.core.at<std::uint8_t>(y, x)) {
        // hidden: half from the place mirrored below the centre, where that is seen
        const int mirrored = std::clamp(cvRound(2 * o.iris[1] - static_cast<float>(y) - 1), 0, out.rows - 1);
        if (o.core.at<std::uint8_t>(mirrored, x) && o.radius.at<float>(mirrored, x) <= 1.12f)
          iris = iris * .5f + o.photo.at<cv::Vec3f>(mirrored, x) * (.5f * .92f);
      }
      const float in_iris = smoothstep(1.16f, 1.0f, r);
      const cv::Vec3f made = sclera.at<cv::Vec3f>(y, x) * (1 - in_iris) + iris * in_iris;
      const float seen = std::clamp(2 * sight.at<float>(y, x) - 1, 0.0f, 1.0f);
      out.at<cv::Vec3f>(y, x) = o.photo.at<cv::Vec3f>(y, x) * seen + made * (1 - seen);
      const float kept = seen * smoothstep(kScleraFrom, kScleraFrom + .1f, r);
      still.at<cv::Vec3f>(y, x) =
          o.photo.at<cv::Vec3f>(y, x) * kept + sclera.at<cv::Vec3f>(y, x) * (1 - kept);
    }
  return {out, still};
}

// What stands out brightly from the iris: reflections of the light, which lag behind
// when the eye turns.
cv::Mat highlight_of(const Opening& o, const cv::Mat& eye, const cv::Mat& brightness, float px_per_cm) {
  cv::Mat calm, out(eye.size(), CV_32FC3, cv::Scalar::all(0));
  eye.convertTo(calm, CV_8U);
  cv::medianBlur(calm, calm, px_per_cm < 30 ? 5 : 9);
  std::vector<float> known;
  for (int y = 0; y < eye.rows; ++y)
    for (int x = 0; x < eye.cols; ++x)
      if (o.core.at<std::uint8_t>(y, x) && o.radius.at<float>(y, x) <= 1.12f)
        known.push_back(brightness.at<float>(y, x));
  if (known.size() <= 5) return out;
  const float bright = 1.6f * median(std::move(known));
  for (int y = 0; y < eye.rows; ++y)
    for (int x = 0; x < eye.cols; ++x) {
      if (!o.core.at<std::uint8_t>(y, x) || o.radius.at<float>(y, x) >= 1.05f ||
          brightness.at<float>(y, x) <= bright)
        continue;
      const cv::Vec3f over =
          eye.at<cv::Vec3f>(y, x) - cv::Vec3f(calm.at<cv::Vec3b>(y, x)) - cv::Vec3f::all(12);
      for (int c = 0; c < 3; ++c) out.at<cv::Vec3f>(y, x)[c] = std::clamp(over[c], 0.0f, 255.0f);
    }
  return blurred(out, .7);
}

}  // namespace

MadeEye make_eye(const PhotoGeometry& g, const cv::Mat& photo, int eye) {
  MadeEye made;
  EyeLayer& layer = made.layer;
  place_ball(g, eye, layer);
  const std::size_t iris = eye == 0 ? kIrisRight : kIrisLeft;
  layer.iris_centre = g.landmarks[iris].head<2>();
  for (std::size_t k = 1; k <= 4; ++k)
    layer.iris_radius_px += (g.landmarks[iris + k].head<2>() - layer.iris_centre).norm() / 4;
  layer.iris_radius_px = std::max(layer.iris_radius_px, 1.0f);
  layer.gaze = gaze_of(g, layer);

  const auto ring = g.ring(upper_lid(eye), lower_lid(eye));
  cv::Rect part = box_around(ring, g.px_per_cm, g.size);
  if (part.width < 8 || part.height < 8) part = {0, 0, g.size, g.size};  // an eye outside the picture
  cv::Mat mask = cv::Mat::zeros(photo.size(), CV_8U);
  fill_polygon(mask, ring);
  cv::erode(mask, mask, disc(std::max(1, static_cast<int>(.05f * g.px_per_cm))));
  Opening o{photo(part).clone(),
            mask(part).clone(),
            cv::Mat(part.size(), CV_32F),
            {layer.iris_centre.x() - static_cast<float>(part.x),
             layer.iris_centre.y() - static_cast<float>(part.y)}};
  cv::Mat brightness(part.size(), CV_32F);
  for (int y = 0; y < part.height; ++y)
    for (int x = 0; x < part.width; ++x) {
      const cv::Vec3f& c = o.photo.at<cv::Vec3f>(y, x);
      brightness.at<float>(y, x) = (c[0] + c[1] + c[2]) / 3;
      o.radius.at<float>(y, x) =
          std::hypot(static_cast<float>(x) + .5f - o.iris[0], static_cast<float>(y) + .5f - o.iris[1]) /
          layer.iris_radius_px;
    }
  const cv::Mat white = whites_of(o, brightness);
  made.sclera = cv::countNonZero(white) > 20 ? percentile(o.photo, white, .5, {}) : cv::Vec3f{200, 195, 190};
  if (cv::countNonZero(white) == 0) o.photo.setTo(cv::Scalar(200, 195, 190), o.core & (o.radius > 1.18));
  const EyePictures whole = completed(o, white);
  const cv::Mat highlight = highlight_of(o, whole.iris, brightness, g.px_per_cm);
  layer.texture = {{part.x, part.y, part.width, part.height}, to_u8(whole.iris - highlight)};
  layer.sclera = {layer.texture.rect, to_u8(whole.sclera)};
  layer.highlight = {layer.texture.rect, to_u8(highlight)};
  return made;
}

}  // namespace parlante
