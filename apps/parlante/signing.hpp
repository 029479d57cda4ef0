// What a file is signed with, and what its manifest says of how it was made.
#pragma once

#include <string>

#include "avatar/avatar.hpp"
#include "command.hpp"
#include "mark/manifest.hpp"
#include "mark_settings.hpp"
#include "media/atomic_file.hpp"

namespace parlante::app {

/// Asks for what is needed before any work is done: whose face it is, and keys that can sign.
class Signing {
 public:
  /// `face`: the photo or avatar, or "-". Errors: usage (nobody said whose face it is), failed (no keys).
  static Result<Signing> open(const ConsentSettings& consent, const SignSettings& sign,
                              const std::string& face, Sink& sink);

  /// A file that goes in; "" is none. Pipes go in without a hash, and so does what cannot be read: whoever
  /// needs it says so.
  void use(const std::string& role, const std::string& source);
  /// The photo that the avatar was made from goes in, too, with what it carried signed.
  void use_photo_of(const Avatar& avatar);
  /// 24 bits for the mark, of the files that go in and the seed: same input, same mark.
  std::uint32_t render_id(std::uint64_t seed) const;
  /// Signs a complete file. `mark`: what is in its pictures.
  LastStep last_step(const MarkPayload& mark) const;

 private:
  ManifestFacts facts_;
  C2paSigner signer_;
};

/// What an avatar keeps of the photo's file. Of a pipe nothing is known.
PhotoOrigin photo_origin(const std::string& photo);

/// Carries what is known of a photo over to the avatar made from it; asks when somebody is there to answer,
/// and leaves it open otherwise.
Result<> remember_avatar(const ConsentSettings& settings, const std::string& photo,
                         const std::string& avatar);

}  // namespace parlante::app
