#include "core/error_name.hpp"

namespace parlante {

std::string_view name(ErrorKind kind) noexcept {
  switch (kind) {
    case ErrorKind::failed:
      return "failed";
    case ErrorKind::usage:
      return "usage";
    case ErrorKind::broken_model:
      return "broken_model";
    case ErrorKind::no_face:
      return "no_face";
    case ErrorKind::bad_audio:
      return "bad_audio";
    case ErrorKind::bad_picture:
      return "bad_picture";
    case ErrorKind::bad_avatar:
      return "bad_avatar";
    case ErrorKind::cancelled:
      return "cancelled";
  }
  return "failed";
}

}  // namespace parlante
