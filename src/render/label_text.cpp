#include "render/label_text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace parlante {
namespace {

struct Glyph {
  char character;
  std::array<const char*, 7> rows;
};

constexpr std::array kGlyphs = {
    Glyph{'0', {" ### ", "#   #", "#  ##", "# # #", "##  #", "#   #", " ### "}},
    Glyph{'1', {"  #  ", " ##  ", "  #  ", "  #  ", "  #  ", "  #  ", " ### "}},
    Glyph{'2', {" ### ", "#   #", "    #", "  ## ", " #   ", "#    ", "#####"}},
    Glyph{'3', {" ### ", "#   #", "    #", "  ## ", "    #", "#   #", " ### "}},
    Glyph{'4', {"   # ", "  ## ", " # # ", "#  # ", "#####", "   # ", "   # "}},
    Glyph{'5', {"#####", "#    ", "#### ", "    #", "    #", "#   #", " ### "}},
    Glyph{'6', {"  ## ", " #   ", "#    ", "#### ", "#   #", "#   #", " ### "}},
    Glyph{'7', {"#####", "    #", "   # ", "   # ", "  #  ", "  #  ", "  #  "}},
    Glyph{'8', {" ### ", "#   #", "#   #", " ### ", "#   #", "#   #", " ### "}},
    Glyph{'9', {" ### ", "#   #", "#   #", " ####", "    #", "   # ", " ##  "}},
    Glyph{'A', {" ### ", "#   #", "#   #", "#####", "#   #", "#   #", "#   #"}},
    Glyph{'B', {"#### ", "#   #", "#   #", "#### ", "#   #", "#   #", "#### "}},
    Glyph{'C', {" ### ", "#   #", "#    ", "#    ", "#    ", "#   #", " ### "}},
    Glyph{'D', {"#### ", "#   #", "#   #", "#   #", "#   #", "#   #", "#### "}},
    Glyph{'E', {"#####", "#    ", "#    ", "#### ", "#    ", "#    ", "#####"}},
    Glyph{'F', {"#####", "#    ", "#    ", "#### ", "#    ", "#    ", "#    "}},
    Glyph{'G', {" ### ", "#   #", "#    ", "#  ##", "#   #", "#   #", " ### "}},
    Glyph{'H', {"#   #", "#   #", "#   #", "#####", "#   #", "#   #", "#   #"}},
    Glyph{'I', {" ### ", "  #  ", "  #  ", "  #  ", "  #  ", "  #  ", " ### "}},
    Glyph{'J', {"  ###", "   # ", "   # ", "   # ", "   # ", "#  # ", " ##  "}},
    Glyph{'K', {"#   #", "#  # ", "# #  ", "##   ", "# #  ", "#  # ", "#   #"}},
    Glyph{'L', {"#    ", "#    ", "#    ", "#    ", "#    ", "#    ", "#####"}},
    Glyph{'M', {"#   #", "## ##", "# # #", "# # #", "#   #", "#   #", "#   #"}},
    Glyph{'N', {"#   #", "##  #", "##  #", "# # #", "#  ##", "#  ##", "#   #"}},
    Glyph{'O', {" ### ", "#   #", "#   #", "#   #", "#   #", "#   #", " ### "}},
    Glyph{'P', {"#### ", "#   #", "#   #", "#### ", "#    ", "#    ", "#    "}},
    Glyph{'Q', {" ### ", "#   #", "#   #", "#   #", "# # #", "#  # ", " ## #"}},
    Glyph{'R', {"#### ", "#   #", "#   #", "#### ", "# #  ", "#  # ", "#   #"}},
    Glyph{'S', {" ####", "#    ", "#    ", " ### ", "    #", "    #", "#### "}},
    Glyph{'T', {"#####", "  #  ", "  #  ", "  #  ", "  #  ", "  #  ", "  #  "}},
    Glyph{'U', {"#   #", "#   #", "#   #", "#   #", "#   #", "#   #", " ### "}},
    Glyph{'V', {"#   #", "#   #", "#   #", "#   #", " # # ", " # # ", "  #  "}},
    Glyph{'W', {"#   #", "#   #", "#   #", "# # #", "# # #", "# # #", " # # "}},
    Glyph{'X', {"#   #", "#   #", " # # ", "  #  ", " # # ", "#   #", "#   #"}},
    Glyph{'Y', {"#   #", "#   #", " # # ", "  #  ", "  #  ", "  #  ", "  #  "}},
    Glyph{'Z', {"#####", "    #", "   # ", "  #  ", " #   ", "#    ", "#####"}},
    Glyph{'/', {"    #", "    #", "   # ", "  #  ", " #   ", "#    ", "#    "}},
    Glyph{'+', {"     ", "  #  ", "  #  ", "#####", "  #  ", "  #  ", "     "}},
    Glyph{'-', {"     ", "     ", "     ", "#####", "     ", "     ", "     "}},
    Glyph{'.', {"     ", "     ", "     ", "     ", "     ", " ##  ", " ##  "}},
    Glyph{':', {"     ", " ##  ", " ##  ", "     ", " ##  ", " ##  ", "     "}},
    Glyph{'%', {"##  #", "##  #", "   # ", "  #  ", " #   ", "#  ##", "#  ##"}},
};

constexpr int kAdvance = 6;  // five dots and a gap

const Glyph* glyph_of(char character) noexcept {
  const char capital =
      character >= 'a' && character <= 'z' ? static_cast<char>(character - 'a' + 'A') : character;
  const auto* found =
      std::find_if(kGlyphs.begin(), kGlyphs.end(), [&](const Glyph& g) { return g.character == capital; });
  return found == kGlyphs.end() ? nullptr : found;
}

void fill(ImageU8& picture, int x0, int y0, int x1, int y1, std::uint8_t value) noexcept {
  x0 = std::clamp(x0, 0, picture.width), x1 = std::clamp(x1, 0, picture.width);
  y0 = std::clamp(y0, 0, picture.height), y1 = std::clamp(y1, 0, picture.height);
  for (int y = y0; y < y1 && x0 < x1; ++y)
    std::fill(picture.at(x0, y), picture.at(x0, y) + (x1 - x0) * picture.channels, value);
}

}  // namespace

int label_width(std::string_view text, int scale) noexcept {
  return static_cast<int>(text.size()) * kAdvance * scale;
}

void draw_label(ImageU8& picture, int x, int y, std::string_view text, int scale) noexcept {
  const int margin = 2 * scale;
  fill(picture, x, y, x + label_width(text, scale) + 2 * margin, y + label_height(scale) + 2 * margin, 0);
  int left = x + margin;
  for (const char character : text) {
    if (const Glyph* glyph = glyph_of(character))
      for (int row = 0; row < 7; ++row)
        for (int column = 0; column < 5; ++column)
          if (glyph->rows[static_cast<std::size_t>(row)][column] == '#') {
            const int px = left + column * scale, py = y + margin + row * scale;
            fill(picture, px, py, px + scale, py + scale, 255);
          }
    left += kAdvance * scale;
  }
}

}  // namespace parlante
