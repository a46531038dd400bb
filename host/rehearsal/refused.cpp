#include "rehearsal/refused.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "base/file_io.hpp"
#include "base/private_path.hpp"
#include "rehearsal/saved_state.hpp"

namespace serai::rehearsal {
namespace {

namespace fs = std::filesystem;

std::array<fs::path, 2> folders_of(const RefusedPlaces& places) {
  return {places.releases / ".refused", places.fallback / "refused"};
}

void prune(const fs::path& refused, std::size_t kept_max) {
  std::vector<std::pair<fs::file_time_type, fs::path>> folders;
  std::error_code error;
  for (fs::directory_iterator at(refused, error), end; !error && at != end; at.increment(error)) {
    std::error_code ignored;
    folders.emplace_back(at->last_write_time(ignored), at->path());
  }
  if (folders.size() <= kept_max) return;
  std::sort(folders.begin(), folders.end());
  for (std::size_t i = 0; i < folders.size() - kept_max; ++i) {
    fs::remove_all(folders[i].second, error);
  }
}

// The path in quotes for a shell.
std::string quoted(const fs::path& path) {
  std::string text = "'";
  for (const char letter : path.string()) text += letter == '\'' ? "'\\''" : std::string(1, letter);
  return text + "'";
}

// The command that reproduces the refusal, from any working directory.
std::string command(const fs::path& releases, const Refusal& refusal) {
  return "host check " + quoted(releases / refusal.release) + " --against " +
         quoted(releases / refusal.from);
}

std::string describe(const Refusal& refusal, const Verdict& verdict, const std::string& again) {
  std::string text = "release " + refusal.release + "\nmodule  " + refusal.module + "\nreason  " +
                     verdict.reason + "\nagain   " + again + "\n";
  if (verdict.entity) {
    text += "entity  " + verdict.entity->id.kind + " " + verdict.entity->id.key + "\nschema  " +
            std::to_string(verdict.entity->schema) + "\nsource  " +
            (verdict.entity->live ? "live" : "storage") + "\nbytes   state.bin\n";
  }
  if (!verdict.output.empty()) text += "\n" + verdict.output + "\n";
  return text;
}

bool write(const fs::path& folder,
           const std::string& reason,
           const std::optional<ExportedEntity>& entity) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error || !keep_private(folder.string())) return false;
  // States are players' data: for the host's user only.
  if (!write_file(folder / "reason.txt", reason, 0600)) return false;
  return !entity || write_saved_state(folder, *entity).ok();
}

}  // namespace

fs::path keep_refused(const RefusedPlaces& places,
                      const Refusal& refusal,
                      const Verdict& verdict,
                      std::size_t kept_max) {
  const std::string name =
      refusal.release + "-" + refusal.module + "-" + std::to_string(refusal.now_ms);
  for (const fs::path& parent : folders_of(places)) {
    fs::path folder = parent / name;
    std::string again = command(fs::absolute(places.releases), refusal);
    if (verdict.entity) again += " --states " + quoted(fs::absolute(folder));
    if (!write(folder, describe(refusal, verdict, again), verdict.entity)) continue;
    prune(parent, kept_max);
    return folder;
  }
  return {};
}

SavedRefusals count_refused(const RefusedPlaces& places) {
  SavedRefusals saved;
  for (const fs::path& parent : folders_of(places)) {
    std::error_code error;
    fs::recursive_directory_iterator at(parent, error);
    for (; !error && at != fs::recursive_directory_iterator(); at.increment(error)) {
      std::error_code ignored;
      if (at.depth() == 0) ++saved.count;
      if (at->is_regular_file(ignored)) saved.bytes += at->file_size(ignored);
    }
  }
  return saved;
}

}  // namespace serai::rehearsal
