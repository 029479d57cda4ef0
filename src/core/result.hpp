// Errors are values: every fallible function returns Result<T> with a kind and one sentence for the user.
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace parlante {

/// What went wrong, in the classes that decide the command's exit code.
enum class ErrorKind {
  failed,  ///< anything without a class of its own: a full disk, an unwritable folder, an encoder's refusal
  usage,   ///< the caller asked for something that does not exist or is out of range
  broken_model,  ///< a network, head or weight file is missing or is not what it should be
  no_face,       ///< the picture holds no face that can be used
  bad_audio,     ///< the sound cannot be decoded or holds nothing
  bad_picture,   ///< the picture or video cannot be decoded
  bad_avatar,    ///< an avatar file is damaged or of another version
  cancelled,     ///< the user stopped the work
};

/// A failure that was expected to be possible. `message` is one sentence: what is wrong and what to do.
struct Error {
  ErrorKind kind = ErrorKind::failed;
  std::string message;
};

template <class T = void>
using Result = tl::expected<T, Error>;

/// `return fail(ErrorKind::no_face, "…")` in any function that returns a Result.
inline tl::unexpected<Error> fail(ErrorKind kind, std::string message) {
  return tl::unexpected<Error>(Error{kind, std::move(message)});
}

/// Passes an error on from a Result of another type.
template <class T>
tl::unexpected<Error> pass_on(Result<T>&& result) {
  return tl::unexpected<Error>(std::move(result.error()));
}

/// The exit code of the command for a kind of error: 1 failed, 2 usage, 3 model missing or broken, 4 no
/// usable face, 5 bad audio.
int exit_code(ErrorKind kind) noexcept;

}  // namespace parlante
