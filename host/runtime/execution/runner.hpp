// Runner: runs handlers. It takes a message, enters the module, and ends with success, failure or a
// wait. Waits calls it again for the rest of a waiting handler.
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
#include "runtime/execution/run_figures.hpp"
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

  // The index of the handler for this message in the entity's generation; -1: it has none.
  int resolve(const Entity& entity, const Input& input) const;
  // Checks a message and runs its handler, at once or when the idempotency key has been looked up.
  void start(Entity& entity, Input&& input);
  // Runs the handler without further checks.
  void execute(Entity& entity, Input&& input, int handler_index);
  // Runs a stateless handler of the current directory, or of this route.
  void run_stateless(std::string_view name, Input&& input);
  void run_stateless(const RpcRoute& route, Input&& input);
  // A run that pins the generation: its code stays loaded until recycle().
  RunPtr take_run(LoadedGeneration& generation, int handler_index, Input&& input);
  // Ends a run for good: cancels its frame if it still waits, and reuses the memory.
  void recycle(RunPtr run);
  // Writes the serai_message of the run. It borrows from the run.
  void fill_message(Run& run);
  // Calls handle() of the module, and returns its status after the host's checks.
  serai_status enter(Run& run);
  // Calls resume() of the module with the result of a wait; else as enter().
  serai_status reenter(Run& run, const serai_completion& completion);
  // Handles the status of enter() or reenter(): the run succeeds, fails or waits.
  void after_handler(RunPtr run, serai_status status);
  // The commit unit of the run; opens one if it has none.
  UnitId unit_of(Run& run);
  // Owns a run without an entity while it waits, or until its commit is on disk.
  void keep_stateless(RunPtr run);
  RunPtr take_stateless(std::uint64_t run_id);  // null: no such run
  RunFigures& figures() { return figures_; }
  bool has_stateless() const { return !stateless_.empty(); }

 private:
  // False when the message was refused.
  bool translate_data(const Entity& entity, const abi::HandlerContract& handler, Input& input);
  // Ends a message for which the entity's generation has no handler.
  void end_unhandled(Entity& entity, Input& input);
  // Takes a call that has an idempotency key: refuses it, or looks up its answer. False: it has
  // none, and stays with the caller.
  bool look_up_key(Entity& entity, Input& input, int handler_index);
  std::int64_t watch(const Run& run);
  void keep_waiting(RunPtr run);
  void finish(RunPtr run, serai_status status);
  void succeed(RunPtr run);
  void fail(RunPtr run, serai_status status);
  // Brings the entity of a failed run into its next phase.
  void go_on_after_failure(Entity& entity, const Result<>& restored);
  // Sets the error text of a run that has failed.
  static void give_reason(Run& run, serai_status status);
  // Removes the refused message of the run from the outbox; otherwise every start would deliver it
  // again.
  void drop_message(Run& run);
  // Translates the reply to a client into JSON. False: the reply is not the declared message.
  bool render_reply(Run& run) const;

  ShardServices& services_;
  ShardParts& parts_;
  RunFigures figures_;
  std::unordered_map<std::uint64_t, RunPtr> stateless_;  // by id; each waits or is being committed
  std::vector<RunPtr> spare_runs_;
  Generator generator_;  // for stateless handlers
  std::uint64_t next_run_ = 1;
};

}  // namespace serai::runtime
