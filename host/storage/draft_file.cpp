#include "storage/draft_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <filesystem>

namespace serai::storage {

namespace fs = std::filesystem;

Result<> DraftFile::keep_as(const std::string& name) const {
  const int file = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC);
  const bool synced = file >= 0 && ::fsync(file) == 0;
  if (file >= 0) ::close(file);
  std::error_code failed;
  if (synced) fs::rename(path_, name, failed);
  if (synced && !failed) return success();
  return Error{Errc::unavailable, name + " cannot be written: " + failed.message()};
}

void DraftFile::remove() const {
  std::error_code ignored;
  for (const char* end : {"", "-wal", "-shm", "-journal"}) fs::remove(path_ + end, ignored);
}

}  // namespace serai::storage
