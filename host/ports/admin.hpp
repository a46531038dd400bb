// Admin: the questions and commands of operators. Answers are JSON texts, so that no header needs a
// JSON library. ReleaseAdmin is implemented by host/swap, HostAdmin by host/app; host/ops calls
// both.
//
// Thread  any but a shard's; calls may block.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "abi/contract.hpp"
#include "base/result.hpp"

namespace serai {

struct RunningModule {
  std::string name;
  std::string version;
  std::uint64_t generation = 0;
  std::vector<abi::SettingContract> settings = {};  // the configuration keys that it declares
};

class ReleaseAdmin {
 public:
  virtual ~ReleaseAdmin() = default;
  // The release that runs, the committed one, the modules, and the swap in progress with its
  // stages.
  virtual std::string status() const = 0;
  virtual std::vector<RunningModule> modules() const = 0;  // of the release that runs
  virtual std::string releases() const = 0;                // the releases in releases/
  // Requests a swap and waits until it is on probation, refused, or found to change nothing.
  // Returns the swap's report. An empty name means the release that `current` names.
  virtual Result<std::string> swap(const std::string& release) = 0;
  // The same for the release that served before.
  virtual Result<std::string> rollback() = 0;
  // Reports the changes that a swap would make, and whether it would be refused. Nothing changes.
  // An empty name means the release that `current` names.
  virtual Result<std::string> dry_run(const std::string& release) = 0;
  // Returns the files that describe the calls and events of clients:
  // {"release":…,"files":{path:text}}. An empty name means the release that runs.
  virtual Result<std::string> contracts(const std::string& release) = 0;
};

// The health of a dependency without which the host cannot serve.
struct DependencyHealth {
  std::string name;
  bool healthy = false;
  std::string detail;  // the reason when it is not healthy
};

class HostAdmin {
 public:
  virtual ~HostAdmin() = default;
  // Process id, version, uptime, shards, sockets, the release and its modules.
  virtual std::string status() const = 0;
  virtual std::string matches() const = 0;
  virtual std::string sessions() const = 0;
  virtual std::string timers() const = 0;  // waiting and failed timers of entities
  virtual std::string config(bool with_origin) const = 0;
  virtual Result<std::string> set_config(const std::string& key, const std::string& value) = 0;
  // Reads the configuration and the link to the release again, as SIGHUP does. Returns the keys
  // that changed and those that need a restart.
  virtual Result<std::string> reload() = 0;
  // Writes a backup of the database to a new file of the host's machine, and waits for it. Returns
  // its numbers. invalid_argument: the path is not absolute.
  virtual Result<std::string> back_up(const std::string& file) = 0;
  // Checks the whole ledger. Returns its numbers and faults.
  virtual Result<std::string> ledger_audit() = 0;
  // Returns the balance of an account and a page of its transfers, newest first. `before`: those
  // before the transfer with this number; empty: the newest.
  virtual Result<std::string> ledger_history(const std::string& account,
                                             const std::string& before) = 0;
  // Writes a running match to a new folder of the host's machine, as saved_state.hpp has it: its
  // state, the inputs that it has handled lately, and the host's part. invalid_argument: the path
  // is not absolute, or exists. not_found: no such match.
  virtual Result<std::string> dump_match(const std::string& match, const std::string& folder) = 0;
  // Opens a new match in the state of such a folder. Returns its id.
  virtual Result<std::string> fork_match(const std::string& folder) = 0;
  // All data of one player: written to a new file of the host's machine, read from one, erased.
  // Each returns its numbers. Paths are absolute. invalid_argument: an id, a path or a line of the
  // file is wrong. not_found; already_exists: the file, or what an import would write.
  virtual Result<std::string> export_player(const std::string& user_id,
                                            const std::string& file) = 0;
  virtual Result<std::string> import_player(const std::string& file) = 0;
  virtual Result<std::string> erase_player(const std::string& user_id) = 0;
  // Load balancers send no new players to an unready host. The players that it has play on.
  virtual void set_unready(bool on) = 0;
  virtual bool is_ready() const = 0;  // serving, and not set unready
  virtual bool is_alive() const = 0;  // the event loop of every shard has turned in the last 5 s
  virtual std::vector<DependencyHealth> dependencies() const = 0;
};

}  // namespace serai
