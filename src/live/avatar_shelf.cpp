#include "live/avatar_shelf.hpp"

#include "live/upload_folder.hpp"

namespace parlante {

ShelvedAvatar::~ShelvedAvatar() {
  if (!file.empty()) remove_files(file);
}

bool AvatarShelf::add(std::shared_ptr<const ShelvedAvatar> avatar, Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  forget_old(now);
  if (places_.size() >= most_) return false;
  const std::string id = avatar->id;
  places_.insert_or_assign(id, Place{std::move(avatar), now});
  return true;
}

std::shared_ptr<const ShelvedAvatar> AvatarShelf::find(const std::string& id, Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  const auto found = places_.find(id);
  if (found == places_.end()) return nullptr;
  found->second.used = now;
  return found->second.avatar;
}

bool AvatarShelf::remove(const std::string& id) {
  const std::lock_guard lock(mutex_);
  return id != lasting_ && places_.erase(id) > 0;
}

bool AvatarShelf::full(Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  forget_old(now);
  return places_.size() >= most_;
}

std::size_t AvatarShelf::size() const {
  const std::lock_guard lock(mutex_);
  return places_.size();
}

void AvatarShelf::forget_old(Clock::time_point now) {
  if (places_.size() < most_) return;
  std::erase_if(
      places_, [&](const auto& entry) { return entry.first != lasting_ && now - entry.second.used > kKept; });
}

}  // namespace parlante
