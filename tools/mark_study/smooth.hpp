// How much of the mark there is to see where it has nowhere to hide: flat and gently shaded backdrops.
#pragma once

#include <string>

namespace parlante::mark_study {

/// Marks flat, shaded and sky-like pictures of three sizes and prints their PSNR. With a folder, a part of
/// each is written there, four times as large: plain and marked side by side. Exit code: 1 below 43 dB.
int smooth(const std::string& folder);

}  // namespace parlante::mark_study
