// What PhoneticModel holds; inside the stage only.
#pragma once

#include "speech/conformer_graph.hpp"
#include "speech/phonetic_front_end.hpp"

namespace parlante {

struct PhoneticModel::Data {
  Network network;
  ConformerWindow window;
};

}  // namespace parlante
