// DataDir: the directory of the database, locked by one process at a time.
//
// Errors  unavailable: another process has locked it; the text contains the process's id.
//         permission_denied: the directory cannot be written.
// Thread  any; open() blocks on the disk.
// Owner   the lock ends with the object, or with the process, even after a crash.
#pragma once

#include <memory>
#include <string>

#include "base/result.hpp"

namespace serai::storage {

inline constexpr const char* kDatabaseFile = "serai.db";

class DataDir {
 public:
  // Makes the directory when it is missing, removes other users' rights to it and its files, and
  // locks it.
  static Result<std::unique_ptr<DataDir>> open(const std::string& path);
  ~DataDir();
  DataDir(const DataDir&) = delete;
  DataDir& operator=(const DataDir&) = delete;

  const std::string& path() const { return path_; }

 private:
  DataDir(std::string path, int lock) : path_(std::move(path)), lock_(lock) {}
  std::string path_;
  int lock_;
};

// The error of a data directory that cannot be written, with the remedy.
Error cannot_write(const std::string& path, const std::string& why);

}  // namespace serai::storage
