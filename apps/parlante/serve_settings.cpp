#include "serve_settings.hpp"

#include <algorithm>
#include <sstream>

namespace parlante::app {
namespace {

/// Parts between commas, in lower case.
std::vector<std::string> parts_of(const std::string& text) {
  std::vector<std::string> parts;
  std::istringstream in(text);
  for (std::string part; std::getline(in, part, ',');) {
    std::erase(part, ' ');
    std::ranges::transform(part, part.begin(), [](unsigned char c) { return std::tolower(c); });
    if (!part.empty()) parts.push_back(part);
  }
  return parts;
}

std::size_t megabytes(int count) {
  return static_cast<std::size_t>(count) * 1'000'000;
}

}  // namespace

std::vector<Option> option_table(ServeSettings& s) {
  return {
      {"listen", "Address to listen on. Others than those of this machine (127.0.0.1, ::1) need --token.",
       &s.listen},
      {"port", "Port to listen on; 0: any free one, which is said.", &s.port, 0, 65535},
      {"token",
       "What clients must say: in the header `Authorization: Bearer TOKEN`, or as `?token=TOKEN`. Better "
       "given "
       "in the environment, where other users do not see it.",
       &s.token},
      {"tls-cert", "Certificates for HTTPS (PEM, the server's first).", &s.tls_cert},
      {"tls-key", "The key of that certificate (PEM).", &s.tls_key},
      {"host", "Further names by which browsers may reach the server, with commas between.", &s.hosts},
      {"cors",
       "Pages of other servers that may use this one, such as https://example.org, with commas between.",
       &s.cors},
      {"sessions", "Live sessions at once.", &s.sessions, 0, 1000},
      {"load",
       "Share of the cores' time that live sessions may take; one that would need more is refused. 0: any.",
       &s.load, 0, 100},
      {"session-minutes", "Longest live session, minutes.", &s.session_minutes, .01, 100000},
      {"idle-minutes", "A live session whose client says nothing ends after so many minutes.",
       &s.idle_minutes, .01, 100000},
      {"max-speech", "Sound that may wait to be spoken in a live session, seconds.", &s.max_speech, 1, 86400},
      {"jobs", "Films that are made, wait or are kept to be fetched.", &s.jobs, 0, 10000},
      {"job-minutes", "Longest time that a film may take to make, minutes.", &s.job_minutes, .01, 100000},
      {"avatars", "Avatars that are kept at once.", &s.avatars, 1, 10000},
      {"max-photo", "Largest upload of a photo, megabytes.", &s.max_photo, 1, 1000},
      {"max-job", "Largest upload of a job, megabytes.", &s.max_job, 1, 4000},
      {"max-video", "Largest upload of a file to verify, megabytes.", &s.max_video, 1, 4000},
      {"connections", "Connections at once.", &s.connections, 1, 100000},
      {"rate", "Requests a second that one client may make on average.", &s.rate, .01, 100000},
      {"uploads",
       "Folder for the private folder of uploads, removed at the end; empty: the system's temporary one.",
       &s.uploads},
      {"sample", "Photo of the avatar \"sample\"; empty: our own.", &s.sample},
      {"voice",
       "What reads typed text aloud: a shell command that takes the text on standard input and gives a WAV "
       "file "
       "on standard output; empty: espeak-ng, where it is installed; none: nothing.",
       &s.voice}};
}

LiveServerOptions server_options(const ServeSettings& s) {
  LiveServerOptions options;
  options.http.address = s.listen;
  options.http.port = static_cast<std::uint16_t>(s.port);
  options.http.certificate = s.tls_cert;
  options.http.key = s.tls_key;
  options.http.connections = static_cast<std::size_t>(s.connections);
  options.http.body_bytes =
      std::max({2 * megabytes(s.max_video), 2 * megabytes(s.max_job), 4 * megabytes(s.max_photo)});
  options.access.token = s.token;
  options.access.hosts = parts_of(s.hosts);
  options.access.origins = parts_of(s.cors);
  options.access.requests_per_second = s.rate;
  options.access.burst = std::max(1., 4 * s.rate);
  options.sample_photo = s.sample;
  options.uploads = s.uploads;
  options.voice = s.voice;
  options.sessions = static_cast<std::size_t>(s.sessions);
  options.most_load = s.load;
  options.avatars = static_cast<std::size_t>(s.avatars);
  options.jobs = static_cast<std::size_t>(s.jobs);
  options.session_minutes = s.session_minutes;
  options.idle_minutes = s.idle_minutes;
  options.job_minutes = s.job_minutes;
  options.photo_bytes = megabytes(s.max_photo);
  options.job_bytes = megabytes(s.max_job);
  options.video_bytes = megabytes(s.max_video);
  options.most_queued_s = s.max_speech;
  return options;
}

}  // namespace parlante::app
