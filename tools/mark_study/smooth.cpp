#include "smooth.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <functional>
#include <vector>

#include "core/random.hpp"
#include "mark/mark_reader.hpp"
#include "mark/watermark.hpp"
#include "media/picture.hpp"

namespace parlante::mark_study {
namespace {

constexpr double kLeastPsnr = 43;
constexpr MarkPayload kPayload{1, 0xabcdef};

struct Backdrop {
  const char* name;
  bool shaded;
  std::function<double(double x, double y, int channel)> level;  ///< x, y: 0 to 1
};

/// Shades are rounded with a noise of half a level, as cameras and our own plates have it: without, shades
/// have bands.
ImageU8 paint(const Backdrop& backdrop, int width, int height) {
  Random random(3);
  ImageU8 picture(width, height, 3);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x)
      for (int c = 0; c < 3; ++c) {
        const double level = backdrop.level(x / (width - 1.), y / (height - 1.), c) +
                             (backdrop.shaded ? random.uniform(-.5, .5) : 0.);
        picture.at(x, y)[c] = static_cast<std::uint8_t>(std::clamp(std::lround(level), 0L, 255L));
      }
  return picture;
}

double psnr(const ImageU8& a, const ImageU8& b) {
  double squares = 0;
  for (std::size_t i = 0; i < a.pixels.size(); ++i)
    squares += std::pow(static_cast<double>(a.pixels[i]) - b.pixels[i], 2);
  return 10 * std::log10(255. * 255. * static_cast<double>(a.pixels.size()) / squares);
}

/// The middle 160 px of both, each pixel four by four.
ImageU8 enlarged(const ImageU8& plain, const ImageU8& marked) {
  constexpr int kPart = 160, kTimes = 4, kGap = 8;
  ImageU8 out(2 * kPart * kTimes + kGap, kPart * kTimes, 3);
  for (int y = 0; y < out.height; ++y)
    for (int x = 0; x < out.width; ++x) {
      const bool right = x >= kPart * kTimes + kGap;
      const ImageU8& from = right ? marked : plain;
      const int column = (right ? x - kPart * kTimes - kGap : std::min(x, kPart * kTimes - 1)) / kTimes;
      std::copy_n(from.at((from.width - kPart) / 2 + column, (from.height - kPart) / 2 + y / kTimes), 3,
                  out.at(x, y));
    }
  return out;
}

}  // namespace

int smooth(const std::string& folder) {
  const std::vector<Backdrop> backdrops{
      {"black", false, [](double, double, int) { return 0.; }},
      {"dark grey", false, [](double, double, int) { return 40.; }},
      {"grey", false, [](double, double, int) { return 128.; }},
      {"white", false, [](double, double, int) { return 255.; }},
      {"shade from 60 to 200", true, [](double x, double y, int) { return 60 + 70 * (x + y); }},
      {"blue sky", true,
       [](double, double y, int c) { return c == 0   ? 60 + 90 * y
                                            : c == 1 ? 120 + 70 * y
                                                     : 210 + 30 * y; }},
  };
  std::printf("| backdrop | size | PSNR, dB | largest change | read |\n| --- | --- | --- | --- | --- |\n");
  double lowest = 1e9;
  for (const Backdrop& backdrop : backdrops)
    for (const auto& [width, height] : {std::pair(256, 256), std::pair(512, 512), std::pair(1920, 1080)}) {
      const ImageU8 plain = paint(backdrop, width, height);
      ImageU8 marked = plain;
      Watermark(kPayload, width, height).apply(marked);
      int most = 0;
      for (std::size_t i = 0; i < plain.pixels.size(); ++i)
        most = std::max(most, std::abs(plain.pixels[i] - marked.pixels[i]));
      MarkReader reader;
      reader.add(marked);
      const double here = psnr(plain, marked);
      lowest = std::min(lowest, here);
      std::printf("| %s | %d x %d | %.1f | %d | %s |\n", backdrop.name, width, height, here, most,
                  reader.find(MarkEffort::as_made).payload == kPayload ? "yes" : "no");
      if (!folder.empty()) {
        std::string name = folder + "/" + backdrop.name + " " + std::to_string(height) + ".png";
        std::replace(name.begin() + static_cast<std::ptrdiff_t>(folder.size()), name.end(), ' ', '_');
        if (const auto written = write_png(enlarged(plain, marked), name); !written)
          return std::fprintf(stderr, "%s\n", written.error().message.c_str()), 1;
      }
    }
  return lowest >= kLeastPsnr ? 0 : 1;
}

}  // namespace parlante::mark_study
