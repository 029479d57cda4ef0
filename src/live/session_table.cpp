#include "live/session_table.hpp"

#include <algorithm>

namespace parlante {

bool SessionTable::reserve() {
  const std::lock_guard lock(mutex_);
  const auto alive = static_cast<std::size_t>(
      std::ranges::count_if(open_, [](const auto& entry) { return !entry.second->ended(); }));
  if (closed_ || alive + reserved_ >= most_) return false;
  ++reserved_;
  return true;
}

void SessionTable::leave() {
  const std::lock_guard lock(mutex_);
  --reserved_;
}

void SessionTable::enter(const std::shared_ptr<Session>& session, std::function<void()> ended) {
  const std::lock_guard lock(mutex_);
  --reserved_;
  open_.emplace(session->id(), session);
  ++metrics_.sessions_opened;
  ++metrics_.sessions;
  session->start([this, ended = std::move(ended)] {
    --metrics_.sessions;
    ended();
  });
  if (closed_) session->end();
}

std::shared_ptr<Session> SessionTable::find(const std::string& id) {
  const std::lock_guard lock(mutex_);
  const auto found = open_.find(id);
  return found == open_.end() || found->second->ended() ? nullptr : found->second;
}

std::size_t SessionTable::size() const {
  const std::lock_guard lock(mutex_);
  return open_.size() + reserved_;
}

double SessionTable::load_with(double fps, int size) const {
  const std::lock_guard lock(mutex_);
  double all = 0, one_more = 0;
  std::size_t known = 0;
  for (const auto& [id, session] : open_) {
    if (session->ended()) continue;
    one_more = std::max(one_more, session->load_of(fps, size));
    all += session->load();
    ++known;
  }
  // those that are being opened are taken for like this one
  return known == 0 ? 0 : all + one_more * static_cast<double>(1 + reserved_);
}

void SessionTable::end_all(std::chrono::milliseconds grace, const std::function<void(Session&)>& tell) {
  std::map<std::string, std::shared_ptr<Session>> ending;
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    ending.swap(open_);
  }
  for (const auto& [id, session] : ending) {
    if (tell) tell(*session);
    session->end(grace);
  }
  for (const auto& [id, session] : ending) session->join();
}

void SessionTable::tidy() {
  std::vector<std::shared_ptr<Session>> dead, alive;
  {
    const std::lock_guard lock(mutex_);
    std::erase_if(open_, [&](const auto& entry) {
      const bool ended = entry.second->ended();
      (ended ? dead : alive).push_back(entry.second);
      return ended;
    });
  }
  for (const auto& session : dead) session->join();
  for (const auto& session : alive) session->sweep();
}

}  // namespace parlante
