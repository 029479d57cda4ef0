#include "frame_settings.hpp"

#include <array>
#include <charconv>
#include <filesystem>
#include <optional>

#include "media/picture.hpp"

namespace parlante::app {
namespace {

std::optional<int> whole_number(std::string_view text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || number <= 0) return std::nullopt;
  return number;
}

/// "512" or "720x1024"; "auto" leaves the form's own.
Result<> set_size(const std::string& text, FrameForm& form) {
  if (form.whole_photo) form.width = form.height = 0;
  if (text == "auto") return {};
  const auto cross = text.find('x');
  const auto width = whole_number(std::string_view(text).substr(0, cross));
  const auto height =
      cross == std::string::npos ? width : whole_number(std::string_view(text).substr(cross + 1));
  if (!width || !height)
    return fail(ErrorKind::usage,
                "\"" + text + "\" is no size: --size takes pixels such as 512, or 720x1024.");
  if (form.whole_photo && cross != std::string::npos)
    return fail(
        ErrorKind::usage,
        "With --frame full the photo gives the shape: --size takes its long side alone, such as 1280.");
  form.width = *width, form.height = form.whole_photo ? 0 : *height;
  return {};
}

std::optional<std::array<std::uint8_t, 3>> colour(const std::string& text) {
  if (text.size() != 7) return std::nullopt;
  std::array<std::uint8_t, 3> rgb{};
  for (std::size_t k = 0; k < 3; ++k) {
    const char* begin = text.data() + 1 + 2 * k;
    const auto [end, error] = std::from_chars(begin, begin + 2, rgb[k], 16);
    if (error != std::errc{} || end != begin + 2) return std::nullopt;
  }
  return rgb;
}

Result<> set_background(const std::string& text, FrameForm& form, Sink& sink) {
  if (text.empty() || text == "photo") return {};
  if (text == "transparent") {
    form.transparent = true;
    return {};
  }
  if (text[0] == '#') {
    const auto rgb = colour(text);
    if (!rgb)
      return fail(ErrorKind::usage, "\"" + text +
                                        "\" is no colour: it takes # and six hexadecimal digits, such as "
                                        "#1e90ff.");
    ImageU8 pixel(1, 1, 3);
    for (std::size_t c = 0; c < 3; ++c) pixel.pixels[c] = (*rgb)[c];
    form.background = std::make_shared<const ImageU8>(std::move(pixel));
    return {};
  }
  std::error_code error;
  if (!std::filesystem::exists(text, error))
    return fail(ErrorKind::usage,
                "There is no background \"" + text +
                    "\": it is photo, transparent, a colour such as #1e90ff, or a picture.");
  auto picture = read_picture(text, {.max_side = 4096, .sink = &sink});
  if (!picture) return pass_on(std::move(picture));
  form.background = std::make_shared<const ImageU8>(std::move(*picture));
  return {};
}

}  // namespace

Result<FrameForm> frame_form(const DrawSettings& draw, Sink& sink) {
  FrameForm form;
  form.whole_photo = draw.frame == "full";
  if (auto set = set_size(draw.size, form); !set) return tl::unexpected(set.error());
  if (auto set = set_background(draw.background, form, sink); !set) return tl::unexpected(set.error());
  if (auto fine = check_form(form); !fine) return tl::unexpected(fine.error());
  return form;
}

bool goes_beyond_square(const FrameForm& form) noexcept {
  return form.whole_photo || form.width != form.height;
}

}  // namespace parlante::app
