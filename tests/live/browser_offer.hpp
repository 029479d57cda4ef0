// An offer as Chromium makes it to receive video and sound, shortened, with a data channel that nobody asked
// for.
#pragma once

#include <string>

namespace parlante::testing {

/// `text` with every `from` made `to`.
inline std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (std::size_t at = text.find(from); at != text.npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

inline std::string browser_offer() {
  const std::string transport =
      "c=IN IP4 0.0.0.0\r\n"
      "a=rtcp:9 IN IP4 0.0.0.0\r\n"
      "a=candidate:1 1 udp 2113937151 evil.example.local 51733 typ host generation 0\r\n"
      "a=ice-ufrag:WN9m\r\n"
      "a=ice-pwd:JLTZAoEeNTeEYkvqcJTbNWjb\r\n"
      "a=ice-options:trickle\r\n"
      "a=fingerprint:sha-256 "
      "5B:7A:0C:1D:2E:3F:40:51:62:73:84:95:A6:B7:C8:D9:EA:FB:0C:1D:2E:3F:40:51:62:73:84:95:A6:B7:C8:D9\r\n"
      "a=setup:actpass\r\n";
  return "v=0\r\n"
         "o=- 5216432172416262817 2 IN IP4 127.0.0.1\r\n"
         "s=-\r\n"
         "t=0 0\r\n"
         "a=group:BUNDLE 0 1 2\r\n"
         "a=extmap-allow-mixed\r\n"
         "a=msid-semantic: WMS\r\n"
         "m=audio 9 UDP/TLS/RTP/SAVPF 111 63 9 0\r\n" +
         transport +
         "a=mid:0\r\n"
         "a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level\r\n"
         "a=recvonly\r\n"
         "a=rtcp-mux\r\n"
         "a=rtpmap:111 opus/48000/2\r\n"
         "a=rtcp-fb:111 transport-cc\r\n"
         "a=fmtp:111 minptime=10;useinbandfec=1\r\n"
         "a=rtpmap:63 red/48000/2\r\n"
         "a=fmtp:63 111/111\r\n"
         "a=rtpmap:9 G722/8000\r\n"
         "a=rtpmap:0 PCMU/8000\r\n"
         "m=video 9 UDP/TLS/RTP/SAVPF 96 97 102 103 106 107\r\n" +
         transport +
         "a=mid:1\r\n"
         "a=extmap:14 urn:ietf:params:rtp-hdrext:toffset\r\n"
         "a=recvonly\r\n"
         "a=rtcp-mux\r\n"
         "a=rtcp-rsize\r\n"
         "a=rtpmap:96 VP8/90000\r\n"
         "a=rtpmap:97 rtx/90000\r\n"
         "a=fmtp:97 apt=96\r\n"
         "a=rtpmap:102 H264/90000\r\n"
         "a=rtcp-fb:102 nack pli\r\n"
         "a=fmtp:102 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42001f\r\n"
         "a=rtpmap:103 rtx/90000\r\n"
         "a=fmtp:103 apt=102\r\n"
         "a=rtpmap:106 H264/90000\r\n"
         "a=fmtp:106 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f\r\n"
         "a=rtpmap:107 rtx/90000\r\n"
         "a=fmtp:107 apt=106\r\n"
         "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n" +
         transport +
         "a=mid:2\r\n"
         "a=sctp-port:5000\r\n";
}

}  // namespace parlante::testing
