// TestHost: the host in one thread, for tests of modules. It has the runtime on one shard, the
// store in memory, and a clock that the test moves.
//
// Errors  a set-up that fails throws std::runtime_error.
// Units   milliseconds of virtual time.
// Thread  one.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "collected_log.hpp"
#include "collected_streams.hpp"
#include "host_headers.hpp"
#include "named_accounts.hpp"
#include "opened_module.hpp"
#include "serai/testing/world.hpp"

namespace serai::testing {

class TestHost {
 public:
  explicit TestHost(const WorldOptions& options);
  ~TestHost();
  TestHost(const TestHost&) = delete;
  TestHost& operator=(const TestHost&) = delete;

  const abi::ModuleHost& host_table() const { return runtime_->host_table(); }
  std::uint64_t next_generation() { return runtime_->next_generation_id(); }

  // A loaded module that handles messages.
  struct Serving {
    const abi::Generation* code = nullptr;
    std::string manifest;
  };
  const Serving* find(std::string_view module) const;  // null: no module of that name
  // The generation that serves a kind or a client RPC; null: none.
  const abi::Generation* code_of_kind(std::string_view kind) const;
  const abi::Generation* code_of_rpc(std::string_view rpc) const;
  // Adds the module. A module of the same name is replaced, and all its entities move.
  Result<> serve(OpenedModule module);

  // Time. run_due() does all work that is due now. step() moves the clock to the next moment at
  // which work is due, and does that work.
  void run_due();
  void step();
  void advance(std::int64_t ms);
  std::int64_t now_ms() const { return clock_.now_ms(); }
  // Lets virtual time pass until `done` is true. Throws after two minutes of it.
  void run_until(const std::function<bool()>& done);

  // Does `work` on the shard, and then all work that is due at the same moment.
  void on_shard(Work work);
  // Sends a request to the store and waits for its answer.
  template <class T, class Ask>
  Result<T> ask_store(Ask ask) {
    std::optional<Result<T>> got;
    ask(*store_, shards_.only, StoreAnswer<T>([&got](Result<T> answer) {
      got.emplace(std::move(answer));
    }));
    run_until([&got] { return got.has_value(); });
    return *std::move(got);
  }

  // Finds an entity, and loads it from the store if it is not loaded; null: it does not exist.
  HostEntity* find_entity(const EntityId& id);
  bool is_at_rest(const EntityId& id) const;  // handles no message, and none is queued
  std::vector<std::string> keys_of(const std::string& kind);
  // Replaces the entity's state, or creates the entity.
  Result<> put_state(const EntityId& id, std::uint32_t schema, std::string_view bytes);

  runtime::Runtime& runtime() { return *runtime_; }
  runtime::ShardParts& parts() { return runtime_->parts(0); }
  CollectedLog& log() { return log_; }
  CollectedStreams& streams() { return streams_; }
  NamedAccounts& ledger() { return *ledger_; }
  Store& store() { return *store_; }

 private:
  struct OneShard final : runtime::Shards {
    explicit OneShard(const Clock& clock) : only(0, clock) {}
    std::uint32_t count() const override { return 1; }
    runtime::Shard& at(std::uint32_t) override { return only; }
    runtime::Shard only;
  };
  struct Config final : runtime::ModuleConfig {
    std::map<std::string, std::string> values;
    std::optional<std::string> get(std::string_view module, std::string_view key) const override;
  };

  bool turn();
  void describe(const MatchId& match, Push& push) const;

  std::uint64_t seed_;
  bool forgetful_;
  ManualClock clock_;
  CollectedLog log_;
  Config config_;
  OneShard shards_;
  CollectedStreams streams_;
  std::unique_ptr<storage::SqlStore> store_;
  std::unique_ptr<NamedAccounts> ledger_;
  std::unique_ptr<runtime::Runtime> runtime_;
  std::map<std::string, Serving, std::less<>> modules_;
};

}  // namespace serai::testing
