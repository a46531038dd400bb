// ModuleCache: private copies of module files, so that changes under releases/ cannot harm a
// running host.
//
// A copy is named <module>-<build id>-<content hash>.so. The name of a copy in use is not used
// again, because dlopen() would return the old code for a path that is open already.
//
// Errors  internal: the system's message (disk full, no permission).
// Thread  the loader thread.
// Owner   a CachedFile marks its path as in use until it is destroyed; it may outlive the cache.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <set>
#include <string>

#include "base/result.hpp"
#include "loading/verify.hpp"

namespace serai::loading {

using PathsInUse = std::set<std::filesystem::path>;

class CachedFile {
 public:
  CachedFile() = default;
  CachedFile(CachedFile&& other) noexcept;
  CachedFile& operator=(CachedFile&& other) noexcept;
  CachedFile(const CachedFile&) = delete;
  CachedFile& operator=(const CachedFile&) = delete;
  ~CachedFile();

  const std::filesystem::path& path() const { return path_; }
  // For code that could not be unmapped: the name stays in use for the life of the process.
  void keep_for_ever() { in_use_ = nullptr; }

 private:
  friend class ModuleCache;
  CachedFile(std::shared_ptr<PathsInUse> in_use, std::filesystem::path path)
      : in_use_(std::move(in_use)), path_(std::move(path)) {}
  std::shared_ptr<PathsInUse> in_use_;  // shared with the cache; null: the path is not marked
  std::filesystem::path path_;
};

class ModuleCache {
 public:
  static constexpr std::size_t kFilesKept = 32;  // unused copies, for core dumps and profilers

  explicit ModuleCache(std::filesystem::path folder) : folder_(std::move(folder)) {}

  // Writes a copy of the module's file, then deletes the oldest unused copies.
  Result<CachedFile> put(const VerifiedModule& module);

 private:
  void prune() const;

  std::filesystem::path folder_;
  // Shared with the cached files, because generations may outlive the cache.
  std::shared_ptr<PathsInUse> in_use_ = std::make_shared<PathsInUse>();
};

}  // namespace serai::loading
