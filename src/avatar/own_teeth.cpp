#include "avatar/own_teeth.hpp"

#include <Eigen/Cholesky>
#include <opencv2/imgproc.hpp>

#include "avatar/numeric.hpp"
#include "avatar/pixels.hpp"
#include "core/curves.hpp"

namespace parlante {
namespace {

constexpr float kLabial = .19f;  // cm the labial faces lie before the arch's line
constexpr float kStep = .02f;    // cm between the samples of the row's picture
constexpr float kHalfRow = 3.f, kAbove = 1.2f,
                kBelow = .7f;       // cm it covers: sideways, from the edges up, down
constexpr float kPaler = .06f;      // tooth than lip at least, of green over red
constexpr float kRimReach = .16f;   // cm tooth may lie beyond where the landmarks see the lips' rims
constexpr float kLeastSeen = .12f;  // cm of a crown's height
constexpr float kOddWidth = .26f, kOddCost = .05f;      // a width that is so much off costs so much darkness
constexpr float kMidlineAside = .4f;                    // cm, costs as much
constexpr float kLeastGap = .08f, kClearGap = .33f;     // darkness of a row's gaps; of its median, of each
constexpr float kNoGap = .15f;                          // cost of a gap where the row is no darker
constexpr float kInside = .3f;                          // cost of a column's darkness inside a crown
constexpr float kSpace = .006f;                         // cm between a crown and the middle of its gap
constexpr float kCommonShare = .6f, kMostShift = .12f;  // of what the whole row hangs lower or higher, cm
constexpr float kMostUneven = .07f;                     // cm of one crown's edge beside the others
constexpr float kMostLight = .10f;
constexpr int kGapsASide = 4;  // gaps looked for beside the midline: to behind the first premolar

/// The line in the (x, z) plane on which the upper crowns stand, by its length from the midline, cm.
class Arch {
 public:
  Arch(std::span<const Vec3f> crowns) {
    std::vector<Vec2f> centres(kCrowns);
    for (std::size_t c = 0; c < kCrowns; ++c) {
      Vec2f& centre = centres[c % 2 == 0 ? kCrowns / 2 + c / 2 : kCrowns / 2 - 1 - c / 2];
      centre = Vec2f::Zero();
      for (std::size_t v = 0; v + 1 < kCrown; ++v) {
        const Vec3f& p = crowns[c * kCrown + v];
        centre += Vec2f(p.x(), p.z()) / static_cast<float>(kCrown - 1);
      }
    }
    centres.insert(centres.begin(), 2 * centres[0] - centres[1]);
    centres.push_back(2 * centres[kCrowns] - centres[kCrowns - 1]);
    constexpr int kBetween = 24;
    for (std::size_t k = 0; k + 1 < centres.size(); ++k) {
      const Vec2f &a = centres[k == 0 ? 0 : k - 1], &b = centres[k], &c = centres[k + 1],
                  &d = centres[std::min(k + 2, centres.size() - 1)];
      for (int i = 0; i < kBetween; ++i) {
        const float t = static_cast<float>(i) / kBetween;  // Catmull-Rom
        points_.push_back(.5f * (2 * b + t * (c - a) + t * t * (2 * a - 5 * b + 4 * c - d) +
                                 t * t * t * (3 * b - a - 3 * c + d)));
      }
    }
    along_.assign(points_.size(), 0);
    for (std::size_t k = 1; k < points_.size(); ++k)
      along_[k] = along_[k - 1] + (points_[k] - points_[k - 1]).norm();
    const float middle = .5f * along_.back();
    for (float& s : along_) s -= middle;
  }

  struct Place {
    float along, out;  ///< cm
  };
  Place place(const Vec3f& p) const noexcept {
    const Vec2f q(p.x(), p.z());
    Place best{};
    float least = 1e9f;
    for (std::size_t k = 0; k + 1 < points_.size(); ++k) {
      const Vec2f way = points_[k + 1] - points_[k], d = q - points_[k];
      const float t = std::clamp(d.dot(way) / way.squaredNorm(), 0.f, 1.f), far = (d - t * way).norm();
      if (far >= least) continue;
      least = far;
      best = {along_[k] + t * way.norm(), std::copysign(far, Vec2f(-way.y(), way.x()).dot(d))};
    }
    return best;
  }
  Vec3f at(const Place& place, float y) const noexcept {
    const auto next = std::upper_bound(along_.begin() + 1, along_.end() - 1, place.along) - along_.begin();
    const auto k = static_cast<std::size_t>(next) - 1;
    const Vec2f way = (points_[k + 1] - points_[k]).normalized();
    const Vec2f p = points_[k] + (place.along - along_[k]) * way + place.out * Vec2f(-way.y(), way.x());
    return {p.x(), y, p.y()};
  }

 private:
  std::vector<Vec2f> points_;  ///< x, z
  std::vector<float> along_;
};

/// Of a crown: from where to where along the arch, where its edge is; cm.
struct Crown {
  float from, to, edge, neck;
  float light = 0;  ///< Avatar::crown_light
  float middle() const noexcept { return .5f * (from + to); }
  float width() const noexcept { return to - from; }
};
using Crowns = std::array<Crown, kCrowns>;

/// The crown beside the midline's gap number `gap` (0 the midline, positive towards x+) that is further out.
std::size_t crown_beyond(int gap, int side) noexcept {
  return static_cast<std::size_t>(2 * std::abs(gap) + (side > 0 ? 0 : 1));
}

/// The row as the photo shows it: columns along the arch, rows downwards, the edges of the model's incisors
/// at kAbove.
struct RowPicture {
  cv::Mat colour, light;  ///< RGB, its luma
  cv::Mat open;           ///< between the lips' contact lines
};
float along_at(float column) noexcept {
  return column * kStep - kHalfRow;
}
float column_at(float along) noexcept {
  return (along + kHalfRow) / kStep;
}

/// What each column of the row's picture shows.
struct RowProfile {
  std::vector<float> top, bottom;  ///< rows between which there is tooth; bottom < 0: none
  std::vector<float> light;        ///< mean over the rows about there
  std::vector<float> gap;          ///< how much darker than the row about there, 0..1
};

// Tooth is what lies between the lips, as bright as most of it and paler than lips.
cv::Mat tooth_mask(const RowPicture& row, const cv::Vec3f& lip) {
  std::vector<float> lights, greens;
  const int first = static_cast<int>(column_at(-1.6f)), last = static_cast<int>(column_at(1.6f));
  const auto green = [&](int y, int x) {
    const cv::Vec3f& c = row.colour.at<cv::Vec3f>(y, x);
    return c[1] / std::max(c[0], 1.f);
  };
  for (int y = 0; y < row.light.rows; ++y)
    for (int x = first; x < last; ++x)
      if (row.open.at<float>(y, x) > .9f) lights.push_back(row.light.at<float>(y, x));
  if (lights.size() < 400) return {};
  const float bright = percentile(std::move(lights), .75);
  for (int y = 0; y < row.light.rows; ++y)
    for (int x = first; x < last; ++x)
      if (row.open.at<float>(y, x) > .9f && row.light.at<float>(y, x) > .85f * bright)
        greens.push_back(green(y, x));
  const float lip_green = lip[1] / std::max(lip[0], 1.f), tooth_green = median(std::move(greens));
  if (tooth_green < lip_green + kPaler) return {};
  cv::Mat near, mask = cv::Mat::zeros(row.light.size(), CV_8U);
  cv::dilate(row.open, near, disc(static_cast<int>(kRimReach / kStep)));
  for (int y = 0; y < mask.rows; ++y)
    for (int x = 0; x < mask.cols; ++x)
      mask.at<std::uint8_t>(y, x) = near.at<float>(y, x) > .5f && row.light.at<float>(y, x) > .5f * bright &&
                                    green(y, x) > lip_green + .45f * (tooth_green - lip_green);
  return mask;
}

RowProfile row_profile(const RowPicture& row, const cv::Mat& mask) {
  const int columns = mask.cols;
  std::vector<float> top(static_cast<std::size_t>(columns), -1.f), bottom = top;
  for (int x = 0; x < columns; ++x) {
    int longest = 0, begin = -1, hole = 0;
    for (int y = 0; y < mask.rows; ++y) {
      if (mask.at<std::uint8_t>(y, x)) {
        if (begin < 0) begin = y;
        hole = 0;
        if (y + 1 - begin > longest)
          longest = y + 1 - begin, top[static_cast<std::size_t>(x)] = static_cast<float>(begin),
          bottom[static_cast<std::size_t>(x)] = static_cast<float>(y + 1);
      } else if (begin >= 0 && ++hole > 2) {
        begin = -1;
      }
    }
    if (static_cast<float>(longest) * kStep < kLeastSeen) bottom[static_cast<std::size_t>(x)] = -1;
  }
  RowProfile out{top, bottom, {}, {}};
  cv::Mat light(1, columns, CV_32F, cv::Scalar(0)), seen(1, columns, CV_32F, cv::Scalar(0));
  constexpr int kAside = static_cast<int>(.24f / kStep);
  for (int x = 0; x < columns; ++x) {
    std::vector<float> tops, bottoms;
    for (int u = std::max(0, x - kAside); u <= std::min(columns - 1, x + kAside); ++u)
      if (bottom[static_cast<std::size_t>(u)] >= 0)
        tops.push_back(top[static_cast<std::size_t>(u)]),
            bottoms.push_back(bottom[static_cast<std::size_t>(u)]);
    if (tops.size() < kAside) continue;
    const float from = median(std::move(tops)), to = percentile(std::move(bottoms), .7);
    float sum = 0;
    int count = 0;
    for (int y = static_cast<int>(from); y < static_cast<int>(to); ++y, ++count)
      sum += row.light.at<float>(y, x);
    if (count == 0) continue;
    light.at<float>(x) = sum / static_cast<float>(count), seen.at<float>(x) = 1;
  }
  cv::Mat around, weight;
  cv::dilate(light, around, cv::Mat::ones(1, 2 * static_cast<int>(.14f / kStep) + 1, CV_8U));
  cv::GaussianBlur(around.mul(seen), around, {0, 0}, .2 / kStep, .1, cv::BORDER_CONSTANT);
  cv::GaussianBlur(seen, weight, {0, 0}, .2 / kStep, .1, cv::BORDER_CONSTANT);
  for (int x = 0; x < columns; ++x) {
    out.light.push_back(light.at<float>(x));
    const float usual = around.at<float>(x) / std::max(weight.at<float>(x), .05f);
    out.gap.push_back(
        seen.at<float>(x) > 0 && usual > 1 ? std::clamp(1 - light.at<float>(x) / usual, 0.f, .5f) : 0.f);
  }
  return out;
}

/// Where the gaps lie, columns; [kGapsASide] is the midline's. By dynamic programming: the darkest columns
/// whose distances are those of the model's crowns, all of them larger or smaller by one factor.
struct Gaps {
  std::array<float, 2 * kGapsASide + 1> at{};
  float score = -1e9f;
};

Gaps find_gaps(const RowProfile& profile, const Crowns& model) {
  const int columns = static_cast<int>(profile.gap.size());
  std::vector<float> dark, sum(1, 0.f);  // sum: of the darkness before a column
  for (std::size_t x = 0; x < profile.gap.size(); ++x) {
    dark.push_back(profile.gap[x] -
                   (profile.light[x] > 0 ? kNoGap * smoothstep(.10f, .03f, profile.gap[x]) : 0.f));
    sum.push_back(sum.back() + profile.gap[x]);
  }
  const auto inside = [&](int from, int to) {
    const int a = std::min(from, to), margin = (std::max(from, to) - a) / 5;
    return sum[static_cast<std::size_t>(std::max(from, to) - margin)] -
           sum[static_cast<std::size_t>(a + margin + 1)];
  };
  Gaps best;
  for (float size = .74f; size < 1.25f; size += .04f) {
    // Of each side and gap: the best that can be had from there outwards, and the next gap's column.
    std::array<std::vector<float>, 2> outwards;
    std::array<std::array<std::vector<int>, kGapsASide>, 2> next;
    for (int side = 0; side < 2; ++side) {
      const int way = side == 0 ? 1 : -1;
      std::vector<float> beyond(dark);
      for (int gap = kGapsASide - 1; gap >= 0; --gap) {
        const float usual = size * model[crown_beyond(gap, way)].width() / kStep;
        std::vector<float> here(dark.size(), -1e9f);
        auto& to = next[static_cast<std::size_t>(side)][static_cast<std::size_t>(gap)];
        to.assign(dark.size(), 0);
        for (int x = 0; x < columns; ++x)
          for (int step = static_cast<int>(.65f * usual); step <= static_cast<int>(1.4f * usual); ++step) {
            const int u = x + way * step;
            if (u < 0 || u >= columns) break;
            const float odd = (static_cast<float>(step) / usual - 1) / kOddWidth;
            const float value =
                beyond[static_cast<std::size_t>(u)] - kOddCost * odd * odd - kInside * inside(x, u);
            if (value > here[static_cast<std::size_t>(x)])
              here[static_cast<std::size_t>(x)] = value, to[static_cast<std::size_t>(x)] = u;
          }
        if (gap > 0)
          for (std::size_t x = 0; x < here.size(); ++x) here[x] += dark[x];
        beyond = std::move(here);
      }
      outwards[static_cast<std::size_t>(side)] = std::move(beyond);
    }
    for (int x = 0; x < columns; ++x) {
      const float aside = along_at(static_cast<float>(x)) / kMidlineAside, odd = (size - 1) / .2f;
      if (std::abs(aside) > 2) continue;
      const auto i = static_cast<std::size_t>(x);
      const float score = dark[i] + outwards[0][i] + outwards[1][i] - kOddCost * (aside * aside + odd * odd);
      if (score <= best.score) continue;
      best.score = score;
      for (int side = 0; side < 2; ++side) {
        int at = x;
        for (int gap = 0; gap <= kGapsASide; ++gap) {
          best.at[static_cast<std::size_t>(side == 0 ? kGapsASide + gap : kGapsASide - gap)] =
              static_cast<float>(at);
          if (gap < kGapsASide)
            at = next[static_cast<std::size_t>(side)][static_cast<std::size_t>(gap)]
                     [static_cast<std::size_t>(at)];
        }
      }
    }
  }
  return best;
}

// Whether the front row is clearly there: all gaps of it dark, those of the incisors about equally, the
// crowns between them not.
bool is_row(const std::vector<float>& dark, const Gaps& gaps) {
  const auto at = [&](int gap) {
    return static_cast<std::size_t>(gaps.at[static_cast<std::size_t>(gap + kGapsASide)]);
  };
  std::vector<float> gap_light;
  for (int gap = -3; gap <= 3; ++gap) gap_light.push_back(dark[at(gap)]);
  const float usual = median(gap_light);
  for (int gap = -2; gap <= 2; ++gap)
    if (dark[at(gap)] < kClearGap * usual) return false;
  float between = 0;
  for (int gap = -3; gap < 3; ++gap) {
    const std::size_t quarter = (at(gap + 1) - at(gap)) / 4;
    for (std::size_t x = at(gap) + quarter; x < at(gap + 1) - quarter; ++x)
      between += dark[x] / static_cast<float>(6 * (at(gap + 1) - at(gap) - 2 * quarter));
  }
  return usual > kLeastGap && between < .25f * usual;
}

float quadratic_fit(const std::vector<Vec2f>& points, float x) {
  Eigen::Matrix3f a = 1e-4f * Eigen::Matrix3f::Identity();
  Vec3f b = Vec3f::Zero();
  for (const Vec2f& p : points) {
    const Vec3f row(1, p.x(), p.x() * p.x());
    a += row * row.transpose(), b += row * p.y();
  }
  return a.ldlt().solve(b).dot(Vec3f(1, x, x * x));
}

/// The crowns that the photo shows, on the model's arch; the model's where it shows none.
Crowns seen_crowns(const RowPicture& row, const RowProfile& profile, const Gaps& gaps, const Crowns& model) {
  Crowns own = model;
  std::vector<float> shifts;
  std::vector<Vec2f> lights;
  std::array<float, kCrowns> shift{}, light{};
  std::array<bool, kCrowns> has{};
  const float size =
      (along_at(gaps.at.back()) - along_at(gaps.at.front())) /
      (model[crown_beyond(kGapsASide - 1, 1)].to - model[crown_beyond(kGapsASide - 1, -1)].from);
  for (int side : {1, -1})
    for (int gap = 0; gap < static_cast<int>(kCrowns) / 2; ++gap) {
      const std::size_t c = crown_beyond(gap, side);
      Crown& crown = own[c];
      if (gap >= kGapsASide) {
        const Crown& before = own[c - 2];
        const float space = side > 0 ? model[c].from - model[c - 2].to : model[c - 2].from - model[c].to;
        const float width = std::clamp(size, .85f, 1.1f) * model[c].width();
        const float near = side > 0 ? before.to + space : before.from - space;
        crown.from = side > 0 ? near : near - width, crown.to = crown.from + width;
        continue;
      }
      const auto place = [&](int g) { return gaps.at[static_cast<std::size_t>(kGapsASide + side * g)]; };
      const float from = std::min(place(gap), place(gap + 1)), to = std::max(place(gap), place(gap + 1));
      crown.from = along_at(from) + kSpace, crown.to = along_at(to) - kSpace;
      std::vector<float> bottoms, values;
      const float width = to - from;
      for (int x = static_cast<int>(from + .2f * width); x <= static_cast<int>(to - .2f * width); ++x) {
        const auto i = static_cast<std::size_t>(x);
        if (profile.bottom[i] < 0) continue;
        bottoms.push_back(profile.bottom[i]);
        const float height = profile.bottom[i] - profile.top[i];
        for (int y = static_cast<int>(profile.top[i] + .25f * height);
             y < static_cast<int>(profile.bottom[i] - .2f * height); ++y)
          values.push_back(row.light.at<float>(y, x));
      }
      if (static_cast<float>(bottoms.size()) < .4f * width) continue;
      has[c] = true;
      const float edge = model[0].edge + kAbove - kStep * median(bottoms);
      shift[c] = edge - model[c].edge;
      shifts.push_back(shift[c]);
      light[c] = median(values);
      lights.emplace_back(crown.middle(), light[c]);
    }
  const float common = median(shifts);
  for (std::size_t c = 0; c < kCrowns; ++c) {
    const float alone = has[c] ? std::clamp(shift[c] - common, -kMostUneven, kMostUneven) : 0.f;
    own[c].edge += std::clamp(kCommonShare * common, -kMostShift, kMostShift) + alone;
    if (has[c] && lights.size() >= 6)
      own[c].light = std::clamp(light[c] / std::max(quadratic_fit(lights, own[c].middle()), 1.f) - 1,
                                -kMostLight, kMostLight);
  }
  return own;
}

/// The row's picture, taken from the photo through the model's labial faces.
RowPicture row_picture(const PhotoGeometry& g, const cv::Mat& photo, const Arch& arch, float edge) {
  const int columns = static_cast<int>(2 * kHalfRow / kStep) + 1,
            rows = static_cast<int>((kAbove + kBelow) / kStep) + 1;
  cv::Mat map(rows, columns, CV_32FC2);
  for (int y = 0; y < rows; ++y)
    for (int x = 0; x < columns; ++x) {
      const Vec3f p =
          arch.at({along_at(static_cast<float>(x)), kLabial}, edge + kAbove - static_cast<float>(y) * kStep);
      const Vec2d uv = g.fit.camera.project((g.rotation * p + g.translation).cast<double>());
      map.at<cv::Vec2f>(y, x) = {static_cast<float>(uv.x()) - .5f, static_cast<float>(uv.y()) - .5f};
    }
  cv::Mat open = cv::Mat::zeros(photo.size(), CV_8U);
  fill_polygon(open, g.ring(HeadLoop::lip_upper_inner, HeadLoop::lip_lower_inner));
  open.convertTo(open, CV_32F);
  RowPicture row;
  cv::remap(photo, row.colour, map, {}, cv::INTER_LINEAR, cv::BORDER_REPLICATE);
  cv::remap(open, row.open, map, {}, cv::INTER_LINEAR, cv::BORDER_REPLICATE);
  row.light = luma(row.colour);
  return row;
}

}  // namespace

std::array<float, kCrowns> take_own_teeth(const PhotoGeometry& g, const cv::Mat& photo, const cv::Vec3f& lip,
                                          std::vector<Vec3f>& base) {
  std::array<float, kCrowns> lights{};
  const VertexRange& range = g.head.part(HeadPart::teeth_upper);
  if (static_cast<std::size_t>(range.size()) != kCrown * kCrowns) return lights;  // another head's teeth
  const std::span<Vec3f> vertices(base.data() + range.begin, kCrown * kCrowns);
  const Arch arch(vertices);
  std::vector<Arch::Place> places;
  Crowns model;
  for (std::size_t c = 0; c < kCrowns; ++c) {
    model[c] = {1e9f, -1e9f, 1e9f, -1e9f};
    for (const Vec3f& p : vertices.subspan(c * kCrown, kCrown)) {
      const Arch::Place place = places.emplace_back(arch.place(p));
      model[c].from = std::min(model[c].from, place.along), model[c].to = std::max(model[c].to, place.along);
      model[c].edge = std::min(model[c].edge, p.y()), model[c].neck = std::max(model[c].neck, p.y());
    }
  }
  const RowPicture row = row_picture(g, photo, arch, model[0].edge);
  const cv::Mat mask = tooth_mask(row, lip);
  if (mask.empty()) return lights;
  const RowProfile profile = row_profile(row, mask);
  const Gaps gaps = find_gaps(profile, model);
  if (!is_row(profile.gap, gaps)) return lights;
  const Crowns own = seen_crowns(row, profile, gaps, model);
  for (std::size_t c = 0; c < kCrowns; ++c) {
    lights[c] = own[c].light;
    for (std::size_t v = c * kCrown; v < (c + 1) * kCrown; ++v) {
      const float across = (places[v].along - model[c].from) / model[c].width();
      const float along = own[c].from + across * own[c].width(), y = vertices[v].y();
      const float down = std::clamp((model[c].neck - y) / (model[c].neck - model[c].edge), 0.f, 1.f);
      vertices[v] = arch.at({along, places[v].out}, y + down * (own[c].edge - model[c].edge));
    }
  }
  // The gum's margin goes along sideways.
  const VertexRange& gums = g.head.part(HeadPart::gums_upper);
  std::vector<Vec2f> knots;
  for (std::size_t c = 0; c < kCrowns; ++c)
    knots.emplace_back(model[c].middle(), own[c].middle() - model[c].middle());
  const Curve aside(std::move(knots));
  for (std::int32_t v = gums.begin; v < gums.end; ++v) {
    Vec3f& p = base[static_cast<std::size_t>(v)];
    Arch::Place place = arch.place(p);
    place.along += aside(place.along);
    p = arch.at(place, p.y());
  }
  return lights;
}

}  // namespace parlante
