#include "release/release_way.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <deque>
#include <system_error>

#include "release/release.hpp"

namespace serai::release {
namespace {

namespace fs = std::filesystem;

constexpr int kLinksMax = 40;  // the limit of the Linux kernel (MAXSYMLINKS)

// Returns a text that names a file. For a link it contains the change time, which changes when the
// link is made, moved or renamed. For a directory it does not, because that time changes with the
// directory's contents.
std::string identity_of(const struct stat& info) {
  std::string text = std::to_string(info.st_dev) + ":" + std::to_string(info.st_ino);
  if (!S_ISLNK(info.st_mode)) return text;
  return text + ":" + std::to_string(info.st_ctim.tv_sec) + "." +
         std::to_string(info.st_ctim.tv_nsec);
}

std::ptrdiff_t count_names(const fs::path& path) {
  const fs::path names = path.relative_path();
  return std::count_if(names.begin(), names.end(), [](const fs::path& name) {
    return !name.empty() && name != "." && name != "..";
  });
}

void put_first(std::deque<std::string>& names, const fs::path& path) {
  std::deque<std::string> all;
  for (const fs::path& name : path.relative_path()) all.push_back(name.string());
  names.insert(names.begin(), all.begin(), all.end());
}

fs::path path_of(const std::deque<std::string>& names) {
  fs::path path;
  for (const std::string& name : names) path /= name;
  return path;
}

// Goes from the folder `at` through its entry: into a folder, or to the target of a link, whose
// names are then the first of the names that are left.
void go_through(const WayStep& step, bool is_link, fs::path& at, std::deque<std::string>& names) {
  if (!is_link) {
    at /= step.name;
    return;
  }
  if (fs::path(step.target).is_absolute()) at = "/";
  put_first(names, step.target);
}

}  // namespace

fs::path ReleaseWay::releases() const { return release().parent_path(); }

fs::path ReleaseWay::release() const {
  if (arrives) return end;
  const fs::path last = steps.back().folder / steps.back().name;
  return rest.empty() ? last : last / rest;
}

ReleaseWay find_way(const fs::path& path) {
  ReleaseWay way;
  std::error_code error;
  fs::path at = "/";
  std::deque<std::string> names;
  put_first(names, fs::absolute(path, error));
  for (int links = 0; !names.empty();) {
    WayStep step{at, names.front(), "", ""};
    names.pop_front();
    if (step.name.empty() || step.name == ".") continue;
    if (step.name == "..") {
      at = at.parent_path();
      continue;
    }
    const fs::path file = at / step.name;
    struct stat info {};
    const bool there = ::lstat(file.c_str(), &info) == 0;
    if (there) step.identity = identity_of(info);
    const bool is_link = there && S_ISLNK(info.st_mode);
    if (is_link) step.target = fs::read_symlink(file, error).string();
    way.steps.push_back(step);
    if (!there || (is_link && ++links > kLinksMax)) {
      way.rest = path_of(names);
      return way;
    }
    go_through(step, is_link, at, names);
  }
  way.arrives = true;
  way.end = at;
  return way;
}

Result<> lead_to(const fs::path& path, const fs::path& release) {
  const ReleaseWay way = find_way(path);
  std::error_code error;
  const fs::path wanted = fs::canonical(release, error);
  if (error) return {Errc::failed_precondition, release.string() + ": " + error.message()};
  if (way.arrives && way.release() == wanted) return success();
  const auto last = std::ranges::find_if(way.steps.rbegin(),
                                         way.steps.rend(),
                                         [](const WayStep& step) { return !step.target.empty(); });
  if (last == way.steps.rend()) {
    return {Errc::failed_precondition, path.string() + " is not a link that could be moved"};
  }
  const fs::path link = last->folder / last->name;
  // A link that is passed twice leads to the release the second time. Moved, it would lead
  // elsewhere the first time. In a circle there is no second time once the link is moved.
  const bool is_passed_twice =
      way.arrives && std::any_of(std::next(last), way.steps.rend(), [&](const WayStep& step) {
        return step.folder == last->folder && step.name == last->name;
      });
  const fs::path beside = fs::path(last->target).parent_path() / wanted.filename();
  const fs::path leads =
      fs::canonical(beside.is_absolute() ? beside : last->folder / beside, error);
  // The link must be the end of the way. Names behind its target would not exist in the release.
  const auto behind = (last - way.steps.rbegin()) + count_names(way.rest);
  const bool is_last_step = last == way.steps.rbegin();  // a link in a circle is not followed
  const bool ends_way = behind == (is_last_step ? 0 : count_names(last->target));
  if (error || leads != wanted || !ends_way || is_passed_twice) {
    return {Errc::failed_precondition,
            "the link " + link.string() + " -> " + last->target + " cannot be made to lead to " +
                wanted.string()};
  }
  return flip_link(link, beside.string());
}

}  // namespace serai::release
