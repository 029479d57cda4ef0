// A session's face by WebRTC: an offer, an answer, an end.
#include "live/server_state.hpp"

namespace parlante {

HttpResponse LiveServer::State::whep_offer(const std::string& id, const HttpRequest& request) {
  const auto session = sessions.find(id);
  if (!session) return error_response(404, "not_found", "There is no such session.");
  if (!request.header("content-type").starts_with("application/sdp"))
    return error_response(415, "bad_request", "Send the offer as application/sdp.");
  WhepOptions asked;
  asked.most = static_cast<int>(options.sessions);
  const auto link = WhepLink::answer(request.body, session->form(), asked);
  if (!link)
    return link.error().kind == ErrorKind::usage ? error_response(422, "bad_request", link.error().message)
                                                 : error_response(503, "busy", link.error().message);
  std::vector<std::shared_ptr<WhepLink>> old;  // freed when nobody waits for the lock
  {
    const std::lock_guard lock(mutex);
    std::erase_if(links, [&](const auto& entry) {
      const bool closed = !entry.second->open();
      if (closed) old.push_back(entry.second);
      return closed;
    });
    auto& place = links[id];
    if (place) old.push_back(place);  // a page that was loaded anew
    place = *link;
  }
  for (const auto& one : old) one->close();
  session->attach(*link);
  if (session->ended()) {  // meanwhile, and has looked for its connection already
    static_cast<void>(whep_end(id));
    return error_response(404, "not_found", "There is no such session.");
  }
  HttpResponse response{201, "application/sdp", (*link)->sdp()};
  response.headers.emplace_back("Location", "/v1/whep/" + id);
  return response;
}

HttpResponse LiveServer::State::whep_end(const std::string& id) {
  std::shared_ptr<WhepLink> link;
  {
    const std::lock_guard lock(mutex);
    const auto found = links.find(id);
    if (found == links.end()) return error_response(404, "not_found", "There is no such connection.");
    link = std::move(found->second);
    links.erase(found);
  }
  link->close();
  return {204, "", ""};
}

}  // namespace parlante
