// The networks and the head that avatars are made with, loaded once for all tests of a program.
#pragma once

#include "face/face_tracker.hpp"
#include "head/head_model.hpp"
#include "support/paths.hpp"

namespace parlante::testing {

struct Models {
  Result<FaceNetworks> networks = FaceNetworks::load(models_folder());
  Result<HeadModel> head = load_head_model(models_folder() / "head.plhead");
};

inline const Models& models() {
  static const Models loaded;
  return loaded;
}

}  // namespace parlante::testing
