// The form of frames as typed: --size, --frame, --background.
#pragma once

#include "settings.hpp"
#include "stream/frame_form.hpp"

namespace parlante::app {

/// Reads a background picture where one is named. Errors: usage (a size, colour or combination that cannot
/// be), bad_picture.
Result<FrameForm> frame_form(const DrawSettings& draw, Sink& sink);

/// Does this form show more of the photo than the square around the head?
bool goes_beyond_square(const FrameForm& form) noexcept;

}  // namespace parlante::app
