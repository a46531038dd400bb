#include "base/private_path.hpp"

#include <sys/stat.h>

#include <cerrno>
#include <system_error>

namespace serai {

Result<> keep_private(const std::string& path) {
  constexpr mode_t kOthers = S_IRWXG | S_IRWXO;
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) {
    if (errno == ENOENT) return success();
  } else if ((status.st_mode & kOthers) == 0 ||
             ::chmod(path.c_str(), status.st_mode & 07777 & ~kOthers) == 0) {
    return success();
  }
  return Error{Errc::permission_denied,
               path + " is open to other users, and cannot be closed to them (" +
                   std::generic_category().message(errno) +
                   "): give it to the host's user, or choose another place"};
}

}  // namespace serai
