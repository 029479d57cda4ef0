// The tile raster for whatever vectors the file that includes this is compiled for (Google Highway, static
// dispatch). Everything lies in Highway's namespace of that instruction set.
#pragma once

#include <hwy/highway.h>

#include "render/tile_raster.hpp"

HWY_BEFORE_NAMESPACE();
namespace parlante {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using TileFloats = hn::CappedTag<float, kTilePixels>;
using TileInts = hn::Rebind<std::int32_t, TileFloats>;
using TileVec = hn::Vec<TileFloats>;
constexpr int kTileLanes = static_cast<int>(hn::MaxLanes(TileFloats()));
constexpr int kTileParts = kTilePixels / kTileLanes;

constexpr float kTileFarthestPx = 100000.f;
constexpr float kTileLeastArea = 1e-9f;
constexpr float kTileSlack = .002f;  // px: what rounding may do to the bounds
constexpr float kTileEdge = -1e-5f;  // as in raster_setup.hpp

HWY_ATTR inline hn::Mask<TileFloats> within_reach(TileVec v) noexcept {
  const TileFloats d;
  return hn::Lt(hn::Abs(v), hn::Set(d, kTileFarthestPx));  // false for what is not a number
}

/// The same as sort_bands_ref.
HWY_ATTR inline void sort_bands(const RasterMesh& mesh, const TriangleBands& bands) noexcept {
  const TileFloats d;
  const TileInts di;
  const hn::Rebind<std::uint8_t, TileFloats> d8;
  const auto scale = hn::Set(d, bands.scale), top = hn::Set(d, bands.top);
  const auto per_band = hn::Set(d, 1 / bands.band_height), slack = hn::Set(d, 1.f);
  const auto stride = hn::Set(di, mesh.xy_stride);
  const std::size_t all = triangle_bands_size(mesh.triangle_count);
  const float* xs = mesh.xy;
  HWY_ALIGN std::int32_t spare[3 * kTilePixels];
  for (std::size_t t = 0; t < all; t += kTileLanes) {
    const std::int32_t* from = mesh.triangles + 3 * t;
    std::size_t valid = kTileLanes;
    if (t + kTileLanes > mesh.triangle_count) {
      valid = t < mesh.triangle_count ? mesh.triangle_count - t : 0;
      for (std::size_t k = 0; k < 3 * static_cast<std::size_t>(kTileLanes); ++k)
        spare[k] = k < 3 * valid ? from[k] : 0;
      from = spare;
    }
    if (valid == 0) {
      for (int k = 0; k < kTileLanes; ++k) {
        bands.first[t + static_cast<std::size_t>(k)] = 255;
        bands.last[t + static_cast<std::size_t>(k)] = 0;
      }
      continue;
    }
    hn::Vec<TileInts> a, b, c;
    hn::LoadInterleaved3(di, from, a, b, c);
    a = hn::Mul(a, stride), b = hn::Mul(b, stride), c = hn::Mul(c, stride);
    auto fine =
        hn::And(within_reach(hn::GatherIndex(d, xs, a)),
                hn::And(within_reach(hn::GatherIndex(d, xs, b)), within_reach(hn::GatherIndex(d, xs, c))));
    const auto ya = hn::GatherIndex(d, xs + 1, a), yb = hn::GatherIndex(d, xs + 1, b),
               yc = hn::GatherIndex(d, xs + 1, c);
    fine = hn::And(fine, hn::And(within_reach(ya), hn::And(within_reach(yb), within_reach(yc))));
    const auto low = hn::MulSub(hn::Min(ya, hn::Min(yb, yc)), scale, top),
               high = hn::MulSub(hn::Max(ya, hn::Max(yb, yc)), scale, top);
    // Doubtful rows count: they cost a look, not a picture.
    const auto first = hn::Max(hn::Floor(hn::Mul(hn::Sub(low, slack), per_band)), hn::Zero(d));
    const auto last = hn::Min(hn::Floor(hn::Mul(hn::Add(high, slack), per_band)),
                              hn::Set(d, static_cast<float>(bands.bands - 1)));
    fine = hn::And(fine, hn::Le(first, last));
    const auto first_or = hn::IfThenElse(fine, first, hn::Set(d, 255.f));
    const auto last_or = hn::IfThenElseZero(fine, last);
    hn::StoreU(hn::DemoteTo(d8, hn::ConvertTo(di, first_or)), d8, bands.first + t);
    hn::StoreU(hn::DemoteTo(d8, hn::ConvertTo(di, last_or)), d8, bands.last + t);
    for (std::size_t k = valid; k < static_cast<std::size_t>(kTileLanes); ++k)
      bands.first[t + k] = 255, bands.last[t + k] = 0;
  }
}

/// Several triangles, a lane each. w1 and w2 are given at the centre of the first tile's first pixel with
/// their change a pixel right and down; depth and attributes are value + w1·one + w2·two.
struct TriangleLanes {
  HWY_ALIGN float w1[kTilePixels], w1_right[kTilePixels], w1_down[kTilePixels];
  HWY_ALIGN float w2[kTilePixels], w2_right[kTilePixels], w2_down[kTilePixels];
  HWY_ALIGN float value[1 + kMaxTileAttributes][kTilePixels];
  HWY_ALIGN float one[1 + kMaxTileAttributes][kTilePixels], two[1 + kMaxTileAttributes][kTilePixels];
  HWY_ALIGN std::int32_t first_column[kTilePixels], last_column[kTilePixels], first_row[kTilePixels],
      last_row[kTilePixels];
};

/// Sets up the triangles `chosen`; bit k of the result says whether the k-th is to be drawn.
HWY_ATTR inline std::uint32_t set_up_triangles(const RasterMesh& mesh, const TileTarget& target,
                                               const std::int32_t* chosen, int count,
                                               TriangleLanes& out) noexcept {
  const TileFloats d;
  const TileInts di;
  const auto list = hn::Mul(hn::Load(di, chosen), hn::Set(di, 3));
  const auto a = hn::GatherIndex(di, mesh.triangles, list), b = hn::GatherIndex(di, mesh.triangles + 1, list),
             c = hn::GatherIndex(di, mesh.triangles + 2, list);
  const auto scale = hn::Set(d, target.scale), left = hn::Set(d, target.left), top = hn::Set(d, target.top);
  const auto stride = hn::Set(di, mesh.xy_stride);
  const auto pa = hn::Mul(a, stride), pb = hn::Mul(b, stride), pc = hn::Mul(c, stride);
  const float* xy = mesh.xy;
  const auto rx = hn::GatherIndex(d, xy, pa), ry = hn::GatherIndex(d, xy + 1, pa);
  const auto sx = hn::GatherIndex(d, xy, pb), sy = hn::GatherIndex(d, xy + 1, pb);
  const auto tx = hn::GatherIndex(d, xy, pc), ty = hn::GatherIndex(d, xy + 1, pc);
  auto fine =
      hn::And(hn::And(within_reach(rx), within_reach(ry)), hn::And(within_reach(sx), within_reach(sy)));
  fine = hn::And(fine, hn::And(within_reach(tx), within_reach(ty)));
  const auto x0 = hn::MulSub(rx, scale, left), y0 = hn::MulSub(ry, scale, top);
  const auto x1 = hn::MulSub(sx, scale, left), y1 = hn::MulSub(sy, scale, top);
  const auto x2 = hn::MulSub(tx, scale, left), y2 = hn::MulSub(ty, scale, top);

  const auto e1x = hn::Sub(x1, x0), e1y = hn::Sub(y1, y0), e2x = hn::Sub(x2, x0), e2y = hn::Sub(y2, y0);
  const auto area = hn::NegMulAdd(e2x, e1y, hn::Mul(e1x, e2y));
  fine = hn::And(fine, hn::Gt(hn::Abs(area), hn::Set(d, kTileLeastArea)));
  if (mesh.cull == Cull::clockwise) fine = hn::And(fine, hn::Lt(area, hn::Zero(d)));
  if (mesh.cull == Cull::counter_clockwise) fine = hn::And(fine, hn::Gt(area, hn::Zero(d)));

  // Pixels whose centres can be inside: from ceil(least - slack) to floor(most + slack), centres at .5.
  const auto half_less = hn::Set(d, .5f + kTileSlack), half_more = hn::Set(d, -.5f + kTileSlack);
  const auto least_x = hn::Sub(hn::Min(x0, hn::Min(x1, x2)), half_less);
  const auto least_y = hn::Sub(hn::Min(y0, hn::Min(y1, y2)), half_less);
  const auto most_x = hn::Add(hn::Max(x0, hn::Max(x1, x2)), half_more);
  const auto most_y = hn::Add(hn::Max(y0, hn::Max(y1, y2)), half_more);
  const auto last_x = hn::Set(d, static_cast<float>(target.columns * kTileSide - 1));
  const auto last_y = hn::Set(d, static_cast<float>(target.rows * kTileSide - 1));
  const auto from_x = hn::Max(hn::Ceil(least_x), hn::Zero(d)), to_x = hn::Min(hn::Floor(most_x), last_x);
  const auto from_y = hn::Max(hn::Ceil(least_y), hn::Zero(d)), to_y = hn::Min(hn::Floor(most_y), last_y);
  fine = hn::And(fine, hn::And(hn::Le(from_x, to_x), hn::Le(from_y, to_y)));
  fine = hn::And(fine, hn::FirstN(d, static_cast<std::size_t>(count)));
  if (hn::AllFalse(d, fine)) return 0;

  const auto safe = [&](TileVec v) HWY_ATTR { return hn::ConvertTo(di, hn::IfThenElseZero(fine, v)); };
  const auto first_column = hn::ShiftRight<2>(safe(from_x)), first_row = hn::ShiftRight<2>(safe(from_y));
  hn::Store(first_column, di, out.first_column);
  hn::Store(first_row, di, out.first_row);
  hn::Store(hn::ShiftRight<2>(safe(to_x)), di, out.last_column);
  hn::Store(hn::ShiftRight<2>(safe(to_y)), di, out.last_row);

  const auto inverse = hn::Div(hn::Set(d, 1.f), area);
  const auto w1x = hn::Mul(e2y, inverse), w1y = hn::Mul(hn::Neg(e2x), inverse);
  const auto w2x = hn::Mul(hn::Neg(e1y), inverse), w2y = hn::Mul(e1x, inverse);
  const auto dx = hn::Sub(hn::Add(hn::ConvertTo(d, hn::ShiftLeft<2>(first_column)), hn::Set(d, .5f)), x0);
  const auto dy = hn::Sub(hn::Add(hn::ConvertTo(d, hn::ShiftLeft<2>(first_row)), hn::Set(d, .5f)), y0);
  const auto w1 = hn::MulAdd(w1x, dx, hn::Mul(w1y, dy)), w2 = hn::MulAdd(w2x, dx, hn::Mul(w2y, dy));
  hn::Store(w1, d, out.w1), hn::Store(w1x, d, out.w1_right), hn::Store(w1y, d, out.w1_down);
  hn::Store(w2, d, out.w2), hn::Store(w2x, d, out.w2_right), hn::Store(w2y, d, out.w2_down);
  const auto keep = [&](int k, TileVec va, TileVec vb, TileVec vc) HWY_ATTR {
    hn::Store(va, d, out.value[k]);
    hn::Store(hn::Sub(vb, va), d, out.one[k]);
    hn::Store(hn::Sub(vc, va), d, out.two[k]);
  };
  const auto z_stride = hn::Set(di, mesh.z_stride);
  keep(0, hn::GatherIndex(d, mesh.z, hn::Mul(a, z_stride)), hn::GatherIndex(d, mesh.z, hn::Mul(b, z_stride)),
       hn::GatherIndex(d, mesh.z, hn::Mul(c, z_stride)));
  if (target.attribute_count > 0) {
    const auto attributes = hn::Set(di, mesh.attribute_count);
    const auto ka = hn::Mul(a, attributes), kb = hn::Mul(b, attributes), kc = hn::Mul(c, attributes);
    for (int k = 0; k < target.attribute_count; ++k)
      keep(1 + k, hn::GatherIndex(d, mesh.attributes + k, ka), hn::GatherIndex(d, mesh.attributes + k, kb),
           hn::GatherIndex(d, mesh.attributes + k, kc));
  }
  HWY_ALIGN std::int32_t drawn[kTilePixels];
  hn::Store(hn::VecFromMask(di, hn::RebindMask(di, fine)), di, drawn);
  std::uint32_t bits = 0;
  for (int k = 0; k < kTileLanes; ++k) bits |= static_cast<std::uint32_t>(drawn[k] & 1) << k;
  return bits;
}

template <int kCount>
HWY_ATTR inline void fill_triangle(const TriangleLanes& t, int lane, const TileTarget& target) noexcept {
  const TileFloats d;
  const TileInts di;
  const auto place = hn::Iota(di, 0);
  const auto across = hn::ConvertTo(d, hn::And(place, hn::Set(di, 3)));
  const auto along = hn::ConvertTo(d, hn::ShiftRight<2>(place));
  const float w1_right = t.w1_right[lane], w1_down = t.w1_down[lane], w2_right = t.w2_right[lane],
              w2_down = t.w2_down[lane];
  const auto w1_first = hn::MulAdd(hn::Set(d, w1_right), across,
                                   hn::MulAdd(hn::Set(d, w1_down), along, hn::Set(d, t.w1[lane])));
  const auto w2_first = hn::MulAdd(hn::Set(d, w2_right), across,
                                   hn::MulAdd(hn::Set(d, w2_down), along, hn::Set(d, t.w2[lane])));
  const auto edge = hn::Set(d, kTileEdge), unit = hn::Set(d, 1.f);
  constexpr float kSide = kTileSide, kPartRows = static_cast<float>(kTileLanes) / kTileSide;
  const int first_column = t.first_column[lane], last_column = t.last_column[lane];
  const int first_row = t.first_row[lane], last_row = t.last_row[lane];
  for (int row = first_row; row <= last_row; ++row) {
    float* tile = target.tile(first_column, row);
    for (int column = first_column; column <= last_column; ++column, tile += kTilePixels * (1 + kCount)) {
      const float to_right = kSide * static_cast<float>(column - first_column);
      for (int part = 0; part < kTileParts; ++part) {
        const float to_bottom =
            kSide * static_cast<float>(row - first_row) + kPartRows * static_cast<float>(part);
        const auto w1 = hn::Add(w1_first, hn::Set(d, w1_right * to_right + w1_down * to_bottom));
        const auto w2 = hn::Add(w2_first, hn::Set(d, w2_right * to_right + w2_down * to_bottom));
        const auto w0 = hn::Sub(hn::Sub(unit, w1), w2);
        const auto inside = hn::Ge(hn::Min(w0, hn::Min(w1, w2)), edge);
        if (kTileParts > 1 && hn::AllFalse(d, inside)) continue;
        const auto value = [&](int k) HWY_ATTR {
          return hn::MulAdd(w1, hn::Set(d, t.one[k][lane]),
                            hn::MulAdd(w2, hn::Set(d, t.two[k][lane]), hn::Set(d, t.value[k][lane])));
        };
        float* depth = tile + part * kTileLanes;
        const auto z = value(0);
        const auto nearer = hn::And(inside, hn::Gt(z, hn::Load(d, depth)));
        hn::BlendedStore(z, nearer, d, depth);
        for (int k = 1; k <= kCount; ++k) hn::BlendedStore(value(k), nearer, d, depth + kTilePixels * k);
      }
    }
  }
}

HWY_ATTR inline void draw_triangles(const RasterMesh& mesh, const TileTarget& target, std::int32_t* chosen,
                                    int count, TriangleLanes& lanes) noexcept {
  for (int k = count; k < kTileLanes; ++k) chosen[k] = chosen[0];
  std::uint32_t bits = set_up_triangles(mesh, target, chosen, count, lanes);
  for (; bits != 0; bits &= bits - 1) {
    const int lane = static_cast<int>(hwy::Num0BitsBelowLS1Bit_Nonzero32(bits));
    switch (target.attribute_count) {
      case 0:
        fill_triangle<0>(lanes, lane, target);
        break;
      case 1:
        fill_triangle<1>(lanes, lane, target);
        break;
      case 2:
        fill_triangle<2>(lanes, lane, target);
        break;
      case 3:
        fill_triangle<3>(lanes, lane, target);
        break;
      default:
        fill_triangle<4>(lanes, lane, target);
        break;
    }
  }
}

/// The same as raster_tiles_ref.
HWY_ATTR inline void raster_tiles(const RasterMesh& mesh, const TriangleBands& bands, int band,
                                  const TileTarget& target) noexcept {
  const hn::ScalableTag<std::uint8_t> d8;
  const std::size_t step = hn::Lanes(d8);
  static_assert(hn::MaxLanes(hn::ScalableTag<std::uint8_t>()) <= 64);
  const auto here = hn::Set(d8, static_cast<std::uint8_t>(band));
  HWY_ALIGN std::int32_t chosen[kTilePixels];
  TriangleLanes lanes;
  int count = 0;
  const std::size_t all = triangle_bands_size(mesh.triangle_count);
  for (std::size_t t = 0; t < all; t += step) {
    const auto first = hn::LoadU(d8, bands.first + t), last = hn::LoadU(d8, bands.last + t);
    // Unsigned a <= b: min(a, b) == a.
    const auto touched = hn::And(hn::Eq(hn::Min(first, here), first), hn::Eq(hn::Max(last, here), last));
    if (hn::AllFalse(d8, touched)) continue;
    std::uint8_t bytes[8 + 8] = {};
    hn::StoreMaskBits(d8, touched, bytes);
    for (std::size_t base = 0; base < step; base += 8)
      for (unsigned bits = bytes[base / 8]; bits != 0; bits &= bits - 1) {
        chosen[count++] = static_cast<std::int32_t>(
            t + base + hwy::Num0BitsBelowLS1Bit_Nonzero32(static_cast<std::uint32_t>(bits)));
        if (count == kTileLanes) {
          draw_triangles(mesh, target, chosen, count, lanes);
          count = 0;
        }
      }
  }
  if (count > 0) draw_triangles(mesh, target, chosen, count, lanes);
}

}  // namespace HWY_NAMESPACE
}  // namespace parlante
HWY_AFTER_NAMESPACE();
