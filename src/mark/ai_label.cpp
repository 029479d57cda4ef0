#include "mark/ai_label.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace parlante {
namespace {

constexpr double kFirst = 3, kAgain = 2, kEvery = 30, kFade = .25;  // s
constexpr double kHeight = .058, kMargin = .028;                    // of the frame's shorter side
constexpr double kWidth = 1.62;                                     // of the label's height
constexpr double kStroke = .052, kPlateOpacity = .62, kPlateGrey = 16, kLetterGrey = 250;

struct Line {
  double x0, y0, x1, y1;
};
// "AI" in a plate kWidth wide and 1 high.
constexpr std::array<Line, 4> kLetters{
    {{.36, .76, .64, .24}, {.64, .24, .92, .76}, {.462, .585, .818, .585}, {1.19, .24, 1.19, .76}}};

double distance(const Line& line, double x, double y) noexcept {
  const double dx = line.x1 - line.x0, dy = line.y1 - line.y0;
  const double along = std::clamp(((x - line.x0) * dx + (y - line.y0) * dy) / (dx * dx + dy * dy), 0., 1.);
  return std::hypot(x - line.x0 - along * dx, y - line.y0 - along * dy);
}

/// Of a pixel `px` wide (in heights of the label) whose middle lies `inside` an edge: how much is covered.
std::uint8_t cover(double inside, double px) noexcept {
  return static_cast<std::uint8_t>(std::lround(255 * std::clamp(inside / px + .5, 0., 1.)));
}

double inside_plate(double x, double y) noexcept {
  constexpr double kRound = .3;
  const double dx = std::abs(x - kWidth / 2) - (kWidth / 2 - kRound), dy = std::abs(y - .5) - (.5 - kRound);
  return kRound - std::hypot(std::max(dx, 0.), std::max(dy, 0.)) - std::min(std::max(dx, dy), 0.);
}

/// A grey over a pixel, RGB or RGBA that is not premultiplied.
void lay_over(std::uint8_t* pixel, int channels, double grey, double share) noexcept {
  const double under = channels == 4 ? pixel[3] / 255. * (1 - share) : 1 - share, whole = under + share;
  if (whole <= 0) return;
  for (int c = 0; c < 3; ++c)
    pixel[c] = static_cast<std::uint8_t>(std::lround((pixel[c] * under + grey * share) / whole));
  if (channels == 4) pixel[3] = static_cast<std::uint8_t>(std::lround(255 * whole));
}

}  // namespace

AiLabel::AiLabel(LabelTimes times, Rational rate, int width, int height)
    : times_(times), seconds_a_frame_(static_cast<double>(rate.den) / static_cast<double>(rate.num)) {
  const double side = std::min(width, height);
  box_.height = std::max(12, static_cast<int>(std::lround(kHeight * side)));
  box_.width = static_cast<int>(std::ceil(kWidth * box_.height));
  const int margin = static_cast<int>(std::lround(kMargin * side));
  box_.x = std::max(0, width - margin - box_.width),
  box_.y = std::min(margin, std::max(0, height - box_.height));
  const double px = 1. / box_.height;
  for (int y = 0; y < box_.height; ++y)
    for (int x = 0; x < box_.width; ++x) {
      const double cx = (x + .5) * px, cy = (y + .5) * px;
      double nearest = 9;
      for (const Line& line : kLetters) nearest = std::min(nearest, distance(line, cx, cy));
      plate_.push_back(cover(inside_plate(cx, cy), px));
      letters_.push_back(cover(kStroke - nearest, px));
    }
}

float AiLabel::strength(std::int64_t index) const noexcept {
  if (times_ == LabelTimes::off) return 0;
  if (times_ == LabelTimes::always) return 1;
  const double now = static_cast<double>(index) * seconds_a_frame_;
  const auto fading = [](double left) { return static_cast<float>(std::clamp(left / kFade, 0., 1.)); };
  if (now < kEvery || times_ == LabelTimes::start) return fading(kFirst - now);
  const double since = std::fmod(now, kEvery);
  return std::min(fading(since + seconds_a_frame_), fading(kAgain - since));
}

void AiLabel::apply(std::int64_t index, ImageU8& frame) const noexcept {
  const float strength_now = strength(index);
  if (strength_now <= 0) return;
  for (int y = 0; y < box_.height && box_.y + y < frame.height; ++y)
    for (int x = 0; x < box_.width && box_.x + x < frame.width; ++x) {
      const auto at = static_cast<std::size_t>(y * box_.width + x);
      std::uint8_t* p = frame.at(box_.x + x, box_.y + y);
      lay_over(p, frame.channels, kPlateGrey, kPlateOpacity * strength_now * plate_[at] / 255.);
      lay_over(p, frame.channels, kLetterGrey, strength_now * letters_[at] / 255.);
    }
}

}  // namespace parlante
