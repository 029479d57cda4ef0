// The avatars that clients brought, by the id each got.
#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "avatar/avatar.hpp"

namespace parlante {

/// Its file goes with it, when neither the shelf nor any job holds it.
struct ShelvedAvatar {
  std::string id;
  std::shared_ptr<const Avatar> avatar;
  std::filesystem::path file;
  std::string consent;
  std::vector<std::string> notes = {};  ///< what makes its photo less suitable

  ShelvedAvatar(std::string id_, std::shared_ptr<const Avatar> avatar_, std::filesystem::path file_,
                std::string consent_)
      : id(std::move(id_)),
        avatar(std::move(avatar_)),
        file(std::move(file_)),
        consent(std::move(consent_)) {}
  ~ShelvedAvatar();
  ShelvedAvatar(const ShelvedAvatar&) = delete;
  ShelvedAvatar& operator=(const ShelvedAvatar&) = delete;
};

/// Thread-safe. An avatar that nobody asked for in an hour is forgotten when room is needed.
class AvatarShelf {
 public:
  using Clock = std::chrono::steady_clock;
  static constexpr auto kKept = std::chrono::hours(1);

  /// Holds at most `most`; `lasting` ids are never forgotten or removed.
  AvatarShelf(std::size_t most, std::string lasting) : most_(most), lasting_(std::move(lasting)) {}

  /// False when it is full.
  bool add(std::shared_ptr<const ShelvedAvatar> avatar, Clock::time_point now = Clock::now());
  std::shared_ptr<const ShelvedAvatar> find(const std::string& id, Clock::time_point now = Clock::now());
  bool remove(const std::string& id);
  bool full(Clock::time_point now = Clock::now());
  std::size_t size() const;

 private:
  struct Place {
    std::shared_ptr<const ShelvedAvatar> avatar;
    Clock::time_point used;
  };
  void forget_old(Clock::time_point now);
  std::size_t most_;
  std::string lasting_;
  mutable std::mutex mutex_;
  std::map<std::string, Place> places_;
};

}  // namespace parlante
