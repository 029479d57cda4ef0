#include <Eigen/Dense>
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

constexpr std::array<std::array<std::size_t, 10>, 2> kBrowOutline = {
    {{70, 63, 105, 66, 107, 46, 53, 52, 65, 55}, {336, 296, 334, 293, 300, 276, 283, 282, 295, 285}}};

const cv::Vec3f kLidTone = {.975f, .945f,
                            .935f};  // of a lid against the skin above it: thin, a little redder
constexpr float kInLight = .45f;     // share of skin in light in the colour of a lid's middle
constexpr float kKeptShade = .35f;   // power: of the socket's shade on a shut lid
constexpr float kFromBelow = .25f;   // share of the colour under the eye in the upper lid's

std::vector<Vec2f> sorted_loop(const PhotoGeometry& g, HeadLoop loop) {
  auto points = g.loop(loop);
  std::stable_sort(points.begin(), points.end(),
                   [](const Vec2f& a, const Vec2f& b) { return a.x() < b.x(); });
  return points;
}

// How far above the upper margin skin is made, px. Hooded lids: it stays below the fold.
float lid_rise(const PhotoGeometry& g, int eye, const std::vector<Vec2f>& upper) {
  const float k = g.px_per_cm;
  float brow = 0, lid = 0;
  for (std::size_t i : kBrows[static_cast<std::size_t>(eye)]) brow += g.landmarks[i].y() / 5;
  for (const Vec2f& p : upper) lid += p.y() / static_cast<float>(upper.size());
  return std::max(std::min(.72f * k, .45f * (lid - brow)), .1f * k);
}

// The region whose skin is made: from above the upper lid to below the lower, a little beyond the inner
// corner and round the lashes of the outer one.
std::vector<Vec2f> lid_region(const PhotoGeometry& g, int eye, const std::vector<Vec2f>& upper,
                              const std::vector<Vec2f>& lower, float rise) {
  const float k = g.px_per_cm;
  const Vec2f right = (upper.front() + lower.front()) / 2, left = (upper.back() + lower.back()) / 2;
  const Vec2f inner = eye == 0 ? left : right, outer = eye == 0 ? right : left;
  const float outwards = eye == 0 ? -1.f : 1.f;
  std::vector<Vec2f> region = {{inner.x() - outwards * .30f * k, inner.y()}};
  for (float turn = -1.2f; turn <= 1.25f; turn += .4f)
    region.emplace_back(outer.x() + outwards * .62f * k * std::cos(turn),
                        outer.y() - std::min(.42f * k, rise) * std::sin(turn));
  for (const Vec2f& p : upper) region.emplace_back(p.x(), p.y() - rise);
  for (const Vec2f& p : lower) region.emplace_back(p.x(), p.y() + .30f * k);
  return region;
}

// What is darker than the skin on both sides of it: lashes, liner, the lid's fold.
cv::Mat dark_lines(const cv::Mat& photo, float px_per_cm) {
  cv::Mat light = blurred(luma(photo), 1), skin;
  cv::morphologyEx(light, skin, cv::MORPH_CLOSE, disc(std::max(2, static_cast<int>(.36f * px_per_cm))));
  cv::Mat dark = (skin - light) > cv::max(.10 * skin, 5);
  cv::dilate(dark, dark, disc(std::max(1, static_cast<int>(.03f * px_per_cm))));
  return dark;
}

cv::Mat brow_of(const PhotoGeometry& g, int eye, const cv::Rect& part) {
  std::vector<Vec2f> outline;
  for (std::size_t i : kBrowOutline[static_cast<std::size_t>(eye)])
    outline.push_back(g.landmarks[i].head<2>());
  cv::Mat whole = cv::Mat::zeros(g.size, g.size, CV_8U), out;
  fill_convex_hull(whole, outline);
  cv::dilate(whole(part), out, disc(std::max(1, static_cast<int>(.14f * g.px_per_cm))));
  return out != 0;
}

// Far darker than the skin round the lid: hair, a scarf, black behind the face's rim.
cv::Mat not_skin(const cv::Mat& photo, const cv::Mat& hole) {
  const cv::Vec3f skin = percentile(photo, hole == 0, .6, {0, 0, 0});
  return blurred(luma(photo), 1) < .5 * luma(skin);
}

// The photo where it is known, as a mean over about `sigma` px of what is known; then a membrane.
cv::Mat filled(const cv::Mat& photo, const cv::Mat& unknown, double sigma) {
  cv::Mat known, weights, out;
  cv::Mat(unknown == 0).convertTo(known, CV_32F, 1 / 255.);
  cv::Mat known3;
  cv::merge(std::array<cv::Mat, 3>{known, known, known}.data(), 3, known3);
  weights = blurred(known, sigma);
  cv::merge(std::array<cv::Mat, 3>{weights, weights, weights}.data(), 3, weights);
  out = blurred(photo.mul(known3), sigma) / cv::max(weights, 1e-3);
  fill_membrane(out, unknown, 60);
  return out;
}

// Skin that lies in the light, as a plane of colours through the known pixels: shadows, folds and lines weigh
// little. What a lid looks like that bulges forward from its socket.
cv::Mat skin_in_light(const cv::Mat& photo, const cv::Mat& unknown) {
  std::vector<Eigen::Vector3f> places, colours;
  const auto place_of = [&](int x, int y) {
    return Eigen::Vector3f(1, 2 * static_cast<float>(x) / static_cast<float>(photo.cols) - 1,
                           2 * static_cast<float>(y) / static_cast<float>(photo.rows) - 1);
  };
  for (int y = 0; y < photo.rows; y += 2)
    for (int x = 0; x < photo.cols; x += 2)
      if (!unknown.at<std::uint8_t>(y, x)) {
        const cv::Vec3f& c = photo.at<cv::Vec3f>(y, x);
        places.push_back(place_of(x, y)), colours.emplace_back(c[0], c[1], c[2]);
      }
  Eigen::Matrix3f plane = Eigen::Matrix3f::Zero();  // colour = plane^T place
  const Eigen::Vector3f to_luma(.299f, .587f, .114f);
  for (int pass = 0; pass < 6; ++pass) {
    Eigen::Matrix3f normal =
        Eigen::Vector3f(1e-3f, .05f, .05f).asDiagonal() * static_cast<float>(places.size() + 1);
    Eigen::Matrix3f right = Eigen::Matrix3f::Zero();
    for (std::size_t i = 0; i < places.size(); ++i) {
      const float darker = to_luma.dot(plane.transpose() * places[i] - colours[i]);
      const float weight = pass == 0 ? 1.f : darker > 0 ? .25f : 1.f;
      normal += weight * places[i] * places[i].transpose();
      right += weight * places[i] * colours[i].transpose();
    }
    plane = normal.ldlt().solve(right);
  }
  cv::Mat out(photo.size(), CV_32FC3);
  for (int y = 0; y < photo.rows; ++y)
    for (int x = 0; x < photo.cols; ++x) {
      const Eigen::Vector3f c = plane.transpose() * place_of(x, y);
      for (int k = 0; k < 3; ++k) out.at<cv::Vec3f>(y, x)[k] = std::clamp(c[k], 0.f, 255.f);
    }
  return out;
}

// How dark the open lid lies in the shade of its socket: its skin between margin and fold, of which lashes
// cover a part, over what would be painted there. A shut lid comes forward: it keeps a part of that.
float shade_of_socket(const PhotoGeometry& g, const cv::Mat& photo, const cv::Mat& fill, const cv::Rect& part,
                      const std::vector<Vec2f>& upper, float rise) {
  std::vector<float> seen, painted;
  for (std::size_t i = upper.size() / 6; i < upper.size() - upper.size() / 6; ++i)
    for (float above = .12f * g.px_per_cm; above < std::max(rise, .3f * g.px_per_cm); above += 1) {
      const int x = static_cast<int>(upper[i].x()) - part.x,
                y = static_cast<int>(upper[i].y() - above) - part.y;
      if (x < 0 || y < 0 || x >= part.width || y >= part.height) continue;
      seen.push_back(luma(photo.at<cv::Vec3f>(y, x))), painted.push_back(luma(fill.at<cv::Vec3f>(y, x)));
    }
  const float ratio = percentile(std::move(seen), .7, 1) / std::max(median(std::move(painted), 1), 1.f);
  return std::pow(std::clamp(ratio, .4f, 1.f), kKeptShade);
}

// Light on a shut lid: its bulge over the ball, and the fold above it. A factor at each pixel of `part`.
cv::Mat lid_relief(const cv::Rect& part, const std::vector<Vec2f>& upper, const std::vector<Vec2f>& lower,
                   float rise, float px_per_cm) {
  const Curve top(upper), line(lower);
  const float from = upper.front().x(), width = std::max(upper.back().x() - from, 1.f);
  cv::Mat factor(part.size(), CV_32F, cv::Scalar(1));
  for (int y = 0; y < part.height; ++y)
    for (int x = 0; x < part.width; ++x) {
      const float px = static_cast<float>(part.x + x) + .5f, py = static_cast<float>(part.y + y) + .5f;
      const float along = (px - from) / width;
      if (along <= 0 || along >= 1) continue;
      const float fold = top(px) - .55f * rise, shut = line(px);
      const float middle = (py - .5f * (fold + shut)) / std::max(.5f * (shut - fold), 1.f);
      const float groove = (py - fold) / (.11f * rise);
      const float ends = std::sin(3.14159265f * along) * std::min(1.f, rise / (.5f * px_per_cm));
      factor.at<float>(y, x) +=
          ends * (.04f * std::exp(-2.5f * middle * middle) - .08f * std::exp(-.5f * groove * groove) -
                  .06f * smoothstep(.45f, 1.f, middle));
    }
  return factor;
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
    const float k = g.px_per_cm, soft = .14f * k, rise = lid_rise(g, eye, upper);
    const auto region = lid_region(g, eye, upper, lower, rise);
    const cv::Rect part = box_around(region, .45f * k + 4 * soft + 4, g.size);
    cv::Mat whole = cv::Mat::zeros(photo.size(), CV_8U);
    fill_convex_hull(whole, region);
    const cv::Mat skin = photo(part);
    cv::Mat hole = whole(part), near, edge, made(skin.size(), CV_32FC3);
    // Dark lines that leave the region go with it; the brow stays, and lends no colour.
    cv::dilate(hole, near, disc(std::max(1, static_cast<int>(.32f * k))));
    const cv::Mat brow = brow_of(g, eye, part);
    near.setTo(0, brow);
    const Curve line(lower);
    cv::Mat lines = dark_lines(skin, k) & near;
    for (int y = 0; y < part.height; ++y)
      for (int x = 0; x < part.width; ++x)
        if (static_cast<float>(part.y + y) > line(static_cast<float>(part.x + x)) + .2f * k)
          lines.at<std::uint8_t>(y, x) = 0;  // lower lashes stay
    hole = (hole != 0) | (lines != 0);
    cv::dilate(hole, hole,
               disc(std::max(1, static_cast<int>(soft))));  // what is removed leaves no half shade
    hole.setTo(0, brow);
    // The upper lid takes its colour from above and beside it, and little from what lies under the eye.
    const cv::Mat unknown = hole | brow | not_skin(skin, hole | brow);
    cv::Mat below = unknown.clone();
    for (int y = 0; y < part.height; ++y)
      for (int x = 0; x < part.width; ++x)
        if (static_cast<float>(part.y + y) > line(static_cast<float>(part.x + x)))
          below.at<std::uint8_t>(y, x) = 255;
    const cv::Mat upper_fill = filled(skin, below, .06 * k), lower_fill = filled(skin, unknown, .06 * k);
    const cv::Mat lit = skin_in_light(skin, unknown), relief = lid_relief(part, upper, lower, rise, k);
    const float shade = shade_of_socket(g, skin, upper_fill, part, upper, rise);
    // Towards its rim the made skin is what goes on from the photo.
    const cv::Mat within = distance_inside(hole);
    hole.convertTo(edge, CV_32F, 1 / 255.);
    edge = blurred(edge, soft);
    for (int y = 0; y < part.height; ++y)
      for (int x = 0; x < part.width; ++x) {
        const float h = edge.at<float>(y, x);
        const float under =
            kFromBelow + (1 - kFromBelow) * smoothstep(-.02f * k, .06f * k,
                                                       static_cast<float>(part.y + y) -
                                                           line(static_cast<float>(part.x + x)));
        const float middle = smoothstep(0, .45f * k, within.at<float>(y, x));
        const float light = kInLight * middle * smoothstep(.5f, .9f, shade);
        // Shade on skin is warmer than the skin.
        const float dim = 1 - middle * (1 - shade);
        const cv::Vec3f lid = (upper_fill.at<cv::Vec3f>(y, x) * (1 - light) + lit.at<cv::Vec3f>(y, x) * light)
                                  .mul(cv::Vec3f(std::pow(dim, .75f), dim, std::pow(dim, 1.1f)));
        const cv::Vec3f fill = (lid.mul(kLidTone) * (1 - under) + lower_fill.at<cv::Vec3f>(y, x) * under) *
                               relief.at<float>(y, x);
        const cv::Vec3f& texture = cheek.at<cv::Vec3f>((part.y + y) % cheek.rows, (part.x + x) % cheek.cols);
        made.at<cv::Vec3f>(y, x) = skin.at<cv::Vec3f>(y, x) * (1 - h) + (fill + texture * .8f) * h;
      }
    out.skin[i] = {{part.x, part.y, part.width, part.height}, to_u8(made)};
    mark_weight(g, eye, out.weight);
    measure_lashes(g, photo, upper, skin_luma, out.lash_colour[i], out.lash_amount[i]);
  }
  return out;
}

}  // namespace parlante
