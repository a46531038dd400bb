// DraftFile: a file that is deleted unless it gets its final name.
//
// Errors  keep_as(): unavailable, the file or its name cannot be written.
// Thread  one at a time; blocks on the disk.
// Owner   the file beside the final one, with the log files of a SQLite database.
#pragma once

#include <string>

#include "base/result.hpp"

namespace serai::storage {

class DraftFile {
 public:
  explicit DraftFile(std::string path) : path_(std::move(path)) { remove(); }
  ~DraftFile() { remove(); }
  DraftFile(const DraftFile&) = delete;
  DraftFile& operator=(const DraftFile&) = delete;
  const std::string& path() const { return path_; }

  // Writes the file to the disk and gives it its name.
  Result<> keep_as(const std::string& name) const;

 private:
  void remove() const;
  std::string path_;
};

}  // namespace serai::storage
