// The sessions that are open, and room for a few more.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "live/session.hpp"

namespace parlante {

/// Holds every session until its thread has ended. Thread-safe.
class SessionTable {
 public:
  SessionTable(std::size_t most, Metrics& metrics) : most_(most), metrics_(metrics) {}
  ~SessionTable() { end_all({}); }

  /// Takes a place, which enter() or leave() uses up. False: all are taken, or the server is ending. Waits
  /// for nobody.
  bool reserve();
  void leave();
  /// Starts a session in its place.
  void enter(const std::shared_ptr<Session>& session, std::function<void()> ended);
  std::shared_ptr<Session> find(const std::string& id);
  std::size_t size() const;
  /// Seconds a second that all sessions take while everybody speaks, with one more of `fps` pictures of
  /// `size` px, which costs what those that are here do; 0 where nobody is here.
  double load_with(double fps, int size) const;
  /// Lets nobody in any more; asks all to end within `grace` and waits for them. `tell` goes to each before.
  void end_all(std::chrono::milliseconds grace, const std::function<void(Session&)>& tell = {});

  /// Lets go of sessions that have ended, and of those who no longer watch the others. To be called now and
  /// then; waits for threads that are about to end, which may want any lock of the server's.
  void tidy();

 private:
  std::size_t most_;
  Metrics& metrics_;
  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Session>> open_;
  std::size_t reserved_ = 0;
  bool closed_ = false;
};

}  // namespace parlante
