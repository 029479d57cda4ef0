// What a WHEP client offers (SDP, RFC 8866 and 8829), read without trusting a byte of it: only what was
// checked goes on to the WebRTC library.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"

namespace parlante {

/// A larger offer is refused unread; browsers' are 3 to 8 kB.
inline constexpr std::size_t kMostOfferBytes = 65536;

/// One section of an offer ("m=").
struct OfferedMedia {
  std::string kind, protocol, formats;  ///< as in its first line
  std::string mid;                      ///< its name
  bool wanted = true;                   ///< the client receives it
  int payload = -1;                     ///< RTP's number of our codec in it: H.264 or Opus; -1: none
  std::string profile;                  ///< of H.264: profile-level-id as offered, six hex digits
};

struct SdpOffer {
  std::string ice_user, ice_password;
  std::string fingerprint;  ///< like "sha-256 AB:CD:…"
  std::string setup;        ///< of DTLS: "actpass", "active" or "passive"
  std::vector<OfferedMedia> media;
  int video = -1, audio = -1;  ///< indices of the sections we answer; -1: none
};

/// Errors: usage (too large, not SDP, no ICE or DTLS in it, no video that takes H.264): one sentence each.
Result<SdpOffer> read_offer(std::string_view sdp);

/// The same offer with nothing in it but the sections that are answered and what is needed for them.
/// Candidates are left out: the client calls us, and nobody makes this machine call or look up addresses of
/// his choice.
std::string plain_offer(const SdpOffer& offer);

/// The answer to the whole offer, from the answer to the plain one: the other sections are declined in their
/// places.
std::string whole_answer(const SdpOffer& offer, std::string_view plain_answer);

}  // namespace parlante
