// What hearing and motion cost on this machine.
#pragma once

#include "stream/model.hpp"

namespace parlante {

/// Seconds of this thread that a second of speech takes to be heard and to move a live face. Of a model that
/// was loaded for it, with its speech part. Takes about half of what it returns.
double listening_cost_s(const Model& model);

}  // namespace parlante
