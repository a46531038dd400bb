#include "release/saved_releases.hpp"

#include <algorithm>
#include <system_error>

#include "base/file_io.hpp"
#include "release/swap_plan.hpp"

namespace serai::release {
namespace {

namespace fs = std::filesystem;

Result<> link_or_copy(const fs::path& from, const fs::path& to) {
  std::error_code error;
  fs::create_hard_link(from, to, error);
  if (!error) return success();
  Result<std::string> bytes = read_file(from, kModuleBytesMax);
  return bytes ? write_file(to, *bytes, 0400) : Result<>(bytes.error());
}

}  // namespace

Result<> SavedReleases::keep(
    const Release& release,
    const std::function<fs::path(const ReleaseModule& module)>& file_of) const {
  const std::string digest = digest_of(release);
  if (is_whole(digest)) return success();
  const fs::path draft = folder_ / ("." + digest);
  std::error_code error;
  fs::remove_all(draft, error);
  fs::create_directories(draft, error);
  if (error) return {Errc::internal, "cannot make " + draft.string() + ": " + error.message()};
  for (const ReleaseModule& module : release.modules) {
    if (Result<> put = link_or_copy(file_of(module), draft / module.file); !put) return put;
  }
  Result<> written = write_file(draft / "manifest.json", print_release(release), 0400);
  if (!written) return written;
  fs::remove_all(folder_ / digest, error);
  fs::rename(draft, folder_ / digest, error);
  if (!error) return success();
  return {Errc::internal, "cannot keep release " + release.name + ": " + error.message()};
}

Result<Release> SavedReleases::find(const std::string& digest) const {
  if (digest.empty()) return {Errc::not_found, "no release has been committed here"};
  Result<Release> release = read_release(folder_ / digest);
  if (release && digest_of(*release) != digest) {
    return {Errc::not_found,
            release->folder.string() + " contains another release than its name promises"};
  }
  return release;
}

bool SavedReleases::contains(const Release& release) const {
  std::error_code error;
  return release.folder.parent_path() == fs::canonical(folder_, error);
}

bool SavedReleases::is_whole(const std::string& digest) const {
  const Result<Release> release = find(digest);
  return release && std::ranges::all_of(release->modules, [&](const ReleaseModule& module) {
           const Result<std::string> bytes =
               read_file(release->folder / module.file, kModuleBytesMax, FileTrust::release);
           return bytes && sha256_hex(*bytes) == module.sha256;
         });
}

void SavedReleases::remove_all_but(const std::set<std::string>& digests) const {
  std::error_code error;
  std::vector<fs::path> others;
  for (fs::directory_iterator at(folder_, error), end; !error && at != end; at.increment(error)) {
    if (!digests.contains(at->path().filename().string())) others.push_back(at->path());
  }
  for (const fs::path& other : others) fs::remove_all(other, error);
}

}  // namespace serai::release
