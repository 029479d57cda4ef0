// What can be asked of the server.
#pragma once

#include <string>
#include <vector>

#include "core/options.hpp"
#include "core/result.hpp"
#include "live/live_server.hpp"

namespace parlante::app {

/// Of `serve`.
struct ServeSettings {
  std::string listen = "127.0.0.1";
  int port = 8080;
  std::string token, tls_cert, tls_key, hosts, cors, uploads, sample, voice;
  int sessions = 8, jobs = 16, avatars = 64, connections = 256;
  int max_photo = 20, max_job = 100, max_video = 200;
  double session_minutes = 120, idle_minutes = 10, job_minutes = 30, max_speech = 600, rate = 50, load = .9;
};

std::vector<Option> option_table(ServeSettings& settings);

/// The server's options, but for program and models.
LiveServerOptions server_options(const ServeSettings& settings);

}  // namespace parlante::app
