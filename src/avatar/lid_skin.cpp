#include <opencv2/imgproc.hpp>

#include "avatar/eyes.hpp"
#include "avatar/membrane.hpp"
#include "avatar/numeric.hpp"
#include "avatar/pixels.hpp"
#include "core/random.hpp"

namespace parlante {
namespace {

constexpr std::array<std::array<std::size_t, 5>, 2> kBrows = {
    {{70, 63, 105, 66, 107}, {336, 296, 334, 293, 300}}};

std::vector<Vec2f> sorted_loop(const PhotoGeometry& g, HeadLoop loop) {
  auto points = g.loop(loop);
  std::stable_sort(points.begin(), points.end(),
                   [](const Vec2f& a, const Vec2f& b) { return a.x() < b.x(); });
  return points;
}

// The region whose skin is made: from above the upper lid to below the lower, a little beyond the corners.
std::vector<Vec2f> lid_region(const PhotoGeometry& g, int eye, const std::vector<Vec2f>& upper,
                              const std::vector<Vec2f>& lower) {
  const float k = g.px_per_cm;
  float brow = 0, lid = 0;
  for (std::size_t i : kBrows[static_cast<std::size_t>(eye)]) brow += g.landmarks[i].y() / 5;
  for (const Vec2f& p : upper) lid += p.y() / static_cast<float>(upper.size());
  const float rise =
      std::max(std::min(.72f * k, .45f * (lid - brow)), .1f * k);  // hooded lids: stays below the fold
  const float before = eye == 0 ? .60f : .30f,
              behind = eye == 0 ? .30f : .60f;  // further at the outer corner
  std::vector<Vec2f> region = {{upper.front().x() - before * k, (upper.front().y() + lower.front().y()) / 2},
                               {upper.back().x() + behind * k, (upper.back().y() + lower.back().y()) / 2}};
  for (const Vec2f& p : upper) region.emplace_back(p.x(), p.y() - rise);
  for (const Vec2f& p : lower) region.emplace_back(p.x(), p.y() + .30f * k);
  return region;
}

// Fine texture like that of the cheek below the right eye, as a tile without seams: noise with the cheek's
// spectrum (random phases; Galerne, Gousseau, Morel 2011), the same phases for all colours. What stands out
// of the cheek (hair, a scarf) is clipped first.
cv::Mat cheek_texture(const PhotoGeometry& g, const cv::Mat& photo) {
  const std::array<Vec2f, 1> cheek = {g.landmarks[50].head<2>()};
  const cv::Rect field = box_around(cheek, .9f * g.px_per_cm, g.size);
  const cv::Mat skin = photo(field);
  std::array<cv::Mat, 3> channels;
  cv::split(skin - blurred(skin, .12 * g.px_per_cm), channels.data());
  cv::Mat phases(skin.size(), CV_32F), window(skin.size(), CV_32F);
  Random random(2);
  for (int y = 0; y < skin.rows; ++y)
    for (int x = 0; x < skin.cols; ++x) {
      phases.at<float>(y, x) = static_cast<float>(random.normal());
      const auto raised = [](int at, int size) {
        return static_cast<float>(std::sin(3.14159265 * (at + .5) / size));
      };
      window.at<float>(y, x) = raised(x, skin.cols) * raised(y, skin.rows) * 2;  // mean square 1
    }
  cv::Mat noise;
  cv::dft(phases / std::sqrt(static_cast<double>(phases.total())), noise, cv::DFT_COMPLEX_OUTPUT);
  for (cv::Mat& channel : channels) {
    std::vector<float> sizes;
    for (int y = 0; y < channel.rows; ++y)
      for (int x = 0; x < channel.cols; ++x) sizes.push_back(std::abs(channel.at<float>(y, x)));
    const double limit = 3 * 1.4826 * median(std::move(sizes));
    channel = cv::min(cv::max(channel, -limit), limit).mul(window);
    cv::Mat spectrum, made;
    cv::dft(channel, spectrum, cv::DFT_COMPLEX_OUTPUT);
    for (int y = 0; y < spectrum.rows; ++y)
      for (int x = 0; x < spectrum.cols; ++x) {
        const auto& c = spectrum.at<cv::Vec2f>(y, x);
        const cv::Vec2f& n = noise.at<cv::Vec2f>(y, x);
        spectrum.at<cv::Vec2f>(y, x) = n * std::hypot(c[0], c[1]);
      }
    cv::idft(spectrum, made, cv::DFT_REAL_OUTPUT | cv::DFT_SCALE);
    channel = made;
  }
  cv::Mat tile;
  cv::merge(channels.data(), 3, tile);
  return tile;
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
  for (std::size_t v = 0; v < static_cast<std::size_t>(g.head.skin_end()); ++v) {
    const Vec3f& p = g.head.neutral[v];
    const float d = nearest_vertex(g.head.neutral, upper, p).distance;
    if (d > 1.15f) continue;
    const float below = nearest_vertex(g.head.neutral, lower, p).distance;
    // what moves with the upper lid: near its margin, above the middle of the opening
    const float above_middle =
        p.y() - .5f * (upper_height(p.x()) + lower_height(p.x())) + (d < .02f ? .05f : 0);
    const float moves = std::exp(-(d / .7f) * (d / .7f)) * smoothstep(-.03f, .03f, above_middle);
    if (moves <= .01f) continue;
    weight[v] = std::max(weight[v],
                         smoothstep(1.15f, .70f, d) * smoothstep(-.02f, .06f, below + (d < .03f ? .1f : 0)));
  }
}

void measure_lashes(const PhotoGeometry& g, const cv::Mat& photo, const std::vector<Vec2f>& upper,
                    float skin_luma, cv::Vec3f& colour, float& amount) {
  const float k = g.px_per_cm;
  const std::vector<Vec2f> margin(upper.begin() + 4, upper.end() - 3);
  colour = percentile(photo(box_around(margin, .1f * k, g.size)), {}, .04, {});
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

LidSkin lid_skin(const PhotoGeometry& g, const cv::Mat& photo, float skin_luma) {
  LidSkin out{{}, std::vector<float>(g.rest.size(), 0.0f), {}, {}};
  const cv::Mat cheek = cheek_texture(g, photo);
  for (int eye = 0; eye < 2; ++eye) {
    const auto i = static_cast<std::size_t>(eye);
    const auto upper = sorted_loop(g, upper_lid(eye)), lower = sorted_loop(g, lower_lid(eye));
    const auto region = lid_region(g, eye, upper, lower);
    const float soft = .10f * g.px_per_cm;
    const cv::Rect part = box_around(region, 4 * soft + 4, g.size);
    cv::Mat whole = cv::Mat::zeros(photo.size(), CV_8U);
    fill_convex_hull(whole, region);
    const cv::Mat hole = whole(part), skin = photo(part);
    cv::Mat fill = blurred(photo(part), 1.5), edge, made(skin.size(), CV_32FC3);
    fill_membrane(fill, hole, 60);
    hole.convertTo(edge, CV_32F);
    edge = blurred(edge, soft);
    for (int y = 0; y < part.height; ++y)
      for (int x = 0; x < part.width; ++x) {
        const float h = edge.at<float>(y, x);
        const cv::Vec3f& texture = cheek.at<cv::Vec3f>((part.y + y) % cheek.rows, (part.x + x) % cheek.cols);
        made.at<cv::Vec3f>(y, x) =
            skin.at<cv::Vec3f>(y, x) * (1 - h) + (fill.at<cv::Vec3f>(y, x) + texture * .8f) * h;
      }
    out.skin[i] = {{part.x, part.y, part.width, part.height}, to_u8(made)};
    mark_weight(g, eye, out.weight);
    measure_lashes(g, photo, upper, skin_luma, out.lash_colour[i], out.lash_amount[i]);
  }
  return out;
}

}  // namespace parlante
