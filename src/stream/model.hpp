// The Model handle: networks and head geometry, immutable, shared by every avatar and stream.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "core/result.hpp"
#include "face/face_tracker.hpp"
#include "head/head_model.hpp"
#include "motion/motion_model.hpp"
#include "speech/phonetic_front_end.hpp"

namespace parlante {

/// What a caller needs of the model; loading less takes less time and memory.
struct ModelParts {
  bool face = true;    ///< to prepare photos and to track
  bool head = true;    ///< to prepare photos and to render
  bool speech = true;  ///< to move with sound: hearing, and the learned motion
  bool live = false;   ///< speech in short windows, for talking with somebody
};

struct Model {
  std::optional<FaceNetworks> face;
  std::optional<HeadModel> head;
  std::optional<PhoneticModel> speech;
  std::optional<MotionModel> motion;  ///< none: the mouth moves by rules
};

/// Loads the parts that `model` does not have yet into it, from a folder as tools/setup and the build made
/// it; before anything shares it. Errors: broken_model; the parts before the broken one are there.
Result<> add_parts(const std::filesystem::path& folder, const ModelParts& parts, Model& model);
/// A new model of these parts.
Result<std::shared_ptr<const Model>> load_model(const std::filesystem::path& folder,
                                                const ModelParts& parts = {});

/// The folder to load from: `asked` if not empty, else beside the program (`../models`,
/// `../share/parlante/models`). Errors: broken_model when there is none.
Result<std::filesystem::path> find_models_folder(const std::string& asked);

}  // namespace parlante
