// The composition of tiles for whatever vectors the file that includes this is compiled for.
#pragma once

#include <cstring>

#include "render/tile_compose.hpp"
#include "render/tile_raster_simd.hpp"

HWY_BEFORE_NAMESPACE();
namespace parlante {
namespace HWY_NAMESPACE {

/// Four texels about each place, for a part of a tile.
struct TileTexels {
  hn::Vec<hn::Rebind<std::uint32_t, TileFloats>> here, right, below, diagonal;
  TileVec fx, fy;
};

/// `x`, `y`: places relative to the centre of the first texel. Needs at least 2 x 2 texels.
HWY_ATTR inline TileTexels texels_at(const Texture& t, TileVec x, TileVec y) noexcept {
  const TileFloats d;
  const TileInts di;
  const hn::Rebind<std::uint32_t, TileFloats> du;
  const auto clamp_to = [&](TileVec v, int last) HWY_ATTR {
    return hn::Min(hn::Max(v, hn::Zero(d)), hn::Set(d, static_cast<float>(last)));
  };
  // A place beyond the border is moved onto it: the same as repeating the border's texels.
  x = clamp_to(x, t.width - 1), y = clamp_to(y, t.height - 1);
  const auto i = hn::Min(hn::ConvertTo(di, x), hn::Set(di, t.width - 2));
  const auto j = hn::Min(hn::ConvertTo(di, y), hn::Set(di, t.height - 2));
  const auto at = hn::Add(hn::Mul(j, hn::Set(di, t.stride / 4)), i);
  const auto* texels = reinterpret_cast<const std::uint32_t*>(t.texels);
  TileTexels out;
  out.here = hn::GatherIndex(du, texels, at);
  out.right = hn::GatherIndex(du, texels + 1, at);
  out.below = hn::GatherIndex(du, texels + t.stride / 4, at);
  out.diagonal = hn::GatherIndex(du, texels + t.stride / 4 + 1, at);
  out.fx = hn::Sub(x, hn::ConvertTo(d, i)), out.fy = hn::Sub(y, hn::ConvertTo(d, j));
  return out;
}

template <int kShift, class V>
HWY_ATTR inline TileVec channel_of(V texels) noexcept {
  const TileFloats d;
  const TileInts di;
  const hn::Rebind<std::uint32_t, TileFloats> du;
  return hn::ConvertTo(d, hn::BitCast(di, hn::And(hn::ShiftRight<kShift>(texels), hn::Set(du, 255))));
}

template <int kShift>
HWY_ATTR inline TileVec blended(const TileTexels& t) noexcept {
  const auto a = channel_of<kShift>(t.here), b = channel_of<kShift>(t.right);
  const auto c = channel_of<kShift>(t.below), e = channel_of<kShift>(t.diagonal);
  const auto top = hn::MulAdd(t.fx, hn::Sub(b, a), a), bottom = hn::MulAdd(t.fx, hn::Sub(e, c), c);
  return hn::MulAdd(t.fy, hn::Sub(bottom, top), top);
}

/// A tile's pixels into RGB rows.
HWY_ATTR inline void write_tile(const std::uint32_t* pixels, const TileRow& row, int column) noexcept {
  const hn::FixedTag<std::uint8_t, 16> d16;
  const hn::FixedTag<std::uint32_t, 4> d4;
  const int x = column * kTileSide;
  std::uint8_t* out = row.out + 3 * x;
  HWY_ALIGN static constexpr std::uint8_t kPick[16] = {0,  1,  2,  4,  5,  6,  8,  9,
                                                       10, 12, 13, 14, 12, 13, 14, 12};
  const auto pick = hn::Load(d16, kPick);
  const bool whole = x + kTileSide <= row.width;
  for (int y = 0; y < row.height; ++y, out += row.out_stride) {
    const auto four = hn::BitCast(d16, hn::Load(d4, pixels + kTileSide * y));
    const auto packed = hn::TableLookupBytes(four, pick);
    if (whole) {
      hn::StoreU(hn::LowerHalf(packed), hn::Half<decltype(d16)>(), out);
      const std::uint32_t rest = hn::GetLane(hn::ShiftRightLanes<2>(d4, hn::BitCast(d4, packed)));
      std::memcpy(out + 8, &rest, 4);
    } else {
      HWY_ALIGN std::uint8_t bytes[16];
      hn::Store(packed, d16, bytes);
      std::memcpy(out, bytes, 3 * static_cast<std::size_t>(row.width - x));
    }
  }
}

/// A tile's alphas (in the upper byte) into rows of one channel.
inline void write_covered(const std::uint32_t* pixels, const TileRow& row, int column) noexcept {
  const int x = column * kTileSide, width = x + kTileSide <= row.width ? kTileSide : row.width - x;
  for (int y = 0; y < row.height; ++y)
    for (int k = 0; k < width; ++k)
      row.covered[static_cast<std::ptrdiff_t>(y) * row.covered_stride + x + k] =
          static_cast<std::uint8_t>(pixels[kTileSide * y + k] >> 24);
}

/// The same as compose_tiles_ref, but for the rounding.
HWY_ATTR inline void compose_tiles(const TileRow& row, const Texture& texture) noexcept {
  const TileFloats d;
  const hn::Rebind<std::uint32_t, TileFloats> du;
  const auto far = hn::Set(d, kRasterFar), nowhere = hn::Set(d, kNowhere), beyond = hn::Set(d, 1e6f);
  const auto zero = hn::Zero(d), unit = hn::Set(d, 1.f), most = hn::Set(d, 255.f);
  const auto origin_x = hn::Set(d, texture.origin_x + .5f), origin_y = hn::Set(d, texture.origin_y + .5f);
  for (int column = 0; column < row.columns; ++column) {
    const float* skin = row.skin + static_cast<std::ptrdiff_t>(column) * kSkinTileFloats;
    const float* relief = row.relief + static_cast<std::ptrdiff_t>(column) * kReliefTileFloats;
    HWY_ALIGN std::uint32_t pixels[kTilePixels];
    for (int part = 0; part < kTilePixels; part += kTileLanes) {
      const auto plate = hn::And(hn::Set(du, 0xffffff),
                                 hn::LoadU(du, reinterpret_cast<const std::uint32_t*>(row.plate) +
                                                   static_cast<std::ptrdiff_t>(column) * kTilePixels + part));
      hn::Store(plate, du, pixels + part);
      const auto on_skin = hn::Gt(hn::Load(d, skin + part), far),
                 on_relief = hn::Gt(hn::Load(d, relief + part), far);
      if (hn::AllFalse(d, hn::Or(on_skin, on_relief))) continue;
      const auto m = hn::IfThenElseZero(on_skin, hn::Load(d, skin + 3 * kTilePixels + part));
      const auto ru = hn::Load(d, relief + kTilePixels + part),
                 rv = hn::Load(d, relief + 2 * kTilePixels + part);
      const auto su = hn::Load(d, skin + kTilePixels + part), sv = hn::Load(d, skin + 2 * kTilePixels + part);
      const auto u = hn::IfThenElse(on_relief, hn::MulAdd(m, hn::Sub(su, ru), ru), su);
      const auto v = hn::IfThenElse(on_relief, hn::MulAdd(m, hn::Sub(sv, rv), rv), sv);
      auto seen = hn::Or(on_relief, hn::Gt(m, hn::Set(d, .5f)));
      seen = hn::And(seen, hn::And(hn::And(hn::Gt(u, nowhere), hn::Gt(v, nowhere)),
                                   hn::And(hn::Lt(u, beyond), hn::Lt(v, beyond))));
      if (hn::AllFalse(d, seen)) continue;
      const TileTexels t = texels_at(texture, hn::IfThenElseZero(seen, hn::Sub(u, origin_x)),
                                     hn::IfThenElseZero(seen, hn::Sub(v, origin_y)));
      const auto shade = hn::MulAdd(m, hn::Sub(hn::Load(d, skin + 4 * kTilePixels + part), unit), unit);
      const auto least = hn::Min(hn::Max(hn::Mul(hn::Set(d, 4.f), hn::Sub(m, hn::Set(d, .4f))), zero), unit);
      const auto alpha = hn::Max(hn::Mul(blended<24>(t), hn::Set(d, 1.f / 255)), least);
      const auto amount = row.covered ? unit : alpha;
      const auto over = [&](TileVec colour, TileVec back) HWY_ATTR {
        const auto value = hn::MulAdd(amount, hn::MulSub(colour, shade, back), back);
        return hn::BitCast(du, hn::NearestInt(hn::Min(hn::Max(value, zero), most)));
      };
      const auto r = over(blended<0>(t), channel_of<0>(plate)), g = over(blended<8>(t), channel_of<8>(plate)),
                 b = over(blended<16>(t), channel_of<16>(plate));
      const auto rgb = hn::Or(r, hn::Or(hn::ShiftLeft<8>(g), hn::ShiftLeft<16>(b)));
      const auto coverage = hn::BitCast(du, hn::NearestInt(hn::Mul(alpha, most)));
      const auto chosen = hn::RebindMask(du, seen);
      hn::Store(hn::IfThenElse(chosen, hn::Or(rgb, hn::ShiftLeft<24>(coverage)), plate), du, pixels + part);
    }
    write_tile(pixels, row, column);
    if (row.covered) write_covered(pixels, row, column);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace parlante
HWY_AFTER_NAMESPACE();
