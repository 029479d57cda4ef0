// What the command can be asked: plain values, and the tables of options that set them.
#pragma once

#include <string>
#include <vector>

#include "core/options.hpp"
#include "core/result.hpp"
#include "core/time.hpp"
#include "stream/stream.hpp"

namespace parlante::app {

/// Of every sub-command.
struct CommonSettings {
  std::string models;
  bool json = false, verbose = false, quiet = false;
};

/// Of those that prepare a photo.
struct PhotoSettings {
  int face = 0;
};

/// Of `avatar`.
struct AvatarSettings {
  bool square_only = false;
};

/// Of those that draw frames.
struct DrawSettings {
  std::string size = "auto", frame = "head", background = "photo";
  double grain = 1;
  int seed = 1;
  std::string kernels = "best";
};

/// Of `render`.
struct RenderSettings {
  std::string output, codes;
  std::string fps = "25";
  int crf = 18;
  std::string preset = "veryfast", codec = "auto";
  int threads = 0;
};

/// Of `sheet`.
struct SheetSettings {
  std::string output;
  int columns = 4, tile = 384;
  bool zoom = false;
};

/// Of `track`.
struct TrackSettings {
  std::string output = "-";
  bool landmarks = false;
};

/// Of `measure`.
struct MeasureSettings {
  std::string against, asked, closures, sound;
  double ahead = 0;
};

std::vector<Option> option_table(CommonSettings& settings);
std::vector<Option> option_table(PhotoSettings& settings);
std::vector<Option> option_table(AvatarSettings& settings);
std::vector<Option> option_table(DrawSettings& settings);
std::vector<Option> option_table(RenderSettings& settings);
std::vector<Option> option_table(SheetSettings& settings);
std::vector<Option> option_table(TrackSettings& settings);
std::vector<Option> option_table(MeasureSettings& settings);

/// All tables as docs/options.md.
std::string options_document();

/// "25", "29.97" or "30000/1001". Errors: usage.
Result<Rational> parse_rate(const std::string& text);
/// The renderer's options for the settings, without the form of frames.
RenderOptions render_options(const DrawSettings& draw);
/// The stream's options for the settings. Errors: usage.
Result<StreamOptions> stream_options(const RenderSettings& render, const DrawSettings& draw);
/// Drawing threads for `threads` as asked (0: one a core).
int drawing_threads(int threads);

}  // namespace parlante::app
