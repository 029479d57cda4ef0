// Every route of the server, once: the router and /openapi.json are made from this table.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace parlante {

enum class RouteId {
  page,
  health,
  metrics,
  openapi,
  options,
  make_avatar,
  get_avatar,
  avatar_photo,
  delete_avatar,
  make_job,
  get_job,
  job_result,
  delete_job,
  verify,
  speak_text,
  stream,
  whep_offer,
  whep_end,
};

enum class BodyKind { none, photo, job, video, text, sdp };

struct FormField {
  const char* name;
  bool required;
  bool file;
  const char* meaning;
};
struct RouteAnswer {
  int status;
  const char* type;  ///< media type; empty: no body
  const char* meaning;
};

struct Route {
  RouteId id;
  const char* method;
  const char* path;  ///< "/v1/jobs/{id}"
  const char* summary;
  bool open = false;  ///< needs no token
  BodyKind body = BodyKind::none;
  std::vector<FormField> fields = {};
  std::vector<RouteAnswer> answers = {};
};

std::span<const Route> routes();

/// What a request leads to.
struct RouteMatch {
  const Route* route = nullptr;  ///< null: none
  std::string id;                ///< what stood for {…}
  bool other_method = false;     ///< the path exists, the method does not
};
/// `path` as it came. An id is at most 64 letters, digits, - and _.
RouteMatch find_route(std::string_view method, std::string_view path);

/// The description of the routes, OpenAPI 3.1.
std::string openapi_json();

}  // namespace parlante
