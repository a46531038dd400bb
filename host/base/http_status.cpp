#include "base/http_status.hpp"

namespace serai {

int http_status(Errc code) {
  switch (code) {
    case Errc::ok:
      return 200;
    case Errc::cancelled:
      return 499;
    case Errc::invalid_argument:
    case Errc::failed_precondition:
    case Errc::out_of_range:
      return 400;
    case Errc::deadline_exceeded:
      return 504;
    case Errc::not_found:
      return 404;
    case Errc::already_exists:
    case Errc::aborted:
      return 409;
    case Errc::permission_denied:
      return 403;
    case Errc::resource_exhausted:
      return 429;
    case Errc::unimplemented:
      return 501;
    case Errc::unavailable:
      return 503;
    case Errc::unauthenticated:
      return 401;
    default:
      return 500;
  }
}

}  // namespace serai
