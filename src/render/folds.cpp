#include "render/folds.hpp"

#include <algorithm>
#include <cmath>

namespace parlante {
namespace {

// Light that has gone through skin is red: folds take less of it than of green and blue. 1/64.
constexpr std::array<std::int32_t, 4> kTint{46, 68, 76, 0};
constexpr std::int32_t kMostGain = 32767 / 76;
constexpr int kSteps = 64;  // of a pull: fine enough not to be seen, and the same whatever was drawn before

/// Folds whose rectangles lie on each other share an area.
const std::vector<std::vector<Fold>>& neighbours() {
  static const std::vector<std::vector<Fold>> groups{
      {Fold::forehead_right, Fold::forehead_middle, Fold::forehead_left, Fold::frown_right, Fold::frown_left},
      {Fold::smile_right},
      {Fold::smile_left},
      {Fold::crow_right},
      {Fold::crow_left},
      {Fold::chin}};
  return groups;
}

}  // namespace

Folds::Folds(const HeadModel& head, const Avatar& avatar, const ForegroundTexture& foreground)
    : own_(avatar.photo_expression), own_pull_(fold_pull(avatar.photo_expression)) {
  const FoldMaps maps = fold_maps(head, avatar);
  const std::array<CornerSkin, 2> corners = corner_skin(head, avatar);
  add_areas(maps, corners, foreground, false);
  if (!foreground.coarse.empty()) add_areas(maps, corners, foreground, true);
}

void Folds::add_areas(const FoldMaps& maps, const std::array<CornerSkin, 2>& corners,
                      const ForegroundTexture& foreground, bool coarse) {
  const ImageU8& texture = coarse ? foreground.coarse : foreground.fine;
  const float scale = foreground.scale;
  // Texel (i, j) lies at texture px (i + half, j + half - pad_top).
  const float half = coarse ? 0 : .5f;
  const auto texel = [&](int photo, int pad) {
    return static_cast<int>(static_cast<float>(photo) * scale) + pad;
  };
  std::vector<std::uint8_t> taken(static_cast<std::size_t>(texture.width) *
                                  static_cast<std::size_t>(texture.height));
  for (const std::vector<Fold>& group : neighbours()) {
    int x0 = texture.width, y0 = texture.height, x1 = 0, y1 = 0;
    std::vector<std::pair<const FoldMap*, Gain>> found;
    const auto extend = [&](const PixelRect& rect) {
      x0 = std::min(x0, texel(rect.x, 0)), y0 = std::min(y0, texel(rect.y, foreground.pad_top));
      x1 = std::max(x1, texel(rect.x + rect.width, 0));
      y1 = std::max(y1, texel(rect.y + rect.height, foreground.pad_top));
    };
    const CornerSkin* corner = group.front() == Fold::smile_right  ? &corners[0]
                               : group.front() == Fold::smile_left ? &corners[1]
                                                                   : nullptr;
    if (corner && corner->light.empty()) corner = nullptr;
    if (corner) extend(corner->rect);
    for (const Fold fold : group)
      for (const bool undo : {false, true}) {
        const FoldMap& map = (undo ? maps.smoothed : maps.made)[static_cast<std::size_t>(fold)];
        if (map.gain.empty()) continue;
        extend(map.rect);
        found.push_back({&map, {fold, undo, {}}});
      }
    x0 = std::max(x0, 0), y0 = std::max(y0, 0);
    x1 = std::min(x1, texture.width), y1 = std::min(y1, texture.height);
    if ((found.empty() && !corner) || x1 <= x0 || y1 <= y0) continue;
    Area area;
    area.coarse = coarse;
    area.rect = {x0, y0, x1 - x0, y1 - y0};
    area.rows.resize(static_cast<std::size_t>(area.rect.height), {area.rect.width, 0});
    const auto texels =
        static_cast<std::size_t>(area.rect.width) * static_cast<std::size_t>(area.rect.height);
    /// Calls `set` for the texels that no other area has taken; it says whether it changes something there.
    const auto each_free = [&](auto set) {
      std::size_t i = 0;
      for (int y = 0; y < area.rect.height; ++y)
        for (int x = 0; x < area.rect.width; ++x, ++i) {
          const std::size_t at = static_cast<std::size_t>(y0 + y) * static_cast<std::size_t>(texture.width) +
                                 static_cast<std::size_t>(x0 + x);
          if (taken[at] == 1 || !set(i, (static_cast<float>(x0 + x) + half) / scale,
                                     (static_cast<float>(y0 + y - foreground.pad_top) + half) / scale))
            continue;
          taken[at] = 2;
          Span& row = area.rows[static_cast<std::size_t>(y)];
          row.first = std::min(row.first, x), row.last = std::max(row.last, x + 1);
        }
    };
    for (auto& [map, gain] : found) {
      gain.texels.resize(texels);
      each_free([&](std::size_t i, float u, float v) {
        const auto steps = static_cast<int>(std::lround(std::clamp(map->at(u, v) * 256, -127.f, 127.f)));
        gain.texels[i] = static_cast<std::int8_t>(steps);
        return steps != 0;
      });
      area.gains.push_back(std::move(gain));
    }
    if (corner) {
      area.relaxed.resize(4 * texels);
      each_free([&](std::size_t i, float u, float v) {
        const auto row = static_cast<int>(i) / area.rect.width,
                   column = static_cast<int>(i) % area.rect.width;
        const std::uint8_t* p = texture.at(x0 + column, y0 + row);
        std::array<float, 3> rgb{static_cast<float>(p[0]), static_cast<float>(p[1]),
                                 static_cast<float>(p[2])};
        corner->relax(u, v, rgb.data());
        bool any = false;
        for (std::size_t c = 0; c < 3; ++c) {
          area.relaxed[4 * i + c] = static_cast<std::int16_t>(std::lround(rgb[c] - static_cast<float>(p[c])));
          any = any || area.relaxed[4 * i + c] != 0;
        }
        return any;
      });
    }
    // Rows are written from their first to their last texel: between them nothing of another area may lie.
    for (int y = 0; y < area.rect.height; ++y) {
      const Span& row = area.rows[static_cast<std::size_t>(y)];
      const auto begin = taken.begin() + static_cast<std::ptrdiff_t>(y0 + y) * texture.width + x0;
      if (row.last > row.first) std::fill(begin + row.first, begin + row.last, std::uint8_t{1});
    }
    areas_.push_back(std::move(area));
  }
}

int Folds::steps(const Gain& gain, const std::array<float, kFolds>& pull) const noexcept {
  const auto k = static_cast<std::size_t>(gain.fold);
  const float more = pull[k] - own_pull_[k];
  const float asked = gain.undo ? -more / std::max(own_pull_[k], .1f) : more;
  return static_cast<int>(std::lround(std::clamp(asked, 0.f, 1.f) * kSteps));
}

FoldedForeground::FoldedForeground(const Folds& folds, const ForegroundTexture& base)
    : folds_(folds), base_(base), folded_(base) {
  std::size_t gains = 0, widest = 0;
  for (const Folds::Area& area : folds.areas_) {
    gains += area.gains.size();
    widest = std::max(widest, static_cast<std::size_t>(area.rect.width));
  }
  steps_.resize(gains);
  row_.resize(widest);
  gain_.resize(4 * widest);
}

const ForegroundTexture& FoldedForeground::shown(const BlendshapeWeights& expression,
                                                 float opening_cm) noexcept {
  const std::array<float, kFolds> pull = fold_pull(expression);
  const auto relaxation =
      static_cast<int>(std::lround(kSteps * corner_relaxation(expression, folds_.own_, opening_cm)));
  int* steps = steps_.data();
  for (const Folds::Area& area : folds_.areas_) {
    bool changed = !area.relaxed.empty() && relaxation != relaxation_;
    for (std::size_t i = 0; i < area.gains.size(); ++i) {
      const int asked = folds_.steps(area.gains[i], pull);
      changed = changed || asked != steps[i];
      steps[i] = asked;
    }
    if (changed) fold(area, steps, relaxation);
    steps += area.gains.size();
  }
  relaxation_ = relaxation;
  return folded_;
}

void FoldedForeground::fold(const Folds::Area& area, const int* steps, int relaxation) noexcept {
  const ImageU8& base = area.coarse ? base_.coarse : base_.fine;
  ImageU8& folded = area.coarse ? folded_.coarse : folded_.fine;
  std::int32_t* sum = row_.data();
  for (int y = 0; y < area.rect.height; ++y) {
    const Folds::Span row = area.rows[static_cast<std::size_t>(y)];
    if (row.last <= row.first) continue;
    std::fill(sum + row.first, sum + row.last, 0);
    for (std::size_t i = 0; i < area.gains.size(); ++i) {
      if (steps[i] == 0) continue;
      const std::int8_t* texels =
          area.gains[i].texels.data() + static_cast<std::ptrdiff_t>(y) * area.rect.width;
      for (int x = row.first; x < row.last; ++x) sum[x] += steps[i] * texels[x];
    }
    // Flat runs of narrow numbers, for vectors; the fourth channel stays.
    std::int16_t* gain = gain_.data();
    const int texels = row.last - row.first;
    for (int x = 0; x < texels; ++x) {
      const std::int32_t whole = std::clamp(sum[row.first + x] / kSteps, -kMostGain, kMostGain);
      for (int c = 0; c < 4; ++c)
        gain[4 * x + c] = static_cast<std::int16_t>(kTint[static_cast<std::size_t>(c)] * whole);
    }
    const std::uint8_t* from = base.at(area.rect.x + row.first, area.rect.y + y);
    std::uint8_t* to = folded.at(area.rect.x + row.first, area.rect.y + y);
    if (relaxation > 0 && !area.relaxed.empty()) {
      const std::int16_t* add = area.relaxed.data() + 4 * (static_cast<std::ptrdiff_t>(y) * area.rect.width +
                                                           static_cast<std::ptrdiff_t>(row.first));
      for (int i = 0; i < 4 * texels; ++i) {
        const std::int32_t skin = std::clamp(from[i] + ((add[i] * relaxation + kSteps / 2) >> 6), 0, 255);
        const std::int32_t change = (skin * gain[i] + (1 << 13)) >> 14;
        to[i] = static_cast<std::uint8_t>(std::clamp(skin + change, 0, 255));
      }
      continue;
    }
    for (int i = 0; i < 4 * texels; ++i) {
      const std::int32_t change = (from[i] * gain[i] + (1 << 13)) >> 14;
      to[i] = static_cast<std::uint8_t>(std::clamp(from[i] + change, 0, 255));
    }
  }
}

}  // namespace parlante
