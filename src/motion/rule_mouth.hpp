// The mouth by rules: the first-stage maker of speech's face.
#pragma once

#include <memory>

#include "motion/speech_face.hpp"

namespace parlante {

/// Lip opening read linearly from the phonetic features, phones to ARKit targets with coarticulation, closure
/// as a maximum, voice gate (design 6.6). Fills in the mouth only. A code is ready when MouthMotion::kFuture
/// frames behind it were pushed.
std::unique_ptr<SpeechFace> make_rule_mouth();

}  // namespace parlante
