#include "core/result.hpp"

namespace parlante {

int exit_code(ErrorKind kind) noexcept {
  switch (kind) {
    case ErrorKind::usage:
      return 2;
    case ErrorKind::broken_model:
      return 3;
    case ErrorKind::no_face:
      return 4;
    case ErrorKind::bad_audio:
      return 5;
    case ErrorKind::failed:
    case ErrorKind::bad_picture:
    case ErrorKind::bad_avatar:
    case ErrorKind::cancelled:
      return 1;
  }
  return 1;
}

}  // namespace parlante
