#include "stream/frame_form.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "avatar/surround.hpp"
#include "render/picture_window.hpp"

namespace parlante {
namespace {

constexpr double kEyesPlace = .42;  // of a frame's height, where the middle of the face's upper half lies
constexpr double kHair = .32, kChin = .06, kSide = .12;  // beyond the face, in its height: what must be seen
constexpr int kSmallHead = 192;                          // px of the square below which a head is very small

/// A box in px of the avatar's square picture.
struct Box {
  double left = 0, top = 0, right = 0, bottom = 0;
  double width() const noexcept { return right - left; }
  double height() const noexcept { return bottom - top; }
};

std::string text(int width, int height) {
  return std::to_string(width) + "x" + std::to_string(height);
}

int even(double length) noexcept {
  return 2 * std::max(1, static_cast<int>(std::lround(length / 2)));
}

/// How far the avatar's photo reaches, around its square.
Box reach_of(const Avatar& avatar, bool square_only) noexcept {
  const double side = avatar.size;
  const Surround& s = avatar.surround;
  if (square_only || s.width == 0) return {0, 0, side, side};
  const double unit = side / s.side;
  return {-s.left * unit, -s.top * unit, (s.width - s.left) * unit, (s.height - s.top) * unit};
}

/// Where the face lies, chin to hairline.
Box face_of(const Avatar& avatar) noexcept {
  Box box{1e9, 1e9, -1e9, -1e9};
  const std::size_t count = std::min(avatar.mesh_weight.size(), avatar.texture.size());
  for (std::size_t v = 0; v < count; ++v) {
    if (avatar.mesh_weight[v] < .5f) continue;
    const double x = static_cast<double>(avatar.texture[v].x()),
                 y = static_cast<double>(avatar.texture[v].y());
    box = {std::min(box.left, x), std::min(box.top, y), std::max(box.right, x), std::max(box.bottom, y)};
  }
  const double side = avatar.size;
  return box.left < box.right ? box : Box{.3 * side, .25 * side, .7 * side, .75 * side};
}

/// The window of the frame's shape, px of the square picture.
Result<PictureWindow> window_of(const Avatar& avatar, const FrameForm& form, bool square_only) {
  const Box reach = reach_of(avatar, square_only), face = face_of(avatar);
  const double shape = static_cast<double>(form.width) / form.height, side = avatar.size;
  const double tall = face.height();
  const Box head{face.left - kSide * tall, face.top - kHair * tall, face.right + kSide * tall,
                 face.bottom + kChin * tall};
  // As much of the photo as the square shows, or what the head takes, if it reaches so far.
  const double usual = shape >= 1 ? side * std::min(1.0, 1.15 / std::sqrt(shape)) : side / std::sqrt(shape);
  const double wanted = std::max({usual, head.height(), head.width() / shape});
  const double height = std::min({wanted, reach.height(), reach.width() / shape}), width = height * shape;
  const auto whole = [](double low, double high, double from, double to) {
    return std::min(high, to) - std::max(low, from);
  };
  // What of the head the photo itself shows must stay.
  if (width < .97 * whole(head.left, head.right, reach.left, reach.right) ||
      height < .97 * whole(head.top, head.bottom, reach.top, reach.bottom))
    return fail(ErrorKind::usage, "The photo does not reach far enough around the head for " +
                                      text(form.width, form.height) +
                                      (square_only && avatar.surround.width > 0
                                           ? " with another background; choose a shape nearer to a square."
                                           : "; choose a shape nearer to a square."));
  const double centre = (face.left + face.right) / 2, eyes = face.top + .4 * tall;
  const bool same_shape = form.width == form.height && height >= side;
  double left = same_shape ? 0 : centre - width / 2, top = same_shape ? 0 : eyes - kEyesPlace * height;
  if (!same_shape) {
    // The chin and the hair before the rule.
    top = std::clamp(top, std::min(head.bottom - height, head.top), std::max(head.bottom - height, head.top));
    left = std::clamp(left, reach.left, reach.right - width);
    top = std::clamp(top, reach.top, reach.bottom - height);
  }
  return PictureWindow{left, top, width, height};
}

/// The whole photo with even sides.
Result<PictureWindow> whole_window(const Avatar& avatar, FrameForm& form, Sink& sink) {
  const Surround& s = avatar.surround;
  const Box reach = reach_of(avatar, false);
  const bool alone = s.width == 0;
  const double own = alone ? avatar.size : std::max(s.width, s.height);
  const double asked = form.width > 0 ? form.width : kUsualLongSide;
  if (form.width > own + 1)
    sink.log(LogLevel::warning, "The whole photo is drawn " + std::to_string(even(own)) +
                                    " px on its long side: it is not sharper than that.");
  const double scale = std::min(asked, own) / std::max(reach.width(), reach.height());
  form.width = even(reach.width() * scale), form.height = even(reach.height() * scale);
  if (avatar.size * scale < kSmallHead)
    sink.log(LogLevel::warning, "The head is small in the whole photo: its square takes " +
                                    std::to_string(std::lround(avatar.size * scale)) + " px of " +
                                    text(form.width, form.height) + ".");
  // The window has the frame's shape exactly: at most a pixel of the photo is left out or its border
  // repeated.
  const double width = form.width / scale, height = form.height / scale;
  return PictureWindow{reach.left + (reach.width() - width) / 2, reach.top + (reach.height() - height) / 2,
                       width, height};
}

bool within_square(const RenderOptions& o) noexcept {
  return o.part.x >= 0 && o.part.y >= 0 && o.part.x + o.part.width <= o.size &&
         o.part.y + o.part.height <= o.size;
}

}  // namespace

Result<> check_form(const FrameForm& form) {
  if (form.transparent && form.background)
    return fail(ErrorKind::usage, "A background is either transparent or a picture, not both.");
  if (form.whole_photo) {
    if (form.transparent || form.background)
      return fail(ErrorKind::usage,
                  "The whole photo keeps its own background: only around the head is it known what is person "
                  "and what is behind. Use another background with frames around the head.");
    if (form.width != 0 && (form.width < kLeastSide || form.width > kMostLongSide))
      return fail(ErrorKind::usage, "The long side of the whole photo is " + std::to_string(kLeastSide) +
                                        " to " + std::to_string(kMostLongSide) + " pixels.");
    return {};
  }
  for (const int side : {form.width, form.height})
    if (side < kLeastSide || side > kMostSide || side % 2)
      return fail(ErrorKind::usage, "A frame's sides are even numbers of pixels from " +
                                        std::to_string(kLeastSide) + " to " + std::to_string(kMostSide) +
                                        ", not " + text(form.width, form.height) + ".");
  return {};
}

Result<> shape_frames(const Avatar& avatar, const FrameForm& asked, RenderOptions& options, Sink& sink) {
  if (auto fine = check_form(asked); !fine) return fine;
  FrameForm form = asked;
  const bool replaced = form.transparent || form.background;
  const auto window = form.whole_photo ? whole_window(avatar, form, sink) : window_of(avatar, form, replaced);
  if (!window) return tl::unexpected(window.error());

  const double scale = form.width / window->width;
  options.size = std::max(2, static_cast<int>(std::lround(avatar.size * scale)));
  options.part = {static_cast<int>(std::lround(window->x * scale)),
                  static_cast<int>(std::lround(window->y * scale)), form.width, form.height};
  options.around = nullptr, options.background = nullptr;
  options.transparent = form.transparent;
  // Rounding alone must not ask for what lies beyond the square.
  const auto settle = [&](int& at, int length) {
    if (at < 0 && at >= -2 && length + at <= options.size) at = 0;
    if (at > 0 && at + length > options.size && at + length <= options.size + 2)
      at = std::max(0, options.size - length);
  };
  settle(options.part.x, form.width);
  settle(options.part.y, form.height);
  if (form.background)
    options.background = std::make_shared<const ImageU8>(
        resample_window(*form.background, covering_window(*form.background, form.width, form.height),
                        form.width, form.height));
  if (!within_square(options) && !replaced && avatar.surround.width > 0) {
    const auto picture = surround_picture(avatar.surround);
    if (!picture) return tl::unexpected(picture.error());
    // Placed by the whole pixels the square was rounded to.
    const double unit = avatar.surround.side / options.size;
    const PictureWindow shown{avatar.surround.left + options.part.x * unit,
                              avatar.surround.top + options.part.y * unit, form.width * unit,
                              form.height * unit};
    options.around =
        std::make_shared<const ImageU8>(resample_window(*picture, shown, form.width, form.height));
  }
  return check_frames(options);
}

Result<> check_frames(const RenderOptions& o) {
  const bool whole = o.part.width <= 0 || o.part.height <= 0;
  const int width = whole ? o.size : o.part.width, height = whole ? o.size : o.part.height;
  const bool usual = !whole || (o.size >= kLeastSide && o.size <= kMostSide);
  const bool fine = usual && o.size >= 32 && o.size <= 2048 && width >= 16 && height >= 16 &&
                    width <= kMostLongSide && height <= kMostLongSide;
  if (!fine) return fail(ErrorKind::usage, "Frames of " + text(width, height) + " pixels cannot be drawn.");
  const auto fits = [&](const std::shared_ptr<const ImageU8>& picture) {
    return !picture || (picture->width == width && picture->height == height && picture->channels == 3);
  };
  const bool meets =
      whole || (o.part.x < o.size && o.part.y < o.size && o.part.x + width > 0 && o.part.y + height > 0);
  if (!fits(o.around) || !fits(o.background) || !meets || (!whole && !within_square(o) && !o.around))
    return fail(ErrorKind::usage, "The frame's part, surroundings and background do not fit together.");
  return {};
}

}  // namespace parlante
