// The routes: who may use them, and the answers that are at hand at once.
#include <nlohmann/json.hpp>

#include "core/error_name.hpp"
#include "live/page_files.hpp"
#include "live/server_state.hpp"
#include "mark/file_hash.hpp"

namespace parlante {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMostOffer = 65'536, kMostTextBody = 6 * kMostSpokenText + 1000;
constexpr const char* kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; media-src 'self' "
    "blob:; "
    "connect-src 'self'; worker-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

HttpResponse json_response(int status, const Json& json) {
  HttpResponse response{status, "application/json",
                        json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n"};
  response.headers.emplace_back("Cache-Control", "no-store");
  return response;
}

HttpResponse not_found(const char* what) {
  return error_response(404, "not_found", what);
}

std::string entity_tag(std::string_view content) {
  std::string tag(1, '"');
  tag += bytes_sha256({reinterpret_cast<const std::uint8_t*>(content.data()), content.size()}).substr(0, 20);
  return tag += '"';
}

Json range(double low, double high, double usual) {
  return {{"min", low}, {"max", high}, {"default", usual}};
}

Json choice(Json choices, Json usual) {
  return {{"choices", std::move(choices)}, {"default", std::move(usual)}};
}

}  // namespace

std::size_t LiveServer::State::most_body(BodyKind kind) const noexcept {
  switch (kind) {
    case BodyKind::none:
      return 0;
    case BodyKind::photo:
      return options.photo_bytes;
    case BodyKind::job:
      return options.job_bytes;
    case BodyKind::video:
      return options.video_bytes;
    case BodyKind::text:
      return kMostTextBody;
    case BodyKind::sdp:
      return kMostOffer;
  }
  return 0;
}

Admission LiveServer::State::admit(const HttpRequest& request) {
  ++counts.requests;
  const auto refuse = [&](HttpResponse response) {
    ++counts.requests_refused;
    access.add_cors(request, response);
    return Admission{std::move(response)};
  };
  if (auto refusal = access.refuse_caller(request)) return refuse(std::move(*refusal));
  const RouteMatch match = find_route(request.method, request.path);
  if (!match.route && match.other_method && request.method == "OPTIONS") return refuse({204, "", ""});
  if (!match.route && match.other_method)
    return refuse(error_response(405, "method_not_allowed", "That path does not take this method."));
  if (!match.route) return refuse(not_found("There is nothing at that path."));
  const Route& route = *match.route;
  if (!route.open && !access.has_token(request))
    return refuse(error_response(401, "unauthorized", "The token is missing or wrong."));
  if (route.body != BodyKind::none && draining)
    return refuse(error_response(503, "draining", "The server is about to end."));
  if (route.body != BodyKind::none && !ready)
    return refuse(error_response(503, "loading", "The server is still loading."));
  if (route.id == RouteId::stream) {
    if (!request.upgrade) return refuse(error_response(426, "upgrade_required", "This is a WebSocket."));
    return {std::nullopt, 0, true};
  }
  return {std::nullopt, most_body(route.body)};
}

void LiveServer::State::handle(HttpRequest request, Reply reply) {
  const RouteMatch match = find_route(request.method, request.path);
  HttpResponse cors;  // while the request is whole: work that is done later takes it
  access.add_cors(request, cors);
  const Reply with_cors = [headers = std::move(cors.headers),
                           reply = std::move(reply)](HttpResponse response) {
    response.headers.insert(response.headers.end(), headers.begin(), headers.end());
    reply(std::move(response));
  };
  answer(match, request, with_cors);
}

void LiveServer::State::answer(const RouteMatch& match, HttpRequest& request, const Reply& reply) {
  // what takes its time, if only to write an upload down, is done away from the network's thread
  const auto later = [&](WorkQueue& queue, auto work) {
    const auto held = std::make_shared<HttpRequest>(std::move(request));
    if (!queue.add([work, held, reply] { reply(work(*held)); }))
      reply(error_response(503, "busy", "Too much is being done: try again in a moment."));
  };
  switch (match.route->id) {
    case RouteId::page:
      return reply(page(request));
    case RouteId::health:
      return reply(health());
    case RouteId::metrics:
      return reply({200, "text/plain; version=0.0.4; charset=utf-8", counts.text()});
    case RouteId::openapi:
      return reply({200, "application/json", openapi_json()});
    case RouteId::options:
      return reply(choices(access.has_token(request)));
    case RouteId::make_avatar:
      return later(makers, [this](const HttpRequest& held) { return make_avatar(held); });
    case RouteId::get_avatar:
      return reply(avatar(match.id));
    case RouteId::avatar_photo:
      return reply(sample_photo(match.id));
    case RouteId::delete_avatar:
      return reply(avatars.remove(match.id) ? HttpResponse{204, "", ""}
                                            : not_found("There is no avatar of that id to forget."));
    case RouteId::make_job:
      return later(openers, [this](const HttpRequest& held) { return make_job(held); });
    case RouteId::get_job:
      return reply(job(match.id));
    case RouteId::job_result:
      return reply(job_result(match.id));
    case RouteId::delete_job:
      return reply(jobs.remove(match.id) ? HttpResponse{204, "", ""}
                                         : not_found("There is no job of that id."));
    case RouteId::verify:
      return later(makers, [this](const HttpRequest& held) { return verify(held); });
    case RouteId::speak_text:
      return later(readers, [this](const HttpRequest& held) { return speak_text(held); });
    case RouteId::stream:
      return reply(error_response(426, "upgrade_required", "This is a WebSocket."));
    case RouteId::whep_offer:
      return later(openers, [this, id = match.id](const HttpRequest& held) { return whep_offer(id, held); });
    case RouteId::whep_end:
      return reply(whep_end(match.id));
  }
}

HttpResponse LiveServer::State::page(const HttpRequest& request) const {
  const std::string_view name =
      request.path == "/" ? std::string_view("index.html") : std::string_view(request.path).substr(1);
  for (const PageFile& file : page_files()) {
    if (file.name != name) continue;
    HttpResponse response{200, std::string(file.type), std::string(file.content)};
    const std::string tag = entity_tag(file.content);
    if (request.header("if-none-match") == tag) response = {304, "", ""};
    response.headers = {{"ETag", tag},
                        {"Cache-Control", "no-cache"},
                        {"Content-Security-Policy", kPolicy},
                        {"Referrer-Policy", "no-referrer"},
                        {"Permissions-Policy", "microphone=(self)"}};
    return response;
  }
  return not_found("There is nothing at that path.");
}

HttpResponse LiveServer::State::health() const {
  const char* state = draining ? "draining" : ready ? "ok" : "loading";
  return json_response(ready && !draining ? 200 : 503,
                       {{"status", state}, {"sessions", counts.sessions.load()}});
}

HttpResponse LiveServer::State::choices(bool has_token) const {
  if (!has_token) return json_response(200, {{"version", PARLANTE_VERSION}, {"token_needed", true}});
  Json emotions = Json::array();
  for (const std::string_view name : kEmotionNames) emotions.push_back(name);
  const Json controls = {
      {"distance", range(.92, 1.08, 1)},
      {"head_pose", {{"min", {-20, -15, -15}}, {"max", {20, 15, 15}}, {"default", {0, 0, 0}}}},
      {"motion_scale", range(0, 2, 1)},
      {"mouth_scale", range(0, 1.5, 1)},
      {"blinks", range(0, 60, 26)},
      {"still", {{"default", false}}},
      {"idle", {{"default", true}}},
      {"emotion", {{"names", emotions}, {"min", 0}, {"max", 1}}}};
  return json_response(200, {{"version", PARLANTE_VERSION},
                             {"token_needed", access.token_needed()},
                             {"whep", true},
                             {"typed_text", voice.there()},
                             {"outputs", {"fmp4", "jpeg", "raw", "none"}},
                             {"fps", choice(kFrameRates, 25)},
                             {"size", choice({256, 384, 512}, 512)},
                             {"clip_size", choice({512, 720, 1024}, 512)},
                             {"controls", controls},
                             {"consents", {"self", "permitted", "synthetic", "historic"}},
                             {"limits",
                              {{"photo_bytes", options.photo_bytes},
                               {"sound_bytes", options.job_bytes},
                               {"video_bytes", options.video_bytes},
                               {"sound_seconds", options.most_queued_s}}}});
}

HttpResponse LiveServer::State::avatar(const std::string& id) {
  const auto found = avatars.find(id);
  if (!found) return not_found("There is no avatar of that id.");
  return json_response(200, {{"id", found->id}, {"consent", found->consent}, {"notes", found->notes}});
}

HttpResponse LiveServer::State::sample_photo(const std::string& id) const {
  if (id != kSampleId || options.sample_photo.empty())
    return not_found("Only the avatar \"sample\" has a photo to show.");
  HttpResponse response{200, "image/png", ""};
  response.file = options.sample_photo;
  response.headers.emplace_back("Cache-Control", "max-age=3600");
  return response;
}

HttpResponse LiveServer::State::job(const std::string& id) const {
  const auto status = jobs.status(id);
  if (!status) return not_found("There is no job of that id.");
  Json json = {{"id", id}, {"state", name(status->state)}, {"progress", status->progress}};
  if (status->state == JobState::failed)
    json["error"] = {{"code", name(status->error.kind)}, {"message", without_paths(status->error.message)}};
  return json_response(200, json);
}

HttpResponse LiveServer::State::job_result(const std::string& id) const {
  const auto status = jobs.status(id);
  if (!status) return not_found("There is no job of that id.");
  if (status->state == JobState::failed)
    return error_response(409, "failed", without_paths(status->error.message));
  const std::filesystem::path film = jobs.film(id);
  if (film.empty()) return error_response(409, "not_done", "The film is not done yet.");
  HttpResponse response{200, "video/mp4", ""};
  response.file = film;
  response.headers = {{"Content-Disposition", "attachment; filename=\"parlante.mp4\""},
                      {"Cache-Control", "no-store"}};
  return response;
}

}  // namespace parlante
