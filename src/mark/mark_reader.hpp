// Looks for the invisible mark in pictures and videos.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "core/image.hpp"
#include "mark/mark_payload.hpp"

namespace parlante {

/// What was found.
struct MarkFound {
  bool marked = false;                 ///< the mark is there, beyond doubt
  std::optional<MarkPayload> payload;  ///< what it says, where it could be read
  double whole_z = 0;   ///< deviations by which the whole pattern with the likeliest payload stands out
  double search_z = 0;  ///< the same of the search pattern, a quarter of the whole
  double strongest_decoy = 0;  ///< the search pattern's under keys that mark nothing, where they were asked
  double chip_px = 0;          ///< side of a chip in the picture: 8 or 16 where nothing was scaled

  /// What was decided by: of the whole pattern where it could be read, else of the search pattern.
  double z() const noexcept { return payload ? whole_z : search_z; }
};

/// Above these a picture counts as marked: the whole pattern, and the search pattern alone, which must also
/// stand out from the decoys. Unmarked pictures: docs/provenance.md.
constexpr double kMarkedWhole = 9.5, kMarkedSearch = 7.5, kMarkedOverDecoys = 1.3;

/// How far to look.
enum class MarkEffort {
  as_made,  ///< the sizes parlante gives, any offset: for files that were at most encoded again or cropped
  thorough  ///< also scaled by .4 to 2 or more: some tenths of a second
};

/// Collects frames of one video, or one picture. Not thread-safe.
class MarkReader {
 public:
  MarkReader();
  ~MarkReader();
  MarkReader(MarkReader&&) noexcept;

  /// Adds a frame: RGB or RGBA, the size of those before it (others are left out). More frames of a scene
  /// make a weak mark readable; ten spread over a film suffice.
  void add(const ImageU8& frame);
  int frames() const noexcept;
  /// Looks in the mean of all frames. A picture too small for one tile, or none at all, is not marked.
  MarkFound find(MarkEffort effort) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace parlante
