// Admin: what operators can ask. Answers are JSON text, so that no header needs a JSON library.
// Implemented by host/swap (ReleaseAdmin) and by app (the rest); called by host/ops.
//
// Thread  any; calls may block (never on a shard's thread).
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
  std::vector<abi::SettingContract> settings = {};  // the configuration it declares
};

class ReleaseAdmin {
 public:
  virtual ~ReleaseAdmin() = default;
  virtual std::string status()
      const = 0;  // release, committed, modules, swap in progress and its stages
  virtual std::vector<RunningModule> modules() const = 0;  // of the release that runs
  virtual std::string releases() const = 0;                // what lies under releases/
  // Asks for a swap and waits for its end. Empty: whatever `current` points to now.
  virtual Result<std::string> swap(const std::string& release) = 0;
  virtual Result<std::string> rollback() = 0;
  // Reports what a swap would do, and whether it would be refused; changes nothing. Empty:
  // `current`.
  virtual Result<std::string> dry_run(const std::string& release) = 0;
  // What clients may call, and the events they get, as files: {"release":…,"files":{path:text}}.
  // Empty: of the release that runs.
  virtual Result<std::string> contracts(const std::string& release) = 0;
};

// A dependency without which the host cannot serve, as a health check reports it.
struct DependencyHealth {
  std::string name;
  bool healthy = false;
  std::string detail;  // why not; empty when healthy
};

class HostAdmin {
 public:
  virtual ~HostAdmin() = default;
  virtual std::string status()
      const = 0;  // pid, version, uptime, shards, sockets, release and its modules
  virtual std::string matches() const = 0;
  virtual std::string sessions() const = 0;
  virtual std::string timers() const = 0;  // of entities: the waiting and the failed ones
  virtual std::string config(bool with_origin) const = 0;
  virtual Result<std::string> set_config(const std::string& key, const std::string& value) = 0;
  virtual Result<std::string> reload() = 0;  // as on SIGHUP; which keys changed, which not
  // An unready host gets no new players from load balancers; those it has play on.
  virtual void set_unready(bool on) = 0;
  virtual bool is_ready() const = 0;  // serving, and not set unready
  virtual bool is_alive() const = 0;  // every shard turned its loop lately
  virtual std::vector<DependencyHealth> dependencies() const = 0;
};

}  // namespace serai
