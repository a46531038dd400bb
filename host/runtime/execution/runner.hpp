// Runner: runs a handler, from a message to success, failure or a wait.
//
// Thread  the shard's.
// Owner   ShardRuntime.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "abi/contract.hpp"
#include "model/generator.hpp"
#include "ports/entity_store.hpp"
#include "runtime/execution/run.hpp"
#include "runtime/mailbox/input.hpp"
#include "runtime/routing/directory.hpp"
#include "runtime/routing/loaded_generation.hpp"
#include "serai/abi.h"

namespace serai::runtime {

struct Entity;
struct ShardParts;
struct ShardServices;

class Runner {
 public:
  Runner(ShardServices& services, ShardParts& parts);

  int resolve(const Entity& entity, const Input& input) const;
  void start(Entity& entity, Input&& input);
  void execute(Entity& entity, Input&& input, int handler_index);
  void run_stateless(std::string_view name, Input&& input);
  void run_stateless(const RpcRoute& route, Input&& input);
  RunPtr take_run(LoadedGeneration& generation, int handler_index, Input&& input);
  void recycle(RunPtr run);
  void fill_message(Run& run);
  serai_status enter(Run& run);
  serai_status reenter(Run& run, const serai_completion& completion);
  void after_handler(RunPtr run, serai_status status);
  UnitId unit_of(Run& run);
  // Of no entity, until it goes on or its commit is on disk.
  void keep_stateless(RunPtr run);
  RunPtr take_stateless(std::uint64_t run_id);  // null: none of that id
  bool has_stateless() const { return !stateless_.empty(); }

 private:
  bool translate_data(const Entity& entity, const abi::HandlerContract& handler, Input& input);
  std::int64_t watch(const Run& run);
  void keep_waiting(RunPtr run);
  void finish(RunPtr run, serai_status status);
  void succeed(RunPtr run);
  void fail(RunPtr run, serai_status status);
  bool render_reply(Run& run) const;

  ShardServices& services_;
  ShardParts& parts_;
  std::unordered_map<std::uint64_t, RunPtr> stateless_;  // waiting or committing, without entity
  std::vector<RunPtr> spare_runs_;
  Generator generator_;  // for stateless handlers
  std::uint64_t next_run_ = 1;
};

}  // namespace serai::runtime
