// LoadedGeneration: a generation with the runtime's look-up tables and figures.
//
// Owner   Generations. Shards borrow it while the directory contains it, and while an entity or a
//         run uses it (Figures::entities, Figures::pins).
// Thread  the tables are immutable: any. Figures: each shard writes its own, any thread reads.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "abi/generation.hpp"
#include "model/served_by.hpp"
#include "ports/swap_control.hpp"
#include "runtime/routing/caller_cell.hpp"

namespace serai::runtime {

// NameTable: names that are never freed, so that messages can have a pointer instead of a copy.
// Only the names in modules' contracts are added, so the table stays small.
//
// Thread  intern(): the loader thread. The names: any.
// Owner   SwapGate.
class NameTable {
 public:
  // Equal names get the same pointer.
  const std::string* intern(const std::string& name);

 private:
  std::unordered_map<std::string, std::unique_ptr<const std::string>> names_;
};

// The figures of a generation on one shard; GenerationFigures has their meaning. Each is in cache
// lines of its own, because every shard writes its own all the time.
struct alignas(64) Figures {
  std::atomic<std::uint64_t> entities{0};
  std::atomic<std::uint64_t> pins{0};  // runs that have not ended; they keep the code loaded
  std::atomic<std::uint64_t> calls{0};
  std::atomic<std::uint64_t> failures{0};
  std::atomic<std::uint64_t> overruns{0};
  std::atomic<std::uint64_t> late_ticks{0};
  std::atomic<std::uint64_t> unreadable{0};
  std::atomic<std::uint64_t> busy_us{0};
  std::array<std::atomic<std::uint64_t>, LatencyBuckets{}.size()> latency{};
  std::array<CallerCell, kCallerCells> callers{};
  std::vector<std::array<OutcomeCell, kCallerCells>> handlers;  // by handler number
};

// Handler numbers of one kind by trigger; -1: none.
struct KindTable {
  int join = -1;
  int leave = -1;
  int tick = -1;
  std::unordered_map<std::int64_t, int> data;   // by op code
  std::unordered_map<std::string, int> timers;  // by name
};

class LoadedGeneration {
 public:
  LoadedGeneration(std::unique_ptr<abi::Generation> generation,
                   NameTable& names,
                   std::uint32_t shard_count);

  const abi::Generation& generation() const { return *generation_; }
  const abi::ModuleContract& contract() const { return generation_->contract; }
  const abi::MovePolicy& policy() const { return generation_->policy; }
  const abi::KindContract& kind(int index) const {
    return contract().kinds[static_cast<std::size_t>(index)];
  }
  const abi::HandlerContract& handler(int index) const {
    return contract().handlers[static_cast<std::size_t>(index)];
  }
  int kind_index(std::string_view name) const { return contract().kind_index(name); }  // -1: none
  const KindTable& kind_table(int index) const { return kinds_[static_cast<std::size_t>(index)]; }
  int rpc(const std::string* interned) const;  // handler number; -1: none
  const std::string* handler_name(int index) const {
    return names_[static_cast<std::size_t>(index)];
  }
  const std::unordered_map<const std::string*, int>& rpcs() const { return rpcs_; }
  const ServedBy& served_by() const { return served_by_; }

  Figures& figures(std::uint32_t shard) const { return figures_[shard]; }
  GenerationFigures total() const;  // of all shards
  bool in_use() const;              // by an entity or a run

  // Returns the generation to the caller. After that this object may only be destroyed.
  std::unique_ptr<abi::Generation> take() { return std::move(generation_); }

 private:
  std::unique_ptr<abi::Generation> generation_;
  std::vector<KindTable> kinds_;
  std::vector<const std::string*> names_;  // interned, by handler number
  std::unordered_map<const std::string*, int> rpcs_;
  std::unique_ptr<Figures[]> figures_;
  std::uint32_t shard_count_;
  ServedBy served_by_;
};

}  // namespace serai::runtime
