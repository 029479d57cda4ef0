#include "stream/model.hpp"

#include <algorithm>
#include <array>
#include <thread>

namespace parlante {

namespace fs = std::filesystem;

namespace {
constexpr int kLiveHearing = 100;  ///< frames of 20 ms that each window hears

/// Live streams that share a model must not wait for each other while a core is free.
int streams_at_once() {
  return static_cast<int>(std::clamp(std::thread::hardware_concurrency(), 1U, 16U));
}
}  // namespace

Result<> add_parts(const fs::path& folder, const ModelParts& parts, Model& model) {
  const int threads = parts.live ? streams_at_once() : 1;
  if (parts.face && !model.face) {
    auto face = FaceNetworks::load(folder);
    if (!face) return pass_on(std::move(face));
    model.face = std::move(*face);
  }
  if (parts.head && !model.head) {
    auto head = load_head_model(folder / "head.plhead");
    if (!head) return pass_on(std::move(head));
    model.head = std::move(*head);
  }
  if (parts.speech && !model.speech) {
    auto speech = PhoneticModel::load(folder / "phonetic.hama", threads,
                                      parts.live ? kLiveHearing : PhoneticModel::kDefaultWindow);
    if (!speech) return pass_on(std::move(speech));
    model.speech = std::move(*speech);
  }
  if (parts.speech && !model.motion) {
    auto motion =
        MotionModel::load(folder / "motion.safetensors", threads, parts.live ? MotionModel::kLiveWindow : 0);
    if (!motion) return pass_on(std::move(motion));
    model.motion = std::move(*motion);
  }
  return {};
}

Result<std::shared_ptr<const Model>> load_model(const fs::path& folder, const ModelParts& parts) {
  auto model = std::make_shared<Model>();
  if (auto added = add_parts(folder, parts, *model); !added) return pass_on(std::move(added));
  return model;
}

Result<fs::path> find_models_folder(const std::string& asked) {
  std::error_code ignored;
  if (!asked.empty()) {
    if (fs::is_directory(asked, ignored)) return fs::path(asked);
    return fail(ErrorKind::broken_model,
                "There is no models folder \"" + asked + "\"; give another with --models.");
  }
  const fs::path program = fs::read_symlink("/proc/self/exe", ignored).parent_path();
  for (const fs::path& folder : std::array{program / "../models", program / "../share/parlante/models"}) {
    if (fs::is_directory(folder, ignored)) return folder.lexically_normal();
  }
  return fail(
      ErrorKind::broken_model,
      "The models were not found beside the program; run `make build`, or give their folder with --models.");
}

}  // namespace parlante
