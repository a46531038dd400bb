// ReleaseWatch: notices that `current` was flipped.
//
// Errors  start(): unavailable when the system gives no watch; reload by signal or admin still
// works. Thread  the loader thread.
#pragma once

#include <filesystem>
#include <string>

#include "base/result.hpp"
#include "modules/fd.hpp"

namespace serai {

class ReleaseWatch {
 public:
  // Watches the folder that holds the link; a rename over the link counts, and so does a new link.
  Result<> start(const std::filesystem::path& link);

  int fd() const { return notify_.get(); }  // readable when something happened; -1: not watching
  bool take_flip();                         // true when the link may point elsewhere now

 private:
  Fd notify_;
  std::string name_;
};

}  // namespace serai
