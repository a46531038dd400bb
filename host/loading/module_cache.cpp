#include "loading/module_cache.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/file_io.hpp"
#include "base/private_path.hpp"

namespace serai::loading {

namespace fs = std::filesystem;

CachedFile::CachedFile(CachedFile&& other) noexcept
    : in_use_(std::move(other.in_use_)), path_(std::move(other.path_)) {}

CachedFile& CachedFile::operator=(CachedFile&& other) noexcept {
  std::swap(in_use_, other.in_use_);
  std::swap(path_, other.path_);
  return *this;
}

CachedFile::~CachedFile() {
  if (in_use_ != nullptr) in_use_->erase(path_);
}

Result<CachedFile> ModuleCache::put(const VerifiedModule& module) {
  std::error_code error;
  fs::create_directories(folder_, error);
  if (error) {
    return {Errc::internal, "cannot make " + folder_.string() + ": " + error.message()};
  }
  if (auto kept = keep_private(folder_.string()); !kept) return kept.error();
  const std::string stem = module.contract.name + "-" + module.build_id.substr(0, 16) + "-" +
                           module.sha256.substr(0, 16);
  fs::path path = fs::absolute(folder_) / (stem + ".so");
  for (unsigned i = 2; in_use_->count(path) > 0; ++i) {
    path = fs::absolute(folder_) / (stem + "." + std::to_string(i) + ".so");
  }
  if (Result<> written = write_file(path, module.bytes, 0500); !written) return written.error();
  in_use_->insert(path);
  prune();
  return CachedFile(in_use_, std::move(path));
}

void ModuleCache::prune() const {
  std::vector<std::pair<fs::file_time_type, fs::path>> idle;
  std::error_code error;
  for (fs::directory_iterator at(folder_, error), end; !error && at != end; at.increment(error)) {
    const fs::path path = fs::absolute(at->path());
    std::error_code ignored;
    if (path.extension() == ".so" && in_use_->count(path) == 0) {
      idle.emplace_back(at->last_write_time(ignored), path);
    }
  }
  if (idle.size() <= kFilesKept) return;
  std::sort(idle.begin(), idle.end());
  for (std::size_t i = 0; i < idle.size() - kFilesKept; ++i) fs::remove(idle[i].second, error);
}

}  // namespace serai::loading
