#include "live/sdp_offer.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <optional>

namespace parlante {
namespace {

constexpr std::size_t kMostSections = 16;

bool is_alpha_number(char c) noexcept {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool all_of(std::string_view text, std::string_view also) noexcept {
  return std::ranges::all_of(text, [&](char c) { return is_alpha_number(c) || also.find(c) != also.npos; });
}

/// "token" of RFC 8866, of sane length.
bool is_token(std::string_view text) noexcept {
  return !text.empty() && text.size() <= 64 && all_of(text, "!#$%&'*+-.^_`{|}~");
}

/// Takes what stands before `separator` off the front of `text` (all of it where there is none).
std::string_view take(std::string_view& text, char separator) noexcept {
  const auto end = text.find(separator);
  const std::string_view front = text.substr(0, end);
  text.remove_prefix(end == text.npos ? text.size() : end + 1);
  return front;
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return out;
}

std::optional<int> number(std::string_view text) noexcept {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// RFC 8122: hash and its bytes as hex pairs between colons; empty where it is not that.
std::string checked_fingerprint(std::string_view value) {
  struct Hash {
    std::string_view name;
    std::size_t bytes;
  };
  constexpr std::array kHashes{Hash{"sha-1", 20}, Hash{"sha-224", 28}, Hash{"sha-256", 32},
                               Hash{"sha-384", 48}, Hash{"sha-512", 64}};
  const std::string name = lower(take(value, ' '));
  const auto hash = std::ranges::find(kHashes, name, &Hash::name);
  if (hash == kHashes.end() || value.size() != hash->bytes * 3 - 1) return {};
  for (std::size_t i = 0; i < value.size(); ++i) {
    const char c = value[i];
    const bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    if (i % 3 == 2 ? c != ':' : !hex) return {};
  }
  return name + " " + std::string(value);
}

/// What a section says of its codecs, before one is chosen.
struct Codecs {
  std::map<int, std::string> names;       // payload: "h264/90000" or the like, in small letters
  std::map<int, std::string> parameters;  // payload: in small letters
};

/// The value of `key` in "a=1;b=2".
std::string_view parameter(std::string_view parameters, std::string_view key) noexcept {
  while (!parameters.empty()) {
    std::string_view one = take(parameters, ';');
    while (!one.empty() && one.front() == ' ') one.remove_prefix(1);
    if (take(one, '=') == key) return one;
  }
  return {};
}

/// How well a decoder of this profile takes what we send: 3 constrained baseline, 2 baseline, 1 one of the
/// larger profiles, which contain it; 0 not at all.
int profile_fit(std::string_view profile) noexcept {
  if (profile.size() != 6 || !all_of(profile, "")) return 0;
  int bytes = 0;
  const auto [end, error] = std::from_chars(profile.data(), profile.data() + 6, bytes, 16);
  if (error != std::errc{} || end != profile.data() + 6) return 0;
  const int profile_idc = bytes >> 16, constraints = bytes >> 8 & 0xff;
  if (profile_idc == 0x42) return constraints & 0x40 ? 3 : 2;
  return profile_idc == 0x4d || profile_idc == 0x64 ? 1 : 0;
}

void choose_codec(OfferedMedia& media, const Codecs& codecs) {
  int best = 0;
  for (std::string_view formats = media.formats; !formats.empty();) {
    const auto payload = number(take(formats, ' '));
    if (!payload || *payload < 0 || *payload > 127) continue;
    const auto name = codecs.names.find(*payload);
    if (name == codecs.names.end()) continue;
    const auto found = codecs.parameters.find(*payload);
    const std::string_view parameters = found == codecs.parameters.end() ? std::string_view{} : found->second;
    int fit = 0;
    std::string profile;
    if (media.kind == "audio") {
      fit = name->second == "opus/48000/2" ? 1 : 0;
    } else if (media.kind == "video" && name->second == "h264/90000" &&
               parameter(parameters, "packetization-mode") == "1") {
      profile = parameter(parameters, "profile-level-id");
      if (profile.empty()) profile = "42001f";  // what leaving it out means is baseline
      fit = profile_fit(profile);
    }
    if (fit <= best) continue;
    best = fit;
    media.payload = *payload;
    media.profile = profile;
  }
}

class OfferReader {
 public:
  Result<SdpOffer> read(std::string_view sdp);

 private:
  Result<> line(char type, std::string_view value);
  Result<> section(std::string_view value);
  void attribute(std::string_view value);
  void codec_attribute(std::string_view key, std::string_view value);
  Result<SdpOffer> finished();

  SdpOffer offer_;
  std::vector<Codecs> codecs_;
};

Result<> bad(const char* what) {
  return fail(ErrorKind::usage, std::string("The WebRTC offer cannot be used: ") + what + ".");
}

Result<> OfferReader::section(std::string_view value) {
  if (offer_.media.size() == kMostSections) return bad("it has more than 16 sections");
  OfferedMedia media;
  media.kind = take(value, ' ');
  const std::string_view port = take(value, ' ');
  media.protocol = take(value, ' ');
  media.formats = value;
  if (!is_token(media.kind) || media.protocol.size() > 64 || !all_of(media.protocol, "/-_.") ||
      media.protocol.empty() || media.formats.empty() || media.formats.size() > 2048 ||
      !all_of(media.formats, " -_.*") || port.empty())
    return bad("one of its m= lines is not one");
  media.wanted = port != "0" && media.protocol.find("SAVP") != media.protocol.npos;
  media.mid = std::to_string(offer_.media.size());
  offer_.media.push_back(std::move(media));
  codecs_.emplace_back();
  return {};
}

void OfferReader::codec_attribute(std::string_view key, std::string_view value) {
  const auto payload = number(take(value, ' '));
  if (!payload || *payload < 0 || *payload > 127) return;
  Codecs& codecs = codecs_.back();
  if (key == "rtpmap") codecs.names.try_emplace(*payload, lower(value));
  if (key == "fmtp") codecs.parameters.try_emplace(*payload, lower(value));
}

void OfferReader::attribute(std::string_view value) {
  const std::string_view key = take(value, ':');
  // Of what may stand for the whole or for each section, the first counts: with everything on one transport
  // (BUNDLE) it is that of the first section.
  if (key == "ice-ufrag") {
    if (offer_.ice_user.empty() && value.size() >= 4 && value.size() <= 256 && all_of(value, "+/"))
      offer_.ice_user = value;
  } else if (key == "ice-pwd") {
    if (offer_.ice_password.empty() && value.size() >= 22 && value.size() <= 256 && all_of(value, "+/"))
      offer_.ice_password = value;
  } else if (key == "fingerprint") {
    if (offer_.fingerprint.empty()) offer_.fingerprint = checked_fingerprint(value);
  } else if (key == "setup") {
    if (offer_.setup.empty() && (value == "actpass" || value == "active" || value == "passive"))
      offer_.setup = value;
  } else if (!offer_.media.empty()) {
    OfferedMedia& media = offer_.media.back();
    if (key == "mid" && is_token(value)) media.mid = value;
    if (key == "sendonly" || key == "inactive") media.wanted = false;
    if (key == "rtpmap" || key == "fmtp") codec_attribute(key, value);
  }
}

Result<> OfferReader::line(char type, std::string_view value) {
  if (type == 'm') return section(value);
  if (type == 'a') attribute(value);
  return {};
}

Result<SdpOffer> OfferReader::finished() {
  if (offer_.media.empty()) return pass_on(bad("it has no section of video or sound"));
  if (offer_.ice_user.empty() || offer_.ice_password.empty())
    return pass_on(bad("it has no ICE user and password"));
  if (offer_.fingerprint.empty()) return pass_on(bad("it has no fingerprint of a DTLS certificate"));
  if (offer_.setup.empty()) offer_.setup = "actpass";
  for (std::size_t i = 0; i < offer_.media.size(); ++i) {
    OfferedMedia& media = offer_.media[i];
    for (std::size_t j = 0; j < i; ++j)
      if (offer_.media[j].mid == media.mid) return pass_on(bad("two of its sections have the same name"));
    choose_codec(media, codecs_[i]);
    if (!media.wanted || media.payload < 0) continue;
    int& chosen = media.kind == "video" ? offer_.video : offer_.audio;
    if (chosen < 0) chosen = static_cast<int>(i);
  }
  if (offer_.video < 0)
    return pass_on(bad("it does not ask for video that may be H.264 (baseline, packetization mode 1)"));
  return std::move(offer_);
}

Result<SdpOffer> OfferReader::read(std::string_view sdp) {
  if (sdp.size() > kMostOfferBytes) return pass_on(bad("it is larger than 64 KiB"));
  if (!sdp.starts_with("v=0")) return pass_on(bad("it is not SDP"));
  while (!sdp.empty()) {
    std::string_view text = take(sdp, '\n');
    if (!text.empty() && text.back() == '\r') text.remove_suffix(1);
    if (text.empty()) continue;
    if (text.size() < 2 || text[1] != '=') return pass_on(bad("it is not SDP"));
    if (auto fine = line(text[0], text.substr(2)); !fine) return pass_on(std::move(fine));
  }
  return finished();
}

/// The part of an SDP text from one "m=" to the next.
std::vector<std::string_view> sections_of(std::string_view sdp, std::string_view& head) {
  constexpr std::string_view kStart = "\r\nm=";
  std::vector<std::string_view> sections;
  auto at = sdp.find(kStart);
  head = sdp.substr(0, at == sdp.npos ? at : at + 2);
  while (at != sdp.npos) {
    const auto next = sdp.find(kStart, at + kStart.size());
    sections.push_back(sdp.substr(at + 2, next == sdp.npos ? next : next - at));
    at = next;
  }
  return sections;
}

}  // namespace

Result<SdpOffer> read_offer(std::string_view sdp) {
  return OfferReader().read(sdp);
}

std::string plain_offer(const SdpOffer& offer) {
  std::string sdp = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n";
  sdp += "a=ice-ufrag:" + offer.ice_user + "\r\na=ice-pwd:" + offer.ice_password + "\r\n";
  sdp += "a=fingerprint:" + offer.fingerprint + "\r\na=setup:" + offer.setup + "\r\n";
  for (std::size_t i = 0; i < offer.media.size(); ++i) {
    if (static_cast<int>(i) != offer.video && static_cast<int>(i) != offer.audio) continue;
    const OfferedMedia& media = offer.media[i];
    const std::string payload = std::to_string(media.payload);
    const bool video = media.kind == "video";
    sdp += "m=" + media.kind + " 9 UDP/TLS/RTP/SAVPF " + payload + "\r\nc=IN IP4 0.0.0.0\r\n";
    sdp += "a=mid:" + media.mid + "\r\na=recvonly\r\na=rtcp-mux\r\n";
    sdp += "a=rtpmap:" + payload + (video ? " H264/90000\r\n" : " opus/48000/2\r\n");
  }
  return sdp;
}

std::string whole_answer(const SdpOffer& offer, std::string_view plain_answer) {
  std::string_view head;
  const auto answered = sections_of(plain_answer, head);
  std::string sdp(head);
  std::size_t next = 0;
  for (std::size_t i = 0; i < offer.media.size(); ++i) {
    const OfferedMedia& media = offer.media[i];
    if (static_cast<int>(i) == offer.video || static_cast<int>(i) == offer.audio) {
      if (next < answered.size()) sdp += answered[next++];
    } else {
      sdp += "m=" + media.kind + " 0 " + media.protocol + " " + media.formats +
             "\r\nc=IN IP4 0.0.0.0\r\na=mid:" + media.mid + "\r\na=inactive\r\n";
    }
  }
  return sdp;
}

}  // namespace parlante
