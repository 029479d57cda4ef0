// Lip opening and width read linearly from the phonetic network's second layer.
#pragma once

#include <array>
#include <span>

#include "speech/phonetic_front_end.hpp"

namespace parlante {

/// What the layer says of the lips, about their means in speech.
struct LipReading {
  float gap = 0;    ///< inner-lip gap minus its mean in speech, over the distance of the outer eye corners
  float width = 0;  ///< distance of the mouth corners minus its mean in speech, same unit
};

/// Ridge regression (lambda 3000 on standardised channels; each speaker's own mean removed) on 6 minutes of
/// tracked speech: GRID speaker 1 (CC BY 4.0; Cooke, Barker, Cunningham, Shao, JASA 2006) and US presidential
/// addresses (public domain); training/lip_readout fits it. Speakers not seen in training: correlation .69
/// with the real gap in continuous speech, where articulatory rules on the posteriors alone reach .39; the
/// predictions' spread is .74 of the real one.
///
/// `later`, `now`, `earlier` are layer 2 of the frames 60 ms after, at, and 60 ms before the moment asked
/// for.
LipReading read_lips(std::span<const float, kFeatureWidth> later, std::span<const float, kFeatureWidth> now,
                     std::span<const float, kFeatureWidth> earlier) noexcept;

/// Frames between `later` and `now`.
inline constexpr int kLipReadingReach = 3;

}  // namespace parlante
