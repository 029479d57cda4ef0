#include "live/sdp_offer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "live/browser_offer.hpp"

namespace parlante {
namespace {

using testing::browser_offer;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::replaced;

std::string complaint(const std::string& sdp) {
  const auto offer = read_offer(sdp);
  if (offer) return "";
  EXPECT_EQ(offer.error().kind, ErrorKind::usage);
  return offer.error().message;
}

TEST(SdpOffer, OfABrowserGivesBaselineH264AndOpus) {
  const auto offer = read_offer(browser_offer());
  ASSERT_TRUE(offer) << offer.error().message;
  ASSERT_EQ(offer->media.size(), 3u);
  EXPECT_EQ(offer->audio, 0);
  EXPECT_EQ(offer->video, 1);
  EXPECT_EQ(offer->media[0].payload, 111);
  EXPECT_EQ(offer->media[1].payload, 106)
      << "constrained baseline with packetization mode 1, not the first H.264";
  EXPECT_EQ(offer->media[1].profile, "42e01f");
  EXPECT_EQ(offer->ice_user, "WN9m");
  EXPECT_EQ(offer->setup, "actpass");
}

TEST(SdpOffer, TakesWhatElseADecoderCallsH264) {
  const std::string constrained = browser_offer();
  const auto profile_of = [](const std::string& sdp) {
    const auto offer = read_offer(sdp);
    return offer ? offer->media[1].profile : offer.error().message;
  };
  EXPECT_EQ(profile_of(replaced(constrained, "42e01f", "42C01F")), "42c01f");
  EXPECT_EQ(profile_of(replaced(constrained, "42e01f", "640c1f")), "42001f") << "baseline before high";
  EXPECT_EQ(profile_of(replaced(replaced(constrained, "42e01f", "640c1f"), "42001f", "f4001f")), "640c1f");
}

TEST(SdpOffer, WithoutSoundIsTakenToo) {
  const auto offer = read_offer(replaced(browser_offer(), "opus/48000", "PCMU/8000"));
  ASSERT_TRUE(offer);
  EXPECT_EQ(offer->audio, -1);
  EXPECT_THAT(plain_offer(*offer), Not(HasSubstr("m=audio")));
}

TEST(SdpOffer, SaysWhatIsMissing) {
  const std::string fine = browser_offer();
  EXPECT_THAT(complaint(""), HasSubstr("not SDP"));
  EXPECT_THAT(complaint("hello"), HasSubstr("not SDP"));
  EXPECT_THAT(complaint(std::string(1000, '\0')), HasSubstr("not SDP"));
  EXPECT_THAT(complaint("v=0\r\n"), HasSubstr("no section"));
  EXPECT_THAT(complaint(fine + std::string(70'000, 'x')), HasSubstr("64 KiB"));
  EXPECT_THAT(complaint(replaced(fine, "a=ice-ufrag", "a=x")), HasSubstr("ICE"));
  EXPECT_THAT(complaint(replaced(fine, "a=ice-pwd:", "a=ice-pwd:%")), HasSubstr("ICE"));
  EXPECT_THAT(complaint(replaced(fine, "a=ice-ufrag:WN9m", "a=ice-ufrag:a\tb")), HasSubstr("ICE"));
  EXPECT_THAT(complaint(replaced(fine, "sha-256 ", "sha-256 ZZ")), HasSubstr("fingerprint"));
  EXPECT_THAT(complaint(replaced(fine, "sha-256 ", "md5 ")), HasSubstr("fingerprint"));
  EXPECT_THAT(complaint(replaced(fine, "H264", "VP9")), HasSubstr("H.264"));
  EXPECT_THAT(complaint(replaced(fine, "packetization-mode=1", "packetization-mode=0")), HasSubstr("H.264"));
  EXPECT_THAT(complaint(replaced(fine, "a=recvonly", "a=sendonly")), HasSubstr("H.264"));
  EXPECT_THAT(complaint(replaced(fine, "m=video 9", "m=video 0")), HasSubstr("H.264"));
  EXPECT_THAT(complaint(replaced(fine, "a=mid:1", "a=mid:0")), HasSubstr("same name"));
  EXPECT_THAT(complaint(replaced(fine, "m=video 9", "m=vid\xffo 9")), HasSubstr("m= lines"));
  EXPECT_THAT(complaint(replaced(fine, "m=video 9", "m=")), HasSubstr("m= lines"));
  std::string many = fine;
  for (int i = 0; i < 20; ++i) many += "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n";
  EXPECT_THAT(complaint(many), HasSubstr("16 sections"));
}

TEST(SdpOffer, IsCutDownToWhatWasChecked) {
  const std::string plain = plain_offer(read_offer(browser_offer()).value());
  EXPECT_THAT(plain, HasSubstr("m=video 9 UDP/TLS/RTP/SAVPF 106\r\n"));
  EXPECT_THAT(plain, HasSubstr("m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n"));
  for (const char* gone : {"candidate", "extmap", "application", "VP8", "msid", "rtx"})
    EXPECT_THAT(plain, Not(HasSubstr(gone)));
}

TEST(SdpOffer, DeclinedSectionsStandInTheirPlacesInTheAnswer) {
  const auto offer = read_offer(browser_offer()).value();
  const std::string answer = whole_answer(offer,
                                          "v=0\r\ns=-\r\nm=audio 9 UDP/TLS/RTP/SAVPF "
                                          "111\r\na=mid:0\r\nm=video 9 UDP/TLS/RTP/SAVPF 106\r\na=mid:1\r\n");
  EXPECT_THAT(answer, ::testing::StartsWith("v=0\r\ns=-\r\nm=audio 9"));
  EXPECT_THAT(answer, HasSubstr("a=mid:0\r\nm=video 9"));
  EXPECT_THAT(answer, HasSubstr("a=mid:1\r\nm=application 0 UDP/DTLS/SCTP webrtc-datachannel\r\n"));
  EXPECT_THAT(answer, ::testing::EndsWith("a=mid:2\r\na=inactive\r\n"));
}

TEST(SdpOffer, CutAnywhereDoesNoHarm) {
  const std::string fine = browser_offer();
  for (std::size_t length = 0; length < fine.size(); ++length) {
    const auto offer = read_offer(std::string_view(fine).substr(0, length));
    if (offer) {
      EXPECT_FALSE(plain_offer(*offer).empty());
    }
  }
}

}  // namespace
}  // namespace parlante
