#include "live/routes.hpp"

#include <algorithm>

#include "live/page_files.hpp"

namespace parlante {
namespace {

constexpr const char* kJson = "application/json";
constexpr std::size_t kMostId = 64;

std::vector<Route> table() {
  const FormField photo{"photo", true, true, "A photo of a face: JPEG, PNG, WebP…"};
  const FormField consent{
      "consent", true, false,
      "Whose face it is: self, permitted (a person who agreed), synthetic (nobody's), historic."};
  return {
      {RouteId::page,
       "GET",
       "/",
       "The page, and its files beside it.",
       true,
       BodyKind::none,
       {},
       {{200, "text/html", "The page."}}},
      {RouteId::health,
       "GET",
       "/health",
       "Whether the server can work.",
       true,
       BodyKind::none,
       {},
       {{200, kJson, "It can."}, {503, kJson, "It is still loading, or about to end."}}},
      {RouteId::metrics,
       "GET",
       "/metrics",
       "Counts and times, for Prometheus.",
       false,
       BodyKind::none,
       {},
       {{200, "text/plain", "Text of exposition format 0.0.4."}}},
      {RouteId::openapi,
       "GET",
       "/openapi.json",
       "This description.",
       true,
       BodyKind::none,
       {},
       {{200, kJson, "OpenAPI 3.1."}}},
      {RouteId::options,
       "GET",
       "/v1/options",
       "What can be asked for, with ranges and defaults.",
       true,
       BodyKind::none,
       {},
       {{200, kJson, "Without a needed token: only that it is needed."}}},
      {RouteId::make_avatar,
       "POST",
       "/v1/avatars",
       "Makes an avatar of a photo.",
       false,
       BodyKind::photo,
       {photo, consent, {"face", false, false, "Which face, counted from 1 by size; 0: the largest."}},
       {{201, kJson, "The avatar's id, and what makes the photo less suitable."},
        {422, kJson, "No face, no consent, no picture."},
        {503, kJson, "No room now."}}},
      {RouteId::get_avatar,
       "GET",
       "/v1/avatars/{id}",
       "Whether an avatar is there.",
       false,
       BodyKind::none,
       {},
       {{200, kJson, "It is."}, {404, kJson, "It is not."}}},
      {RouteId::avatar_photo,
       "GET",
       "/v1/avatars/{id}/photo",
       "The sample's photo.",
       true,
       BodyKind::none,
       {},
       {{200, "image/png", "The photo."}, {404, kJson, "Only the avatar \"sample\" has one."}}},
      {RouteId::delete_avatar,
       "DELETE",
       "/v1/avatars/{id}",
       "Forgets an avatar.",
       false,
       BodyKind::none,
       {},
       {{204, "", "It is forgotten."}, {404, kJson, "It is not there."}}},
      {RouteId::make_job,
       "POST",
       "/v1/jobs",
       "Makes a signed film of a face and a clip of speech.",
       false,
       BodyKind::job,
       {{"avatar", false, false, "The id of an avatar, or \"sample\"; or else a photo:"},
        {"photo", false, true, photo.meaning},
        {"consent", false, false, "With a photo. As for avatars."},
        {"audio", true, true, "Speech: WAV, MP3, FLAC, OGG, M4A, the sound of a video."},
        {"options", false, false,
         "JSON: options of `parlante render` by name, and \"controls\": an object or a list of keyframes."}},
       {{202, kJson, "The job's id."},
        {422, kJson, "Something is missing or wrong."},
        {503, kJson, "Too many jobs."}}},
      {RouteId::get_job,
       "GET",
       "/v1/jobs/{id}",
       "How far a job is.",
       false,
       BodyKind::none,
       {},
       {{200, kJson, "state: queued, running, done or failed; progress: 0 to 1."},
        {404, kJson, "There is none."}}},
      {RouteId::job_result,
       "GET",
       "/v1/jobs/{id}/result",
       "The film of a job that is done.",
       false,
       BodyKind::none,
       {},
       {{200, "video/mp4", "The signed film."},
        {404, kJson, "There is none."},
        {409, kJson, "Not yet, or it failed."}}},
      {RouteId::delete_job,
       "DELETE",
       "/v1/jobs/{id}",
       "Stops a job and forgets its film.",
       false,
       BodyKind::none,
       {},
       {{204, "", "It is forgotten."}, {404, kJson, "There is none."}}},
      {RouteId::verify,
       "POST",
       "/v1/verify",
       "Says what marks a picture or video carries.",
       false,
       BodyKind::video,
       {{"file", true, true, "A picture or video of any origin."}},
       {{200, kJson, "As `parlante verify --json` says it."}, {422, kJson, "Neither picture nor video."}}},
      {RouteId::speak_text,
       "POST",
       "/v1/speech",
       "Reads typed text aloud, for a face to say.",
       false,
       BodyKind::text,
       {{"text", true, false, "What is to be said, at most 2000 bytes."},
        {"language", false, false, "Its language, such as \"en\" or \"pt-br\"."}},
       {{200, "audio/wav", "The speech."},
        {422, kJson, "No text, or too much."},
        {501, kJson, "The server has no voice (option voice)."}}},
      {RouteId::stream,
       "GET",
       "/v1/stream",
       "A live face, by WebSocket (docs/server.md).",
       true,
       BodyKind::none,
       {},
       {{101, "", "A WebSocket."}, {426, kJson, "Not asked for as a WebSocket."}}},
      {RouteId::whep_offer,
       "POST",
       "/v1/whep/{session}",
       "Shows a live session by WebRTC (WHEP).",
       false,
       BodyKind::sdp,
       {},
       {{201, "application/sdp", "The answer."},
        {404, kJson, "There is no such session."},
        {415, kJson, "No SDP."},
        {422, kJson, "An offer that cannot be answered."}}},
      {RouteId::whep_end,
       "DELETE",
       "/v1/whep/{session}",
       "Ends the WebRTC connection of a session.",
       false,
       BodyKind::none,
       {},
       {{204, "", "It is ended."}, {404, kJson, "There is none."}}},
  };
}

bool is_id(std::string_view text) {
  return !text.empty() && text.size() <= kMostId && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

/// Does `path` have the form of `pattern`? Puts what stands for {…} into `id`.
bool fits(std::string_view pattern, std::string_view path, std::string& id) {
  const auto brace = pattern.find('{');
  if (brace == std::string_view::npos) return pattern == path;
  const std::string_view before = pattern.substr(0, brace), after = pattern.substr(pattern.find('}') + 1);
  if (path.size() <= before.size() + after.size() || !path.starts_with(before) || !path.ends_with(after))
    return false;
  const std::string_view middle = path.substr(before.size(), path.size() - before.size() - after.size());
  if (!is_id(middle)) return false;
  id = middle;
  return true;
}

bool is_page_file(std::string_view path) {
  return path.starts_with('/') &&
         std::ranges::any_of(page_files(), [&](const PageFile& file) { return file.name == path.substr(1); });
}

}  // namespace

std::span<const Route> routes() {
  static const std::vector<Route> all = table();
  return all;
}

RouteMatch find_route(std::string_view method, std::string_view path) {
  RouteMatch match;
  if (is_page_file(path)) path = "/";
  for (const Route& route : routes()) {
    if (!fits(route.path, path, match.id)) continue;
    if (route.method == method) {
      match.route = &route;
      match.other_method = false;
      return match;
    }
    match.other_method = true;
  }
  return match;
}

}  // namespace parlante
