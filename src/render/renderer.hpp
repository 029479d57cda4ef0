// Avatar + face code to frame (design 7).
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "avatar/avatar.hpp"
#include "core/arkit.hpp"
#include "core/image.hpp"
#include "core/kernel_set.hpp"

namespace parlante {

struct RenderOptions {
  int size = 512;  ///< side of the avatar's square picture in the frame's px: 64..2048
  PixelRect part;  ///< what of that square's plane a frame shows, px; empty: the square. May go beyond it
                   ///< where `around` is given. It must meet the square
  std::shared_ptr<const ImageU8> around;      ///< the photo as the frame shows it, RGB of the frame's size
  std::shared_ptr<const ImageU8> background;  ///< in place of the photo's own, RGB of the frame's size
  bool transparent = false;                   ///< no background: frames are RGBA, not premultiplied
  float grain = 1;                            ///< of the photo's measured grain
  std::uint64_t seed = 1;                     ///< of the grain
  KernelSet kernels = KernelSet::best;
};

/// What the rig made of a code, for tests and tools; px of the output frame.
struct RenderReport {
  float drawn_aperture = 0;  ///< inner-lip gap over outer-eye-corner distance, as drawn
  float asked_aperture = 0;
  PixelRect mouth, eyes;      ///< boxes of the lips and of both eyes' openings
  float mouth_open_area = 0;  ///< px² of the frame through which the mouth's interior is seen
  float eye_open_area = 0;    ///< px² of both eyeballs that are seen
};

/// Draws frames of one avatar. Holds all buffers it needs: render() allocates nothing. Not thread-safe; the
/// head model and the avatar must outlive it and may be shared.
/// Precondition: Rig::fits(head, avatar). Making one takes about .1 s.
class Renderer {
 public:
  Renderer(const HeadModel& head, const Avatar& avatar, const RenderOptions& options);
  ~Renderer();
  Renderer(Renderer&&) noexcept;

  /// Draws into `frame` (width() x height() x channels(), allocated by the caller). `index` seeds the grain.
  void render(const FaceCode& code, std::int64_t index, ImageU8& frame) noexcept;
  const RenderReport& report() const noexcept;
  int width() const noexcept;
  int height() const noexcept;
  int channels() const noexcept;  ///< 3: RGB, 4: RGBA, not premultiplied

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// A pose of the contact sheet.
struct SheetPose {
  std::string name;
  FaceCode code;
};

/// Neutral, p/b/m, ah, oo, ee-smile, f/v, blink, gaze left/up, yaw ±12, pitch ±8, roll, brow raise.
std::vector<SheetPose> sheet_poses();
/// A contact sheet of the poses, each with its name, `columns` in a row, `tile` px wide. With `zoom`, rows
/// of mouth and eye close-ups at the renderer's full resolution are added.
ImageU8 contact_sheet(Renderer& renderer, std::span<const SheetPose> poses, int columns, int tile, bool zoom);

}  // namespace parlante
