#include "app/match_dumps.hpp"

#include <filesystem>
#include <optional>
#include <vector>

#include "base/private_path.hpp"
#include "rehearsal/saved_state.hpp"

namespace serai::app {
namespace {

namespace fs = std::filesystem;

// States are players' data, so only the host's user may read the folder.
Result<> make_folder(const fs::path& folder) {
  if (!folder.is_absolute()) {
    return {Errc::invalid_argument, "the path of the folder must be absolute"};
  }
  std::error_code error;
  if (!fs::create_directory(folder, error)) {
    return {Errc::invalid_argument,
            folder.string() + ": " + (error ? error.message() : "exists already")};
  }
  return keep_private(folder.string());
}

}  // namespace

Result<std::size_t> dump_match(runtime::Runtime& runtime,
                               const std::string& match,
                               const std::string& folder) {
  const std::optional<MatchId> id = MatchId::parse(match);
  if (!id || id->relayed()) {
    return {Errc::invalid_argument, match + " is not the id of a match that a module plays"};
  }
  const Result<ExportedEntity> copy = runtime.copy_match(*id);
  if (!copy) return copy.error();
  if (Result<> made = make_folder(folder); !made) return made.error();
  if (Result<> written = rehearsal::write_saved_state(folder, *copy); !written) {
    return written.error();
  }
  return copy->recording ? copy->recording->inputs.size() : 0;
}

Result<MatchId> fork_match(runtime::Runtime& runtime,
                           EntityStore& store,
                           const std::string& folder) {
  const Result<std::vector<ExportedEntity>> dumps = rehearsal::read_saved_states(folder);
  if (!dumps) return dumps.error();
  if (dumps->size() != 1 || dumps->front().host_state.empty()) {
    return {Errc::invalid_argument,
            folder + " is no dump of one match: `host ctl match dump` makes one"};
  }
  Result<MatchId> match = runtime.fork_match(dumps->front());
  if (!match) return match;
  if (Result<> stored = store.flush(); !stored) return stored.error();
  return match;
}

}  // namespace serai::app
