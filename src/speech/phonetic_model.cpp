#include "speech/phonetic_model.hpp"

#include <exception>
#include <openvino/core/model.hpp>

#include "speech/weight_pack.hpp"

namespace parlante {

Result<PhoneticModel> PhoneticModel::load(const std::filesystem::path& file, int threads, int window_frames) {
  if (window_frames < 16 || window_frames > 3000) {
    return fail(ErrorKind::usage, "A phonetic window has 16 to 3000 frames of 20 ms.");
  }
  const auto pack = WeightPack::read(file);
  if (!pack) return tl::unexpected<Error>(pack.error());
  const ConformerWindow window{static_cast<std::size_t>(window_frames)};
  try {
    auto graph = build_conformer(*pack, window);
    if (!graph) return pass_on(std::move(graph));
    auto network = Network::compile(*graph, "phonetic", threads);
    if (!network) return pass_on(std::move(network));
    PhoneticModel model;
    model.data_ = std::make_shared<const Data>(Data{std::move(*network), window});
    return model;
  } catch (const std::exception& problem) {
    return fail(ErrorKind::broken_model,
                std::string("The phonetic network cannot be built: ") + problem.what());
  }
}

int PhoneticModel::window_frames() const noexcept {
  return static_cast<int>(data_->window.frames);
}

}  // namespace parlante
