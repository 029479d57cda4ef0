// What the fuzz targets begin with, one folder each: fuzz_seeds FOLDER. Nothing is removed.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "core/image.hpp"
#include "live/browser_offer.hpp"
#include "live/rtcp.hpp"
#include "mark/signed_files.hpp"
#include "support/wav.hpp"

namespace parlante::testing {
namespace {

using Bytes = std::vector<std::uint8_t>;

class Seeds {
 public:
  explicit Seeds(std::filesystem::path folder) : folder_(std::move(folder)) {}

  std::filesystem::path place(const char* target) {
    std::filesystem::create_directories(folder_ / target);
    return folder_ / target / std::to_string(count_++);
  }
  void put(const char* target, std::string_view text) {
    std::ofstream(place(target), std::ios::binary)
        .write(text.data(), static_cast<std::streamsize>(text.size()));
  }
  void put(const char* target, const Bytes& bytes) { write_bytes(place(target), bytes); }

 private:
  std::filesystem::path folder_;
  int count_ = 100;  // so that names stay in order
};

std::string form(std::string_view options) {
  std::string body =
      "--XX\r\nContent-Disposition: form-data; name=\"audio\"; filename=\"../a;b.wav\"\r\n"
      "Content-Type: audio/wav\r\n\r\nRIFF\r\n--X not the end\r\n--XX\r\n"
      "content-disposition: form-data; name=avatar\r\n\r\nsample\r\n--XX\r\n"
      "Content-Disposition: form-data; name=\"options\"\r\n\r\n";
  return body.append(options) + "\r\n--XX--\r\n";
}

/// A WebSocket frame of a client: masked, as it must be (RFC 6455, 5.2).
std::string frame(int first, std::string_view content) {
  constexpr std::string_view kMask = "\x11\x22\x33\x44";
  std::string bytes(1, static_cast<char>(first));
  if (content.size() < 126) {
    bytes += static_cast<char>(0x80 | content.size());
  } else {
    bytes += static_cast<char>(0x80 | 126);
    bytes += static_cast<char>(content.size() >> 8);
    bytes += static_cast<char>(content.size() & 255);
  }
  bytes += kMask;
  for (std::size_t i = 0; i < content.size(); ++i) bytes += static_cast<char>(content[i] ^ kMask[i % 4]);
  return bytes;
}

constexpr const char* kOptions =
    R"({"fps":25,"size":512,"gaze":"viewer","seed":7,"controls":[{"time":0,"gaze":{"yaw":3,"pitch":-2}},{"time":1.5,"head_pose":[5,0,0],"emotion":{"happiness":0.5}}]})";

void requests(Seeds& seeds) {
  seeds.put("form", "multipart/form-data; boundary=XX\n" + form(kOptions));
  seeds.put("form",
            "Multipart/Form-Data; charset=x; boundary=\"X\\X\"\n--XX\r\nContent-Disposition: form-data; "
            "name=a\r\n\r\n\r\n--XX--");
  const std::string host = " HTTP/1.1\r\nHost: localhost\r\n";
  const std::string body = form(kOptions);
  seeds.put("connection",
            "GET /v1/options?q=%41+b&token=t" + host + "\r\nGET /" + host + "Connection: close\r\n\r\n");
  seeds.put("connection", "POST /v1/jobs" + host +
                              "Content-Type: multipart/form-data; boundary=XX\r\nContent-Length: " +
                              std::to_string(body.size()) + "\r\n\r\n" + body);
  seeds.put(
      "connection",
      "POST /v1/speech" + host +
          "Transfer-Encoding: chunked\r\n\r\n5\r\n{\"tex\r\n7;a=b\r\nt\":\"x\"}\r\n0\r\nTrailer: x\r\n\r\n");
  seeds.put("connection",
            "DELETE /v1/jobs/abc HTTP/1.0\r\nConnection: keep-alive\r\nExpect: 100-continue\r\n\r\n");
  const std::string upgrade = "GET /v1/stream" + host +
                              "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                              "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
  const std::string config = R"({"avatar":"sample","sample_rate":48000,"fps":60,"output":"none"})";
  seeds.put("connection", upgrade + frame(0x81, config) + frame(0x82, std::string(400, '\x05')) +
                              frame(0x89, "ping") + frame(0x81, R"({"type":"interrupt"})") +
                              frame(0x88, std::string("\x03\xe8", 2) + "bye"));
  seeds.put("connection", upgrade + frame(0x01, config.substr(0, 20)) + frame(0x8a, "pong") +
                              frame(0x80, config.substr(20)) + frame(0x81, "what"));
}

void words(Seeds& seeds) {
  for (
      const char* text :
      {R"({"avatar":"abc","sample_rate":48000,"format":"pcm_f32le","fps":60,"size":256,"keep_size":true,"output":"fmp4","longest_gap":60.5,"token":"t","controls":{"gaze":"viewer","head_pose":[5,0,0],"emotion":{"happiness":0.5}}})",
       R"({"type":"speak_end"})",
       R"({"type":"controls","controls":{"gaze":{"yaw":3,"pitch":-2},"distance":1.2,"still":null}})",
       kOptions, R"([{"time":0,"gaze":"camera","blinks":2},{"time":1.5,"head_pose":[5,0,0],"emotion":null}])",
       R"({"text":"Good morning \ud83d\ude00","language":"pt-br"})",
       R"({"weights":{"jawOpen":0.3},"yaw_deg":5,"gaze_yaw_deg":-3,"translation_cm":[0,0,0],"aperture":0.05})",
       "/v1/avatars/abc_-9?token=a%20b&q=+%e2%82%ac"})
    seeds.put("live_messages", text);
}

void web_rtc(Seeds& seeds) {
  seeds.put("whep", browser_offer());
  seeds.put("whep", replaced(replaced(browser_offer(), "\r\n", "\n"), "recvonly", "sendrecv"));
  seeds.put("whep", sender_report(9, 0x0102030405060708, 42, 3, 4, "parlante"));
  const Bytes pli{0x81, 206, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2};
  const Bytes loss{0x81, 201, 0, 7, 0, 0, 0, 1, 0,    0,    0,    9,    64,   0,    0, 5,
                   0,    0,   1, 0, 0, 0, 0, 3, 0xaa, 0xbb, 0xcc, 0xdd, 0x00, 0x01, 0, 0};
  const Bytes nack{0x81, 205, 0, 3, 0, 0, 0, 1, 0, 0, 0, 9, 0xff, 0xff, 0x80, 0x01};
  const Bytes rate{0x8f, 206, 0,   5,   0, 0,    0,    1,    0, 0, 0, 0,
                   'R',  'E', 'M', 'B', 1, 0x0b, 0x71, 0xb0, 0, 0, 0, 9};
  Bytes all;
  for (const Bytes& one : {loss, pli, nack, rate}) {
    all.insert(all.end(), one.begin(), one.end());
    seeds.put("whep", one);
  }
  seeds.put("whep", all);
}

/// False with a sentence on standard error where one cannot be made.
bool files(Seeds& seeds) {
  const auto wav = seeds.place("voice");
  write_wav(wav, buzz(.05, 16000), 16000, 1);
  Bytes endless = bytes_of(wav);  // as programs write it that do not know yet how long they will speak
  for (const std::size_t at : {4, 40})
    std::fill_n(endless.begin() + static_cast<std::ptrdiff_t>(at), 4, std::uint8_t{0xff});
  seeds.put("voice", endless);

  const MarkFolder folder;
  ImageU8 picture(96, 96, 3);
  for (std::size_t i = 0; i < picture.pixels.size(); ++i)
    picture.pixels[i] = static_cast<std::uint8_t>(i * i / 97);
  const auto png = folder / "a.png", film = folder / "a.mp4";
  if (!write_png(picture, png)) return false;
  seeds.put("photo", bytes_of(png));
  write_film(film, 2, true);
  const SigningKeys keys = keys_in(folder.path());
  for (const auto& file : {png, film}) {
    const auto done = sign_file(file, facts_of(), keys.signer);
    if (!done) return std::fprintf(stderr, "%s\n", done.error().message.c_str()), false;
    seeds.put("box_reader", bytes_of(file));
    seeds.put("verify", bytes_of(file));
  }
  return true;
}

}  // namespace
}  // namespace parlante::testing

int main(int argc, char** argv) {
  using namespace parlante::testing;
  if (argc != 2) return std::fprintf(stderr, "usage: %s FOLDER\n", argv[0]), 2;
  if (std::filesystem::exists(argv[1]) && !std::filesystem::is_directory(argv[1]))
    return std::fprintf(stderr, "%s is no folder.\n", argv[1]), 1;
  Seeds seeds(argv[1]);
  requests(seeds);
  words(seeds);
  web_rtc(seeds);
  return files(seeds) ? 0 : 1;
}
