#include "avatar/eyes.hpp"
#include "avatar/numeric.hpp"
#include "avatar/pixels.hpp"
#include "avatar/shut_lid.hpp"
#include "avatar/skin_texture.hpp"
#include "core/curves.hpp"

namespace parlante {
namespace {

std::vector<Vec2f> sorted_loop(const PhotoGeometry& g, HeadLoop loop) {
  auto points = g.loop(loop);
  std::stable_sort(points.begin(), points.end(),
                   [](const Vec2f& a, const Vec2f& b) { return a.x() < b.x(); });
  return points;
}

void mark_weight(const PhotoGeometry& g, int eye, std::vector<float>& weight) {
  const auto& upper = g.head.loop(upper_lid(eye));
  const auto& lower = g.head.loop(lower_lid(eye));
  const auto curve = [&](const std::vector<std::int32_t>& ids) {
    std::vector<Vec2f> points;
    for (std::int32_t v : ids) points.push_back(g.head.neutral[static_cast<std::size_t>(v)].head<2>());
    return Curve(std::move(points));
  };
  const Curve upper_height = curve(upper), lower_height = curve(lower);
  const float outwards = eye == 0 ? -1.f : 1.f;
  const Vec3f& corner = g.head.neutral[static_cast<std::size_t>(eye == 0 ? upper.front() : upper.back())];
  for (std::size_t v = 0; v < static_cast<std::size_t>(g.head.skin_end()); ++v) {
    const Vec3f& p = g.head.neutral[v];
    const float d = nearest_vertex(g.head.neutral, upper, p).distance;
    if (d > 1.5f) continue;
    // beside the outer corner, where lashes reach: outside the made region its picture is the photo
    weight[v] = std::max(weight[v], smoothstep(1.4f, 1.05f, (p - corner).norm()) *
                                        smoothstep(.0f, .10f, outwards * (p.x() - corner.x())));
    const float below = nearest_vertex(g.head.neutral, lower, p).distance;
    // what moves with the upper lid: near its margin, above the middle of the opening
    const float above_middle =
        p.y() - .5f * (upper_height(p.x()) + lower_height(p.x())) + (d < .02f ? .05f : 0);
    // (the lids' thickness near the corners: by the nearer margin)
    const float moves = std::exp(-(d / .7f) * (d / .7f)) *
                        std::max(smoothstep(-.03f, .03f, above_middle), smoothstep(-.02f, .02f, below - d));
    if (moves <= .01f) continue;
    weight[v] = std::max(weight[v], smoothstep(1.15f, .70f, d) *
                                        smoothstep(-.02f, .06f, below + (d < below + .02f ? .1f : 0)));
  }
}

void measure_lashes(const PhotoGeometry& g, const cv::Mat& photo, const std::vector<Vec2f>& upper,
                    float skin_luma, cv::Vec3f& colour, float& amount) {
  const float k = g.px_per_cm;
  const std::vector<Vec2f> margin(upper.begin() + 4, upper.end() - 3);
  colour = percentile(photo(box_around(margin, .1f * k, g.size)), {}, .04, {});
  // Dark pixels beside a blue eye or in a cold shadow are bluish; hair is black, grey or brown.
  colour = {std::max(colour[0], luma(colour)), colour[1], std::min(colour[2], .95f * luma(colour))};
  std::vector<float> values;
  for (std::size_t i = 6; i + 6 < upper.size(); ++i) {
    const int x = std::clamp(static_cast<int>(upper[i].x()), 0, g.size - 1);
    const int y = std::clamp(static_cast<int>(upper[i].y() - .10f * k), 0, g.size - 1);
    const cv::Vec3f& c = photo.at<cv::Vec3f>(y, x);
    values.push_back((c[0] + c[1] + c[2]) / 3);
  }
  amount =
      std::clamp(1.2f * (1 - median(std::move(values), skin_luma) / std::max(skin_luma, 1.0f)), .25f, 1.0f);
}

}  // namespace

LidSkin lid_skin(const PhotoGeometry& g, const cv::Mat& photo, const FaceLight& light,
                 const std::array<EyeLayer, 2>& eyes) {
  LidSkin out{{}, std::vector<float>(g.rest.size(), 0.0f), {}, {}};
  const cv::Mat detail = skin_texture(g, photo);
  for (int eye = 0; eye < 2; ++eye) {
    const auto i = static_cast<std::size_t>(eye);
    out.skin[i] = shut_lid(g, photo, eye, eyes[i], light.harmonics, detail);
    mark_weight(g, eye, out.weight);
    measure_lashes(g, photo, sorted_loop(g, upper_lid(eye)), light.skin_luma, out.lash_colour[i],
                   out.lash_amount[i]);
  }
  return out;
}

}  // namespace parlante
