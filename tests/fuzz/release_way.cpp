// Fuzz target: links on the path to a release. The first line is the path to resolve. Then comes
// one "name target" per line; a name without a target is a folder. The result must be the kernel's,
// and a path that is made to lead to the folder named last must lead there.
#include "release/release_way.hpp"

#include <algorithm>

#include "fuzz/fuzz.hpp"
#include "support/temp_folder.hpp"

using namespace serai;
namespace fs = std::filesystem;

namespace {

constexpr int kNamesMax = 12;

// Whether `name` can be the name of an entry of the folder: one component, and not "." or "..".
bool is_name(std::string_view name) {
  return !name.empty() && name.size() < 64 && name != "." && name != ".." &&
         name.find_first_of(std::string_view("/\0", 2)) == std::string_view::npos;
}

// Whether a link stays inside the folder. Targets outside of it belong to others.
bool stays_inside(std::string_view target) {
  return !target.empty() && target.size() < 256 && !target.starts_with('/') &&
         target.find("..") == std::string_view::npos && target.find('\0') == std::string_view::npos;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest = fuzz_text(data, size);
  const std::string_view asked = fuzz_part(rest);
  if (!stays_inside(asked)) return 0;
  static const testing::TempFolder folder;
  std::error_code failed;
  fs::path release;
  for (int left = kNamesMax; !rest.empty() && left > 0; --left) {
    std::string_view target = fuzz_part(rest);
    const std::string_view name = fuzz_part(target, ' ');
    if (!is_name(name)) continue;
    if (target.empty()) {
      release = folder.path(name);
      fs::create_directory(release, failed);
      fs::create_directory(folder.path(name) + "/inside", failed);
    } else if (stays_inside(target)) {
      fs::create_symlink(target, folder.path(name), failed);
    }
  }
  const fs::path path = folder.path(asked);
  const release::ReleaseWay way = release::find_way(path);
  const fs::path real = fs::canonical(path, failed);
  fuzz_require(failed || (way.arrives && way.release() == real),
               "the way ends where the kernel ends");
  fuzz_require(way == release::find_way(path), "a way does not change by itself");
  if (fs::is_directory(fs::symlink_status(release, failed)) && release::lead_to(path, release)) {
    const release::ReleaseWay led = release::find_way(path);
    fuzz_require(led.arrives && led.release() == release, "the way leads to the chosen release");
  }
  for (const auto& entry : fs::directory_iterator(folder.path())) {
    fs::remove_all(entry.path(), failed);
  }
  return 0;
}
