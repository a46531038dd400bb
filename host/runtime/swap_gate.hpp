// SwapGate: the runtime's SwapControl. It switches all shards to other generations, and back.
//
// Errors  as SwapControl has them.
// Thread  as SwapControl: the loader thread, one call at a time; figures(): any.
// Owner   owns the directory; borrows the shards, the generations and the other parts.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "abi/module_host.hpp"
#include "ports/swap_control.hpp"
#include "runtime/routing/directory.hpp"
#include "runtime/routing/generations.hpp"
#include "runtime/shard_calls.hpp"
#include "runtime/stored_entities.hpp"

namespace serai::runtime {

class SwapGate final : public SwapControl {
 public:
  SwapGate(const Environment& env,
           ShardCalls& calls,
           Generations& generations,
           StoredEntities& stored_entities);

  const abi::ModuleHost& host_table() const override { return host_; }
  std::uint64_t next_generation_id() override { return next_generation_++; }
  Result<> install(std::vector<std::unique_ptr<abi::Generation>> generations) override;
  Result<> export_live(const std::string& module,
                       std::size_t recordings,
                       const std::function<bool(std::vector<ExportedEntity>)>& take) override;
  Result<MoveReport> switch_to(std::vector<std::unique_ptr<abi::Generation>> generations) override;
  Result<MoveReport> switch_rest() override;
  Result<MoveReport> switch_back() override;
  Result<> read_with(std::vector<std::unique_ptr<abi::Generation>> generations) override;
  std::vector<std::unique_ptr<abi::Generation>> retire_former() override;
  std::vector<std::unique_ptr<abi::Generation>> retire_drained() override;
  void watch_progress(std::function<void(const SwapProgress&)> report) override {
    report_progress_ = std::move(report);
  }
  std::vector<GenerationFigures> figures() const override { return generations_.figures(); }

  const std::vector<LoadedGeneration*>& serving() const { return directory_->generations(); }

 private:
  using Loaded = Generations::Loaded;

  Loaded load(std::unique_ptr<abi::Generation> generation);
  // failed_precondition: the former generation of one of these modules still drains.
  Result<> check_nothing_drains(
      const std::vector<std::unique_ptr<abi::Generation>>& incoming) const;
  Result<MoveReport> switch_directory(std::unique_ptr<Directory> target, bool barrier);
  Result<MoveReport> move_all(std::unique_ptr<Directory> target, bool barrier);
  Result<> begin_barrier();
  // Moves the entities of all shards to `target` and adds to `report`. Returns the first error.
  std::optional<Error> switch_shards(const Directory& target, bool reverting, MoveReport& report);
  void notify_progress(const std::vector<SwitchProgress>& shards) const;
  void rewrite_stored();

  const Environment& env_;
  abi::ModuleHost host_;  // copied into the table of each version
  ShardCalls& calls_;
  Generations& generations_;
  StoredEntities& stored_entities_;
  NameTable names_;
  std::atomic<std::uint64_t> next_generation_{1};
  std::unique_ptr<Directory> directory_;
  // Modules that the last switch added: they had no generation before, so a rollback removes them.
  std::vector<const LoadedGeneration*> added_;
  std::function<void(const SwapProgress&)> report_progress_;
};

}  // namespace serai::runtime
